//! Judging after each log entry: what is found now against the cases there are (domain §4.2).

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use domain::exceptions::{
    Act, At, Case, Class, Finding, OrderName, Parked, Resolution, Subject, act, is_irregular, of_flags, of_parked,
    of_stub, of_waiting, reconcile,
};
use domain::orders::OrderFold;
use domain::{Event, EventType, Instant};

use super::Folding;
use super::acts::{self, CaseActed};
use super::working::{Timer, TimerKind};
use crate::error::EngineError;

/// How long an order may be known only by reference, or a document belong to no order (domain §1.7).
const GRACE: i64 = 15 * Instant::MINUTE;

/// The rule name of a stub's finding, to know a case of it.
const STUB_RULE: &str = "order_never_created";

impl Folding<'_> {
    /// Judges every order that a log entry touched.
    pub(crate) fn judge(&mut self, touched: &BTreeSet<i64>, at: At) {
        for order_id in touched {
            self.judge_order(*order_id, at, false);
        }
    }

    fn judge_order(&mut self, order_id: i64, at: At, grace_is_over: bool) {
        let Some(order) = self.work.orders.get_mut(&order_id) else {
            return;
        };
        order.updated_seq = at.seq;
        order.dirty = true;
        let merged = order.merged_into.is_some();
        let stub = !merged && order.fold.order().stub;
        let known_stub = order.cases.iter().any(|c| c.rule == STUB_RULE);
        let find_stub = stub && (grace_is_over || known_stub);
        let signature = signature(&mut order.fold, merged, find_stub);
        if order.judged != Some(signature) {
            order.judged = Some(signature);
            let findings = if merged {
                Vec::new()
            } else {
                findings(order_id, &mut order.fold, find_stub)
            };
            let mut cases = std::mem::take(&mut order.cases);
            let changed = reconcile(&mut cases, &findings, at, || self.work.next_case(at.seq));
            if let Some(order) = self.work.orders.get_mut(&order_id) {
                order
                    .dirty_cases
                    .extend(changed.iter().filter_map(|i| cases.get(*i)).map(|c| c.id));
                order.cases = cases;
            }
        }
        if stub && !known_stub && !grace_is_over {
            let first_named = order_id.div_euclid(super::working::PER_SEQ);
            if first_named == at.seq {
                self.work.set_timer((at.at.plus(GRACE), order_id, TimerKind::Stub));
            }
        }
    }

    /// An event that names documents no order has: it gets its grace.
    /// A requisition may wait for as long as it takes to order: that is no finding.
    pub(crate) fn wait_for_order(&mut self, event: &Arc<Event>) {
        if event.said.kind.family() == "req" {
            return;
        }
        self.work
            .set_timer((event.received_at.plus(GRACE), event.seq, TimerKind::Waiting));
    }

    /// A waiting event found its order: the case about it, if there is one, heals.
    pub(crate) async fn found_its_order(&mut self, follower: &Arc<Event>) -> Result<(), EngineError> {
        let finding = of_waiting(follower);
        self.load_loose(&finding).await?;
        let at = self.at;
        self.reconcile_loose(&finding, &[], at, "");
        Ok(())
    }

    /// Fires the timers that are due by then, in their order.
    pub(crate) async fn fire_timers(&mut self, at: At) -> Result<(), EngineError> {
        while let Some((due, id, kind)) = self.work.take_due(at.at) {
            self.fire(
                (due, id, kind),
                At {
                    seq: at.seq,
                    at: due.max(at.at),
                    kind: EventType::ClockTicked,
                },
            )
            .await?;
        }
        Ok(())
    }

    async fn fire(&mut self, (_, id, kind): Timer, at: At) -> Result<(), EngineError> {
        match kind {
            TimerKind::Stub => {
                self.load_order(id).await?;
                self.judge_order(id, at, true);
            }
            TimerKind::Waiting => {
                let event = self.event(id).await?;
                for reference in &event.said.refs {
                    self.load_key(&reference.key).await?;
                }
                let bound = |r: &domain::Ref| self.work.bound.get(&r.key).is_some_and(|b| !b.is_empty());
                if !event.said.refs.iter().any(bound) {
                    let finding = of_waiting(&event);
                    self.load_loose(&finding).await?;
                    let entity = event.said.payload.entity.clone().unwrap_or_default();
                    self.reconcile_loose(&finding, std::slice::from_ref(&finding), at, &entity);
                }
            }
        }
        Ok(())
    }

    /// An arrival has parked items, or fewer of them.
    pub(crate) async fn judge_parked(&mut self, event: &Event, at: At) -> Result<(), EngineError> {
        let Some(parked) = acts::read::<Parked>(&event.said.payload) else {
            return Ok(());
        };
        self.work.messages.insert(parked.inbox_id);
        let found = of_parked(&parked);
        let one = Parked {
            items: parked.items.max(1),
            ..parked.clone()
        };
        let Some(named) = of_parked(&one) else { return Ok(()) };
        self.load_loose(&named).await?;
        self.reconcile_loose(&named, found.as_slice(), at, &parked.entity);
        Ok(())
    }

    fn reconcile_loose(&mut self, named: &Finding, found: &[Finding], at: At, entity: &str) {
        let mut cases = self.work.loose.remove(&named.fingerprint).unwrap_or_default();
        let changed = reconcile(&mut cases, found, at, || self.work.next_case(at.seq));
        for case in changed.iter().filter_map(|i| cases.get(*i)) {
            self.work.loose_dirty.insert((named.fingerprint, case.id));
        }
        self.work
            .loose_entity
            .entry(named.fingerprint)
            .or_insert_with(|| entity.to_owned());
        self.work.loose.insert(named.fingerprint, cases);
    }

    /// A person acted on a case. An act that does not fit (the case changed meanwhile) stays in the log without effect;
    /// whoever acted is told so.
    pub(crate) async fn acted(&mut self, event: &Event, at: At) -> Result<(), EngineError> {
        let Some(acted) = acts::read::<CaseActed>(&event.said.payload) else {
            return Ok(());
        };
        let Some(what) = what(event.said.kind, &acted) else {
            return Ok(());
        };
        let actor = event.said.actor.as_deref().unwrap_or_default();
        let Some(subject) = self.load_case(acted.case_id).await? else {
            return Ok(());
        };
        let apply = |case: &mut Case| act(case, &what, acted.version, actor, &acted.comment, at).is_ok();
        match subject {
            (Subject::Order { order_id, .. }, _) => {
                let Some(order) = self.work.orders.get_mut(&order_id) else {
                    return Ok(());
                };
                let Some(case) = order.cases.iter_mut().find(|c| c.id == acted.case_id) else {
                    return Ok(());
                };
                if apply(case) {
                    order.dirty_cases.insert(acted.case_id);
                    order.dirty = true;
                    order.updated_seq = at.seq;
                }
            }
            (_, fingerprint) => {
                let cases = self.work.loose.get_mut(&fingerprint);
                if let Some(case) = cases.and_then(|c| c.iter_mut().find(|c| c.id == acted.case_id))
                    && apply(case)
                {
                    self.work.loose_dirty.insert((fingerprint, acted.case_id));
                }
            }
        }
        Ok(())
    }
}

