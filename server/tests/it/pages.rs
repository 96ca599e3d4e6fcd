//! Pages, their files, and what stands around them.

use http::StatusCode;
use server::routes::{Kind, Who, table};
use views::Role;

use crate::harness::{TestApp, order_created};

#[tokio::test(flavor = "multi_thread")]
async fn every_page_answers_a_person_who_may_and_has_one_policy_for_its_script() {
    let app = TestApp::start().await;
    let token = app.source("erp").await;
    let event = order_created("p1", "4500000001").to_string();
    let sent = app
        .post("/v1/events")
        .token(&token)
        .header("content-type", "application/cloudevents+json")
        .body(event);
    let seq = sent.send().await.json()["items"][0]["seq"].to_string();
    let broken = app
        .post("/v1/in/erp")
        .token(&token)
        .header("content-type", "text/plain")
        .body("what is this")
        .send()
        .await;
    let message = broken.json()["id"].to_string();
    app.settle().await;
    let all = app.person("all", &Role::ALL).await;
    let cases = app.get("/v1/exceptions").session(&all).send().await;
    let case = cases.json()["rows"][0]["id"].to_string();
    let body = serde_json::json!({"title": "SAP", "lane": "erp", "entity": "DE01"});
    let ask = serde_json::json!({"kind": "source", "key": "erp", "body": body, "reason": "its real name"});
    let asked = app.post("/v1/requests").session(&all).json(&ask).send().await;
    let request = asked.json()["row"]["id"].to_string();
    let frozen = app
        .post("/v1/selections")
        .session(&all)
        .json(&serde_json::json!({}))
        .send()
        .await;
    let selection = frozen.json()["id"].to_string();
    let mut pages = 0;
    for row in table()
        .iter()
        .filter(|row| row.kind == Kind::Page && row.method == "GET" && !row.path.ends_with(".csv"))
    {
        let path = row
            .path
            .replace("{entity}", "DE01")
            .replace("{po_no}", "4500000001")
            .replace("{seq}", &seq)
            .replace(
                "{id}",
                match row.path.split('/').nth(1) {
                    Some("messages") => &message,
                    Some("requests") => &request,
                    Some("selections") => &selection,
                    Some("audit") => "1",
                    _ => &case,
                },
            )
            .replace("{name}", "erp")
            .replace("{login}", "all")
            .replace("{kind}", "source")
            .replace("{key}", "erp");
        // The door leads who is inside to the first page; tests of the door look at it from outside.
        if row.who == Who::Anyone {
            continue;
        }
        let page = app.get(&path).session(&all).send().await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
        assert!(page.text.starts_with("<!DOCTYPE html>"), "{path}");
        let policy = page.header("content-security-policy");
        assert!(
            policy.contains("script-src 'self' 'nonce-") && !policy.contains("unsafe-inline"),
            "{policy}"
        );
        assert!(page.header("cache-control").contains("private"), "{path}");
        assert!(!page.header("speculation-rules").is_empty());
        pages += 1;
    }
    assert!(pages >= 10, "{pages}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_signed_in_is_led_to_the_door_and_back() {
    let app = TestApp::start().await;
    let page = app.get("/orders?q=45").send().await;
    assert!(page.status.is_redirection());
    assert_eq!(page.header("location"), "/sign-in?next=%2Forders%3Fq%3D45");
    let door = app.get("/sign-in").send().await;
    assert_eq!(door.status, StatusCode::OK);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_one_may_not_see_is_403_and_one_that_is_not_there_404() {
    let app = TestApp::start().await;
    let executive = app.person("sofia", &[Role::Executive]).await;
    for row in table()
        .iter()
        .filter(|row| row.kind == Kind::Page && row.method == "GET" && !row.path.contains('{'))
    {
        let Who::May(permission) = row.who else { continue };
        let expected = if permission.roles().contains(&Role::Executive) {
            StatusCode::OK
        } else {
            StatusCode::FORBIDDEN
        };
        assert_eq!(
            app.get(row.path).session(&executive).send().await.status,
            expected,
            "{}",
            row.path
        );
    }
    let nowhere = app.get("/no/such/page").session(&executive).send().await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    assert!(nowhere.text.starts_with("<!DOCTYPE html>"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_build_the_sources_style_is_served_and_nothing_beside_it() {
    let app = TestApp::with(|config| config.site = "no/such/folder".into()).await;
    let page = app.get("/sign-in").send().await;
    assert!(page.text.contains("/style/dev.css"));
    let style = app.get("/style/dev.css").send().await;
    assert_eq!(
        (style.status, style.header("content-type")),
        (StatusCode::OK, "text/css")
    );
    for path in ["/style/../Cargo.toml", "/style/..%2FCargo.toml", "/pkg/nothing.js"] {
        assert_eq!(app.get(path).send().await.status, StatusCode::NOT_FOUND, "{path}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_built_site_is_served_packed_and_for_ever() {
    let site = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(site.path().join("pkg/ab12")).unwrap();
    std::fs::write(
        site.path().join("manifest.json"),
        r#"{"pkg":"pkg/ab12","css":"style/cd34.css"}"#,
    )
    .unwrap();
    std::fs::write(site.path().join("pkg/ab12/docket_bg.wasm"), "plain").unwrap();
    std::fs::write(site.path().join("pkg/ab12/docket_bg.wasm.br"), "packed").unwrap();
    let app = TestApp::with(|config| config.site = site.path().to_owned()).await;
    assert!(app.get("/sign-in").send().await.text.contains("/style/cd34.css"));
    let wasm = app
        .get("/pkg/ab12/docket_bg.wasm")
        .header("accept-encoding", "br, gzip")
        .send()
        .await;
    assert_eq!((wasm.text.as_str(), wasm.header("content-encoding")), ("packed", "br"));
    assert_eq!(wasm.header("content-type"), "application/wasm");
    assert!(wasm.header("cache-control").contains("immutable"));
    let plain = app.get("/pkg/ab12/docket_bg.wasm").send().await;
    assert_eq!((plain.text.as_str(), plain.header("content-encoding")), ("plain", ""));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn long_pages_are_compressed_for_who_takes_it() {
    let app = TestApp::start().await;
    let page = app.get("/v1/docs").header("accept-encoding", "gzip").open().await;
    assert_eq!(page.headers()["content-encoding"], "gzip");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn supervisors_and_collectors_are_answered() {
    let app = TestApp::start().await;
    let token = app.source("erp").await;
    let event = order_created("s1", "4500000001").to_string();
    app.post("/v1/events")
        .token(&token)
        .header("content-type", "application/cloudevents+json")
        .body(event)
        .send()
        .await;
    app.settle().await;
    assert_eq!(app.get("/healthz").send().await.text, "ok\n");
    assert_eq!(app.get("/readyz").send().await.status, StatusCode::OK);
    let session = app.person("maria", &[Role::Procurement]).await;
    let health = app.get("/v1/health").session(&session).send().await.json();
    assert_eq!(
        (&health["status"], &health["lag_events"]),
        (&"ok".into(), &0.into()),
        "{health}"
    );
    let metrics = app.get("/metrics").send().await;
    assert_eq!(metrics.status, StatusCode::OK);
    assert!(
        metrics
            .text
            .contains("docket_items_total{source=\"erp\",outcome=\"accepted\"}"),
        "{}",
        metrics.text
    );
    assert!(metrics.text.contains("docket_log_head"), "{}", metrics.text);
    app.stop().await;
}

/// Where `DOCKET_TEST_POSTGRES` names a database to throw away.
#[tokio::test(flavor = "multi_thread")]
async fn the_road_is_the_same_on_postgres() {
    let Ok(url) = std::env::var("DOCKET_TEST_POSTGRES") else {
        println!("SKIPPED: DOCKET_TEST_POSTGRES names no database");
        return;
    };
    let schema = format!("server_{}", std::process::id());
    let postgres = |config: &mut server::config::Config| {
        config.store.kind = server::config::StoreKind::Postgres;
        config.store.url = Some(url.clone().into());
        config.store.schema.clone_from(&schema);
    };
    let app = TestApp::with(postgres).await;
    let token = app.source("erp").await;
    let event = order_created("pg1", "4500000001").to_string();
    let sent = app
        .post("/v1/events")
        .token(&token)
        .header("content-type", "application/cloudevents+json")
        .body(event);
    assert_eq!(sent.send().await.status, StatusCode::ACCEPTED);
    app.settle().await;
    let maria = app.person("maria", &[Role::Procurement]).await;
    let dir = app.stop().await;
    let app = TestApp::on(dir, postgres).await;
    let order = app.get("/v1/orders/DE01/4500000001").session(&maria).send().await;
    assert_eq!(
        order.status,
        StatusCode::OK,
        "after a new start, with the same session: {}",
        order.text
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_with_a_configured_token_need_it() {
    let app = TestApp::with(|config| config.metrics.token = Some(String::from("collector").into())).await;
    assert_eq!(app.get("/metrics").send().await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        app.get("/metrics").token("nonsense").send().await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        app.get("/metrics").token("collector").send().await.status,
        StatusCode::OK
    );
    app.stop().await;
}
