//! What two people agreed on enters the log: the event, the version of the record, the proposal, what follows from it at
//! once, and who did it, in one transaction. So judgement sees it in log order (DESIGN §1.6).

use domain::governance::{AccessBody, Body, GovernedKind, Proposal, SourceBody};
use domain::{EventType, Instant};
use serde::{Deserialize, Serialize};
use store::StoreError;
use store::log::{AppendTx, AuditRow, Governed, Source};

use super::batch::Batch;
use crate::error::EngineError;
use crate::fold::acts;
use crate::proposals;

/// What the event `governed.published` carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Published {
    /// Kind of record.
    pub(crate) kind: String,
    /// Which record.
    pub(crate) key: String,
    /// Its new version.
    pub(crate) version: i64,
    /// Hash over what was agreed on, as hexadecimal text.
    pub(crate) hash: String,
}

/// An agreed proposal that is to be published.
pub(crate) struct Publication {
    /// The proposal's id; 0: it was done alone, and is stored with this.
    pub(crate) id: i64,
    /// The proposal after it was agreed.
    pub(crate) agreed: Proposal,
    /// Who made it so.
    pub(crate) by: String,
    /// Who did what.
    pub(crate) audit: Vec<AuditRow>,
    /// The system clock, for what the audit says of Docket itself.
    pub(crate) at: Instant,
}

fn changed(what: &str) -> EngineError {
    EngineError::Store(StoreError::Conflict(what.to_owned()))
}

/// Writes a publication. Answers the proposal's id.
pub(super) async fn write(tx: &mut AppendTx, batch: &mut Batch, asked: &Publication) -> Result<i64, EngineError> {
    let agreed = &asked.agreed;
    let (kind, key) = (agreed.kind.as_str(), agreed.key.as_str());
    let last = tx.get_governed_version(kind, key).await?;
    if last != agreed.base_version {
        return Err(changed("the record is at another version"));
    }
    let version = last.saturating_add(1);
    let act = Published {
        kind: kind.to_owned(),
        key: key.to_owned(),
        version,
        hash: hex::encode(agreed.hash),
    };
    let draft = acts::draft(EventType::GovernedPublished, batch.received_at, Some(&asked.by), &act);
    let seq = batch.admit_own(0, draft);
    let record = Governed {
        kind: kind.to_owned(),
        key: key.to_owned(),
        version,
        valid_from: agreed.effective_from().unwrap_or(batch.received_at),
        valid_to: None,
        body: agreed.body.clone(),
        hash: agreed.hash.to_vec(),
        seq,
        by_login: asked.by.clone(),
        at: batch.received_at,
    };
    tx.insert_governed(&record).await?;
    let stored = proposals::stored(asked.id, agreed, Some(seq));
    let id = if asked.id == 0 {
        tx.insert_proposal(&stored).await?
    } else {
        tx.update_proposal(&stored).await?;
        asked.id
    };
    let mut audit: Vec<AuditRow> = asked.audit.clone();
    for row in &mut audit {
        if row.object.starts_with("request:") {
            row.object = format!("request:{id}");
        }
    }
    for other in tx.list_open_proposals_of(kind, key).await? {
        let open = proposals::read(&other)?;
        if let Some(void) = open.settled(version, batch.received_at) {
            tx.update_proposal(&proposals::stored(other.proposal_id, &void, None))
                .await?;
            let object = format!("request:{}", other.proposal_id);
            audit.push(AuditRow::done(asked.at, "docket", "request.void", object));
        }
    }
    follow(tx, agreed, asked.at).await?;
    tx.insert_audit(&audit).await?;
    Ok(id)
}

/// What follows at once: a person's roles and scope, a source's fields. All else is kept for the judge.
async fn follow(tx: &mut AppendTx, agreed: &Proposal, now: Instant) -> Result<(), EngineError> {
    let read = |text: &String| Body::read(agreed.kind, text);
    let body = match agreed.body.as_ref().map(read) {
        Some(Ok(body)) => Some(body),
        Some(Err(_)) => return Err(EngineError::damaged("what was agreed on cannot be read")),
        None => None,
    };
    match (agreed.kind, body) {
        (GovernedKind::Access, Some(Body::Access(body))) => access(tx, &agreed.key, Some(&body)).await,
        (GovernedKind::Access, None) => access(tx, &agreed.key, None).await,
        (GovernedKind::Source, Some(Body::Source(body))) => source(tx, &agreed.key, Some(&body), now).await,
        (GovernedKind::Source, None) => source(tx, &agreed.key, None, now).await,
        _ => Ok(()),
    }
}

/// Their sessions find it at their next request; who has no roles any more is signed out.
async fn access(tx: &mut AppendTx, login: &str, body: Option<&AccessBody>) -> Result<(), EngineError> {
    let found = tx.get_person(login).await?;
    let mut person = found.ok_or_else(|| changed("there is no such person"))?;
    let roles = body.map_or_else(Vec::new, |b| b.roles.iter().map(|r| r.as_str()).collect());
    let nothing = domain::access::Scope::nothing();
    person.roles = roles.join(" ");
    person.scope = serde_json::to_string(body.map_or(&nothing, |b| &b.scope)).map_err(EngineError::damaged)?;
    tx.upsert_person(&person).await?;
    if roles.is_empty() {
        tx.delete_sessions_of(login).await?;
    }
    Ok(())
}

async fn source(tx: &mut AppendTx, name: &str, body: Option<&SourceBody>, now: Instant) -> Result<(), EngineError> {
    let known = tx.get_source_by_name(name).await?;
    let mut source = match (&known, body) {
        (Some(source), _) => source.clone(),
        (None, None) => return Err(changed("there is no such source")),
        (None, Some(_)) => Source {
            source_id: 0,
            name: name.to_owned(),
            title: String::new(),
            lane: String::new(),
            entity: String::new(),
            kind: String::new(),
            created_at: now,
            stopped_at: None,
        },
    };
    if let Some(body) = body {
        source.title = body.title.trim().to_owned();
        source.lane.clone_from(&body.lane);
        source.entity = body.entity.trim().to_owned();
    }
    let stopped = body.is_none_or(|b| b.stopped);
    source.stopped_at = stopped.then(|| source.stopped_at.unwrap_or(now));
    match known {
        Some(_) => tx.update_source(&source).await?,
        None => drop(tx.insert_source(&source).await?),
    }
    Ok(())
}
