//! Orders as they are now.

use domain::Instant;

use super::Views;
use crate::bulk::{Record, record};
use crate::db::{Sql, statements};
use crate::error::Result;
use crate::list;

statements! {
    GET = Sql::Select(Order::TABLE, "WHERE order_id = $1");
    BY_ADDRESS = Sql::Select(Order::TABLE, "WHERE entity = $1 AND po_no = $2 AND merged_into IS NULL");
}

record! {
    /// An order with all the fold knows of it.
    pub struct Order in "orders", key 1,
        settled ["merged_into", "entity", "po_no", "scope_id", "opened_at"]
    {
        /// Its id: the place in the log that first named it, times 1,024, plus which order of that place it is.
        order_id: i64,
        /// The order it is now part of.
        merged_into: Option<i64>,
        /// Buying entity.
        entity: String,
        /// Purchase order number.
        po_no: String,
        /// Supplier's name or id.
        supplier: String,
        /// Who may know of it.
        scope_id: i64,
        /// When it was opened.
        opened_at: Instant,
        /// When something last happened to it.
        last_at: Instant,
        /// The derived label.
        headline: String,
        /// Labels beside it, as the engine writes them.
        badges: String,
        /// Number of lines.
        lines: i64,
        /// Value in 1/10,000 of the currency's unit.
        value: Option<i64>,
        /// ISO 4217 code.
        currency: String,
        /// Open exceptions.
        exceptions: i64,
        /// The last event that changed it.
        updated_seq: i64,
        /// Places of its events in the log, as the fold writes them.
        history: Vec<u8>,
        /// What the fold knows, as it writes it.
        state: Vec<u8>,
    }
}

record! {
    /// An order as lists show it.
    pub struct OrderSummary in "orders", key 1 {
        /// Its id: the place in the log that first named it, times 1,024, plus which order of that place it is.
        order_id: i64,
        /// The order it is now part of.
        merged_into: Option<i64>,
        /// Buying entity.
        entity: String,
        /// Purchase order number.
        po_no: String,
        /// Supplier's name or id.
        supplier: String,
        /// Who may know of it.
        scope_id: i64,
        /// When it was opened.
        opened_at: Instant,
        /// When something last happened to it.
        last_at: Instant,
        /// The derived label.
        headline: String,
        /// Labels beside it, as the engine writes them.
        badges: String,
        /// Number of lines.
        lines: i64,
        /// Value in 1/10,000 of the currency's unit.
        value: Option<i64>,
        /// ISO 4217 code.
        currency: String,
        /// Open exceptions.
        exceptions: i64,
        /// The last event that changed it.
        updated_seq: i64,
    }
}

record! {
    /// What happens to an order's line when its time comes.
    pub struct Timer in "timers", key 4 {
        /// When it is due.
        due_at: Instant,
        /// The order.
        order_id: i64,
        /// The line; empty: the whole order.
        line_no: String,
        /// What it is for, as the engine numbers it.
        kind: i64,
        /// The event that set it.
        seq: i64,
    }
}

impl Views {
    /// One order by id, merged or not.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_order(&self, scope: &::views::Scope, order_id: i64) -> Result<Option<Order>> {
        let selected = self.log.select_scopes(scope, "").await?;
        let order = self
            .pools
            .read
            .acquire()
            .await?
            .one(GET, [order_id.into()], Order::read)
            .await?;
        Ok(order.filter(|o| selected.has(o.scope_id)))
    }

    /// The order at an address. One that was merged has none: ask [`Views::list_orders_by_alias`] where it went.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_order_by_address(
        &self,
        scope: &::views::Scope,
        entity: &str,
        po_no: &str,
    ) -> Result<Option<Order>> {
        let selected = self.log.select_scopes(scope, "").await?;
        let args = [entity.into(), po_no.into()];
        let order = self
            .pools
            .read
            .acquire()
            .await?
            .one(BY_ADDRESS, args, Order::read)
            .await?;
        Ok(order.filter(|o| selected.has(o.scope_id)))
    }

    /// Orders (of `entity`, unless it is empty) by opening, newest first, after the key (opened at, order id).
    ///
    /// # Errors
    /// The database's.
    pub async fn list_orders(
        &self,
        scope: &::views::Scope,
        entity: &str,
        after: Option<(Instant, i64)>,
        limit: usize,
    ) -> Result<Vec<OrderSummary>> {
        let selected = self.log.select_scopes(scope, entity).await?;
        let scopes = Self::scopes(&list::ORDERS, &selected);
        let after = after.map(|(at, id)| [at.0, id]);
        let mut conn = self.pools.read.acquire().await?;
        let after = after.as_ref().map(<[i64; 2]>::as_slice);
        list::page(&mut conn, &list::ORDERS, scopes, None, after, limit, OrderSummary::read).await
    }

    /// Orders by id, in that order; those out of scope are left out.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_orders_by_id(&self, scope: &::views::Scope, ids: &[i64]) -> Result<Vec<OrderSummary>> {
        let selected = self.log.select_scopes(scope, "").await?;
        let mut conn = self.pools.read.acquire().await?;
        let found = crate::bulk::select(&mut conn, OrderSummary::TABLE, ids, OrderSummary::read).await?;
        let found: std::collections::BTreeMap<i64, OrderSummary> = found
            .into_iter()
            .filter(|o| selected.has(o.scope_id))
            .map(|o| (o.order_id, o))
            .collect();
        Ok(ids.iter().filter_map(|id| found.get(id).cloned()).collect())
    }
}
