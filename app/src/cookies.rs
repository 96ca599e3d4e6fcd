//! The cookies of the door. Over TLS their names carry the prefix by which browsers refuse them from anywhere but this
//! very host, over TLS, for all of it: no neighbour under the same domain can plant a session.

use axum::http::HeaderValue;
use axum::http::header::{COOKIE, HeaderMap};
use domain::Instant;

/// A cookie of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookie {
    /// The secret of a session.
    Session,
    /// What binds a sign-in at the identity provider to the browser that began it.
    Errand,
}

impl Cookie {
    /// Its name. `secure`: people reach us over TLS.
    #[must_use]
    pub const fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Session, true) => "__Host-docket_session",
            (Self::Session, false) => "docket_session",
            (Self::Errand, true) => "__Host-docket_errand",
            (Self::Errand, false) => "docket_errand",
        }
    }

    /// Its value in a request. Sent twice, it is nobody's: a browser sends it once.
    #[must_use]
    pub fn of(self, headers: &HeaderMap, secure: bool) -> Option<String> {
        let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
        let mut values = lines
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(name, _)| *name == self.name(secure))
            .map(|(_, value)| value);
        let value = values.next()?;
        (values.next().is_none() && !value.is_empty()).then(|| value.to_owned())
    }

    /// The header that gives it to the browser until an instant, or takes it away.
    #[must_use]
    pub fn set(self, value: Option<(&str, Instant)>, secure: bool) -> Option<HeaderValue> {
        let name = self.name(secure);
        let flags = if secure { "; Secure" } else { "" };
        let (value, until) = value.unwrap_or(("", Instant(0)));
        let until = until.to_utc()?.format("%a, %d %b %Y %H:%M:%S GMT");
        HeaderValue::from_str(&format!(
            "{name}={value}; Path=/; HttpOnly; SameSite=Lax; Expires={until}{flags}"
        ))
        .ok()
    }
}

#[cfg(test)]
mod tests {
    use axum::http::header::{COOKIE, HeaderMap};
    use domain::Instant;

    use super::Cookie;

    fn sent(line: &str) -> HeaderMap {
        HeaderMap::from_iter([(COOKIE, line.parse().unwrap())])
    }

    #[test]
    fn over_tls_a_cookie_without_the_prefix_is_not_ours() {
        assert_eq!(Cookie::Session.of(&sent("docket_session=a"), true), None);
        let both = sent("docket_session=planted; __Host-docket_session=a");
        assert_eq!(Cookie::Session.of(&both, true).as_deref(), Some("a"));
        assert_eq!(
            Cookie::Session.of(&sent("x=1; docket_session=a"), false).as_deref(),
            Some("a")
        );
    }

    #[test]
    fn a_cookie_that_is_sent_twice_or_empty_is_nobodys() {
        for line in [
            "docket_session=a; docket_session=b",
            "docket_session=",
            "docket_sessio=a",
            "",
        ] {
            assert_eq!(Cookie::Session.of(&sent(line), false), None, "{line}");
        }
    }

    #[test]
    fn a_prefixed_cookie_has_what_browsers_ask_of_it() {
        let set = Cookie::Session.set(Some(("secret", Instant(0))), true).unwrap();
        let set = set.to_str().unwrap();
        assert!(set.starts_with("__Host-docket_session=secret; Path=/; "), "{set}");
        assert!(
            set.contains("; HttpOnly") && set.ends_with("; Secure") && !set.contains("Domain"),
            "{set}"
        );
        assert!(Cookie::Session.set(Some(("a\r\nb", Instant(0))), false).is_none());
    }
}
