//! The demo world and the load as a reader of their messages sees them.

mod found;
mod load;
mod world;
