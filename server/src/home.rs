//! The data folder: who holds it, its keys, and how commands find the server that holds it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use rand::TryRngCore;
use rand::rngs::OsRng;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

const LOCK: &str = "holder.json";
pub(crate) const SEALING_KEY: &str = "sealing.key";

/// How commands reach the server that holds the data folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Its process.
    pub pid: u32,
    /// Where it listens; absent until it does, or when the holder is not a server.
    pub address: Option<SocketAddr>,
    /// What proves that a caller may read the data folder.
    pub secret: Option<String>,
}

/// Why the data folder cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// Another process holds it.
    #[error("the data folder is held by process {}", .0.as_ref().map_or(0, |h| h.pid))]
    Held(Option<Holder>),
    /// A file of it does not read as it should.
    #[error("{path}: {why}")]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The disk refused.
    #[error("{path}: {source}")]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
}

/// The sealing key of a data folder.
pub struct SealingKey {
    /// The key.
    pub key: [u8; 32],
    /// Its name in sealed bodies: the beginning of its hash.
    pub id: String,
    /// Where it is kept.
    pub path: PathBuf,
    /// It was made just now.
    pub created: bool,
}

/// A data folder that this process holds. Dropping it lets go.
#[derive(Debug)]
pub struct Home {
    dir: PathBuf,
    lock: File,
}

impl Home {
    /// Takes the data folder, making it when it is not there.
    ///
    /// # Errors
    /// `Held`, with what is known of the holder; `Disk`.
    pub fn take(dir: &Path) -> Result<Self, HomeError> {
        make_folder(dir)?;
        let home = Self::take_quietly(dir)?;
        home.announce(&Holder {
            pid: std::process::id(),
            address: None,
            secret: None,
        })?;
        Ok(home)
    }

    /// Takes a data folder that is there, without telling anybody and without making anything but the lock.
    ///
    /// # Errors
    /// As [`Home::take`].
    pub fn take_quietly(dir: &Path) -> Result<Self, HomeError> {
        let path = dir.join(LOCK);
        let lock = private(&path, false).map_err(disk(&path))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                dir: dir.to_owned(),
                lock,
            }),
            Err(TryLockError::WouldBlock) => Err(HomeError::Held(read_holder(&path))),
            Err(TryLockError::Error(source)) => Err(HomeError::Disk { path, source }),
        }
    }

    /// The folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Tells commands how to reach this process. Only the folder's owner can read it.
    ///
    /// # Errors
    /// `Disk`.
    pub fn announce(&self, holder: &Holder) -> Result<(), HomeError> {
        let path = self.dir.join(LOCK);
        let text = serde_json::to_vec(holder).map_err(|e| HomeError::Disk {
            path: path.clone(),
            source: e.into(),
        })?;
        let mut file = &self.lock;
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(&text))
            .map_err(disk(&path))
    }

    /// The sealing key, made on first use.
    ///
    /// # Errors
    /// `Broken` when the file does not hold a key; `Disk`.
    pub fn sealing_key(&self) -> Result<SealingKey, HomeError> {
        sealing_key(&self.dir)
    }
}

/// The sealing key of the folder `dir`, made on first use.
///
/// # Errors
/// As [`Home::sealing_key`].
pub fn sealing_key(dir: &Path) -> Result<SealingKey, HomeError> {
    let path = dir.join(SEALING_KEY);
    let created = !path.exists();
    if created {
        let mut file = private(&path, true).map_err(disk(&path))?;
        let text = format!("{}\n", hex::encode(random::<32>(&path)?));
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(disk(&path))?;
        sync_folder(dir)?;
    }
    let text = fs::read_to_string(&path).map_err(disk(&path))?;
    let mut key = [0; 32];
    hex::decode_to_slice(text.trim(), &mut key).map_err(|_| HomeError::Broken {
        path: path.clone(),
        why: "is not a key of 64 hexadecimal digits",
    })?;
    let id = hex::encode(&Sha256::digest(key)[..6]);
    Ok(SealingKey { key, id, path, created })
}

/// A fresh secret in hexadecimal, from the system's source of randomness.
///
/// # Errors
/// `Disk` when the system has no randomness.
pub fn fresh_secret() -> Result<String, HomeError> {
    random::<24>(Path::new("/dev/urandom")).map(hex::encode)
}

fn random<const N: usize>(path: &Path) -> Result<[u8; N], HomeError> {
    let mut bytes = [0; N];
    OsRng.try_fill_bytes(&mut bytes).map_err(|e| HomeError::Disk {
        path: path.to_owned(),
        source: io::Error::other(e),
    })?;
    Ok(bytes)
}

/// Makes a folder that only its owner may enter.
///
/// # Errors
/// `Disk`.
pub fn make_folder(dir: &Path) -> Result<(), HomeError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).map_err(disk(dir))
}

/// Opens a file that only its owner may read.
fn private(path: &Path, new: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .create_new(new);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn sync_folder(dir: &Path) -> Result<(), HomeError> {
    if cfg!(unix) {
        File::open(dir).and_then(|d| d.sync_all()).map_err(disk(dir))
    } else {
        Ok(())
    }
}

fn read_holder(path: &Path) -> Option<Holder> {
    let mut text = String::new();
    File::open(path).ok()?.read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

fn disk(path: &Path) -> impl FnOnce(io::Error) -> HomeError {
    let path = path.to_owned();
    move |source| HomeError::Disk { path, source }
}

#[cfg(test)]
mod tests {
    use super::{Holder, Home, HomeError};

    #[test]
    fn a_held_folder_is_refused_and_says_where_its_server_listens() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::take(dir.path()).unwrap();
        let here = Holder {
            pid: 7,
            address: Some("127.0.0.1:8417".parse().unwrap()),
            secret: Some("s".into()),
        };
        home.announce(&here).unwrap();
        match Home::take(dir.path()) {
            Err(HomeError::Held(holder)) => assert_eq!(holder, Some(here)),
            other => panic!("{other:?}"),
        }
        drop(home);
        Home::take(dir.path()).unwrap();
    }

    #[test]
    fn the_sealing_key_is_made_once_and_only_its_owner_reads_it() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::take(dir.path()).unwrap();
        let first = home.sealing_key().unwrap();
        let second = home.sealing_key().unwrap();
        assert!(first.created && !second.created);
        assert_eq!((first.key, &first.id), (second.key, &second.id));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&first.path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_spoiled_key_is_refused_and_not_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::take(dir.path()).unwrap();
        let path = home.sealing_key().unwrap().path;
        std::fs::write(&path, "nonsense").unwrap();
        assert!(matches!(home.sealing_key(), Err(HomeError::Broken { .. })));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "nonsense");
    }
}
