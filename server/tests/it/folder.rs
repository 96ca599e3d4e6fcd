//! The watched folder.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::harness::{TestApp, order_created};

fn inbox(app: &TestApp, source: &str) -> PathBuf {
    let folder = app.dir.path().join("inbox").join(source);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn result(folder: &std::path::Path, place: &str, name: &str) -> Value {
    let text = fs::read(folder.join(place).join(format!("{name}.result.json"))).unwrap();
    serde_json::from_slice(&text).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn finished_files_are_taken_in_order_and_put_away_with_a_result() {
    let app = TestApp::start().await;
    app.source("nightly").await;
    let folder = inbox(&app, "nightly");
    let (first, second) = (order_created("f1", "4500000001"), order_created("f2", "4500000002"));
    fs::write(folder.join("b.json"), second.to_string()).unwrap();
    fs::write(folder.join("a.ndjson"), format!("{first}\n{second}\n")).unwrap();
    fs::write(folder.join("c.json.part"), "unfinished").unwrap();
    app.until("both files are done", async || {
        folder.join("done/b.json").exists() && folder.join("done/a.ndjson").exists()
    })
    .await;
    let a = result(&folder, "done", "a.ndjson");
    assert_eq!(
        (&a["counts"]["accepted"], &a["counts"]["duplicate"]),
        (&2.into(), &0.into()),
        "{a}"
    );
    let b = result(&folder, "done", "b.json");
    assert_eq!(
        (&b["counts"]["accepted"], &b["counts"]["duplicate"]),
        (&0.into(), &1.into()),
        "a came first: {b}"
    );
    assert!(folder.join("c.json.part").exists());
    fs::rename(folder.join("c.json.part"), folder.join("c.json")).unwrap();
    app.until("the renamed file is put away", async || {
        folder.join("failed/c.json").exists()
    })
    .await;
    let c = result(&folder, "failed", "c.json");
    assert_eq!(c["counts"]["parked"], 1, "nothing is lost: {c}");
    assert!(!c["why"].as_str().unwrap().starts_with('['), "{c}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_half_taken_when_the_server_stopped_is_taken_again() {
    let app = TestApp::start().await;
    let token = app.source("nightly").await;
    let first = order_created("f1", "4500000001");
    let taken = app
        .post("/v1/events")
        .token(&token)
        .header("content-type", "application/cloudevents+json")
        .body(first.to_string())
        .send()
        .await;
    assert_eq!(taken.status, 202);
    let folder = inbox(&app, "nightly");
    let dir = app.stop().await;
    fs::write(
        folder.join("a.ndjson"),
        format!("{first}\n{}\n", order_created("f2", "4500000002")),
    )
    .unwrap();
    let app = TestApp::on(dir, |_| {}).await;
    app.until("the file is done", async || folder.join("done/a.ndjson").exists())
        .await;
    let a = result(&folder, "done", "a.ndjson");
    assert_eq!(
        (&a["counts"]["accepted"], &a["counts"]["duplicate"]),
        (&1.into(), &1.into()),
        "{a}"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_a_name_that_is_no_source_wait() {
    let app = TestApp::start().await;
    let folder = inbox(&app, "stranger");
    fs::write(folder.join("a.json"), order_created("f1", "4500000001").to_string()).unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    assert!(folder.join("a.json").exists());
    app.source("stranger").await;
    app.until("the file is done", async || folder.join("done/a.json").exists())
        .await;
    app.stop().await;
}
