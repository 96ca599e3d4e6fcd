//! Seals over the audit: each over rows of one chain and the seal before it.

use domain::Instant;

use super::{Log, audit};
use crate::bulk::{self, Record, record};
use crate::db::{Conn, Sql, statements};
use crate::error::Result;
use crate::list;

statements! {
    LAST = Sql::Select(Seal::TABLE, "WHERE chain = $1 ORDER BY to_id DESC LIMIT 1");
    AFTER = Sql::Select(Seal::TABLE, "WHERE chain = $1 AND to_id > $2 ORDER BY to_id LIMIT $3");
    // One step of the primary key per chain.
    CHAINS = Sql::same(
        "WITH RECURSIVE c(chain) AS ( \
           SELECT (SELECT MIN(chain) FROM seals) \
           UNION ALL \
           SELECT (SELECT MIN(s.chain) FROM seals s WHERE s.chain > c.chain) FROM c WHERE c.chain IS NOT NULL) \
         SELECT chain FROM c WHERE chain IS NOT NULL");
}

/// Those of [`STATEMENTS`] that walk many rows, for the test that they do so along an index.
pub(crate) const WALKS: &[(&str, Sql)] = &[("LAST", LAST), ("AFTER", AFTER)];

record! {
    /// A seal.
    pub struct Seal in "seals", key 2 {
        /// The chain.
        chain: i64,
        /// The last audit row it is over.
        to_id: i64,
        /// The first.
        from_id: i64,
        /// Hash of the seal before it in the chain; empty for the first.
        prev: Vec<u8>,
        /// Its own.
        hash: Vec<u8>,
        /// When it was made.
        at: Instant,
        /// What it says of each row, as `domain` writes it.
        rows: Vec<u8>,
    }
}

impl Log {
    /// Adds a seal at the end of its chain. `false` when the chain goes on otherwise already: another node sealed
    /// these rows.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_seal(&self, seal: &Seal) -> Result<bool> {
        let mut conn = self.pools.write.begin().await?;
        audit::take_turn(&mut conn, self.audit_lock).await?;
        let fits = match last(&mut conn, seal.chain).await? {
            None => true,
            Some(before) => seal.prev == before.hash && seal.from_id > before.to_id,
        };
        if fits {
            bulk::insert(&mut conn, std::slice::from_ref(seal)).await?;
            conn.commit().await?;
        }
        Ok(fits)
    }

    /// The last seal of a chain.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_last_seal(&self, chain: i64) -> Result<Option<Seal>> {
        last(&mut self.pools.read.acquire().await?, chain).await
    }

    /// The chains that have seals: also those whose rows are all gone.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_seal_chains(&self) -> Result<Vec<i64>> {
        self.pools.read.acquire().await?.rows(CHAINS, [], |r| r.int(0)).await
    }

    /// Seals of a chain that end after an audit row, in their order.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_seals(&self, chain: i64, after: i64, limit: usize) -> Result<Vec<Seal>> {
        let args = [chain.into(), after.into(), list::count(limit).into()];
        self.pools.read.acquire().await?.rows(AFTER, args, Seal::read).await
    }
}

async fn last(conn: &mut Conn<'_>, chain: i64) -> Result<Option<Seal>> {
    conn.one(LAST, [chain.into()], Seal::read).await
}
