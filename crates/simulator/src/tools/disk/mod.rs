//! Between SQLite and the disk: a virtual file system that passes everything on, remembers what was not synced yet, and
//! can tell at every sync what a power loss would have left, or has no room; and the counters of open connections.

mod counters;
mod image;
mod vfs;

pub use counters::Counters;
pub use image::{Loss, Moment, Recorder};
pub use vfs::{install, set_full};
