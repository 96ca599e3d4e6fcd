//! Rows changed by the connections of this process, and bytes they wrote to WAL files.
#![expect(
    unsafe_code,
    reason = "SQLite tells these counters to C only; this tool asks for them, the product does not"
)]

use std::ffi::{c_char, c_int};
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};

use anyhow::{Result, bail};
use libsqlite3_sys::{SQLITE_OK, sqlite3, sqlite3_api_routines, sqlite3_auto_extension, sqlite3_total_changes64};

use super::vfs::{self, WAL_BYTES};

/// Connections opened while somebody counts.
static OPEN: Mutex<Option<Vec<Connection>>> = Mutex::new(None);

struct Connection(*mut sqlite3);

// SAFETY: the pointer is only given to `sqlite3_total_changes64`, which SQLite allows from any thread.
unsafe impl Send for Connection {}

/// Counts what the connections write that are opened while it is being made ready.
#[derive(Debug)]
pub struct Counters {
    wal_before: u64,
}

impl Counters {
    /// Notes every connection opened from now on.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn listen() -> Result<Self> {
        vfs::install(None)?;
        *OPEN.lock().unwrap_or_else(PoisonError::into_inner) = Some(Vec::new());
        // SAFETY: registers a function that lives as long as the process; registering it again changes nothing.
        let taken = unsafe { sqlite3_auto_extension(Some(note)) };
        if taken != SQLITE_OK {
            bail!("SQLite refused the counters: {taken}");
        }
        Ok(Self {
            wal_before: WAL_BYTES.load(Ordering::Relaxed),
        })
    }

    /// Forgets the connections. They must be open until now: the pools of a store keep theirs until it is closed.
    pub fn forget(self) {
        *OPEN.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Rows inserted, changed and removed so far.
    #[must_use]
    pub fn rows(&self) -> u64 {
        let open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        // SAFETY: the connections are open, see `forget`.
        let rows = |c: &Connection| unsafe { sqlite3_total_changes64(c.0) };
        open.iter()
            .flatten()
            .map(|c| u64::try_from(rows(c)).unwrap_or_default())
            .sum()
    }

    /// Bytes written to WAL files so far.
    #[must_use]
    pub fn wal_bytes(&self) -> u64 {
        WAL_BYTES.load(Ordering::Relaxed) - self.wal_before
    }
}

unsafe extern "C" fn note(db: *mut sqlite3, _: *mut *mut c_char, _: *const sqlite3_api_routines) -> c_int {
    if let Some(open) = OPEN.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
        open.push(Connection(db));
    }
    SQLITE_OK
}
