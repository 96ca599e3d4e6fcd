use formats::cloudevents::{CloudEvent, Data, Item, Mode, lines, split};
use formats::json::Limits;
use formats::{FaultCode, Format, Place, recognise};

use crate::shared;

fn event(id: &str) -> String {
    format!(r#"{{"specversion":"1.0","id":"{id}","source":"/wms/hh","type":"docket.gr.received.v1","data":{{"n":1}}}}"#)
}

fn one(mode: &Mode, body: &str) -> CloudEvent {
    let items = split(mode, body.as_bytes(), &Limits::default());
    assert_eq!(items.len(), 1);
    items.into_iter().next().expect("one").result.expect("an event")
}

fn text(body: &str, from: u64, to: u64) -> &str {
    &body[usize::try_from(from).expect("small")..usize::try_from(to).expect("small")]
}

fn outcomes(items: &[Item]) -> Vec<Result<&str, FaultCode>> {
    items
        .iter()
        .map(|i| i.result.as_ref().map(|e| e.id.as_str()).map_err(|f| f.code))
        .collect()
}

#[test]
fn a_structured_event_keeps_everything_it_says() {
    let body = r#"{"specversion":"1.0","id":"e-1","source":"/wms/hh","type":"docket.gr.received.v1","subject":"50417",
        "time":"2026-02-27T10:15:00+01:00","dataschema":"https://docket.example/gr/1","datacontenttype":"application/json",
        "traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","correlationid":"c-9","sequence":"42",
        "recordedtime":"2026-02-27T10:16:00Z","priority":3,"test":true,"nothing":null,"data":{"lines":[]}}"#;
    let found = one(&Mode::Structured, body);
    assert_eq!(found.subject.as_deref(), Some("50417"));
    assert_eq!(found.time.as_deref(), Some("2026-02-27T10:15:00+01:00"));
    assert_eq!(found.correlation_id.as_deref(), Some("c-9"));
    assert_eq!(found.sequence.as_deref(), Some("42"));
    assert_eq!(found.extensions["priority"], "3");
    assert_eq!(found.extensions["test"], "true");
    assert!(!found.extensions.contains_key("nothing"));
    assert_eq!(text(body, found.data_from, found.data_to), r#"{"lines":[]}"#);
}

#[test]
fn binary_mode_reads_attributes_from_headers_and_unescapes_them() {
    let headers = [
        ("CE-SpecVersion", "1.0"),
        ("ce-id", "\"a \\\"quoted\\\" id\""),
        ("ce-source", "/wms/hh"),
        ("ce-type", "docket.gr.received.v1"),
        ("ce-subject", "Euro%20%E2%82%AC%20%F0%9F%98%80"),
        ("user-agent", "foo"),
    ];
    let mode = Mode::of("application/json; charset=utf-8", headers).expect("binary");
    let found = one(&mode, r#"{"message": "Hello World!"}"#);
    assert_eq!(found.id, "a \"quoted\" id");
    assert_eq!(found.subject.as_deref(), Some("Euro € 😀"));
    assert_eq!(
        found.datacontenttype.as_deref(),
        Some("application/json; charset=utf-8")
    );
    assert!(matches!(found.data, Data::Json(_)));
    assert!(found.extensions.is_empty());
}

#[test]
fn binary_mode_keeps_data_of_other_media_types_as_bytes() {
    let headers = [
        ("ce-specversion", "1.0"),
        ("ce-id", "1"),
        ("ce-source", "/a"),
        ("ce-type", "t"),
    ];
    let csv = Mode::of("text/csv", headers).expect("binary");
    assert_eq!(one(&csv, "a;b").data, Data::Bytes(b"a;b".to_vec()));
    assert_eq!(one(&csv, "").data, Data::Absent);
}

#[test]
fn data_of_another_media_type_in_json_is_its_text_or_its_base64() {
    let head = r#""specversion":"1.0","id":"1","source":"/a","type":"t""#;
    let text = one(
        &Mode::Structured,
        &format!(r#"{{{head},"datacontenttype":"text/csv","data":"a;b"}}"#),
    );
    assert_eq!(text.data, Data::Bytes(b"a;b".to_vec()));
    let base64 = one(
        &Mode::Structured,
        &format!(r#"{{{head},"datacontenttype":"text/csv","data_base64":"YTti"}}"#),
    );
    assert_eq!(base64.data, text.data);
    let json = one(
        &Mode::Structured,
        &format!(r#"{{{head},"data_base64":"eyJhIjoxfQ=="}}"#),
    );
    assert!(matches!(json.data, Data::Json(_)));
}

#[test]
fn one_bad_event_of_a_batch_leaves_the_others_as_they_are() {
    let twice = r#"{"specversion":"1.0","id":"b","id":"b2","source":"}]\"","type":"t"}"#;
    let body = format!("[{}, {twice} ,007, {}\n,{}]", event("a"), r#"{"id":"c"}"#, event("d"));
    let items = split(&Mode::Batch, body.as_bytes(), &Limits::default());
    assert_eq!(
        outcomes(&items),
        [
            Ok("a"),
            Err(FaultCode::JsonNameTwice),
            Err(FaultCode::JsonNumberForm),
            Err(FaultCode::AttributeMissing),
            Ok("d")
        ]
    );
    assert_eq!(items[3].id.as_deref(), Some("c"));
    let bytes: Vec<_> = items.iter().map(|i| text(&body, i.byte_from, i.byte_to)).collect();
    assert_eq!(
        bytes,
        [event("a").as_str(), twice, "007", r#"{"id":"c"}"#, event("d").as_str()]
    );
    assert_eq!(items.iter().map(|i| i.ordinal).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
}

#[test]
fn what_follows_a_break_in_a_batch_is_one_item() {
    let body = format!(
        "[{},{},{{\"id\":\"c\" \"x\":[{}]}},{}]",
        event("a"),
        event("b"),
        event("hidden"),
        event("d")
    );
    let items = split(&Mode::Batch, body.as_bytes(), &Limits::default());
    assert_eq!(outcomes(&items), [Ok("a"), Ok("b"), Err(FaultCode::JsonUnexpected)]);
    assert!(text(&body, items[2].byte_from, items[2].byte_to).starts_with(r#"{"id":"c""#));
    assert_eq!(items[2].byte_to, body.len() as u64);
}

#[test]
fn a_quote_that_is_missing_never_turns_text_into_an_event() {
    // The note's closing quote is missing; what it says must not be read as an event.
    let body = format!(
        "[{},{{\"note\":\"begins\n,\"x\":\"}},{},\"}}]",
        event("a"),
        event("forged")
    );
    let items = split(&Mode::Batch, body.as_bytes(), &Limits::default());
    assert_eq!(outcomes(&items), [Ok("a"), Err(FaultCode::JsonControlCharacter)]);
}

#[test]
fn a_batch_that_ends_early_or_goes_on_too_long_keeps_its_complete_events() {
    let early = format!("[{},{}", event("a"), &event("b")[..40]);
    assert_eq!(
        outcomes(&split(&Mode::Batch, early.as_bytes(), &Limits::default())),
        [Ok("a"), Err(FaultCode::JsonBreaksOff)]
    );
    let no_end = format!("[{}", event("a"));
    assert_eq!(
        outcomes(&split(&Mode::Batch, no_end.as_bytes(), &Limits::default())),
        [Ok("a"), Err(FaultCode::JsonBreaksOff)]
    );
    let long = format!("[{}] x", event("a"));
    assert_eq!(
        outcomes(&split(&Mode::Batch, long.as_bytes(), &Limits::default())),
        [Ok("a"), Err(FaultCode::JsonMoreAfterEnd)]
    );
    let comma = format!("[{},]", event("a"));
    assert_eq!(
        outcomes(&split(&Mode::Batch, comma.as_bytes(), &Limits::default())),
        [Ok("a"), Err(FaultCode::JsonUnexpected)]
    );
    assert_eq!(
        outcomes(&split(&Mode::Batch, b"[]", &Limits::default())),
        [Err(FaultCode::Empty)]
    );
}

#[test]
fn lines_are_read_each_for_itself_with_their_line_number() {
    let body = format!("{}\r\n\n{{\"id\" 1}}\n{}", event("a"), event("b"));
    let items = split(&Mode::Lines, body.as_bytes(), &Limits::default());
    assert_eq!(outcomes(&items), [Ok("a"), Err(FaultCode::JsonUnexpected), Ok("b")]);
    let fault = items[1].result.as_ref().expect_err("broken");
    assert_eq!(fault.at, Place::Spot { line: 3, column: 7 });
    let event = items[2].result.as_ref().expect("an event");
    assert_eq!(text(&body, event.data_from, event.data_to), r#"{"n":1}"#);
}

#[test]
fn a_line_that_is_too_long_is_passed_over_without_being_kept() {
    let body = format!("{}\n{}\n{}\n", event("a"), "x".repeat(100_000), event("b"));
    let items: Vec<_> = lines(body.as_bytes(), &Limits::default(), 1000).collect();
    assert_eq!(outcomes(&items), [Ok("a"), Err(FaultCode::TooLarge), Ok("b")]);
}

#[test]
fn the_content_key_follows_what_is_said_and_nothing_else() {
    let key = |text: &str| one(&Mode::Structured, text).content_key();
    let base = r#"{"specversion":"1.0","id":"1","source":"/a","type":"t","subject":"s","data":{"a":1,"b":[2]}}"#;
    let spaced = r#"{"specversion":"1.0","id":"2","source":"/b","type":"t","time":"2026-02-27T10:15:00Z","subject":"s",
        "data":{ "b" : [ 2 ], "a" : 1 }}"#;
    assert_eq!(key(base), key(spaced));
    for other in [
        base.replace("\"a\":1", "\"a\":1.0"),
        base.replace("\"t\"", "\"u\""),
        base.replace("\"subject\":\"s\",", ""),
        base.replace("[2]", "[2,2]"),
        base.replace("\"subject\"", "\"dataschema\":\"a:b\",\"subject\""),
    ] {
        assert_ne!(key(base), key(&other), "{other}");
    }
    // Nothing moves from one part into another.
    let parts = |kind: &str, subject: &str| formats::cloudevents::content_key(kind, Some(subject), None, &Data::Absent);
    assert_ne!(parts("ab", "c"), parts("a", "bc"));
}

#[test]
fn real_events_of_s4_hana_are_read() {
    for name in ["changed", "created"] {
        let Some(file) = shared(&format!("cloudevents/sap/s4_businesspartner_{name}.json")) else {
            return;
        };
        let body = std::fs::read_to_string(file).expect("text");
        let found = one(&Mode::Structured, &body);
        assert!(found.kind.starts_with("sap.s4.beh.businesspartner.v1"));
        let fault = formats::canonical::drafts(&found, "DE01").expect_err("no rule yet");
        assert_eq!(fault.parked_on(), Some(format!("map:{}", found.kind).as_str()));
    }
}

#[test]
fn a_message_is_recognised_by_what_it_says_of_itself_then_by_its_bytes() {
    let known = |media: &str, file: Option<&str>, body: &str| recognise(media, [], file, body.as_bytes());
    assert_eq!(
        known("application/cloudevents+json", None, "{}"),
        Ok(Format::CloudEvents(Mode::Structured))
    );
    assert_eq!(
        known("Application/CloudEvents-Batch+JSON; charset=utf-8", None, "[]"),
        Ok(Format::CloudEvents(Mode::Batch))
    );
    assert_eq!(
        known("application/json", None, &event("a")),
        Ok(Format::CloudEvents(Mode::Structured))
    );
    assert_eq!(
        known("application/json", None, &format!(" [{}]", event("a"))),
        Ok(Format::CloudEvents(Mode::Batch))
    );
    assert_eq!(
        known("", Some("a.txt"), &format!("{}\n{}", event("a"), event("b"))),
        Ok(Format::CloudEvents(Mode::Lines))
    );
    assert_eq!(known("", Some("LOG.XES.GZ"), "\x1F"), Ok(Format::Xes));
    assert_eq!(
        known("text/xml", None, "<?xml version=\"1.0\"?>\n<log xes.version=\"1.0\">"),
        Ok(Format::Xes)
    );
    assert_eq!(
        known("application/json", None, "{\"a\":1}")
            .expect_err("unknown")
            .parked_on(),
        Some("format:application/json")
    );
    assert_eq!(
        known("", Some("orders.xls"), "?").expect_err("unknown").parked_on(),
        Some("format:.xls")
    );
}

#[test]
fn a_broken_event_is_called_by_its_id_only_when_every_database_could_keep_it() {
    let called = |id: &str| {
        let body = serde_json::json!({ "specversion": "1.0", "id": id, "type": "x" }).to_string();
        let item = split(&Mode::Structured, body.as_bytes(), &Limits::default()).remove(0);
        assert!(item.result.is_err(), "it names no source");
        item.id
    };
    assert_eq!(called("e-1").as_deref(), Some("e-1"));
    for odd in ["a\0b", "a\nb", &"x".repeat(256)] {
        assert_eq!(called(odd), None, "{odd:?}");
    }
}
