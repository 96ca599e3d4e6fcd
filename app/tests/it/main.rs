//! Pages and acts as a browser sees them: requests to the router, over ports that answer from hand-made data.
#![expect(clippy::unwrap_used, reason = "what a test cannot go on without fails it")]

mod acts;
mod browser;
mod fixtures;
mod gallery;
mod governance;
mod oidc;
mod pages;
mod ports;
mod style;
mod words;
