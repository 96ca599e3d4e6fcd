//! From the requisition to the supplier's answer.

use domain::{DocKey, DocKind, EventType, Instant};

use super::super::people::{APPROVERS, REQUESTERS};
use super::super::plants::PlantedKind;
use super::super::trade::Source;
use super::{Actor, Line, Mark, Naming, Said, Tale};

/// What came of asking the supplier: when it is ready to ship, in how many parts it could ship.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ready {
    pub(super) answered: Mark,
    pub(super) promised: Instant,
}

impl Tale {
    pub(super) fn draw_lines(&mut self, start: Instant) {
        let items = self.order.supplier.items;
        let count = self.dice.between(1, 4).min(i64::try_from(items.len()).unwrap_or(1));
        let first = self.dice.between(0, i64::try_from(items.len()).unwrap_or(1) - 1);
        let days = self.order.supplier.lead.1 + self.dice.between(3, 7);
        let needed = self.calendar.days_later(start, days, 12 * 60);
        for n in 0..count {
            let at = usize::try_from(first + n).unwrap_or_default() % items.len();
            let item = &items[at];
            let quantity = round_quantity(self.dice.between(item.usual.0, item.usual.1));
            let price = item.price * self.order.entity.rate / 100 * self.dice.between(97, 104) / 100;
            let line = Line {
                no: (n + 1) * 10,
                item,
                quantity,
                price,
                needed,
                cancelled: false,
            };
            self.lines.push(line);
        }
    }

    /// Asks, approves, creates and sends the order, and hears the supplier's answer. `None`: nothing will be shipped.
    pub(super) fn buy(&mut self, start: Instant) -> Option<Ready> {
        let approved = self.order_is_approved(start)?;
        let sent = self.order_is_sent(approved);
        self.sent = Some(sent);
        if self.twist.is_none() && self.dice.chance(2) {
            self.cancel(sent, 300);
            return None;
        }
        let answered = self.supplier_answers(sent)?;
        if self.twist == Some(PlantedKind::ReceiptAfterCancel) {
            let cancelled = self.cancel(answered.answered, 90);
            self.receive_after_cancel(cancelled);
            return None;
        }
        let answered = if self.twist.is_none() && self.dice.chance(7) {
            self.change(answered)
        } else {
            answered
        };
        if self.twist.is_none() && self.lines.len() > 1 && self.dice.chance(2) {
            self.cancel_line(answered.answered);
        }
        Some(answered)
    }

    fn order_message(&self, source: Source, kind: EventType, at: Instant, actor: Actor) -> Said {
        let mut said = Said::new(source, kind, at, actor)
            .version(self.version)
            .amount(self.total());
        said.lines = self.full_lines();
        said.header = true;
        said
    }

    fn order_is_approved(&mut self, start: Instant) -> Option<Mark> {
        let buyer = Actor::Human(self.order.buyer);
        let approver = Actor::Human(self.dice.pick(&APPROVERS));
        let mut from = start;
        let mut asked = None;
        if self.dice.chance(75) {
            let mark = self.requisition(start, approver);
            from = self.calendar.later(mark.at, self.dice.between(5, 120));
            asked = Some(mark);
        }
        let mut created = self.order_message(Source::Procurement, EventType::PoCreated, from, buyer);
        created.approved = Some(false);
        // The order is made of the requisition: that is what joins the two.
        created.document = asked.is_some().then(|| self.requisition_key());
        let late = self.twist == Some(PlantedKind::LateCreation);
        let mut created = self.say(created, asked.as_slice());
        if late {
            created = self.hold_back(created, 3 * Instant::HOUR);
            self.answered_before_created(created.at);
        }
        let asks = created.at.plus(self.dice.between(30, 400) * Instant::SECOND);
        let asks = Said::new(Source::Procurement, EventType::PoApprovalReset, asks, buyer).version(1);
        let created = self.say(asks, &[created]);
        if self.twist == Some(PlantedKind::SentBeforeApproval) {
            return Some(self.sent_before_approval(created, approver));
        }
        let decided = self.calendar.later(created.at, self.dice.between(15, 420));
        if self.twist.is_none() && self.dice.chance(1) {
            let rejected = Said::new(Source::Procurement, EventType::PoApprovalRejected, decided, approver);
            let rejected = self.say(rejected.version(1).because("budget"), &[created]);
            let at = self.calendar.later(rejected.at, 60);
            self.say(
                Said::new(Source::Procurement, EventType::PoCancelled, at, buyer).because("budget"),
                &[rejected],
            );
            return None;
        }
        let approved = Said::new(Source::Procurement, EventType::PoApproved, decided, approver).version(1);
        let approved = self.say(approved, &[created]);
        Some(self.erp_creates(approved, true))
    }

