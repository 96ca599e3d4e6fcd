//! `cargo xtask bench` and `cargo xtask prove`: programs of `crates/simulator`, built for speed, beside a Postgres of their own.

use crate::build::compile;
use crate::machine::{cargo, target};
use crate::postgres::Postgres;
use crate::process::{Show, program, run as run_process};
use crate::progress::Steps;
use anyhow::Result;

/// Runs the program `name` of `crates/simulator` with `arguments`.
pub(crate) fn run(name: &str, arguments: &[String]) -> Result<()> {
    let mut steps = Steps::new(3);
    let postgres = steps.step("Start a throw-away Postgres", "5 s", Postgres::start_durable)?;
    steps.step("Compile", "10 min", || {
        compile(
            cargo(),
            &["-p", "simulator", "--features", "tools"],
            &["--release", "--bin", name],
        )?;
        compile(cargo(), &["-p", "server"], &["--release"])
    })?;
    steps.step("Run", "30 min", || {
        let mut program = program(&target().join("release").join(name).to_string_lossy());
        program
            .env("DOCKET_TEST_POSTGRES", postgres.url())
            .env("DOCKET_BIN", target().join("release/docket"));
        run_process(program.args(arguments), Show::All)
    })?;
    steps.summary();
    Ok(())
}
