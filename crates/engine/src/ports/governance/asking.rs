//! Asking for a change, and making one alone in an emergency.

use std::collections::BTreeSet;

use domain::Instant;
use domain::access::Permission;
use domain::audit::Detail;
use domain::governance::{AccessBody, Ask, Body, GovernedKind, Proposal, Refusal, diff};
use sha2::{Digest, Sha256};
use store::StoreError;
use store::log::{AuditRow, Change, Governed};
use views::errors::Result;
use views::governance::NewRequest;
use views::{AppError, Caller, ErrorKind, Grade};

use super::standing::Standing;
use super::{GovernancePort, covers, kind_of, sees};
use crate::error::refused;
use crate::ingest::Publication;
use crate::proposals::stored;

/// A request that is sound, and what must be kept before it is stored.
pub(crate) struct Prepared {
    proposal: Proposal,
    /// What stands, as a version of its own.
    keep: Option<Governed>,
    detail: Detail,
}

fn invalid(key: &'static str) -> AppError {
    AppError::new(ErrorKind::Invalid, key)
}

impl GovernancePort {
    /// Asks; answers the request's id.
    pub(crate) async fn ask_for(&self, caller: &Caller, request: &NewRequest) -> Result<i64> {
        let kind = kind_of(&request.kind)?;
        if !sees(caller, kind) {
            return Err(Refusal::NotAllowed(kind.permission().roles_where(Grade::proposes)).into());
        }
        let key = request.key.trim();
        let standing = self.standing(kind, key).await?;
        if let Some(Body::Access(access)) = &standing.body
            && !covers(caller, &access.scope)
        {
            return Err(AppError::not_found());
        }
        let body = self.wanted(kind, key, request).await?;
        if request.version.is_some_and(|seen| seen != standing.version) {
            return Err(Refusal::RecordChanged.into());
        }
        let prepared = self.prepare(caller, kind, key, standing, body, request).await?;
        if request.alone {
            self.make_alone(caller, prepared).await
        } else {
            self.store_request(caller, prepared).await
        }
    }

    /// What the record is to say; absent: it is to end.
    async fn wanted(&self, kind: GovernedKind, key: &str, request: &NewRequest) -> Result<Option<Body>> {
        match (&request.body, request.back_to, request.end) {
            (Some(body), None, false) => Body::read(kind, &body.to_string())
                .map(Some)
                .map_err(|sentence| AppError {
                    sentence,
                    ..invalid("error-record-unreadable")
                }),
            (None, Some(version), false) => {
                let found = self.store.log.get_governed(kind.as_str(), key, version).await;
                let text = found.map_err(refused)?.and_then(|g| g.body);
                let text = text.ok_or_else(|| invalid("error-request-version"))?;
                super::standing::read(kind, &text).map(Some)
            }
            (None, None, true) => Ok(None),
            _ => Err(invalid("error-request-what")),
        }
    }

    /// Checks a request against what stands.
    pub(crate) async fn prepare(
        &self,
        caller: &Caller,
        kind: GovernedKind,
        key: &str,
        standing: Standing,
        body: Option<Body>,
        request: &NewRequest,
    ) -> Result<Prepared> {
        let now = self.business.now();
        let dated = matches!(kind, GovernedKind::CurrencyRate | GovernedKind::Calendar);
        if !dated && request.valid_from.is_some_and(|from| from > now) {
            return Err(invalid("error-request-dated"));
        }
        if let Some(Body::Access(access)) = &body
            && !covers(caller, &access.scope)
        {
            return Err(AppError::new(ErrorKind::NotAllowed, "error-request-scope"));
        }
        let keep = standing.body.as_ref().filter(|_| standing.unkept).map(|body| {
            let text = body.to_text();
            Governed {
                kind: kind.as_str().to_owned(),
                key: key.to_owned(),
                version: standing.version.saturating_add(1),
                valid_from: standing.since,
                valid_to: None,
                hash: Sha256::digest(text.as_bytes()).to_vec(),
                body: Some(text),
                seq: 0,
                by_login: "docket".to_owned(),
                at: now,
            }
        });
        let ask = Ask {
            kind,
            key: key.to_owned(),
            base_version: keep.as_ref().map_or(standing.version, |kept| kept.version),
            current: standing.body,
            body,
            valid_from: request.valid_from.unwrap_or(now),
            reason: request.reason.clone(),
            ticket: request.ticket.clone(),
        };
        let changes = diff(
            ask.current.as_ref().map(Body::to_value).as_ref(),
            ask.body.as_ref().map(Body::to_value).as_ref(),
        );
        let by = caller.as_decider();
        let proposal = if request.alone {
            let calendar = self.calendar(now).await?;
            Proposal::act_alone(by, &ask, self.policy, &calendar, now)
        } else {
            Proposal::ask(by, &ask, now)
        };
        let proposal = match proposal {
            Ok(proposal) => proposal,
            Err(refusal) => {
                if refusal.is_about_the_person() {
                    self.refusal(caller, "request.made", format!("{}:{key}", kind.as_str()), &refusal)
                        .await?;
                }
                return Err(refusal.into());
            }
        };
        let mut detail = caller.audit_detail();
        detail.version = Some(proposal.base_version);
        detail.changes = changes;
        detail.reason.clone_from(&proposal.reason);
        detail.ticket.clone_from(&proposal.ticket);
        detail.valid_from = Some(proposal.valid_from);
        detail.more.insert("record".into(), format!("{}:{key}", kind.as_str()));
        Ok(Prepared { proposal, keep, detail })
    }