    fn requisition_key(&self) -> DocKey {
        self.key(DocKind::Requisition, format!("REQ-{}", 55_000 + self.order.ordinal))
    }

    fn requisition(&mut self, start: Instant, approver: Actor) -> Mark {
        let asker = Actor::Human(self.dice.pick(&REQUESTERS));
        let key = self.requisition_key();
        let say = |kind, at, actor| {
            Said::new(Source::Procurement, kind, at, actor)
                .about(key.clone())
                .by_document()
        };
        let mut created = say(EventType::ReqCreated, start, asker);
        created.lines = self.full_lines();
        created.amount = Some(self.total());
        let created = self.say(created, &[]);
        let submitted = self.calendar.later(start, self.dice.between(2, 20));
        let submitted = self.say(say(EventType::ReqSubmitted, submitted, asker), &[created]);
        let approved = self.calendar.later(submitted.at, self.dice.between(20, 300));
        self.say(say(EventType::ReqApproved, approved, approver), &[submitted])
    }

    /// The ERP takes the order over from procurement, a few minutes later.
    fn erp_creates(&mut self, after: Mark, approved: bool) -> Mark {
        let at = after.at.plus(self.dice.between(40, 360) * Instant::SECOND);
        let mut created = self.order_message(Source::Erp, EventType::PoCreated, at, Actor::Batch("PI_ORDERS"));
        created.naming = Naming::Both;
        created.approved = Some(approved);
        let known = self.say(created, &[after]);
        self.known_to_erp = Some(known);
        known
    }

    fn order_is_sent(&mut self, ready: Mark) -> Mark {
        if let Some(sent) = self.sent {
            return sent;
        }
        let mut from = ready;
        if self.twist.is_none() && self.dice.chance(2) {
            let buyer = Actor::Human(self.order.buyer);
            let at = self.calendar.later(from.at, 5);
            let held = self.say(
                Said::new(Source::Erp, EventType::PoHeld, at, buyer).because("terms unclear"),
                &[from],
            );
            let at = self.calendar.later(held.at, self.dice.between(60, 400));
            from = self.say(Said::new(Source::Erp, EventType::PoHoldReleased, at, buyer), &[held]);
        }
        self.transmit(from)
    }

    /// Queued, sent, taken in by the supplier's system; sometimes at the second try.
    fn transmit(&mut self, from: Mark) -> Mark {
        let service = Actor::Service("as2-gateway");
        let version = self.version;
        let say = |kind, at| Said::new(Source::Network, kind, at, service).version(version);
        let minutes = |dice: &mut crate::dice::Dice, low, high| dice.between(low, high) * Instant::MINUTE;
        let wait = minutes(&mut self.dice, 1, 4);
        let mut queued = self.say(say(EventType::PoQueued, from.at.plus(wait)), &[from]);
        if self.dice.chance(4) {
            let at = queued.at.plus(minutes(&mut self.dice, 2, 8));
            let failed = say(EventType::PoTransmissionFailed, at).because("partner did not answer");
            let failed = self.say(failed, &[queued]);
            let at = failed.at.plus(minutes(&mut self.dice, 15, 60));
            queued = self.say(say(EventType::PoQueued, at), &[failed]);
        }
        let at = queued.at.plus(minutes(&mut self.dice, 1, 9));
        let sent = self.say(say(EventType::PoTransmitted, at), &[queued]);
        if self.dice.chance(96) {
            let at = sent.at.plus(minutes(&mut self.dice, 1, 15));
            self.say(say(EventType::PoDelivered, at), &[sent]);
        }
        sent
    }

