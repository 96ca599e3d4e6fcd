//! On what, of what, and when something was measured.

use std::process::Command;

use domain::Clock as _;

/// One line for a report: date, commit, machine.
#[must_use]
pub fn line() -> String {
    let now = engine::SystemClock.now();
    let day = now
        .to_utc()
        .map(|t| t.format("%Y-%m-%d %H:%M UTC").to_string())
        .unwrap_or_default();
    format!("{day}, commit {}, {}, {}", commit(), build(), machine())
}

fn build() -> &'static str {
    match (cfg!(debug_assertions), option_env!("CARGO_PROFILE_RELEASE_LTO")) {
        (true, _) => "built for development",
        (false, Some("off" | "false")) => "built for release without link-time optimisation",
        (false, _) => "built for release",
    }
}

fn commit() -> String {
    let hash = said("git", &["rev-parse", "--short=10", "HEAD"]).unwrap_or_else(|| "unknown".to_owned());
    let dirty = said(
        "git",
        &[
            "status",
            "--porcelain",
            "--",
            "crates",
            "server",
            "migrations",
            "Cargo.lock",
        ],
    );
    if dirty.is_some_and(|text| !text.is_empty()) {
        format!("{hash} and changes after it")
    } else {
        hash
    }
}

fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let field = |text: &str, name: &str| {
        let line = text.lines().find(|l| l.starts_with(name))?;
        line.split_once(':').map(|(_, value)| value.trim().to_owned())
    };
    let processor = field(&read("/proc/cpuinfo"), "model name").unwrap_or_else(|| "unknown processor".to_owned());
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let kilobytes = field(&read("/proc/meminfo"), "MemTotal")
        .and_then(|v| v.split_whitespace().next()?.parse::<u64>().ok())
        .unwrap_or_default();
    let kernel = read("/proc/sys/kernel/osrelease").trim().to_owned();
    let files = said("stat", &["-f", "-c", "%T", &std::env::temp_dir().to_string_lossy()]).unwrap_or_default();
    format!(
        "{cores} cores of {processor}, {} GB, Linux {kernel}, files on {files}",
        kilobytes / 1_000_000
    )
}

fn said(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
