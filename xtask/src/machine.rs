//! The machine we are on: its folders, its programs, and Debian's packages.

use crate::process::{Show, program, read, run};
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The workspace's folder.
pub(crate) fn root() -> PathBuf {
    // Not compiled in: a target folder may be shared by several clones.
    std::env::var_os("CARGO_MANIFEST_DIR")
        .and_then(|xtask| Path::new(&xtask).parent().map(Path::to_path_buf))
        .unwrap_or_else(|| PathBuf::from("."))
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// Where cargo keeps the sources of other people's crates.
pub(crate) fn cargo_home() -> PathBuf {
    let default = || Path::new(&std::env::var_os("HOME").unwrap_or_default()).join(".cargo");
    std::env::var_os("CARGO_HOME").map_or_else(default, PathBuf::from)
}

/// A folder for what this tool remembers and makes for itself.
pub(crate) fn own_folder(name: &str) -> Result<PathBuf> {
    let folder = target().join("xtask").join(name);
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    Ok(folder)
}

/// Removes a folder and all in it; none is fine.
pub(crate) fn clear(folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| format!("cannot clear {}", folder.display()))?;
    }
    Ok(())
}

/// The path of a program, when this machine has it.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}

/// Cargo of the workspace's own toolchain.
pub(crate) fn cargo() -> Command {
    program("cargo")
}

/// How a build of this package is shown: with the number of crates that it takes, counted from the lock file.
pub(crate) fn crates_of(package: &[&str]) -> Show {
    let mut tree = cargo();
    tree.args([
        "tree",
        "-e",
        "normal,build",
        "--prefix",
        "none",
        "--no-dedupe",
        "-f",
        "{p}",
    ])
    .args(package);
    let crates = read(&mut tree).map(|tree| tree.lines().map(str::to_owned).collect::<BTreeSet<_>>().len());
    crates.map_or(Show::Progress, Show::Crates)
}

/// Whether Debian's packages may be installed.
pub(crate) fn is_root() -> bool {
    read(program("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// Which of these Debian packages are not installed.
pub(crate) fn lacking<'a>(packages: &[&'a str]) -> Vec<&'a str> {
    let installed = |package: &str| {
        read(program("dpkg-query").args(["-W", "-f", "${db:Status-Status}", package]))
            .is_ok_and(|status| status == "installed")
    };
    packages.iter().copied().filter(|package| !installed(package)).collect()
}

/// Installs those of these Debian packages that lack, saying so. `why` completes "… is needed".
pub(crate) fn install(packages: &[&str], why: &str) -> Result<()> {
    match lacking(packages)[..] {
        [] => Ok(()),
        ref lacking => install_newest(lacking, why),
    }
}

/// Installs these Debian packages in their newest version, as [`install`].
pub(crate) fn install_newest(packages: &[&str], why: &str) -> Result<()> {
    let list = packages.join(" ");
    if find("apt-get").is_none() || !is_root() {
        bail!("{why} is needed. On Debian, as root: apt-get install --no-install-recommends {list}");
    }
    println!("    installing {list} with apt-get ({why})");
    let apt = |arguments: &[&str]| {
        let mut apt = program("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive")
            // Without waiting for the disk after each of a compiler's thousands of files.
            .args(["-y", "-q", "-o", "Dpkg::Options::=--force-unsafe-io"])
            .args(arguments);
        apt
    };
    // A machine may have no package lists yet, or old ones; where they cannot be fetched, those that are there may do.
    if let Err(failure) = run(&mut apt(&["update"]), Show::Progress) {
        println!("    going on with the package lists that are here ({failure:#})");
    }
    run(
        apt(&["install", "--no-install-recommends"]).args(packages),
        Show::Progress,
    )
    .with_context(|| format!("{why} is needed, and Debian's packages {list} could not be installed"))?;
    Ok(())
}
