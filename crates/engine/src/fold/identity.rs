//! Which orders an event belongs to (DESIGN §1.10).
//!
//! An event that names orders belongs to them. One that names only documents belongs to every order those documents
//! are bound to, now or later: it follows them. A document is bound to the orders of the events that are about it.
//! Both rules only ever add, so any arrival order ends in the same place. Links join orders and withdrawing one
//! parts them: then the events of the orders concerned are attached anew.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use domain::orders::OrderFold;
use domain::{DocKey, Event, Role};

use super::Folding;
use super::working::{Edge, OrderWork, PER_SEQ};
use crate::error::EngineError;

/// Orders touched by one log entry.
pub(crate) type Touched = BTreeSet<i64>;

impl Folding<'_> {
    /// Attaches a new event to its orders, and whatever follows the documents it is about.
    pub(crate) async fn attach(&mut self, event: &Arc<Event>) -> Result<Touched, EngineError> {
        let mut touched = Touched::new();
        let orders = self.orders_of_new(event, &mut touched).await?;
        let waits = orders.is_empty();
        self.spread(
            orders.into_iter().map(|o| (Arc::clone(event), o)).collect(),
            &mut touched,
        )
        .await?;
        if waits {
            self.wait_for_order(event);
        }
        Ok(touched)
    }

    async fn orders_of_new(&mut self, event: &Arc<Event>, touched: &mut Touched) -> Result<BTreeSet<i64>, EngineError> {
        let named: Vec<(Role, DocKey)> = event
            .said
            .refs
            .iter()
            .filter(|r| r.key.kind.names_order())
            .map(|r| (r.role, r.key.clone()))
            .collect();
        let mut orders = BTreeSet::new();
        if named.is_empty() {
            for reference in &event.said.refs {
                self.load_key(&reference.key).await?;
                orders.extend(
                    self.work
                        .bound
                        .get(&reference.key)
                        .into_iter()
                        .flat_map(|b| b.keys().copied()),
                );
                self.work.follow(&reference.key, event.seq);
            }
            return Ok(orders);
        }
        for (n, (_, key)) in named.iter().enumerate() {
            let n = i64::try_from(n).unwrap_or(PER_SEQ).min(PER_SEQ - 1);
            self.order_of(key, event.seq.saturating_mul(PER_SEQ).saturating_add(n))
                .await?;
        }
        let first = named
            .iter()
            .find(|(role, _)| *role == Role::Order)
            .or_else(|| named.first());
        if let Some((_, first)) = first {
            for (_, same) in named
                .iter()
                .filter(|(role, key)| *role == Role::SameOrder && key != first)
            {
                let edge = Edge {
                    a: first.clone(),
                    b: same.clone(),
                    by_seq: event.seq,
                };
                self.join(edge, touched).await?;
            }
        }
        for (_, key) in &named {
            orders.extend(self.work.bound.get(key).into_iter().flat_map(|b| b.keys().copied()));
        }
        Ok(orders)
    }

    /// The order of an order key, made when the key is new.
    async fn order_of(&mut self, key: &DocKey, new_id: i64) -> Result<i64, EngineError> {
        self.load_key(key).await?;
        if let Some(id) = self.work.bound.get(key).and_then(|b| b.keys().next().copied()) {
            return Ok(id);
        }
        self.work.bind(key, new_id, new_id);
        let mut fold = OrderFold::default();
        fold.add_key(key.clone());
        self.work.orders.insert(new_id, OrderWork::new(fold));
        Ok(new_id)
    }

    /// Puts events into orders, and with each the events that follow a document newly bound by it.
    pub(crate) async fn spread(
        &mut self,
        mut queue: VecDeque<(Arc<Event>, i64)>,
        touched: &mut Touched,
    ) -> Result<(), EngineError> {
        while let Some((event, order_id)) = queue.pop_front() {
            self.load_order(order_id).await?;
            let Some(order) = self.work.orders.get_mut(&order_id) else {
                continue;
            };
            if order.fold.insert(&event) {
                order.dirty = true;
                touched.insert(order_id);
            }
            let subjects = event
                .said
                .refs
                .iter()
                .filter(|r| r.role == Role::Subject && !r.key.kind.names_order());
            for subject in subjects {
                self.load_key(&subject.key).await?;
                if !self.work.bind(&subject.key, order_id, event.seq) {
                    continue;
                }
                let followers: Vec<i64> = self
                    .work
                    .followers
                    .get(&subject.key)
                    .into_iter()
                    .flatten()
                    .copied()
                    .collect();
                for seq in followers {
                    if seq == event.seq {
                        continue;
                    }
                    let follower = self.event(seq).await?;
                    self.found_its_order(&follower).await?;
                    queue.push_back((follower, order_id));
                }
            }
        }
        Ok(())
    }

    /// Joins the orders of two order keys into the one named first.
    pub(crate) async fn join(&mut self, edge: Edge, touched: &mut Touched) -> Result<(), EngineError> {
        let a = self.order_of(&edge.a, edge.by_seq.saturating_mul(PER_SEQ)).await?;
        let b = self
            .order_of(&edge.b, edge.by_seq.saturating_mul(PER_SEQ).saturating_add(1))
            .await?;
        self.load_order(a).await?;
        self.load_order(b).await?;
        self.load_edges(a).await?;
        self.load_edges(b).await?;
        let (kept, gone) = (a.min(b), a.max(b));
        if kept != gone {
            for edge in self.work.edges.remove(&gone).unwrap_or_default() {
                self.drop_edge(gone, edge.clone());
                self.add_edge(kept, edge);
            }
            let events = self.events_of(&[kept, gone]).await?;
            // Every key of both is needed: those of the kept one that no event of this batch names, too.
            self.bindings_of(kept).await?;
            let keys = self.bindings_of(gone).await?;
            for key in keys {
                if let Some(by) = self.work.unbind(&key, gone) {
                    self.work.bind(&key, kept, by);
                }
            }
            self.refill(kept, &events);
            if let Some(order) = self.work.orders.get_mut(&gone) {
                order.fold = OrderFold::default();
                order.merged_into = Some(kept);
                order.dirty = true;
            }
            // What follows a document of one of them now belongs to the whole.
            let queue = events.iter().map(|e| (Arc::clone(e), kept)).collect();
            self.spread(queue, touched).await?;
            touched.extend([kept, gone]);
        }
        self.add_edge(kept, edge);
        Ok(())
    }

    /// Withdraws the links between two order keys; parts the order when nothing else holds it together.
    pub(crate) async fn part(&mut self, a: &DocKey, b: &DocKey, touched: &mut Touched) -> Result<(), EngineError> {
        self.load_key(a).await?;
        self.load_key(b).await?;
        let of = |key: &DocKey| self.work.bound.get(key).and_then(|m| m.keys().next().copied());
        let (Some(order_id), Some(other)) = (of(a), of(b)) else {
            return Ok(());
        };
        if order_id != other {
            return Ok(());
        }
        self.load_order(order_id).await?;
        self.load_edges(order_id).await?;
        let edges = self.work.edges.get(&order_id).cloned().unwrap_or_default();
        let (withdrawn, held): (Vec<Edge>, Vec<Edge>) = edges
            .into_iter()
            .partition(|e| (e.a == *a && e.b == *b) || (e.a == *b && e.b == *a));
        for edge in &withdrawn {
            self.work.edges.entry(order_id).or_default().remove(edge);
            self.drop_edge(order_id, edge.clone());
        }
        let bindings = self.bindings_of(order_id).await?;
        let order_keys: Vec<DocKey> = bindings.iter().filter(|k| k.kind.names_order()).cloned().collect();
        let parts = components(&order_keys, &held);
        if parts.len() < 2 {
            return Ok(());
        }
        let events = self.events_of(&[order_id]).await?;
        let mut born = Vec::new();
        for key in &bindings {
            if let Some(by) = self.work.unbind(key, order_id) {
                born.push((key.clone(), by));
            }
        }
        for part in &parts {
            // Each part takes the id that the first of its keys was born with.
            let id = born
                .iter()
                .filter(|(k, _)| part.contains(k))
                .map(|(_, by)| *by)
                .min()
                .unwrap_or(order_id);
            self.load_order(id).await?;
            let mut fold = OrderFold::default();
            for (key, by) in born.iter().filter(|(k, _)| part.contains(k)) {
                fold.add_key(key.clone());
                self.work.bind(key, id, *by);
            }
            let order = self
                .work
                .orders
                .entry(id)
                .or_insert_with(|| OrderWork::new(OrderFold::default()));
            order.fold = fold;
            order.merged_into = None;
            order.dirty = true;
            order.judged = None;
            touched.insert(id);
            for edge in held.iter().filter(|e| part.contains(&e.a)) {
                if id != order_id {
                    self.work.edges.entry(order_id).or_default().remove(edge);
                    self.drop_edge(order_id, edge.clone());
                    self.add_edge(id, edge.clone());
                }
            }
        }
        let mut queue = VecDeque::new();
        for event in &events {
            let named = event.said.refs.iter().filter(|r| r.key.kind.names_order());
            let orders: BTreeSet<i64> = named
                .filter_map(|r| self.work.bound.get(&r.key))
                .flat_map(|b| b.keys().copied())
                .collect();
            queue.extend(
                orders
                    .into_iter()
                    .filter(|o| touched.contains(o))
                    .map(|o| (Arc::clone(event), o)),
            );
        }
        self.spread(queue, touched).await
    }

    /// Folds these events into an order from nothing, with every order key bound to it.
    fn refill(&mut self, order_id: i64, events: &[Arc<Event>]) {
        let keys: Vec<DocKey> = self
            .work
            .bound
            .iter()
            .filter(|(k, orders)| k.kind.names_order() && orders.contains_key(&order_id))
            .map(|(k, _)| k.clone())
            .collect();
        let mut fold = OrderFold::default();
        for key in keys {
            fold.add_key(key);
        }
        for event in events {
            fold.insert(event);
        }
        if let Some(order) = self.work.orders.get_mut(&order_id) {
            order.fold = fold;
            order.dirty = true;
            order.judged = None;
        }
    }

    fn add_edge(&mut self, order_id: i64, edge: Edge) {
        if self.work.edges.entry(order_id).or_default().insert(edge.clone()) {
            self.work.edges_gone.remove(&(order_id, edge.clone()));
            self.work.edges_new.insert((order_id, edge));
        }
    }

    fn drop_edge(&mut self, order_id: i64, edge: Edge) {
        if !self.work.edges_new.remove(&(order_id, edge.clone())) {
            self.work.edges_gone.insert((order_id, edge));
        }
    }
}

/// The keys that are still held together by edges.
fn components(keys: &[DocKey], edges: &[Edge]) -> Vec<BTreeSet<DocKey>> {
    let mut parts: Vec<BTreeSet<DocKey>> = keys.iter().map(|k| BTreeSet::from([k.clone()])).collect();
    for edge in edges {
        let a = parts.iter().position(|p| p.contains(&edge.a));
        let b = parts.iter().position(|p| p.contains(&edge.b));
        if let (Some(a), Some(b)) = (a, b)
            && a != b
        {
            let moved = parts.swap_remove(a.max(b));
            if let Some(part) = parts.get_mut(a.min(b)) {
                part.extend(moved);
            }
        }
    }
    parts.sort();
    parts
}
