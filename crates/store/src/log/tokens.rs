//! Tokens of sources and services. Only their hashes are kept.

use domain::Instant;

use super::sources::Source;
use super::{Change, Log};
use crate::bulk::{self, Record, record};
use crate::db::{Sql, statements};
use crate::error::Result;
use crate::list;

statements! {
    BY_HASH = Sql::Select(Token::TABLE, "WHERE hash = $1");
    GET = Sql::Select(Token::TABLE, "WHERE token_id = $1");
    ALL = Sql::Select(Token::TABLE, "ORDER BY token_id");
    OF_SOURCE = Sql::Select(Token::TABLE, "WHERE source_id = $1 ORDER BY token_id");
    OF_SERVICE = Sql::Select(Token::TABLE, "WHERE service = $1 ORDER BY token_id");
    EXPIRING = Sql::Select(
        Token::TABLE,
        "WHERE revoked_at IS NULL AND expires_at IS NOT NULL AND expires_at < $1 ORDER BY expires_at, token_id LIMIT $2");
    LAST_ID = Sql::same("SELECT COALESCE(MAX(token_id), 0) FROM tokens");
    REVOKE = Sql::same("UPDATE tokens SET revoked_at = $2 WHERE token_id = $1 AND revoked_at IS NULL");
    OVERLAP = Sql::same(
        "UPDATE tokens SET overlap_until = $3 \
         WHERE source_id = $1 AND token_id <> $2 AND revoked_at IS NULL AND (overlap_until IS NULL OR overlap_until > $3)");
    OVERLAP_SERVICE = Sql::same(
        "UPDATE tokens SET overlap_until = $3 \
         WHERE service = $1 AND token_id <> $2 AND revoked_at IS NULL AND (overlap_until IS NULL OR overlap_until > $3)");
    REPLACE = Sql::same(
        "UPDATE tokens SET overlap_until = $2 WHERE token_id = $1 AND revoked_at IS NULL AND overlap_until IS NULL");
    USED = Sql::same(
        "UPDATE tokens SET last_used_at = $2 WHERE token_id = $1 AND (last_used_at IS NULL OR last_used_at <= $3)");
}

/// Those of [`STATEMENTS`] that walk many rows, for the test that they do so along an index.
pub(crate) const WALKS: &[(&str, Sql)] = &[
    ("EXPIRING", EXPIRING),
    ("OF_SOURCE", OF_SOURCE),
    ("OF_SERVICE", OF_SERVICE),
];

record! {
    /// A token of a source, or of a service.
    pub struct Token in "tokens", key 1 {
        /// Its id; given by the store.
        token_id: i64,
        /// The source it stands for.
        source_id: Option<i64>,
        /// The service it stands for.
        service: Option<String>,
        /// Its name for people.
        title: String,
        /// What it is good for, as the engine writes it.
        scopes: String,
        /// Its first characters, that may be shown.
        prefix: String,
        /// SHA-256 of it.
        hash: Vec<u8>,
        /// The secret of its signatures, sealed.
        hmac_sealed: Option<Vec<u8>>,
        /// Who made it.
        created_by: String,
        /// When.
        created_at: Instant,
        /// When it ends.
        expires_at: Option<Instant>,
        /// When it was revoked.
        revoked_at: Option<Instant>,
        /// It was replaced, and works until then.
        overlap_until: Option<Instant>,
        /// Last use, to the minute.
        last_used_at: Option<Instant>,
        /// Requests a minute at most.
        quota_per_minute: Option<i64>,
    }
}

impl Token {
    /// Neither revoked nor at its end, nor replaced for longer than the overlap.
    #[must_use]
    pub fn works_at(&self, now: Instant) -> bool {
        self.revoked_at.is_none()
            && self.expires_at.is_none_or(|end| now < end)
            && self.overlap_until.is_none_or(|end| now < end)
    }
}

