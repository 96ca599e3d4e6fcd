//! Who is signed in, and who failed to.

use domain::Instant;

use super::{AppendTx, Change, Log};
use crate::bulk::{self, Record, record};
use crate::db::{Sql, statements};
use crate::error::{Result, StoreError};

statements! {
    GET = Sql::Select(Session::TABLE, "WHERE hash = $1");
    LIST = Sql::Select(Session::TABLE, "WHERE login = $1");
    SEEN_BY_ALL = Sql::same("SELECT login, MAX(seen_at) FROM sessions GROUP BY login");
    SEEN = Sql::same("UPDATE sessions SET seen_at = $2 WHERE hash = $1");
    ROTATE = Sql::same("UPDATE sessions SET hash = $2, rotated_at = $3 WHERE hash = $1");
    END = Sql::same("DELETE FROM sessions WHERE hash = $1");
    END_ID = Sql::same("DELETE FROM sessions WHERE login = $1 AND session_id = $2");
    END_ALL = Sql::same("DELETE FROM sessions WHERE login = $1");
    EXPIRE = Sql::same("DELETE FROM sessions WHERE expires_at <= $1");
    // What was over when it was looked up may have been used since.
    EXPIRE_ONE = Sql::same("DELETE FROM sessions WHERE hash = $1 AND (expires_at <= $2 OR seen_at <= $3)");
    ATTEMPTS = Sql::Select(SignInAttempts::TABLE, "WHERE key = $1");
    // Of many at once each is counted; what is older than $3 no longer counts.
    FAILED = Sql::same(
        "INSERT INTO sign_in_attempts (key, failures, first_at, until_at) VALUES ($1, 1, $2, NULL) \
         ON CONFLICT (key) DO UPDATE SET \
           failures = CASE WHEN sign_in_attempts.first_at <= $3 THEN 1 ELSE sign_in_attempts.failures + 1 END, \
           first_at = CASE WHEN sign_in_attempts.first_at <= $3 THEN excluded.first_at ELSE sign_in_attempts.first_at END \
         RETURNING key, failures, first_at, until_at");
    CLEAR = Sql::same("DELETE FROM sign_in_attempts WHERE key = $1");
    CLEAR_OLD = Sql::same(
        "DELETE FROM sign_in_attempts WHERE first_at <= $1 AND (until_at IS NULL OR until_at <= $2)");
}

record! {
    /// Somebody who is signed in.
    pub struct Session in "sessions", key 1 {
        /// SHA-256 of the cookie's secret.
        hash: Vec<u8>,
        /// Its id, that may be shown.
        session_id: String,
        /// Who.
        login: String,
        /// How they signed in, such as `password`.
        method: String,
        /// From which address.
        ip: Option<String>,
        /// With which program.
        client: Option<String>,
        /// Since when.
        created_at: Instant,
        /// When its secret was last changed.
        rotated_at: Instant,
        /// Last seen.
        seen_at: Instant,
        /// Absolute end.
        expires_at: Instant,
    }
}

record! {
    /// How often a sign-in failed.
    pub struct SignInAttempts in "sign_in_attempts", key 1 {
        /// What is counted, such as a user name at an address.
        key: String,
        /// Failures since `first_at`.
        failures: i64,
        /// The first of them.
        first_at: Instant,
        /// Until when nobody is let in by this key.
        until_at: Option<Instant>,
    }
}