    fn supplier_answers(&mut self, sent: Mark) -> Option<Ready> {
        let supplier = self.order.supplier;
        let partner = Actor::Partner(supplier.id);
        let wait = supplier.answers * self.dice.between(40, 220) / 100;
        let mut at = self.calendar.later(sent.at, wait);
        let lead = self.dice.between(supplier.lead.0, supplier.lead.1);
        let promised = self.calendar.days_later(at, lead, 12 * 60);
        if self.twist.is_none() && self.dice.chance(supplier.silent) {
            // Half of those who never answer ship all the same.
            return self.dice.chance(50).then_some(Ready {
                answered: sent,
                promised,
            });
        }
        let key = self.key(DocKind::Acknowledgment, format!("OC-{}", 310_000 + self.order.ordinal));
        let mut before = sent;
        if self.dice.chance(4) {
            before = self.say(self.answer(EventType::AckPending, at, partner, &key, None), &[sent]);
            at = self.calendar.later(at, self.dice.between(120, 600));
        }
        let plain = self.twist.is_some();
        if !plain && self.dice.chance(1) {
            let rejected = self
                .answer(EventType::AckRejected, at, partner, &key, None)
                .because("not in range any more");
            let rejected = self.say(rejected, &[before]);
            self.cancel(rejected, 120);
            return None;
        }
        if !plain && self.dice.chance(4) {
            let later = self.calendar.days_later(at, lead + 3, 12 * 60);
            let mark = self.say(
                self.answer(EventType::AckBackordered, at, partner, &key, None),
                &[before],
            );
            let at = self.calendar.days_later(mark.at, self.dice.between(1, 3), 10 * 60);
            let update = self
                .answer(EventType::AckAccepted, at, partner, &key, Some(later))
                .version(self.version);
            let answered = self.say(update, &[mark]);
            return Some(Ready {
                answered,
                promised: later,
            });
        }
        let changed = !plain && self.dice.chance(supplier.changes);
        let (kind, promised) = if changed {
            (
                EventType::AckAcceptedWithChanges,
                self.calendar.days_later(at, lead + 4, 12 * 60),
            )
        } else {
            (EventType::AckAccepted, promised)
        };
        let answered = self.say(self.answer(kind, at, partner, &key, Some(promised)), &[before]);
        Some(Ready { answered, promised })
    }

    fn answer(&self, kind: EventType, at: Instant, partner: Actor, key: &DocKey, promised: Option<Instant>) -> Said {
        let mut lines = self.full_lines();
        for line in &mut lines {
            line.promised = promised;
            line.needed = None;
            line.amount = None;
        }
        Said::new(Source::Network, kind, at, partner)
            .about(key.clone())
            .version(self.version)
            .lines(lines)
    }

