//! Wire formats: bytes to located results, memory bounded. Pure.
//!
//! A reader turns bytes into items, each with its place; a mapping turns an item into [`domain::events::Draft`]s.
//! What cannot be read is a [`Fault`]: the place, what stands there, why, and whose turn it is.

pub mod canonical;
pub mod cloudevents;
pub mod dates;
pub mod fault;
pub mod json;
mod recognise;
pub mod xes;

pub use fault::{Fault, FaultCode, Place, Who};
pub use recognise::{Format, recognise};
