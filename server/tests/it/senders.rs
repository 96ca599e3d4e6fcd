//! Any sender: who it is, by token or by signature.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::Clock;
use hmac::{Hmac, Mac};
use http::{Method, StatusCode};
use sha2::Sha256;

use crate::harness::{Answer, TestApp};

const BODY: &str = "UNA:+.? '\nUNB+UNOC:3+5412345000013:14+8712345000010:14+260302:0900+1'";

async fn send(app: &TestApp, headers: &[(&str, &str)]) -> Answer {
    let mut ask = app
        .post("/v1/in/erp")
        .header("content-type", "application/edifact")
        .body(BODY);
    for (name, value) in headers {
        ask = ask.header(name, value);
    }
    ask.send().await
}

fn signature(token: &str, id: &str, timestamp: &str, body: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(token.as_bytes()).unwrap();
    let mac = mac
        .chain_update(format!("{id}.{timestamp}.{body}"))
        .finalize()
        .into_bytes();
    format!("v1,{}", STANDARD.encode(mac))
}

#[tokio::test(flavor = "multi_thread")]
async fn any_body_is_taken_by_bearer_by_basic_and_by_signature() {
    let app = TestApp::start().await;
    let token = app.source("erp").await;
    let bearer = send(&app, &[("authorization", &format!("Bearer {token}"))]).await;
    let basic = format!("Basic {}", STANDARD.encode(format!("anybody:{token}")));
    let basic = send(&app, &[("authorization", &basic)]).await;
    let now = (engine::SystemClock.now().0 / domain::Instant::SECOND).to_string();
    let good = format!("v1,AAAA {}", signature(&token, "msg_1", &now, BODY));
    let signed = [
        ("webhook-id", "msg_1"),
        ("webhook-timestamp", now.as_str()),
        ("webhook-signature", good.as_str()),
    ];
    let signed = send(&app, &signed).await;
    for answer in [bearer, basic, signed] {
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text);
        let id = answer.json()["id"].as_i64().unwrap();
        assert!(
            answer.json()["link"]
                .as_str()
                .unwrap()
                .ends_with(&format!("/messages/{id}"))
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_another_sources_token_and_none_are_401() {
    let app = TestApp::start().await;
    let token = app.source("erp").await;
    let other = app.source("wms").await;
    for headers in [
        vec![],
        vec![("authorization", "Bearer dkt_nonsense".to_owned())],
        vec![("authorization", format!("Bearer {other}"))],
        vec![("authorization", format!("Bearer {token}x"))],
        vec![("authorization", token)],
    ] {
        let headers: Vec<_> = headers.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let answer = send(&app, &headers).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{headers:?}");
    }
    assert_eq!(app.running().server.engine.health().head, 0);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_over_another_body_or_of_another_day_is_401() {
    let app = TestApp::start().await;
    let token = app.source("erp").await;
    let now = engine::SystemClock.now().0 / domain::Instant::SECOND;
    let (now, old) = (now.to_string(), (now - 301).to_string());
    for (timestamp, signature) in [
        (&now, signature(&token, "msg_1", &now, "another body")),
        (&now, signature("another token", "msg_1", &now, BODY)),
        (&now, signature(&token, "msg_2", &now, BODY)),
        (&old, signature(&token, "msg_1", &old, BODY)),
    ] {
        let headers = [
            ("webhook-id", "msg_1"),
            ("webhook-timestamp", timestamp),
            ("webhook-signature", &signature),
        ];
        assert_eq!(
            send(&app, &headers).await.status,
            StatusCode::UNAUTHORIZED,
            "{headers:?}"
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn senders_may_ask_first_whether_they_may_send() {
    let app = TestApp::start().await;
    for path in ["/v1/events", "/v1/in/erp"] {
        let answer = app
            .ask(Method::OPTIONS, path)
            .header("webhook-request-origin", "eventemitter.example")
            .header("webhook-request-rate", "120")
            .send()
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.header("webhook-allowed-origin"), "eventemitter.example");
        assert!(answer.header("webhook-allowed-rate").parse::<u32>().unwrap() > 0);
        assert!(answer.header("allow").contains("POST"));
    }
    app.stop().await;
}
