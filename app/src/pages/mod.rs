//! One folder per feature: the page, its pieces (`parts`), its acts (`calls`).

pub(crate) mod access;
pub(crate) mod audit;
pub(crate) mod errors;
pub(crate) mod exceptions;
pub(crate) mod governance;
pub(crate) mod home;
pub(crate) mod messages;
pub(crate) mod orders;
pub(crate) mod people;
pub(crate) mod requests;
pub(crate) mod selections;
pub(crate) mod services;
pub(crate) mod sources;
pub(crate) mod tokens;
