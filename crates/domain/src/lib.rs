//! The canonical model of procure-to-pay and its rules. Pure: no I/O, no async, no clock, no randomness.
//!
//! A source's message becomes [`events::Event`]s; the events of one order fold into facts (`orders`), from which
//! findings are judged (`exceptions`).

pub mod access;
pub mod activities;
pub mod audit;
pub mod calendars;
mod canonical;
pub mod events;
pub mod exceptions;
pub mod governance;
pub mod keys;
pub mod numbers;
pub mod orders;
pub mod selections;
pub mod sentence;
pub mod time;

pub use events::{Event, EventType};
pub use keys::{DocKey, DocKind, Ref, Role};
pub use numbers::{Decimal, Quantity};
pub use sentence::Sentence;
pub use time::{Clock, Instant, Precision};
