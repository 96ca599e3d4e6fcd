//! Every fault as a person reads it, each made by a bad input that went through the real reader.

use std::collections::BTreeSet;
use std::io::{self, BufRead, BufReader, Read, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use formats::cloudevents::{self, Mode};
use formats::fault::shown;
use formats::json::Limits;
use formats::xes::Settings;
use formats::{Fault, FaultCode, Place, canonical, recognise, xes};

const GOOD: &str = r#"{"specversion":"1.0","id":"e-1","source":"/wms/hh","type":"docket.gr.received.v1",
 "time":"2026-02-27T10:15:00Z","data":DATA}"#;

/// The fault of a structured event.
fn structured(body: impl AsRef<[u8]>) -> Option<Fault> {
    through(&Mode::Structured, body.as_ref(), &Limits::default())
}

/// The fault of a goods receipt with these data.
fn receipt(data: &str) -> Option<Fault> {
    structured(GOOD.replace("DATA", data))
}

/// The fault of a receipt on an order of one line.
fn line(fields: &str) -> Option<Fault> {
    receipt(&format!(
        r#"{{"order":{{"entity":"DE01","number":"4500018823"}},"lines":[{{"line":"10",{fields}}}]}}"#
    ))
}

/// The fault of an event whose attributes are these.
fn attributes(attributes: &str) -> Option<Fault> {
    structured(format!(
        r#"{{"specversion":"1.0","id":"e-1","source":"/wms","type":"docket.gr.received.v1",{attributes}}}"#
    ))
}

fn binary(headers: &[(&str, &str)], body: &str) -> Option<Fault> {
    let headers = [
        ("ce-specversion", "1.0"),
        ("ce-source", "/wms"),
        ("ce-type", "docket.gr.received.v1"),
    ]
    .into_iter()
    .chain(headers.iter().copied());
    let mode = Mode::of("application/json", headers).expect("has ce- headers");
    through(&mode, body.as_bytes(), &Limits::default())
}

/// The first fault on the whole road from bytes to canonical events.
fn through(mode: &Mode, body: &[u8], limits: &Limits) -> Option<Fault> {
    cloudevents::split(mode, body, limits)
        .into_iter()
        .find_map(|item| match item.result {
            Ok(event) => canonical::drafts(&event, "").err(),
            Err(fault) => Some(fault),
        })
}

/// The first fault of an event log.
fn log(reader: impl BufRead) -> Option<Fault> {
    let limits = xes::Limits { depth: 8, size: 2000 };
    let settings = Settings {
        entity: "DE01".to_owned(),
        zone: None,
    };
    xes::read(reader, &limits).find_map(|item| match item.result {
        Ok(event) => xes::drafts(&event, &settings).err(),
        Err(fault) => Some(fault),
    })
}

/// The first fault of a log with one case of these contents.
fn case(inside: &str) -> Option<Fault> {
    let whole = format!("<log>\n<trace><string key=\"concept:name\" value=\"4500_10\"/>\n{inside}</trace></log>");
    log(whole.as_bytes())
}

/// The first fault of an event of these contents.
fn event(inside: &str) -> Option<Fault> {
    case(&format!("<event>{inside}</event>"))
}

/// Gives some bytes, then fails.
struct Failing<'a>(&'a [u8]);

impl Read for Failing<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.0.is_empty() {
            Err(io::Error::other("the disk is gone"))
        } else {
            self.0.read(into)
        }
    }
}

fn half_of_a_gzip() -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    let events: String = (0..200)
        .map(|n| {
            format!(
                "<event>{NAME}{TIME}<string key=\"n\" value=\"{}\"/></event>\n",
                n * 7919
            )
        })
        .collect();
    let case = "<string key=\"concept:name\" value=\"4500_10\"/>";
    packed
        .write_all(format!("<log><trace>{case}{events}").as_bytes())
        .expect("in memory");
    let whole = packed.finish().expect("in memory");
    whole[..whole.len() / 2].to_vec()
}

const NAME: &str = r#"<string key="concept:name" value="Record Goods Receipt"/>"#;
const TIME: &str = r#"<date key="time:timestamp" value="2018-03-06T07:44:00+01:00"/>"#;

