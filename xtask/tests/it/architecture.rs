//! Each room of the house uses only what it may (ARCHITECTURE.md), and the browser loads nothing that belongs on the server.

use std::collections::BTreeSet;
use std::process::Command;

/// A room, and the rooms that it may use. Tests may use more, and so may the tools that measure the whole house
/// (`bench`, `prove`): programs beside the simulator's library, with dependencies that only they switch on.
const MAY_USE: [(&str, &[&str]); 11] = [
    ("domain", &[]),
    ("formats", &["domain"]),
    ("views", &["domain"]),
    ("store", &["domain", "views"]),
    ("connect", &["domain", "engine"]),
    ("engine", &["domain", "formats", "store", "views"]),
    ("simulator", &["domain"]),
    ("app", &["domain", "views"]),
    ("frontend", &["app"]),
    (
        "server",
        &[
            "app",
            "connect",
            "domain",
            "engine",
            "formats",
            "simulator",
            "store",
            "views",
        ],
    ),
    ("xtask", &[]),
];

/// Too heavy for a browser, or useless there.
const NEVER_IN_THE_BROWSER: [&str; 4] = ["plotters", "regex", "sqlx", "tokio"];

#[expect(clippy::unwrap_used, reason = "a helper of tests: a panic is a failed test")]
fn cargo(arguments: &[&str]) -> String {
    let output = Command::new("cargo")
        .args(arguments)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "cargo {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

fn belongs_to_the_room(room: &str, dependency: &serde_json::Value) -> bool {
    let only_in_tests = dependency["kind"] == "dev";
    let only_in_tools = room == "simulator" && dependency["optional"] == true;
    !only_in_tests && !only_in_tools
}

#[test]
fn each_room_uses_only_what_it_may() {
    let metadata: serde_json::Value =
        serde_json::from_str(&cargo(&["metadata", "--no-deps", "--format-version", "1"])).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let rooms: BTreeSet<&str> = packages
        .iter()
        .map(|package| package["name"].as_str().unwrap())
        .collect();
    let mut offences = Vec::new();
    for package in packages {
        let room = package["name"].as_str().unwrap();
        let Some((_, may_use)) = MAY_USE.iter().find(|(name, _)| *name == room) else {
            offences.push(format!("{room} is a new room: say here what it may use"));
            continue;
        };
        for dependency in package["dependencies"].as_array().unwrap() {
            let used = dependency["name"].as_str().unwrap();
            if rooms.contains(used) && belongs_to_the_room(room, dependency) && !may_use.contains(&used) {
                offences.push(format!("{room} uses {used}"));
            }
        }
    }
    assert!(offences.is_empty(), "{offences:#?}");
}

#[test]
fn only_the_store_speaks_sql() {
    let metadata: serde_json::Value =
        serde_json::from_str(&cargo(&["metadata", "--no-deps", "--format-version", "1"])).unwrap();
    for package in metadata["packages"].as_array().unwrap() {
        let room = package["name"].as_str().unwrap();
        let mut dependencies = package["dependencies"].as_array().unwrap().iter();
        let uses_sqlx = dependencies.any(|used| used["name"] == "sqlx" && belongs_to_the_room(room, used));
        assert!(!uses_sqlx || room == "store", "{room} uses sqlx");
    }
}

#[test]
fn the_browser_loads_nothing_that_belongs_on_the_server() {
    // Leptos always depends on its `leptos_config`, which brings `regex`; a browser calls nothing of it, so it is not linked:
    // `cargo xtask test` looks into the wasm file for that.
    let tree = cargo(&[
        "tree",
        "-p",
        "frontend",
        "--target",
        "wasm32-unknown-unknown",
        "-e",
        "normal",
        "--prefix",
        "none",
        "--prune",
        "leptos_config",
    ]);
    let crates: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(crates.contains("app"), "the browser's graph has no app: {tree}");
    for name in NEVER_IN_THE_BROWSER {
        let found = crates
            .iter()
            .find(|found| **found == name || found.starts_with(&format!("{name}-")));
        assert_eq!(
            found, None,
            "see `cargo tree -p frontend --target wasm32-unknown-unknown -e normal -i {name}`"
        );
    }
}
