//! Requests that nobody decided in time end by themselves.

use std::sync::Arc;
use std::time::Duration;

use domain::governance::State;
use store::log::{AuditRow, Proposal as Stored};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use views::errors::Result;

use super::{GovernancePort, MANY};
use crate::error::refused;

/// How often requests are looked at.
const EVERY: Duration = Duration::from_secs(60);

/// Ends requests as their time is over, until Docket stops.
pub(crate) fn start_expiring(governance: Arc<GovernancePort>, mut stopping: watch::Receiver<bool>) -> JoinHandle<()> {
    tokio::spawn(async move {
        while !*stopping.borrow() {
            if let Err(error) = governance.expire().await {
                tracing::warn!(%error, "requests whose time is over could not be ended");
            }
            tokio::select! {
                _ = stopping.changed() => break,
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    })
}

impl GovernancePort {
    /// Requests whose time is over end here; answers how many.
    pub(crate) async fn expire(&self) -> Result<usize> {
        let now = self.business.now();
        let mut ended = 0;
        loop {
            let due = self.store.log.list_proposals_due(now, 1).await.map_err(refused)?;
            if due.is_empty() {
                return Ok(ended);
            }
            let mut change = self.store.log.begin_change().await.map_err(refused)?;
            let over = change.expire_proposals(now, State::Expired.code(), MANY).await;
            let over = over.map_err(refused)?;
            let at = self.system.now();
            let row =
                |p: &Stored| AuditRow::done(at, "docket", "request.expired", format!("request:{}", p.proposal_id));
            let rows: Vec<AuditRow> = over.iter().map(row).collect();
            if rows.is_empty() {
                return Ok(ended);
            }
            change.commit(&rows).await.map_err(refused)?;
            ended += rows.len();
        }
    }
}
