//! Raw bodies, and how they go when their time is over.

use std::collections::BTreeSet;

use domain::Instant;

use super::{AppendTx, Inbox, Log};
use crate::bulk::{self, Record, Verb, record};
use crate::db::{Sql, statements};
use crate::error::Result;
use crate::list;

statements! {
    GET = Sql::Select(Body::TABLE, "WHERE month = $1 AND hash = $2");
    OVER = Sql::Select(
        DueBody::TABLE,
        "WHERE (expires_at, month, hash) > ($1, $2, $3) AND expires_at <= $4 ORDER BY expires_at, month, hash LIMIT $5");
    COUNT_KEPT = Sql::same("SELECT COUNT(*) FROM bodies WHERE expires_at <= $1");
}

/// Those of [`STATEMENTS`] that walk many rows, for the test that they do so along an index.
pub(crate) const WALKS: &[(&str, Sql)] = &[("OVER", OVER), ("COUNT_KEPT", COUNT_KEPT)];

/// Of a body in use: something that came with it is parked or not read yet.
const UNUSED: &str = "NOT EXISTS (SELECT 1 FROM inbox i WHERE i.month = bodies.month AND i.hash = bodies.hash \
                      AND (i.parked > 0 OR i.state < 2))";
/// How bodies are deleted: those of the chunk whose date has not moved, and that nothing needs.
pub(super) const GO: Verb = Verb::DeleteWhere(3, UNUSED);

record! {
    /// Raw bytes as they came.
    pub struct Body in "bodies", key 2 {
        /// Month of arrival: year × 12 + month (0 to 11).
        month: i64,
        /// SHA-256 of the bytes as they came.
        hash: Vec<u8>,
        /// Region the bytes stay in.
        region: String,
        /// How they are compressed and sealed.
        codec: i64,
        /// The key that seals them.
        key_id: Option<String>,
        /// Compressed and sealed bytes.
        bytes: Vec<u8>,
        /// When they may go; a body that comes again moves it when it is later. Best a fixed time after the arrival:
        /// the index grows at its end then.
        expires_at: Option<Instant>,
    }
}

record! {
    /// A body whose time is over: its place among them.
    pub struct DueBody in "bodies", key 3 {
        /// When it may go.
        expires_at: Instant,
        /// Month of arrival.
        month: i64,
        /// SHA-256 of the bytes as they came.
        hash: Vec<u8>,
    }
}

/// What a step of [`Log::delete_bodies_over`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Bodies deleted.
    pub deleted: u64,
    /// Bodies whose time is over, but that something needs.
    pub spared: u64,
    /// Where the next step begins; absent: nothing is left.
    pub next: Option<DueBody>,
}

impl AppendTx {
    /// Keeps bodies; one that is kept already is not written again, but stays as long as this one would.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_bodies(&mut self, bodies: &[Body]) -> Result<()> {
        // One by one from 1 MB on: a block of large bodies would be held three times in memory.
        for group in bodies.chunk_by(|a, b| a.bytes.len().max(b.bytes.len()) < 1 << 20) {
            let new = bulk::insert_new(&mut self.conn, group).await?;
            if new < group.len() as u64 {
                let until: Vec<DueBody> = group.iter().filter_map(DueBody::of).collect();
                bulk::raise(&mut self.conn, &until).await?;
            }
        }
        Ok(())
    }
}

impl DueBody {
    fn of(body: &Body) -> Option<Self> {
        Some(Self {
            expires_at: body.expires_at?,
            month: body.month,
            hash: body.hash.clone(),
        })
    }
}

impl Log {
    /// A body, if it is still kept.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_body(&self, month: i64, hash: &[u8]) -> Result<Option<Body>> {
        self.pools
            .read
            .acquire()
            .await?
            .one(GET, [month.into(), hash.into()], Body::read)
            .await
    }

    /// At most `limit` bodies whose time is over by `now`, after one of them.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_bodies_over(&self, now: Instant, after: Option<&DueBody>, limit: usize) -> Result<Vec<DueBody>> {
        let (at, month, hash) = after.map_or((Instant(i64::MIN), 0, [].as_slice()), |d| {
            (d.expires_at, d.month, &d.hash)
        });
        let args = [
            at.into(),
            month.into(),
            hash.into(),
            now.into(),
            list::count(limit).into(),
        ];
        self.pools.read.acquire().await?.rows(OVER, args, DueBody::read).await
    }

    /// How many bodies are kept beyond their time at `now`.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_bodies_over(&self, now: Instant) -> Result<u64> {
        let mut conn = self.pools.read.acquire().await?;
        let n = conn.one(COUNT_KEPT, [now.into()], |r| r.int(0)).await?;
        Ok(u64::try_from(n.unwrap_or_default()).unwrap_or_default())
    }

    /// Deletes the next at most `limit` bodies whose time is over by `now`, in one statement, but for those of which
    /// something is parked or not read yet, and those whose (month, hash) is in `spared`. Take a small `limit`: nobody
    /// writes meanwhile.
    ///
    /// # Errors
    /// The database's.
    pub async fn delete_bodies_over(
        &self,
        now: Instant,
        after: Option<&DueBody>,
        limit: usize,
        spared: &BTreeSet<(i64, Vec<u8>)>,
    ) -> Result<Swept> {
        let due = self.list_bodies_over(now, after, limit).await?;
        let next = due.last().filter(|_| due.len() == limit).cloned();
        let all = due.len() as u64;
        let mut going = due;
        going.retain(|d| !spared.contains(&(d.month, d.hash.clone())));
        let mut deleted = 0;
        if !going.is_empty() {
            // Appends wait: one that brings a body again must find it either there or gone.
            let mut tx = self.begin_append().await?;
            deleted = bulk::delete_where(&mut tx.conn, GO, &going).await?;
            tx.commit().await?;
        }
        Ok(Swept {
            deleted,
            spared: all.saturating_sub(deleted),
            next,
        })
    }

    /// Arrivals by id, in the order of ids: where the bodies of what must be spared are.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_inbox_by_id(&self, inbox_ids: &[i64]) -> Result<Vec<Inbox>> {
        let mut conn = self.pools.read.acquire().await?;
        let mut found = bulk::select(&mut conn, Inbox::TABLE, inbox_ids, Inbox::read).await?;
        found.sort_unstable_by_key(|a| a.inbox_id);
        Ok(found)
    }
}
