//! Every route that changes something leaves a row in the audit, and so does every refusal: generated from the table of
//! routes, so that a new one fails here until it says how it is done.

mod recipes;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use domain::audit::Outcome;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use server::config::Config;
use server::home::{Home, HomeError};
use server::routes::{Kind, Who, table};
use server::verify::{self, Told};
use server::{anchors, talk};
use store::log::{AuditFilter, AuditRow};
use views::{Permission, Role};

use crate::harness::{PASSWORD, TestApp, order_created};
use recipes::{Sent, recipe, stage};

async fn rows_after(app: &TestApp, id: i64) -> Vec<AuditRow> {
    let engine = &app.running().server.engine;
    engine.seal_audit().await.unwrap();
    let rows = engine.store().log.list_audit(AuditFilter::default(), None, 200).await;
    rows.unwrap().into_iter().filter(|row| row.audit_id > id).collect()
}

async fn last_id(app: &TestApp) -> i64 {
    let engine = &app.running().server.engine;
    engine.seal_audit().await.unwrap();
    engine.store().log.last_audit_id().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_that_changes_something_leaves_a_row_with_who_what_and_to_what() {
    let app = TestApp::start().await;
    let folder = tempfile::tempdir().unwrap();
    let line = order_created("f1", "4500000901").to_string();
    std::fs::write(folder.path().join("events.jsonl"), line + "\n").unwrap();
    let everything: Vec<Role> = Role::ALL.to_vec();
    let mut session = app.person("ada", &everything).await;
    let bob = app.person("bob", &[Role::Support]).await;
    app.person("vic", &[Role::Support]).await;
    let token = app.source("erp").await;
    let mut done = 0;
    for (n, row) in table().iter().enumerate() {
        if row.method != Method::POST {
            assert!(
                matches!(row.method, Method::GET | Method::OPTIONS),
                "{} {}: a method this test does not know",
                row.method,
                row.path
            );
            continue;
        }
        let stage = stage(&app, row, &token, &bob, n).await;
        let Some(act) = recipe(row, &stage, folder.path()) else {
            continue;
        };
        let before = last_id(&app).await;
        let mut ask = app.post(&act.address);
        ask = match row.who {
            Who::Console => ask.token(&app.running().server.console_secret),
            Who::Anyone if act.actor != "ada" => ask.header("sec-fetch-site", "same-origin"),
            _ => ask.session(&session),
        };
        let ask = match &act.sent {
            Sent::Form(fields) => {
                let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                ask.form(&fields)
            }
            Sent::Json(body) => ask.json(body),
        };
        let answer = ask.send().await;
        let (status, location) = (answer.status, answer.header("location").to_owned());
        // A retry that ran and could not read what is parked.
        let nothing_came_of_it = location.ends_with("error=error-retry-none");
        assert!(
            (status.is_success() || status.is_redirection()) && (nothing_came_of_it || !location.contains("error=")),
            "{} answered {status} {location} {}",
            row.path,
            answer.text
        );
        let rows = rows_after(&app, before).await;
        let told = rows.iter().find(|r| {
            let object = r.object == act.object || (act.object.ends_with(':') && r.object.starts_with(&act.object));
            r.actor == act.actor && object && r.outcome == Outcome::Done.code()
        });
        let told = told.unwrap_or_else(|| panic!("{} left no row for {}: {rows:?}", row.path, act.object));
        assert!(told.action.contains('.') && told.at.0 > 0, "{told:?}");
        // What the act took away is made anew for the next.
        if row.path == "/act/access/sign-out" {
            session = app
                .running()
                .server
                .ports
                .access
                .sign_in("ada", PASSWORD)
                .await
                .unwrap()
                .secret;
        }
        done += 1;
    }
    assert!(done >= 16, "only {done} acts");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_administrator_and_who_could_not_sign_in_are_written_down() {
    let app = TestApp::start().await;
    let secret = app
        .running()
        .server
        .engine
        .first_administrator_secret()
        .await
        .unwrap()
        .unwrap();
    let fields = [
        ("key", secret.as_str()),
        ("user", "root"),
        ("name", "Root"),
        ("password", PASSWORD),
    ];
    let ask = app.post("/act/access/claim").header("sec-fetch-site", "same-origin");
    assert!(ask.form(&fields).send().await.status.is_redirection());
    let fields = [("user", "root"), ("password", "guess")];
    let ask = app.post("/act/access/sign-in").header("sec-fetch-site", "same-origin");
    ask.form(&fields).send().await;
    let rows = rows_after(&app, 0).await;
    let has = |action: &str, object: &str| {
        let of = |row: &&AuditRow| row.action == action && row.object == object && row.actor == "anonymous";
        rows.iter().any(|row| of(&row))
    };
    assert!(
        has("claim.used", "installation") && has("person.created", "person:root"),
        "{rows:?}"
    );
    assert!(has("session.refused", "person:root"), "{rows:?}");
    app.stop().await;
}

/// Something for every field of every form: a form that is not whole is refused before anybody is asked for.
const FIELDS: &[(&str, &str)] = &[
    ("id", "1"),
    ("version", "1"),
    ("class", "IT-01"),
    ("comment", "x"),
    ("resolution", "accepted"),
    ("name", "erp"),
    ("title", "ERP"),
    ("lane", "erp"),
    ("entity", "DE01"),
    ("user", "somebody"),
    ("password", PASSWORD),
    ("roles[0]", "support"),
    ("format", "csv"),
    ("stand_in", "bob"),
    ("from", "2090-01-02"),
    ("to", "2090-01-03"),
    ("session", "x"),
    ("reason", "x"),
    ("hash", "00"),
    ("what", "all"),
    ("days", "30"),
    ("overlap_hours", "1"),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_of_somebody_who_is_signed_in_is_written_down() {
    let app = TestApp::start().await;
    let mut sessions = BTreeMap::new();
    for row in table() {
        let Who::May(permission) = row.who else { continue };
        let Some(role) = Role::ALL.into_iter().find(|role| !permission.roles().contains(role)) else {
            panic!("everybody may {permission:?}");
        };
        if let Entry::Vacant(new) = sessions.entry(role) {
            new.insert(app.person(role.as_str(), &[role]).await);
        }
        let before = last_id(&app).await;
        let address = row
            .path
            .replace("{id}", "1")
            .replace("{seq}", "1")
            .replace("{login}", "bob")
            .replace("{name}", "erp");
        let address = address
            .replace("{entity}", "DE01")
            .replace("{po_no}", "1")
            .replace("{source}", "erp");
        assert!(!address.contains('{'), "say what stands at {address}");
        let ask = app.ask(row.method.clone(), &address).session(&sessions[&role]);
        let ask = if matches!(row.kind, Kind::Page | Kind::Act) && row.method == Method::POST {
            ask.form(FIELDS)
        } else {
            ask
        };
        let answer = ask.send().await;
        let rows = rows_after(&app, before).await;
        let refused = |r: &&AuditRow| {
            r.actor == role.as_str() && r.object == format!("address:{address}") && r.outcome == Outcome::Refused.code()
        };
        assert!(
            rows.iter().any(|r| refused(&r)),
            "{} {} as {role:?} answered {} {} and left {rows:?}",
            row.method,
            row.path,
            answer.status,
            answer.header("location")
        );
    }
    assert!(sessions.len() > 2);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_site_asked_with_a_persons_session_is_written_down_as_theirs() {
    let app = TestApp::start().await;
    let ada = app.person("ada", &[Role::Administrator]).await;
    let before = last_id(&app).await;
    let forged = app
        .post("/v1/sources")
        .header("cookie", &format!("docket_session={ada}"))
        .header("sec-fetch-site", "cross-site")
        .json(&json!({ "name": "evil", "title": "", "lane": "erp", "entity": "DE01" }));
    assert_eq!(forged.send().await.status, StatusCode::FORBIDDEN);
    let rows = rows_after(&app, before).await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(
        (rows[0].actor.as_str(), rows[0].object.as_str()),
        ("ada", "address:/v1/sources")
    );
    assert!(rows[0].detail.contains("error-other-site"));
    // Nobody's request is nobody's refusal.
    let nobody = app
        .post("/v1/sources")
        .header("sec-fetch-site", "cross-site")
        .json(&json!({}));
    assert_eq!(nobody.send().await.status, StatusCode::FORBIDDEN);
    assert!(rows_after(&app, rows[0].audit_id).await.is_empty());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_is_read_over_the_api_and_taken_out_as_files() {
    let app = TestApp::start().await;
    let uma = app.person("uma", &[Role::Auditor]).await;
    let page = app
        .get("/v1/audit?action=person.created&limit=1")
        .session(&uma)
        .send()
        .await
        .json();
    assert_eq!(page["rows"][0]["object"], "person:uma");
    let wrong = app.get("/v1/audit?outcome=maybe").session(&uma).send().await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    let take = async |format: &str| {
        app.post("/audit/export")
            .session(&uma)
            .form(&[("format", format)])
            .send()
            .await
    };
    let csv = take("csv").await;
    assert!(
        csv.header("content-type").starts_with("text/csv") && csv.text.starts_with("id,at,person,"),
        "{}",
        csv.text
    );
    let lines = take("jsonl").await;
    let last: Value = serde_json::from_str(lines.text.lines().next().unwrap()).unwrap();
    assert_eq!(
        last["action"], "audit.exported",
        "the first export stands in the second"
    );
    assert_eq!(
        csv.text.lines().count(),
        lines.text.lines().count(),
        "a head line against one row more"
    );
    assert_eq!(take("xls").await.status, StatusCode::BAD_REQUEST);
    let may = Permission::ReadAudit.roles();
    assert!(may.contains(&Role::Auditor) && !may.contains(&Role::Executive));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_untouched_audit_is_whole_beside_its_server_and_after_it_stopped() {
    let app = TestApp::start().await;
    app.person("uma", &[Role::Auditor]).await;
    // A day's first file is written when a server finds rows and no file of today.
    let app = TestApp::on(app.stop().await, |_| {}).await;
    let data = app.dir.path().to_owned();
    app.until("the day's end is kept", async || !anchors::read(&data).is_empty())
        .await;
    let Err(HomeError::Held(holder)) = Home::take(&data) else {
        panic!("the server holds its folder")
    };
    let mut told = Vec::new();
    let asked = talk::ask(holder.as_ref(), "/console/audit/verify", &(), |t: Told| told.push(t));
    asked.await.unwrap();
    let is_whole = |told: &[Told]| match told {
        [Told::Done { rows, findings, .. }] => *rows > 0 && *findings == 0,
        _ => false,
    };
    told.retain(|t| !matches!(t, Told::Progress { .. }));
    assert!(is_whole(&told), "{told:?}");
    let dir = app.stop().await;
    let check = async || {
        let config = Config {
            data: dir.path().to_owned(),
            ..Config::default()
        };
        let home = Home::take(dir.path()).unwrap();
        let mut told = Vec::new();
        verify::stopped(&home, &config, |t| told.push(t.clone())).await.unwrap();
        told
    };
    let told = check().await;
    assert!(is_whole(&told), "{told:?}");
    // An end that was there once and is not there now.
    let anchor = domain::audit::Anchor {
        chain: 0,
        to_id: 1_000_000,
        hash: vec![1],
    };
    let at = domain::Instant::parse("2026-03-02T08:00:00Z").unwrap();
    anchors::write(dir.path(), at, &[anchor]).unwrap();
    let told = check().await;
    assert!(
        matches!(told.as_slice(), [Told::Found { .. }, Told::Done { findings: 1, .. }]),
        "{told:?}"
    );
}
