//! Governed records and proposals (DESIGN §1.12): what may only be changed by two people. One kind is a body, a check and
//! who may ask and decide; everything else is the same for all.

mod bodies;
mod body;
mod diff;
mod kind;
mod proposal;
mod refusal;
mod state;

pub use bodies::{AccessBody, Compensation, CurrencyRateBody, LANES, RoutingRuleBody, SourceBody};
pub use body::Body;
pub use diff::diff;
pub use kind::GovernedKind;
pub use proposal::{Ask, EmergencyPolicy, Proposal};
pub use refusal::Refusal;
pub use state::{Decider, Decision, State, Verdict};
