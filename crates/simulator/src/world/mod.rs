//! The first demo world: *Nordwind Trading*, a regional distributor with three entities, and everything its systems
//! say about some 600 orders in the 30 working days before the world's now, and after it.

mod calendar;
mod people;
mod plants;
mod story;
mod stream;
mod suppliers;
mod trade;
mod wire;

use domain::Instant;

pub use people::Person;
pub use plants::{Detector, Planted, PlantedKind};
pub use trade::SourceInfo;

use story::Setting;
use stream::Stream;
use trade::Source;

/// One message as a system delivers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// When Docket receives it, on the business clock.
    pub at: Instant,
    /// The source's name.
    pub source: &'static str,
    /// `application/cloudevents+json`, or `application/cloudevents-batch+json`.
    pub content_type: &'static str,
    /// The bytes.
    pub body: Vec<u8>,
    /// Events in it.
    pub events: usize,
}

impl Delivery {
    fn new(at: Instant, source: Source, bodies: &[Vec<u8>]) -> Self {
        let (content_type, body) = match bodies {
            [one] => ("application/cloudevents+json", one.clone()),
            many => {
                let mut body = vec![b'['];
                body.extend(many.join(&b","[..]));
                body.push(b']');
                ("application/cloudevents-batch+json", body)
            }
        };
        Self {
            at,
            source: source.name(),
            content_type,
            body,
            events: bodies.len(),
        }
    }
}

/// The demo world up to its now.
#[derive(Clone, Debug)]
pub struct World {
    anchor: Instant,
    deliveries: Vec<Delivery>,
    rest: Live,
}

impl World {
    /// The world of `seed` as it stands at `anchor`, its now. The same seed and anchor give the same bytes.
    #[must_use]
    pub fn new(seed: u64, anchor: Instant) -> Self {
        let mut stream = Stream::new(Setting { seed, anchor });
        let mut deliveries = Vec::new();
        let mut next = None;
        for delivery in stream.by_ref() {
            if delivery.at > anchor {
                next = Some(delivery);
                break;
            }
            deliveries.push(delivery);
        }
        Self {
            anchor,
            deliveries,
            rest: Live { next, stream },
        }
    }

    /// Its usual now: Tuesday 3 March 2026, 09:12 in Hamburg.
    #[must_use]
    pub const fn usual_anchor() -> Instant {
        Instant(1_772_525_520_000_000)
    }

    /// Its now.
    #[must_use]
    pub const fn anchor(&self) -> Instant {
        self.anchor
    }

    /// Everything that was delivered up to its now, in arrival order.
    #[must_use]
    pub fn deliveries(&self) -> &[Delivery] {
        &self.deliveries
    }

    /// What is delivered after its now, in arrival order, without end.
    #[must_use]
    pub fn live(&self) -> Live {
        self.rest.clone()
    }

    /// What is wrong in it on purpose and can be known at its now, in the order in which it can be known.
    #[must_use]
    pub fn planted(&self) -> Vec<Planted> {
        let known = self.rest.stream.planted.iter().filter(|p| p.at <= self.anchor);
        let mut planted: Vec<Planted> = known.cloned().collect();
        planted.sort_by(|a, b| (a.at, a.source, &a.id).cmp(&(b.at, b.source, &b.id)));
        planted
    }

    /// The systems that speak.
    #[must_use]
    pub fn sources() -> [SourceInfo; 8] {
        Source::ALL.map(Source::info)
    }

    /// The people who can sign in: two for every deciding role.
    #[must_use]
    pub const fn people() -> &'static [Person] {
        &people::PEOPLE
    }
}

/// What goes on after the world's now. `at` is on the business clock: by day, some fifty events an hour.
#[derive(Clone, Debug)]
pub struct Live {
    next: Option<Delivery>,
    stream: Stream,
}

impl Iterator for Live {
    type Item = Delivery;

    fn next(&mut self) -> Option<Delivery> {
        self.next.take().or_else(|| self.stream.next())
    }
}
