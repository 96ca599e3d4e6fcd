//! Live notes and acts on cases.

use http::StatusCode;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde_json::json;
use views::Role;

use crate::harness::{TestApp, order_created};

/// Reads a stream until `good` likes what came so far.
async fn hear(body: &mut Incoming, good: impl Fn(&str) -> bool) -> String {
    let mut text = String::new();
    let listen = async {
        while !good(&text) {
            let frame = body.frame().await.expect("the stream goes on").unwrap();
            text.push_str(&String::from_utf8_lossy(frame.data_ref().expect("data")));
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), listen)
        .await
        .expect("heard in time");
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_hears_what_changed_and_after_coming_back_what_it_missed() {
    let app = TestApp::start().await;
    let token = app.source("erp").await;
    let maria = app.person("maria", &[Role::Procurement]).await;
    let send = async |n: i32| {
        let event = order_created(&format!("n{n}"), &format!("450000000{n}")).to_string();
        let ask = app
            .post("/v1/events")
            .token(&token)
            .header("content-type", "application/cloudevents+json");
        ask.body(event).send().await.json()["items"][0]["seq"].as_i64().unwrap()
    };
    let answer = app.get("/v1/live?topics=orders").session(&maria).open().await;
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    assert!(answer.headers().get("content-encoding").is_none());
    let mut body = answer.into_body();
    let first = send(1).await;
    let text = hear(&mut body, |t| t.contains("4500000001") && t.ends_with("\n\n")).await;
    assert!(
        text.contains("event: note") && text.contains("DE01/4500000001"),
        "{text}"
    );
    assert!(text.contains("id: "), "{text}");
    drop(body);
    send(2).await;
    app.settle().await;
    let back = app
        .get("/v1/live?topics=orders")
        .session(&maria)
        .header("last-event-id", &first.to_string());
    let mut body = back.open().await.into_body();
    let text = hear(&mut body, |t| t.contains("4500000002") && t.ends_with("\n\n")).await;
    assert!(!text.contains("4500000001"), "{text}");
    drop(body);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_stream_does_not_keep_the_server_from_stopping() {
    let app = TestApp::start().await;
    let maria = app.person("maria", &[Role::Procurement]).await;
    let open = app.get("/v1/live").session(&maria).open().await;
    let began = std::time::Instant::now();
    app.stop().await;
    assert!(
        began.elapsed() < std::time::Duration::from_secs(8),
        "{:?}",
        began.elapsed()
    );
    drop(open);
}

#[tokio::test(flavor = "multi_thread")]
async fn topics_beyond_ones_permission_are_refused() {
    let app = TestApp::start().await;
    let sofia = app.person("sofia", &[Role::Executive]).await;
    let refused = app.get("/v1/live?topics=orders,messages").session(&sofia).send().await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let nonsense = app.get("/v1/live?topics=weather").session(&sofia).send().await;
    assert_eq!(nonsense.status, StatusCode::BAD_REQUEST);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_on_a_case_that_changed_meanwhile_is_409_and_does_nothing() {
    let app = TestApp::start().await;
    let token = app.source("erp").await;
    app.post("/v1/in/erp")
        .token(&token)
        .header("content-type", "text/plain")
        .body("what is this")
        .send()
        .await;
    app.settle().await;
    let jonas = app.person("jonas", &[Role::Support]).await;
    let row = app.get("/v1/exceptions").session(&jonas).send().await.json()["rows"][0].clone();
    let (id, version) = (row["id"].as_i64().unwrap(), row["version"].as_i64().unwrap());
    assert!(!row["impact"]["text"].as_str().unwrap().starts_with('['), "{row}");
    let act = async |version: i64| {
        let body =
            json!({ "version": version, "act": "resolve", "resolution": "accepted", "comment": "a test message" });
        app.post(&format!("/v1/exceptions/{id}/acts"))
            .session(&jonas)
            .json(&body)
            .send()
            .await
    };
    let done = act(version).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    assert_eq!(done.json()["row"]["state"], "resolved");
    let late = act(version).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.text);
    let broken = app
        .post(&format!("/v1/exceptions/{id}/acts"))
        .session(&jonas)
        .json(&json!({ "act": "dance" }))
        .send()
        .await;
    assert_eq!(broken.status, StatusCode::BAD_REQUEST);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_sent_again_with_its_key_is_answered_as_before_and_done_once() {
    let app = TestApp::start().await;
    let token = app.source("erp").await;
    app.post("/v1/in/erp")
        .token(&token)
        .header("content-type", "text/plain")
        .body("what is this")
        .send()
        .await;
    app.settle().await;
    let jonas = app.person("jonas", &[Role::Support]).await;
    let nina = app.person("nina", &[Role::Support]).await;
    let row = app.get("/v1/exceptions").session(&jonas).send().await.json()["rows"][0].clone();
    let path = format!("/v1/exceptions/{}/acts", row["id"]);
    let act = async |session: &str, key: &str, comment: &str| {
        let body = json!({ "version": row["version"], "act": "resolve", "resolution": "accepted", "comment": comment });
        app.post(&path)
            .session(session)
            .header("idempotency-key", key)
            .json(&body)
            .send()
            .await
    };
    let first = act(&jonas, "k1", "a test message").await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text);
    let again = act(&jonas, "k1", "a test message").await;
    assert_eq!(
        (again.status, &again.text),
        (StatusCode::OK, &first.text),
        "not a conflict: it was done"
    );
    assert_eq!(again.header("idempotency-replayed"), "true");
    let other = act(&jonas, "k1", "another comment").await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", other.text);
    let fresh = act(&jonas, "k2", "a test message").await;
    assert_eq!(fresh.status, StatusCode::CONFLICT, "a new key is a new act");
    assert_eq!(
        act(&jonas, "k2", "a test message").await.header("content-type"),
        "application/problem+json"
    );
    assert_eq!(
        act(&nina, "k1", "a test message").await.status,
        StatusCode::CONFLICT,
        "keys are each caller's own"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parked_message_is_retried_by_support_only() {
    let app = TestApp::start().await;
    let token = app.source("erp").await;
    let sent = app
        .post("/v1/in/erp")
        .token(&token)
        .header("content-type", "text/plain")
        .body("what is this")
        .send()
        .await;
    app.settle().await;
    let path = format!("/v1/messages/{}/retry", sent.json()["id"]);
    let maria = app.person("maria", &[Role::Procurement]).await;
    assert_eq!(
        app.post(&path).session(&maria).send().await.status,
        StatusCode::FORBIDDEN
    );
    let jonas = app.person("jonas", &[Role::Support]).await;
    let retried = app.post(&path).session(&jonas).send().await;
    assert_eq!(
        (retried.status, &retried.json()["tried"]),
        (StatusCode::OK, &1.into()),
        "{}",
        retried.text
    );
    app.stop().await;
}
