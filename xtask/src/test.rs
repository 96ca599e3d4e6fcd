//! `cargo xtask test`: every check that guards `main`, in the order in which they fail fastest. It stops at the first that fails.

use crate::build::{Shrink, build_site, compile_browser};
use crate::contract;
use crate::machine::{cargo, find, install, target};
use crate::postgres::{Postgres, programs as postgres_programs};
use crate::process::{Show, program, run as run_process, run_to_end};
use crate::progress::Steps;
use crate::setup::{browser_rust, end2end};
use crate::site::WASM_LIMIT;
use anyhow::{Context, Result, bail};
use std::cell::Cell;
use std::process::Command;
use std::time::Duration;

/// The same packages and features for every step, so that nothing is compiled twice. `frontend` switches features on that
/// only make sense in a browser, so it is checked by its own build. Where a package has integration tests, its programs
/// are built for them: that is where the later steps find `docket` and `prove`.
const WORKSPACE: [&str; 5] = ["--workspace", "--exclude", "frontend", "--features", "simulator/tools"];

/// Crates that may not be linked into what browsers load.
const NEVER_IN_THE_BROWSER: [&str; 6] = ["plotters", "regex", "regex-automata", "sqlx", "sqlx-core", "tokio"];

/// Tests that ran, of all runners.
#[derive(Default)]
struct Tally {
    passed: Cell<u64>,
    failed: Cell<u64>,
}

/// `cargo xtask test`.
pub(crate) fn run() -> Result<()> {
    let mut steps = Steps::new(14);
    let tally = Tally::default();
    let outcome = checks(&mut steps, &tally);
    steps.summary();
    if let Err(failure) = &outcome {
        println!("\nA check failed: {failure:#}");
    }
    println!("\n{} passed, {} failed", tally.passed.get(), tally.failed.get());
    outcome
}

fn checks(steps: &mut Steps, tally: &Tally) -> Result<()> {
    steps.step(
        "Install what tests need: Postgres, Chromium",
        "1 min if they lack",
        || {
            postgres_programs()?;
            chromium()
        },
    )?;
    steps.step("Check the formatting", "2 s", || {
        run_process(cargo().args(["fmt", "--all", "--check"]), Show::All)
    })?;
    steps.step("What is linked: licences, sources, bans", "3 s", || {
        if find("cargo-deny").is_none() {
            println!("cargo-deny is not installed: the tests of xtask read deny.toml and check the same.");
            return Ok(());
        }
        run_process(
            cargo().args(["deny", "check", "licenses", "sources", "bans"]),
            Show::All,
        )
        .map(drop)
    })?;
    steps.step("Check with clippy", "4 min", || {
        let mut clippy = cargo();
        clippy.arg("clippy").args(WORKSPACE).args([
            "--features",
            "xtask/pack",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]);
        run_process(&mut clippy, Show::Progress)
    })?;
    steps.step(
        "Unit, property and integration tests, on SQLite and Postgres",
        "8 min",
        || {
            let postgres = Postgres::start()?;
            let mut tests = if find("cargo-nextest").is_some() {
                nextest()
            } else {
                cargo_test()
            };
            tests.env("DOCKET_TEST_POSTGRES", postgres.url());
            counted(&mut tests, tally)
        },
    )?;
    steps.step("Examples in the documentation", "20 s", || {
        counted(cargo().args(["test", "--doc", "--quiet"]).args(WORKSPACE), tally)
    })?;
    steps.step(
        "Durability in short: kills, power losses, views built anew",
        "4 min",
        || {
            let postgres = Postgres::start()?;
            let mut prove = program(&target().join("debug/prove").to_string_lossy());
            prove
                .arg("--quick")
                .env("DOCKET_TEST_POSTGRES", postgres.url())
                .env("DOCKET_BIN", target().join("debug/docket"));
            run_process(&mut prove, Show::All)
        },
    )?;
    steps.step("The API against its description", "2 min", || {
        contract::run(&target().join("debug/docket"), Duration::from_secs(60))
    })?;
    let site = build_site(steps, Shrink::Always)?;
    steps.step("Check the browser part: size, warnings", "1 s", || {
        site.print();
        if site.wasm > WASM_LIMIT {
            bail!(
                "the wasm weighs {} bytes after brotli; the limit is {WASM_LIMIT}",
                site.wasm
            );
        }
        // Nothing is compiled: cargo repeats the warnings of our own crates.
        let (wasm, said) = compile_browser(browser_rust()?)?;
        let wasm = std::fs::read(&wasm).context("cannot read the wasm file")?;
        if let Some(heavy) = NEVER_IN_THE_BROWSER.iter().find(|name| is_linked(name, &wasm)) {
            bail!("the browser part contains {heavy}, which belongs on the server");
        }
        match said.iter().find(|line| line.starts_with("warning:")) {
            Some(warning) => bail!("the browser part compiles with a warning: {warning}"),
            None => Ok(()),
        }
    })?;
    steps.step("Journeys in Chromium", "4 min", || {
        counted(playwright().env("END2END_DOCKET", target().join("debug/docket")), tally)
    })
}

