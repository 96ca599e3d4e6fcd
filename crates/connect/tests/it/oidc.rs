use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use connect::http::{Client, Schemes};
use connect::oidc::{ClaimNames, OidcProvider, Settings};
use domain::access::Role;
use domain::{Clock, Instant};
use engine::{Errand, Identity, IdentityError, IdentityProvider};
use serde_json::json;
use simulator::identity::{Provider, Says, Signature};

const SECRET: &str = "between-us";

/// A clock that a test sets.
struct Hand(AtomicI64);

impl Hand {
    fn pass(&self, micros: i64) {
        self.0.fetch_add(micros, Ordering::Relaxed);
    }
}

impl Clock for Hand {
    fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::Relaxed))
    }
}

/// A provider, and us as its client.
struct Both {
    provider: Provider,
    us: OidcProvider,
    clock: Arc<Hand>,
}

fn settings(issuer: &str) -> Settings {
    Settings {
        title: "Nordwind".into(),
        issuer: issuer.into(),
        client_id: "docket".into(),
        client_secret: Some(SECRET.into()),
        redirect: "http://127.0.0.1:8417/sign-in/oidc/callback".into(),
        after_sign_out: "http://127.0.0.1:8417/sign-in".into(),
        scopes: vec!["profile".into(), "email".into()],
        skew: 60 * Instant::SECOND,
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
        roles: BTreeMap::from([("p2p-buyers".into(), vec![Role::Procurement])]),
    }
}

fn errand(n: u32) -> Errand {
    Errand {
        state: format!("state-{n:040}"),
        nonce: format!("nonce-{n:040}"),
        verifier: format!("verifier-{n:040}"),
    }
}

/// The value of a field of an address.
fn field(address: &str, name: &str) -> String {
    let query = address.split_once('?').expect("a query").1;
    let value = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
    value.unwrap_or_else(|| panic!("no {name} in {address}")).to_owned()
}

impl Both {
    async fn start() -> Self {
        let clock = Arc::new(Hand(AtomicI64::new(1_800_000_000 * Instant::SECOND)));
        let provider = Provider::start("docket", SECRET, clock.clone()).await.unwrap();
        let us = OidcProvider::new(settings(&provider.issuer()), clock.clone()).unwrap();
        Self { provider, us, clock }
    }

    /// The browser's part: to the provider and back; the code that it brings.
    async fn away_and_back(&self, errand: &Errand) -> String {
        let address = self.us.begin(errand).await.unwrap();
        let request = http::Request::get(&address).body(Vec::new()).unwrap();
        let answer = Client::new(Schemes::HttpToo).unwrap().send(request).await.unwrap();
        assert!(
            answer.status().is_redirection(),
            "a redirect is not followed: {}",
            answer.status()
        );
        let back = answer.headers()["location"].to_str().unwrap().to_owned();
        assert_eq!(field(&back, "state"), errand.state);
        field(&back, "code")
    }

    async fn sign_in(&self, n: u32) -> Result<Identity, IdentityError> {
        let errand = errand(n);
        let code = self.away_and_back(&errand).await;
        self.us.finish(&errand, &code, Some(&self.provider.issuer())).await
    }
}

