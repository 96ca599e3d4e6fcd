//! The demo world and the load generator.
