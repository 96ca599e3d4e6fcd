//! Everything rendered. A page is a pure view of data that its handler asked a port for; an act is a form that posts
//! to a server function; both are listed in [`routes`]. The browser gets only [`islands`].
// The type of a page is as deep as the page.
#![recursion_limit = "256"]

pub mod islands;

#[cfg(feature = "ssr")]
pub mod acts;
#[cfg(feature = "ssr")]
pub mod cookies;
#[cfg(feature = "ssr")]
mod links;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
mod parts;
#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(feature = "ssr")]
mod shell;
#[cfg(feature = "ssr")]
pub mod state;
#[cfg(feature = "ssr")]
mod visit;
