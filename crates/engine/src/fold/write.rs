//! Writing a batch back: every table in bulk, with the cursor, in one transaction.

use std::collections::BTreeMap;

use domain::exceptions::{Case, Subject};
use domain::orders::{Order as Facts, OrderFold};
use domain::{DocKey, Instant};
use store::log::ScopeKey;
use store::views::{DocKeyRow, Edge as EdgeRow, Exception, Order, Timer, Waiting};

use super::Folding;
use super::judge::address;
use super::working::{Edge, OrderWork};
use crate::error::EngineError;

impl Folding<'_> {
    /// Writes what changed and sets the cursor. The transaction is committed by the caller.
    pub(crate) async fn write(&mut self, cursor: i64) -> Result<(), EngineError> {
        let scopes = self.intern().await?;
        let mut orders = Vec::new();
        let mut cases = Vec::new();
        for (id, work) in &mut self.work.orders {
            if !work.dirty && work.dirty_cases.is_empty() {
                continue;
            }
            let scope_id = scopes.get(&scope_of(&mut work.fold)).copied().unwrap_or_default();
            orders.push(order_row(*id, scope_id, work));
            // The scope of an order's cases is the order's, and moves with it.
            for case in &work.cases {
                if work.dirty_cases.contains(&case.id) || work.scope_id.is_some_and(|s| s != scope_id) {
                    cases.push(case_row(case, scope_id)?);
                }
            }
        }
        for (fingerprint, id) in &self.work.loose_dirty {
            let Some(case) = self
                .work
                .loose
                .get(fingerprint)
                .and_then(|c| c.iter().find(|c| c.id == *id))
            else {
                continue;
            };
            let entity = self.work.loose_entity.get(fingerprint).cloned().unwrap_or_default();
            let known = self.work.loose_scope.get(fingerprint).copied();
            let scope_id = known
                .or_else(|| scopes.get(&entity_scope(entity)).copied())
                .unwrap_or_default();
            cases.push(case_row(case, scope_id)?);
        }
        let rows = |keys: &std::collections::BTreeSet<(DocKey, i64)>| -> Vec<DocKeyRow> {
            keys.iter()
                .map(|(k, o)| doc_key_row(k, *o, self.work.bound.get(k).and_then(|b| b.get(o)).copied()))
                .collect()
        };
        let (bound, unbound) = (rows(&self.work.bound_new), rows(&self.work.bound_gone));
        let waiting: Vec<Waiting> = self
            .work
            .followers_new
            .iter()
            .map(|(key, seq)| waiting_row(key, *seq))
            .collect();
        let edges = |set: &std::collections::BTreeSet<(i64, Edge)>| -> Vec<EdgeRow> {
            set.iter().map(|(o, e)| edge_row(*o, e)).collect()
        };
        let timers = |set: &std::collections::BTreeSet<super::working::Timer>| -> Vec<Timer> {
            set.iter()
                .map(|(due, id, kind)| timer_row(*due, *id, kind.code()))
                .collect()
        };
        orders.sort_unstable_by_key(|o| o.order_id);
        self.tx.upsert_orders(&orders).await?;
        self.tx.delete_doc_keys(&unbound).await?;
        self.tx.upsert_doc_keys(&bound).await?;
        self.tx.insert_waiting(&waiting).await?;
        self.tx.delete_edges(&edges(&self.work.edges_gone)).await?;
        self.tx.insert_edges(&edges(&self.work.edges_new)).await?;
        self.tx.delete_timers(&timers(&self.work.timers_gone)).await?;
        self.tx.upsert_timers(&timers(&self.work.timers_new)).await?;
        self.tx.upsert_exceptions(&cases).await?;
        self.tx.set_cursor(cursor).await?;
        Ok(())
    }

    /// Numbers of the scopes this batch needs. They live in the log, so that every generation of views has the same.
    async fn intern(&mut self) -> Result<BTreeMap<ScopeKey, i64>, EngineError> {
        let mut keys: Vec<ScopeKey> = Vec::new();
        // In log order of first need would depend on the batch; sorted, new ones are numbered the same way each time
        // a batch is the same, and rows that exist keep their number for ever.
        for work in self
            .work
            .orders
            .values_mut()
            .filter(|w| w.dirty || !w.dirty_cases.is_empty())
        {
            keys.push(scope_of(&mut work.fold));
        }
        for (fingerprint, _) in &self.work.loose_dirty {
            let entity = self.work.loose_entity.get(fingerprint).cloned().unwrap_or_default();
            keys.push(entity_scope(entity));
        }
        keys.sort_unstable();
        keys.dedup();
        let ids = self.log.intern_scopes(&keys).await?;
        Ok(keys.into_iter().zip(ids).collect())
    }
}