fn untrusted(result: Result<Identity, IdentityError>, why: &str) {
    match result {
        Err(IdentityError::Untrusted(said)) => assert!(said.contains(why), "{said}"),
        other => panic!("believed: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_comes_back_with_the_name_the_roles_and_the_mailbox_of_their_claims() {
    let both = Both::start().await;
    let who = both.sign_in(1).await.unwrap();
    assert_eq!(who.subject, format!("{} 8f14e45f", both.provider.issuer()));
    assert_eq!(
        (who.login.as_str(), who.name.as_str()),
        ("maria.keller", "Maria Keller")
    );
    assert_eq!(who.email.as_deref(), Some("maria.keller@nordwind.example"));
    assert_eq!(who.roles, [Role::Procurement].into());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_question_carries_a_challenge_and_never_the_verifier_or_the_secret() {
    let both = Both::start().await;
    let address = both.us.begin(&errand(1)).await.unwrap();
    assert_eq!(field(&address, "code_challenge_method"), "S256");
    assert_eq!(field(&address, "scope"), "openid+profile+email");
    assert!(!address.contains("verifier-") && !address.contains(SECRET), "{address}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_provider_is_and_its_keys_are_asked_once_an_hour() {
    let both = Both::start().await;
    for n in 0..3 {
        both.sign_in(n).await.unwrap();
    }
    assert_eq!((both.provider.asked("discovery"), both.provider.asked("keys")), (1, 1));
    both.clock.pass(Instant::HOUR);
    both.sign_in(4).await.unwrap();
    assert_eq!((both.provider.asked("discovery"), both.provider.asked("keys")), (2, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_is_learned_and_the_old_one_forgotten() {
    let both = Both::start().await;
    both.sign_in(1).await.unwrap();
    both.provider.rotate();
    both.clock.pass(Instant::MINUTE);
    both.sign_in(2).await.unwrap();
    assert_eq!(both.provider.asked("keys"), 2);
    both.sign_in(3).await.unwrap();
    assert_eq!(both.provider.asked("keys"), 2, "the new key is known now");
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_with_unknown_keys_cannot_make_us_ask_the_provider_all_the_time() {
    let both = Both::start().await;
    both.sign_in(1).await.unwrap();
    both.provider.rotate();
    for n in 2..6 {
        untrusted(both.sign_in(n).await, "key that the provider does not have");
    }
    assert_eq!(both.provider.asked("keys"), 1, "within ten seconds of the first");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_rests_is_told_apart_from_a_lie_and_locks_nobody_out_that_it_need_not() {
    let both = Both::start().await;
    both.provider.rest(true);
    assert!(matches!(both.us.begin(&errand(1)).await, Err(IdentityError::Away(_))));
    assert!(matches!(both.us.check().await, Err(IdentityError::Away(_))));
    both.provider.rest(false);
    both.sign_in(1).await.unwrap();
    both.provider.rest(true);
    both.clock.pass(2 * Instant::HOUR);
    both.us.begin(&errand(2)).await.unwrap();
    let code = "any";
    assert!(matches!(
        both.us.finish(&errand(2), code, None).await,
        Err(IdentityError::Away(_) | IdentityError::Untrusted(_))
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_wrongly_is_not_believed() {
    type Spoil = fn(&mut Says);
    let lies: [(Spoil, &str); 13] = [
        (|s| s.nonce = Some("another".into()), "nonce"),
        (|s| s.audience = Some(json!("another-client")), "audience"),
        (|s| s.audience = Some(json!(["docket", "another-client"])), "audience"),
        (|s| s.issuer = Some("https://evil.example".into()), "issuer"),
        (|s| s.issued_in = -3600, "xpired"),
        (|s| s.issued_in = 3600, "future"),
        (|s| s.claims["azp"] = json!("another-client"), "somebody else"),
        (|s| s.claims["nbf"] = json!(4_000_000_000_i64), "not good yet"),
        (|s| s.claims["sub"] = json!(""), "subject"),
        (|s| s.signature = Signature::None, "ignature"),
        (|s| s.signature = Signature::PublicKeyAsSecret, "ignature algorithm"),
        (|s| s.signature = Signature::Stranger, "rypto"),
        (|s| s.claims = json!({ "name": "nobody" }), "sub"),
    ];
    for (n, (spoil, why)) in lies.into_iter().enumerate() {
        let both = Both::start().await;
        both.provider.say(spoil);
        untrusted(both.sign_in(u32::try_from(n).unwrap()).await, why);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_differs_by_less_than_a_minute_does_no_harm() {
    for seconds in [-340, 55] {
        let both = Both::start().await;
        both.provider.say(|s| s.issued_in = seconds);
        both.sign_in(1).await.unwrap_or_else(|e| panic!("{seconds} s: {e}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_provider_that_answers_in_its_place_is_noticed() {
    let both = Both::start().await;
    let errand = errand(1);
    let code = both.away_and_back(&errand).await;
    untrusted(
        both.us.finish(&errand, &code, Some("https://evil.example")).await,
        "another provider",
    );
    assert_eq!(both.provider.asked("token"), 0, "the code went nowhere");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_once_and_only_with_the_verifier_of_its_errand() {
    let both = Both::start().await;
    let code = both.away_and_back(&errand(1)).await;
    assert!(matches!(
        both.us.finish(&errand(2), &code, None).await,
        Err(IdentityError::Refused(_))
    ));
    let code = both.away_and_back(&errand(3)).await;
    both.us.finish(&errand(3), &code, None).await.unwrap();
    assert!(matches!(
        both.us.finish(&errand(3), &code, None).await,
        Err(IdentityError::Refused(_))
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_group_that_maps_to_a_role_stays_outside() {
    let both = Both::start().await;
    both.provider.say(|s| s.claims["groups"] = json!(["all-staff"]));
    assert!(matches!(both.sign_in(1).await, Err(IdentityError::NoRole(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_there_leads_back_here() {
    let both = Both::start().await;
    let address = both.us.sign_out_address().await.unwrap();
    assert!(
        address.starts_with(&format!("{}/end?", both.provider.issuer())),
        "{address}"
    );
    assert_eq!(field(&address, "client_id"), "docket");
    assert!(
        field(&address, "post_logout_redirect_uri").ends_with("%2Fsign-in"),
        "{address}"
    );
}

#[test]
fn a_provider_elsewhere_is_asked_over_tls_only() {
    let clock = Arc::new(Hand(AtomicI64::new(0)));
    assert!(OidcProvider::new(settings("http://id.example"), clock.clone()).is_err());
    assert!(OidcProvider::new(settings("https://id.example"), clock).is_ok());
}
