//! Requests as they are shown.

use std::collections::HashMap;

use domain::access::{Permission, Scope};
use domain::audit::Changed;
use domain::governance::{Body, Decider, GovernedKind, Proposal, State, Verdict, diff};
use store::log::{Governed, Person, Proposal as Stored};
use views::errors::Result;
use views::governance::{Field, RequestRow, RequestView, SaidView};
use views::{AppError, Caller};

use super::{GovernancePort, covers, roles_of, sees};
use crate::error::refused;
use crate::proposals::read;

/// What is needed to show requests, read once.
pub(super) struct Around {
    people: HashMap<String, Person>,
    sources: HashMap<String, String>,
}

impl Around {
    /// The name of a person; of who is not known, their user name.
    pub(super) fn name(&self, login: &str) -> String {
        self.people
            .get(login)
            .map_or_else(|| login.to_owned(), |p| p.name.clone())
    }

    fn title(&self, kind: GovernedKind, key: &str) -> String {
        match kind {
            GovernedKind::Access => self.name(key),
            GovernedKind::Source => self.sources.get(key).cloned().unwrap_or_else(|| key.to_owned()),
            _ => key.to_owned(),
        }
    }
}

/// Fields as they are shown.
pub(super) fn fields(changes: Vec<Changed>) -> Vec<Field> {
    let field = |c: Changed| Field {
        field: c.field,
        before: c.before,
        after: c.after,
    };
    changes.into_iter().map(field).collect()
}

/// What changes from one text of a record to another.
pub(super) fn changes(before: Option<&str>, after: Option<&str>) -> Vec<Field> {
    let value = |text: Option<&str>| text.and_then(|t| serde_json::from_str(t).ok());
    fields(diff(value(before).as_ref(), value(after).as_ref()))
}

/// The scopes that a request about a person speaks of.
pub(super) fn scopes(p: &Proposal) -> Vec<Scope> {
    let body = p.body.as_deref().map(|text| Body::read(p.kind, text));
    match body {
        Some(Ok(Body::Access(body))) => vec![body.scope],
        _ => Vec::new(),
    }
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Agree => "agree",
        Verdict::Decline => "decline",
        Verdict::Withdraw => "withdraw",
        Verdict::Right => "right",
        Verdict::Wrong => "wrong",
    }
}

impl GovernancePort {
    pub(super) async fn around(&self) -> Result<Around> {
        let sources = self.store.log.list_sources().await.map_err(refused)?;
        Ok(Around {
            people: self.names().await?,
            sources: sources.into_iter().map(|s| (s.name, s.title)).collect(),
        })
    }

    /// A request the caller may know of.
    pub(super) async fn visible(&self, caller: &Caller, id: i64) -> Result<Stored> {
        let found = self.store.log.get_proposal(id).await.map_err(refused)?;
        let found = found.ok_or_else(AppError::not_found)?;
        let p = read(&found).map_err(refused)?;
        if Self::shows(caller, &p) {
            Ok(found)
        } else {
            Err(AppError::not_found())
        }
    }

    pub(super) fn shows(caller: &Caller, p: &Proposal) -> bool {
        p.requester == caller.id || (sees(caller, p.kind) && scopes(p).iter().all(|scope| covers(caller, scope)))
    }

    pub(super) fn row(
        &self,
        caller: &Caller,
        around: &Around,
        row: &Stored,
        p: &Proposal,
        base: Option<&str>,
    ) -> RequestRow {
        let what = match &p.body {
            None => "end",
            Some(_) if p.base_version == 0 => "new",
            Some(_) => "change",
        };
        let now = self.business.now();
        RequestRow {
            id: row.proposal_id,
            kind: row.kind.clone(),
            key: row.subject.clone(),
            title: around.title(p.kind, &p.key),
            what: what.to_owned(),
            state: p.state.as_str().to_owned(),
            alone: p.emergency,
            asked_by: around.name(&p.requester),
            yours: p.requester == caller.id,
            reason: p.reason.clone(),
            ticket: p.ticket.clone(),
            created_at: p.created_at,
            expires_at: p.expires_at,
            decided_at: p.decided_at,
            review_by: p.review_by,
            overdue: p.review_by.is_some_and(|by| by < now),
            may_decide: Self::may_decide(caller, p).is_ok(),
            changes: changes(base, p.body.as_deref()),
            version: p.version,
        }
    }

    pub(super) async fn view(&self, caller: &Caller, id: i64) -> Result<RequestView> {
        let stored = self.visible(caller, id).await?;
        let p = read(&stored).map_err(refused)?;
        let around = self.around().await?;
        let base = self.base(&stored).await?;
        let base = base.as_ref().and_then(|g| g.body.as_deref());
        let row = self.row(caller, &around, &stored, &p, base);
        let said = p.decisions.iter().map(|d| SaidView {
            by: around.name(&d.by),
            at: d.at,
            verdict: verdict(d.verdict).to_owned(),
            comment: d.comment.clone(),
        });
        let became = match (p.state, stored.seq) {
            (State::Agreed, Some(_)) => Some(p.base_version.saturating_add(1)),
            _ => None,
        };
        let pending = p.state == State::Open || p.awaits_review();
        Ok(RequestView {
            valid_from: p.valid_from,
            hash: hex::encode(p.hash),
            will_happen: self.impact(&p, base).await?,
            said: said.collect(),
            why_not: Self::may_decide(caller, &p).err().map(|refusal| refusal.sentence()),
            deciders: if pending { deciders(&around, &p) } else { Vec::new() },
            may_withdraw: p.state == State::Open && p.requester == caller.id,
            became,
            row,
        })
    }

    /// What the record said in the version a request is based on.
    pub(super) async fn base(&self, row: &Stored) -> Result<Option<Governed>> {
        self.store
            .log
            .get_governed(&row.kind, &row.subject, row.base_version)
            .await
            .map_err(refused)
    }
}

/// Who may decide it, by name.
fn deciders(around: &Around, p: &Proposal) -> Vec<String> {
    let may = |person: &&Person| {
        let roles = roles_of(person);
        let by = Decider {
            login: &person.login,
            roles: &roles,
            on_behalf_of: None,
        };
        let reviews =
            p.awaits_review() && person.login != p.requester && Permission::ReviewEmergency.best(&roles).allows();
        person.blocked_at.is_none() && (reviews || p.may_decide(by).is_ok())
    };
    let mut names: Vec<String> = around.people.values().filter(may).map(|p| p.name.clone()).collect();
    names.sort_unstable();
    names
}
