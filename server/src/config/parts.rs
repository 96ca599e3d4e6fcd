//! The sections of the configuration.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Which database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoreKind {
    /// Files in the data folder.
    #[default]
    Sqlite,
    /// A Postgres server.
    Postgres,
}

/// Where log and views live.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StoreConfig {
    /// `sqlite` or `postgres`.
    pub kind: StoreKind,
    /// Address of the Postgres database.
    pub url: Option<Secret>,
    /// First part of the names of its schemas, so that several installations can share a database.
    pub schema: String,
}

impl Default for StoreConfig {
    fn default() -> Self {
        Self {
            kind: StoreKind::Sqlite,
            url: None,
            schema: String::new(),
        }
    }
}

/// What is taken of one sender.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Bytes of a request's body, after decompression.
    pub body_bytes: usize,
    /// How many times as long as it was sent a packed body may be. The first megabyte is free of this.
    pub unpack_ratio: usize,
    /// Events in one batch.
    pub batch_items: usize,
    /// Levels of nesting in JSON; deeper items are parked.
    pub json_depth: usize,
    /// Requests a second of one source, in the long run.
    pub source_per_second: u32,
    /// Requests of one source at once.
    pub source_burst: u32,
    /// Requests that may wait for the log; the next one is told to try again.
    pub queue: usize,
    /// Attempts to sign in a minute from one address, and for one user name.
    pub sign_in_per_minute: u32,
    /// Seconds after which a request is given up.
    pub request_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 8 << 20,
            unpack_ratio: 200,
            batch_items: 10_000,
            json_depth: 64,
            source_per_second: 10_000,
            source_burst: 20_000,
            queue: 4_096,
            sign_in_per_minute: 10,
            request_seconds: 30,
        }
    }
}

/// How long people stay signed in.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SessionConfig {
    /// Minutes without a request after which a person must sign in again.
    pub idle_minutes: u32,
    /// Hours after which they must in any case.
    pub absolute_hours: u32,
}

impl Default for SessionConfig {
    fn default() -> Self {
        Self {
            idle_minutes: 8 * 60,
            absolute_hours: 24,
        }
    }
}

/// Form of the lines the server writes about itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// What the server writes about itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    /// `text` or `json`.
    pub format: LogFormat,
    /// Levels by module, as `tracing` reads them.
    pub filter: String,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self {
            format: LogFormat::Text,
            filter: "info".to_owned(),
        }
    }
}

/// The watched folder `inbox/{source}/` in the data folder.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InboxConfig {
    /// Milliseconds between two looks; a file whose size stayed the same between two is finished.
    pub poll_millis: u64,
}

impl Default for InboxConfig {
    fn default() -> Self {
        Self { poll_millis: 2_000 }
    }
}

/// `/metrics`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MetricsConfig {
    /// Bearer token of the reader; absent: only this machine may read.
    pub token: Option<Secret>,
}

/// What `docket doctor` finds worth saying.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DoctorConfig {
    /// Megabytes of free disk below which it says so; below a tenth of it, that something is wrong.
    pub free_megabytes: u64,
    /// Days after which a backup is old.
    pub backup_days: u32,
    /// Hours after which a source that used to send is silent.
    pub silent_hours: u32,
}

impl Default for DoctorConfig {
    fn default() -> Self {
        Self {
            free_megabytes: 10_000,
            backup_days: 7,
            silent_hours: 24,
        }
    }
}

/// What the company allows.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PoliciesConfig {
    /// In an emergency one person may do alone what needs two, with a reason and a ticket; another reviews it by the end
    /// of the next working day.
    pub emergency_alone: bool,
}

/// The demo.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DemoConfig {
    /// Which world.
    pub seed: u64,
    /// Its data folder.
    pub data: PathBuf,
}

impl Default for DemoConfig {
    fn default() -> Self {
        Self {
            seed: 1,
            data: PathBuf::from("docket-demo"),
        }
    }
}

/// A value that is never shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The value, for the one place that needs it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(value: String) -> Self {
        Self(value)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}
