//! The audit, as people search and take it out.

use async_trait::async_trait;
use domain::audit::{Detail, Outcome};
use domain::{Instant, Sentence};
use store::log::{AuditFilter as Rows, AuditRow};
use views::audit::{AuditEntry, AuditFilter, AuditView, outcome_of};
use views::errors::Result;
use views::{AppError, Caller, ErrorKind, Grade, Page, Permission};

use super::redaction::Reader;
use super::{UseCase, place, read_place};
use crate::audit;
use crate::error::refused;

/// Letters of an address that are kept of a refused request.
const LONGEST_ADDRESS: usize = 200;

/// The port of the audit.
pub(crate) struct AuditPort(pub(crate) UseCase);

/// What one of the filter's words asks for; an empty one asks for nothing.
fn asked(word: &str) -> Option<&str> {
    Some(word.trim()).filter(|word| !word.is_empty())
}

fn entry(row: AuditRow, detail: &Detail, reader: &Reader<'_>) -> AuditEntry {
    let outcome = Outcome::from_code(row.outcome).map_or("unknown", Outcome::as_str);
    AuditEntry {
        id: row.audit_id,
        at: row.at,
        actor: row.actor,
        action: row.action,
        object: row.object,
        outcome: outcome.to_owned(),
        reason: detail.reason.clone(),
        comment: reader.comment(Some(&detail.comment)).unwrap_or_default(),
        ticket: detail.ticket.clone(),
        method: detail.origin.method.as_str().to_owned(),
        ip: detail.origin.ip.clone(),
        because: detail.because.clone(),
        changes: detail.changes.clone(),
    }
}

