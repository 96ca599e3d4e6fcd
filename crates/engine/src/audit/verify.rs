//! The check of the whole audit, chunk by chunk: what was changed, removed, added, exchanged or back-dated is named.

use std::collections::BTreeSet;

use domain::Instant;
use domain::audit::{Anchor, Checked, Finding, Tail, Verifier};
use store::{Store, StoreError};

use super::sealing::{entry, of_store};
use crate::sealer::Sealer;

/// Rows read at once.
const ROWS: usize = 10_000;
/// Seals read at once: each lists up to as many rows.
const SEALS: usize = 50;

/// How far a check is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Rows looked at.
    pub rows: u64,
    /// The id of the last row in all, which is about how many there are.
    pub of: i64,
}

/// Rows of a chain, read ahead.
struct Rows<'s> {
    store: &'s Store,
    chain: i64,
    after: i64,
    ahead: std::vec::IntoIter<store::log::AuditRow>,
}

impl Rows<'_> {
    /// The next row up to `to`.
    async fn next(&mut self, to: i64) -> Result<Option<store::log::AuditRow>, StoreError> {
        if self.ahead.as_slice().is_empty() {
            let more = self.store.log.list_audit_of_chain(self.chain, self.after, ROWS).await?;
            self.after = more.last().map_or(self.after, |row| row.audit_id);
            self.ahead = more.into_iter();
        }
        match self.ahead.as_slice().first() {
            Some(row) if row.audit_id <= to => Ok(self.ahead.next()),
            _ => Ok(None),
        }
    }
}

/// Checks every chain and what no seal covers yet. Rows from before `sealed_by` must be under a seal; without it (nothing is
/// running that would have sealed them) they may be open. `found` hears of every finding with its chain.
///
/// # Errors
/// The store's.
pub async fn verify(
    store: &Store,
    sealer: &Sealer,
    anchors: Vec<Anchor>,
    sealed_by: Option<Instant>,
    mut progress: impl FnMut(Progress),
    mut found: impl FnMut(i64, Finding),
) -> Result<Checked, StoreError> {
    let key = sealer.audit_key();
    let of = store.log.last_audit_id().await?;
    let mut chains: BTreeSet<i64> = store.log.list_audit_chains().await?.into_iter().collect();
    chains.extend(store.log.list_seal_chains().await?);
    chains.extend(anchors.iter().map(|anchor| anchor.chain));
    let mut all = Checked::default();
    let mut told = BTreeSet::new();
    // The last row under any seal: its id, and when it was written.
    let mut sealed = (0, Instant(i64::MIN));
    for chain in chains {
        let anchors = anchors.iter().filter(|a| a.chain == chain).cloned().collect();
        let mut verifier = Verifier::new(&key, anchors, |finding| {
            if matches!(finding, Finding::BackDated(_)) {
                told.insert(finding);
            }
            found(chain, finding);
        });
        let mut rows = Rows {
            store,
            chain,
            after: i64::MIN,
            ahead: Vec::new().into_iter(),
        };
        let mut seen = 0_u64;
        let mut after = i64::MIN;
        loop {
            let seals = store.log.list_seals(chain, after, SEALS).await?;
            let Some(last) = seals.last() else { break };
            after = last.to_id;
            for seal in seals.into_iter().map(of_store) {
                verifier.begin(&seal);
                while let Some(row) = rows.next(seal.to_id).await? {
                    sealed = sealed.max((row.audit_id, row.at));
                    verifier.row(&entry(row));
                    seen += 1;
                }
                verifier.end();
                progress(Progress {
                    rows: all.rows + all.unsealed + seen,
                    of,
                });
            }
        }
        while let Some(row) = rows.next(i64::MAX).await? {
            verifier.row(&entry(row));
        }
        let checked = verifier.finish(sealed_by);
        all.rows += checked.rows;
        all.seals += checked.seals;
        all.unsealed += checked.unsealed;
        all.findings += checked.findings;
    }
    let mut tail = Tail::after(sealed.0, sealed.1);
    let mut beyond = Vec::new();
    store
        .log
        .each_audit_row::<StoreError>(sealed.0, |row| {
            beyond.extend(tail.row(row.audit_id, row.at).map(|finding| (row.chain, finding)));
            Ok(())
        })
        .await?;
    for (chain, finding) in beyond {
        // A chain's own check may have told of a row that is dated back.
        if !told.contains(&finding) {
            all.findings += 1;
            found(chain, finding);
        }
    }
    Ok(all)
}