fn scope_of(fold: &mut OrderFold) -> ScopeKey {
    let entity = address(fold).0.to_owned();
    let order = fold.order();
    ScopeKey {
        entity: order.entity.as_deref().map_or(entity, str::to_owned),
        site: order.site.as_deref().unwrap_or_default().to_owned(),
        category: order.category.as_deref().unwrap_or_default().to_owned(),
        region: order.region.as_deref().unwrap_or_default().to_owned(),
    }
}

fn entity_scope(entity: String) -> ScopeKey {
    ScopeKey {
        entity,
        site: String::new(),
        category: String::new(),
        region: String::new(),
    }
}

fn order_row(order_id: i64, scope_id: i64, work: &mut OrderWork) -> Order {
    let state = work.fold.state();
    let (state_bytes, history) = (state.encode(), state.encode_history());
    let exceptions = i64::try_from(work.cases.iter().filter(|c| c.is_open()).count()).unwrap_or(i64::MAX);
    let (entity, po_no) = address(&work.fold);
    let (entity, po_no) = (entity.to_owned(), po_no.to_owned());
    let order = work.fold.order();
    Order {
        order_id,
        merged_into: work.merged_into,
        entity,
        po_no,
        supplier: supplier(order),
        scope_id,
        opened_at: order.opened_at,
        last_at: order.latest_at,
        headline: order.header.headline.as_str().to_owned(),
        badges: badges(order).join(" "),
        lines: i64::try_from(order.lines.len()).unwrap_or(i64::MAX),
        value: value(order).and_then(domain::Decimal::to_ten_thousandths),
        currency: order.currency.as_deref().unwrap_or_default().to_owned(),
        exceptions,
        updated_seq: work.updated_seq,
        history,
        state: state_bytes,
    }
}

/// The supplier's name, else its id.
pub(crate) fn supplier(order: &Facts) -> String {
    order
        .supplier
        .as_ref()
        .map_or_else(String::new, |s| s.name.as_ref().unwrap_or(&s.id).to_string())
}

/// Labels beside the headline.
pub(crate) fn badges(order: &Facts) -> Vec<&'static str> {
    order
        .header
        .overlays
        .iter()
        .map(domain::orders::Overlay::as_str)
        .collect()
}

/// What the order is worth: as it states it, else the sum of its lines.
pub(crate) fn value(order: &Facts) -> Option<domain::Decimal> {
    order.amount.or(order.header.amounts.ordered)
}

fn case_row(case: &Case, scope_id: i64) -> Result<Exception, EngineError> {
    let (order_id, inbox_id) = match case.subject {
        Subject::Order { order_id, .. } => (Some(order_id), None),
        Subject::Arrival { inbox_id } => (None, Some(inbox_id)),
        Subject::Waiting { .. } => (None, None),
    };
    Ok(Exception {
        exception_id: case.id,
        fingerprint: case.fingerprint.to_vec(),
        class: case.class.clone(),
        order_id,
        scope_id,
        status: case.status.code(),
        severity: case.severity.code(),
        opened_at: case.opened_at,
        act_by: None,
        could_cost: None,
        step_at: None,
        opened_seq: case.opened_seq,
        closed_seq: case.closed_seq,
        version: case.version,
        inbox_id,
        body: serde_json::to_vec(case).map_err(EngineError::damaged)?,
    })
}

fn doc_key_row(key: &DocKey, order_id: i64, by: Option<i64>) -> DocKeyRow {
    DocKeyRow {
        kind: key.kind,
        scheme: key.scheme.clone(),
        key: key.value.clone(),
        order_id,
        by_seq: by.unwrap_or_default(),
    }
}

fn waiting_row(key: &DocKey, seq: i64) -> Waiting {
    Waiting {
        kind: key.kind,
        scheme: key.scheme.clone(),
        key: key.value.clone(),
        seq,
    }
}

fn edge_row(order_id: i64, edge: &Edge) -> EdgeRow {
    EdgeRow {
        order_id,
        a_kind: edge.a.kind,
        a_scheme: edge.a.scheme.clone(),
        a_key: edge.a.value.clone(),
        b_kind: edge.b.kind,
        b_scheme: edge.b.scheme.clone(),
        b_key: edge.b.value.clone(),
        by_seq: edge.by_seq,
    }
}

fn timer_row(due_at: Instant, order_id: i64, kind: i64) -> Timer {
    Timer {
        due_at,
        order_id,
        line_no: String::new(),
        kind,
        seq: 0,
    }
}
