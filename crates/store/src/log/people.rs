//! People and their sessions.

use domain::Instant;

use super::Log;
use crate::bulk::{self, Record, record};
use crate::db::{Sql, statements};
use crate::error::Result;

statements! {
    LIST = Sql::Select(Person::TABLE, "ORDER BY login");
    GET = Sql::Select(Person::TABLE, "WHERE login = $1");
    SESSION = Sql::Select(Session::TABLE, "WHERE hash = $1");
    SEEN = Sql::same("UPDATE sessions SET seen_at = $2 WHERE hash = $1");
    END = Sql::same("DELETE FROM sessions WHERE hash = $1");
    END_ALL = Sql::same("DELETE FROM sessions WHERE login = $1");
    EXPIRE = Sql::same("DELETE FROM sessions WHERE expires_at <= $1");
}

record! {
    /// Somebody who may sign in.
    pub struct Person in "people", key 1 {
        /// User name.
        login: String,
        /// Name as shown.
        name: String,
        /// Argon2id hash; absent: cannot sign in by password.
        password_hash: Option<String>,
        /// Role words, as the engine writes them.
        roles: String,
        /// Rows they may know of, as the engine writes it.
        scope: String,
        /// When they were added.
        created_at: Instant,
    }
}

record! {
    /// Somebody who is signed in.
    pub struct Session in "sessions", key 1 {
        /// SHA-256 of the cookie's secret.
        hash: Vec<u8>,
        /// Who.
        login: String,
        /// Since when.
        created_at: Instant,
        /// Last seen.
        seen_at: Instant,
        /// Absolute end.
        expires_at: Instant,
    }
}

impl Log {
    /// Everybody, by user name.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_people(&self) -> Result<Vec<Person>> {
        self.pools.read.acquire().await?.rows(LIST, [], Person::read).await
    }

    /// One person.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_person(&self, login: &str) -> Result<Option<Person>> {
        self.pools
            .read
            .acquire()
            .await?
            .one(GET, [login.into()], Person::read)
            .await
    }

    /// Adds a person.
    ///
    /// # Errors
    /// [`crate::StoreError::Exists`] when the user name is taken.
    pub async fn insert_person(&self, person: &Person) -> Result<()> {
        bulk::insert(&mut self.pools.write.acquire().await?, std::slice::from_ref(person))
            .await
            .map(drop)
    }

    /// Adds a person or replaces all that is known of them.
    ///
    /// # Errors
    /// The database's.
    pub async fn upsert_person(&self, person: &Person) -> Result<()> {
        bulk::upsert(&mut self.pools.write.acquire().await?, std::slice::from_ref(person))
            .await
            .map(drop)
    }

    /// One session, over or not.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_session(&self, hash: &[u8]) -> Result<Option<Session>> {
        self.pools
            .read
            .acquire()
            .await?
            .one(SESSION, [hash.into()], Session::read)
            .await
    }

    /// Adds a session.
    ///
    /// # Errors
    /// [`crate::StoreError::Exists`] when its secret is not new.
    pub async fn insert_session(&self, session: &Session) -> Result<()> {
        bulk::insert(&mut self.pools.write.acquire().await?, std::slice::from_ref(session))
            .await
            .map(drop)
    }

    /// Writes when a session was last seen. `false` when it is gone.
    ///
    /// # Errors
    /// The database's.
    pub async fn mark_session_seen(&self, hash: &[u8], seen_at: Instant) -> Result<bool> {
        Ok(self
            .pools
            .write
            .acquire()
            .await?
            .run(SEEN, [hash.into(), seen_at.into()])
            .await?
            > 0)
    }

    /// Ends a session. `false` when it is gone already.
    ///
    /// # Errors
    /// The database's.
    pub async fn delete_session(&self, hash: &[u8]) -> Result<bool> {
        Ok(self.pools.write.acquire().await?.run(END, [hash.into()]).await? > 0)
    }

    /// Ends every session of a person; answers how many.
    ///
    /// # Errors
    /// The database's.
    pub async fn delete_sessions_of(&self, login: &str) -> Result<u64> {
        self.pools.write.acquire().await?.run(END_ALL, [login.into()]).await
    }

    /// Removes the sessions that were over by `now`; answers how many.
    ///
    /// # Errors
    /// The database's.
    pub async fn delete_sessions_over(&self, now: Instant) -> Result<u64> {
        self.pools.write.acquire().await?.run(EXPIRE, [now.into()]).await
    }
}
