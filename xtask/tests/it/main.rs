//! Tests of the workspace as a whole.

mod architecture;
mod licences;
mod threats;
