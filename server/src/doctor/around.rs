//! What stands around Docket: the address people know, the proxies, the identity provider.

use std::sync::Arc;

use connect::http::{Client, Schemes};
use connect::oidc::OidcProvider;
use domain::Sentence;
use engine::{IdentityProvider, SystemClock};
use http::{Request, StatusCode};

use super::Finding;
use crate::config::Config;
use crate::proxies::Network;

/// Settings that do not go together.
pub(super) fn settings(config: &Config) -> Vec<Finding> {
    let mut found = Vec::new();
    let url = config.told_url();
    let says = |key: &'static str| Sentence::new(key).with("url", &url);
    found.push(match (config.is_https(), config.is_reached_here_only()) {
        (true, _) => Finding::fine("address", says("doctor-address-tls")),
        (false, true) => Finding::fine("address", says("doctor-address-here")),
        (false, false) if config.environment.speaks_in_the_clear() => {
            Finding::look("address", says("doctor-address-clear"))
        }
        (false, false) => Finding::broken("address", says("doctor-address-clear")),
    });
    found.push(if config.trusted_proxies.iter().any(Network::is_everything) {
        Finding::broken("proxies", Sentence::new("doctor-proxies-everybody"))
    } else if config.is_https() && config.trusted_proxies.is_empty() {
        Finding::look("proxies", Sentence::new("doctor-proxies-none"))
    } else {
        let n = config.trusted_proxies.len();
        Finding::fine("proxies", Sentence::new("doctor-proxies-fine").with("n", n))
    });
    let environment = config.environment.as_str();
    found.push(Finding::fine(
        "environment",
        Sentence::new("doctor-environment").with("environment", environment),
    ));
    found
}

/// Whether the address that people know leads to a Docket.
pub(super) async fn answering(config: &Config) -> Option<Finding> {
    let url = config.base_url();
    let says = |key: &'static str| Sentence::new(key).with("url", &url);
    let schemes = if config.is_https() {
        Schemes::Https
    } else {
        Schemes::HttpToo
    };
    let request = Request::get(format!("{url}/healthz")).body(Vec::new()).ok()?;
    let answer = match Client::new(schemes) {
        Ok(client) => client.send(request).await,
        Err(error) => Err(error),
    };
    Some(match answer {
        Ok(answer) if answer.status() == StatusCode::OK && answer.body().as_slice() == b"ok\n" => {
            let hsts = answer.headers().contains_key(http::header::STRICT_TRANSPORT_SECURITY);
            if config.is_https() && !hsts {
                Finding::look("reached", says("doctor-reached-no-hsts"))
            } else {
                Finding::fine("reached", says("doctor-reached"))
            }
        }
        Ok(answer) => {
            let status = answer.status().as_u16();
            Finding::broken("reached", says("doctor-reached-other").with("status", status))
        }
        // A machine need not reach itself through its own proxy.
        Err(problem) => Finding::look("reached", says("doctor-reached-not").with("problem", problem)),
    })
}

/// Whether the identity provider says what it must.
pub(super) async fn provider(config: &Config) -> Option<Finding> {
    let settings = config.identity_provider()?;
    let issuer = settings.issuer.clone();
    let says = |key: &'static str| Sentence::new(key).with("issuer", &issuer);
    let asked = match OidcProvider::new(settings, Arc::new(SystemClock)) {
        Ok(provider) => provider.check().await,
        Err(error) => Err(error),
    };
    Some(match asked {
        Ok(()) => Finding::fine("provider", says("doctor-provider-fine")),
        Err(problem) => Finding::broken("provider", says("doctor-provider-away").with("problem", problem)),
    })
}
