//! Pages and acts as a browser sees them: requests to the router, over ports that answer from hand-made data.

mod acts;
mod fixtures;
mod gallery;
mod pages;
mod ports;
mod style;
mod words;
