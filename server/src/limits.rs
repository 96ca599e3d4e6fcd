//! How often a sender may come, and how much may be in one request.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use domain::{Clock, Instant};

use crate::proxies::CameFrom;
use crate::rest::answer::SMALL_BODY;
use crate::rest::problem::Problem;
use crate::state::Server;

/// Keys kept before full buckets are thrown away.
const SWEEP_ABOVE: usize = 10_000;

/// One token bucket per key: `burst` at once, `per_second` in the long run.
pub struct Buckets<K> {
    clock: Arc<dyn Clock>,
    /// Microseconds that one token takes to come back.
    refill: i64,
    burst: i64,
    /// When each key's bucket is full again.
    full_at: Mutex<HashMap<K, Instant>>,
}

impl<K: Eq + Hash> Buckets<K> {
    /// Buckets that refill with `per_second` tokens a second.
    #[must_use]
    pub fn per_second(clock: Arc<dyn Clock>, per_second: u32, burst: u32) -> Self {
        Self::new(clock, Instant::SECOND / i64::from(per_second.max(1)), burst)
    }

    /// Buckets that refill with `per_minute` tokens a minute, all of which may be used at once.
    #[must_use]
    pub fn per_minute(clock: Arc<dyn Clock>, per_minute: u32) -> Self {
        Self::new(clock, Instant::MINUTE / i64::from(per_minute.max(1)), per_minute)
    }

    fn new(clock: Arc<dyn Clock>, refill: i64, burst: u32) -> Self {
        Self {
            clock,
            refill: refill.max(1),
            burst: i64::from(burst.max(1)),
            full_at: Mutex::default(),
        }
    }

    /// Takes one token.
    ///
    /// # Errors
    /// Whole seconds, at least one, after which there is a token again.
    pub fn take(&self, key: K) -> Result<(), u32> {
        let now = self.clock.now();
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if full_at.len() > SWEEP_ABOVE {
            full_at.retain(|_, at| *at > now);
        }
        let full = full_at.get(&key).copied().unwrap_or(now).max(now).plus(self.refill);
        let over = full.since(now) - self.burst.saturating_mul(self.refill);
        if over > 0 {
            return Err(u32::try_from((over + Instant::SECOND - 1) / Instant::SECOND)
                .unwrap_or(u32::MAX)
                .max(1));
        }
        full_at.insert(key, full);
        Ok(())
    }
}

/// How many items a JSON array holds, by counting the commas of its first level. Zero when the text is not an array.
#[must_use]
pub fn array_items(json: &[u8]) -> usize {
    let Some((b'[', inside)) = json.trim_ascii_start().split_first() else {
        return 0;
    };
    let (mut depth, mut commas, mut any) = (1_usize, 0_usize, false);
    let (mut in_text, mut escaped) = (false, false);
    for &byte in inside {
        if in_text {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_text = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => continue,
            b'"' => in_text = true,
            b'[' | b'{' => depth += 1,
            b']' | b'}' if depth == 1 => break,
            b']' | b'}' => depth -= 1,
            b',' if depth == 1 => commas += 1,
            _ => {}
        }
        any = true;
    }
    commas + usize::from(any)
}

/// Lets an attempt to enter through, with its body as it came: each user name, and each address, may be tried so often.
///
/// # Errors
/// 429 with the seconds to wait.
pub async fn door(server: &Server, request: Request) -> Result<Request, Problem> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, SMALL_BODY)
        .await
        .map_err(|_| Problem::too_large(SMALL_BODY))?;
    let address = parts.extensions.get::<CameFrom>().map(|from| from.neighbourhood());
    let refused = |seconds| {
        tracing::warn!(access.address = ?address, "attempts to sign in are refused for a while");
        Problem::too_many("error-sign-in-rate", seconds)
    };
    if let Some(address) = address {
        server.per_address.take(address).map_err(refused)?;
    }
    if let Some(user) = form_field(&body, "user") {
        let from = address.map_or_else(String::new, |a| a.to_string());
        server
            .per_user
            .take((from, user.trim().to_lowercase()))
            .map_err(refused)?;
    }
    Ok(Request::from_parts(parts, Body::from(body)))
}

/// A field of a posted form.
fn form_field(body: &[u8], name: &str) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    let value = text
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name)?
        .1;
    let spaced = value.replace('+', " ");
    Some(
        percent_encoding::percent_decode_str(&spaced)
            .decode_utf8_lossy()
            .into_owned(),
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    use domain::{Clock, Instant};

    use super::{Buckets, array_items, form_field};

    #[derive(Default)]
    struct Hand(AtomicI64);

    impl Clock for Hand {
        fn now(&self) -> Instant {
            Instant(self.0.load(Ordering::Relaxed))
        }
    }

    #[test]
    fn a_burst_passes_then_one_each_refill() {
        let hand = Arc::new(Hand::default());
        let buckets = Buckets::per_second(hand.clone(), 2, 3);
        assert_eq!([(); 3].map(|()| buckets.take("a")), [Ok(()); 3]);
        assert_eq!(buckets.take("a"), Err(1));
        assert_eq!(buckets.take("b"), Ok(()));
        hand.0.store(Instant::SECOND / 2, Ordering::Relaxed);
        assert_eq!(buckets.take("a"), Ok(()));
        assert_eq!(buckets.take("a"), Err(1));
    }

    #[test]
    fn ten_attempts_a_minute_then_six_seconds_each() {
        let buckets = Buckets::per_minute(Arc::new(Hand::default()), 10);
        assert!((0..10).all(|_| buckets.take("maria").is_ok()));
        assert_eq!(buckets.take("maria"), Err(6));
    }

    #[test]
    fn a_user_name_is_read_as_a_form_writes_it() {
        assert_eq!(
            form_field(b"next=%2F&user=J%C3%B6rg+M&password=x", "user").as_deref(),
            Some("Jörg M")
        );
        assert_eq!(form_field(b"username=a", "user"), None);
    }

    #[test]
    fn items_of_an_array_are_counted_on_its_first_level_only() {
        for (json, items) in [
            ("[]", 0),
            (" [ ] ", 0),
            ("[1]", 1),
            ("[{\"a\":[1,2,3]},{\"b\":\"x,]y\\\",\"}]", 2),
            ("[[],[]]", 2),
            ("{\"a\":[1,2]}", 0),
            ("[1,2", 2),
            ("", 0),
        ] {
            assert_eq!(array_items(json.as_bytes()), items, "{json}");
        }
    }
}
