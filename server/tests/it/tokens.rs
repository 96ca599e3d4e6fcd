//! Tokens over HTTP: as what a request with one counts.

use http::StatusCode;
use serde_json::json;
use views::Role;

use crate::harness::TestApp;

/// A service that reads orders, and its token.
async fn service(app: &TestApp, session: &str, scopes: &[&str]) -> (i64, String) {
    let new = json!({ "name": "dashboard", "owner": "ada", "scopes": scopes, "rows": "all" });
    let made = app.post("/v1/services").session(session).json(&new).send().await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let made = made.json();
    (made["id"].as_i64().unwrap(), made["token"].as_str().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_reads_over_the_api_and_opens_no_page() {
    let app = TestApp::start().await;
    let ada = app.person("ada", &[Role::Administrator]).await;
    let (id, token) = service(&app, &ada, &["orders:read"]).await;
    let status = async |path: &str| app.get(path).token(&token).send().await.status;
    assert_eq!(status("/v1/orders").await, StatusCode::OK);
    assert_eq!(status("/v1/messages").await, StatusCode::FORBIDDEN);
    assert_eq!(status("/v1/services").await, StatusCode::FORBIDDEN);
    for page in ["/", "/orders", "/services", "/sources"] {
        let answer = app.get(page).token(&token).send().await;
        assert!(
            answer.status.is_redirection() && answer.header("location").starts_with("/sign-in"),
            "{page} answered {}",
            answer.status
        );
    }
    let act = json!({ "act": "classify", "class": "MA-01", "comment": "", "version": 1 });
    let acts = app.post("/v1/exceptions/1/acts").token(&token).json(&act).send().await;
    assert_eq!(acts.status, StatusCode::FORBIDDEN);
    let handed_in = app.post("/v1/in/dashboard").token(&token).json(&json!({})).send().await;
    assert_eq!(handed_in.status, StatusCode::UNAUTHORIZED, "it is no source");
    let revoke = format!("/v1/tokens/{id}/revoke");
    assert_eq!(
        app.post(&revoke).token(&token).send().await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(app.post(&revoke).session(&ada).send().await.status, StatusCode::OK);
    assert_eq!(status("/v1/orders").await, StatusCode::UNAUTHORIZED);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_sends_as_its_own_source_and_as_no_other() {
    let app = TestApp::start().await;
    let (own, other) = (app.source("erp").await, app.source("wms").await);
    let send = async |path: &str, token: &str| app.post(path).token(token).json(&json!({})).send().await.status;
    assert!(send("/v1/in/erp", &own).await.is_success());
    assert_eq!(send("/v1/in/erp", &other).await, StatusCode::UNAUTHORIZED);
    let event = json!({
        "specversion": "1.0", "id": "1", "source": "/erp", "type": "docket.po.created.v1", "time": "2026-02-20T10:00:00Z",
        "data": { "order": { "entity": "DE01", "number": "1" } }
    });
    let sent = app
        .post("/v1/events")
        .token(&other)
        .header("content-type", "application/cloudevents+json")
        .body(event.to_string())
        .send()
        .await;
    assert!(sent.status.is_success(), "{}", sent.text);
    let viewer = app.person("sue", &[Role::Support]).await;
    let messages = app.get("/v1/messages").session(&viewer).send().await.json();
    assert_eq!(
        messages["rows"][0]["source"], "wms",
        "whatever it says of itself, it is what its token says"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_the_quota_is_429_with_the_seconds_to_wait() {
    let app = TestApp::start().await;
    let ada = app.person("ada", &[Role::Administrator]).await;
    app.source("erp").await;
    let wish = json!({ "quota_per_minute": 2 });
    let made = app
        .post("/v1/sources/erp/tokens")
        .session(&ada)
        .json(&wish)
        .send()
        .await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let token = made.json()["token"].as_str().unwrap().to_owned();
    let send = async || app.post("/v1/in/erp").token(&token).json(&json!({})).send().await;
    assert!(send().await.status.is_success() && send().await.status.is_success());
    let refused = send().await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.json()["code"], "error-token-quota");
    assert!((1..=30).contains(&refused.header("retry-after").parse::<u32>().unwrap()));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_token_is_shown_once_and_never_kept_to_be_repeated() {
    let app = TestApp::start().await;
    let ada = app.person("ada", &[Role::Administrator]).await;
    app.source("erp").await;
    let ask = async || {
        let ask = app.post("/v1/sources/erp/tokens").session(&ada);
        ask.header("idempotency-key", "k1").json(&json!({})).send().await.json()["token"].clone()
    };
    assert_ne!(ask().await, ask().await);
    let page = app
        .post("/sources/erp/token")
        .session(&ada)
        .form(&[("days", "10")])
        .send()
        .await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert_eq!(page.header("cache-control"), "no-store");
    let view = app.get("/sources/erp").session(&ada).send().await;
    let secret = page.text.split("dkt_").nth(1).unwrap().split('<').next().unwrap();
    assert!(secret.len() > 40 && !view.text.contains(secret));
    app.stop().await;
}
