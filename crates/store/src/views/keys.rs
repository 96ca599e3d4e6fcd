//! Document keys: which orders they mean, how they are linked, who waits for them.

use std::collections::{BTreeMap, BTreeSet};

use domain::{DocKey, DocKind};

use super::{OrderSummary, Views};
use crate::bulk::{self, Record, record};
use crate::db::{Sql, statements};
use crate::error::Result;

statements! {
    SEARCH = Sql::Select(DocKeyRow::TABLE, "WHERE key >= $1 AND key < $2 ORDER BY key, order_id LIMIT $3");
}

/// How many keys a search looks at: what begins like half the numbers in the house is not a search.
const SEARCHED: i64 = 2_000;

record! {
    /// An order that a document key means.
    pub struct DocKeyRow in "doc_keys", key 4 {
        /// What sort of document.
        kind: DocKind,
        /// Who numbers it.
        scheme: String,
        /// The number.
        key: String,
        /// The order.
        order_id: i64,
        /// The event that says so.
        by_seq: i64,
    }
}

record! {
    /// A link between two keys of an order.
    pub struct Edge in "edges", key 8 {
        /// The order.
        order_id: i64,
        /// One end: what sort of document.
        a_kind: DocKind,
        /// One end: who numbers it.
        a_scheme: String,
        /// One end: the number.
        a_key: String,
        /// Other end: what sort of document.
        b_kind: DocKind,
        /// Other end: who numbers it.
        b_scheme: String,
        /// Other end: the number.
        b_key: String,
        /// The event that made the link.
        by_seq: i64,
    }
}

record! {
    /// An event that waits until a key means an order.
    pub struct Waiting in "waiting", key 4 {
        /// What sort of document.
        kind: DocKind,
        /// Who numbers it.
        scheme: String,
        /// The number.
        key: String,
        /// The event.
        seq: i64,
    }
}

impl DocKeyRow {
    /// The key.
    #[must_use]
    pub fn doc_key(&self) -> DocKey {
        DocKey::new(self.kind, &self.scheme, &self.key)
    }
}

impl Waiting {
    /// The key.
    #[must_use]
    pub fn doc_key(&self) -> DocKey {
        DocKey::new(self.kind, &self.scheme, &self.key)
    }
}

/// A key that was searched for, and an order it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyMatch {
    /// The key found.
    pub key: DocKey,
    /// The order, as it is now: an order that was merged is followed.
    pub order: OrderSummary,
}

impl Views {
    /// Orders in scope that have a key which begins with `prefix`, by key, each once.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_orders_by_key(
        &self,
        scope: &::views::Scope,
        prefix: &str,
        limit: usize,
    ) -> Result<Vec<KeyMatch>> {
        if prefix.is_empty() {
            return Ok(Vec::new());
        }
        let end = format!("{prefix}\u{10FFFF}");
        let args = [prefix.into(), end.as_str().into(), SEARCHED.into()];
        let rows = self
            .pools
            .read
            .acquire()
            .await?
            .rows(SEARCH, args, DocKeyRow::read)
            .await?;
        let mut found: Vec<KeyMatch> = Vec::new();
        // As many rounds as it takes to fill a page: one, unless the keys of others stand before those in scope.
        for some in rows.chunks(limit.clamp(50, 400)) {
            let known: BTreeSet<i64> = found.iter().map(|m| m.order.order_id).collect();
            let more = self.orders_of(scope, some.to_vec(), limit).await?;
            found.extend(more.into_iter().filter(|m| !known.contains(&m.order.order_id)));
            if found.len() >= limit {
                found.truncate(limit);
                break;
            }
        }
        Ok(found)
    }

    /// Orders in scope that exactly this key means.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_orders_by_alias(&self, scope: &::views::Scope, key: &DocKey) -> Result<Vec<OrderSummary>> {
        let mut conn = self.pools.read.acquire().await?;
        let rows = bulk::select(&mut conn, DocKeyRow::TABLE, &[key], DocKeyRow::read).await?;
        drop(conn);
        Ok(self
            .orders_of(scope, rows, usize::MAX)
            .await?
            .into_iter()
            .map(|m| m.order)
            .collect())
    }

    /// Every order in scope that each of these keys means.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_orders_of_keys(&self, scope: &::views::Scope, keys: &[DocKey]) -> Result<Vec<KeyMatch>> {
        let mut conn = self.pools.read.acquire().await?;
        let rows = bulk::select(&mut conn, DocKeyRow::TABLE, keys, DocKeyRow::read).await?;
        drop(conn);
        let mut ids: Vec<i64> = rows.iter().map(|r| r.order_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let orders: BTreeMap<i64, OrderSummary> = self
            .list_orders_by_id(scope, &ids)
            .await?
            .into_iter()
            .map(|o| (o.order_id, o))
            .collect();
        let found = rows.iter().filter_map(|r| {
            Some(KeyMatch {
                key: r.doc_key(),
                order: orders.get(&r.order_id)?.clone(),
            })
        });
        Ok(found.collect())
    }

    async fn orders_of(&self, scope: &::views::Scope, rows: Vec<DocKeyRow>, limit: usize) -> Result<Vec<KeyMatch>> {
        let selected = self.log.select_scopes(scope, "").await?;
        let mut known: BTreeMap<i64, OrderSummary> = BTreeMap::new();
        let mut wanted: Vec<i64> = rows.iter().map(|r| r.order_id).collect();
        let mut conn = self.pools.read.acquire().await?;
        // A merged order names the one it is part of; that one may have been merged since, so at most a few rounds.
        while !wanted.is_empty() {
            let found = bulk::select(&mut conn, OrderSummary::TABLE, &wanted, OrderSummary::read).await?;
            wanted = found
                .iter()
                .filter_map(|o| o.merged_into)
                .filter(|id| !known.contains_key(id))
                .collect();
            known.extend(found.into_iter().map(|o| (o.order_id, o)));
            wanted.retain(|id| !known.contains_key(id));
        }
        let mut out: Vec<KeyMatch> = Vec::new();
        let mut seen = BTreeSet::new();
        for row in rows {
            let mut id = row.order_id;
            while let Some(next) = known.get(&id).and_then(|o| o.merged_into).filter(|next| *next != id) {
                id = next;
            }
            if let Some(order) = known.get(&id)
                && selected.has(order.scope_id)
                && seen.insert(id)
            {
                out.push(KeyMatch {
                    key: row.doc_key(),
                    order: order.clone(),
                });
                if out.len() >= limit {
                    break;
                }
            }
        }
        Ok(out)
    }
}
