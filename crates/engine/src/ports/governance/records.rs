//! Records: their lists, what they say, how they came to say it.

use std::collections::HashMap;

use domain::Instant;
use domain::governance::{Body, GovernedKind, Refusal, State, diff};
use store::log::{Governed, Proposal as Stored};
use views::errors::Result;
use views::governance::{KindRow, RecordRow, RecordView, VersionView};
use views::{AppError, Caller, Grade};

use super::standing::{Standing, of_person, of_source, plain};
use super::view::{Around, changes, fields};
use super::{GovernancePort, MANY, covers, sees};
use crate::error::refused;
use crate::proposals::read;

/// Versions of a record shown.
const VERSIONS: usize = 50;

fn not_allowed(kind: GovernedKind) -> AppError {
    Refusal::NotAllowed(kind.permission().roles_where(Grade::allows)).into()
}

fn row(kind: GovernedKind, key: &str, standing: &Standing, open: u64) -> RecordRow {
    let body = standing.body.as_ref().map(Body::to_value);
    RecordRow {
        kind: kind.as_str().to_owned(),
        key: key.to_owned(),
        title: standing.title.clone(),
        version: standing.version,
        ended: standing.body.is_none() && standing.version > 0,
        since: standing.since,
        open,
        fields: fields(diff(None, body.as_ref())),
    }
}

fn in_scope(caller: &Caller, standing: &Standing) -> bool {
    match &standing.body {
        Some(Body::Access(access)) => covers(caller, &access.scope),
        Some(Body::Source(source)) if !source.entity.is_empty() => caller.scope.knows_entity(&source.entity),
        _ => true,
    }
}

impl GovernancePort {
    pub(super) async fn list_kinds(&self, caller: &Caller) -> Result<Vec<KindRow>> {
        let mut kinds = Vec::new();
        for kind in GovernedKind::ALL {
            if !sees(caller, kind) {
                continue;
            }
            let records = self.list_records(caller, kind).await?;
            kinds.push(KindRow {
                kind: kind.as_str().to_owned(),
                records: u64::try_from(records.len()).unwrap_or(u64::MAX),
                open: records.iter().map(|r| r.open).sum(),
                may_ask: caller.may_propose(kind.permission()),
                may_decide: caller.may_decide(kind.permission()),
            });
        }
        Ok(kinds)
    }

    pub(super) async fn list_records(&self, caller: &Caller, kind: GovernedKind) -> Result<Vec<RecordRow>> {
        if !sees(caller, kind) {
            return Err(not_allowed(kind));
        }
        let log = &self.store.log;
        let last = log.list_governed_at(kind.as_str(), Instant(i64::MAX), "", MANY).await;
        let last: HashMap<String, Governed> = last.map_err(refused)?.into_iter().map(|g| (g.key.clone(), g)).collect();
        let mut records: Vec<(String, Standing)> = Vec::new();
        match kind {
            GovernedKind::Access => {
                for person in log.list_people().await.map_err(refused)? {
                    records.push((person.login.clone(), of_person(&person, last.get(&person.login))?));
                }
            }
            GovernedKind::Source => {
                for source in log.list_sources().await.map_err(refused)? {
                    records.push((source.name.clone(), of_source(&source, last.get(&source.name))?));
                }
            }
            _ => {
                for (key, governed) in &last {
                    records.push((key.clone(), plain(kind, Some(governed))?));
                }
            }
        }
        records.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let open = self.open_by_record().await?;
        let count = |key: &str| {
            open.get(&(kind.as_str().to_owned(), key.to_owned()))
                .copied()
                .unwrap_or(0)
        };
        let shown = records.iter().filter(|(_, standing)| in_scope(caller, standing));
        Ok(shown
            .map(|(key, standing)| row(kind, key, standing, count(key)))
            .collect())
    }

    pub(crate) async fn record(&self, caller: &Caller, kind: GovernedKind, key: &str) -> Result<RecordView> {
        if !sees(caller, kind) {
            return Err(not_allowed(kind));
        }
        let standing = self.standing(kind, key).await?;
        if !in_scope(caller, &standing) {
            return Err(AppError::not_found());
        }
        let log = &self.store.log;
        let history = log.list_governed_history(kind.as_str(), key, i64::MAX, VERSIONS).await;
        let requests = log.list_proposals_of(kind.as_str(), key, MANY).await.map_err(refused)?;
        let around = self.around().await?;
        let may_ask = caller.may_propose(kind.permission());
        let now_says = standing.body.as_ref().map(Body::to_text);
        let history = self.history(
            &around,
            &history.map_err(refused)?,
            &requests,
            may_ask.then_some(now_says.as_deref()),
        );
        let mut open = Vec::new();
        for stored in requests.iter().filter(|p| p.state == State::Open.code()) {
            let p = read(stored).map_err(refused)?;
            if Self::shows(caller, &p) {
                open.push(self.row(caller, &around, stored, &p, now_says.as_deref()));
            }
        }
        let why_not_ask =
            (!may_ask).then(|| Refusal::NotAllowed(kind.permission().roles_where(Grade::proposes)).sentence());
        let count = u64::try_from(open.len()).unwrap_or(u64::MAX);
        Ok(RecordView {
            row: row(kind, key, &standing, count),
            body: standing.body.as_ref().map(Body::to_value),
            history,
            open,
            why_not_ask,
            why_not_alone: self.why_not_alone(caller, kind, key),
        })
    }

    /// The versions, last first. `now_says`: what holds now, when the caller may ask to go back to what does not.
    fn history(
        &self,
        around: &Around,
        versions: &[Governed],
        requests: &[Stored],
        now_says: Option<Option<&str>>,
    ) -> Vec<VersionView> {
        let by_seq: HashMap<i64, &Stored> = requests.iter().filter_map(|p| Some((p.seq?, p))).collect();
        let view = |(n, governed): (usize, &Governed)| {
            let before = versions.get(n.saturating_add(1)).and_then(|g| g.body.as_deref());
            let request = by_seq.get(&governed.seq).filter(|_| governed.seq > 0);
            let body = governed.body.as_deref();
            VersionView {
                version: governed.version,
                valid_from: governed.valid_from,
                at: governed.at,
                by: around.name(&governed.by_login),
                asked_by: request.map(|p| around.name(&p.requester)),
                reason: request.map_or_else(String::new, |p| p.reason.clone()),
                request: request.map(|p| p.proposal_id),
                alone: request.is_some_and(|p| p.emergency),
                ended: body.is_none(),
                may_go_back: body.is_some() && now_says.is_some_and(|now| now != body),
                changes: changes(before, body),
                hash: hex::encode(&governed.hash),
            }
        };
        versions.iter().enumerate().map(view).collect()
    }
}
