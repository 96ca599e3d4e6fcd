//! Configuration: defaults, one TOML file, environment variables (`DOCKET_LIMITS__BODY_BYTES`), the command line; later
//! ones win. Every value is typed and remembers where it came from.

mod check;
mod oidc;
mod parts;
mod show;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use domain::Sentence;
use figment::providers::{Env, Format, Serialized, Toml};
use figment::{Figment, Profile, Provider};
use serde::{Deserialize, Serialize};
use views::environment::Environment;

use crate::proxies::Network;

pub use oidc::{ClaimsConfig, OidcConfig};
pub use parts::{
    DemoConfig, DoctorConfig, InboxConfig, Limits, LogConfig, LogFormat, MetricsConfig, PoliciesConfig, Secret,
    SessionConfig, StoreConfig, StoreKind,
};
pub use show::{Shown, show};

/// Where the identity provider sends a browser back to.
pub const OIDC_CALLBACK: &str = "/sign-in/oidc/callback";

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
    /// What this installation is for: every page says so, and what must not happen there does not.
    pub environment: Environment,
    /// Proxies in front of us, as addresses or networks: only what they say of where a request came from is believed.
    pub trusted_proxies: Vec<Network>,
    /// Folder of the built site, when it is not inside the binary.
    pub site: PathBuf,
    /// Where log and views live.
    pub store: StoreConfig,
    /// What is taken of one sender.
    pub limits: Limits,
    /// How long people stay signed in.
    pub session: SessionConfig,
    /// Sign-in by the company's identity provider.
    pub oidc: OidcConfig,
    /// What the server writes about itself.
    pub log: LogConfig,
    /// The watched folder.
    pub inbox: InboxConfig,
    /// `/metrics`.
    pub metrics: MetricsConfig,
    /// What `docket doctor` finds worth saying.
    pub doctor: DoctorConfig,
    /// What the company allows.
    pub policies: PoliciesConfig,
    /// The demo.
    pub demo: DemoConfig,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: PathBuf::from("docket-data"),
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8417),
            base_url: None,
            environment: Environment::Production,
            trusted_proxies: Vec::new(),
            site: PathBuf::from("target/site"),
            store: StoreConfig::default(),
            limits: Limits::default(),
            session: SessionConfig::default(),
            oidc: OidcConfig::default(),
            log: LogConfig::default(),
            inbox: InboxConfig::default(),
            metrics: MetricsConfig::default(),
            doctor: DoctorConfig::default(),
            policies: PoliciesConfig::default(),
            demo: DemoConfig::default(),
        }
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

    /// Where people elsewhere would find Docket, as far as it is told.
    #[must_use]
    pub fn told_url(&self) -> String {
        self.base_url
            .clone()
            .unwrap_or_else(|| format!("http://{}", self.listen))
    }

    /// Whether nobody but people at this machine reaches Docket.
    #[must_use]
    pub fn is_reached_here_only(&self) -> bool {
        let host = self.base_url.as_deref().map(|url| {
            let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
            let place = rest.split('/').next().unwrap_or_default();
            place.rsplit('@').next().unwrap_or_default()
        });
        let named_here = host.is_none_or(|host| {
            let name = host
                .rsplit_once(':')
                .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
            matches!(name.map_or(host, |(name, _)| name), "localhost" | "127.0.0.1" | "[::1]")
        });
        named_here && self.listen.ip().is_loopback()
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
    check::check(&config)?;
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

#[cfg(test)]
mod tests;
