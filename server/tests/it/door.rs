//! Signing in, and what another site cannot do.

use http::StatusCode;
use views::Role;

use crate::harness::{PASSWORD, TestApp};

fn session_of(cookie: &str) -> &str {
    cookie
        .split(';')
        .next()
        .unwrap()
        .strip_prefix("docket_session=")
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_one_time_link_makes_the_first_administrator_once() {
    let app = TestApp::start().await;
    let key = app
        .running()
        .server
        .engine
        .first_administrator_secret()
        .await
        .unwrap()
        .expect("nobody is there yet");
    let page = app.get(&format!("/welcome?key={key}")).send().await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let ahead = app
        .get(&format!("/welcome?key={key}"))
        .header("sec-purpose", "prefetch")
        .send()
        .await;
    assert_eq!(ahead.status, StatusCode::SERVICE_UNAVAILABLE);
    let claim = async || {
        let fields = [
            ("key", key.as_str()),
            ("user", "ada"),
            ("name", "Ada"),
            ("password", PASSWORD),
        ];
        app.post("/act/access/claim")
            .header("sec-fetch-site", "same-origin")
            .form(&fields)
            .send()
            .await
    };
    let made = claim().await;
    assert!(made.status.is_redirection(), "{} {}", made.status, made.text);
    let cookie = made.header("set-cookie").to_owned();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"),
        "{cookie}"
    );
    assert!(!cookie.contains("Secure"), "loopback has no TLS: {cookie}");
    let home = app.get("/").session(session_of(&cookie)).send().await;
    assert_eq!(home.status, StatusCode::OK);
    assert!(home.text.contains("Ada"));
    let again = claim().await;
    assert_eq!(again.header("set-cookie"), "", "the link is used up");
    assert!(
        app.running()
            .server
            .engine
            .first_administrator_secret()
            .await
            .unwrap()
            .is_none()
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_is_known_and_signs_out() {
    let app = TestApp::start().await;
    app.person("maria", &[Role::Procurement]).await;
    let fields = [("user", "maria"), ("password", PASSWORD), ("next", "/orders")];
    let signed = app
        .post("/act/access/sign-in")
        .header("sec-fetch-site", "same-origin")
        .form(&fields)
        .send()
        .await;
    assert!(signed.status.is_redirection(), "{}", signed.text);
    assert_eq!(signed.header("location"), "/orders");
    let session = session_of(signed.header("set-cookie")).to_owned();
    assert_eq!(app.get("/orders").session(&session).send().await.status, StatusCode::OK);
    let out = app
        .post("/act/access/sign-out")
        .session(&session)
        .form(&[])
        .send()
        .await;
    assert!(out.status.is_redirection(), "{}", out.text);
    let after = app.get("/orders").session(&session).send().await;
    assert!(after.status.is_redirection() && after.header("location").starts_with("/sign-in"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_blocked_does_not_come_in_and_does_not_stay() {
    let app = TestApp::start().await;
    let session = app.person("maria", &[Role::Procurement]).await;
    assert_eq!(app.get("/orders").session(&session).send().await.status, StatusCode::OK);
    let server = &app.running().server;
    let log = &server.engine.store().log;
    let mut person = log.get_person("maria").await.unwrap().unwrap();
    let now = server.clock.now();
    person.blocked_at = Some(now);
    let mut change = log.begin_change().await.unwrap();
    change.upsert_person(&person).await.unwrap();
    let row = store::log::AuditRow::done(now, "ada", "person.blocked", "person:maria");
    change.commit(&[row]).await.unwrap();
    assert!(
        app.get("/orders")
            .session(&session)
            .send()
            .await
            .status
            .is_redirection()
    );
    let fields = [("user", "maria"), ("password", PASSWORD)];
    let again = app
        .post("/act/access/sign-in")
        .header("sec-fetch-site", "same-origin")
        .form(&fields)
        .send()
        .await;
    assert_eq!(
        again.header("location"),
        "/sign-in?error=error-sign-in",
        "the answer tells nothing"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_a_password_is_slowed_down() {
    let app = TestApp::with(|config| config.limits.sign_in_per_minute = 3).await;
    app.person("maria", &[Role::Procurement]).await;
    let guess = async |user: &str| {
        let fields = [("user", user), ("password", "guess")];
        app.post("/act/access/sign-in")
            .header("sec-fetch-site", "same-origin")
            .form(&fields)
            .send()
            .await
    };
    for _ in 0..3 {
        let wrong = guess("maria").await;
        assert!(
            wrong.status.is_redirection() && wrong.header("set-cookie").is_empty(),
            "{}",
            wrong.text
        );
    }
    let slowed = guess("Maria").await;
    assert_eq!(slowed.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(slowed.header("retry-after").parse::<u32>().unwrap() > 0);
    assert!(
        slowed.text.starts_with("<!DOCTYPE html>") && slowed.text.contains("Too many attempts."),
        "a person reads a page: {}",
        slowed.text
    );
    assert!(
        guess("jonas").await.status.is_redirection(),
        "another name may still be tried"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_site_cannot_act_with_a_persons_session() {
    let app = TestApp::start().await;
    let session = app.person("ada", &[Role::Administrator]).await;
    let source = serde_json::json!({ "name": "evil", "title": "", "lane": "erp", "entity": "DE01" });
    let cookie = format!("docket_session={session}");
    let own = format!("http://{}", app.address);
    let ask = || app.post("/v1/sources").header("cookie", &cookie).json(&source);
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
    ] {
        let refused = ask().header(name, value).send().await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{name}: {value}");
        assert_eq!(refused.json()["code"], "error-other-site");
    }
    assert_eq!(
        ask().send().await.status,
        StatusCode::UNAUTHORIZED,
        "a cookie alone does not act"
    );
    let sign_in = app
        .post("/act/access/sign-in")
        .header("origin", "https://evil.example")
        .form(&[("user", "ada")]);
    assert_eq!(
        sign_in.send().await.status,
        StatusCode::FORBIDDEN,
        "nor can it sign a person in"
    );
    assert_eq!(
        ask().header("origin", &own).send().await.status,
        StatusCode::CREATED,
        "the own page may"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_with_a_token_speaks_for_no_session() {
    let app = TestApp::start().await;
    let session = app.person("ada", &[Role::Administrator]).await;
    let token = app.source("erp").await;
    let answer = app.get("/v1/sources").session(&session).token(&token).send().await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn over_tls_the_cookie_is_only_sent_there() {
    let app = TestApp::with(|config| config.base_url = Some("https://docket.example".into())).await;
    app.person("maria", &[Role::Procurement]).await;
    let fields = [("user", "maria"), ("password", PASSWORD)];
    let signed = app
        .post("/act/access/sign-in")
        .header("origin", "https://docket.example")
        .form(&fields)
        .send()
        .await;
    let cookie = signed.header("set-cookie");
    assert!(
        cookie.starts_with("__Host-docket_session=") && cookie.contains("Secure") && cookie.contains("Path=/"),
        "{} {}",
        signed.status,
        signed.header("set-cookie")
    );
    assert!(signed.header("strict-transport-security").contains("max-age"));
    let secret = cookie.split([';', '=']).nth(1).unwrap();
    let planted = app
        .get("/")
        .header("cookie", &format!("docket_session={secret}"))
        .send()
        .await;
    assert!(
        planted.status.is_redirection(),
        "a neighbour's cookie without the prefix is nobody's"
    );
    let ours = app
        .get("/")
        .header("cookie", &format!("__Host-docket_session={secret}"))
        .send()
        .await;
    assert_eq!(ours.status, StatusCode::OK);
    app.stop().await;
}
