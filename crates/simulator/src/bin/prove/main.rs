//! The long forms of the durability tests: `prove [--quick] [kills] [power] [full] [rebuild] [audit]`. Writes `docs/proof.md`.
#![expect(clippy::print_stdout, reason = "a program of the command line talks to its user")]

mod audit;
mod full;
mod kills;
mod power;
mod rebuild;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use simulator::tools::report::{self, Part};
use simulator::tools::say;

const INTRODUCTION: &str = "Written by `cargo xtask prove`. Each part says when, of which commit and on which machine \
it ran; a run replaces the parts it ran.";

const USAGE: &str = "prove [--quick] [kills] [power] [full] [rebuild] [audit]\n\
  kills    kill -9 of the real server while clients send, on each engine (50 times, quick: 5)\n\
  power    a power loss at every sync point of SQLite\n\
  full     the disk has no room, again and again, while clients send\n\
  rebuild  views built anew from the log equal the live ones, also after links and unlinks\n\
  audit    a million rows of the audit are checked in time, and 10,000 tampers are all named (quick: 300)\n\
Postgres is the one that DOCKET_TEST_POSTGRES names; without it only SQLite is tried.\n";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let known = ["--quick", "kills", "power", "full", "rebuild", "audit"];
    if arguments.iter().any(|a| !known.contains(&a.as_str())) {
        print!("{USAGE}");
        return ExitCode::from(2);
    }
    let quick = arguments.iter().any(|a| a == "--quick");
    let wanted = |part: &str| arguments.iter().all(|a| a == "--quick") || arguments.iter().any(|a| a == part);
    let began = Instant::now();
    match run(quick, wanted, began) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            println!("\nNOT PROVEN: {failure:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(quick: bool, wanted: impl Fn(&str) -> bool, began: Instant) -> Result<()> {
    // A quick run is a test: the report keeps what the long one found.
    let keep = |part: Part| -> Result<()> {
        if !quick {
            let path = report::write("proof.md", "Proof", INTRODUCTION, &[part])?;
            say(began, format!("written to {}", path.display()));
        }
        Ok(())
    };
    if wanted("power") {
        keep(power::run(quick, began)?)?;
    }
    if wanted("full") {
        keep(full::run(quick, began)?)?;
    }
    if wanted("rebuild") {
        keep(rebuild::run(quick, began)?)?;
    }
    if wanted("audit") {
        keep(audit::run(quick, began)?)?;
    }
    if wanted("kills") {
        keep(kills::run(quick, began)?)?;
    }
    Ok(())
}
