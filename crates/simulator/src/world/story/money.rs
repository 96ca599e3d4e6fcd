//! From the invoice to the payment.

use std::sync::Arc;

use domain::{DocKey, DocKind, EventType, Instant};

use super::super::people::{CLERKS, RELEASERS};
use super::super::plants::PlantedKind;
use super::super::trade::Source;
use super::{Actor, Mark, Order, Said, SaidLine, Tale};

/// One invoice on its way.
struct Invoice {
    key: DocKey,
    /// Which of its order's invoices.
    n: i64,
    orders: Vec<Arc<Order>>,
    total: i64,
    /// Hundredths of the currency above the order.
    over: i64,
    dated: Instant,
}

impl Tale {
    /// Invoices for what was delivered: one per delivery, or one over this order and another of the same supplier.
    pub(crate) fn settle(&mut self, with: Option<&Self>) {
        if let Some(other) = with.filter(|o| !o.delivered.is_empty() && !self.delivered.is_empty()) {
            let mut parts = self.parts(0, 0..self.delivered.len());
            parts.extend(other.parts(1, 0..other.delivered.len()));
            let orders = vec![Arc::clone(&self.order), Arc::clone(&other.order)];
            let after: Vec<Mark> = self
                .delivered
                .iter()
                .chain(&other.delivered)
                .map(|d| d.received)
                .collect();
            self.invoice(1, orders, parts, &after);
            return;
        }
        for n in 0..self.delivered.len() {
            let parts = self.parts(0, n..n + 1);
            let after = self.delivered.get(n).map(|d| d.received);
            let number = i64::try_from(n).unwrap_or_default() + 1;
            self.invoice(number, vec![Arc::clone(&self.order)], parts, after.as_slice());
        }
    }

    /// The lines of an invoice for those deliveries, at the order's price.
    fn parts(&self, of: usize, which: std::ops::Range<usize>) -> Vec<SaidLine> {
        let mut lines: Vec<SaidLine> = Vec::new();
        for delivered in self.delivered.get(which).unwrap_or_default() {
            for &(at, quantity) in &delivered.quantities {
                let Some(line) = self.lines.get(at) else { continue };
                let mut said = SaidLine::moved(of, line.no, line.item, quantity);
                if let Some(same) = lines.iter().position(|l| l.no == line.no) {
                    said.quantity = Some(quantity + lines[same].quantity.unwrap_or_default());
                    lines.remove(same);
                }
                said.price = Some(line.price);
                said.amount = Some(line.amount(said.quantity.unwrap_or_default(), line.price));
                lines.push(said);
            }
        }
        lines
    }

    fn invoice(&mut self, n: i64, orders: Vec<Arc<Order>>, mut lines: Vec<SaidLine>, received: &[Mark]) {
        let Some(last) = received.iter().copied().max_by_key(|m| m.at) else {
            return;
        };
        let steady = self.twist.is_some();
        if !steady && self.dice.chance(5) {
            return; // Never invoiced so far: received, not invoiced.
        }
        let dear = self.twist == Some(PlantedKind::PostedWhileBlocked)
            || (!steady && orders.len() == 1 && self.dice.chance(self.order.supplier.dear));
        let over = if dear {
            raise(&mut lines, self.dice.between(102, 107))
        } else {
            0
        };
        let total = lines.iter().filter_map(|l| l.amount).fold(0, i64::saturating_add);
        let number = format!("{}{}", self.order.supplier.invoice, 10_000 + self.order.ordinal * 4 + n);
        let clerk = Actor::Human(self.dice.pick(&CLERKS));
        let early = !steady && self.dice.chance(20);
        let days = self.dice.between(0, 3);
        let at = if early {
            last.at.plus(-5 * Instant::HOUR)
        } else {
            self.calendar.days_later(last.at, days, 10 * 60)
        };
        let at = self.calendar.later(at, self.dice.between(1, 240));
        let key = self.key(DocKind::Invoice, number);
        let mut said = Said::new(Source::Payables, EventType::InvReceived, at, clerk).about(key.clone());
        said.lines = lines;
        said.amount = Some(total);
        // An early invoice is in before the goods: only the order must be known.
        let known = self.known_to_erp.or(self.sent);
        let after: Vec<Mark> = if early {
            known.into_iter().collect()
        } else {
            received.to_vec()
        };
        let entered = self.say_of(orders.clone(), said, &after);
        let invoice = Invoice {
            key,
            n,
            orders,
            total,
            over,
            dated: entered.at,
        };
        let Some(cleared) = self.check(&invoice, entered, received, clerk) else {
            return;
        };
        self.post_and_pay(&invoice, cleared, last);
    }

    fn about(&self, invoice: &Invoice, source: Source, kind: EventType, at: Instant, who: Actor) -> Said {
        Said::new(source, kind, at, who)
            .about(invoice.key.clone())
            .by_document()
    }

