//! Requests over the API: one person asks, another decides.

use http::StatusCode;
use serde_json::json;
use views::Role;

use crate::harness::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_asked_for_and_agreed_by_two_people_and_counted() {
    let app = TestApp::start().await;
    app.source("erp").await;
    let ada = app.person("ada", &[Role::Administrator]).await;
    let ben = app.person("ben", &[Role::Administrator]).await;
    let maria = app.person("maria", &[Role::Procurement]).await;
    let body = json!({"title": "SAP", "lane": "erp", "entity": "PL02"});
    let ask = json!({"kind": "source", "key": "erp", "body": body, "reason": "moved to Poland"});
    let asked = app.post("/v1/requests").session(&ada).json(&ask).send().await;
    assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.text);
    let open = asked.json();
    assert_eq!(open["row"]["changes"][0]["after"], "PL02");
    assert!(open["will_happen"][0]["text"].is_string(), "{}", asked.text);
    let metrics = app.get("/metrics").send().await.text;
    assert!(metrics.contains("docket_alone_total 0"), "{metrics}");
    let path = format!("/v1/requests/{}", open["row"]["id"]);
    let decisions = format!("{path}/decisions");
    let agree = json!({"verdict": "agree", "hash": open["hash"], "version": 1});
    let own = app.post(&decisions).session(&ada).json(&agree).send().await;
    assert_eq!(own.status, StatusCode::FORBIDDEN);
    let unknown = app.post(&decisions).session(&maria).json(&agree).send().await;
    assert_eq!(
        unknown.status,
        StatusCode::NOT_FOUND,
        "what one may not know of is not there"
    );
    let other = json!({"verdict": "agree", "hash": "00", "version": 1});
    let other = app.post(&decisions).session(&ben).json(&other).send().await;
    assert_eq!(other.status, StatusCode::CONFLICT);
    let agreed = app.post(&decisions).session(&ben).json(&agree).send().await;
    assert_eq!(
        (agreed.status, &agreed.json()["row"]["state"]),
        (StatusCode::OK, &json!("agreed"))
    );
    let record = app.get("/v1/governance/source/erp").session(&ben).send().await.json();
    assert_eq!(record["body"]["entity"], "PL02");
    assert_eq!(record["history"].as_array().unwrap().len(), 2);
    let inbox = app.get("/v1/requests").session(&ada).send().await.json();
    assert_eq!(inbox["over"][0]["id"], open["row"]["id"]);
    let none = app.get("/v1/governance/nothing").session(&ben).send().await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    let alone = json!({"kind": "source", "key": "erp", "end": true, "reason": "an emergency", "ticket": "INC-1", "alone": true});
    let alone = app.post("/v1/requests").session(&ada).json(&alone).send().await;
    assert_eq!(alone.status, StatusCode::FORBIDDEN, "off unless the company allows it");
    app.stop().await;
}
