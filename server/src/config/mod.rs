//! Configuration: defaults, one TOML file, environment variables (`DOCKET_LIMITS__BODY_BYTES`), the command line; later
//! ones win. Every value is typed and remembers where it came from.

mod show;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use domain::Sentence;
use figment::providers::{Env, Format, Serialized, Toml};
use figment::{Figment, Profile, Provider};
use serde::{Deserialize, Serialize};

pub use show::{Shown, show};

/// Everything that can be set. The names are those of the TOML file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Data folder.
    pub data: PathBuf,
    /// Address to listen on; loopback unless told.
    pub listen: SocketAddr,
    /// Address under which people reach Docket, without a slash at its end; absent: `http://` and the listen address.
    pub base_url: Option<String>,
    /// Folder of the built site, when it is not inside the binary.
    pub site: PathBuf,
    /// Where log and views live.
    pub store: StoreConfig,
    /// What is taken of one sender.
    pub limits: Limits,
    /// How long people stay signed in.
    pub session: SessionConfig,
    /// What the server writes about itself.
    pub log: LogConfig,
    /// The watched folder.
    pub inbox: InboxConfig,
    /// `/metrics`.
    pub metrics: MetricsConfig,
    /// The demo.
    pub demo: DemoConfig,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: PathBuf::from("docket-data"),
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8417),
            base_url: None,
            site: PathBuf::from("target/site"),
            store: StoreConfig::default(),
            limits: Limits::default(),
            session: SessionConfig::default(),
            log: LogConfig::default(),
            inbox: InboxConfig::default(),
            metrics: MetricsConfig::default(),
            demo: DemoConfig::default(),
        }
    }
}

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

impl Config {
    /// The address under which people reach Docket, without a slash at its end.
    #[must_use]
    pub fn base_url(&self) -> String {
        match &self.base_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", reachable(self.listen)),
        }
    }

    /// Whether people reach Docket over TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.base_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }
}

/// A server that listens on every address is reached on loopback.
#[must_use]
pub fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// What the command line said; absent values leave the others alone.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Overrides {
    /// `--data`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<PathBuf>,
    /// `--listen`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
}

/// The effective configuration and where its values came from.
#[derive(Clone, Debug)]
pub struct Effective {
    /// The values.
    pub config: Config,
    figment: Figment,
}

/// Names the command line as the origin of values.
struct CommandLine(Overrides);

impl Provider for CommandLine {
    fn metadata(&self) -> figment::Metadata {
        figment::Metadata::named("command line")
    }

    fn data(&self) -> Result<figment::value::Map<Profile, figment::value::Dict>, figment::Error> {
        Serialized::defaults(&self.0).data()
    }
}

/// The built-in values.
struct BuiltIn;

impl Provider for BuiltIn {
    fn metadata(&self) -> figment::Metadata {
        figment::Metadata::named("default")
    }

    fn data(&self) -> Result<figment::value::Map<Profile, figment::value::Dict>, figment::Error> {
        Serialized::defaults(Config::default()).data()
    }
}

/// Reads the configuration: `file` (or `docket.toml` in the current folder, when it is there), the environment, `overrides`.
///
/// # Errors
/// A sentence that names the value and its origin.
pub fn load(file: Option<&Path>, overrides: Overrides) -> Result<Effective, Sentence> {
    let mut figment = Figment::from(BuiltIn);
    match file {
        Some(path) if !path.is_file() => return Err(Sentence::new("config-no-file").with("path", path.display())),
        Some(path) => figment = figment.merge(Toml::file_exact(path)),
        None if Path::new("docket.toml").is_file() => figment = figment.merge(Toml::file_exact("docket.toml")),
        None => {}
    }
    let settings = settings();
    let environment = Env::prefixed("DOCKET_").split("__").filter(move |key| {
        let first = key.as_str().split('.').next().unwrap_or_default();
        settings.iter().any(|name| first.eq_ignore_ascii_case(name))
    });
    figment = figment.merge(environment).merge(CommandLine(overrides));
    let config: Config = figment.extract().map_err(|error| refused(&error))?;
    check(&config)?;
    Ok(Effective { config, figment })
}

/// The names of the top level. Other variables that begin with `DOCKET_` are somebody else's.
fn settings() -> Vec<String> {
    match serde_json::to_value(Config::default()) {
        Ok(serde_json::Value::Object(map)) => map.into_iter().map(|(name, _)| name).collect(),
        _ => Vec::new(),
    }
}

fn refused(error: &figment::Error) -> Sentence {
    let source = error.metadata.as_ref().map_or_else(String::new, |m| {
        m.source
            .as_ref()
            .map_or_else(|| m.name.to_string(), |source| format!("{} {source}", m.name))
    });
    Sentence::new("config-refused")
        .with("name", error.path.join("."))
        .with("problem", &error.kind)
        .with("source", source)
}

/// Refuses values that are typed right and still cannot work.
fn check(config: &Config) -> Result<(), Sentence> {
    if let Some(url) = &config.base_url
        && !url.starts_with("http://")
        && !url.starts_with("https://")
    {
        return Err(Sentence::new("config-base-url").with("value", url));
    }
    if config.store.kind == StoreKind::Postgres && config.store.url.is_none() {
        return Err(Sentence::new("config-postgres-url"));
    }
    if config.limits.source_per_second == 0 || config.limits.source_burst == 0 || config.limits.body_bytes == 0 {
        return Err(Sentence::new("config-limit-zero"));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
