use std::collections::{BTreeSet, HashSet};
use std::io::{BufReader, Read, Write};

use domain::events::ActorKind;
use domain::{DocKey, DocKind, EventType, Precision, Role};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use formats::dates::Zone;
use formats::xes::{Item, Limits, Settings, drafts, read};
use formats::{FaultCode, Place};

use crate::shared;

fn items(text: &[u8]) -> Vec<Item> {
    read(text, &Limits::default()).collect()
}

fn settings() -> Settings {
    Settings {
        entity: "NL01".to_owned(),
        zone: Zone::parse("Europe/Amsterdam"),
    }
}

fn log(traces: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
  <global scope="event"><string key="concept:name" value="nothing"/><date key="time:timestamp" value="1970-01-01T00:00:00Z"/></global>
  <classifier name="Event Name" keys="concept:name"/>
  <string key="concept:name" value="a log"/>
  {traces}
</log>"#
    )
}

fn event(name: &str, time: &str) -> String {
    format!(r#"<event><string key="concept:name" value="{name}"/><date key="time:timestamp" value="{time}"/></event>"#)
}

fn trace(id: &str, events: &str) -> String {
    format!(r#"<trace><string key="concept:name" value="{id}"/>{events}</trace>"#)
}

#[test]
fn an_event_keeps_its_attributes_also_nested_ones_and_those_of_its_case() {
    let text = log(
        r#"<trace><string key="concept:name" value="4507000542_00010"/><boolean key="Goods Receipt" value="true"/>
        <event><string key="org:resource" value="batch_08"/><string key="concept:name" value="A &amp; B &#169;"/>
        <date key="time:timestamp" value="2018-01-03T00:00:00.000+01:00"/><float key="worth" value="12.50"/>
        <list key="items"><values><string key="a" value="1"><int key="deep" value="2"/></string></values></list>
        <string key="worth" value="again"/><id key="no value"/></event></trace>"#,
    );
    let found = items(text.as_bytes());
    assert_eq!(found.len(), 1);
    let item = &found[0];
    assert!(text[usize::try_from(item.byte_from).expect("small")..].starts_with("<event>"));
    assert!(text[..usize::try_from(item.byte_to).expect("small")].ends_with("</event>"));
    let said = item.result.as_ref().expect("an event");
    assert_eq!(said.activity, "A & B ©");
    assert_eq!(said.case.attributes["Goods Receipt"], "true");
    assert_eq!(said.attributes["items/a/deep"], "2");
    assert_eq!(said.attributes["worth"], "12.50");
    assert_eq!(said.attributes["worth (2)"], "again");
    assert_eq!((said.ordinal_in_case, said.ordinal_in_file), (1, 1));
}

#[test]
fn prefixes_and_comments_and_gzip_change_nothing() {
    let plain = log(&trace("1_1", &event("Record Goods Receipt", "2018-03-06T06:44:00Z")));
    let prefixed = plain.replace('<', "<x:").replace("<x:/", "</x:").replace("<x:?", "<?");
    let commented = plain.replace("<event>", "<!-- a < b --><event><![CDATA[ <event> ]]>");
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(plain.as_bytes()).expect("in memory");
    let said = |bytes: &[u8]| {
        items(bytes)
            .into_iter()
            .map(|i| (i.item_key, i.result))
            .collect::<Vec<_>>()
    };
    let expected = said(plain.as_bytes());
    assert_eq!(expected.len(), 1);
    assert!(expected[0].1.is_ok());
    assert_eq!(said(prefixed.as_bytes()), expected);
    assert_eq!(said(commented.as_bytes()), expected);
    assert_eq!(said(&packed.finish().expect("in memory")), expected);
}

#[test]
fn rows_that_are_the_same_are_told_apart_and_keep_their_keys_when_sent_again() {
    let twice = event("Record Goods Receipt", "2018-03-06T06:44:00Z").repeat(3);
    let text = log(&(trace("1_1", &twice) + &trace("1_2", &twice) + &trace("1_1", &twice)));
    let keys: Vec<_> = items(text.as_bytes()).into_iter().map(|i| i.item_key).collect();
    assert_eq!(keys.iter().collect::<HashSet<_>>().len(), 9, "{keys:?}");
    assert!(keys[0].starts_with("1_1:"));
    // The first case alone, in another file, has the same keys.
    let alone: Vec<_> = items(log(&trace("1_1", &twice)).as_bytes())
        .into_iter()
        .map(|i| i.item_key)
        .collect();
    assert_eq!(alone, keys[..3]);
}

#[test]
fn an_event_that_cannot_be_read_leaves_the_others_as_they_are() {
    let good = event("Record Goods Receipt", "2018-03-06T06:44:00Z");
    let no_time = r#"<event><string key="concept:name" value="Clear Invoice"/></event>"#;
    let latin = b"<event><string key=\"concept:name\" value=\"Re\xE7u\"/></event>";
    let text = log(&trace("1_1", &format!("{good}{no_time}LATIN{good}<event/>{good}")));
    let mut bytes = text.into_bytes();
    let at = bytes.windows(5).position(|w| w == b"LATIN").expect("there");
    bytes.splice(at..at + 5, latin.iter().copied());
    let found = items(&bytes);
    let codes: Vec<_> = found
        .iter()
        .map(|i| i.result.as_ref().map(|e| e.ordinal_in_case).map_err(|f| f.code))
        .collect();
    assert_eq!(
        codes,
        [
            Ok(1),
            Err(FaultCode::EventWithoutTime),
            Err(FaultCode::NotText),
            Ok(4),
            Err(FaultCode::EventWithoutName),
            Ok(6)
        ]
    );
    assert_eq!(
        found[2].result.as_ref().expect_err("not text").at,
        Place::Event {
            case: "1_1".to_owned(),
            number: 3
        }
    );
    assert_eq!(
        &bytes[usize::try_from(found[2].byte_from).expect("small")..usize::try_from(found[2].byte_to).expect("small")],
        latin
    );
}

#[test]
fn a_file_that_declares_a_single_byte_encoding_is_read_in_it() {
    let mut bytes = b"<?xml version=\"1.0\" encoding=\"windows-1252\"?><log>".to_vec();
    bytes.extend(
        trace("1_1", &event("Re#u $", "2018-03-06T06:44:00Z"))
            .bytes()
            .map(|b| match b {
                b'#' => 0xE7,
                b'$' => 0x80,
                b => b,
            }),
    );
    bytes.extend(b"</log>");
    let found = items(&bytes);
    assert_eq!(found[0].result.as_ref().expect("an event").activity, "Reçu €");
}

#[test]
fn a_character_parted_by_the_buffers_end_is_put_together() {
    let text = log(&trace("1_1", &event("Łódź 𝄞 €", "2018-03-06T06:44:00Z")));
    for size in 1..40 {
        let found: Vec<_> = read(BufReader::with_capacity(size, text.as_bytes()), &Limits::default()).collect();
        assert_eq!(
            found[0].result.as_ref().expect("an event").activity,
            "Łódź 𝄞 €",
            "buffer of {size}"
        );
    }
}

#[test]
fn one_event_larger_than_any_may_be_does_not_fill_the_memory() {
    let huge = format!(
        "<log><trace><event><string key=\"a\" value=\"{}",
        "x".repeat(50_000_000)
    );
    let limits = Limits {
        size: 10_000,
        ..Limits::default()
    };
    let mut events = read(huge.as_bytes(), &limits);
    assert_eq!(
        events.next().map(|i| i.result.map_err(|f| f.code)),
        Some(Err(FaultCode::TooLarge))
    );
    assert!(events.bytes_read() < 30_000);
    assert_eq!(events.next(), None);
}

#[test]
fn attributes_that_follow_the_events_count_for_the_later_ones() {
    let good = event("Record Goods Receipt", "2018-03-06T06:44:00Z");
    let text = log(&trace(
        "1_1",
        &format!("{good}<string key=\"late\" value=\"1\"/>{good}{good}"),
    ));
    let late: Vec<_> = items(text.as_bytes())
        .into_iter()
        .map(|i| i.result.expect("an event").case.attributes.contains_key("late"))
        .collect();
    assert_eq!(late, [false, true, true]);
}

#[test]
fn a_case_of_many_attributes_parks_its_events_instead_of_filling_the_memory() {
    let good = event("Record Goods Receipt", "2018-03-06T06:44:00Z");
    let many: String = (0..10_000)
        .map(|n| {
            format!(
                "<string key=\"k{n}\" value=\"v\"/>{}",
                if n % 1000 == 0 { &good } else { "" }
            )
        })
        .collect();
    let codes: Vec<_> = items(log(&trace("1_1", &many)).as_bytes())
        .into_iter()
        .map(|i| i.result.map_err(|f| f.code).is_ok())
        .collect();
    assert_eq!(codes.len(), 10);
    assert!(codes[0] && !codes[9], "{codes:?}");
}

#[test]
fn a_character_that_no_text_may_hold_is_refused() {
    let text = log(&trace("1_1", &event("Receipt &#0;", "2018-03-06T06:44:00Z")));
    assert_eq!(
        items(text.as_bytes())[0].result.as_ref().map_err(|f| f.code),
        Err(FaultCode::XmlReference)
    );
}

#[test]
fn a_name_too_long_for_an_order_is_refused() {
    let text = log(&trace(
        &"x".repeat(200),
        &event("Record Goods Receipt", "2018-03-06T06:44:00Z"),
    ));
    let said = items(text.as_bytes()).remove(0).result.expect("an event");
    assert_eq!(
        drafts(&said, &settings()).map_err(|f| f.code),
        Err(FaultCode::FieldTooLong)
    );
}

#[test]
fn a_purchase_order_item_becomes_an_order_and_its_line() {
    let text = log(
        r#"<trace><string key="concept:name" value="4507000542_00010"/><string key="Purchasing Document" value="4507000542"/>
        <string key="Item" value="00010"/><string key="Company" value="companyID_0000"/><string key="Vendor" value="vendorID_0256"/>
        <string key="Name" value="vendor_0249"/><string key="Spend area text" value="Solvents"/>
        <boolean key="Goods Receipt" value="true"/><string key="Item Type" value="Consignment"/>
        <event><string key="User" value="user_119"/><string key="concept:name" value="Create Purchase Order Item"/>
        <date key="time:timestamp" value="2018-01-03T09:00:00.000+01:00"/><float key="Cumulative net worth (EUR)" value="298.0"/></event>
        <event><string key="User" value="NONE"/><string key="concept:name" value="Vendor creates invoice"/>
        <date key="time:timestamp" value="2018-08-26T23:59:00.000+02:00"/></event>
        <event><string key="User" value="batch_01"/><string key="concept:name" value="Something nobody mapped"/>
        <date key="time:timestamp" value="2018-08-27T10:00:00.000+02:00"/></event></trace>"#,
    );
    let said: Vec<_> = items(text.as_bytes())
        .into_iter()
        .flat_map(|i| drafts(&i.result.expect("an event"), &settings()).expect("drafts"))
        .collect();
    let [created, invoice, unknown] = &said[..] else {
        panic!("{said:#?}")
    };
    assert_eq!(created.kind, EventType::PoCreated);
    assert_eq!(created.refs[0].role, Role::Order);
    assert_eq!(
        created.refs[0].key,
        DocKey::new(DocKind::PurchaseOrder, "companyID_0000", "4507000542")
    );
    assert_eq!(
        created.payload.supplier.as_ref().map(|s| s.id.as_str()),
        Some("vendorID_0256")
    );
    assert_eq!(created.payload.category.as_deref(), Some("Solvents"));
    assert_eq!(created.payload.currency.as_deref(), Some("EUR"));
    assert_eq!(created.payload.other["Item Type"], "Consignment");
    let line = &created.payload.lines[0];
    assert_eq!((line.line_no.as_str(), line.receipt_required), ("10", Some(true)));
    assert_eq!(line.amount.map(|a| a.to_string()).as_deref(), Some("298"));
    assert_eq!(
        (created.actor_kind, created.actor.as_deref()),
        (ActorKind::Human, Some("user_119"))
    );
    assert_eq!(created.precision, Precision::Minute);
    assert_eq!(created.zone.as_deref(), Some("Europe/Amsterdam"));

    assert_eq!(invoice.kind, EventType::InvIssued);
    assert_eq!(invoice.precision, Precision::Day);
    assert_eq!(invoice.occurred_at.to_string(), "2018-08-25T22:00:00Z");
    assert_eq!(
        (invoice.actor_kind, invoice.actor.as_deref()),
        (ActorKind::Unknown, None)
    );
    assert!(invoice.payload.supplier.is_none());
    assert_eq!(invoice.payload.lines[0].line_no, "10");
    assert_eq!(invoice.payload.lines[0].quantity, None);

    assert_eq!(
        (unknown.kind, unknown.activity.as_str()),
        (EventType::ExtEvent, "Something nobody mapped")
    );
    assert_eq!(unknown.actor_kind, ActorKind::Batch);
    assert_eq!(unknown.source_seq, 3);
}

#[test]
fn a_case_of_another_log_is_an_order_of_one_line() {
    let text = log(&trace(
        "order-77",
        &event("Create Purchase Order Item", "2018-01-03T09:00:07Z"),
    ));
    let said = drafts(
        items(text.as_bytes())[0].result.as_ref().expect("an event"),
        &settings(),
    )
    .expect("drafts");
    assert_eq!(
        said[0].refs[0].key,
        DocKey::new(DocKind::PurchaseOrder, "NL01", "order-77")
    );
    assert_eq!(said[0].payload.lines[0].line_no, "1");
    assert_eq!(said[0].precision, Precision::Instant);
}

/// The text between two marks, wherever it stands.
fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    text.split_once(from)
        .and_then(|(_, rest)| rest.split_once(to))
        .map(|(found, _)| found)
        .unwrap_or_default()
}

#[test]
fn every_event_of_the_bpi_challenge_variants_comes_through() {
    let Some(file) = shared("logs/bpic2019/variants.xes.gz") else {
        return;
    };
    let open = || std::fs::File::open(&file).expect("a file");
    let mut text = String::new();
    GzDecoder::new(open()).read_to_string(&mut text).expect("gzip");

    // What the file holds, by looking for its words only.
    let expected_cases = text.matches("<trace>").count();
    let expected_events = text.matches("<event>").count();
    assert_eq!((expected_cases, expected_events), (7_781, 224_201));

    let (mut cases, mut keys, mut events, mut kinds) = (BTreeSet::new(), HashSet::new(), 0, BTreeSet::new());
    let mut at = 0;
    for item in read(BufReader::new(open()), &Limits::default()) {
        let from = usize::try_from(item.byte_from).expect("small");
        let to = usize::try_from(item.byte_to).expect("small");
        let written = &text[from..to];
        assert!(written.starts_with("<event>") && written.ends_with("</event>"));
        assert!(
            from >= at && !text[at..from].contains("<event>"),
            "an event was passed over before byte {from}"
        );
        at = to;
        let event = item.result.expect("every event is read");
        assert_eq!(event.time, between(written, "time:timestamp\" value=\"", "\""));
        assert_eq!(event.activity, between(written, "concept:name\" value=\"", "\""));
        events += 1;
        assert_eq!(event.ordinal_in_file, events);
        assert!(keys.insert(item.item_key), "a key stands for two rows");
        for draft in drafts(&event, &settings()).expect("every event has a meaning") {
            kinds.insert(draft.kind);
            assert_eq!(draft.refs.len(), 1);
        }
        cases.insert(event.case.id.clone());
    }
    assert_eq!((cases.len(), events), (expected_cases, expected_events as u64));
    assert!(!text[at..].contains("<event>"));
    assert!(
        kinds.contains(&EventType::PoCreated) && kinds.contains(&EventType::GrReceived),
        "{kinds:?}"
    );
}

#[test]
fn every_other_log_of_the_challenge_comes_through_too() {
    let Some(folder) = shared("logs/bpic2019") else { return };
    let mut files = 0;
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|e| e != "xes") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("text");
        let found = items(text.as_bytes());
        assert_eq!(found.len(), text.matches("</event>").count(), "{}", path.display());
        for item in found {
            let event = item.result.expect("every event is read");
            assert!(
                !drafts(&event, &settings())
                    .expect("every event has a meaning")
                    .is_empty()
            );
        }
        files += 1;
    }
    assert!(files >= 8, "{files}");
}
