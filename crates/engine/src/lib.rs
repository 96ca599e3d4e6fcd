//! The two loops and the use cases. Moves data; rules are the domain's, SQL is the store's.
//!
//! `ingest` answers after the bytes are durable (the append loop); `fold` brings the views up to the log
//! (the fold loop); `ports` implement what screens and API call.

mod arrival;
pub mod audit;
mod clock;
mod engine;
mod error;
mod fold;
mod ingest;
mod notes;
mod ports;
mod proposals;
mod randomness;
mod rebuild;
mod retention;
mod sealer;
mod senders;
mod subjects;
mod tokens;

pub use arrival::{Arrival, Envelope};
pub use clock::SystemClock;
pub use engine::{Clocks, Engine, Health, Options};
pub use error::EngineError;
pub use fold::FOLD_VERSION;
pub use ingest::SourceInfo;
pub use ports::access::SessionLength;
pub use ports::identity::{Errand, Identity, IdentityError, IdentityProvider};
pub use ports::sources::LANES;
pub use randomness::Randomness;
pub use rebuild::RebuildReport;
pub use retention::Sweep;
pub use sealer::{Sealed, Sealer, UnsealError};
pub use senders::Signed;
