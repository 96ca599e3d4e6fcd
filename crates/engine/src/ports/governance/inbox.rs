//! The inbox of requests.

use std::collections::HashMap;

use domain::governance::{GovernedKind, State};
use store::log::Proposal as Stored;
use views::Caller;
use views::errors::Result;
use views::governance::{Inbox, RequestRow};

use super::{GovernancePort, MANY};
use crate::error::refused;
use crate::proposals::read;

/// Requests that are over and still shown.
const OVER: usize = 50;

impl GovernancePort {
    pub(super) async fn requests(&self, caller: &Caller) -> Result<Inbox> {
        let around = self.around().await?;
        let standing = self.bodies().await?;
        let of = |p: &Stored| standing.get(&(p.kind.clone(), p.subject.clone())).map(String::as_str);
        let mut inbox = Inbox::default();
        for stored in self.to_review().await? {
            let p = read(&stored).map_err(refused)?;
            if Self::shows(caller, &p) {
                inbox.to_review.push(self.row(caller, &around, &stored, &p, None));
            }
        }
        for stored in self.open().await? {
            let p = read(&stored).map_err(refused)?;
            if !Self::shows(caller, &p) {
                continue;
            }
            let row = self.row(caller, &around, &stored, &p, of(&stored));
            let place = if row.may_decide {
                &mut inbox.to_decide
            } else if row.yours {
                &mut inbox.yours
            } else {
                &mut inbox.others
            };
            place.push(row);
        }
        // What is first to expire is first to be decided.
        let first = |row: &RequestRow| (row.expires_at, row.id);
        inbox.to_decide.sort_unstable_by_key(first);
        inbox.yours.sort_unstable_by_key(first);
        inbox.others.sort_unstable_by_key(first);
        let over: Vec<i64> = State::ALL
            .into_iter()
            .filter(|s| *s != State::Open)
            .map(State::code)
            .collect();
        let over = self.store.log.list_proposals(Some(&over), None, OVER).await;
        for stored in over.map_err(refused)? {
            let p = read(&stored).map_err(refused)?;
            if Self::shows(caller, &p) && !p.awaits_review() {
                inbox.over.push(self.row(caller, &around, &stored, &p, None));
            }
        }
        Ok(inbox)
    }

    /// What every record says in its last version: what open requests are based on.
    async fn bodies(&self) -> Result<HashMap<(String, String), String>> {
        let mut bodies = HashMap::new();
        for kind in GovernedKind::ALL {
            let last = self
                .store
                .log
                .list_governed_at(kind.as_str(), domain::Instant(i64::MAX), "", MANY)
                .await;
            for record in last.map_err(refused)? {
                if let Some(body) = record.body {
                    bodies.insert((record.kind, record.key), body);
                }
            }
        }
        Ok(bodies)
    }

    async fn to_review(&self) -> Result<Vec<Stored>> {
        let ever = domain::Instant(i64::MAX);
        self.store
            .log
            .list_proposals_to_review(ever, MANY)
            .await
            .map_err(refused)
    }

    /// Requests that wait for the caller: to decide, or to review.
    pub(super) async fn count_waiting(&self, caller: &Caller) -> Result<u64> {
        let mut count = 0_u64;
        for stored in self.open().await?.into_iter().chain(self.to_review().await?) {
            let p = read(&stored).map_err(refused)?;
            if Self::shows(caller, &p) && Self::may_decide(caller, &p).is_ok() {
                count = count.saturating_add(1);
            }
        }
        Ok(count)
    }

    /// For who watches: requests that wait, acts alone not reviewed, those of them overdue, acts alone ever.
    pub(crate) async fn figures(&self) -> Result<[u64; 4]> {
        let now = self.business.now();
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        let review = self.to_review().await?;
        let overdue = review.iter().filter(|p| p.review_by.is_some_and(|by| by < now)).count();
        let open = self
            .store
            .log
            .count_proposals(State::Open.code())
            .await
            .map_err(refused)?;
        let alone = self.store.log.count_proposals_alone().await.map_err(refused)?;
        Ok([open, count(review.len()), count(overdue), alone])
    }
}
