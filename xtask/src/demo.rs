//! `cargo xtask demo`: from a clone to a running Docket with a demo world, asking nothing.

use crate::build::{Shrink, build_site, compile};
use crate::machine::{cargo, root, target};
use crate::progress::{Steps, spoken};
use anyhow::{Context, Result};
use std::os::unix::process::CommandExt;
use std::process::Command;

/// Builds what is missing or changed, then becomes `docket demo`; `arguments` are handed on to it.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    println!(
        "Building and starting the demo. The first time it takes 10 to 15 minutes on two cores, later a few seconds."
    );
    let mut steps = Steps::new(6);
    build_site(&mut steps, Shrink::IfPossible)?;
    steps.step("Compile the server", "7 min", || {
        compile(cargo(), &["-p", "server"], &["--profile", "demo"])
    })?;
    println!(
        "Step 6 of 6: Start (usually 5 s). Ready to start after {}; Ctrl-C ends it.\n",
        spoken(steps.elapsed())
    );
    let arguments = arguments.iter().filter(|argument| *argument != "--");
    let failure = Command::new(target().join("demo/docket"))
        .arg("demo")
        .args(arguments)
        .current_dir(root())
        .exec();
    Err(failure).context("cannot start the server")
}