fn all() -> Vec<Option<Fault>> {
    let few = Limits {
        values: 5,
        text: 30,
        ..Limits::default()
    };
    let lines = |body: &[u8]| cloudevents::lines(body, &Limits::default(), 60).find_map(|item| item.result.err());
    let order = r#""order":{"entity":"DE01","number":"4500018823"}"#;
    vec![
        structured(" \n"),
        structured(b"{\"id\":\"caf\xE9\"}"),
        structured(b"\xFF\xFE{\0}\0"),
        log(&b"<?xml version=\"1.0\" encoding=\"utf-16\"?><log/>"[..]),
        event(&format!(
            "{NAME}{TIME}<string key=\"note\" value=\"{}\"/>",
            "x".repeat(1800)
        )),
        lines(format!("{{\"id\":1}}\n{{\"id\":\"{}\"}}\n", "y".repeat(80)).as_bytes())
            .filter(|f| f.code == FaultCode::TooLarge)
            .or_else(|| lines(format!("{{\"id\":\"{}\"}}\n", "y".repeat(80)).as_bytes())),
        log(BufReader::new(Failing(b"<log><trace>"))),
        // JSON.
        structured("{\"id\":\"e-1\"\n \"source\":\"/wms\"}"),
        structured("{\"id\" 7}"),
        structured("{id:7}"),
        structured("{\"id\":}"),
        structured("{\"id\":NaN}"),
        structured("{\"id\":\"e-1\",\n\"data\":{\"order\":"),
        structured("{\"id\":\"e-1\"} {\"id\":\"e-2\"}"),
        structured("[".repeat(100_000)),
        through(&Mode::Structured, b"{\"id\":\"e-1\",\"data\":[1,2,3,4,5,6]}", &few),
        structured("{\"quantity\": 007}"),
        structured(format!("{{\"quantity\": 1{}}}", "0".repeat(400))),
        through(
            &Mode::Structured,
            b"{\"note\":\"abcdefghijklmnopqrstuvwxyz, and so on and so on\"}",
            &few,
        ),
        structured("{\"note\":\"two\nlines\"}"),
        structured(r#"{"path":"C:\docs"}"#),
        structured(r#"{"name":"Łód\ud83d"}"#),
        structured("{\"quantity\":\"24\",\"unit\":\"EA\",\n  \"quantity\":\"42\"}"),
        // CloudEvents.
        recognise(
            "application/vnd.ms-excel",
            [],
            Some("orders.xls"),
            b"\xD0\xCF\x11\xE0 and so on",
        )
        .err(),
        structured("\"hello\""),
        through(&Mode::Batch, b"{\"id\":\"e-1\"}", &Limits::default()),
        structured(r#"{"specversion":"1.0","id":"e-1","type":"docket.gr.received.v1"}"#),
        structured(r#"{"id":"e-1"}"#),
        attributes(r#""subject":"""#),
        attributes(r#""subject":{"order":"4500018823"}"#),
        attributes(r#""correlation_id":"c-7""#),
        structured(format!(r#"{{"specversion":"1.0","id":"{}"}}"#, "0123456789".repeat(30))),
        attributes(&(0..120).map(|n| format!("\"x{n}\":{n}")).collect::<Vec<_>>().join(",")),
        binary(&[("ce-id", "e-1"), ("ce-id", "e-2")], "{}"),
        binary(&[("ce-id", "100%")], "{}"),
        structured(r#"{"specversion":"0.3","id":"e-1","source":"/wms","type":"docket.gr.received.v1"}"#),
        attributes(r#""time":"27.02.2026 10:15""#),
        attributes(r#""dataschema":"goods receipt v1""#),
        attributes(r#""data":{},"data_base64":"e30=""#),
        attributes(r#""data_base64":"not base64!""#),
        // The data contract.
        structured(
            r#"{"specversion":"1.0","id":"e-1","source":"/s4","type":"sap.s4.beh.businesspartner.v1.BusinessPartner.Changed.v1","data":{}}"#,
        ),
        structured(r#"{"specversion":"1.0","id":"e-1","source":"/wms","type":"docket.gr.recieved.v1","data":{}}"#),
        structured(r#"{"specversion":"1.0","id":"e-1","source":"/wms","type":"docket.gr.received.v2","data":{}}"#),
        structured(r#"{"specversion":"1.0","id":"e-1","source":"/wms","type":"docket.link.made.v1","data":{}}"#),
        attributes(r#""subject":"50417""#),
        attributes(r#""datacontenttype":"text/csv","data":"4500018823;10;24""#),
        receipt("[1,2]"),
        receipt(&format!(r#"{{{order},"lines":{{"line":"10"}}}}"#)),
        receipt(&format!(r#"{{{order},"lines":[{}]}}"#, vec!["{}"; 10_001].join(","))),
        receipt(r#"{"order":{"entity":"DE01"}}"#),
        receipt(r#"{"order":{"entity":"DE01","number":" "}}"#),
        receipt(r#"{"order":{"entity":"DE01","number":["4500018823"]}}"#),
        receipt(&format!(
            r#"{{"order":{{"entity":"DE01","number":"{}"}}}}"#,
            "4500018823".repeat(13)
        )),
        line(r#""quantity":"24,000""#),
        line(r#""quantity":1e400"#),
        line(r#""quantity":"123456789012345678901234567890""#),
        receipt(&format!(r#"{{{order},"version":1.5}}"#)),
        line(r#""quantity":-4"#),
        line(r#""price":"12.50","per":0"#),
        line(r#""delivery_complete":"X""#),
        receipt(&format!(r#"{{{order},"occurred_at":"27/02/2026"}}"#)),
        receipt(&format!(
            r#"{{{order},"occurred_at":"0000-00-00","zone":"Europe/Berlin"}}"#
        )),
        line(r#""promised":"9999-12-31""#),
        receipt(&format!(r#"{{{order},"occurred_at":"2026-02-27T10:15"}}"#)),
        attributes(&format!(r#""data":{{{order}}}"#)),
        receipt(&format!(r#"{{{order},"zone":"Central Europe"}}"#)),
        receipt(&format!(r#"{{{order},"currency":"EURO"}}"#)),
        receipt(&format!(
            r#"{{{order},"document":{{"kind":"purchase_order","scheme":"DE01","number":"45"}}}}"#
        )),
        receipt(&format!(r#"{{{order},"actor":{{"kind":"robot","id":"r2"}}}}"#)),
        structured(
            r#"{"specversion":"1.0","id":"e","source":"/erp","type":"docket.po.created.v1","time":"2026-02-27T10:15:00Z","data":{"currency":"EUR"}}"#,
        ),
        structured(
            r#"{"specversion":"1.0","id":"e","source":"/erp","type":"docket.po.created.v1","time":"2026-02-27T10:15:00Z","data":{"order":{"number":"4500018823"}}}"#,
        ),
        structured(
            r#"{"specversion":"1.0","id":"e","source":"/ap","type":"docket.inv.received.v1","time":"2026-02-27T10:15:00Z","data":{"amount":"1190.00"}}"#,
        ),
        receipt("{}"),
        // Event logs.
        log(BufReader::new(&half_of_a_gzip()[..])),
        log(&b"<log><trace><!bad></trace></log>"[..]),
        event("<string key='concept:name' value=unquoted/>"),
        log(&b"<log>\n<trace>\n</event></trace></log>"[..]),
        log(&b"<log><trace><event><string key=\"concept:name\" val"[..]),
        log(&b"<log><trace>"[..]),
        log(&b"<?xml version=\"1.0\"?>\n<!DOCTYPE log [<!ENTITY a \"b\">]><log/>"[..]),
        event(&format!(
            "{TIME}<string key=\"concept:name\" value=\"Receipt &egrave;\"/>"
        )),
        case(&"<list key=\"a\">".repeat(20)),
        log(&b"<html><body/></html>"[..]),
        log(&b"order;line;quantity"[..]),
        log(format!("<log><trace><event>{NAME}{TIME}</event></trace></log>").as_bytes()),
        event(TIME),
        event(NAME),
        event(&format!("{NAME}<date key=\"time:timestamp\" value=\"06.03.2018\"/>")),
        event(&format!(
            "{NAME}<date key=\"time:timestamp\" value=\"2018-03-06T07:44:00\"/>"
        )),
    ]
}

/// What nobody outside a computer says.
const FORBIDDEN: [&str; 27] = [
    "token",
    "eof",
    "deserialize",
    "serialize",
    "invalid",
    "struct",
    "null",
    "parse",
    "parser",
    "array",
    "string",
    "boolean",
    "integer",
    "float",
    "enum",
    "panic",
    "unexpected",
    "syntax",
    "exception",
    "char",
    "regex",
    "utf8",
    "stack",
    "overflow",
    "undefined",
    "nan",
    "unicode",
];

#[test]
fn every_fault_is_a_sentence_of_at_most_30_words_without_a_parsers_vocabulary() {
    let mut out = String::new();
    let mut seen = BTreeSet::new();
    for (n, fault) in all().into_iter().enumerate() {
        let fault = fault.unwrap_or_else(|| panic!("input {n} was read without a fault"));
        let sentence = views::words::say(&fault.sentence());
        let words = sentence.split_whitespace().count();
        assert!(words <= 30, "{words} words: {sentence}");
        assert!(!sentence.starts_with("[fault-"), "the sentence is missing: {sentence}");
        assert!(!sentence.contains("{$"), "an argument is missing: {sentence}");
        // What stands in the message is the sender's word, not ours.
        let ours = sentence.replace(&fault.value, "").to_lowercase();
        for word in ours.split(|c: char| !c.is_alphanumeric()) {
            assert!(!FORBIDDEN.contains(&word), "{word}: {sentence}");
        }
        seen.insert(fault.code);
        let waits = fault
            .parked_on()
            .map(|on| format!("  (waits for {on})"))
            .unwrap_or_default();
        out.push_str(&format!("{}\n    {sentence}{waits}\n", fault.code.as_str()));
    }
    let unseen: Vec<_> = FaultCode::ALL.iter().filter(|code| !seen.contains(code)).collect();
    assert!(unseen.is_empty(), "no input makes {unseen:?}");
    insta::assert_snapshot!("sentences", out);
}

#[test]
fn a_wordy_value_or_case_does_not_make_a_sentence_longer_than_30_words() {
    let mut long = Vec::new();
    for fault in all().into_iter().flatten() {
        let at = match fault.at {
            Place::Event { number, .. } => Place::event("the order of the 7th of March", number),
            other => other,
        };
        let wordy = Fault {
            at,
            value: shown("one two three four five six seven eight"),
            ..fault
        };
        let sentence = views::words::say(&wordy.sentence());
        let words = sentence.split_whitespace().count();
        if words > 30 {
            long.push(format!("{words} words: {sentence}"));
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn every_code_has_a_sentence_and_every_sentence_a_code() {
    let words = views::words::Words::english();
    let codes: BTreeSet<String> = FaultCode::ALL
        .iter()
        .map(|code| format!("fault-{}", code.as_str()))
        .collect();
    let who: BTreeSet<String> = FaultCode::ALL
        .iter()
        .map(|code| format!("fault-who-{}", code.who().as_str()))
        .collect();
    let said: BTreeSet<String> = words
        .keys()
        .filter(|key| key.starts_with("fault-"))
        .map(str::to_owned)
        .collect();
    assert_eq!(said, codes.union(&who).cloned().collect());
}

#[test]
fn a_fault_is_stored_as_json_and_read_back_the_same() {
    for fault in all().into_iter().flatten() {
        let stored = serde_json::to_string(&fault).expect("a fault is JSON");
        assert_eq!(
            serde_json::from_str::<Fault>(&stored).expect("and back"),
            fault,
            "{stored}"
        );
    }
}

#[test]
fn what_stands_there_is_shortened_and_cannot_disturb_the_sentence() {
    let text = shown(&format!("a\u{202E}b\u{7}c{}", "x".repeat(100)));
    assert!(text.starts_with("a\\u202Eb\\u0007c"), "{text}");
    assert!(text.ends_with('…'));
    assert_eq!(shown(&"ä".repeat(40)).chars().count(), 40);
    assert_eq!(shown(&"ä".repeat(41)).chars().count(), 40);
    assert_eq!(
        shown("27 February 2026 at ten in the morning"),
        "27 February 2026 at ten in…"
    );
}
