//! `cargo xtask screenshots`: the pages as pictures, in light and dark, at 1440 and 390 pixels, in `docs/screenshots`.

use crate::build::{Shrink, build_site, compile};
use crate::machine::{cargo, own_folder, target};
use crate::postgres::free_port;
use crate::process::{Server, Show, program, run as run_process};
use crate::progress::Steps;
use crate::setup::{end2end, node_tools};
use crate::test::chromium;
use anyhow::{Context, Result};

/// Starts the demo on a free port with a temporary data folder and takes the pictures.
pub(crate) fn run() -> Result<()> {
    let mut steps = Steps::new(6);
    build_site(&mut steps, Shrink::Always)?;
    steps.step("Compile the server", "5 min", || {
        node_tools()?;
        chromium()?;
        compile(cargo(), &["-p", "server"], &[])
    })?;
    steps.step("Take the pictures", "1 min", || {
        let port = free_port()?;
        let folder = own_folder("screenshots")?;
        let data = folder.join("data");
        if data.exists() {
            std::fs::remove_dir_all(&data).context("cannot clear the data folder")?;
        }
        let mut demo = program(&target().join("debug/docket").to_string_lossy());
        demo.arg("demo")
            .env("DOCKET_LISTEN", format!("127.0.0.1:{port}"))
            .env("DOCKET_DEMO__DATA", &data);
        let _server = Server::start(&demo, "TERM", "true", &folder.join("log"))?;
        let mut pictures = program("node");
        pictures
            .current_dir(end2end())
            .arg("screenshots.mjs")
            .arg(format!("http://127.0.0.1:{port}"))
            .arg(&data);
        run_process(&mut pictures, Show::All)
    })?;
    steps.summary();
    Ok(())
}
