//! Persons that events speak of. What is said of them is sealed with a key of their own; destroying it erases them.

use domain::Instant;

use super::{AppendTx, Change, Log};
use crate::bulk::{self, Record, record};
use crate::db::{Dialect, Sql, statements};
use crate::error::Result;

statements! {
    GET = Sql::Select(Subject::TABLE, "WHERE subject = $1");
    ERASE = Sql::same(
        "UPDATE subjects SET key_sealed = NULL, erased_at = $2 WHERE subject = $1 AND erased_at IS NULL");
    // SQLite leaves what it replaces in the free space of a page, unless it is told to write zeros over it.
    OVERWRITE = Sql::only_sqlite("PRAGMA secure_delete = ON");
    OVERWRITE_NO_MORE = Sql::only_sqlite("PRAGMA secure_delete = OFF");
}

record! {
    /// A person that events speak of.
    pub struct Subject in "subjects", key 1 {
        /// What stands for them in events.
        subject: String,
        /// Region they belong to.
        region: String,
        /// Their key, sealed; absent: erased.
        key_sealed: Option<Vec<u8>>,
        /// Who they are, sealed with their key.
        value_sealed: Vec<u8>,
        /// When they were first spoken of.
        created_at: Instant,
        /// When they were erased.
        erased_at: Option<Instant>,
    }
}

impl AppendTx {
    /// Adds subjects that are not known yet, in the transaction of the events that speak of them; those known, erased or
    /// not, stay as they are. Answers how many were new.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_subjects(&mut self, subjects: &[Subject]) -> Result<u64> {
        bulk::insert_new(&mut self.conn, subjects).await
    }

    /// What is known of these subjects, in no particular order.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_subjects(&mut self, subjects: &[&str]) -> Result<Vec<Subject>> {
        bulk::select(&mut self.conn, Subject::TABLE, subjects, Subject::read).await
    }
}

impl Change {
    /// Adds a subject. `false` when it is known already, erased or not.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_subject(&mut self, subject: &Subject) -> Result<bool> {
        Ok(bulk::insert_new(&mut self.conn, std::slice::from_ref(subject)).await? > 0)
    }

    /// Destroys a subject's key, for good. `false` when there is no such subject, or it is erased already.
    ///
    /// # Errors
    /// The database's.
    pub async fn erase_subject(&mut self, subject: &str, now: Instant) -> Result<bool> {
        if self.conn.dialect() == Dialect::Postgres {
            return Ok(self.conn.run(ERASE, [subject.into(), now.into()]).await? > 0);
        }
        self.conn.one(OVERWRITE, [], |_| Ok(())).await?;
        let erased = self.conn.run(ERASE, [subject.into(), now.into()]).await;
        self.conn.one(OVERWRITE_NO_MORE, [], |_| Ok(())).await?;
        Ok(erased? > 0)
    }
}

impl Log {
    /// What is known of a subject.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_subject(&self, subject: &str) -> Result<Option<Subject>> {
        self.pools
            .read
            .acquire()
            .await?
            .one(GET, [subject.into()], Subject::read)
            .await
    }

    /// What is known of these subjects, in no particular order.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_subjects(&self, subjects: &[&str]) -> Result<Vec<Subject>> {
        let mut conn = self.pools.read.acquire().await?;
        bulk::select(&mut conn, Subject::TABLE, subjects, Subject::read).await
    }
}
