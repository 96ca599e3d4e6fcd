//! Signing in at a real identity provider, from the button to the page that was wanted.

use std::collections::BTreeMap;
use std::sync::Arc;

use connect::http::{Client, Schemes};
use engine::SystemClock;
use http::{Request, StatusCode};
use serde_json::json;
use server::config::Config;
use simulator::identity::Provider;
use store::log::AuditFilter;
use views::Role;

use crate::harness::{Answer, TestApp};

const SECRET: &str = "between-us";

async fn provider() -> Provider {
    Provider::start("docket", SECRET, Arc::new(SystemClock)).await.unwrap()
}

fn configured(config: &mut Config, issuer: String) {
    config.oidc.issuer = issuer;
    config.oidc.title = "Nordwind".into();
    config.oidc.client_id = "docket".into();
    config.oidc.client_secret = Some(String::from(SECRET).into());
    config.oidc.roles = BTreeMap::from([
        ("p2p-buyers".into(), vec!["procurement".into()]),
        ("p2p-finance".into(), vec!["finance".into()]),
        ("p2p-admins".into(), vec!["administrator".into()]),
    ]);
}

async fn app(provider: &Provider) -> TestApp {
    let issuer = provider.issuer();
    TestApp::with(|config| configured(config, issuer)).await
}

fn cookie(answer: &Answer, name: &str) -> Option<String> {
    let lines = answer.headers.get_all("set-cookie").iter();
    lines
        .filter_map(|line| line.to_str().ok()?.split(';').next()?.strip_prefix(&format!("{name}=")))
        .map(str::to_owned)
        .next()
}

/// Where the provider sends the browser: a path of ours.
async fn at_the_provider(address: &str) -> String {
    let request = Request::get(address).body(Vec::new()).unwrap();
    let answer = Client::new(Schemes::HttpToo).unwrap().send(request).await.unwrap();
    let back = answer.headers()["location"].to_str().unwrap().to_owned();
    let rest = back.split_once("://").unwrap().1;
    format!("/{}", rest.split_once('/').unwrap().1)
}