fn what(kind: EventType, acted: &CaseActed) -> Option<Act> {
    match kind {
        EventType::CaseClassified => acted.class.as_deref().and_then(Class::by_code).map(Act::Classify),
        EventType::CaseRetried => Some(Act::Retry),
        EventType::CaseResolved => Some(Act::Resolve(acted.resolution.unwrap_or(Resolution::Fixed))),
        _ => None,
    }
}

fn findings(order_id: i64, fold: &mut OrderFold, stub: bool) -> Vec<Finding> {
    let (entity, po_no) = address(fold);
    let (entity, po_no) = (entity.to_owned(), po_no.to_owned());
    let first = fold.state().facts().first().map(|f| (f.seq, f.occurred_at, f.kind));
    let name = OrderName {
        order_id,
        entity: &entity,
        po_no: &po_no,
    };
    let mut findings = of_flags(name, fold.order());
    if stub {
        findings.push(of_stub(name, first));
    }
    findings
}

/// Changes exactly when the findings could.
fn signature(fold: &mut OrderFold, merged: bool, stub: bool) -> u64 {
    let mut hash = DefaultHasher::new();
    (merged, stub).hash(&mut hash);
    if !merged {
        address(fold).hash(&mut hash);
        fold.order().stub.hash(&mut hash);
        for flag in fold.order().flags.iter().filter(|f| is_irregular(f)) {
            (flag.kind, &flag.line, flag.seq).hash(&mut hash);
        }
    }
    hash.finish()
}

/// Buying entity and number: the order's address.
pub(crate) fn address(fold: &OrderFold) -> (&str, &str) {
    fold.state()
        .primary()
        .map_or(("", ""), |key| (key.scheme.as_str(), key.value.as_str()))
}
