//! The demo world and the load generator: what the systems around Docket would say.
//!
//! Nothing here is built on `formats`: the bodies are written field by field, so that a misreading there cannot hide.

pub mod dice;
#[cfg(feature = "identity")]
pub mod identity;
pub mod load;
#[cfg(feature = "tools")]
pub mod tools;
pub mod world;

pub use world::{Delivery, Detector, Live, Person, Planted, PlantedKind, SourceInfo, World};
