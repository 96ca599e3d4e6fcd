//! Commands beside a running server, and data folders that must not be opened.

use std::path::Path;

use server::backup;
use server::config::Config;
use server::console::BackupTo;
use server::home::{Holder, Home, HomeError};
use server::ingest::{Job, Told};
use server::start::{self, Use};
use server::talk;
use views::Role;
use views::sources::NewSource;

use crate::harness::{TestApp, order_created};

fn holder(dir: &Path) -> Holder {
    match Home::take(dir) {
        Err(HomeError::Held(Some(holder))) => holder,
        other => panic!("{other:?}"),
    }
}

fn job(path: &Path) -> Job {
    let source = NewSource {
        name: "files".into(),
        title: "Files".into(),
        lane: "erp".into(),
        entity: "DE01".into(),
    };
    Job {
        path: path.to_owned(),
        source,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_ingested_through_the_running_server_and_twice_gives_the_same_end() {
    let app = TestApp::start().await;
    let holder = holder(app.dir.path());
    let file = app.dir.path().join("orders.ndjson");
    let lines: String = (0..50)
        .map(|n| format!("{}\n", order_created(&format!("i{n}"), &format!("45{n:08}"))))
        .collect();
    std::fs::write(&file, lines).unwrap();
    let ingest = async || {
        let mut told = Vec::new();
        talk::ask(Some(&holder), "/console/ingest", &job(&file), |t: Told| told.push(t))
            .await
            .unwrap();
        match told.pop() {
            Some(Told::Done { summary, .. }) => summary,
            other => panic!("{other:?}"),
        }
    };
    let first = ingest().await;
    assert_eq!((first.read, first.accepted, first.parked), (50, 50, 0));
    let second = ingest().await;
    assert_eq!((second.read, second.accepted, second.duplicate), (50, 0, 50));
    app.settle().await;
    let maria = app.person("maria", &[Role::Procurement]).await;
    let orders = app.get("/v1/orders?limit=200").session(&maria).send().await;
    assert_eq!(orders.json()["rows"].as_array().unwrap().len(), 50);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn views_rebuilt_beside_the_live_ones_are_the_same_bytes() {
    let app = TestApp::start().await;
    let token = app.source("erp").await;
    for n in 0..20 {
        let event = order_created(&format!("v{n}"), &format!("45{n:08}")).to_string();
        let ask = app
            .post("/v1/events")
            .token(&token)
            .header("content-type", "application/cloudevents+json");
        ask.body(event).send().await;
    }
    app.settle().await;
    let mut told = Vec::new();
    let hear = |t: server::rebuild::Told| told.push(t);
    talk::ask(Some(&holder(app.dir.path())), "/console/rebuild", &(), hear)
        .await
        .unwrap();
    match told.pop() {
        Some(server::rebuild::Told::Done {
            events,
            differ,
            compared,
            ..
        }) => {
            assert_eq!((differ, compared), (None, true));
            assert!(events >= 20);
        }
        other => panic!("{other:?}"),
    }
    let maria = app.person("maria", &[Role::Procurement]).await;
    let order = app.get("/v1/orders/DE01/4500000007").session(&maria).send().await;
    assert_eq!(order.status, 200, "pages read the new views: {}", order.text);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_running_server_is_restored_with_its_key() {
    let app = TestApp::start().await;
    let token = app.source("erp").await;
    let sent = app
        .post("/v1/in/erp")
        .token(&token)
        .header("content-type", "text/plain")
        .body("what is this")
        .send()
        .await;
    let id = sent.json()["id"].to_string();
    app.settle().await;
    let elsewhere = tempfile::tempdir().unwrap();
    let to = elsewhere.path().join("backup");
    let mut told = None;
    let asked = BackupTo { to: to.clone() };
    talk::ask(Some(&holder(app.dir.path())), "/console/backup", &asked, |t| {
        told = Some(t)
    })
    .await
    .unwrap();
    assert!(
        matches!(told, Some(backup::Told::Done { bytes }) if bytes > 0),
        "{told:?}"
    );
    app.stop().await;

    let fresh = tempfile::tempdir().unwrap();
    backup::restore(&to, fresh.path()).await.unwrap();
    assert!(
        backup::restore(&to, fresh.path()).await.is_err(),
        "a log is never overwritten"
    );
    let app = TestApp::on(fresh, |_| {}).await;
    app.settle().await;
    let jonas = app.person("jonas", &[Role::Support]).await;
    let message = app.get(&format!("/v1/messages/{id}")).session(&jonas).send().await;
    assert_eq!(message.json()["raw"]["text"], "aaaa aa aaaa", "{}", message.text);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demos_store_and_a_companys_are_never_taken_for_each_other() {
    let config = |dir: &Path| Config {
        data: dir.to_owned(),
        ..Config::default()
    };
    let open = async |dir: &Path, purpose| {
        let opened = start::open(Home::take(dir).unwrap(), &config(dir), purpose, None).await?;
        opened.engine.stop().await;
        opened.engine.store().close().await;
        drop(opened.engine);
        Ok::<_, domain::Sentence>(())
    };
    let demo = tempfile::tempdir().unwrap();
    open(demo.path(), Use::Demo).await.unwrap();
    assert_eq!(open(demo.path(), Use::Product).await.unwrap_err().key, "start-is-demo");
    open(demo.path(), Use::Demo).await.unwrap();

    let app = TestApp::start().await;
    app.person("maria", &[Role::Procurement]).await;
    let company = app.stop().await;
    assert_eq!(open(company.path(), Use::Demo).await.unwrap_err().key, "start-not-demo");
}
