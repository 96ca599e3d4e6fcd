//! The docket binary: CLI, configuration, HTTP, REST, live notes, workers. Everything is wired here and decided elsewhere.

pub mod backup;
pub mod cli;
pub mod clocks;
pub mod config;
pub mod console;
pub mod csrf;
pub mod demo;
pub mod folder;
pub mod home;
pub mod ingest;
pub mod limits;
pub mod live;
pub mod metrics;
pub mod observe;
pub mod openapi;
pub mod rebuild;
pub mod rest;
pub mod routes;
pub mod serve;
pub mod session;
pub mod site;
pub mod start;
pub mod state;
pub mod talk;
