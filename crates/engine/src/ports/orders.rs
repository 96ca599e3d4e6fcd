//! Orders: the list, one order at a moment, one event down to its bytes.

use async_trait::async_trait;
use domain::access::FieldClass;
use domain::orders::{OrderFold, OrderState};
use domain::{DocKey, DocKind, Instant};
use store::views::{Order, OrderSummary};
use views::errors::Result;
use views::orders::{EventView, OrderFilter, OrderFound, OrderRow};
use views::{AppError, Caller, Moment, Page, Permission, Scope};

use super::order_view::{self, Lanes};
use super::redaction::Reader;
use super::{UseCase, known_seq, place, read_place};
use crate::error::{EngineError, refused};
use crate::fold::load::case_of;

/// The port of orders.
pub(crate) struct OrdersPort(pub(crate) UseCase);

/// An order as lists show it.
fn row(order: OrderSummary, reader: &Reader<'_>) -> OrderRow {
    let value = order.value.map(domain::Decimal::from_ten_thousandths);
    let value = reader.money(value, &order.currency);
    OrderRow {
        entity: order.entity,
        po_no: order.po_no,
        supplier: order.supplier,
        headline: order.headline,
        badges: order.badges.split_whitespace().map(str::to_owned).collect(),
        lines: u32::try_from(order.lines).unwrap_or(0),
        value,
        opened_at: order.opened_at,
        last_at: order.last_at,
        exceptions: u32::try_from(order.exceptions).unwrap_or(0),
    }
}

enum Located {
    Here(Box<Order>),
    Moved(String, String),
}

impl OrdersPort {
    /// The order at an address, or where it went when its number was linked to another order's.
    async fn locate(&self, caller: &Caller, entity: &str, po_no: &str) -> Result<Located> {
        let views = self.0.store.views();
        if let Some(order) = views
            .get_order_by_address(&caller.scope, entity, po_no)
            .await
            .map_err(refused)?
        {
            return Ok(Located::Here(Box::new(order)));
        }
        for kind in [DocKind::PurchaseOrder, DocKind::OrderAlias] {
            let key = DocKey::new(kind, entity, po_no);
            let found = views.list_orders_by_alias(&caller.scope, &key).await.map_err(refused)?;
            if let Some(order) = found.into_iter().next() {
                return Ok(Located::Moved(order.entity, order.po_no));
            }
        }
        if caller.scope != Scope::All {
            let there = views.get_order_by_address(&Scope::All, entity, po_no).await;
            if there.map_err(refused)?.is_some() {
                return Err(self.0.out_of_scope(caller, format!("order:{entity}/{po_no}")));
            }
        }
        Err(AppError::not_found())
    }

    fn state_of(order: &Order) -> Result<OrderState> {
        OrderState::decode(&order.state, &order.history).map_err(|e| {
            refused(EngineError::damaged(format!(
                "order {} cannot be read back: {e}",
                order.order_id
            )))
        })
    }
}

#[async_trait]
impl views::ports::Orders for OrdersPort {
    async fn list(&self, caller: &Caller, filter: &OrderFilter) -> Result<Page<OrderRow>> {
        caller.require(Permission::SeeOrders)?;
        let reader = Reader::of(caller, &self.0.sealer);
        let views = self.0.store.views();
        let limit = filter.limit.rows();
        let q = filter.q.trim();
        if !q.is_empty() {
            let found = views
                .find_orders_by_key(&caller.scope, q, limit)
                .await
                .map_err(refused)?;
            let of_entity = |o: &OrderSummary| filter.entity.is_empty() || o.entity == filter.entity;
            let rows = found
                .into_iter()
                .map(|m| m.order)
                .filter(of_entity)
                .map(|o| row(o, &reader));
            return Ok(Page {
                rows: rows.collect(),
                next: None,
            });
        }
        let after = read_place(filter.after.as_deref(), 2)?;
        let after = after.and_then(|p| Some((Instant(*p.first()?), *p.get(1)?)));
        let mut found = views
            .list_orders(&caller.scope, &filter.entity, after, limit.saturating_add(1))
            .await
            .map_err(refused)?;
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found
            .last()
            .filter(|_| more)
            .map(|o| place(&[o.opened_at.0, o.order_id]));
        Ok(Page {
            rows: found.into_iter().map(|o| row(o, &reader)).collect(),
            next,
        })
    }

