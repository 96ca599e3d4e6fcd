//! Proposals as they are stored, and back.

use domain::governance::{GovernedKind, Proposal, State};
use store::log::Proposal as Stored;

use crate::error::EngineError;

/// A proposal as it is stored. `id` 0: the store gives it one.
pub(crate) fn stored(id: i64, p: &Proposal, seq: Option<i64>) -> Stored {
    Stored {
        proposal_id: id,
        kind: p.kind.as_str().to_owned(),
        subject: p.key.clone(),
        base_version: p.base_version,
        valid_from: p.valid_from,
        body: p.body.clone(),
        hash: p.hash.to_vec(),
        requester: p.requester.clone(),
        reason: p.reason.clone(),
        ticket: p.ticket.clone(),
        emergency: p.emergency,
        decisions: serde_json::to_string(&p.decisions).unwrap_or_else(|_| "[]".to_owned()),
        state: p.state.code(),
        created_at: p.created_at,
        expires_at: p.expires_at,
        decided_at: p.decided_at,
        review_by: p.review_by,
        seq,
        version: p.version,
    }
}

/// What was stored.
pub(crate) fn read(row: &Stored) -> Result<Proposal, EngineError> {
    let damaged = |what: &str| EngineError::damaged(format!("{what} of request {} cannot be read", row.proposal_id));
    Ok(Proposal {
        kind: GovernedKind::parse(&row.kind).ok_or_else(|| damaged("the kind"))?,
        key: row.subject.clone(),
        base_version: row.base_version,
        body: row.body.clone(),
        valid_from: row.valid_from,
        hash: row.hash.as_slice().try_into().map_err(|_| damaged("the hash"))?,
        requester: row.requester.clone(),
        reason: row.reason.clone(),
        ticket: row.ticket.clone(),
        emergency: row.emergency,
        decisions: serde_json::from_str(&row.decisions).map_err(|_| damaged("what was said"))?,
        state: State::from_code(row.state).ok_or_else(|| damaged("the state"))?,
        created_at: row.created_at,
        expires_at: row.expires_at,
        decided_at: row.decided_at,
        review_by: row.review_by,
        version: row.version,
    })
}
