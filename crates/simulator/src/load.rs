//! The load generator: any number of orders, ten events each, cheap to make and always the same bytes.

use std::io::Write as _;

use domain::{EventType, Instant};

/// What happens to every order, and how many hours after it was created.
const LIFE: [(EventType, i64); 10] = [
    (EventType::PoCreated, 0),
    (EventType::PoApproved, 2),
    (EventType::PoTransmitted, 3),
    (EventType::AckAccepted, 20),
    (EventType::ShipShipped, 70),
    (EventType::GrReceived, 95),
    (EventType::InvReceived, 120),
    (EventType::MatchMatched, 121),
    (EventType::InvPosted, 122),
    (EventType::PayCleared, 400),
];

/// Events of one order.
pub const STEPS: u64 = LIFE.len() as u64;

/// Orders that are told side by side, so that neighbouring events belong to different orders.
const ABREAST: u64 = 1_000;

/// 1 January 2024: the first order of all.
const START: Instant = Instant(1_704_067_200_000_000);

/// The sender's id in the key of an item: Docket puts the CloudEvent's `source` before it.
#[must_use]
pub fn id_of_item(key: &str) -> &str {
    key.rsplit_once(' ').map_or(key, |(_, id)| id)
}

/// Which event of which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The order, from 0.
    pub order: u64,
    /// The step of its life, from 0.
    pub step: u64,
}

impl Step {
    /// The sender's id of the event.
    #[must_use]
    pub fn id(self) -> String {
        format!("l{}-{}", self.order, self.step)
    }

    /// The number of its order.
    #[must_use]
    pub fn order_number(self) -> String {
        (7_000_000_000 + self.order).to_string()
    }

    /// Writes the event as a structured CloudEvent at the end of `into`.
    pub fn write(self, into: &mut Vec<u8>) {
        let (kind, hours) = LIFE[usize::try_from(self.step % STEPS).unwrap_or_default()];
        let order = i64::try_from(self.order).unwrap_or_default();
        // A new order every 30 seconds: a million of them fill a year, the next million falls into the same one.
        let at =
            START.plus(order % 1_000_000 * 30 * Instant::SECOND + hours * Instant::HOUR + order % 50 * Instant::MINUTE);
        let (n, kind_name) = (self.order, kind.as_str());
        let supplier = 200_000 + n % 397;
        // Writing into memory cannot fail.
        let _ = write!(
            into,
            r#"{{"specversion":"1.0","id":"l{n}-{}","source":"/load","type":"docket.{kind_name}.v1","time":"{at}","data":{{"order":{{"entity":"{}","number":"{}"}},"occurred_at":"{at}","actor":{{"kind":"service","id":"LOAD"}}"#,
            self.step,
            entity(n),
            7_000_000_000 + n,
        );
        match kind {
            EventType::PoCreated => {
                let _ = write!(
                    into,
                    r#","version":1,"approved":false,"currency":"EUR","site":"{}","category":"metals","region":"EU","buyer":"mkeller","supplier":{{"id":"{supplier}","name":"Supplier {supplier}"}}"#,
                    ["HAMBURG", "LODZ", "LEEDS"][usize::try_from(n % 3).unwrap_or_default()],
                );
            }
            EventType::AckAccepted => document(into, "acknowledgment", supplier, n),
            EventType::ShipShipped => document(into, "shipment", supplier, n),
            EventType::GrReceived => document(into, "receipt", 1, n),
            EventType::InvReceived | EventType::MatchMatched | EventType::InvPosted => {
                document(into, "invoice", supplier, n);
            }
            EventType::PayCleared => {
                document(into, "payment", 1, n);
                let _ = write!(
                    into,
                    r#","cites":[{{"kind":"invoice","scheme":"{supplier}","number":"{n}"}}]"#
                );
            }
            _ => {}
        }
        if matches!(
            kind,
            EventType::PoCreated
                | EventType::AckAccepted
                | EventType::ShipShipped
                | EventType::GrReceived
                | EventType::InvReceived
        ) {
            lines(into, n, matches!(kind, EventType::PoCreated | EventType::InvReceived));
        }
        into.extend_from_slice(b"}}");
    }
}

fn entity(n: u64) -> &'static str {
    ["DE01", "PL02", "GB03"][usize::try_from(n % 3).unwrap_or_default()]
}

fn document(into: &mut Vec<u8>, kind: &str, scheme: u64, number: u64) {
    let _ = write!(
        into,
        r#","document":{{"kind":"{kind}","scheme":"{scheme}","number":"{number}"}}"#
    );
}

fn lines(into: &mut Vec<u8>, n: u64, priced: bool) {
    into.extend_from_slice(br#","lines":["#);
    for line in 1..=1 + n % 2 {
        if line > 1 {
            into.push(b',');
        }
        let quantity = 10 + (n * 7 + line) % 90;
        let _ = write!(
            into,
            r#"{{"line":"{}","item":"IT-{}","quantity":"{quantity}","unit":"H87""#,
            line * 10,
            n % 5_003
        );
        if priced {
            let _ = write!(
                into,
                r#","price":"12.50","amount":"{}.{:02}""#,
                quantity * 1_250 / 100,
                quantity * 1_250 % 100
            );
        }
        into.push(b'}');
    }
    into.push(b']');
}

/// The events of the orders from `first` on, `orders` of them: a thousand orders are told side by side.
#[derive(Clone, Debug)]
pub struct Load {
    first: u64,
    orders: u64,
    next: u64,
}

impl Load {
    /// The load of those orders.
    #[must_use]
    pub const fn new(first: u64, orders: u64) -> Self {
        Self { first, orders, next: 0 }
    }

    /// Events in all.
    #[must_use]
    pub const fn events(&self) -> u64 {
        self.orders * STEPS
    }

    /// The next `most` events as a JSON list, and how many they are. `None` at the end.
    pub fn batch(&mut self, most: usize) -> Option<(Vec<u8>, usize)> {
        let mut body = vec![b'['];
        let mut n = 0;
        while n < most
            && let Some(step) = self.next()
        {
            if n > 0 {
                body.push(b',');
            }
            step.write(&mut body);
            n += 1;
        }
        body.push(b']');
        (n > 0).then_some((body, n))
    }
}

impl Iterator for Load {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        if self.next >= self.events() {
            return None;
        }
        let block = self.next / (ABREAST * STEPS);
        let wide = ABREAST.min(self.orders - block * ABREAST);
        let within = self.next - block * ABREAST * STEPS;
        self.next += 1;
        Some(Step {
            order: self.first + block * ABREAST + within % wide,
            step: within / wide,
        })
    }
}
