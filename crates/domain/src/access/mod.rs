//! Who may do what, to which rows, and what of them they see (domain §8.1, §8.2). Tables, and the few questions asked of
//! them; the tables are checked in as a snapshot, so that a change of policy is a change of a file.

mod fields;
mod origin;
mod permission;
mod redact;
mod role;
mod scope;
mod structure;
pub mod tokens;

pub use fields::{FIELDS, FieldClass, Showing, Sight};
pub use origin::{Origin, SignedInBy};
pub use permission::{Grade, MATRIX, Permission};
pub use redact::{pseudonym, redact};
pub use role::{INCOMPATIBLE, Incompatible, Role, incompatible};
pub use scope::{Bounds, Scope, ScopeKey};
pub use structure::{shape, structure};
