//! From sources to the one file that is the product: browser part, site folder, server.

use crate::machine::{cargo, cargo_home, crates_of, own_folder, root, target};
use crate::process::run as run_process;
use crate::progress::Steps;
use crate::setup::{BROWSER_TARGET, BrowserRust, browser_rust, node_tools, npm_packages, wasm_opt};
use crate::site::{self, Site};
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::Command;

/// Whether the browser part must be shrunk by `wasm-opt`, or only if the machine has it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shrink {
    Always,
    IfPossible,
}

/// `cargo xtask build [--site]`. With `--site` only what browsers load, for whoever works on pages.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let only_site = arguments.iter().any(|argument| argument == "--site");
    let mut steps = Steps::new(if only_site { 4 } else { 5 });
    build_site(&mut steps, Shrink::Always)?.print();
    if only_site {
        return Ok(());
    }
    steps.step("Compile the server, with all that inside", "8 min", || {
        compile(cargo(), &["-p", "server", "--features", "embed"], &["--release"])
    })?;
    steps.summary();
    println!("\nThe one file: {}", target().join("release/docket").display());
    Ok(())
}

/// The four steps from sources to `target/site`, where the server (and its feature `embed`) finds what browsers load.
pub(crate) fn build_site(steps: &mut Steps, shrink: Shrink) -> Result<Site> {
    let rust = steps.step(
        "See what this machine lacks, install it",
        "20 s, or 4 min without rustup's server",
        || {
            let rust = browser_rust()?;
            match shrink {
                Shrink::Always => node_tools()?,
                Shrink::IfPossible => {
                    if let Err(failure) = npm_packages() {
                        println!(
                            "    going on without wasm-opt, so the browser part is a quarter larger ({failure:#})"
                        );
                    }
                }
            }
            Ok(rust)
        },
    )?;
    let (wasm, _) = steps.step("Compile the browser part", "3 min", || compile_browser(rust))?;
    let pack = steps.step("Compile the packer", "1 min", compile_pack)?;
    steps.step("Pack what browsers load", "20 s", || {
        site::assemble(&wasm, &pack, wasm_opt().as_deref())
    })
}

/// Compiles with this cargo. `what` selects packages and features (`-p server`), `how` is the rest. Returns what cargo said.
pub(crate) fn compile(mut cargo: Command, what: &[&str], how: &[&str]) -> Result<Vec<String>> {
    run_process(cargo.arg("build").args(what).args(how), crates_of(what))
}

/// Compiles `frontend` for the browser; returns the wasm file and what the compiler said.
pub(crate) fn compile_browser(rust: BrowserRust) -> Result<(PathBuf, Vec<String>)> {
    // A folder of its own: another toolchain and profile, and no waiting for a build that runs for the server.
    let folder = target().join("browser");
    let mut cargo = rust.cargo();
    // Places in sources, which panics name, without this machine's folders: fewer bytes, the same on every machine.
    let shortened = [(cargo_home().join("registry/src"), "crates"), (root(), "docket")];
    let flags: Vec<String> = shortened
        .map(|(long, short)| format!("--remap-path-prefix={}={short}", long.display()))
        .into();
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
    cargo.env("CARGO_TARGET_DIR", &folder);
    let said = compile(
        cargo,
        &["-p", "frontend", "--target", BROWSER_TARGET],
        &["--profile", "wasm"],
    )?;
    Ok((folder.join(BROWSER_TARGET).join("wasm/frontend.wasm"), said))
}

/// Compiles `pack`, the second program of this crate.
pub(crate) fn compile_pack() -> Result<PathBuf> {
    compile(cargo(), &["-p", "xtask", "--features", "pack"], &["--bin", "pack"])?;
    // Beside the folder of `xtask` itself; copied, because a later build without the feature may remove it.
    let copy = own_folder("bin")?.join("pack");
    std::fs::copy(target().join("debug/pack"), &copy).context("cannot copy the packer")?;
    Ok(copy)
}

/// The folder of what browsers load. The server's feature `embed` takes it from there, so it does not follow `CARGO_TARGET_DIR`.
pub(crate) fn site_folder() -> PathBuf {
    root().join("target/site")
}
