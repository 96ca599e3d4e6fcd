//! Which dates can be believed, and what is remarkable about one (domain §1.7).

use super::fact::Fact;
use super::flags::FlagKind;
use crate::events::EventType;
use crate::time::{Instant, Precision};

/// 2000-01-01T00:00:00Z: nothing of this trade is older.
const FIRST_DAY: Instant = Instant(946_684_800_000_000);
/// Nothing of an order is older than this before it was made.
pub(super) const TWO_YEARS: i64 = 2 * 365 * Instant::DAY;

/// Where an order was made: its first `po.created`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Creation {
    /// When.
    pub(super) at: Instant,
    /// Its place among the facts.
    pub(super) place: usize,
}

pub(super) fn makes_order(fact: &Fact) -> bool {
    fact.kind == EventType::PoCreated && fact.counts()
}

/// Its date can be believed, so that it may count in latencies (domain §1.7).
pub(super) fn is_plausible(fact: &Fact, created: Option<Creation>) -> bool {
    !fact.ahead && !is_too_old(fact, created)
}

fn is_too_old(fact: &Fact, created: Option<Creation>) -> bool {
    fact.occurred_at < FIRST_DAY
        || created.is_some_and(|order| fact.occurred_at.0 < order.at.0.saturating_sub(TWO_YEARS))
}

/// What is remarkable about when it happened.
pub(super) fn date_flag(fact: &Fact, created: Option<Creation>) -> Option<FlagKind> {
    let follows = fact.kind.code() >= 200 && fact.kind.code() < 900 && fact.kind != EventType::PoCreated;
    if is_too_old(fact, created) {
        Some(FlagKind::ImplausiblePast)
    } else if fact.ahead {
        Some(FlagKind::ImplausibleFuture)
    } else if follows && fact.precision != Precision::Day && created.is_some_and(|order| fact.occurred_at < order.at) {
        Some(FlagKind::EventBeforeCreation)
    } else {
        None
    }
}
