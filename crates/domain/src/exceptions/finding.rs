//! Findings: what a rule sees in the facts, before it becomes a case (domain §4.1, §4.2).

use sha2::{Digest, Sha256};

use super::case::{CaseEvidence, Fingerprint, Subject};
use super::class::{Class, Severity};
use crate::Sentence;
use crate::events::{Event, Seq};
use crate::orders::{Flag, FlagKind, Order};
use crate::time::Instant;

/// Something wrong, found in the facts as they are now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What makes it the same case when found again.
    pub fingerprint: Fingerprint,
    /// Its class.
    pub class: &'static Class,
    /// The rule that found it.
    pub rule: String,
    /// What it is about.
    pub subject: Subject,
    /// How urgent.
    pub severity: Severity,
    /// What it means, filled with the facts.
    pub impact: Sentence,
    /// Why we say so.
    pub evidence: Vec<CaseEvidence>,
    /// Names the facts behind the rule.
    pub evidence_key: String,
}

/// An order as a sentence names it.
#[derive(Clone, Copy, Debug)]
pub struct OrderName<'a> {
    /// Its id.
    pub order_id: i64,
    /// Buying entity.
    pub entity: &'a str,
    /// Purchase order number.
    pub po_no: &'a str,
}

/// Remarkable in itself and worth somebody's look: an illegal event, a broken control, or a time that cannot be.
#[must_use]
pub fn is_irregular(flag: &Flag) -> bool {
    flag.kind.is_illegal()
        || flag.kind.is_control()
        || matches!(
            flag.kind,
            FlagKind::EventBeforeCreation | FlagKind::ImplausiblePast | FlagKind::ImplausibleFuture
        )
}

fn class(code: &str) -> &'static Class {
    // The table has every code named in this file; `every_class_used_here_exists` tests it.
    Class::by_code(code).unwrap_or(&super::CLASSES[super::CLASSES.len() - 1])
}

fn fingerprint(class: &str, subject: &str, cause: &str) -> Fingerprint {
    let mut hash = Sha256::new();
    for part in [class, subject, cause] {
        hash.update(part.len().to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}

/// Findings of an order's irregular events: one per line and rule, each event of it as evidence.
/// A broken control is GO-04, anything else an event out of sequence, IT-07. Of an order that is known only by
/// reference little can be said: its own message may tell what seems to be missing.
#[must_use]
pub fn of_flags(order: OrderName<'_>, facts: &Order) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let said = |f: &&Flag| is_irregular(f) && (!facts.stub || !f.kind.is_illegal());
    for flag in facts.flags.iter().filter(said) {
        let class = class(if flag.kind.is_control() { "GO-04" } else { "IT-07" });
        let rule = flag.kind.as_str();
        let line = flag.line.as_deref();
        let subject = format!("order:{}:{}", order.order_id, line.unwrap_or_default());
        let fingerprint = fingerprint(class.code, &subject, rule);
        let seen = CaseEvidence {
            what: Sentence::new("evidence-event")
                .with("event", flag.event)
                .with("rule", rule),
            at: Some(flag.occurred_at),
            seq: Some(flag.seq),
        };
        if let Some(known) = findings.iter_mut().find(|f| f.fingerprint == fingerprint) {
            known.evidence.push(seen);
            let times = known.evidence.len();
            known.impact = std::mem::take(&mut known.impact).with("times", times);
            known.evidence_key = format!("{} {}", known.evidence_key, flag.seq);
            continue;
        }
        let impact = Sentence::new(format!("impact-{}", rule.replace('_', "-")))
            .with("order", order.po_no)
            .with("entity", order.entity)
            .with("line", line.unwrap_or("none"))
            .with("event", flag.event)
            .with("at", flag.occurred_at)
            .with("times", 1);
        findings.push(Finding {
            fingerprint,
            class,
            rule: rule.to_owned(),
            subject: Subject::Order {
                order_id: order.order_id,
                line: line.map(str::to_owned),
            },
            severity: class.severity,
            impact,
            evidence: vec![seen],
            evidence_key: flag.seq.to_string(),
        });
    }
    findings
}

/// The finding of an order that is known only because other documents name it (domain §1.7: stub, grace, then IT-07).
#[must_use]
pub fn of_stub(order: OrderName<'_>, first: Option<(Seq, Instant, crate::EventType)>) -> Finding {
    let class = class("IT-07");
    let rule = "order_never_created";
    let evidence = first.map(|(seq, at, kind)| CaseEvidence {
        what: Sentence::new("evidence-event").with("event", kind).with("rule", rule),
        at: Some(at),
        seq: Some(seq),
    });
    Finding {
        fingerprint: fingerprint(class.code, &format!("order:{}:", order.order_id), rule),
        class,
        rule: rule.to_owned(),
        subject: Subject::Order {
            order_id: order.order_id,
            line: None,
        },
        severity: class.severity,
        impact: Sentence::new("impact-order-never-created")
            .with("order", order.po_no)
            .with("entity", order.entity),
        evidence: evidence.into_iter().collect(),
        evidence_key: "stub".to_owned(),
    }
}

/// The finding of an event whose documents no order has named.
#[must_use]
pub fn of_waiting(event: &Event) -> Finding {
    let class = class("IT-07");
    let rule = "belongs_to_no_order";
    let document = event.said.refs.first().map(|r| r.key.clone());
    let name = document.as_ref().map_or_else(String::new, |d| d.value.clone());
    let kind = document.as_ref().map_or("document", |d| d.kind.as_str());
    Finding {
        fingerprint: fingerprint(class.code, &format!("event:{}", event.seq), rule),
        class,
        rule: rule.to_owned(),
        subject: Subject::Waiting { seq: event.seq },
        severity: class.severity,
        impact: Sentence::new("impact-belongs-to-no-order")
            .with("event", event.said.kind)
            .with("document", name)
            .with("kind", kind)
            .with("at", event.said.occurred_at),
        evidence: vec![CaseEvidence {
            what: Sentence::new("evidence-event")
                .with("event", event.said.kind)
                .with("rule", rule),
            at: Some(event.said.occurred_at),
            seq: Some(event.seq),
        }],
        evidence_key: event.seq.to_string(),
    }
}

/// What the log says of an arrival with items that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Parked {
    /// The arrival.
    pub inbox_id: i64,
    /// The source's name.
    pub source: String,
    /// The source's buying entity: whose people may see the case.
    pub entity: String,
    /// Items that are parked now.
    pub items: u64,
    /// Class code that fits the first fault.
    pub class: String,
    /// Why the first of them could not be read.
    pub fault: Sentence,
}

/// The finding of an arrival with parked items; none when nothing of it is parked any more.
#[must_use]
pub fn of_parked(parked: &Parked) -> Option<Finding> {
    if parked.items == 0 {
        return None;
    }
    let class = class(&parked.class);
    let rule = "message_parked";
    Some(Finding {
        fingerprint: fingerprint(rule, &format!("arrival:{}", parked.inbox_id), rule),
        class,
        rule: rule.to_owned(),
        subject: Subject::Arrival {
            inbox_id: parked.inbox_id,
        },
        severity: class.severity,
        impact: Sentence::new("impact-message-parked")
            .with("source", &parked.source)
            .with("message", parked.inbox_id)
            .with("items", parked.items),
        evidence: vec![CaseEvidence {
            what: parked.fault.clone(),
            at: None,
            seq: None,
        }],
        evidence_key: format!("{}:{}", parked.items, parked.fault.key),
    })
}
