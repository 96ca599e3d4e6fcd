//! Canonical events: appended once, read by their place.

use domain::events::{ActorKind, Draft, Event, EventType};
use domain::{Instant, Precision};

use super::Log;
use crate::bulk::{self, Kind, Record, Table};
use crate::db::{Row, Sink, Sql, statements};
use crate::error::{Result, StoreError};

statements! {
    LIST = Sql::Select(EventRecord::TABLE, "WHERE seq > $1 ORDER BY seq LIMIT $2");
    // received_at never decreases along seq, so the last event received by an instant is found by halving; in one
    // statement, since a request never loops over queries. A gap in seq answers with the event before it.
    LAST_BY = Sql::same(
        "WITH RECURSIVE half(lo, hi) AS ( \
           SELECT CAST(0 AS BIGINT), COALESCE((SELECT MAX(seq) FROM events), 0) \
           UNION ALL \
           SELECT CASE WHEN (SELECT e.received_at FROM events e WHERE e.seq <= (lo + hi + 1) / 2 \
                             ORDER BY e.seq DESC LIMIT 1) <= $1 THEN (lo + hi + 1) / 2 ELSE lo END, \
                  CASE WHEN (SELECT e.received_at FROM events e WHERE e.seq <= (lo + hi + 1) / 2 \
                             ORDER BY e.seq DESC LIMIT 1) <= $1 THEN hi ELSE (lo + hi + 1) / 2 - 1 END \
           FROM half WHERE lo < hi) \
         SELECT lo FROM half WHERE lo >= hi");
}

/// How an [`Event`] is stored.
pub(crate) struct EventRecord<'e>(pub(crate) &'e Event, Text);

/// The two columns that are JSON.
struct Text {
    refs: String,
    payload: String,
}

impl<'e> EventRecord<'e> {
    pub(crate) fn of(event: &'e Event) -> Result<Self> {
        let refs = serde_json::to_string(&event.said.refs).map_err(StoreError::corrupt)?;
        let payload = serde_json::to_string(&event.said.payload).map_err(StoreError::corrupt)?;
        Ok(Self(event, Text { refs, payload }))
    }
}

impl EventRecord<'static> {
    pub(crate) const TABLE: &'static Table = &Table {
        name: "events",
        columns: &[
            ("seq", Kind::Int),
            ("source_id", Kind::Int),
            ("item_key", Kind::Text),
            ("part", Kind::Int),
            ("kind", Kind::Int),
            ("activity", Kind::Text),
            ("occurred_at", Kind::Int),
            ("precision", Kind::Int),
            ("zone", Kind::Text),
            ("sort_at", Kind::Int),
            ("sort_rank", Kind::Int),
            ("source_seq", Kind::Int),
            ("source_recorded_at", Kind::Int),
            ("received_at", Kind::Int),
            ("actor_kind", Kind::Int),
            ("actor", Kind::Text),
            ("correlation_id", Kind::Text),
            ("inbox_id", Kind::Int),
            ("refs", Kind::Text),
            ("payload", Kind::Text),
        ],
        key: 1,
        settled: &[],
    };
}

impl Record for EventRecord<'_> {
    const TABLE: &'static Table = EventRecord::TABLE;

    fn write<'a>(&'a self, to: &mut Sink<'a>) {
        let Self(event, text) = self;
        let said = &event.said;
        to.int(event.seq);
        to.int(event.source_id);
        to.text(&event.item_key);
        to.int(event.part);
        to.int(said.kind.code());
        to.text(&said.activity);
        to.instant(said.occurred_at);
        to.int(said.precision.code());
        to.opt_text(said.zone.as_deref());
        to.instant(event.sort_at);
        to.int(said.kind.sort_rank());
        to.int(said.source_seq);
        to.opt_instant(said.source_recorded_at);
        to.instant(event.received_at);
        to.int(said.actor_kind.code());
        to.opt_text(said.actor.as_deref());
        to.opt_text(said.correlation_id.as_deref());
        to.int(event.inbox_id);
        to.text(&text.refs);
        to.text(&text.payload);
    }

    fn write_key<'a>(&'a self, to: &mut Sink<'a>) {
        to.int(self.0.seq);
    }
}

fn read(row: Row<'_>) -> Result<Event> {
    let code = row.int(4)?;
    let kind = EventType::from_code(code).ok_or_else(|| StoreError::Corrupt(format!("event type {code}")))?;
    Ok(Event {
        seq: row.int(0)?,
        source_id: row.int(1)?,
        item_key: row.text(2)?,
        part: row.int(3)?,
        received_at: row.instant(13)?,
        sort_at: row.instant(9)?,
        inbox_id: row.int(17)?,
        said: Draft {
            kind,
            activity: row.text(5)?,
            occurred_at: row.instant(6)?,
            precision: Precision::from_code(row.int(7)?),
            zone: row.opt_text(8)?,
            source_seq: row.int(11)?,
            source_recorded_at: row.opt_instant(12)?,
            actor_kind: ActorKind::from_code(row.int(14)?),
            actor: row.opt_text(15)?,
            correlation_id: row.opt_text(16)?,
            refs: serde_json::from_str(row.str(18)?).map_err(StoreError::corrupt)?,
            payload: serde_json::from_str(row.str(19)?).map_err(StoreError::corrupt)?,
        },
    })
}

impl Log {
    /// The events at these places, in the order of the log; places without an event are left out.
    ///
    /// # Errors
    /// The database's; [`StoreError::Corrupt`] when a stored event cannot be read.
    pub async fn get_events(&self, seqs: &[i64]) -> Result<Vec<Event>> {
        let mut conn = self.pools.read.acquire().await?;
        let mut events = bulk::select(&mut conn, EventRecord::TABLE, seqs, read).await?;
        events.sort_unstable_by_key(|e| e.seq);
        Ok(events)
    }

    /// At most `limit` events after `after`, in the order of the log.
    ///
    /// # Errors
    /// The database's; [`StoreError::Corrupt`] when a stored event cannot be read.
    pub async fn list_events(&self, after: i64, limit: usize) -> Result<Vec<Event>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.pools
            .read
            .acquire()
            .await?
            .rows(LIST, [after.into(), limit.into()], read)
            .await
    }

    /// The last place whose event we had received by `instant`; 0 when there is none.
    ///
    /// # Errors
    /// The database's.
    pub async fn last_seq_received_by(&self, instant: Instant) -> Result<i64> {
        let found = self
            .pools
            .read
            .acquire()
            .await?
            .one(LAST_BY, [instant.into()], |r| r.int(0))
            .await?;
        Ok(found.unwrap_or_default())
    }
}
