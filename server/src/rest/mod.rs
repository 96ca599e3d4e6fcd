//! The API for machines at `/v1`: thin, through the same ports as the pages.

pub mod answer;
pub mod audit;
pub mod events;
pub mod exceptions;
pub mod governance;
pub mod health;
pub mod messages;
pub mod once;
pub mod orders;
pub mod problem;
pub mod selections;
pub mod senders;
pub mod sources;
pub mod tokens;
