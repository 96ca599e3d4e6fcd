//! Child processes: quiet or shown, never silent for long, and never left behind.

use crate::progress::{HEARTBEAT, spoken};
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

/// What becomes of a child's output.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Show {
    /// Printed as it comes.
    All,
    /// Kept, and printed only when the child fails. Meanwhile a line now and then says how far it is.
    Progress,
    /// The same for a build that compiles at most so many crates.
    Crates(usize),
}

/// A program to run, with standard input closed: nothing here ever asks.
pub(crate) fn program(name: &str) -> Command {
    let mut command = Command::new(name);
    command.stdin(Stdio::null()).current_dir(crate::machine::root());
    // What cargo told this process about itself must not reach the cargo that we start.
    for (key, _) in std::env::vars_os() {
        let key_text = key.to_string_lossy();
        let about_xtask = key_text.starts_with("CARGO_PKG_") || key_text.starts_with("CARGO_MANIFEST_");
        if about_xtask || key_text == "CARGO" {
            command.env_remove(&key);
        }
    }
    command
}

/// Runs `command` to its end; an exit code other than 0 is an error. Returns every line it printed.
pub(crate) fn run(command: &mut Command, show: Show) -> Result<Vec<String>> {
    let (status, lines) = watch(command, show, None)?;
    ensure_success(command, status, show, &lines)?;
    Ok(lines)
}

/// As [`run`], but gives up after `limit`.
pub(crate) fn run_within(command: &mut Command, limit: Duration) -> Result<Vec<String>> {
    let (status, lines) = watch(command, Show::Progress, Some(limit))?;
    ensure_success(command, status, Show::Progress, &lines)?;
    Ok(lines)
}

/// Runs `command` to its end, whatever its exit code, and shows its output.
pub(crate) fn run_to_end(command: &mut Command) -> Result<(ExitStatus, Vec<String>)> {
    watch(command, Show::All, None)
}

/// Standard output of a short command, or an error when it fails.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::piped())
        .output()
        .with_context(|| cannot_start(command))?;
    if !output.status.success() {
        bail!(
            "`{}` failed: {}",
            words(command),
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a short command succeeds; its output is dropped.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn ensure_success(command: &Command, status: ExitStatus, show: Show, lines: &[String]) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    if show != Show::All {
        let interesting: Vec<&String> = lines.iter().filter(|line| crate_named(line).is_none()).collect();
        for line in interesting.iter().skip(interesting.len().saturating_sub(120)) {
            println!("{line}");
        }
    }
    bail!("`{}` failed ({status})", words(command))
}

fn watch(command: &mut Command, show: Show, limit: Option<Duration>) -> Result<(ExitStatus, Vec<String>)> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    if show == Show::Progress {
        command
            .env("CARGO_TERM_PROGRESS_WHEN", "never")
            .env("CARGO_TERM_COLOR", "never");
    }
    let began = Instant::now();
    let mut child = command.spawn().with_context(|| cannot_start(command))?;
    let (sender, receiver) = mpsc::channel();
    let readers = [
        child.stdout.take().map(|out| forward(out, sender.clone())),
        child.stderr.take().map(|err| forward(err, sender)),
    ];
    let mut lines = Vec::new();
    let mut said = Instant::now();
    let mut crates = 0_usize;
    let mut at = String::new();
    loop {
        match receiver.recv_timeout(Duration::from_millis(500)) {
            Ok(line) => {
                if let Some(name) = crate_named(&line) {
                    crates += 1;
                    at = name.to_owned();
                }
                if show == Show::All {
                    println!("{line}");
                    said = Instant::now();
                }
                lines.push(line);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if said.elapsed() >= HEARTBEAT {
            said = Instant::now();
            let elapsed = spoken(began.elapsed());
            match (crates, show) {
                (0, _) => println!("    {elapsed} so far"),
                (_, Show::Crates(most)) => {
                    println!("    {elapsed} so far, crate {crates} of {}: {at}", most.max(crates))
                }
                _ => println!("    {elapsed} so far, crate {crates}: {at}"),
            }
        }
        if limit.is_some_and(|limit| began.elapsed() > limit) {
            child.kill().context("cannot end a child process")?;
            child.wait().context("cannot wait for a child process")?;
            bail!("`{}` gave no result within {}", words(command), spoken(began.elapsed()));
        }
    }
    for reader in readers.into_iter().flatten() {
        // A reader that panicked has printed why; the child's exit code decides.
        drop(reader.join());
    }
    let status = child.wait().context("cannot wait for a child process")?;
    Ok((status, lines))
}

fn forward(from: impl Read + Send + 'static, to: Sender<String>) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        let mut from = BufReader::new(from);
        let mut bytes = Vec::new();
        while from.read_until(b'\n', &mut bytes).is_ok_and(|read| read > 0) {
            let line = String::from_utf8_lossy(&bytes).trim_end().to_owned();
            bytes.clear();
            if to.send(line).is_err() {
                return;
            }
        }
    })
}

