//! Sign-in by the company's identity provider.

use std::collections::BTreeMap;

use connect::oidc::{ClaimNames, Settings};
use domain::Instant;
use domain::access::Role;
use serde::{Deserialize, Serialize};

use super::{Config, OIDC_CALLBACK, Secret};

/// Sign-in by the company's identity provider (OpenID Connect). Off without an issuer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OidcConfig {
    /// The provider's address, exactly as its tokens name it; empty: no such sign-in.
    pub issuer: String,
    /// Its name on the button.
    pub title: String,
    /// Our name there.
    pub client_id: String,
    /// Our secret there; absent: PKCE alone proves who asks.
    pub client_secret: Option<Secret>,
    /// What is asked for beside `openid`.
    pub scopes: Vec<String>,
    /// Seconds that its clock may differ from ours.
    pub skew_seconds: u32,
    /// Names of claims.
    pub claims: ClaimsConfig,
    /// Value of the roles claim → roles. Who has none of these values does not come in.
    pub roles: BTreeMap<String, Vec<String>>,
}

impl Default for OidcConfig {
    fn default() -> Self {
        Self {
            issuer: String::new(),
            title: "your company account".to_owned(),
            client_id: String::new(),
            client_secret: None,
            scopes: vec!["profile".to_owned(), "email".to_owned()],
            skew_seconds: 60,
            claims: ClaimsConfig::default(),
            roles: BTreeMap::new(),
        }
    }
}

/// Names of claims; dots lead into nested ones, such as `realm_access.roles`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClaimsConfig {
    /// User name.
    pub login: String,
    /// Name as shown.
    pub name: String,
    /// Mailbox.
    pub email: String,
    /// What roles follow from.
    pub roles: String,
    /// Buying entities; absent: every one.
    pub entities: Option<String>,
    /// Sites; absent: every one.
    pub sites: Option<String>,
    /// Categories; absent: every one.
    pub categories: Option<String>,
    /// Regions; absent: every one.
    pub regions: Option<String>,
}

impl Default for ClaimsConfig {
    fn default() -> Self {
        Self {
            login: "preferred_username".to_owned(),
            name: "name".to_owned(),
            email: "email".to_owned(),
            roles: "groups".to_owned(),
            entities: None,
            sites: None,
            categories: None,
            regions: None,
        }
    }
}

impl OidcConfig {
    /// Whether people may sign in this way.
    #[must_use]
    pub fn is_on(&self) -> bool {
        !self.issuer.is_empty()
    }
}

impl Config {
    /// What the client of the identity provider needs; absent when there is none.
    #[must_use]
    pub fn identity_provider(&self) -> Option<Settings> {
        let oidc = &self.oidc;
        if !oidc.is_on() {
            return None;
        }
        let base_url = self.base_url();
        let roles = |words: &Vec<String>| words.iter().filter_map(|word| Role::parse(word)).collect();
        Some(Settings {
            title: oidc.title.clone(),
            issuer: oidc.issuer.clone(),
            client_id: oidc.client_id.clone(),
            client_secret: oidc.client_secret.as_ref().map(|secret| secret.reveal().to_owned()),
            redirect: format!("{base_url}{OIDC_CALLBACK}"),
            after_sign_out: format!("{base_url}/sign-in"),
            scopes: oidc.scopes.clone(),
            skew: i64::from(oidc.skew_seconds) * Instant::SECOND,
            claims: ClaimNames {
                login: oidc.claims.login.clone(),
                name: oidc.claims.name.clone(),
                email: oidc.claims.email.clone(),
                roles: oidc.claims.roles.clone(),
                entities: oidc.claims.entities.clone(),
                sites: oidc.claims.sites.clone(),
                categories: oidc.claims.categories.clone(),
                regions: oidc.claims.regions.clone(),
            },
            roles: oidc
                .roles
                .iter()
                .map(|(value, words)| (value.clone(), roles(words)))
                .collect(),
        })
    }
}
