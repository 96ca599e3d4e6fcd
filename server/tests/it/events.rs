//! CloudEvents in four wrappings, each event answered for itself; what is too much is refused before anything is taken.

use http::StatusCode;
use serde_json::{Value, json};

use crate::harness::{TestApp, order_created};
use views::Role;

const STRUCTURED: (&str, &str) = ("content-type", "application/cloudevents+json");
const BATCH: (&str, &str) = ("content-type", "application/cloudevents-batch+json");

fn outcomes(answer: &Value) -> Vec<&str> {
    answer["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["outcome"].as_str().unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_structured_event_is_accepted_then_a_duplicate_then_a_conflict() {
    let app = TestApp::start().await;
    let token = app.source("erp").await;
    let send = async |event: &Value| {
        app.post("/v1/events")
            .token(&token)
            .header(STRUCTURED.0, STRUCTURED.1)
            .body(event.to_string())
            .send()
            .await
    };
    let first = send(&order_created("e1", "4500000001")).await;
    assert_eq!(first.status, StatusCode::ACCEPTED, "{}", first.text);
    assert_eq!(outcomes(&first.json()), ["accepted"]);
    assert_eq!(first.json()["items"][0]["id"], "e1");
    let id = first.json()["message_id"].as_i64().unwrap();
    assert!(
        first.header("location").ends_with(&format!("/v1/messages/{id}")),
        "{}",
        first.header("location")
    );

    let again = send(&order_created("e1", "4500000001")).await;
    assert_eq!(
        (again.status, outcomes(&again.json())),
        (StatusCode::OK, vec!["duplicate"])
    );
    assert_eq!(again.json()["items"][0]["seq"], first.json()["items"][0]["seq"]);

    let other = send(&order_created("e1", "4500000002")).await;
    assert_eq!(
        (other.status, outcomes(&other.json())),
        (StatusCode::CONFLICT, vec!["conflict"])
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_answers_each_event_for_itself() {
    let app = TestApp::start().await;
    let token = app.source("erp").await;
    let good = order_created("b1", "4500000001");
    let mut unknown = order_created("b2", "4500000002");
    unknown["type"] = json!("docket.po.exploded.v1");
    let batch = json!([good, unknown, good, { "specversion": "1.0" }]);
    let answer = app
        .post("/v1/events")
        .token(&token)
        .header(BATCH.0, BATCH.1)
        .body(batch.to_string())
        .send()
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(outcomes(&answer.json()), ["accepted", "parked", "duplicate", "parked"]);
    let why = answer.json()["items"][1]["why"]["text"].as_str().unwrap().to_owned();
    assert!(why.contains("docket.po.exploded.v1") && !why.contains('['), "{why}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_event_a_line_and_a_broken_line_harms_no_other() {
    let app = TestApp::start().await;
    let token = app.source("erp").await;
    let lines = format!(
        "{}\n{{broken\n{}\n",
        order_created("l1", "4500000001"),
        order_created("l2", "4500000002")
    );
    let answer = app
        .post("/v1/events")
        .token(&token)
        .header("content-type", "application/x-ndjson")
        .body(lines)
        .send()
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(outcomes(&answer.json()), ["accepted", "parked", "accepted"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_binary_event_has_its_attributes_in_headers() {
    let app = TestApp::start().await;
    let token = app.source("erp").await;
    let event = order_created("h1", "4500000001");
    let send = async |id: &str| {
        app.post("/v1/events")
            .token(&token)
            .header("content-type", "application/json")
            .header("ce-specversion", "1.0")
            .header("ce-id", id)
            .header("ce-source", "urn:test:erp")
            .header("ce-type", "docket.po.created.v1")
            .header("ce-time", "2026-03-02T09:00:00Z")
            .body(event["data"].to_string())
            .send()
            .await
    };
    let answer = send("h1").await;
    assert_eq!(
        (answer.status, outcomes(&answer.json())),
        (StatusCode::ACCEPTED, vec!["accepted"]),
        "{}",
        answer.text
    );
    assert_eq!(answer.json()["items"][0]["id"], "h1");
    assert_eq!(outcomes(&send("h1").await.json()), ["duplicate"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_event_at_all_is_kept_and_parked() {
    let app = TestApp::start().await;
    let token = app.source("erp").await;
    let answer = app
        .post("/v1/events")
        .token(&token)
        .header(STRUCTURED.0, STRUCTURED.1)
        .body("<order/>")
        .send()
        .await;
    assert_eq!(
        (answer.status, outcomes(&answer.json())),
        (StatusCode::ACCEPTED, vec!["parked"]),
        "{}",
        answer.text
    );
    app.settle().await;
    let support = app.person("jonas", &[Role::Support]).await;
    let id = answer.json()["message_id"].as_i64().unwrap();
    let message = app.get(&format!("/v1/messages/{id}")).session(&support).send().await;
    assert_eq!(message.status, StatusCode::OK, "{}", message.text);
    assert_eq!(message.json()["raw"]["text"], "<order/>");
    assert_eq!(message.json()["raw"]["structure_only"], true);
    let cases = app.get("/v1/exceptions").session(&support).send().await;
    assert_eq!(
        cases.json()["rows"].as_array().unwrap().len(),
        1,
        "a parked message is a case: {}",
        cases.text
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nesting_beyond_the_limit_is_parked_and_not_a_crash() {
    let app = TestApp::start().await;
    let token = app.source("erp").await;
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    let event = order_created("d1", "4500000001")
        .to_string()
        .replace("\"STEEL-4\"", &deep);
    let answer = app
        .post("/v1/events")
        .token(&token)
        .header(STRUCTURED.0, STRUCTURED.1)
        .body(event)
        .send()
        .await;
    assert_eq!(
        (answer.status, outcomes(&answer.json())),
        (StatusCode::ACCEPTED, vec!["parked"]),
        "{}",
        answer.text
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_there_for_the_api_as_soon_as_it_is_folded() {
    let app = TestApp::start().await;
    let token = app.source("erp").await;
    let body = order_created("o1", "4500000001").to_string();
    app.post("/v1/events")
        .token(&token)
        .header(STRUCTURED.0, STRUCTURED.1)
        .body(body)
        .send()
        .await;
    app.settle().await;
    let buyer = app.person("maria", &[Role::Procurement]).await;
    let list = app.get("/v1/orders?q=4500000001").session(&buyer).send().await;
    assert_eq!(list.json()["rows"][0]["po_no"], "4500000001", "{}", list.text);
    let order = app.get("/v1/orders/DE01/4500000001").session(&buyer).send().await;
    assert_eq!(order.status, StatusCode::OK, "{}", order.text);
    assert!(
        !order.json()["sentence"]["text"].as_str().unwrap().starts_with('['),
        "{}",
        order.text
    );
    let timeline = app
        .get("/v1/orders/DE01/4500000001/timeline")
        .session(&buyer)
        .send()
        .await;
    assert_eq!(timeline.json()["events"][0]["kind"], "po.created", "{}", timeline.text);
    let before = "/v1/orders/DE01/4500000001/timeline?world=2026-03-01T00:00:00Z";
    let before = app.get(before).session(&buyer).send().await;
    assert!(
        before.status == StatusCode::NOT_FOUND || before.json()["events"] == json!([]),
        "{}",
        before.text
    );
    let unknown = app.get("/v1/orders/DE01/4599999999").session(&buyer).send().await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert_eq!(unknown.header("content-type"), "application/problem+json");
    let nonsense = app
        .get("/v1/orders/DE01/4500000001?world=yesterday")
        .session(&buyer)
        .send()
        .await;
    assert_eq!(nonsense.status, StatusCode::BAD_REQUEST);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_beyond_the_limit_is_413_whether_it_says_its_length_or_not() {
    let app = TestApp::with(|config| config.limits.body_bytes = 1_000).await;
    let token = app.source("erp").await;
    for path in ["/v1/events", "/v1/in/erp"] {
        let answer = app
            .post(path)
            .token(&token)
            .header(STRUCTURED.0, STRUCTURED.1)
            .body(vec![b' '; 1_001])
            .send()
            .await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}: {}", answer.text);
        assert_eq!(answer.json()["code"], "error-body-too-large");
    }
    let chunked = chunked(&app, &token, 1_001).await;
    assert!(chunked.starts_with("HTTP/1.1 413"), "{chunked}");
    app.stop().await;
}

/// A body that does not say how long it is.
async fn chunked(app: &TestApp, token: &str, bytes: usize) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(app.address).await.unwrap();
    let head = format!(
        "POST /v1/events HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\ntransfer-encoding: chunked\r\n\
         content-type: application/cloudevents+json\r\nconnection: close\r\n\r\n{bytes:x}\r\n{}\r\n0\r\n\r\n",
        app.address,
        " ".repeat(bytes)
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_packed_body_is_unpacked_and_as_limited_as_a_plain_one() {
    let app = TestApp::with(|config| config.limits.body_bytes = 10_000).await;
    let token = app.source("erp").await;
    let send = async |coding: &str, body: Vec<u8>| {
        let ask = app.post("/v1/events").token(&token).header(STRUCTURED.0, STRUCTURED.1);
        ask.header("content-encoding", coding).body(body).send().await
    };
    let event = order_created("z1", "4500000001").to_string();
    let taken = send("gzip", packed(event.as_bytes())).await;
    assert_eq!(
        (taken.status, outcomes(&taken.json())),
        (StatusCode::ACCEPTED, vec!["accepted"]),
        "{}",
        taken.text
    );
    let bomb = send("gzip", packed(&[b' '; 1_000_000])).await;
    assert_eq!(bomb.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", bomb.text);
    let broken = send("gzip", event.clone().into_bytes()).await;
    assert_eq!(broken.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        send("lzma", event.into_bytes()).await.status,
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );
    app.stop().await;
}

fn packed(plain: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_of_too_many_events_is_413_and_nothing_of_it_is_taken() {
    let app = TestApp::with(|config| config.limits.batch_items = 2).await;
    let token = app.source("erp").await;
    let batch: Vec<Value> = (0..3).map(|n| order_created(&format!("m{n}"), "4500000001")).collect();
    let body = Value::from(batch).to_string();
    let answer = app
        .post("/v1/events")
        .token(&token)
        .header(BATCH.0, BATCH.1)
        .body(body)
        .send()
        .await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(app.running().server.engine.health().head, 0);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_comes_too_often_is_429_and_told_when_to_come_again() {
    let app = TestApp::with(|config| {
        config.limits.source_per_second = 1;
        config.limits.source_burst = 2;
    })
    .await;
    let (erp, wms) = (app.source("erp").await, app.source("wms").await);
    let send = async |token: &str, n: u32| {
        let body = order_created(&format!("r{n}"), "4500000001").to_string();
        app.post("/v1/events")
            .token(token)
            .header(STRUCTURED.0, STRUCTURED.1)
            .body(body)
            .send()
            .await
    };
    assert_eq!(send(&erp, 1).await.status, StatusCode::ACCEPTED);
    assert_eq!(send(&erp, 2).await.status, StatusCode::ACCEPTED);
    let refused = send(&erp, 3).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{}", refused.text);
    assert!(refused.header("retry-after").parse::<u32>().unwrap() >= 1);
    assert_eq!(
        send(&wms, 1).await.status,
        StatusCode::ACCEPTED,
        "another source is not held back"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_is_503_and_told_when_to_come_again() {
    let app = TestApp::with(|config| config.limits.queue = 1).await;
    let token = app.source("erp").await;
    let send = |n: u32| {
        let body = order_created(&format!("q{n}"), &format!("45{n:08}")).to_string();
        app.post("/v1/events")
            .token(&token)
            .header(STRUCTURED.0, STRUCTURED.1)
            .body(body)
            .send()
    };
    let answers = futures_util::future::join_all((0..200).map(send)).await;
    let refused: Vec<_> = answers
        .iter()
        .filter(|a| a.status == StatusCode::SERVICE_UNAVAILABLE)
        .collect();
    let taken = answers.iter().filter(|a| a.status == StatusCode::ACCEPTED).count();
    assert_eq!(taken + refused.len(), 200);
    assert!(
        taken > 0 && !refused.is_empty(),
        "{taken} taken, {} refused",
        refused.len()
    );
    assert!(refused.iter().all(|a| !a.header("retry-after").is_empty()));
    let head = app.running().server.engine.health().head;
    assert!(
        head >= i64::try_from(taken).unwrap(),
        "every accepted event is in the log"
    );
    app.stop().await;
}
