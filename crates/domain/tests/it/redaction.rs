//! Free text, names and raw bytes as those see them who may not see everything in them.

use domain::access::{pseudonym, redact, shape, structure};
use proptest::prelude::{ProptestConfig, proptest};

#[test]
fn accounts_cards_and_mail_addresses_are_hidden_in_free_text() {
    for (text, shown) in [
        ("pay to DE89 3704 0044 0532 0130 00 today", "pay to •••• today"),
        ("IBAN:DE89370400440532013000.", "IBAN:••••."),
        ("NO93 8601 1117 947", "••••"),
        ("card 4111-1111-1111-1111, thanks", "card ••••, thanks"),
        ("ask m.keller@example.com!", "ask ••••!"),
        ("order 4500018823 line 10", "order 4500018823 line 10"),
        (
            "GB00 WEST 1234 5698 7654 32 has a wrong check",
            "GB00 WEST 1234 5698 7654 32 has a wrong check",
        ),
        ("room @ 12", "room @ 12"),
        ("item 4006381333931", "item 4006381333931"),
        ("größe 4 ✓", "größe 4 ✓"),
        ("", ""),
    ] {
        assert_eq!(redact(text), shown);
    }
}

#[test]
fn a_person_keeps_one_other_name_under_one_key() {
    let one = pseudonym(b"key", "MKELLER");
    assert_eq!(one, pseudonym(b"key", "MKELLER"));
    assert_eq!(one.len(), 6);
    assert_ne!(one, pseudonym(b"key", "MKELLEN"));
    assert_ne!(one, pseudonym(b"other", "MKELLER"));
}

#[test]
fn the_shape_of_a_value_shows_what_is_wrong_with_it_but_not_the_value() {
    assert_eq!(shape("1.234,5O"), "9.999,9A");
    assert_eq!(shape("2026-02-30"), "9999-99-99");
    assert_eq!(shape("Łódź/№7"), "Aaaa/№9");
}

#[test]
fn of_json_the_keys_stay_even_when_it_is_broken() {
    let sent = r#"{"poNumber": "4500018823", "lines":[{"price":12.50,"ok":true,"who@x.de":"a\"b"}], "supplier": "Kel"#;
    assert_eq!(
        structure("application/json", sent, true),
        r#"{"poNumber": "9999999999", "lines":[{"price":99.99,"ok":true,"aaa@a.aa":"a\"a"}], "supplier": "Aaa"#
    );
}

#[test]
fn of_xml_the_names_stay() {
    let sent = r#"<?xml version="1.0"?><Order id="45'00>18" xmlns:a='urn:x'><!-- Bob --><a:Line z="it's Bob">10</a:Line><![CDATA[S3]]></Order>"#;
    assert_eq!(
        structure("text/xml", sent, true),
        r#"<?xml version="9.9"?><Order id="99'99>99" xmlns:a='aaa:a'><!-- Aaa --><a:Line z="aa'a Aaa">99</a:Line><![CDATA[A9]]></Order>"#
    );
}

#[test]
fn what_stands_in_a_broken_tag_is_a_value() {
    assert_eq!(
        structure("text/xml", "<a Bob Smith c=Bob d='x'", true),
        "<a Aaa Aaaaa c=Aaa d='a'"
    );
    assert_eq!(structure("text/xml", "<a b='Bob", true), "<a b='Aaa");
}

#[test]
fn of_tables_and_edi_the_heads_stay() {
    assert_eq!(
        structure("text/csv", "po,\"unit price\",buyer\n45,12.5,Bob\n", true),
        "po,\"unit price\",buyer\n99,99.9,Aaa\n"
    );
    assert_eq!(
        structure("text/csv", "45,12.5,Bob\n46,1,Al", true),
        "99,99.9,Aaa\n99,9,Aa",
        "there is no head"
    );
    assert_eq!(
        structure("text/csv", "Bob,Al\n", false),
        "Aaa,Aa\n",
        "this is a line from the middle"
    );
    assert_eq!(
        structure(
            "application/edifact",
            "UNH+1+ORDERS:D'\nPRI+AAA:12.50'\nSECRETWORD+1'",
            true
        ),
        "UNH+9+AAAAAA:A'\nPRI+AAA:99.99'\nAAAAAAAAAA+9'"
    );
    assert_eq!(structure("text/plain", "Pay Bob 12.50", true), "Aaa Aaa 99.99");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_value_of_json_or_xml_shines_through(secret in "[b-zB-Z0-8]{6,20}", cut in 0_usize..80, kind in 0_u8..3) {
        let sent = match kind {
            0 => format!(r#"{{"a":"{secret}","list":["{secret}",{{"b":"x {secret}"}}],"c":  "{secret}"}}"#),
            1 => format!(r#"<a b="{secret}" c='{secret}'>{secret}<!--{secret}--><d>{secret}</d>{secret}</a>"#),
            _ => format!("UNH+{secret}'DTM+137:{secret}:102'\nFTX+{secret}"),
        };
        let cut = cut.min(sent.len());
        let media_type = ["application/json", "application/xml", "application/edifact"][usize::from(kind)];
        let shown = structure(media_type, sent.get(..cut).unwrap_or(&sent), true);
        // Six characters that are not all of the shape's own letters cannot stand in what is shown.
        assert!(!shown.contains(&secret), "{shown}");
        assert_eq!(structure(media_type, &sent, true).chars().count(), sent.chars().count());
    }

    #[test]
    fn redacting_never_panics_and_twice_is_once(text in "\\PC{0,80}") {
        let once = redact(&text);
        assert_eq!(redact(&once), once);
        for media_type in ["application/json", "application/xml", "text/csv", ""] {
            assert_eq!(structure(media_type, &text, true).chars().count(), text.chars().count());
        }
    }
}