    /// The three-way check; what is too dear is blocked until someone decides.
    fn check(&mut self, invoice: &Invoice, entered: Mark, received: &[Mark], clerk: Actor) -> Option<Mark> {
        let mut after = received.to_vec();
        after.push(entered);
        let latest = after.iter().map(|m| m.at).max().unwrap_or(entered.at);
        let robot = Actor::Batch("MATCH_RUN");
        let at = self.calendar.later(latest, self.dice.between(10, 90));
        let say = |s: &mut Self, kind, at, who, after: &[Mark]| {
            let said = s.about(invoice, Source::Payables, kind, at, who);
            s.say_of(invoice.orders.clone(), said, after)
        };
        if invoice.over == 0 {
            return Some(say(self, EventType::MatchMatched, at, robot, &after));
        }
        let blocked = say(self, EventType::MatchBlocked, at, robot, &after);
        let set = self
            .about(invoice, Source::Payables, EventType::InvBlockSet, blocked.at, robot)
            .because("price");
        let set = self.say_of(invoice.orders.clone(), set, &[blocked]);
        if self.twist == Some(PlantedKind::PostedWhileBlocked) {
            return Some(set);
        }
        let boss = Actor::Human(self.dice.pick(&RELEASERS));
        let at = self.calendar.later(set.at, self.dice.between(200, 1_500));
        let mut last = set;
        if self.dice.chance(60) {
            let asked = say(self, EventType::MatchOverrideRequested, at, clerk, &[last]);
            let at = self.calendar.later(asked.at, self.dice.between(30, 500));
            last = say(self, EventType::MatchOverrideApproved, at, boss, &[asked]);
        } else {
            let disputed = say(self, EventType::InvDisputed, at, clerk, &[last]);
            let at = self.calendar.days_later(disputed.at, self.dice.between(1, 4), 11 * 60);
            let credit = self.credit(invoice, at, disputed);
            let at = self.calendar.later(credit.at, 40);
            last = say(self, EventType::InvDisputeResolved, at, clerk, &[credit]);
        }
        let at = self.calendar.later(last.at, self.dice.between(5, 60));
        let released = say(self, EventType::InvBlockReleased, at, boss, &[last]);
        let at = self.calendar.later(released.at, 5);
        Some(say(self, EventType::MatchMatched, at, robot, &[released]))
    }

    /// The supplier gives back what it asked too much: value, no quantity.
    fn credit(&mut self, invoice: &Invoice, at: Instant, after: Mark) -> Mark {
        let key = DocKey {
            value: format!("C{}", invoice.key.value),
            ..invoice.key.clone()
        };
        let clerk = Actor::Human(self.dice.pick(&CLERKS));
        let said = Said::new(Source::Payables, EventType::InvSubsequentCredit, at, clerk);
        let said = said
            .about(key)
            .citing(invoice.key.clone())
            .amount(invoice.over)
            .because("price difference");
        self.say_of(invoice.orders.clone(), said, &[after])
    }

    fn post_and_pay(&mut self, invoice: &Invoice, cleared: Mark, received: Mark) {
        let robot = Actor::Batch("MIRO_AUTO");
        let at = cleared.at.plus(self.dice.between(6, 50) * Instant::MINUTE);
        let mut posted = self.about(invoice, Source::Erp, EventType::InvPosted, at, robot);
        posted.amount = Some(invoice.total);
        if self.twist == Some(PlantedKind::PaidBeforePosted) {
            let paid = self.pay(invoice, self.calendar.days_later(cleared.at, 1, 11 * 60), cleared);
            self.plant(paid);
            posted.at = self.calendar.days_later(paid.at, 2, 16 * 60);
            self.say_of(invoice.orders.clone(), posted, &[paid]);
            return;
        }
        let posted = self.say_of(invoice.orders.clone(), posted, &[cleared]);
        if self.twist == Some(PlantedKind::PostedWhileBlocked) {
            self.plant(posted);
            return;
        }
        let due = invoice.dated.plus(self.order.supplier.terms * Instant::DAY);
        let run = self.calendar.days_later(due.max(posted.at), 1, 11 * 60);
        let paid = self.pay(invoice, run, posted);
        if self.twist.is_none() && self.dice.chance(60) {
            let at = self.calendar.days_later(paid.at, 2, 20 * 60);
            let closed = Said::new(Source::Erp, EventType::PoClosed, at, Actor::Batch("CLOSE_ORDERS"));
            self.say(closed, &[paid, received]);
        }
    }

    /// By the invoice only: a payment run knows no orders.
    fn pay(&mut self, invoice: &Invoice, run: Instant, after: Mark) -> Mark {
        let robot = Actor::Batch("F110");
        let number = 2_000_000 + self.order.ordinal * 4 + invoice.n;
        let key = self.key(DocKind::Payment, number.to_string());
        let say = |kind, at| {
            let said = Said::new(Source::Erp, kind, at, robot)
                .about(key.clone())
                .citing(invoice.key.clone());
            said.by_document().amount(invoice.total - invoice.over)
        };
        let sent = self.say_of(invoice.orders.clone(), say(EventType::PaySent, run), &[after]);
        let mut cleared = say(EventType::PayCleared, self.calendar.days_later(sent.at, 1, 0));
        cleared.day = true;
        let at = cleared.at;
        let mark = self.say_of(invoice.orders.clone(), cleared, &[]);
        // The bank's statement comes in on the morning of the value date.
        let heard = self.calendar.at(self.calendar.day(at), 7 * 60 + 4).max(sent.arrives);
        if let Some(last) = self.said.last_mut() {
            last.arrives = heard;
        }
        Mark {
            arrives: heard,
            at: heard,
            ..mark
        }
    }
}

/// Makes the first line dearer and answers by how much.
fn raise(lines: &mut [SaidLine], percent: i64) -> i64 {
    let Some(line) = lines.first_mut() else { return 0 };
    let (Some(price), Some(quantity), Some(before)) = (line.price, line.quantity, line.amount) else {
        return 0;
    };
    let dearer = price * percent / 100 + 1;
    let amount = i128::from(quantity) * i128::from(dearer) / (1_000 * i128::from(line.item.per));
    line.price = Some(dearer);
    line.amount = i64::try_from(amount).ok();
    line.amount.unwrap_or(before) - before
}
