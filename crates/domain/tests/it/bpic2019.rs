//! The whole BPI Challenge 2019 sample: real histories without a single quantity.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use domain::activities::lookup;
use domain::events::Event;
use domain::time::{Instant, Precision};

use crate::support::{admit, fold_of, tell};

/// The log's traces: activity and time.
fn traces() -> Option<Vec<Vec<(String, Instant)>>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/logs/bpic2019/variants.xes.gz");
    let Ok(file) = File::open(&path) else {
        println!("SKIPPED: {} is not here", path.display());
        return None;
    };
    let value = |line: &str| line.split("value=\"").nth(1)?.split('"').next().map(ToOwned::to_owned);
    let (mut traces, mut time): (Vec<Vec<_>>, _) = (Vec::new(), None);
    for line in BufReader::new(flate2::read::MultiGzDecoder::new(file)).lines() {
        let line = line.unwrap();
        if line.contains("<trace>") {
            traces.push(Vec::new());
        } else if line.contains("time:timestamp") {
            time = value(&line).and_then(|text| Instant::parse(&text));
        } else if let (true, Some(at)) = (line.contains("concept:name"), time.take()) {
            traces.last_mut()?.push((value(&line)?.replace("&amp;", "&"), at));
        }
    }
    Some(traces)
}

/// What the log says of an item, as events.
fn events(trace: &[(String, Instant)]) -> Vec<Event> {
    let mut events = Vec::new();
    for (nth, (activity, at)) in trace.iter().enumerate() {
        for (part, mapped) in (0..).zip(lookup(activity).unwrap()) {
            let (at, precision) = match mapped.precision {
                // 23:59 in Amsterdam, so the day begins 23 h 59 min earlier.
                Some(Precision::Day) => (at.plus(-1439 * Instant::MINUTE), Precision::Day),
                _ => (*at, Precision::Minute),
            };
            let mut telling = tell(mapped.kind)
                .at(at, precision)
                .line("1", "?")
                .item(&format!("e{nth}"), part);
            telling.draft.source_seq = i64::try_from(nth).unwrap();
            telling.draft.payload.value_only = mapped.value_only;
            events.push(admit(telling, i64::try_from(events.len()).unwrap() + 1));
        }
    }
    events
}

#[test]
fn the_whole_log_folds_and_shows_where_each_item_stands() {
    let Some(traces) = traces() else { return };
    assert_eq!(
        (traces.len(), traces.iter().map(Vec::len).sum::<usize>()),
        (7_781, 224_201)
    );
    let mut headlines: BTreeMap<&str, usize> = BTreeMap::new();
    let mut flags: BTreeMap<&str, usize> = BTreeMap::new();
    for trace in &traces {
        let mut fold = fold_of(&events(trace));
        let order = fold.order();
        assert_eq!(order.lines.len(), 1);
        *headlines.entry(order.header.headline.as_str()).or_default() += 1;
        order
            .flags
            .iter()
            .for_each(|flag| *flags.entry(flag.kind.as_str()).or_default() += 1);
        let receipts = trace
            .iter()
            .filter(|(a, _)| a == "Record Goods Receipt" || a == "Record Service Entry Sheet");
        let returned = trace.iter().filter(|(a, _)| a == "Cancel Goods Receipt").count();
        let refused = order
            .flags
            .iter()
            .filter(|f| f.kind.as_str() == "reversal_without_receipt")
            .count();
        assert_eq!(
            order.lines[0].receipt_count as usize,
            receipts.count() - (returned - refused)
        );
        assert!(
            order.lines[0]
                .quantities
                .over_receipt
                .known()
                .is_none_or(|n| n.is_zero()),
            "no variance from nothing"
        );
    }
    insta::assert_debug_snapshot!((headlines, flags));
}

#[test]
fn the_longest_history_is_the_same_in_any_arrival_order() {
    let Some(traces) = traces() else { return };
    let longest = traces.iter().max_by_key(|trace| trace.len()).unwrap();
    let events = events(longest);
    let mut backwards = events.clone();
    backwards.reverse();
    let (mut there, mut here) = (fold_of(&events), fold_of(&backwards));
    assert_eq!(here.state().encode(), there.state().encode());
    assert_eq!(here.order(), there.order());
}