    async fn get(&self, caller: &Caller, entity: &str, po_no: &str, moment: Moment) -> Result<OrderFound> {
        caller.require(Permission::SeeOrders)?;
        let order = match self.locate(caller, entity, po_no).await? {
            Located::Here(order) => order,
            Located::Moved(entity, po_no) => return Ok(OrderFound::Moved { entity, po_no }),
        };
        let whole = Self::state_of(&order)?;
        let known = known_seq(&self.0, moment.known).await?;
        let world = moment.world.unwrap_or(Instant(i64::MAX));
        let shown = if moment.is_now() {
            whole.clone()
        } else {
            whole.as_of(world, known)
        };
        let hidden = whole.facts().len().saturating_sub(shown.facts().len());
        let seqs: Vec<i64> = shown.seqs().collect();
        let events = self.0.events(&seqs).await?;
        let cases = self
            .0
            .store
            .views()
            .list_exceptions_of_order(&caller.scope, order.order_id)
            .await
            .map_err(refused)?;
        let mut open = Vec::new();
        for exception in cases.iter().filter(|c| c.closed_seq.is_none()) {
            let case = case_of(exception).map_err(AppError::from)?;
            open.push(super::exceptions::row(
                &case,
                Some((order.entity.clone(), order.po_no.clone())),
            ));
        }
        let lanes = Lanes::of(self.0.sources().await?);
        let mut fold = OrderFold::new(shown);
        let as_of = self.0.clock.now();
        let page = order_view::Page {
            address: (&order.entity, &order.po_no),
            moment,
            hidden,
            as_of,
            open,
        };
        Ok(OrderFound::Here(order_view::order(
            &mut fold,
            &events,
            &lanes,
            &Reader::of(caller, &self.0.sealer),
            page,
        )))
    }

    async fn event(&self, caller: &Caller, entity: &str, po_no: &str, seq: i64) -> Result<EventView> {
        caller.require(Permission::SeeOrders)?;
        let Located::Here(order) = self.locate(caller, entity, po_no).await? else {
            return Err(AppError::not_found());
        };
        let state = Self::state_of(&order)?;
        if !state.seqs().any(|s| s == seq) {
            return Err(AppError::not_found());
        }
        let events = self.0.events(&[seq]).await?;
        let event = events.into_iter().next().ok_or_else(AppError::not_found)?;
        let lanes = Lanes::of(self.0.sources().await?);
        let mut fold = OrderFold::new(state);
        let reader = Reader::of(caller, &self.0.sealer);
        let row = order_view::event_row(&event, &lanes, fold.order(), &reader);
        let message = self.0.store.log.get_inbox(event.inbox_id).await.map_err(refused)?;
        let raw = match &message {
            Some(inbox) if reader.sees_raw() => {
                let item = self.0.store.log.get_item_of_event(&event).await.map_err(refused)?;
                let range = item.map(|i| (i.byte_from, i.byte_to));
                reader.raw(self.0.raw(inbox, range).await?, range.is_none())
            }
            _ => None,
        };
        if raw.is_some() {
            let object = format!("event:{seq}");
            self.0.viewed(caller, object, FieldClass::Raw).await?;
        }
        Ok(EventView {
            row,
            fields: order_view::fields(&event, &reader),
            message_id: message
                .filter(|_| caller.may(Permission::SeeMessages))
                .map(|i| i.inbox_id),
            raw,
        })
    }
}
