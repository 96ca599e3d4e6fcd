//! Measures: `bench [--quick] [--events N] [--orders N]... [ingest] [posts] [pages]`. Writes `docs/benchmarks.md`.
#![expect(clippy::print_stdout, reason = "a program of the command line talks to its user")]

mod bare;
mod ingest;
mod pages;
mod posts;
mod rows;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use simulator::tools::report::{self, Part};
use simulator::tools::say;

/// The allocator of the product, which is measured in this process.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const INTRODUCTION: &str = "Written by `cargo xtask bench`. Each part says when, of which commit and on which machine it \
ran; a run replaces the parts it measured. Clients and server share the machine, so what the clients need is missing to \
the server.";

const USAGE: &str = "bench [--quick] [--events N] [--orders N]... [ingest] [posts] [pages]\n\
  ingest   events in bulk, appended and folded, beside a bare loop that writes the same rows\n\
  posts    single POSTs from 128 clients against the real server\n\
  pages    order and list pages, idle and under 5,000 events a second\n\
  --events N   events of `ingest` (500000; quick 50000)\n\
  --orders N   orders of `pages`, may be said again (100000; quick 5000)\n\
  --no-report  leaves docs/benchmarks.md alone (so does --quick)\n\
Postgres is the one that DOCKET_TEST_POSTGRES names; without it only SQLite is measured.\n";

/// What is asked for.
struct Asked {
    quick: bool,
    report: bool,
    events: u64,
    orders: Vec<u64>,
    parts: Vec<String>,
}

impl Asked {
    fn read() -> Result<Self> {
        let mut asked = Self {
            quick: false,
            report: true,
            events: 0,
            orders: Vec::new(),
            parts: Vec::new(),
        };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut number = || {
                arguments
                    .next()
                    .and_then(|n| n.replace('_', "").parse().ok())
                    .context("a number is missing")
            };
            match argument.as_str() {
                "--quick" => asked.quick = true,
                "--no-report" => asked.report = false,
                "--events" => asked.events = number()?,
                "--orders" => asked.orders.push(number()?),
                "ingest" | "posts" | "pages" => asked.parts.push(argument),
                other => bail!("{other} is not known\n\n{USAGE}"),
            }
        }
        if asked.events == 0 {
            asked.events = if asked.quick { 50_000 } else { 500_000 };
        }
        if asked.orders.is_empty() {
            asked.orders.push(if asked.quick { 5_000 } else { 100_000 });
        }
        Ok(asked)
    }

    fn wants(&self, part: &str) -> bool {
        self.parts.is_empty() || self.parts.iter().any(|p| p == part)
    }
}

fn main() -> ExitCode {
    let began = Instant::now();
    match Asked::read().and_then(|asked| run(&asked, began)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            println!("\nNot measured: {failure:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(asked: &Asked, began: Instant) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut parts: Vec<Part> = Vec::new();
    if asked.wants("ingest") {
        parts.push(runtime.block_on(ingest::run(asked.events, began))?);
        publish(asked, &parts, began)?;
    }
    if asked.wants("posts") {
        parts.push(runtime.block_on(posts::run(asked.quick, began))?);
        publish(asked, &parts, began)?;
    }
    if asked.wants("pages") {
        for orders in &asked.orders {
            parts.push(runtime.block_on(pages::run(*orders, asked.quick, began))?);
            publish(asked, &parts, began)?;
        }
    }
    Ok(())
}

/// Prints the newest part and puts all into the report.
fn publish(asked: &Asked, parts: &[Part], began: Instant) -> Result<()> {
    if let Some(part) = parts.last() {
        println!("\n{}\n\n{}\n", part.title, part.text);
    }
    if asked.report && !asked.quick {
        let path = report::write("benchmarks.md", "Benchmarks", INTRODUCTION, parts)?;
        say(began, format!("written to {}", path.display()));
    }
    Ok(())
}
