//! Answers to requests that carried an `Idempotency-Key`.

use domain::Instant;

use super::Log;
use crate::bulk::{self, Record, record};
use crate::db::{Sql, statements};
use crate::error::Result;

statements! {
    GET = Sql::Select(Request::TABLE, "WHERE caller = $1 AND key = $2");
    EXPIRE = Sql::same("DELETE FROM requests WHERE expires_at <= $1");
}

record! {
    /// A request and its answer.
    pub struct Request in "requests", key 2 {
        /// Caller and route.
        caller: String,
        /// The key they chose.
        key: String,
        /// SHA-256 of the body.
        body: Vec<u8>,
        /// Status answered.
        status: i64,
        /// Body answered.
        answer: String,
        /// When the key may be used anew.
        expires_at: Instant,
    }
}

impl Log {
    /// The answer given before.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_request(&self, caller: &str, key: &str) -> Result<Option<Request>> {
        self.pools
            .read
            .acquire()
            .await?
            .one(GET, [caller.into(), key.into()], Request::read)
            .await
    }

    /// Keeps an answer. `false` when one is kept already: that one stays.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_request(&self, request: &Request) -> Result<bool> {
        Ok(bulk::insert_new(&mut self.pools.write.acquire().await?, std::slice::from_ref(request)).await? > 0)
    }

    /// Forgets the answers that expired by `now`; says how many.
    ///
    /// # Errors
    /// The database's.
    pub async fn delete_requests_over(&self, now: Instant) -> Result<u64> {
        self.pools.write.acquire().await?.run(EXPIRE, [now.into()]).await
    }
}
