//! From the supplier's dock to ours.

use domain::{DocKey, DocKind, EventType, Instant};

use super::super::people::RECEIVERS;
use super::super::trade::ENTITIES;
use super::buying::Ready;
use super::{Actor, Delivered, Mark, Moved, Said, Tale};

impl Tale {
    /// Ships what was promised, in one part or two, and receives it.
    pub(super) fn ship(&mut self, ready: Ready) {
        let active: Moved = self
            .lines
            .iter()
            .enumerate()
            .filter(|(_, l)| !l.cancelled)
            .map(|(n, l)| (n, l.quantity))
            .collect();
        let steady = self.twist.is_some();
        let parted = !steady && self.dice.chance(16);
        let (first, second) = if parted {
            split(&active, self.dice.between(40, 70))
        } else {
            (active, Vec::new())
        };
        let late = if steady || self.dice.chance(82) {
            0
        } else {
            self.dice.between(1, 3)
        };
        // It leaves a day before it is promised, or as late as it is.
        let leaves = self
            .calendar
            .days_later(ready.promised.plus(-Instant::DAY), late, 15 * 60);
        let leaves = leaves.max(self.calendar.later(ready.answered.at, 90));
        self.shipment(1, &first, ready.answered, leaves);
        if second.is_empty() {
            return;
        }
        let again = self.calendar.days_later(leaves, self.dice.between(2, 4), 14 * 60 + 30);
        if self.dice.chance(80) {
            self.shipment(2, &second, ready.answered, again);
        } else if let Some(last) = self.delivered.last().map(|d| d.received) {
            // The rest never comes; the buyer closes the order short.
            let at = self.calendar.days_later(last.at.max(again), 1, 11 * 60);
            let lines = self.moved_lines(&second);
            let closed = Said::new(
                super::Source::Procurement,
                EventType::PoShortClosed,
                at,
                Actor::Human(self.order.buyer),
            );
            self.say(closed.lines(lines).because("supplier cannot deliver the rest"), &[last]);
        }
    }

    fn shipment(&mut self, part: i64, quantities: &[(usize, i64)], after: Mark, leaves: Instant) {
        let key = self.key(DocKind::Shipment, (880_000 + self.order.ordinal * 3 + part).to_string());
        let partner = Actor::Partner(self.order.supplier.id);
        let leaves = leaves.plus(self.dice.between(0, 120) * Instant::MINUTE);
        let arrives = self
            .calendar
            .days_later(leaves.plus(Instant::DAY), 0, self.dice.between(6 * 60, 15 * 60));
        let mut lines = self.moved_lines(quantities);
        for line in &mut lines {
            line.promised = Some(arrives);
        }
        let notice = Said::new(super::Source::Network, EventType::ShipShipped, leaves, partner);
        let notice = self.say(notice.about(key.clone()).version(1).lines(lines), &[after]);
        let dock = self.carriage(&key, notice, arrives);
        self.receive(part, quantities, &key, dock);
    }

    /// The carrier's own words; it knows the shipment, not the order.
    fn carriage(&mut self, key: &DocKey, notice: Mark, mut arrives: Instant) -> Mark {
        let driver = Actor::Service("telematics");
        let about = |kind, at| {
            Said::new(super::Source::Carrier, kind, at, driver)
                .about(key.clone())
                .by_document()
        };
        let picked = notice.at.plus(self.dice.between(40, 200) * Instant::MINUTE);
        let mut last = self.say(about(EventType::ShipInTransit, picked), &[notice]);
        if self.twist.is_none() && self.dice.chance(7) {
            let at = last.at.plus(self.dice.between(120, 400) * Instant::MINUTE);
            last = self.say(about(EventType::ShipDelayed, at).because("traffic"), &[last]);
            arrives = self.calendar.days_later(arrives, 1, 9 * 60);
        }
        let dock = self.say(about(EventType::ShipArrived, arrives), &[last]);
        let at = dock.at.plus(self.dice.between(15, 50) * Instant::MINUTE);
        self.say(about(EventType::ShipDelivered, at), &[dock])
    }

    fn receiver(&mut self) -> Actor {
        let at = ENTITIES
            .iter()
            .position(|e| e.code == self.order.entity.code)
            .unwrap_or_default();
        Actor::Human(self.dice.pick(&RECEIVERS[at]))
    }

    fn receipt_key(&self, n: i64) -> DocKey {
        self.key(DocKind::Receipt, (50_000 + self.order.ordinal * 8 + n).to_string())
    }

