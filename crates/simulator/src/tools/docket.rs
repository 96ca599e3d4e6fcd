//! The real server as a process of ours: started on loopback, killed by its own id.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::client::Client;
use super::place::{Base, binary};

/// A running `docket serve`. Dropped, it is killed.
#[derive(Debug)]
pub struct Docket {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    log: PathBuf,
}

impl Docket {
    /// Starts the server in a data folder and waits until its pages can be read.
    ///
    /// # Errors
    /// When it does not come up within two minutes; with the last lines it wrote.
    pub async fn start(base: &Base, folder: &Path) -> Result<Self> {
        let address = free_address()?;
        let log = folder.with_extension("server.log");
        let mut command = command(base, folder)?;
        command
            .arg("serve")
            .arg("--data")
            .arg(folder)
            .arg("--listen")
            .arg(address.to_string());
        let out = File::options().create(true).append(true).open(&log)?;
        command.stdin(Stdio::null()).stdout(out.try_clone()?).stderr(out);
        let child = command.spawn().context("docket does not start")?;
        let mut docket = Self { child, address, log };
        let began = Instant::now();
        loop {
            if let Ok(mut client) = Client::connect(address, &[]).await
                && client.get("/readyz").await.is_ok_and(|a| a.status == 200)
            {
                return Ok(docket);
            }
            if docket.child.try_wait()?.is_some() || began.elapsed() > Duration::from_secs(120) {
                let said = std::fs::read_to_string(&docket.log).unwrap_or_default();
                let last: Vec<&str> = said.lines().rev().take(12).collect();
                bail!("docket did not come up; it said, last line first:\n{}", last.join("\n"));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`, of this very process.
    ///
    /// # Errors
    /// When it is gone already: then it died by itself.
    pub fn kill(mut self) -> Result<()> {
        if let Some(status) = self.child.try_wait()? {
            bail!("docket ended by itself ({status}); its log is {}", self.log.display());
        }
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Bytes of memory it uses now.
    #[must_use]
    pub fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap_or_default();
        let line = status.lines().find(|l| l.starts_with("VmRSS:"));
        line.and_then(|l| l.split_whitespace().nth(1)?.parse::<u64>().ok())
            .unwrap_or_default()
            * 1024
    }
}

impl Drop for Docket {
    fn drop(&mut self) {
        // Ours, by its handle; it may have been killed already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The binary with the configuration of a tool: nothing of the environment but what names the store.
///
/// # Errors
/// When there is no binary.
pub fn command(base: &Base, folder: &Path) -> Result<Command> {
    let mut command = Command::new(binary()?);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("DOCKET_") {
            command.env_remove(name);
        }
    }
    command
        .current_dir(folder)
        .env("DOCKET_LOG__FILTER", "warn")
        .env("DOCKET_LIMITS__SOURCE_PER_SECOND", "1000000")
        .env("DOCKET_LIMITS__SOURCE_BURST", "1000000");
    if let Base::Postgres { url, schema } = base {
        command
            .env("DOCKET_STORE__KIND", "postgres")
            .env("DOCKET_STORE__URL", url)
            .env("DOCKET_STORE__SCHEMA", schema);
    }
    Ok(command)
}

fn free_address() -> Result<SocketAddr> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).context("no free port on loopback")?;
    Ok(listener.local_addr()?)
}
