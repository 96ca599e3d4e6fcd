//! What a machine needs before it can build Docket: a Rust that compiles for the browser, and the tools that shrink what it makes.

use crate::machine::{cargo, clear, find, install, install_newest, own_folder, root, target};
use crate::process::{Show, program, read, run, run_within, succeeds};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

pub(crate) const BROWSER_TARGET: &str = "wasm32-unknown-unknown";

/// The oldest Rust that compiles this workspace.
const NEEDED: &str = env!("CARGO_PKG_RUST_VERSION");

/// With what link-time optimisation needs, which cargo leaves out of an ordinary build.
const STD_FLAGS: &str = "-Cembed-bitcode=yes";

/// The Rust that compiles for the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BrowserRust {
    /// The workspace's own toolchain, with the browser target added by rustup.
    Own,
    /// Debian's `rustc-web`, with a standard library for the browser that we build once.
    Debian,
}

impl BrowserRust {
    /// Cargo of this Rust.
    pub(crate) fn cargo(self) -> Command {
        match self {
            Self::Own => cargo(),
            Self::Debian => {
                let mut cargo = program("/usr/bin/cargo");
                cargo.env("RUSTC", "/usr/bin/rustc").env_remove("RUSTUP_TOOLCHAIN");
                cargo
            }
        }
    }

    /// Who it is, in words.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Own => "rustup's",
            Self::Debian => "Debian's",
        }
    }

    fn rustc(self) -> Command {
        match self {
            Self::Own => program("rustc"),
            Self::Debian => program("/usr/bin/rustc"),
        }
    }

    /// The folder of its standard library for the browser.
    fn library(self) -> Result<PathBuf> {
        Ok(PathBuf::from(
            read(
                self.rustc()
                    .args(["--print", "target-libdir", "--target", BROWSER_TARGET]),
            )?
            .trim(),
        ))
    }

    /// Whether it can compile for the browser now.
    fn is_ready(self) -> bool {
        let has_std = |library: PathBuf| {
            std::fs::read_dir(library).is_ok_and(|entries| {
                entries
                    .flatten()
                    .any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
            })
        };
        self.library().is_ok_and(has_std)
            && match self {
                Self::Own => true,
                Self::Debian => {
                    std::fs::read_to_string(made_by()).is_ok_and(|made_by| Some(made_by) == debian_version())
                }
            }
    }
}

/// `cargo xtask setup [--debian]`. With `--debian` the way without rustup is taken even where rustup would do.
pub(crate) fn run_setup(arguments: &[String]) -> Result<()> {
    if arguments.iter().any(|argument| argument == "--debian") {
        debian_rust()?;
    }
    let rust = browser_rust()?;
    println!("    the browser part is compiled by {} Rust", rust.name());
    node_tools()?;
    match wasm_opt() {
        Some(path) => println!("    and shrunk by {}", path.display()),
        None => println!("    no wasm-opt: it works, but it is a quarter larger"),
    }
    Ok(())
}

/// A Rust that compiles for the browser; what it lacks is installed, once. `XTASK_BROWSER_RUST=debian` asks for Debian's.
pub(crate) fn browser_rust() -> Result<BrowserRust> {
    if std::env::var("XTASK_BROWSER_RUST").is_ok_and(|choice| choice == "debian") {
        return debian_rust();
    }
    if BrowserRust::Own.is_ready() {
        return Ok(BrowserRust::Own);
    }
    if BrowserRust::Debian.is_ready() {
        return Ok(BrowserRust::Debian);
    }
    if find("rustup").is_some() {
        println!("    adding the browser target with rustup");
        match run_within(
            program("rustup").args(["target", "add", BROWSER_TARGET]),
            Duration::from_secs(180),
        ) {
            Ok(_) if BrowserRust::Own.is_ready() => return Ok(BrowserRust::Own),
            Ok(_) => println!("    rustup added it to another toolchain than this one, so Debian's Rust does it"),
            Err(failure) => println!("    rustup could not ({failure}), so Debian's Rust does it"),
        }
    }
    debian_rust()
}

/// Debian's Rust with a standard library for the browser.
fn debian_rust() -> Result<BrowserRust> {
    const PACKAGES: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];
    const WHY: &str = "a Rust that compiles for the browser";
    install(&PACKAGES, WHY)?;
    if !DebianRustc::ask()?.is_new_enough() {
        install_newest(&PACKAGES, WHY)?;
    }
    let rustc = DebianRustc::ask()?;
    if !rustc.is_new_enough() {
        bail!(
            "Debian's rustc-web is {}, and Docket needs {NEEDED}; Debian's security updates have it",
            rustc.release
        );
    }
    let llvm = &rustc.llvm;
    install(&[&format!("lld-{llvm}")], "the linker for the browser")?;
    if BrowserRust::Debian.is_ready() {
        return Ok(BrowserRust::Debian);
    }
    let host = &rustc.host;
    link(
        Path::new(&format!("/usr/lib/llvm-{llvm}/bin/lld")),
        Path::new(&format!("/usr/lib/rustlib/{host}/bin/rust-lld")),
    )?;
    println!("    building the standard library for the browser, once (usually 2 min)");
    let library = BrowserRust::Debian.library()?;
    // What another compiler left, and what was compiled with it.
    clear(&library)?;
    clear(&own_folder("std")?.join("target"))?;
    clear(&target().join("browser"))?;
    let made = build_std()?;
    std::fs::create_dir_all(&library).with_context(|| format!("cannot create {}", library.display()))?;
    for file in &made {
        let name = file.file_name().context("a library without a name")?;
        std::fs::copy(file, library.join(name)).with_context(|| format!("cannot write to {}", library.display()))?;
    }
    std::fs::write(made_by(), debian_version().unwrap_or_default())
        .context("cannot note the version that was built")?;
    if find("rustup").is_some() {
        // For people, so that `cargo +debian` works too. We call it by its path and don't need it.
        succeeds(program("rustup").args(["toolchain", "link", "debian", "/usr"]));
    }
    if !BrowserRust::Debian.is_ready() {
        bail!(
            "the standard library for the browser was built, but Debian's Rust does not find it in {}",
            library.display()
        );
    }
    Ok(BrowserRust::Debian)
}