    /// The buyer changes quantity, price or date; the new version is approved, sent and answered again.
    fn change(&mut self, before: Ready) -> Ready {
        let buyer = Actor::Human(self.order.buyer);
        self.version += 1;
        let what = self.dice.between(1, 3);
        let later = self.calendar.days_later(before.promised, 2, 12 * 60);
        let by = self.dice.between(80, 125);
        if let Some(line) = self.lines.first_mut() {
            match what {
                1 => line.quantity = round_quantity(line.quantity / 1_000 * by / 100).max(1_000),
                2 => line.price = line.price * 102 / 100,
                _ => line.needed = later,
            }
        }
        let reason = ["quantity", "price", "date"][usize::try_from(what - 1).unwrap_or_default()];
        let at = self.calendar.later(before.answered.at, self.dice.between(10, 90));
        let changed = self
            .order_message(Source::Procurement, EventType::PoChanged, at, buyer)
            .because(reason);
        let changed = self.say(changed, &[before.answered]);
        let approver = Actor::Human(self.dice.pick(&APPROVERS));
        let at = changed.at.plus(self.dice.between(40, 200) * Instant::SECOND);
        let mut erp = self.order_message(Source::Erp, EventType::PoChanged, at, Actor::Batch("PI_ORDERS"));
        erp.reason = Some(reason);
        let erp = self.say(erp, &[changed]);
        let at = self.calendar.later(changed.at, self.dice.between(15, 120));
        let approved = Said::new(Source::Procurement, EventType::PoApproved, at, approver).version(self.version);
        let approved = self.say(approved, &[changed, erp]);
        let sent = self.transmit(approved);
        let at = self.calendar.later(sent.at, self.dice.between(30, 300));
        let key = self.key(
            DocKind::Acknowledgment,
            format!("OC-{}-{}", 310_000 + self.order.ordinal, self.version),
        );
        let partner = Actor::Partner(self.order.supplier.id);
        let promised = later.max(before.promised);
        let answered = self.say(
            self.answer(EventType::AckAccepted, at, partner, &key, Some(promised)),
            &[sent],
        );
        Ready { answered, promised }
    }

    /// Cancelled in procurement and, minutes later, in the ERP.
    fn cancel(&mut self, after: Mark, minutes: i64) -> Mark {
        let buyer = Actor::Human(self.order.buyer);
        let at = self.calendar.later(after.at, self.dice.between(20, minutes));
        let cancelled = Said::new(Source::Procurement, EventType::PoCancelled, at, buyer).because("no longer needed");
        let cancelled = self.say(cancelled, &[after]);
        let at = cancelled.at.plus(3 * Instant::MINUTE);
        let erp = Said::new(Source::Erp, EventType::PoCancelled, at, Actor::Batch("PI_ORDERS"));
        self.say(erp, &[cancelled])
    }

    fn cancel_line(&mut self, after: Mark) {
        let buyer = Actor::Human(self.order.buyer);
        let last = self.lines.len() - 1;
        let quantity = self.lines[last].quantity;
        let lines = self.moved_lines(&[(last, quantity)]);
        let at = self.calendar.later(after.at, self.dice.between(10, 60));
        let cancelled = Said::new(Source::Procurement, EventType::PoLineCancelled, at, buyer).lines(lines);
        self.say(cancelled.because("found in stock"), &[after]);
        self.lines[last].cancelled = true;
    }

    /// Planted: the supplier's answer is heard hours before the order it answers.
    fn answered_before_created(&mut self, created: Instant) {
        let partner = Actor::Partner(self.order.supplier.id);
        let key = self.key(
            DocKind::Acknowledgment,
            format!("OC-{}-0", 310_000 + self.order.ordinal),
        );
        let at = created.plus(25 * Instant::MINUTE);
        let mut pending = self.answer(EventType::AckPending, at, partner, &key, None);
        pending.lines = Vec::new();
        pending.naming = Naming::Procurement;
        let heard = self.say(pending, &[]);
        self.plant(heard);
    }

    /// Planted: what was just said is heard that much later.
    fn hold_back(&mut self, said: Mark, by: i64) -> Mark {
        let late = Mark {
            arrives: said.arrives.plus(by),
            ..said
        };
        if let Some(last) = self.said.last_mut() {
            last.arrives = late.arrives;
        }
        late
    }

    /// Planted: the order leaves the house hours before anyone approved it.
    fn sent_before_approval(&mut self, created: Mark, approver: Actor) -> Mark {
        let known = self.erp_creates(created, false);
        let sent = self.transmit(known);
        self.sent = Some(sent);
        self.plant(sent);
        let at = self.calendar.later(sent.at, 300);
        let approved = Said::new(Source::Procurement, EventType::PoApproved, at, approver).version(1);
        self.say(approved, &[sent])
    }
}

/// Thousandths of a quantity as people order it: round numbers for large ones.
fn round_quantity(units: i64) -> i64 {
    let step = match units {
        ..=50 => 1,
        51..=400 => 10,
        _ => 50,
    };
    (units / step).max(1) * step * 1_000
}
