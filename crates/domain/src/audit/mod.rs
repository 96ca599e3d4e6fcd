//! Who did what (domain §8.4, DESIGN §2.7): entries, the seals over them, and finding what was changed afterwards.
//!
//! Entries of a chain (region and retention) are sealed in segments. A seal is an HMAC with the installation's key over the
//! seal before it and a list of its entries: id and the beginning of each hash. So a check names the very row that was
//! changed, removed, added or exchanged, and needs no more memory than one segment. Who holds the key or removes the newest
//! seals together with their rows is found by a copy of the last seal kept elsewhere ([`Anchor`]).

mod detail;
mod entry;
mod seal;
mod verify;

pub use detail::{Changed, Detail};
pub use entry::{Entry, Outcome};
pub use seal::{LISTED, Seal, seal};
pub use verify::{Anchor, Checked, Finding, Tail, Verifier, verify_chain};