fn nextest() -> Command {
    let mut command = cargo();
    command
        .args([
            "nextest",
            "run",
            "--no-fail-fast",
            "--status-level",
            "slow",
            "--final-status-level",
            "fail",
        ])
        .args(WORKSPACE);
    command
}

fn cargo_test() -> Command {
    let mut command = cargo();
    command.args(["test", "--no-fail-fast", "--tests"]).args(WORKSPACE);
    command
}

fn playwright() -> Command {
    let mut command = program("node");
    command
        .current_dir(end2end())
        .args(["node_modules/@playwright/test/cli.js", "test"]);
    command
}

/// Whether the wasm file names a source file of this crate, as the places of its panics do: `…/regex-automata-0.4.14/src/…`.
fn is_linked(name: &str, wasm: &[u8]) -> bool {
    let folder = format!("/{name}-");
    wasm.windows(folder.len()).any(|window| window == folder.as_bytes())
}

/// Debian's Chromium.
pub(crate) fn chromium() -> Result<()> {
    match find("chromium") {
        Some(_) => Ok(()),
        None => install(&["chromium"], "a browser for the journeys"),
    }
}

/// Runs a test runner and adds what it counted; a failed test or a run of no test is an error.
fn counted(command: &mut Command, tally: &Tally) -> Result<()> {
    let (status, lines) = run_to_end(command)?;
    let (passed, failed) = lines
        .iter()
        .filter_map(|line| counts(line))
        .fold((0, 0), |sum, line| (sum.0 + line.0, sum.1 + line.1));
    tally.passed.set(tally.passed.get() + passed);
    tally.failed.set(tally.failed.get() + failed);
    if failed > 0 {
        bail!("{failed} tests failed, they are named above");
    }
    if !status.success() {
        bail!("`{}` failed ({status})", command.get_program().to_string_lossy());
    }
    Ok(())
}

/// Passed and failed tests in a closing line of nextest, `cargo test` or Playwright.
fn counts(line: &str) -> Option<(u64, u64)> {
    let line = plain(line);
    let words: Vec<&str> = line.split([' ', ',', ';']).filter(|word| !word.is_empty()).collect();
    let before = |name: &str| {
        let place = words.iter().position(|word| *word == name)?;
        words.get(place.checked_sub(1)?)?.parse::<u64>().ok()
    };
    match words.first().copied()? {
        // Summary [   0.011s] 12 tests run: 11 passed, 1 failed, 3 skipped
        "Summary" => Some((
            before("passed")?,
            before("failed").unwrap_or(0) + before("timed").unwrap_or(0),
        )),
        // test result: ok. 12 passed; 0 failed; 0 ignored; …
        "test" if words.get(1) == Some(&"result:") => Some((before("passed")?, before("failed")?)),
        // "  12 passed (3.4s)" and "  1 failed", on lines of their own
        number if words.get(1) == Some(&"passed") && words.len() == 3 => Some((number.parse().ok()?, 0)),
        number if words.get(1) == Some(&"failed") && words.len() == 2 => Some((0, number.parse().ok()?)),
        _ => None,
    }
}

/// A line without colours.
fn plain(line: &str) -> String {
    let mut plain = String::new();
    let mut in_colour = false;
    for letter in line.chars() {
        match (in_colour, letter) {
            (false, '\u{1b}') => in_colour = true,
            (false, letter) => plain.push(letter),
            (true, 'm') => in_colour = false,
            (true, _) => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::{counts, is_linked};

    #[test]
    fn a_linked_crate_is_found_by_the_places_of_its_panics() {
        let wasm = b"\0asm...crates/index.crates.io-1949cf8c6b5b557f/serde_json-1.0.154/src/read.rs...";
        assert!(is_linked("serde_json", wasm));
        assert!(!is_linked("regex", wasm));
    }

    #[test]
    fn the_closing_lines_of_all_three_runners_are_understood() {
        assert_eq!(
            counts("     Summary [   0.011s] 12 tests run: 11 passed (1 slow), 1 failed, 3 skipped"),
            Some((11, 1))
        );
        assert_eq!(
            counts("\u{1b}[32;1m     Summary\u{1b}[0m [   0.011s] 12 tests run: 12 passed, 3 skipped"),
            Some((12, 0))
        );
        assert_eq!(
            counts("test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured"),
            Some((4, 2))
        );
        assert_eq!(counts("  12 passed (3.4s)"), Some((12, 0)));
        assert_eq!(counts("  1 failed"), Some((0, 1)));
    }

    #[test]
    fn other_lines_count_nothing() {
        assert_eq!(counts("running 3 tests"), None);
        assert_eq!(counts("test it::a_message_failed_and_passed ... ok"), None);
        assert_eq!(counts(""), None);
    }
}
