//! Inputs made by others to break readers.

use std::collections::BTreeMap;

use formats::cloudevents::{self, Mode};
use formats::json::{Limits, read};
use formats::{FaultCode, xes};

use crate::shared;

#[test]
fn every_file_of_the_json_test_suite_is_judged_as_its_name_says() {
    let Some(folder) = shared("chaos/json/test_parsing") else {
        return;
    };
    let mut counts = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let body = std::fs::read(entry.path()).expect("a file");
        let result = read(&body, &Limits::default());
        match (&name[..1], &result) {
            ("y", Ok(_)) | ("n", Err(_)) | ("i", _) => {}
            // Allowed by the grammar, refused by us: which of two values counts nobody can say.
            ("y", Err(fault)) => {
                assert!(name.contains("duplicated_key"), "{name} was refused: {fault:?}");
                assert_eq!(fault.code, FaultCode::JsonNameTwice);
            }
            _ => panic!("{name} was read as {result:?}"),
        }
        *counts.entry(name[..1].to_owned()).or_insert(0) += 1;
    }
    assert!(counts["y"] > 50 && counts["n"] > 100 && counts["i"] > 20, "{counts:?}");
}

#[test]
fn every_chaotic_file_goes_through_every_reader() {
    let Some(folder) = shared("chaos") else { return };
    let mut files = 0;
    for kind in ["json/test_parsing", "json/test_transform", "strings", "xml", "csv"] {
        for entry in std::fs::read_dir(folder.join(kind)).expect("a folder").flatten() {
            let body = std::fs::read(entry.path()).expect("a file");
            for mode in [Mode::Structured, Mode::Batch, Mode::Lines] {
                let items = cloudevents::split(&mode, &body, &Limits::default());
                assert!(!items.is_empty());
                assert!(items.iter().all(|item| item.result.is_err()), "{:?}", entry.path());
            }
            assert!(xes::read(&body[..], &xes::Limits::default()).all(|item| item.result.is_err()));
            files += 1;
        }
    }
    assert!(files > 200, "{files}");
}

#[test]
fn a_numbers_digits_survive_the_transform_tests() {
    let Some(folder) = shared("chaos/json/test_transform") else {
        return;
    };
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("number") {
            let body = std::fs::read_to_string(entry.path()).expect("text");
            let read = read(body.as_bytes(), &Limits::default()).expect("is JSON");
            assert_eq!(String::from_utf8_lossy(&read.canonical()), body.trim(), "{name}");
        }
    }
}

#[test]
fn a_bomb_is_refused_before_it_is_lit() {
    for name in [
        "defusedxml_xmlbomb.xml",
        "defusedxml_quadratic.xml",
        "defusedxml_external_file.xml",
    ] {
        let Some(file) = shared(&format!("chaos/xml/{name}")) else {
            return;
        };
        let body = std::fs::read(file).expect("a file");
        let items: Vec<_> = xes::read(&body[..], &xes::Limits::default()).collect();
        let codes: Vec<_> = items
            .iter()
            .filter_map(|i| i.result.as_ref().err())
            .map(|f| f.code)
            .collect();
        assert_eq!(codes, [FaultCode::XmlDefinitions], "{name}");
    }
}
