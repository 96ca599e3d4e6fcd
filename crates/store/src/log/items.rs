//! Items: idempotency, and the answer for each.

use super::Log;
use crate::bulk::{Record, record};
use crate::db::{Sql, statements};
use crate::error::Result;

statements! {
    PARKED = Sql::Select(Item::TABLE, "WHERE outcome = 3 AND inbox_id = $1 AND ordinal > $2 ORDER BY inbox_id, ordinal LIMIT $3");
    NOTED = Sql::Select(Item::TABLE, "WHERE noted = 1 AND inbox_id = $1 ORDER BY inbox_id, ordinal LIMIT $2");
    PARKED_ON = Sql::Select(
        Item::TABLE,
        "WHERE parked_on = $1 AND (inbox_id, ordinal) > ($2, $3) ORDER BY inbox_id, ordinal LIMIT $4");
    OF_EVENT = Sql::Select(
        Item::TABLE,
        "WHERE source_id = $1 AND item_key = $2 AND seq <= $3 ORDER BY seq DESC LIMIT 1");
    OF_EVENTS = Sql::same(
        "SELECT i.source_id, i.item_key, i.content, i.inbox_id, i.ordinal, i.byte_from, i.byte_to, i.outcome, i.noted, \
                i.fault, i.parked_on, i.seq, i.version \
         FROM events e JOIN items i ON i.source_id = e.source_id AND i.item_key = e.item_key AND i.seq = e.seq \
         WHERE e.seq >= $1 AND e.seq <= $2 ORDER BY e.seq LIMIT $3");
}

record! {
    /// One item of an arrival. Duplicates are counted, not stored.
    pub struct Item in "items", key 3 {
        /// The source that sent it.
        source_id: i64,
        /// The sender's id for it.
        item_key: String,
        /// Hash of what it says: same key and same content is a duplicate.
        content: Vec<u8>,
        /// The arrival that brought it first.
        inbox_id: i64,
        /// Its place in the arrival, from 0.
        ordinal: i64,
        /// First byte of it in the body.
        byte_from: i64,
        /// Byte after its last.
        byte_to: i64,
        /// See `views::messages::Outcome::code`.
        outcome: i64,
        /// It was parked or in conflict at some time.
        noted: bool,
        /// Why it is parked: a sentence as JSON.
        fault: Option<String>,
        /// What it waits for, such as a map.
        parked_on: Option<String>,
        /// The first event it became.
        seq: Option<i64>,
        /// Version of the document it speaks of.
        version: Option<i64>,
    }
}

impl Item {
    /// Its address.
    #[must_use]
    pub fn address(&self) -> ItemAddress {
        ItemAddress {
            source_id: self.source_id,
            item_key: self.item_key.clone(),
            content: self.content.clone(),
        }
    }
}

/// What makes an item this one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ItemAddress {
    /// The source.
    pub source_id: i64,
    /// The sender's id.
    pub item_key: String,
    /// Hash of what it says.
    pub content: Vec<u8>,
}

/// What became of a parked item after a retry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ItemMark {
    /// See `views::messages::Outcome::code`.
    pub outcome: i64,
    /// Why it is still parked.
    pub fault: Option<String>,
    /// What it waits for.
    pub parked_on: Option<String>,
    /// The event it became.
    pub seq: Option<i64>,
}

impl Log {
    /// Parked items of an arrival after the place `after` (-1 for the first), in their order.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_parked_items(&self, inbox_id: i64, after: i64, limit: usize) -> Result<Vec<Item>> {
        let args = [inbox_id.into(), after.into(), count(limit).into()];
        self.pools.read.acquire().await?.rows(PARKED, args, Item::read).await
    }

    /// Items of an arrival that are or were parked or in conflict, in their order.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_noted_items(&self, inbox_id: i64, limit: usize) -> Result<Vec<Item>> {
        self.pools
            .read
            .acquire()
            .await?
            .rows(NOTED, [inbox_id.into(), count(limit).into()], Item::read)
            .await
    }

    /// Items that wait for the same thing, oldest arrival first, after that (arrival, place).
    ///
    /// # Errors
    /// The database's.
    pub async fn list_items_parked_on(&self, what: &str, after: (i64, i64), limit: usize) -> Result<Vec<Item>> {
        let args = [what.into(), after.0.into(), after.1.into(), count(limit).into()];
        self.pools.read.acquire().await?.rows(PARKED_ON, args, Item::read).await
    }

    /// The items that became the events from `first` to `last`, in the order of the log.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_items_of_events(&self, first: i64, last: i64, limit: usize) -> Result<Vec<Item>> {
        let args = [first.into(), last.into(), count(limit).into()];
        self.pools.read.acquire().await?.rows(OF_EVENTS, args, Item::read).await
    }

    /// The item that became this event; absent for Docket's own.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_item_of_event(&self, event: &domain::Event) -> Result<Option<Item>> {
        let args = [event.source_id.into(), (&event.item_key).into(), event.seq.into()];
        self.pools.read.acquire().await?.one(OF_EVENT, args, Item::read).await
    }
}

fn count(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
