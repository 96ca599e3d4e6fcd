//! Source systems and what came from each.

use std::collections::BTreeMap;

use domain::Instant;

use super::{AppendTx, Change, Inbox, Log};
use crate::bulk::{self, Record, record};
use crate::db::{Conn, Sql, statements};
use crate::error::Result;

statements! {
    LIST = Sql::Select(Source::TABLE, "ORDER BY name");
    GET = Sql::Select(Source::TABLE, "WHERE source_id = $1");
    BY_NAME = Sql::Select(Source::TABLE, "WHERE name = $1");
    TOTALS = Sql::Select(SourceTotals::TABLE, "ORDER BY source_id");
    LAST_ID = Sql::same("SELECT COALESCE(MAX(source_id), 0) FROM sources");
}

record! {
    /// A source system.
    pub struct Source in "sources", key 1 {
        /// Its id; [`Change::insert_source`] gives it.
        source_id: i64,
        /// Its name in addresses.
        name: String,
        /// Its name for people.
        title: String,
        /// The lane its events are drawn in.
        lane: String,
        /// Buying entity of documents that do not name one.
        entity: String,
        /// What sort of sender it is.
        kind: String,
        /// When it was made.
        created_at: Instant,
        /// Since when it is out of service: what it sends is refused.
        stopped_at: Option<Instant>,
    }
}

impl Source {
    /// Where its arrivals belong: what a document says more of itself is not known of the arrival.
    #[must_use]
    pub fn scope_key(&self) -> domain::access::ScopeKey {
        domain::access::ScopeKey {
            entity: self.entity.clone(),
            ..domain::access::ScopeKey::default()
        }
    }
}

record! {
    /// What came from a source in all.
    pub struct SourceTotals in "source_totals", key 1 {
        /// The source.
        source_id: i64,
        /// Arrivals.
        arrivals: i64,
        /// Items accepted.
        accepted: i64,
        /// Items seen before.
        duplicate: i64,
        /// Items in conflict.
        conflict: i64,
        /// Items parked now.
        parked: i64,
        /// Last arrival.
        last_heard_at: Instant,
    }
}

/// Sums arrivals by source; each counts `each` times as an arrival.
pub(crate) fn totals_of(arrivals: &[Inbox], each: i64) -> Vec<SourceTotals> {
    let mut by_source: BTreeMap<i64, SourceTotals> = BTreeMap::new();
    for a in arrivals {
        let t = by_source.entry(a.source_id).or_insert(SourceTotals {
            source_id: a.source_id,
            arrivals: 0,
            accepted: 0,
            duplicate: 0,
            conflict: 0,
            parked: 0,
            last_heard_at: a.received_at,
        });
        t.arrivals += each;
        t.accepted += a.accepted;
        t.duplicate += a.duplicate;
        t.conflict += a.conflict;
        t.parked += a.parked;
        t.last_heard_at = t.last_heard_at.max(a.received_at);
    }
    by_source.into_values().collect()
}

pub(crate) async fn all(conn: &mut Conn<'_>) -> Result<Vec<Source>> {
    conn.rows(LIST, [], Source::read).await
}

pub(crate) async fn get(conn: &mut Conn<'_>, source_id: i64) -> Result<Option<Source>> {
    conn.one(GET, [source_id.into()], Source::read).await
}

impl Log {
    /// Every source, by name.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_sources(&self) -> Result<Vec<Source>> {
        all(&mut self.pools.read.acquire().await?).await
    }

    /// One source by id.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_source(&self, source_id: i64) -> Result<Option<Source>> {
        get(&mut self.pools.read.acquire().await?, source_id).await
    }

    /// One source by name.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_source_by_name(&self, name: &str) -> Result<Option<Source>> {
        self.pools
            .read
            .acquire()
            .await?
            .one(BY_NAME, [name.into()], Source::read)
            .await
    }

    /// What came from each source that sent something.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_source_totals(&self) -> Result<Vec<SourceTotals>> {
        self.pools
            .read
            .acquire()
            .await?
            .rows(TOTALS, [], SourceTotals::read)
            .await
    }
}

impl Change {
    /// Adds a source; its `source_id` is given here and answered.
    ///
    /// # Errors
    /// [`crate::StoreError::Exists`] when the name is taken; the change is void then.
    pub async fn insert_source(&mut self, source: &Source) -> Result<i64> {
        insert(&mut self.conn, source).await
    }

    /// Replaces a source's fields, found by its id. `false` when there is none.
    ///
    /// # Errors
    /// [`crate::StoreError::Exists`] when the name is taken; the change is void then.
    pub async fn update_source(&mut self, source: &Source) -> Result<bool> {
        if get(&mut self.conn, source.source_id).await?.is_none() {
            return Ok(false);
        }
        bulk::upsert(&mut self.conn, std::slice::from_ref(source)).await?;
        Ok(true)
    }
}

impl AppendTx {
    /// The source of that name, as this append sees it.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_source_by_name(&mut self, name: &str) -> Result<Option<Source>> {
        self.conn.one(BY_NAME, [name.into()], Source::read).await
    }

    /// Adds a source; its `source_id` is given here and answered.
    ///
    /// # Errors
    /// [`crate::StoreError::Exists`] when the name is taken; the append is void then.
    pub async fn insert_source(&mut self, source: &Source) -> Result<i64> {
        insert(&mut self.conn, source).await
    }

    /// Replaces a source's fields, found by its id.
    ///
    /// # Errors
    /// [`crate::StoreError::Exists`] when the name is taken; the append is void then.
    pub async fn update_source(&mut self, source: &Source) -> Result<()> {
        bulk::upsert(&mut self.conn, std::slice::from_ref(source))
            .await
            .map(drop)
    }
}

async fn insert(conn: &mut Conn<'_>, source: &Source) -> Result<i64> {
    let last = conn.one(LAST_ID, [], |r| r.int(0)).await?.unwrap_or_default();
    let source = Source {
        source_id: last + 1,
        ..source.clone()
    };
    bulk::insert(conn, std::slice::from_ref(&source)).await?;
    Ok(source.source_id)
}