    /// Writes a refusal about the person down.
    pub(super) async fn refusal(&self, caller: &Caller, action: &str, object: String, why: &Refusal) -> Result<()> {
        let mut detail = caller.audit_detail();
        detail.because = Some(why.sentence());
        let row = AuditRow {
            outcome: super::REFUSED,
            ..AuditRow::done(self.system.now(), &caller.id, action, object)
        };
        let rows = [row.with_detail(detail.to_text())];
        self.store.log.append_audit(&rows).await.map(drop).map_err(refused)
    }

    async fn store_request(&self, caller: &Caller, prepared: Prepared) -> Result<i64> {
        let mut change = self.store.log.begin_change().await.map_err(refused)?;
        let (id, rows) = self.insert(&mut change, caller, prepared).await?;
        change.commit(&rows).await.map_err(refused)?;
        Ok(id)
    }

    /// Stores a request in a change of somebody else's; answers its id, and what is to be written down.
    pub(crate) async fn insert(
        &self,
        change: &mut Change,
        caller: &Caller,
        prepared: Prepared,
    ) -> Result<(i64, Vec<AuditRow>)> {
        let mut rows = Vec::new();
        if let Some(keep) = &prepared.keep {
            rows.push(self.keep(change, keep).await?);
        }
        let row = stored(0, &prepared.proposal, None);
        let id = change.insert_proposal(&row).await.map_err(refused)?;
        rows.push(self.made(caller, id, "request.made", &prepared.detail));
        Ok((id, rows))
    }

    fn made(&self, caller: &Caller, id: i64, action: &str, detail: &Detail) -> AuditRow {
        let row = AuditRow::done(self.system.now(), &caller.id, action, format!("request:{id}"));
        row.with_detail(detail.to_text())
    }

    /// Keeps what stands as a version, so that it can be gone back to.
    async fn keep(&self, change: &mut Change, keep: &Governed) -> Result<AuditRow> {
        match change.insert_governed(keep).await {
            Ok(()) => {}
            Err(StoreError::Conflict(_)) => return Err(Refusal::RecordChanged.into()),
            Err(error) => return Err(refused(error)),
        }
        let object = format!("{}:{}", keep.kind, keep.key);
        Ok(AuditRow::done(self.system.now(), "docket", "record.kept", object))
    }

    /// Publishes at once.
    async fn make_alone(&self, caller: &Caller, prepared: Prepared) -> Result<i64> {
        if let Some(keep) = &prepared.keep {
            let mut change = self.store.log.begin_change().await.map_err(refused)?;
            let row = self.keep(&mut change, keep).await?;
            change.commit(&[row]).await.map_err(refused)?;
        }
        let audit = vec![self.made(caller, 0, "request.alone", &prepared.detail)];
        let publication = Publication {
            id: 0,
            agreed: prepared.proposal,
            by: caller.id.clone(),
            audit,
            at: self.system.now(),
        };
        let (id, _) = self.appender.publish(publication).await?;
        Ok(id)
    }

    /// Why they may not act alone on a record of this kind; absent: they may.
    pub(super) fn why_not_alone(&self, caller: &Caller, kind: GovernedKind, key: &str) -> Option<domain::Sentence> {
        let permission: Permission = kind.permission();
        if !self.policy.allowed {
            Some(Refusal::AloneNotAllowed.sentence())
        } else if kind == GovernedKind::Access && key == caller.id {
            Some(Refusal::OwnAccess.sentence())
        } else if !(caller.may_propose(permission) && caller.may_decide(permission)) {
            Some(Refusal::NotAllowed(permission.roles_where(|g| g.proposes() && g.decides())).sentence())
        } else {
            None
        }
    }
}

/// Somebody who is being let in: they are there, but have no roles and see nothing.
pub(crate) fn empty_handed(name: &str, now: Instant) -> Standing {
    Standing {
        version: 0,
        body: Some(Body::Access(AccessBody {
            roles: BTreeSet::new(),
            scope: domain::access::Scope::nothing(),
            compensation: None,
        })),
        title: name.to_owned(),
        since: now,
        unkept: true,
    }
}
