//! What is wrong: classes, findings judged from an order's facts, and the life of a case (domain §4).

mod case;
mod class;
mod finding;
mod lifecycle;

pub use case::{Case, CaseEvidence, CaseId, Entry, Fingerprint, Resolution, Status, Subject};
pub use class::{CLASSES, Class, Severity, Team};
pub use finding::{Finding, OrderName, Parked, is_irregular, of_flags, of_parked, of_stub, of_waiting};
pub use lifecycle::{Act, ActRefused, At, act, reconcile};

#[cfg(test)]
mod tests;
