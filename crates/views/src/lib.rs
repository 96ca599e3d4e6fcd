//! What screens and API exchange: view types, filters, pages of lists, errors, and one object-safe port per feature.
//!
//! A view type carries only what its reader may see: what a role may not see is absent, not blanked.

pub mod access;
pub mod audit;
pub mod caller;
pub mod csv;
pub mod environment;
pub mod errors;
pub mod exceptions;
pub mod governance;
pub mod ingest;
pub mod live;
pub mod messages;
pub mod moment;
pub mod orders;
pub mod page;
pub mod ports;
pub mod selections;
pub mod sources;
pub mod tokens;
#[cfg(feature = "words")]
pub mod words;

pub use caller::{Caller, Grade, Origin, Permission, Role, Scope, Sight, SignedInBy};
pub use environment::Environment;
pub use errors::{AppError, ErrorKind};
pub use moment::Moment;
pub use page::{Limit, Page};
pub use ports::Ports;
