//! Values that are typed right and still cannot work.

use domain::Sentence;
use domain::access::Role;
use views::environment::Environment;

use super::{Config, OidcConfig, StoreKind};

/// Refuses values that are typed right and still cannot work.
pub(super) fn check(config: &Config) -> Result<(), Sentence> {
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
    if config.limits.unpack_ratio == 0 {
        return Err(Sentence::new("config-unpack-ratio"));
    }
    if config.environment == Environment::Demo {
        return Err(Sentence::new("config-environment-demo"));
    }
    if config.oidc.is_on() {
        oidc(config, &config.oidc)
    } else {
        Ok(())
    }
}

/// What sign-in by an identity provider needs.
fn oidc(config: &Config, oidc: &OidcConfig) -> Result<(), Sentence> {
    let wrong = |name: &'static str| Err(Sentence::new("config-oidc").with("name", name));
    if oidc.client_id.is_empty() {
        return wrong("oidc.client_id");
    }
    if oidc.roles.is_empty() {
        return wrong("oidc.roles");
    }
    if let Some(word) = oidc.roles.values().flatten().find(|word| Role::parse(word).is_none()) {
        return Err(Sentence::new("config-oidc-role").with("role", word));
    }
    if oidc.skew_seconds > 300 {
        return wrong("oidc.skew_seconds");
    }
    // The browser brings the provider's answer back to base_url: it must be the real one.
    if config.base_url.is_none() && !config.listen.ip().is_loopback() {
        return wrong("base_url");
    }
    Ok(())
}
