//! A throw-away Postgres: a temporary folder, a free port on loopback, an unprivileged user, gone when we are.

use crate::machine::{find, install, is_root, own_folder};
use crate::process::{Server, program, read, succeeds};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// A running Postgres; dropping it stops it and removes its folder.
pub(crate) struct Postgres {
    port: u16,
    _server: Server,
}

impl Postgres {
    /// For tests: it may forget everything in a power loss, which makes it several times faster.
    pub(crate) fn start() -> Result<Self> {
        start(&[
            "-c",
            "fsync=off",
            "-c",
            "synchronous_commit=off",
            "-c",
            "full_page_writes=off",
            "-c",
            "max_connections=300",
        ])
    }

    /// For benchmarks and proofs: as durable as in production.
    pub(crate) fn start_durable() -> Result<Self> {
        start(&["-c", "max_connections=300"])
    }

    /// Its address, as its superuser.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

fn start(settings: &[&str]) -> Result<Postgres> {
    let programs = programs()?;
    let folder = PathBuf::from(read(as_postgres("mktemp").args(["-d", "/tmp/docket-postgres-XXXXXX"]))?.trim());
    let remove = format!("rm -rf '{}'", folder.display());
    let data = folder.join("data");
    let mut initdb = as_postgres(&programs.join("initdb").to_string_lossy());
    initdb
        .arg("-D")
        .arg(&data)
        .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]);
    read(&mut initdb).context("Postgres could not create its folder")?;
    let port = free_port()?;
    let mut server = as_postgres(&programs.join("postgres").to_string_lossy());
    server
        .arg("-D")
        .arg(&data)
        .arg("-k")
        .arg(&folder)
        .args(["-h", "127.0.0.1", "-p", &port.to_string()])
        .args(settings);
    let log = own_folder("postgres")?.join("log");
    let postgres = Postgres {
        port,
        _server: Server::start(&server, "INT", &remove, &log)?,
    };
    let began = Instant::now();
    let mut ready = as_postgres(&programs.join("pg_isready").to_string_lossy());
    ready.args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]);
    while !succeeds(&mut ready) {
        if began.elapsed() > Duration::from_secs(60) {
            bail!(
                "Postgres did not start: {}",
                std::fs::read_to_string(&log).unwrap_or_default()
            );
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(postgres)
}

/// The folder of `initdb` and `postgres`; installs them when this machine has none.
pub(crate) fn programs() -> Result<PathBuf> {
    if let Some(folder) = installed() {
        return Ok(folder);
    }
    if is_root() {
        // Debian's package would start a server of its own, which we neither need nor may touch later.
        let settings = Path::new("/etc/postgresql-common");
        if !settings.join("createcluster.conf").exists() {
            std::fs::create_dir_all(settings)?;
            std::fs::write(settings.join("createcluster.conf"), "create_main_cluster = false\n")?;
        }
    }
    // Debian 12 has version 15, the oldest that we support; other releases have another one.
    install(&["postgresql-15"], "Postgres for tests").or_else(|_| install(&["postgresql"], "Postgres for tests"))?;
    installed().context("Postgres was installed, but its programs are not in /usr/lib/postgresql")
}

/// Version 15 where it is installed, else the oldest one after it.
fn installed() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let version = |name: std::ffi::OsString| name.to_string_lossy().parse::<u32>().ok();
    let mut versions: Vec<u32> = versions
        .flatten()
        .filter_map(|entry| version(entry.file_name()))
        .collect();
    versions.sort_unstable();
    let folder = |version: u32| PathBuf::from(format!("/usr/lib/postgresql/{version}/bin"));
    versions
        .into_iter()
        .filter(|version| *version >= 15)
        .map(folder)
        .find(|folder| folder.join("initdb").is_file())
}

/// A program as the user `postgres` where we are root: Postgres refuses to run as root.
fn as_postgres(name: &str) -> Command {
    if is_root() && find("setpriv").is_some() {
        let mut command = program("setpriv");
        command
            .args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--", name])
            .current_dir("/");
        return command;
    }
    program(name)
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> Result<u16> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).context("no free port on loopback")?;
    Ok(listener.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use super::{Postgres, installed};
    use crate::process::{program, read};

    #[test]
    fn a_throw_away_postgres_answers_and_is_gone_when_dropped() {
        let Some(programs) = installed() else {
            println!("SKIPPED: no Postgres on this machine");
            return;
        };
        let postgres = Postgres::start().unwrap();
        let ask = || {
            read(
                program(&programs.join("psql").to_string_lossy())
                    .args(["-At", "-c", "SELECT 6 * 7"])
                    .arg(postgres.url()),
            )
        };
        assert_eq!(ask().unwrap().trim(), "42");
        let url = postgres.url();
        drop(postgres);
        assert!(
            read(
                program(&programs.join("psql").to_string_lossy())
                    .args(["-At", "-c", "SELECT 1"])
                    .arg(url)
            )
            .is_err()
        );
    }
}
