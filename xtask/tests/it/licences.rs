//! What is linked into Docket may be: its licence is one of deny.toml's, its source is the registry, and it is not banned.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The text between quotes in the list called `name` of deny.toml.
#[expect(clippy::unwrap_used, reason = "a helper of tests: a panic is a failed test")]
fn listed(name: &str) -> BTreeSet<String> {
    let text = std::fs::read_to_string(format!("{ROOT}/deny.toml")).unwrap();
    let list = text.split_once(&format!("\n{name} = [")).unwrap().1;
    let list = list.split_once("\n]").unwrap().0;
    list.lines()
        .filter_map(|line| line.split('"').nth(1).map(str::to_owned))
        .collect()
}

#[expect(clippy::unwrap_used, reason = "a helper of tests: a panic is a failed test")]
fn packages() -> Vec<serde_json::Value> {
    let output = Command::new("cargo")
        .args(["metadata", "--format-version", "1", "--all-features", "--locked"])
        .current_dir(ROOT)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

/// Whether an SPDX expression can be fulfilled with the allowed licences. `/` stands for OR in old manifests.
fn allowed(expression: &str, allow: &BTreeSet<String>) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let (good, rest) = any(&words, allow);
    good && rest.is_empty()
}

fn any<'w>(words: &'w [&'w str], allow: &BTreeSet<String>) -> (bool, &'w [&'w str]) {
    let (mut good, mut rest) = all(words, allow);
    while let Some(("OR", after)) = rest.split_first().map(|(word, after)| (*word, after)) {
        let (other, left) = all(after, allow);
        good |= other;
        rest = left;
    }
    (good, rest)
}

fn all<'w>(words: &'w [&'w str], allow: &BTreeSet<String>) -> (bool, &'w [&'w str]) {
    let (mut good, mut rest) = one(words, allow);
    while let Some(("AND", after)) = rest.split_first().map(|(word, after)| (*word, after)) {
        let (other, left) = one(after, allow);
        good &= other;
        rest = left;
    }
    (good, rest)
}

fn one<'w>(words: &'w [&'w str], allow: &BTreeSet<String>) -> (bool, &'w [&'w str]) {
    match words {
        ["(", inside @ ..] => {
            let (good, rest) = any(inside, allow);
            (good && rest.first() == Some(&")"), rest.get(1..).unwrap_or_default())
        }
        [licence, "WITH", exception, rest @ ..] => (allow.contains(&format!("{licence} WITH {exception}")), rest),
        [licence, rest @ ..] => (allow.contains(*licence), rest),
        [] => (false, words),
    }
}

#[test]
fn every_crate_has_a_licence_that_may_be_linked() {
    let allow = listed("allow");
    assert!(allow.contains("MIT") && !allow.contains("GPL-3.0-only"), "{allow:?}");
    let mut refused = BTreeMap::new();
    for package in packages().iter().filter(|package| !package["source"].is_null()) {
        let licence = package["license"].as_str().unwrap_or("none");
        if !allowed(licence, &allow) {
            refused.insert(package["name"].to_string(), licence.to_owned());
        }
    }
    assert!(refused.is_empty(), "{refused:#?}");
}

#[test]
fn every_crate_comes_from_the_registry_or_is_ours_and_none_is_banned() {
    let registry = "registry+https://github.com/rust-lang/crates.io-index";
    let text = std::fs::read_to_string(format!("{ROOT}/deny.toml")).unwrap();
    let banned: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split_once("{ crate = \"")?.1.split('"').next())
        .collect();
    assert!(banned.contains(&"openssl-sys"), "{banned:?}");
    for package in packages() {
        let (name, source) = (&package["name"], &package["source"]);
        assert!(source.is_null() || source == registry, "{name} comes from {source}");
        assert!(!banned.iter().any(|ban| name == ban), "{name} is banned");
    }
}

#[test]
fn an_expression_is_read_as_it_is_meant() {
    let allow = BTreeSet::from(["MIT", "Unicode-3.0", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned));
    for good in [
        "MIT",
        "GPL-3.0-only OR MIT",
        "Apache-2.0/MIT",
        "(MIT OR Apache-2.0) AND Unicode-3.0",
        "Apache-2.0 WITH LLVM-exception",
        "Unicode-3.0 AND (MIT OR (GPL-3.0-only AND MIT))",
    ] {
        assert!(allowed(good, &allow), "{good}");
    }
    for bad in [
        "GPL-3.0-only",
        "MIT AND GPL-3.0-only",
        "(MIT OR Apache-2.0) AND GPL-3.0-only",
        "Apache-2.0",
        "",
        "MIT GPL-3.0-only",
        "none",
    ] {
        assert!(!allowed(bad, &allow), "{bad}");
    }
}
