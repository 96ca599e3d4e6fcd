//! Parked items are decoded again after a fix: what can be read now enters the log, the rest stays parked with its reason.

use std::collections::HashMap;

use domain::EventType;
use domain::exceptions::Parked;
use formats::fault::Fault;
use store::log::{AppendTx, Item, ItemMark, Log, Subject};
use views::messages::Outcome;

use super::batch::Batch;
use super::decode::{self, DecodedItem};
use crate::audit::Act;
use crate::error::EngineError;
use crate::fold::acts::{self, CaseActed};

/// An arrival whose parked items were decoded again.
pub(crate) struct Redecoded {
    pub(crate) inbox_id: i64,
    pub(crate) source_id: i64,
    pub(crate) source: String,
    pub(crate) entity: String,
    /// All its items as they decode now.
    pub(crate) items: Vec<DecodedItem>,
    /// The persons they speak of, as far as they may be new.
    pub(crate) subjects: Vec<Subject>,
    /// Who retried, and the act on the case when it was done there.
    pub(crate) actor: String,
    pub(crate) case: Option<CaseActed>,
    /// What the audit says of it.
    pub(crate) acts: Vec<Act>,
}

/// What a retry did.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Retried {
    pub(crate) tried: u64,
    pub(crate) processed: u64,
    pub(crate) last_seq: i64,
}

/// At most this many parked items are retried at once; a retry of the rest goes on from there.
const ITEMS_AT_ONCE: usize = 10_000;

/// Writes what a retry made. What is parked is read while nobody else appends, so that two retries at once do not both
/// put an item into the log.
pub(crate) async fn write(
    log: &Log,
    tx: &mut AppendTx,
    batch: &mut Batch,
    again: &mut Redecoded,
) -> Result<Retried, EngineError> {
    let parked: Vec<Item> = log.list_parked_items(again.inbox_id, -1, ITEMS_AT_ONCE).await?;
    let mut by_place: HashMap<i64, DecodedItem> = std::mem::take(&mut again.items)
        .into_iter()
        .map(|i| (i.ordinal, i))
        .collect();
    let mut retried = Retried {
        tried: parked.len() as u64,
        ..Retried::default()
    };
    let mut left: Option<Fault> = None;
    for item in &parked {
        let Some(now) = by_place.remove(&item.ordinal) else {
            continue;
        };
        match now.result {
            Ok(drafts) => {
                let mut first = None;
                for (part, draft) in (0..).zip(drafts) {
                    let seq = batch.admit(again.source_id, &item.item_key, part, again.inbox_id, draft);
                    first.get_or_insert(seq);
                }
                let mark = ItemMark {
                    outcome: Outcome::Accepted.code(),
                    seq: first,
                    ..ItemMark::default()
                };
                tx.mark_item(&item.address(), &mark).await?;
                retried.processed = retried.processed.saturating_add(1);
            }
            Err(fault) => {
                let mark = ItemMark {
                    outcome: Outcome::Parked.code(),
                    fault: serde_json::to_string(&fault.sentence()).ok(),
                    parked_on: fault.parked_on().map(str::to_owned),
                    seq: None,
                };
                tx.mark_item(&item.address(), &mark).await?;
                left.get_or_insert(fault);
            }
        }
    }
    let processed = i64::try_from(retried.processed).unwrap_or(i64::MAX);
    tx.mark_inbox_parked(again.inbox_id, processed.saturating_neg()).await?;
    let still = i64::try_from(parked.len())
        .unwrap_or(i64::MAX)
        .saturating_sub(processed);
    if !parked.is_empty() {
        let act = left.as_ref().map_or_else(
            || Parked {
                inbox_id: again.inbox_id,
                source: again.source.clone(),
                entity: again.entity.clone(),
                items: 0,
                class: "IT-05".to_owned(),
                fault: domain::Sentence::default(),
            },
            |fault| decode::parked_act(again.inbox_id, &again.source, &again.entity, still, fault),
        );
        // The act first: a case that heals by it shows who did it.
        if let Some(case) = &again.case {
            let draft = acts::draft(EventType::CaseRetried, batch.received_at, Some(&again.actor), case);
            batch.admit_own(again.inbox_id, draft);
        }
        let kind = if still == 0 {
            EventType::InboxUnparked
        } else {
            EventType::InboxParked
        };
        let mut draft = acts::parked(kind, batch.received_at, &act);
        draft.actor = Some(again.actor.clone());
        batch.admit_own(again.inbox_id, draft);
    }
    retried.last_seq = batch.next_seq.saturating_sub(1);
    let audited = again.acts.iter().cloned().map(|act| {
        let act = act.seq(retried.last_seq).more("tried", retried.tried);
        act.more("processed", retried.processed).row()
    });
    batch.audit.extend(audited);
    Ok(retried)
}
