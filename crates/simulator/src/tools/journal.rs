//! A client's own journal: what it was about to send, and what was acknowledged, each on the disk before it goes on.

use std::collections::HashSet;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The journal of one client.
#[derive(Debug)]
pub struct Journal {
    file: File,
    path: PathBuf,
}

/// What a journal says.
#[derive(Debug, Default)]
pub struct Told {
    /// Ids that were about to be sent.
    pub sent: HashSet<String>,
    /// Ids that were acknowledged.
    pub acknowledged: HashSet<String>,
}

impl Journal {
    /// Opens a journal, new or known.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn open(path: &Path) -> Result<Self> {
        let file = File::options().create(true).append(true).open(path);
        Ok(Self {
            file: file.with_context(|| format!("cannot write {}", path.display()))?,
            path: path.to_owned(),
        })
    }

    /// Before the request.
    ///
    /// # Errors
    /// The disk's.
    pub fn sending(&mut self, ids: &[String]) -> Result<()> {
        self.note('S', ids)
    }

    /// After the answer.
    ///
    /// # Errors
    /// The disk's.
    pub fn acknowledged(&mut self, ids: &[String]) -> Result<()> {
        self.note('A', ids)
    }

    fn note(&mut self, what: char, ids: &[String]) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        self.file.write_all(format!("{what} {}\n", ids.join(" ")).as_bytes())?;
        Ok(self.file.sync_data()?)
    }

    /// Everything it says, read back from the disk.
    ///
    /// # Errors
    /// The disk's.
    pub fn read(&self) -> Result<Told> {
        let mut told = Told::default();
        for line in std::fs::read_to_string(&self.path)?.lines() {
            let (what, ids) = line.split_once(' ').context("a broken line in a journal")?;
            let set = if what == "A" {
                &mut told.acknowledged
            } else {
                &mut told.sent
            };
            set.extend(ids.split(' ').map(str::to_owned));
        }
        Ok(told)
    }
}