/// What Debian's compiler says of itself.
struct DebianRustc {
    release: String,
    host: String,
    /// Major version of its LLVM, which the linker must have too.
    llvm: String,
}

impl DebianRustc {
    fn ask() -> Result<Self> {
        let about = read(program("/usr/bin/rustc").arg("-vV"))?;
        let field = |name: &str| -> Result<String> {
            let value = about.lines().find_map(|line| line.strip_prefix(name));
            Ok(value
                .with_context(|| format!("rustc -vV does not tell {name}"))?
                .trim()
                .to_owned())
        };
        let llvm = field("LLVM version:")?;
        let llvm = llvm.split('.').next().unwrap_or(&llvm).to_owned();
        Ok(Self {
            release: field("release:")?,
            host: field("host:")?,
            llvm,
        })
    }

    fn is_new_enough(&self) -> bool {
        numbers(&self.release) >= numbers(NEEDED)
    }
}

/// The numbers of a version, to be compared.
fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map_while(|part| part.parse().ok()).collect()
}

/// Compiles the standard library from Debian's sources; returns its files.
fn build_std() -> Result<Vec<PathBuf>> {
    let folder = own_folder("std")?;
    std::fs::create_dir_all(folder.join("src"))?;
    std::fs::write(
        folder.join("Cargo.toml"),
        "[workspace]\n[package]\nname = \"nothing\"\nversion = \"0.0.0\"\nedition = \"2024\"\n",
    )?;
    std::fs::write(folder.join("src/lib.rs"), "")?;
    let mut cargo = BrowserRust::Debian.cargo();
    cargo
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", folder.join("target"));
    // The only way to build the standard library; Debian's compiler is a stable one.
    cargo.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", STD_FLAGS).args([
        "build",
        "--release",
        "-Zbuild-std=std,panic_abort,proc_macro",
        "--target",
        BROWSER_TARGET,
    ]);
    run(&mut cargo, Show::Progress)?;
    let made = std::fs::read_dir(folder.join("target").join(BROWSER_TARGET).join("release/deps"))?;
    let made = made
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    let is_library = |path: &PathBuf| {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        name.ends_with(".rlib") && !name.starts_with("libnothing-")
    };
    Ok(made.into_iter().filter(is_library).collect())
}

/// Names the compiler for which the standard library was built: another one cannot read it.
fn made_by() -> &'static Path {
    Path::new("/usr/lib/rustlib/wasm32-unknown-unknown/made-by")
}

fn debian_version() -> Option<String> {
    let about = read(program("/usr/bin/rustc").arg("-vV")).ok()?;
    Some(format!("{about}{STD_FLAGS}\n"))
}

fn link(from: &Path, to: &Path) -> Result<()> {
    if !from.exists() {
        bail!("{} is not there, though its package is installed", from.display());
    }
    std::fs::create_dir_all(to.parent().context("a link needs a folder")?)?;
    if to.symlink_metadata().is_ok() {
        std::fs::remove_file(to)?;
    }
    std::os::unix::fs::symlink(from, to).with_context(|| format!("cannot create {}", to.display()))
}

/// The folder of the browser tests, which also brings `wasm-opt`.
pub(crate) fn end2end() -> PathBuf {
    root().join("end2end")
}

/// Node.js, npm and what `end2end/package-lock.json` names.
pub(crate) fn node_tools() -> Result<()> {
    let mut packages = Vec::new();
    if find("node").is_none() {
        packages.push("nodejs");
    }
    if find("npm").is_none() {
        packages.push("npm");
    }
    install(&packages, "Node.js")?;
    npm_packages()
}

/// What `end2end/package-lock.json` names, when it is not there yet or the lock has changed.
pub(crate) fn npm_packages() -> Result<()> {
    let lock = std::fs::read_to_string(end2end().join("package-lock.json"))
        .context("cannot read end2end/package-lock.json")?;
    let installed = end2end().join("node_modules/.docket-lock");
    if std::fs::read_to_string(&installed).is_ok_and(|had| had == lock) {
        return Ok(());
    }
    println!("    installing the npm packages of end2end/");
    let mut npm = program("npm");
    npm.current_dir(end2end())
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
    run(&mut npm, Show::Progress)?;
    std::fs::write(&installed, lock).context("cannot note which npm packages are installed")
}

/// `wasm-opt` of the npm package `binaryen`. Debian's own is too old for what today's Rust emits.
pub(crate) fn wasm_opt() -> Option<PathBuf> {
    let path = end2end().join("node_modules/binaryen/bin/wasm-opt");
    (path.is_file() && find("node").is_some()).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::numbers;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        assert!(numbers("1.96.0") >= numbers("1.95"));
        assert!(numbers("1.95.0") >= numbers("1.95"));
        assert!(numbers("1.85.0") < numbers("1.95"));
        assert!(numbers("1.100.0") > numbers("1.95"));
    }
}