impl Log {
    /// The token with this hash, whether it works or not.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_token(&self, hash: &[u8]) -> Result<Option<Token>> {
        self.pools
            .read
            .acquire()
            .await?
            .one(BY_HASH, [hash.into()], Token::read)
            .await
    }

    /// The token with this id.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_token_by_id(&self, token_id: i64) -> Result<Option<Token>> {
        self.pools
            .read
            .acquire()
            .await?
            .one(GET, [token_id.into()], Token::read)
            .await
    }

    /// The token with this hash, whether it works or not, with the source it stands for.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_source_by_token(&self, hash: &[u8]) -> Result<Option<(Source, Token)>> {
        let mut conn = self.pools.read.acquire().await?;
        let Some(token) = conn.one(BY_HASH, [hash.into()], Token::read).await? else {
            return Ok(None);
        };
        let Some(source_id) = token.source_id else {
            return Ok(None);
        };
        let source = super::sources::get(&mut conn, source_id).await?;
        Ok(source.map(|source| (source, token)))
    }

    /// Every token, in the order they were made.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_tokens(&self) -> Result<Vec<Token>> {
        self.pools.read.acquire().await?.rows(ALL, [], Token::read).await
    }

    /// The tokens of a source, in the order they were made.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_tokens_of_source(&self, source_id: i64) -> Result<Vec<Token>> {
        self.pools
            .read
            .acquire()
            .await?
            .rows(OF_SOURCE, [source_id.into()], Token::read)
            .await
    }

    /// The tokens of a service, in the order they were made.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_tokens_of_service(&self, service: &str) -> Result<Vec<Token>> {
        self.pools
            .read
            .acquire()
            .await?
            .rows(OF_SERVICE, [service.into()], Token::read)
            .await
    }

    /// Tokens that are not revoked and end before an instant (or have ended), first to end first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_tokens_expiring(&self, before: Instant, limit: usize) -> Result<Vec<Token>> {
        let args = [before.into(), list::count(limit).into()];
        self.pools.read.acquire().await?.rows(EXPIRING, args, Token::read).await
    }

    /// Writes that a token was used, unless it says so for the last minute already. `true` when something was written.
    ///
    /// # Errors
    /// The database's.
    pub async fn mark_token_used(&self, token: &Token, now: Instant) -> Result<bool> {
        let minute_ago = Instant(now.0.saturating_sub(Instant::MINUTE));
        if token.last_used_at.is_some_and(|at| at > minute_ago) {
            return Ok(false);
        }
        let args = [token.token_id.into(), now.into(), minute_ago.into()];
        Ok(self.pools.write.acquire().await?.run(USED, args).await? > 0)
    }
}

impl Change {
    /// Adds a token; its `token_id` is given here and answered.
    ///
    /// # Errors
    /// [`crate::StoreError::Exists`] when it is not new; the change is void then.
    pub async fn insert_token(&mut self, token: &Token) -> Result<i64> {
        let last = self.conn.one(LAST_ID, [], |r| r.int(0)).await?.unwrap_or_default();
        let token = Token {
            token_id: last + 1,
            ..token.clone()
        };
        bulk::insert(&mut self.conn, std::slice::from_ref(&token)).await?;
        Ok(token.token_id)
    }

    /// Lets every other token of the same source or service work until `overlap_until` only. Answers how many.
    ///
    /// # Errors
    /// The database's.
    pub async fn mark_tokens_replaced(&mut self, by: &Token, overlap_until: Instant) -> Result<u64> {
        match (by.source_id, &by.service) {
            (Some(source_id), _) => {
                let args = [source_id.into(), by.token_id.into(), overlap_until.into()];
                self.conn.run(OVERLAP, args).await
            }
            (None, Some(service)) => {
                let args = [service.into(), by.token_id.into(), overlap_until.into()];
                self.conn.run(OVERLAP_SERVICE, args).await
            }
            (None, None) => Ok(0),
        }
    }

    /// Lets one token work until `overlap_until` only. `false` when it was replaced before, or is revoked.
    ///
    /// # Errors
    /// The database's.
    pub async fn mark_token_replaced(&mut self, token_id: i64, overlap_until: Instant) -> Result<bool> {
        Ok(self.conn.run(REPLACE, [token_id.into(), overlap_until.into()]).await? > 0)
    }

    /// Revokes a token. `false` when there is none, or it is revoked already.
    ///
    /// # Errors
    /// The database's.
    pub async fn mark_token_revoked(&mut self, token_id: i64, now: Instant) -> Result<bool> {
        Ok(self.conn.run(REVOKE, [token_id.into(), now.into()]).await? > 0)
    }
}
