//! `cargo xtask …`: the project's own tool. It installs what a machine lacks, builds the one file that is the product,
//! starts the demo, and runs every check that guards `main`.
#![expect(clippy::print_stdout, reason = "a command-line tool talks to its user")]

mod bench;
mod build;
mod contract;
mod demo;
mod machine;
mod postgres;
mod process;
mod progress;
mod screenshots;
mod setup;
mod site;
mod test;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask demo         builds what is missing and starts Docket with a demo world
cargo xtask test         every check, from formatting to the browser
cargo xtask build        the one file that is the product: target/release/docket (--site: only what browsers load)
cargo xtask bench        measures, writes docs/benchmarks.md
cargo xtask prove        the long forms of the durability tests, writes docs/proof.md
cargo xtask screenshots  saves the pages as pictures in docs/screenshots
cargo xtask setup        installs what builds and tests need; the others call it themselves
";

/// `contract` is proven here, the rest by a program that stands on the engine.
fn prove(parts: &[String]) -> anyhow::Result<()> {
    let alone = parts == ["contract"];
    if !alone {
        bench::run("prove", parts)?;
    }
    if alone || parts.is_empty() {
        contract::prove()?;
    }
    Ok(())
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    let outcome = match command.as_str() {
        "demo" => demo::run(&rest),
        "test" => test::run(),
        "build" => build::run(&rest),
        "bench" => bench::run("bench", &rest),
        "prove" => prove(&rest),
        "screenshots" => screenshots::run(),
        "setup" => setup::run_setup(&rest),
        _ => {
            print!("{USAGE}");
            return if matches!(command.as_str(), "" | "help" | "--help" | "-h") {
                ExitCode::SUCCESS
            } else {
                ExitCode::from(2)
            };
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            println!("\n{command} stopped: {failure:#}");
            ExitCode::FAILURE
        }
    }
}
