//! Seals over new rows, each second and per chain. Any node may: a seal that another was first with is refused by the store.

use std::sync::Arc;
use std::time::Duration;

use domain::Clock;
use domain::audit::{self as rules, Anchor, Entry};
use store::log::{AuditRow, Seal};
use store::{Store, StoreError};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::sealer::Sealer;

/// How often new rows are sealed.
const PACE: Duration = Duration::from_secs(1);
/// Rows under one seal at most: what a check holds in memory at once.
const ROWS: usize = 10_000;

/// A row as the rules know it.
pub(super) fn entry(row: AuditRow) -> Entry {
    Entry {
        audit_id: row.audit_id,
        at: row.at,
        chain: row.chain,
        region: row.region,
        actor: row.actor,
        action: row.action,
        object: row.object,
        outcome: row.outcome,
        detail: row.detail,
    }
}

/// A seal as the rules know it.
pub(super) fn of_store(seal: Seal) -> rules::Seal {
    rules::Seal {
        chain: seal.chain,
        from_id: seal.from_id,
        to_id: seal.to_id,
        prev: seal.prev,
        hash: seal.hash,
        at: seal.at,
        rows: seal.rows,
    }
}

fn to_store(seal: rules::Seal) -> Seal {
    Seal {
        chain: seal.chain,
        to_id: seal.to_id,
        from_id: seal.from_id,
        prev: seal.prev,
        hash: seal.hash,
        at: seal.at,
        rows: seal.rows,
    }
}

/// Seals every row that has no seal yet. Answers how many.
///
/// # Errors
/// The store's.
pub async fn seal_all(store: &Store, clock: &dyn Clock, sealer: &Sealer) -> Result<u64, StoreError> {
    let key = sealer.audit_key();
    let mut sealed = 0;
    for chain in store.log.list_audit_chains().await? {
        loop {
            let last = store.log.get_last_seal(chain).await?.map(of_store);
            let after = last.as_ref().map_or(0, |seal| seal.to_id);
            let rows = store.log.list_audit_of_chain(chain, after, ROWS).await?;
            let entries: Vec<Entry> = rows.into_iter().map(entry).collect();
            let Some(seal) = rules::seal(&key, last.as_ref(), clock.now(), &entries) else {
                break;
            };
            if !store.log.insert_seal(&to_store(seal)).await? {
                // Another node sealed these rows.
                break;
            }
            sealed += entries.len() as u64;
            if entries.len() < ROWS {
                break;
            }
        }
    }
    Ok(sealed)
}

/// The end of every chain as it is now, to be kept elsewhere.
///
/// # Errors
/// The store's.
pub async fn anchors(store: &Store) -> Result<Vec<Anchor>, StoreError> {
    let mut anchors = Vec::new();
    for chain in store.log.list_audit_chains().await? {
        if let Some(seal) = store.log.get_last_seal(chain).await? {
            anchors.push(Anchor {
                chain,
                to_id: seal.to_id,
                hash: seal.hash,
            });
        }
    }
    Ok(anchors)
}

/// Seals for as long as the engine runs.
pub(crate) fn start(
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
    sealer: Sealer,
    mut stopping: watch::Receiver<bool>,
) -> JoinHandle<()> {
    tokio::spawn(async move {
        while !*stopping.borrow() {
            if let Err(error) = seal_all(&store, &*clock, &sealer).await {
                tracing::warn!(%error, "the audit could not be sealed");
            }
            tokio::select! {
                _ = stopping.changed() => break,
                () = tokio::time::sleep(PACE) => {}
            }
        }
    })
}
