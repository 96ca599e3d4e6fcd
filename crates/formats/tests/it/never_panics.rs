//! Whatever comes in, every reader answers.

use formats::cloudevents::{Mode, split};
use formats::json::Limits;
use formats::xes::{self, Settings};
use formats::{Fault, canonical, dates, recognise};
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use proptest::test_runner::Config;

/// A fault that reached a person: its sentence is complete and it can be stored.
fn told(fault: &Fault) {
    let sentence = views::words::say(&fault.sentence());
    assert!(!sentence.is_empty() && !sentence.starts_with("[fault"), "{sentence}");
    assert!(sentence.split_whitespace().count() <= 30, "{sentence}");
    serde_json::to_string(fault).expect("can be stored");
}

fn through_events(mode: &Mode, body: &[u8]) {
    let mut at = 0;
    for (n, item) in split(mode, body, &Limits::default()).into_iter().enumerate() {
        assert_eq!(item.ordinal, n as u64 + 1);
        assert!(item.byte_from >= at && item.byte_from <= item.byte_to && item.byte_to <= body.len() as u64);
        at = item.byte_to;
        match item.result {
            Ok(event) => {
                assert!(event.data_from <= event.data_to && event.data_to <= body.len() as u64);
                assert_eq!(event.content_key(), event.clone().content_key());
                if let Err(fault) = canonical::drafts(&event, "DE01") {
                    told(&fault);
                }
            }
            Err(fault) => told(&fault),
        }
    }
}

fn through_logs(body: &[u8]) {
    let settings = Settings {
        entity: "DE01".to_owned(),
        zone: None,
    };
    for item in xes::read(body, &xes::Limits { depth: 8, size: 4096 }) {
        match item.result {
            Ok(event) => {
                if let Err(fault) = xes::drafts(&event, &settings) {
                    told(&fault);
                }
            }
            Err(fault) => told(&fault),
        }
    }
}

fn everything(body: &[u8]) {
    for mode in [Mode::Structured, Mode::Batch, Mode::Lines] {
        through_events(&mode, body);
    }
    let text = String::from_utf8_lossy(body).into_owned();
    let names = ["specversion", "id", "source", "type", "time", "x"];
    let attributes = names.iter().map(|n| ((*n).to_owned(), text.clone())).collect();
    through_events(
        &Mode::Binary {
            attributes,
            media_type: None,
        },
        body,
    );
    through_logs(body);
    if let Err(fault) = recognise(&text, [], Some(&text), body) {
        told(&fault);
    }
    let _ = dates::read(&text, None);
    let _ = dates::Zone::parse(&text);
}

/// Bytes that look like what is expected, put together at random.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let words: Vec<&'static str> = vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\\u",
        "d834",
        "null",
        "true",
        "1e400",
        "-0.5",
        "\n",
        "\"id\":\"a\"",
        "\"specversion\":\"1.0\"",
        "\"source\":\"/a\"",
        "\"type\":\"docket.gr.received.v1\"",
        "\"data\":",
        "\"data_base64\":",
        "\"time\":\"2026-02-27T10:15:00Z\"",
        "\"order\":{\"entity\":\"DE01\",\"number\":\"4\"}",
        "\"lines\":[{\"line\":\"0\"}]",
        "\"occurred_at\":\"2026-03-29T02:30\"",
        "\"zone\":\"Europe/Berlin\"",
        "\"quantity\":",
        "\"1e-400\"",
        "<log>",
        "</log>",
        "<trace>",
        "</trace>",
        "<event>",
        "</event>",
        "<event/>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<!DOCTYPE a [",
        "&amp;",
        "&#0;",
        "&x;",
        "<string key=\"concept:name\" value=\"a_1\"/>",
        "<string key=\"concept:name\" value=\"1_1\"/>",
        "<date key=\"time:timestamp\" value=\"2018-01-01T00:00:00Z\"/>",
        "<list key=\"a\">",
        "</list>",
        "<?xml encoding=\"latin1\"?>",
        "\u{FEFF}",
        "é",
    ];
    let piece = prop_oneof![
        8 => (0..words.len()).prop_map(move |n| words[n].as_bytes().to_vec()),
        1 => vec(any::<u8>(), 1..3),
        1 => Just(vec![0x1F, 0x8B]),
    ];
    vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// A good event with some of its bytes changed.
fn damaged(good: &'static str) -> impl Strategy<Value = Vec<u8>> {
    vec((0..good.len(), any::<u8>()), 1..4).prop_map(move |changes| {
        let mut bytes = good.as_bytes().to_vec();
        for (at, byte) in changes {
            bytes[at] = byte;
        }
        bytes
    })
}

const EVENT: &str = r#"[{"specversion":"1.0","id":"e-1","source":"/wms","type":"docket.gr.received.v1","time":"2026-02-27T10:15:00Z",
"data":{"order":{"entity":"DE01","number":"4500018823"},"occurred_at":"2026-02-27","zone":"Europe/Berlin","currency":"EUR",
"lines":[{"line":"10","quantity":"24.000","per":1,"needed":"2026-03-12"}]}},{"specversion":"1.0","id":"e-2","source":"/wms","type":"t"}]"#;

const LOG: &str = r#"<?xml version="1.0" encoding="UTF-8"?><log><trace><string key="concept:name" value="4500_10"/>
<event><string key="concept:name" value="Record Goods Receipt"/><date key="time:timestamp" value="2018-03-06T07:44:00+01:00"/></event>
<event><string key="concept:name" value="Clear Invoice"/><date key="time:timestamp" value="2018-03-07T07:44:00+01:00"/></event></trace></log>"#;

/// A few seconds' worth; `PROPTEST_CASES` asks for more.
fn cases() -> Config {
    let asked = Config {
        failure_persistence: None,
        ..Config::default()
    };
    Config {
        cases: asked.cases.max(1500),
        ..asked
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn arbitrary_bytes_never_panic(body in vec(any::<u8>(), 0..200)) {
        everything(&body);
    }

    #[test]
    fn likely_bytes_never_panic(body in pieces()) {
        everything(&body);
    }

    #[test]
    fn damaged_events_never_panic(body in damaged(EVENT)) {
        everything(&body);
    }

    #[test]
    fn damaged_logs_never_panic(body in damaged(LOG)) {
        everything(&body);
    }
}
