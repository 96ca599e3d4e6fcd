//! What an operator says of the provider.

use std::collections::BTreeMap;

use domain::access::Role;

/// Names of claims. A name with dots that no claim has as a whole leads into nested claims, such as `realm_access.roles`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimNames {
    /// User name.
    pub login: String,
    /// Name as shown.
    pub name: String,
    /// Mailbox.
    pub email: String,
    /// What roles follow from: one text, or several.
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

/// What an operator says of the provider.
#[derive(Clone)]
pub struct Settings {
    /// Name of the provider for people.
    pub title: String,
    /// Its address, exactly as its tokens name it.
    pub issuer: String,
    /// Our name there.
    pub client_id: String,
    /// Our secret there; absent: PKCE alone proves who asks.
    pub client_secret: Option<String>,
    /// Where the browser comes back to.
    pub redirect: String,
    /// Where it comes back to after signing out there.
    pub after_sign_out: String,
    /// What is asked for beside `openid`.
    pub scopes: Vec<String>,
    /// Microseconds that the provider's clock may differ from ours.
    pub skew: i64,
    /// Names of claims.
    pub claims: ClaimNames,
    /// Value of the roles claim → roles.
    pub roles: BTreeMap<String, Vec<Role>>,
}

impl Settings {
    /// Whether the provider runs on this machine: only then is it asked in the clear.
    #[must_use]
    pub fn is_on_this_machine(&self) -> bool {
        let host = self.issuer.strip_prefix("http://").map(|rest| {
            let host = rest.split('/').next().unwrap_or_default();
            host.rsplit_once(':').map_or(host, |(name, port)| {
                if port.bytes().all(|b| b.is_ascii_digit()) {
                    name
                } else {
                    host
                }
            })
        });
        host.is_some_and(|host| matches!(host, "localhost" | "127.0.0.1" | "[::1]"))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeMap;

    use domain::access::Role;

    use super::{ClaimNames, Settings};

    pub(in crate::oidc) fn settings(issuer: &str) -> Settings {
        Settings {
            title: "Nordwind".into(),
            issuer: issuer.into(),
            client_id: "docket".into(),
            client_secret: None,
            redirect: "http://127.0.0.1:8417/sign-in/oidc/callback".into(),
            after_sign_out: "http://127.0.0.1:8417/sign-in".into(),
            scopes: vec!["profile".into()],
            skew: 60_000_000,
            claims: ClaimNames {
                login: "preferred_username".into(),
                name: "name".into(),
                email: "email".into(),
                roles: "groups".into(),
                entities: None,
                sites: None,
                categories: None,
                regions: None,
            },
            roles: BTreeMap::from([("buyers".into(), vec![Role::Procurement])]),
        }
    }

    #[test]
    fn only_a_provider_on_this_machine_may_be_asked_in_the_clear() {
        for here in ["http://localhost:9000", "http://127.0.0.1/realm", "http://[::1]:80/x"] {
            assert!(settings(here).is_on_this_machine(), "{here}");
        }
        for elsewhere in [
            "https://localhost",
            "http://id.example",
            "http://127.0.0.1.evil.example",
            "http://localhost@evil.example",
            "http://localhost:80@evil.example",
        ] {
            assert!(!settings(elsewhere).is_on_this_machine(), "{elsewhere}");
        }
    }
}
