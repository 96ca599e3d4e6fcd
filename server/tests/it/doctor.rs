//! `docket doctor`: what it says of a folder that is in order, and of one that is not.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

use server::cli::Out;
use server::config::Config;
use server::doctor::{self, Finding, Verdict};
use simulator::identity::Provider;
use views::Role;
use views::words::say;

use crate::harness::{TestApp, order_created};

fn config(dir: &Path) -> Config {
    let mut config = Config {
        data: dir.to_owned(),
        ..Config::default()
    };
    config.doctor.free_megabytes = 0;
    config
}

/// As `docket serve` makes it.
fn own(dir: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o700)).unwrap();
    }
}

fn verdicts(found: &[Finding]) -> BTreeMap<&str, Verdict> {
    found.iter().map(|f| (f.about.as_str(), f.verdict)).collect()
}

fn keys(found: &[Finding]) -> Vec<&str> {
    found.iter().map(|f| f.says.key.as_ref()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_server_in_order_has_only_things_in_order() {
    let app = TestApp::start().await;
    app.person("ada", &[Role::Administrator]).await;
    app.person("grace", &[Role::Administrator]).await;
    let token = app.source("erp").await;
    app.post("/v1/events")
        .token(&token)
        .header("content-type", "application/cloudevents+json")
        .body(order_created("d1", "4500000001").to_string())
        .send()
        .await;
    app.settle().await;
    own(app.dir.path());
    let config = config(app.dir.path());
    let to = tempfile::tempdir().unwrap();
    let log = &app.running().server.engine;
    let now = app.running().server.clock.now();
    server::backup::run(log, app.dir.path(), &to.path().join("backup"), now).await;
    let found = doctor::examine(&config).await;
    for finding in &found {
        assert_eq!(finding.verdict, Verdict::Fine, "{}", say(&finding.says));
    }
    for about in [
        "folder",
        "disk",
        "clock",
        "key",
        "address",
        "proxies",
        "environment",
        "sign-in",
        "backup",
        "log",
        "sources",
        "tokens",
        "views",
        "reached",
    ] {
        assert!(verdicts(&found).contains_key(about), "nothing is said of {about}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_sentence_is_in_the_catalogue() {
    let source = [
        include_str!("../../src/doctor/mod.rs"),
        include_str!("../../src/doctor/folder.rs"),
        include_str!("../../src/doctor/around.rs"),
        include_str!("../../src/doctor/inside.rs"),
    ]
    .concat();
    let keys: Vec<&str> = source.split('"').filter(|text| text.starts_with("doctor-")).collect();
    assert!(keys.len() > 30, "{keys:?}");
    for key in keys {
        assert!(views::words::Words::english().has(key), "{key} has no words");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_server_with_one_administrator_and_a_silent_source_is_looked_at() {
    let app = TestApp::start().await;
    app.person("ada", &[Role::Administrator]).await;
    let token = app.source("erp").await;
    app.post("/v1/events")
        .token(&token)
        .header("content-type", "application/cloudevents+json")
        .body(order_created("d1", "4500000001").to_string())
        .send()
        .await;
    let dir = app.stop().await;
    let mut config = config(dir.path());
    config.doctor.silent_hours = 0;
    let found = doctor::examine(&config).await;
    let keys = keys(&found);
    for key in [
        "doctor-server-stopped",
        "doctor-one-administrator",
        "doctor-sources-silent",
        "doctor-backup-never",
    ] {
        assert!(keys.contains(&key), "{keys:?}");
    }
    assert_eq!(doctor::worst(&found), Verdict::Look);
    let silent = found.iter().find(|f| f.about == "sources").unwrap();
    assert_eq!(say(&silent.says), "A source has not sent for more than 0 hours: erp.");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn rights_that_others_have_are_found() {
    use std::os::unix::fs::PermissionsExt;
    let dir = TestApp::start().await.stop().await;
    let open = |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    open(dir.path(), 0o755);
    open(&dir.path().join("sealing.key"), 0o644);
    let found = doctor::examine(&config(dir.path())).await;
    assert_eq!(verdicts(&found)["key"], Verdict::Broken);
    assert!(keys(&found).contains(&"doctor-folder-open"));
    std::fs::write(dir.path().join("sealing.key"), "nonsense").unwrap();
    let found = doctor::examine(&config(dir.path())).await;
    assert!(keys(&found).contains(&"home-key-broken"));
    std::fs::remove_file(dir.path().join("sealing.key")).unwrap();
    assert!(keys(&doctor::examine(&config(dir.path())).await).contains(&"doctor-key-none"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_from_the_future_and_a_full_disk_are_broken() {
    let dir = TestApp::start().await.stop().await;
    let file = std::fs::File::create(dir.path().join("later")).unwrap();
    let later = file.metadata().unwrap().modified().unwrap() + std::time::Duration::from_secs(7200);
    file.set_modified(later).unwrap();
    let mut config = config(dir.path());
    config.doctor.free_megabytes = u64::MAX;
    let found = doctor::examine(&config).await;
    assert!(keys(&found).contains(&"doctor-clock-back") && keys(&found).contains(&"doctor-disk-full"));
    assert_eq!(doctor::worst(&found), Verdict::Broken);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_do_not_go_together_are_found() {
    let dir = tempfile::tempdir().unwrap();
    let mut config = config(dir.path());
    config.listen = "0.0.0.0:8417".parse().unwrap();
    assert_eq!(verdicts(&doctor::examine(&config).await)["address"], Verdict::Broken);
    config.base_url = Some("https://docket.example".into());
    let found = doctor::examine(&config).await;
    assert_eq!(
        (verdicts(&found)["address"], verdicts(&found)["proxies"]),
        (Verdict::Fine, Verdict::Look)
    );
    config.trusted_proxies = vec!["0.0.0.0/0".parse().unwrap()];
    assert_eq!(verdicts(&doctor::examine(&config).await)["proxies"], Verdict::Broken);
    config.trusted_proxies = vec!["10.0.0.2".parse().unwrap()];
    assert_eq!(verdicts(&doctor::examine(&config).await)["proxies"], Verdict::Fine);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_ends_soon_is_found() {
    let app = TestApp::start().await;
    app.source("erp").await;
    let server = &app.running().server;
    let log = &server.engine.store().log;
    let now = server.clock.now();
    let mut token = log.list_tokens().await.unwrap().remove(0);
    token.title = "WMS of Lodz".into();
    token.hash = vec![7; 32];
    token.expires_at = Some(now.plus(3 * domain::Instant::DAY));
    let mut change = log.begin_change().await.unwrap();
    change.insert_token(&token).await.unwrap();
    let row = store::log::AuditRow::done(now, "console", "token.created", "token:2");
    change.commit(&[row]).await.unwrap();
    let found = doctor::examine(&config(app.dir.path())).await;
    let ending = found.iter().find(|f| f.about == "tokens").unwrap();
    assert_eq!(ending.verdict, Verdict::Look);
    assert!(say(&ending.says).contains("WMS of Lodz (dkt_"), "{}", say(&ending.says));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_nobody_named_is_found() {
    let app = TestApp::start().await;
    app.get("/healthz")
        .header("x-forwarded-for", "198.51.100.7")
        .send()
        .await;
    let found = doctor::examine(&config(app.dir.path())).await;
    let odd = found.iter().find(|f| f.about == "forwarded").expect("it is found");
    assert!(
        say(&odd.says).starts_with("127.0.0.1 says where requests come from"),
        "{odd:?}"
    );
    app.stop().await;
    let app = TestApp::with(|config| config.trusted_proxies = vec!["127.0.0.1".parse().unwrap()]).await;
    app.get("/healthz")
        .header("x-forwarded-for", "198.51.100.7")
        .send()
        .await;
    let found = doctor::examine(&config(app.dir.path())).await;
    assert!(!verdicts(&found).contains_key("forwarded"), "it is named");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_provider_is_asked_whether_it_answers() {
    let provider = Provider::start("docket", "s", Arc::new(engine::SystemClock))
        .await
        .unwrap();
    let dir = tempfile::tempdir().unwrap();
    let mut config = config(dir.path());
    config.oidc.issuer = provider.issuer();
    config.oidc.client_id = "docket".into();
    assert_eq!(verdicts(&doctor::examine(&config).await)["provider"], Verdict::Fine);
    provider.rest(true);
    assert_eq!(verdicts(&doctor::examine(&config).await)["provider"], Verdict::Broken);
}

#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Page {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_read_the_worst_last_and_machines_read_json() {
    let dir = tempfile::tempdir().unwrap();
    let mut config = config(dir.path());
    config.listen = "0.0.0.0:8417".parse().unwrap();
    let found = doctor::examine(&config).await;
    let said = |json| {
        let page = Page::default();
        doctor::show(&Out::new(Box::new(page.clone()), false), &found, json);
        String::from_utf8(page.0.lock().unwrap().clone()).unwrap()
    };
    let lines = said(false);
    let lines: Vec<&str> = lines.lines().collect();
    assert!(lines[0].starts_with("in order"), "{lines:?}");
    assert!(lines[lines.len() - 2].starts_with("broken"), "{lines:?}");
    let rows: serde_json::Value = serde_json::from_str(&said(true)).unwrap();
    assert_eq!(rows.as_array().unwrap().len(), found.len());
    assert!(
        rows[0]["text"].as_str().is_some_and(|text| text.ends_with('.')),
        "{rows}"
    );
}

fn docket(dir: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_docket"))
        .args(["--data", &dir.display().to_string()])
        .args(arguments)
        .env("DOCKET_DOCTOR__FREE_MEGABYTES", "0")
        .current_dir(dir)
        .output()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_exit_code_says_how_bad_it_is() {
    let dir = TestApp::start().await.stop().await;
    let looked = docket(dir.path(), &["doctor", "--json"]);
    assert_eq!(looked.status.code(), Some(1), "{looked:?}");
    let rows: serde_json::Value = serde_json::from_slice(&looked.stdout).unwrap();
    assert!(
        rows.as_array().unwrap().iter().any(|row| row["about"] == "sign-in"),
        "{rows}"
    );
    std::fs::remove_file(dir.path().join("sealing.key")).unwrap();
    let broken = docket(dir.path(), &["doctor"]);
    assert_eq!(broken.status.code(), Some(2), "{broken:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_is_not_served_as_a_companys_own_nor_the_other_way() {
    let dir = TestApp::start().await.stop().await;
    let app = TestApp::on(dir, |_| {}).await;
    app.person("ada", &[Role::Administrator]).await;
    let dir = app.stop().await;
    let demo = docket(dir.path(), &["demo", "--listen", "127.0.0.1:0"]);
    assert_eq!(demo.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&demo.stdout).contains("a company's own data"),
        "{demo:?}"
    );
    let dir = tempfile::tempdir().unwrap();
    let home = server::home::Home::take(dir.path()).unwrap();
    let config = config(dir.path());
    let opened = server::start::open(home, &config, server::start::Use::Demo, None)
        .await
        .unwrap();
    opened.engine.stop().await;
    opened.engine.store().close().await;
    drop(opened);
    let served = docket(dir.path(), &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(served.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&served.stdout).contains("holds the demo"),
        "{served:?}"
    );
}
