//! Tokens of systems and services (domain §8.1, service accounts): what they are good for, and when their end is told.

use super::permission::Permission;
use crate::time::Instant;

/// What a source's token is good for: to hand in, as that source and no other.
pub const INGEST: &str = "ingest";

/// Days before its end at which a token's end is told, again each time.
pub const WARN_DAYS: [i64; 3] = [30, 14, 3];

/// What a service may be let do, by the word of its scope: to read, never to act.
pub const SERVICE_SCOPES: [(&str, Permission); 5] = [
    ("orders:read", Permission::SeeOrders),
    ("prices:read", Permission::SeePrices),
    ("exceptions:read", Permission::SeeExceptions),
    ("messages:read", Permission::SeeMessages),
    ("audit:read", Permission::ReadAudit),
];

/// The permission that a service's scope stands for.
#[must_use]
pub fn service_scope(word: &str) -> Option<Permission> {
    let found = SERVICE_SCOPES.into_iter().find(|(known, _)| *known == word);
    found.map(|(_, permission)| permission)
}

/// Whole days until `end`, begun ones counted; 0 when it has come.
#[must_use]
pub const fn days_left(end: Instant, now: Instant) -> i64 {
    let left = end.0.saturating_sub(now.0);
    if left <= 0 {
        return 0;
    }
    left.saturating_add(Instant::DAY - 1) / Instant::DAY
}

/// The nearest of [`WARN_DAYS`] that a token with this end has reached; 0 when it has ended. None while it has longer.
#[must_use]
pub fn warned(end: Instant, now: Instant) -> Option<i64> {
    let left = days_left(end, now);
    if left == 0 {
        return Some(0);
    }
    WARN_DAYS.into_iter().filter(|days| left <= *days).min()
}

#[cfg(test)]
mod tests {
    use super::{days_left, warned};
    use crate::time::Instant;

    #[test]
    fn the_end_is_told_thirty_fourteen_and_three_days_before() {
        let end = Instant(100 * Instant::DAY);
        let told = |days: i64| warned(end, Instant(end.0 - days * Instant::DAY));
        assert_eq!(
            [31, 30, 15, 14, 4, 3, 1, 0, -1].map(told),
            [
                None,
                Some(30),
                Some(30),
                Some(14),
                Some(14),
                Some(3),
                Some(3),
                Some(0),
                Some(0)
            ]
        );
        assert_eq!(days_left(end, Instant(end.0 - 1)), 1, "a begun day counts");
    }
}
