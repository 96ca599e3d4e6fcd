//! The fold of one order: its events become facts, its facts become the state of every line (domain §1.2 to §1.7).
//!
//! [`OrderState`] is what is kept: the facts in event order, the same bytes whatever order they arrived in.
//! [`OrderFold`] is what works: it takes events in and keeps the derived [`Order`] up to date, sweeping again only
//! what an event touched. Nothing derived is ever stored as truth.

mod answers;
mod bytes;
mod dates;
mod docs;
mod effects;
mod facets;
mod fact;
mod flags;
mod fold;
mod header;
mod headline;
mod invoices;
mod line;
mod machine;
mod movements;
mod names;
mod quantities;
mod state;
mod states;
mod steps;
mod transitions;
mod whole;

pub use bytes::DecodeError;
pub use facets::{Acknowledgment, Commitment, Fulfilment, Invoicing, Overlay, Overlays, Settlement, Transmission};
pub use fact::{Fact, LineSaid};
pub use flags::{Flag, FlagKind};
pub use fold::OrderFold;
pub use header::{Disputed, Header, Order, Supplier};
pub use headline::Headline;
pub use line::{Amounts, Line};
pub use quantities::{Quantities, Sum};
pub use state::OrderState;
pub use steps::{Mark, Milestone, Milestones, Stage, Step};
pub use transitions::{Effect, Guard, Otherwise, Transition, transitions};
