//! The table of routes: what is in it is refused to who may not, described, and found.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt::Write as _;

use http::{Method, StatusCode};
use server::routes::{Kind, Row, Who, table};
use views::caller::MATRIX;
use views::{Permission, Role};

use crate::harness::TestApp;

/// An address of the row with something in every place.
fn address(row: &Row) -> String {
    let parts = row.path.split('/').map(|part| match part {
        "{id}" | "{seq}" => "1",
        "{entity}" => "DE01",
        "{po_no}" => "4500000001",
        "{source}" | "{name}" | "{key}" => "erp",
        "{kind}" => "source",
        "{login}" => "ada",
        "{*path}" => "nothing.css",
        plain => plain,
    });
    let address = parts.collect::<Vec<_>>().join("/");
    assert!(!address.contains('{'), "say what stands at {address}");
    address
}

fn is_open(row: &Row) -> bool {
    row.who == Who::Anyone
}

#[tokio::test(flavor = "multi_thread")]
async fn every_closed_route_refuses_who_shows_nothing() {
    let app = TestApp::start().await;
    let mut closed = 0;
    for row in table().iter().filter(|row| !is_open(row)) {
        let mut ask = app.ask(row.method.clone(), &address(row));
        if row.who == Who::Collector {
            // Somebody elsewhere, behind a proxy.
            ask = ask.header("x-forwarded-for", "203.0.113.9");
        }
        if row.kind == Kind::Act || (row.kind == Kind::Page && row.method == Method::POST) {
            ask = ask
                .header("sec-fetch-site", "same-origin")
                .form(&[("id", "1"), ("version", "1"), ("comment", "x")]);
        }
        let answer = ask.send().await;
        let refused = match row.kind {
            Kind::Page => answer.status.is_redirection() && answer.header("location").starts_with("/sign-in"),
            // An act whose form is not whole may refuse that before it asks who.
            Kind::Act => {
                answer.status.is_redirection() || answer.status.is_client_error() || answer.status.is_server_error()
            }
            _ => answer.status == StatusCode::UNAUTHORIZED,
        };
        assert!(
            refused,
            "{} {} answered {} {}",
            row.method,
            row.path,
            answer.status,
            answer.header("location")
        );
        if matches!(row.kind, Kind::Rest | Kind::In | Kind::Stream) {
            assert_eq!(
                answer.header("content-type"),
                "application/problem+json",
                "{}",
                row.path
            );
        }
        closed += 1;
    }
    assert!(closed > 30, "only {closed} closed routes");
    assert_eq!(app.running().server.engine.health().head, 0, "nothing was done");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_of_the_api_refuses_a_role_that_may_not() {
    let app = TestApp::start().await;
    let mut sessions: BTreeMap<Role, String> = BTreeMap::new();
    for row in table() {
        let (Kind::Rest, Who::May(permission)) = (row.kind, row.who) else {
            continue;
        };
        let role = Role::ALL
            .into_iter()
            .find(|role| !permission.roles().contains(role))
            .expect("no role may all");
        let session = match sessions.entry(role) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(app.person(role.as_str(), &[role]).await),
        };
        let answer = app
            .ask(row.method.clone(), &address(&row))
            .session(session)
            .send()
            .await;
        assert_eq!(
            answer.status,
            StatusCode::FORBIDDEN,
            "{} {} as {role:?}: {}",
            row.method,
            row.path,
            answer.text
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_need_the_secret_of_the_data_folder() {
    let app = TestApp::start().await;
    let ada = app.person("ada", &[Role::Administrator]).await;
    let token = app.source("erp").await;
    for row in table().iter().filter(|row| row.who == Who::Console) {
        let as_person = app
            .post(row.path)
            .session(&ada)
            .json(&serde_json::json!({}))
            .send()
            .await;
        assert_eq!(as_person.status, StatusCode::UNAUTHORIZED, "{}", row.path);
        let as_source = app
            .post(row.path)
            .token(&token)
            .json(&serde_json::json!({}))
            .send()
            .await;
        assert_eq!(as_source.status, StatusCode::UNAUTHORIZED, "{}", row.path);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_open_route_answers_and_every_answer_protects_browsers() {
    let app = TestApp::start().await;
    for row in table().iter().filter(|row| is_open(row) && row.kind != Kind::Act) {
        let answer = app.ask(row.method.clone(), &address(row)).send().await;
        // Without a file of that name, and without an identity provider, there is nothing to find.
        let may_lack = row.path.contains('*') || row.path.starts_with("/sign-in/oidc");
        let found = answer.status == StatusCode::OK || (may_lack && answer.status == StatusCode::NOT_FOUND);
        assert!(found, "{} {} answered {}", row.method, row.path, answer.status);
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(
            answer
                .header("content-security-policy")
                .contains("frame-ancestors 'none'"),
            "{}",
            row.path
        );
        assert!(!answer.header("x-request-id").is_empty());
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_description_names_every_route_of_the_api_and_no_other() {
    let app = TestApp::start().await;
    let document = app.get("/v1/openapi.json").send().await.json();
    let mut described: Vec<String> = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            described.push(format!("{} {path}", method.to_uppercase()));
            let said = operation["summary"]
                .as_str()
                .or(operation["description"].as_str())
                .unwrap_or_default();
            assert!(!said.is_empty(), "{method} {path} says nothing");
        }
    }
    let of_api = |row: &&Row| row.path.starts_with("/v1/") && row.kind != Kind::File;
    let mut routed: Vec<String> = table()
        .iter()
        .filter(of_api)
        .map(|r| format!("{} {}", r.method, r.path))
        .collect();
    described.sort();
    routed.sort();
    assert_eq!(described, routed);
    references(&document, &document);
    let page = app.get("/v1/docs").send().await;
    assert!(page.text.contains("/v1/orders/{entity}/{po_no}/timeline") && !page.text.contains("<script"));
    assert!(
        !page.text.contains("[api-") && !page.text.contains("[problem-"),
        "every word is in the catalogue"
    );
    app.stop().await;
}

/// Every `$ref` leads somewhere.
fn references(document: &serde_json::Value, value: &serde_json::Value) {
    match value {
        serde_json::Value::Object(map) => {
            if let Some(at) = map.get("$ref").and_then(|r| r.as_str()) {
                assert!(
                    document.pointer(at.trim_start_matches('#')).is_some(),
                    "{at} leads nowhere"
                );
            }
            map.values().for_each(|inner| references(document, inner));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|inner| references(document, inner)),
        _ => {}
    }
}

/// Who may do what, and who may use which route: a change of policy is a change of this file.
#[test]
fn who_may_do_what_is_as_written_down() {
    let mut text = String::from("permission        ");
    for role in Role::ALL {
        let _ = write!(text, " {:<13}", role.as_str());
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    for (permission, grades) in MATRIX {
        let _ = write!(text, "{:<18}", word(*permission));
        for grade in grades {
            let _ = write!(text, " {:<13}", grade.as_str());
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    let mut routes: BTreeMap<(&str, String), String> = BTreeMap::new();
    for row in table() {
        let who = match row.who {
            Who::Anyone => "anyone".to_owned(),
            Who::SignedIn => "signed in".to_owned(),
            Who::May(permission) => word(permission),
            Who::Source => "source".to_owned(),
            Who::Console => "command on this machine".to_owned(),
            Who::Collector => "collector of metrics".to_owned(),
        };
        routes.insert((row.path, row.method.to_string()), who);
    }
    text.push('\n');
    for ((path, method), who) in routes {
        let _ = writeln!(text, "{method:<8} {path:<42} {who}");
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/snapshots/permissions.txt");
    let written = std::fs::read_to_string(file).unwrap_or_default();
    if std::env::var_os("DOCKET_ACCEPT").is_some() {
        std::fs::write(file, &text).unwrap();
    } else {
        assert_eq!(text, written, "run with DOCKET_ACCEPT=1 to accept the change of policy");
    }
}

fn word(permission: Permission) -> String {
    serde_json::to_value(permission).unwrap().as_str().unwrap().to_owned()
}