/// All that an entry says beside its row, by key of its word; what is not said is left out.
fn facts(detail: &Detail, text: &str) -> Vec<(String, String)> {
    let origin = &detail.origin;
    let joined = |words: Vec<&str>| words.join(", ");
    let instant = |at: Option<Instant>| at.map(|at| at.to_string()).unwrap_or_default();
    let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
    let scope = detail
        .scope
        .as_ref()
        .map(|scope| serde_json::to_string(scope).unwrap_or_default());
    let said = [
        ("version", number(detail.version)),
        ("seq", number(detail.seq)),
        ("policy", detail.policy.clone()),
        ("approvals", detail.approvals.join(", ")),
        (
            "viewed",
            joined(detail.viewed.iter().map(|class| class.as_str()).collect()),
        ),
        ("valid-from", instant(detail.valid_from)),
        ("roles", joined(detail.roles.iter().map(|role| role.as_str()).collect())),
        ("scope", scope.unwrap_or_default()),
        ("on-behalf-of", origin.on_behalf_of.clone().unwrap_or_default()),
        ("session", origin.session.clone()),
        ("client", origin.client.clone()),
        ("request", origin.request_id.clone()),
        ("correlation", origin.correlation_id.clone()),
    ];
    let said = said.into_iter().map(|(name, value)| (name.to_owned(), value));
    // What was written in another shape is shown as it stands.
    let known = serde_json::to_value(detail).unwrap_or_default();
    let stray = match serde_json::from_str(text) {
        Ok(serde_json::Value::Object(map)) => map,
        _ => serde_json::Map::new(),
    };
    let plain = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    let stray = stray.into_iter().filter(|(name, _)| known.get(name).is_none());
    let stray = stray.map(|(name, value)| (name, plain(value)));
    let more = detail.more.iter().map(|(name, value)| (name.clone(), value.clone()));
    said.chain(more)
        .chain(stray)
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

impl AuditPort {
    /// Refuses a filter that asks for what cannot be.
    fn outcome(filter: &AuditFilter) -> Result<Option<i64>> {
        match asked(&filter.outcome) {
            None => Ok(None),
            Some(word) => match outcome_of(word) {
                Some(outcome) => Ok(Some(outcome.code())),
                None => Err(AppError::new(ErrorKind::Invalid, "error-audit-outcome")),
            },
        }
    }

    fn only_own(caller: &Caller) -> bool {
        caller.grade(Permission::ReadAudit) == Grade::Own
    }
}

#[async_trait]
impl views::ports::Audit for AuditPort {
    async fn list(&self, caller: &Caller, filter: &AuditFilter) -> Result<Page<AuditEntry>> {
        caller.require(Permission::ReadAudit)?;
        let outcome = Self::outcome(filter)?;
        let person = asked(&filter.person);
        if Self::only_own(caller) && person.is_some_and(|person| person != caller.id) {
            return Ok(Page::default());
        }
        self.0.refusals.write(&self.0.store).await;
        let rows = Rows {
            chains: None,
            actor: if Self::only_own(caller) {
                Some(caller.id.as_str())
            } else {
                person
            },
            object: asked(&filter.object),
            action: asked(&filter.action),
            outcome,
            from: filter.from,
            to: filter.to,
        };
        let before = read_place(filter.after.as_deref(), 1)?.and_then(|p| p.first().copied());
        let limit = filter.limit.rows();
        let log = &self.0.store.log;
        let mut found = log
            .list_audit(rows, before, limit.saturating_add(1))
            .await
            .map_err(refused)?;
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|last| place(&[last.audit_id]));
        let reader = Reader::of(caller, &self.0.sealer);
        let rows = found.into_iter().map(|row| {
            let detail = Detail::parse(&row.detail).unwrap_or_default();
            entry(row, &detail, &reader)
        });
        Ok(Page {
            rows: rows.collect(),
            next,
        })
    }

    async fn get(&self, caller: &Caller, id: i64) -> Result<AuditView> {
        caller.require(Permission::ReadAudit)?;
        let log = &self.0.store.log;
        let row = log
            .get_audit(id)
            .await
            .map_err(refused)?
            .ok_or_else(AppError::not_found)?;
        if Self::only_own(caller) && row.actor != caller.id {
            return Err(self.0.out_of_scope(caller, format!("audit:{id}")));
        }
        let seals = log
            .list_seals(row.chain, id.saturating_sub(1), 1)
            .await
            .map_err(refused)?;
        let detail = Detail::parse(&row.detail).unwrap_or_default();
        let reader = Reader::of(caller, &self.0.sealer);
        Ok(AuditView {
            facts: facts(&detail, &row.detail),
            entry: entry(row, &detail, &reader),
            sealed_at: seals.first().filter(|seal| seal.from_id <= id).map(|seal| seal.at),
            as_of: self.0.system.now(),
        })
    }

    async fn begin_export(&self, caller: &Caller, filter: &AuditFilter, format: &str) -> Result<AuditFilter> {
        caller.require(Permission::ReadAudit)?;
        Self::outcome(filter)?;
        let last = self.0.store.log.last_audit_id().await.map_err(refused)?;
        let mut act = self
            .0
            .act(caller, "audit.exported", "audit")
            .more("format", format)
            .more("up-to", last);
        let instant = |at: Option<Instant>| at.map(|at| at.to_string()).unwrap_or_default();
        let asked = [
            ("person", filter.person.trim().to_owned()),
            ("action", filter.action.trim().to_owned()),
            ("object", filter.object.trim().to_owned()),
            ("outcome", filter.outcome.clone()),
            ("from", instant(filter.from)),
            ("to", instant(filter.to)),
        ];
        for (name, value) in asked.into_iter().filter(|(_, value)| !value.is_empty()) {
            act = act.more(name, value);
        }
        self.0.store.log.append_audit(&[act.row()]).await.map_err(refused)?;
        Ok(AuditFilter {
            // Rows up to here, whatever is written meanwhile: the same export can be made again.
            after: Some(place(&[last.saturating_add(1)])),
            limit: views::Limit(200),
            ..filter.clone()
        })
    }

    fn refused(&self, caller: &Caller, address: &str, because: &Sentence) {
        let address: String = address
            .chars()
            .filter(|c| !c.is_control())
            .take(LONGEST_ADDRESS)
            .collect();
        let act = self.0.act(caller, audit::REFUSED, format!("address:{address}"));
        self.0.refusals.note(act.refused(because.clone()));
    }
}
