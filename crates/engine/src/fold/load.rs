//! What a batch needs of the views, read in bulk before it and by the piece when a link or a follower asks for more.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use domain::events::Seq;
use domain::exceptions::{Case, Finding, Fingerprint, Subject};
use domain::orders::{OrderFold, OrderState};
use domain::{DocKey, Event};
use store::views::{Exception, Order};

use super::Folding;
use super::working::{Edge, OrderWork, TimerKind};
use crate::error::EngineError;

impl Folding<'_> {
    /// Reads everything that a batch is sure to need, a statement or two a table.
    pub(crate) async fn prefetch(&mut self, events: &[Arc<Event>]) -> Result<(), EngineError> {
        let mut keys: Vec<DocKey> = events
            .iter()
            .flat_map(|e| e.said.refs.iter().map(|r| r.key.clone()))
            .collect();
        keys.sort_unstable();
        keys.dedup();
        self.load_keys(&keys).await?;
        let orders: BTreeSet<i64> = keys
            .iter()
            .filter_map(|k| self.work.bound.get(k))
            .flat_map(|b| b.keys().copied())
            .collect();
        self.load_orders(&orders.into_iter().collect::<Vec<_>>()).await?;
        if let Some(last) = events.last() {
            for timer in self.tx.list_due_timers(last.received_at, usize::MAX).await? {
                if let Some(kind) = TimerKind::from_code(timer.kind) {
                    self.work.timers.insert((timer.due_at, timer.order_id, kind));
                }
            }
        }
        Ok(())
    }

    async fn load_keys(&mut self, keys: &[DocKey]) -> Result<(), EngineError> {
        for key in keys {
            self.work.bound.insert(key.clone(), BTreeMap::new());
            if !key.kind.names_order() {
                self.work.followers.insert(key.clone(), BTreeSet::new());
            }
        }
        for row in self.tx.get_doc_keys(keys).await? {
            self.work
                .bound
                .entry(row.doc_key())
                .or_default()
                .insert(row.order_id, row.by_seq);
        }
        let documents: Vec<DocKey> = keys.iter().filter(|k| !k.kind.names_order()).cloned().collect();
        for row in self.tx.get_waiting(&documents).await? {
            self.work.followers.entry(row.doc_key()).or_default().insert(row.seq);
        }
        Ok(())
    }

    /// Makes sure a key's orders and followers are known.
    pub(crate) async fn load_key(&mut self, key: &DocKey) -> Result<(), EngineError> {
        if self.work.bound.contains_key(key) {
            return Ok(());
        }
        self.load_keys(std::slice::from_ref(key)).await
    }

    async fn load_orders(&mut self, ids: &[i64]) -> Result<(), EngineError> {
        for row in self.tx.get_orders(ids).await? {
            let id = row.order_id;
            let order = work_of(row)?;
            self.work.orders.insert(id, order);
        }
        for row in self.tx.list_exceptions_of(ids).await? {
            let case = case_of(&row)?;
            if let Some(order) = row.order_id.and_then(|id| self.work.orders.get_mut(&id)) {
                order.cases.push(case);
            }
        }
        for id in ids {
            if let Some(order) = self.work.orders.get_mut(id) {
                order.cases.sort_unstable_by_key(|c| c.id);
            }
        }
        Ok(())
    }

    /// Makes sure an order that is stored is in the working set.
    pub(crate) async fn load_order(&mut self, id: i64) -> Result<(), EngineError> {
        if self.work.orders.contains_key(&id) {
            return Ok(());
        }
        self.load_orders(&[id]).await
    }

    /// Makes sure the links of an order are known.
    pub(crate) async fn load_edges(&mut self, order_id: i64) -> Result<(), EngineError> {
        if !self.edges_known.insert(order_id) {
            return Ok(());
        }
        for row in self.tx.list_edges(&[order_id]).await? {
            let edge = Edge {
                a: DocKey::new(row.a_kind, row.a_scheme, row.a_key),
                b: DocKey::new(row.b_kind, row.b_scheme, row.b_key),
                by_seq: row.by_seq,
            };
            if !self.work.edges_gone.contains(&(order_id, edge.clone())) {
                self.work.edges.entry(order_id).or_default().insert(edge);
            }
        }
        Ok(())
    }

    /// Every key bound to an order now.
    pub(crate) async fn bindings_of(&mut self, order_id: i64) -> Result<Vec<DocKey>, EngineError> {
        for row in self.tx.list_doc_keys_of(&[order_id]).await? {
            self.load_key(&row.doc_key()).await?;
        }
        let bound = self
            .work
            .bound
            .iter()
            .filter(|(_, orders)| orders.contains_key(&order_id));
        let mut keys: Vec<DocKey> = bound.map(|(key, _)| key.clone()).collect();
        keys.sort_unstable();
        Ok(keys)
    }

    /// An event of the log.
    pub(crate) async fn event(&mut self, seq: Seq) -> Result<Arc<Event>, EngineError> {
        if let Some(event) = self.work.events.get(&seq) {
            return Ok(Arc::clone(event));
        }
        let found = self.log.get_events(&[seq]).await?.into_iter().next();
        let event = Arc::new(found.ok_or_else(|| EngineError::damaged(format!("log entry {seq} is missing")))?);
        self.work.events.insert(seq, Arc::clone(&event));
        Ok(event)
    }

    /// The events of these orders, in log order.
    pub(crate) async fn events_of(&mut self, orders: &[i64]) -> Result<Vec<Arc<Event>>, EngineError> {
        let mut seqs: BTreeSet<Seq> = BTreeSet::new();
        for id in orders {
            self.load_order(*id).await?;
            seqs.extend(self.work.orders.get(id).into_iter().flat_map(|o| o.fold.state().seqs()));
        }
        let unknown: Vec<Seq> = seqs
            .iter()
            .filter(|s| !self.work.events.contains_key(s))
            .copied()
            .collect();
        for event in self.log.get_events(&unknown).await? {
            self.work.events.insert(event.seq, Arc::new(event));
        }
        let mut events = Vec::with_capacity(seqs.len());
        for seq in seqs {
            events.push(self.event(seq).await?);
        }
        Ok(events)
    }

    /// Makes sure the cases of a finding that is about no order are known.
    pub(crate) async fn load_loose(&mut self, finding: &Finding) -> Result<(), EngineError> {
        if self.work.loose.contains_key(&finding.fingerprint) {
            return Ok(());
        }
        let rows = match finding.subject {
            Subject::Arrival { inbox_id } => self.tx.list_exceptions_of_inbox(&[inbox_id]).await?,
            _ => {
                self.tx
                    .list_open_exceptions_by_fingerprint(&[finding.fingerprint.as_slice()])
                    .await?
            }
        };
        self.know_loose(finding.fingerprint, &rows)
    }

    fn know_loose(&mut self, fingerprint: Fingerprint, rows: &[Exception]) -> Result<(), EngineError> {
        let mut cases = Vec::new();
        for row in rows {
            let case = case_of(row)?;
            if case.fingerprint == fingerprint {
                self.work.loose_scope.insert(fingerprint, row.scope_id);
                cases.push(case);
            }
        }
        cases.sort_unstable_by_key(|c: &Case| c.id);
        self.work.loose.insert(fingerprint, cases);
        Ok(())
    }

    /// Finds a case by id and makes sure all that belongs to it is in the working set.
    pub(crate) async fn load_case(&mut self, id: i64) -> Result<Option<(Subject, Fingerprint)>, EngineError> {
        let known = self
            .work
            .orders
            .values()
            .flat_map(|o| &o.cases)
            .chain(self.work.loose.values().flatten());
        if let Some(case) = known.into_iter().find(|c| c.id == id) {
            return Ok(Some((case.subject.clone(), case.fingerprint)));
        }
        let Some(row) = self.tx.get_exceptions(&[id]).await?.into_iter().next() else {
            return Ok(None);
        };
        let case = case_of(&row)?;
        match case.subject {
            Subject::Order { order_id, .. } => self.load_order(order_id).await?,
            Subject::Arrival { inbox_id } => {
                let rows = self.tx.list_exceptions_of_inbox(&[inbox_id]).await?;
                self.know_loose(case.fingerprint, &rows)?;
            }
            Subject::Waiting { .. } => self.know_loose(case.fingerprint, std::slice::from_ref(&row))?,
        }
        Ok(Some((case.subject, case.fingerprint)))
    }
}

fn work_of(row: Order) -> Result<OrderWork, EngineError> {
    let state = OrderState::decode(&row.state, &row.history)
        .map_err(|e| EngineError::damaged(format!("order {} cannot be read back: {e}", row.order_id)))?;
    Ok(OrderWork {
        merged_into: row.merged_into,
        updated_seq: row.updated_seq,
        dirty: false,
        scope_id: Some(row.scope_id),
        ..OrderWork::new(OrderFold::new(state))
    })
}

/// A case as it is stored.
pub(crate) fn case_of(row: &Exception) -> Result<Case, EngineError> {
    serde_json::from_slice(&row.body)
        .map_err(|e| EngineError::damaged(format!("case {} cannot be read back: {e}", row.exception_id)))
}

/// Orders whose links are known.
pub(crate) type EdgesKnown = HashSet<i64>;
