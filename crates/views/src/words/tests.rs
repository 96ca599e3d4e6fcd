use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use domain::Sentence;

use super::{Words, declared, say, t, tn};

const SOURCE: &str = include_str!("../../locales/en.ftl");

#[test]
fn the_catalogue_reads_without_a_fault() {
    assert_eq!(Words::english().faults(), Vec::<String>::new());
}

#[test]
fn every_declared_key_has_a_text_and_is_declared_once() {
    let mut seen = BTreeSet::new();
    for key in declared(SOURCE) {
        assert!(seen.insert(key), "{key} is declared twice");
        assert!(
            Words::english()
                .bundle
                .get_message(key)
                .is_some_and(|m| m.value().is_some()),
            "{key} has no text"
        );
    }
    assert!(seen.contains("product-name"));
}

/// Words of the machine, which no screen says.
const FORBIDDEN: [&str; 16] = [
    "fingerprint",
    "facet",
    "facets",
    "burn",
    "censored",
    "regression",
    "kaplan-meier",
    "idempotent",
    "idempotency",
    "dlq",
    "uuid",
    "payload",
    "null",
    "deserialize",
    "stacktrace",
    "boolean",
];

#[test]
fn no_text_speaks_the_machines_language() {
    for line in SOURCE.lines().filter(|line| !line.starts_with('#')) {
        // The key before the sign is ours, the text after it is the reader's.
        let text = line.split_once(" = ").map_or(line, |(_, text)| text).to_lowercase();
        for word in text.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '$') {
            assert!(!FORBIDDEN.contains(&word), "{word}: {line}");
        }
    }
}

#[test]
fn a_missing_key_reads_as_itself_in_brackets() {
    assert_eq!(t("no-such-key"), "[no-such-key]");
    assert!(!Words::english().has("no-such-key"));
}

#[test]
fn counted_things_follow_the_number_and_nothing_isolates_it() {
    assert_eq!(tn("count-orders", &[("n", 1.into())]), "1 order");
    assert_eq!(tn("count-orders", &[("n", 12.into())]), "12 orders");
    assert_eq!(say(&Sentence::new("count-orders").with("n", 1)), "1 order");
}

#[test]
fn a_number_with_leading_zeros_keeps_them() {
    let said = Sentence::new("place").with("place-kind", "field").with("path", "00010");
    assert_eq!(say(&said), "In 00010");
}

#[test]
fn a_language_without_a_catalogue_is_not_answered_in_another() {
    assert!(Words::for_language("en-GB").is_some());
    assert!(Words::for_language("de").is_none());
    assert!(Words::for_language("§").is_none());
}

/// Words used in code, as `t("key")`, `tn("key", …)`, `words.text("key", …)`, `Sentence::new("key")` or `words::key("key")`.
/// A literal that begins with `error-` is a key wherever it stands.
fn used_in(code: &str) -> impl Iterator<Item = &str> {
    [
        "t(",
        "tn(",
        "words.text(",
        "words().text(",
        "english().text(",
        "Sentence::new(",
        "words::key(",
        "counted(",
    ]
    .into_iter()
    .flat_map(move |call| {
        code.match_indices(call).filter_map(move |(at, _)| {
            let before = code[..at].chars().next_back();
            let rest = code[at + call.len()..].trim_start();
            let own = before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != '!');
            let key = rest.strip_prefix('"')?.split('"').next()?;
            let is_key = !key.is_empty()
                && key
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            (own && is_key).then_some(key)
        })
    })
}

fn rust_files(under: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(under) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn every_key_used_in_code_is_in_the_catalogue() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    let crates = std::fs::read_dir(root.join("crates"))
        .expect("crates")
        .flatten()
        .map(|c| c.path());
    for room in crates.chain([root.join("app"), root.join("server"), root.join("frontend")]) {
        rust_files(&room.join("src"), &mut files);
    }
    assert!(files.len() > 10, "the scan found the sources");
    let mut missing = BTreeSet::new();
    for file in files.iter().filter(|f| !f.ends_with("words/tests.rs")) {
        let code = std::fs::read_to_string(file).expect("source is text");
        // What stands in tests need not be in the catalogue.
        let product = code.split("#[cfg(test)]").next().unwrap_or_default();
        let code_only: String = product
            .lines()
            .filter(|l| !l.trim_start().starts_with("//"))
            .flat_map(|l| [l, "\n"])
            .collect();
        let errors = code_only
            .split('"')
            .filter(|text| text.starts_with("error-") && !text.ends_with('-') && !text.contains(char::is_whitespace));
        for key in used_in(&code_only)
            .chain(errors)
            .filter(|key| !Words::english().has(key))
        {
            missing.insert(format!(
                "{key} in {}",
                file.strip_prefix(&root).unwrap_or(file).display()
            ));
        }
    }
    assert!(
        missing.is_empty(),
        "not in locales/en.ftl:\n{}",
        missing.into_iter().collect::<Vec<_>>().join("\n")
    );
}

#[test]
fn the_scan_finds_every_way_a_key_is_used() {
    let code = r#"t("a-1"), tn( "b", &[]), words.text("c", &[]) Sentence::new("d") insert("e") format!("f") t(key)"#;
    let found: Vec<_> = used_in(code).collect();
    assert_eq!(found, ["a-1", "b", "c", "d"]);
}
