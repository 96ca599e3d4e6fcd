//! From verified claims to who somebody is here.

use std::collections::BTreeSet;

use domain::access::{Bounds, Role};
use engine::{Identity, IdentityError};
use serde_json::{Map, Value};

use super::Settings;

/// Longest text that is taken from a claim.
const LONGEST: usize = 200;

/// Who the claims say it is.
pub(super) fn identity(settings: &Settings, claims: &Map<String, Value>) -> Result<Identity, IdentityError> {
    let names = &settings.claims;
    let subject = text(claims, "sub").ok_or_else(|| IdentityError::Untrusted("it names no subject".to_owned()))?;
    let email = text(claims, &names.email).filter(|_| claims.get("email_verified") != Some(&Value::Bool(false)));
    let login = text(claims, &names.login)
        .or_else(|| email.clone())
        .unwrap_or_else(|| subject.clone());
    let roles: BTreeSet<Role> = all(claims, &names.roles)
        .iter()
        .filter_map(|value| settings.roles.get(value))
        .flatten()
        .copied()
        .collect();
    if roles.is_empty() {
        return Err(IdentityError::NoRole(subject));
    }
    // A dimension that the operator maps is closed to who has no claim of it.
    let dimension = |name: &Option<String>| name.as_ref().map(|name| all(claims, name));
    Ok(Identity {
        subject: format!("{} {subject}", settings.issuer),
        name: text(claims, &names.name).unwrap_or_else(|| login.clone()),
        login,
        email,
        roles,
        scope: Bounds {
            entities: dimension(&names.entities),
            sites: dimension(&names.sites),
            categories: dimension(&names.categories),
            regions: dimension(&names.regions),
        }
        .into(),
    })
}

/// The claim of that name, or the one that its dots lead to.
fn find<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    if let Some(value) = claims.get(name) {
        return Some(value);
    }
    let mut parts = name.split('.');
    let first = claims.get(parts.next()?)?;
    parts.try_fold(first, |value, part| value.get(part))
}

fn text(claims: &Map<String, Value>, name: &str) -> Option<String> {
    let text = find(claims, name)?.as_str()?.trim();
    let plain: String = text.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    (!plain.is_empty()).then_some(plain)
}

fn all(claims: &Map<String, Value>, name: &str) -> BTreeSet<String> {
    match find(claims, name) {
        Some(Value::String(one)) => BTreeSet::from([one.clone()]),
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => BTreeSet::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::access::{Role, Scope};
    use engine::IdentityError;
    use serde_json::{Map, Value, json};

    use super::identity;
    use crate::oidc::settings::tests::settings;

    fn claims(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn roles_follow_from_one_text_from_several_and_from_nested_claims() {
        let mut settings = settings("https://id.example");
        let one = identity(&settings, &claims(json!({ "sub": "7", "groups": "buyers" }))).unwrap();
        assert_eq!(one.roles, BTreeSet::from([Role::Procurement]));
        settings.claims.roles = "realm_access.roles".into();
        let nested = json!({ "sub": "7", "realm_access": { "roles": ["other", "buyers"] } });
        assert_eq!(identity(&settings, &claims(nested)).unwrap().roles, one.roles);
        let whole = json!({ "sub": "7", "realm_access.roles": ["buyers"] });
        assert_eq!(identity(&settings, &claims(whole)).unwrap().roles, one.roles);
    }

    #[test]
    fn who_has_no_claim_that_maps_has_no_role() {
        let settings = settings("https://id.example");
        for unmapped in [
            json!([]),
            json!(["guests"]),
            json!(null),
            json!({ "buyers": true }),
            json!(["Buyers"]),
        ] {
            let refused = identity(&settings, &claims(json!({ "sub": "7", "groups": unmapped })));
            assert!(matches!(refused, Err(IdentityError::NoRole(_))), "{unmapped}");
        }
    }

    #[test]
    fn a_mapped_dimension_is_closed_without_its_claim_and_an_unmapped_one_open() {
        let mut settings = settings("https://id.example");
        settings.claims.entities = Some("entities".into());
        let with = json!({ "sub": "7", "groups": "buyers", "entities": ["DE01", "PL01"] });
        let scope = identity(&settings, &claims(with)).unwrap().scope;
        assert_eq!(scope, Scope::entities(["DE01", "PL01"]));
        let without = identity(&settings, &claims(json!({ "sub": "7", "groups": "buyers" }))).unwrap();
        assert_eq!(without.scope, Scope::nothing());
        settings.claims.entities = None;
        let open = identity(&settings, &claims(json!({ "sub": "7", "groups": "buyers" }))).unwrap();
        assert_eq!(open.scope, Scope::All);
    }

    #[test]
    fn a_mailbox_that_the_provider_does_not_vouch_for_is_not_taken() {
        let settings = settings("https://id.example");
        let base = json!({ "sub": "7", "groups": "buyers", "email": "mk@nordwind.example" });
        assert_eq!(
            identity(&settings, &claims(base.clone())).unwrap().login,
            "mk@nordwind.example"
        );
        let mut doubtful = claims(base);
        doubtful.insert("email_verified".into(), false.into());
        let person = identity(&settings, &doubtful).unwrap();
        assert_eq!((person.email, person.login), (None, "7".to_owned()));
    }

    #[test]
    fn control_characters_of_a_claim_reach_nobody() {
        let settings = settings("https://id.example");
        let odd = json!({ "sub": "7", "groups": "buyers", "name": "Maria\r\n\u{1b}[31m Keller" });
        assert_eq!(identity(&settings, &claims(odd)).unwrap().name, "Maria[31m Keller");
    }
}