impl Log {
    /// One session, over or not.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_session(&self, hash: &[u8]) -> Result<Option<Session>> {
        self.pools
            .read
            .acquire()
            .await?
            .one(GET, [hash.into()], Session::read)
            .await
    }

    /// The sessions of a person, over or not, last seen first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_sessions(&self, login: &str) -> Result<Vec<Session>> {
        let mut conn = self.pools.read.acquire().await?;
        let mut found = conn.rows(LIST, [login.into()], Session::read).await?;
        found.sort_unstable_by(|a, b| (b.seen_at, &b.session_id).cmp(&(a.seen_at, &a.session_id)));
        Ok(found)
    }

    /// When each person who is signed in was last seen.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_people_seen(&self) -> Result<Vec<(String, Instant)>> {
        let mut conn = self.pools.read.acquire().await?;
        conn.rows(SEEN_BY_ALL, [], |r| Ok((r.text(0)?, r.instant(1)?))).await
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

    /// Removes the sessions that were over by `now`; answers how many.
    ///
    /// # Errors
    /// The database's.
    pub async fn delete_sessions_over(&self, now: Instant) -> Result<u64> {
        self.pools.write.acquire().await?.run(EXPIRE, [now.into()]).await
    }

    /// Removes a session that was over by `now`, or was last seen at `idle` or before. `false` when it is neither.
    ///
    /// # Errors
    /// The database's.
    pub async fn delete_session_over(&self, hash: &[u8], now: Instant, idle: Instant) -> Result<bool> {
        let args = [hash.into(), now.into(), idle.into()];
        Ok(self.pools.write.acquire().await?.run(EXPIRE_ONE, args).await? > 0)
    }

    /// What is known of failed sign-ins.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_sign_in_attempts(&self, key: &str) -> Result<Option<SignInAttempts>> {
        let mut conn = self.pools.read.acquire().await?;
        conn.one(ATTEMPTS, [key.into()], SignInAttempts::read).await
    }

    /// Counts one more failure; those of which the first was at `forget` or before count no longer. Answers what is
    /// known now.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_sign_in_failure(&self, key: &str, now: Instant, forget: Instant) -> Result<SignInAttempts> {
        let args = [key.into(), now.into(), forget.into()];
        let mut conn = self.pools.write.acquire().await?;
        conn.one(FAILED, args, SignInAttempts::read)
            .await?
            .ok_or_else(|| StoreError::corrupt("a count that was just written"))
    }

    /// Replaces what is known of failed sign-ins.
    ///
    /// # Errors
    /// The database's.
    pub async fn upsert_sign_in_attempts(&self, attempts: &SignInAttempts) -> Result<()> {
        bulk::upsert(&mut self.pools.write.acquire().await?, std::slice::from_ref(attempts))
            .await
            .map(drop)
    }

    /// Forgets failed sign-ins. `false` when there were none.
    ///
    /// # Errors
    /// The database's.
    pub async fn delete_sign_in_attempts(&self, key: &str) -> Result<bool> {
        Ok(self.pools.write.acquire().await?.run(CLEAR, [key.into()]).await? > 0)
    }

    /// Forgets all failures that began at `forget` or before and keep nobody out at `now`; answers how many keys.
    ///
    /// # Errors
    /// The database's.
    pub async fn delete_sign_in_attempts_over(&self, forget: Instant, now: Instant) -> Result<u64> {
        let mut conn = self.pools.write.acquire().await?;
        conn.run(CLEAR_OLD, [forget.into(), now.into()]).await
    }
}

impl Change {
    /// Adds a session.
    ///
    /// # Errors
    /// [`crate::StoreError::Exists`] when its secret or id is not new; the change is void then.
    pub async fn insert_session(&mut self, session: &Session) -> Result<()> {
        bulk::insert(&mut self.conn, std::slice::from_ref(session))
            .await
            .map(drop)
    }

    /// Gives a session a new secret; the old one is worth nothing from now on. `false` when it is gone.
    ///
    /// # Errors
    /// [`crate::StoreError::Exists`] when the secret is not new; the change is void then.
    pub async fn mark_session_rotated(&mut self, hash: &[u8], new_hash: &[u8], now: Instant) -> Result<bool> {
        let args = [hash.into(), new_hash.into(), now.into()];
        Ok(self.conn.run(ROTATE, args).await? > 0)
    }

    /// Ends a session. `false` when it is gone already.
    ///
    /// # Errors
    /// The database's.
    pub async fn delete_session(&mut self, hash: &[u8]) -> Result<bool> {
        Ok(self.conn.run(END, [hash.into()]).await? > 0)
    }

    /// Ends a session of a person by the id that is shown. `false` when they have none such.
    ///
    /// # Errors
    /// The database's.
    pub async fn delete_session_by_id(&mut self, login: &str, session_id: &str) -> Result<bool> {
        Ok(self.conn.run(END_ID, [login.into(), session_id.into()]).await? > 0)
    }

    /// Ends every session of a person; answers how many.
    ///
    /// # Errors
    /// The database's.
    pub async fn delete_sessions_of(&mut self, login: &str) -> Result<u64> {
        self.conn.run(END_ALL, [login.into()]).await
    }
}

impl AppendTx {
    /// Ends every session of a person; answers how many.
    ///
    /// # Errors
    /// The database's.
    pub async fn delete_sessions_of(&mut self, login: &str) -> Result<u64> {
        self.conn.run(END_ALL, [login.into()]).await
    }
}