/// The crate in a line such as `   Compiling serde v1.0.228`.
fn crate_named(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace();
    match words.next()? {
        "Compiling" | "Checking" => words.next(),
        "Downloaded" | "Downloading" | "Adding" | "Locking" => Some("download"),
        _ => None,
    }
}

fn cannot_start(command: &Command) -> String {
    format!("cannot start `{}`", command.get_program().to_string_lossy())
}

fn words(command: &Command) -> String {
    let words: Vec<_> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect();
    words.join(" ")
}

/// A server of ours that ends with us, even when we are killed: a shell holds it and waits for the other end of a pipe.
pub(crate) struct Server {
    shell: Child,
}

impl Server {
    /// Starts `command` in a process group of its own, its output in the file `log`. In the end it gets `signal`, and
    /// when it is gone the shell runs `afterwards`.
    pub(crate) fn start(command: &Command, signal: &str, afterwards: &str, log: &Path) -> Result<Self> {
        let script = format!("\"$@\" </dev/null & cat >/dev/null; kill -{signal} $!; wait $!; {afterwards}");
        let output = std::fs::File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut shell = Command::new("sh");
        shell
            .arg("-c")
            .arg(script)
            .arg("sh")
            .arg(command.get_program())
            .args(command.get_args());
        for (key, value) in command.get_envs() {
            match value {
                Some(value) => shell.env(key, value),
                None => shell.env_remove(key),
            };
        }
        if let Some(folder) = command.get_current_dir() {
            shell.current_dir(folder);
        }
        shell
            .stdin(Stdio::piped())
            .stdout(output.try_clone()?)
            .stderr(output)
            .process_group(0);
        Ok(Self {
            shell: shell.spawn().context("cannot start sh")?,
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        // Nothing can be done about a shell that is already gone.
        drop(self.shell.wait());
    }
}

#[cfg(test)]
mod tests {
    use super::{Server, Show, crate_named, program, run};
    use std::time::{Duration, Instant};

    #[test]
    fn a_crate_is_recognised_in_what_cargo_prints() {
        assert_eq!(crate_named("   Compiling serde v1.0.228"), Some("serde"));
        assert_eq!(crate_named("error: could not compile `serde`"), None);
    }

    #[test]
    fn a_failing_command_is_an_error_that_names_it() {
        let error = run(program("sh").args(["-c", "exit 3"]), Show::Progress).unwrap_err();
        assert!(error.to_string().contains("sh -c exit 3"), "{error}");
    }

    #[test]
    fn a_server_ends_when_it_is_dropped_and_its_folder_is_cleared() {
        let folder = std::env::temp_dir().join(format!("docket-xtask-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let began = Instant::now();
        let server = Server::start(
            program("sleep").arg("60"),
            "TERM",
            &format!("rm -r {}", folder.display()),
            &folder.join("log"),
        )
        .unwrap();
        drop(server);
        assert!(began.elapsed() < Duration::from_secs(50));
        assert!(!folder.exists());
    }
}