    fn receive(&mut self, part: i64, quantities: &[(usize, i64)], shipment: &DocKey, dock: Mark) {
        let warehouse = self.order.entity.warehouse;
        let who = self.receiver();
        let after: Vec<Mark> = [Some(dock), self.known_to_erp].into_iter().flatten().collect();
        let at = dock.at.plus(self.dice.between(20, 160) * Instant::MINUTE);
        let receipt = self.receipt_key(part * 3);
        let steady = self.twist.is_some();
        let short = !steady && self.dice.chance(4);
        let came: Moved = if short {
            less(quantities, self.dice.between(2, 9))
        } else {
            quantities.to_vec()
        };
        let say = |kind, at| Said::new(warehouse, kind, at, who);
        let received = say(EventType::GrReceived, at)
            .about(receipt.clone())
            .citing(shipment.clone());
        let received = self.say(received.lines(self.moved_lines(&came)), &after);
        if short {
            let at = received.at.plus(12 * Instant::MINUTE);
            let told = say(EventType::GrDiscrepancy, at)
                .about(receipt.clone())
                .because("fewer pieces than advised");
            self.say(told, &[received]);
        }
        let mut last = received;
        let mut kept = (receipt, came);
        if !steady && self.dice.chance(2) {
            let at = last.at.plus(self.dice.between(20, 90) * Instant::MINUTE);
            last = self.book_again(part, &kept.0.clone(), &kept.1.clone(), at, last, who);
            kept.0 = self.receipt_key(part * 3 + 1);
        }
        if !steady && self.dice.chance(3) {
            last = self.give_back(part, &mut kept, last, who);
        }
        self.delivered.push(Delivered {
            received: last,
            quantities: kept.1,
        });
    }

    /// Booked wrongly: taken back and booked again.
    fn book_again(
        &mut self,
        part: i64,
        receipt: &DocKey,
        quantities: &[(usize, i64)],
        at: Instant,
        after: Mark,
        who: Actor,
    ) -> Mark {
        let warehouse = self.order.entity.warehouse;
        let lines = self.moved_lines(quantities);
        let again = self.receipt_key(part * 3 + 1);
        let undo = Said::new(warehouse, EventType::GrReversed, at, who).undoing(receipt.clone());
        let undo = undo
            .about(self.receipt_key(part * 3 + 2))
            .because("wrong storage location");
        let undone = self.say(undo.lines(lines.clone()), &[after]);
        let at = undone.at.plus(8 * Instant::MINUTE);
        let booked = Said::new(warehouse, EventType::GrReceived, at, who)
            .about(again)
            .lines(lines);
        self.say(booked, &[undone])
    }

    /// Part of the first line is damaged and goes back.
    fn give_back(&mut self, part: i64, kept: &mut (DocKey, Moved), after: Mark, who: Actor) -> Mark {
        let Some(first) = kept.1.first_mut() else { return after };
        let back = (first.1 / 10_000).max(1) * 1_000;
        if back >= first.1 {
            return after;
        }
        first.1 -= back;
        let line = (first.0, back);
        let key = DocKey::new(
            DocKind::Return,
            self.order.entity.site,
            format!("R-{}", 7_000 + self.order.ordinal * 2 + part),
        );
        let at = self.calendar.later(after.at, self.dice.between(60, 500));
        let returned = Said::new(self.order.entity.warehouse, EventType::GrReturned, at, who);
        let returned = returned.about(key).citing(kept.0.clone()).because("damaged");
        self.say(returned.lines(self.moved_lines(&[line])), &[after])
    }

    /// Planted: the truck comes all the same.
    pub(super) fn receive_after_cancel(&mut self, cancelled: Mark) {
        let all: Moved = self.lines.iter().enumerate().map(|(n, l)| (n, l.quantity)).collect();
        let who = self.receiver();
        let at = self.calendar.days_later(cancelled.at, 2, 10 * 60 + 20);
        let received = Said::new(self.order.entity.warehouse, EventType::GrReceived, at, who);
        let received = received.about(self.receipt_key(3)).lines(self.moved_lines(&all));
        let received = self.say(received, &[cancelled]);
        self.plant(received);
    }
}

/// That much in a hundred of every line, the rest apart; whole units.
fn split(lines: &[(usize, i64)], percent: i64) -> (Moved, Moved) {
    let part = |q: i64| (q / 1_000 * percent / 100).max(1) * 1_000;
    let first: Vec<_> = lines.iter().map(|&(n, q)| (n, part(q).min(q))).collect();
    let second = lines
        .iter()
        .zip(&first)
        .map(|(&(n, q), f)| (n, q - f.1))
        .filter(|l| l.1 > 0)
        .collect();
    (first, second)
}

/// A little less of the first line.
fn less(lines: &[(usize, i64)], percent: i64) -> Moved {
    let mut less = lines.to_vec();
    if let Some(first) = less.first_mut() {
        let missing = (first.1 / 1_000 * percent / 100).max(1) * 1_000;
        if missing < first.1 {
            first.1 -= missing;
        }
    }
    less
}
