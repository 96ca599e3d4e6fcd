//! What can go wrong in the store, in the words of its callers.

use std::path::PathBuf;

/// Why the store could not do what was asked. The text is for operators, never for a person at a screen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database is occupied or out of reach for a moment; trying again is right.
    #[error("the database is busy: {0}")]
    Busy(#[source] sqlx::Error),
    /// No room on the disk. Nothing of the transaction was kept.
    #[error("the disk is full: {0}")]
    Full(#[source] sqlx::Error),
    /// The database was written by a newer Docket.
    #[error("this database is at version {found}; this Docket knows up to version {known}. Use a newer Docket")]
    Newer {
        /// Version of the database.
        found: i64,
        /// Newest version this program knows.
        known: i64,
    },
    /// Another Docket has the data folder open.
    #[error("another docket has {} open", .0.display())]
    Locked(PathBuf),
    /// A row with this key exists already.
    #[error("a row with this key exists already: {0}")]
    Exists(#[source] sqlx::Error),
    /// What was acted on is no longer what was seen. Nothing was written.
    #[error("changed meanwhile: {0}")]
    Conflict(String),
    /// What is stored cannot be what was written: damage, or a file that is no Docket database.
    #[error("the database is damaged: {0}")]
    Corrupt(String),
    /// What was asked is not done by this program on this engine.
    #[error("{0}")]
    Refused(String),
    /// A file of the data folder.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// Anything else the database says.
    #[error("database: {0}")]
    Database(#[source] sqlx::Error),
}

/// Result of a store call.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

impl StoreError {
    /// A stored value that cannot be read as what it should be.
    pub(crate) fn corrupt(what: impl std::fmt::Display) -> Self {
        Self::Corrupt(what.to_string())
    }

    /// A file that could not be read or written.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| {
            if source.kind() == std::io::ErrorKind::StorageFull {
                Self::full(source)
            } else {
                Self::File { path, source }
            }
        }
    }

    fn full(source: std::io::Error) -> Self {
        Self::Full(sqlx::Error::Io(source))
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::PoolTimedOut => return Self::Busy(error),
            sqlx::Error::Io(io) if io.kind() == std::io::ErrorKind::StorageFull => return Self::Full(error),
            sqlx::Error::Io(_) => return Self::Busy(error),
            sqlx::Error::Database(said) => {
                let code = said.code().unwrap_or_default().into_owned();
                // SQLite codes are numbers whose lowest byte is the primary code, SQLSTATEs have five characters.
                let primary = if code.len() == 5 {
                    None
                } else {
                    code.parse::<u32>().ok().map(|c| c & 0xff)
                };
                match (primary, code.as_str()) {
                    (Some(5 | 6), _) | (_, "40001" | "40P01" | "55P03" | "57P01" | "57P03" | "53300") => {
                        return Self::Busy(error);
                    }
                    (Some(13), _) | (_, "53100") => return Self::Full(error),
                    (Some(11 | 26), _) | (_, "XX001" | "XX002") => return Self::Corrupt(error.to_string()),
                    _ if said.is_unique_violation() => return Self::Exists(error),
                    _ => {}
                }
            }
            _ => {}
        }
        Self::Database(error)
    }
}

#[cfg(test)]
mod tests {
    use domain::Instant;

    use crate::log::Request;
    use crate::{Store, StoreConfig, StoreError};

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_full_disk_is_said_so_and_what_was_there_stays() {
        let place = tempfile::TempDir::new().unwrap();
        let store = Store::open(
            &StoreConfig::Sqlite {
                dir: place.path().to_owned(),
            },
            1,
        )
        .await
        .unwrap();
        let request = |key: i64| Request {
            caller: "ada".into(),
            key: key.to_string(),
            body: vec![0; 32],
            status: 200,
            answer: "x".repeat(4_000),
            expires_at: Instant(0),
        };
        assert!(store.log.insert_request(&request(0)).await.unwrap());
        // What SQLite says when a file may not grow is what it says when the disk has no room.
        store
            .log
            .writer()
            .acquire()
            .await
            .unwrap()
            .script("PRAGMA max_page_count = 60")
            .await
            .unwrap();
        let mut outcome = Ok(true);
        for key in 1..200 {
            outcome = store.log.insert_request(&request(key)).await;
            if outcome.is_err() {
                break;
            }
        }
        assert!(matches!(outcome, Err(StoreError::Full(_))), "{outcome:?}");
        assert!(store.log.get_request("ada", "0").await.unwrap().is_some());
        // Room again: it goes on.
        store
            .log
            .writer()
            .acquire()
            .await
            .unwrap()
            .script("PRAGMA max_page_count = 1000")
            .await
            .unwrap();
        assert!(store.log.insert_request(&request(500)).await.unwrap());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_file_that_is_no_database_is_called_damaged() {
        let place = tempfile::TempDir::new().unwrap();
        std::fs::write(place.path().join("log.db"), "not a database ".repeat(2_000)).unwrap();
        let said = Store::open(
            &StoreConfig::Sqlite {
                dir: place.path().to_owned(),
            },
            1,
        )
        .await
        .unwrap_err();
        assert!(matches!(said, StoreError::Corrupt(_)), "{said:?}");
    }
}
