//! Every address that a page links to, in one place.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

const KEEP: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// `text` as one segment of a path or one value of a query.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, KEEP).to_string()
}

/// `path` with those of the pairs that have a value.
pub(crate) fn with(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut address = path.to_owned();
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        address.push(if address.contains('?') { '&' } else { '?' });
        address.push_str(name);
        address.push('=');
        address.push_str(&encoded(value));
    }
    address
}

pub(crate) fn order(entity: &str, po_no: &str) -> String {
    format!("/orders/{}/{}", encoded(entity), encoded(po_no))
}

pub(crate) fn event(entity: &str, po_no: &str, seq: i64) -> String {
    format!("{}/events/{seq}", order(entity, po_no))
}

pub(crate) fn orders_by(key: &str) -> String {
    with("/orders", &[("q", key)])
}

pub(crate) fn case(id: i64) -> String {
    format!("/exceptions/{id}")
}

pub(crate) fn selection(id: i64) -> String {
    format!("/selections/{id}")
}

pub(crate) fn message(id: i64) -> String {
    format!("/messages/{id}")
}

pub(crate) fn source(name: &str) -> String {
    format!("/sources/{}", encoded(name))
}

pub(crate) fn sign_in(next: &str) -> String {
    with("/sign-in", &[("next", next)])
}

/// `next` when it is a page of ours, else the first page: a sign-in must not lead to another site.
pub(crate) fn same_site(next: &str) -> &str {
    let path = next.starts_with('/') && !next.starts_with("//");
    let plain = next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if path && plain { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::{order, same_site, with};

    #[test]
    fn a_number_with_a_slash_stays_one_segment() {
        assert_eq!(order("DE01", "45/00 ä"), "/orders/DE01/45%2F00%20%C3%A4");
    }

    #[test]
    fn empty_values_are_left_out_of_an_address() {
        assert_eq!(
            with("/orders", &[("q", "a&b"), ("entity", ""), ("after", "x")]),
            "/orders?q=a%26b&after=x"
        );
    }

    #[test]
    fn sign_in_never_leads_to_another_site() {
        for other in [
            "https://elsewhere.example",
            "//elsewhere.example",
            "/\\elsewhere.example",
            "",
            "/a\r\nb",
        ] {
            assert_eq!(same_site(other), "/");
        }
        assert_eq!(same_site("/orders?q=45"), "/orders?q=45");
    }
}