/// From the button to the answer of the way back.
async fn come_and_go(app: &TestApp, next: &str) -> Answer {
    let left = app.get(&format!("/sign-in/oidc?next={next}")).send().await;
    assert_eq!(left.status, StatusCode::SEE_OTHER, "{}", left.text);
    let errand = cookie(&left, "docket_errand").expect("a cookie to be known by");
    let back = at_the_provider(left.header("location")).await;
    app.get(&back)
        .header("cookie", &format!("docket_errand={errand}"))
        .send()
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_of_the_company_comes_in_and_sees_the_page_they_wanted() {
    let provider = provider().await;
    let app = app(&provider).await;
    let door = app.get("/sign-in").send().await;
    assert!(door.text.contains("Sign in with Nordwind"), "{}", door.text);
    let entered = come_and_go(&app, "%2Forders%3Fq%3D45").await;
    assert_eq!(entered.header("location"), "/orders?q=45", "{}", entered.text);
    let session = cookie(&entered, "docket_session").unwrap();
    let page = app.get("/orders?q=45").session(&session).send().await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("Maria Keller"), "{}", page.text);
    let log = &app.running().server.engine.store().log;
    let person = log.get_person("maria.keller").await.unwrap().unwrap();
    assert_eq!(person.email.as_deref(), Some("maria.keller@nordwind.example"));
    assert_eq!(person.password_hash, None);
    let audit = log.list_audit(AuditFilter::default(), None, 10).await.unwrap();
    let acts: Vec<&str> = audit.iter().map(|row| row.action.as_str()).collect();
    assert!(
        acts.contains(&"person.created") && acts.contains(&"session.opened"),
        "{acts:?}"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_next_sign_in_the_roles_are_those_of_now_and_the_person_is_the_same() {
    let provider = provider().await;
    let app = app(&provider).await;
    come_and_go(&app, "%2F").await;
    provider.say(|s| {
        s.claims["groups"] = json!(["p2p-finance"]);
        s.claims["preferred_username"] = json!("maria.brandt");
        s.claims["name"] = json!("Maria Brandt");
    });
    let again = come_and_go(&app, "%2F").await;
    assert_eq!(again.header("location"), "/");
    let people = app.running().server.engine.store().log.list_people().await.unwrap();
    assert_eq!(people.len(), 1);
    assert_eq!(
        (
            people[0].login.as_str(),
            people[0].name.as_str(),
            people[0].roles.as_str()
        ),
        ("maria.keller", "Maria Brandt", "finance")
    );
    app.stop().await;
}

/// Nobody came in, and the door says why.
fn refused(answer: &Answer, key: &str) {
    assert_eq!(
        answer.header("location"),
        format!("/sign-in?error={key}"),
        "{}",
        answer.text
    );
    assert_eq!(cookie(answer, "docket_session"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_role_is_told_so_in_words() {
    let provider = provider().await;
    let app = app(&provider).await;
    provider.say(|s| s.claims["groups"] = json!(["all-staff"]));
    let outside = come_and_go(&app, "%2F").await;
    refused(&outside, "error-oidc-no-role");
    let door = app.get(outside.header("location")).send().await;
    assert!(
        door.text
            .contains("nothing that your company account says gives you a part"),
        "{}",
        door.text
    );
    assert!(
        app.running()
            .server
            .engine
            .store()
            .log
            .list_people()
            .await
            .unwrap()
            .is_empty()
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_that_one_person_may_not_hold_together_keep_them_out() {
    let provider = provider().await;
    let app = app(&provider).await;
    provider.say(|s| s.claims["groups"] = json!(["p2p-admins", "p2p-finance"]));
    refused(&come_and_go(&app, "%2F").await, "error-oidc-roles");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_name_at_the_provider_is_no_claim_to_an_account_here() {
    let provider = provider().await;
    let app = app(&provider).await;
    app.person("maria.keller", &[Role::Administrator]).await;
    refused(&come_and_go(&app, "%2F").await, "error-oidc-taken");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_browser_cannot_bring_the_answer_and_nobody_can_bring_it_twice() {
    let provider = provider().await;
    let app = app(&provider).await;
    let left = app.get("/sign-in/oidc").send().await;
    let errand = cookie(&left, "docket_errand").unwrap();
    let back = at_the_provider(left.header("location")).await;
    refused(&app.get(&back).send().await, "error-oidc-expired");
    let stranger = app.get(&back).header("cookie", "docket_errand=another").send().await;
    refused(&stranger, "error-oidc-expired");
    let ours = format!("docket_errand={errand}");
    let entered = app.get(&back).header("cookie", &ours).send().await;
    assert_eq!(entered.header("location"), "/");
    refused(
        &app.get(&back).header("cookie", &ours).send().await,
        "error-oidc-expired",
    );
    refused(
        &app.get("/sign-in/oidc/callback?state=made-up&code=x")
            .header("cookie", &ours)
            .send()
            .await,
        "error-oidc-expired",
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_provider_refuses_and_what_does_not_verify_let_nobody_in_and_are_written_down() {
    let provider = provider().await;
    let app = app(&provider).await;
    provider.say(|s| s.nonce = Some("another".into()));
    refused(&come_and_go(&app, "%2F").await, "error-oidc-untrusted");
    let left = app.get("/sign-in/oidc").send().await;
    let errand = format!("docket_errand={}", cookie(&left, "docket_errand").unwrap());
    let back = at_the_provider(left.header("location")).await;
    let state = back
        .split(['?', '&'])
        .find_map(|pair| pair.strip_prefix("state="))
        .unwrap();
    let path = format!("/sign-in/oidc/callback?state={state}&error=access_denied&error_description=%3Cscript%3E");
    refused(
        &app.get(&path).header("cookie", &errand).send().await,
        "error-oidc-refused",
    );
    let log = &app.running().server.engine.store().log;
    let filter = AuditFilter {
        outcome: Some(1),
        ..AuditFilter::default()
    };
    assert_eq!(log.list_audit(filter, None, 10).await.unwrap().len(), 2);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_does_not_answer_leaves_the_door_as_it_is() {
    let provider = provider().await;
    provider.rest(true);
    let app = app(&provider).await;
    assert_eq!(app.get("/sign-in").send().await.status, StatusCode::OK);
    refused(&app.get("/sign-in/oidc").send().await, "error-oidc-away");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_of_the_provider_do_not_void_the_link_for_the_first_administrator() {
    let provider = provider().await;
    let app = app(&provider).await;
    come_and_go(&app, "%2F").await;
    let engine = &app.running().server.engine;
    assert!(engine.first_administrator_secret().await.unwrap().is_some());
    provider.say(|s| {
        s.claims["sub"] = json!("another");
        s.claims["preferred_username"] = json!("ada");
        s.claims["groups"] = json!(["p2p-admins"]);
    });
    come_and_go(&app, "%2F").await;
    assert!(engine.first_administrator_secret().await.unwrap().is_none());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_provider_there_is_no_such_way_in() {
    let app = TestApp::start().await;
    assert_eq!(app.get("/sign-in/oidc").send().await.status, StatusCode::NOT_FOUND);
    let back = app.get("/sign-in/oidc/callback?state=x&code=y").send().await;
    assert_eq!(back.status, StatusCode::NOT_FOUND);
    app.stop().await;
}
