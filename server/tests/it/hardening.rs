//! What strangers send that no browser and no sender writes.

use std::io::Write as _;
use std::time::Duration;

use http::{Method, StatusCode};
use server::routes::{Kind, table};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use views::{Environment, Role};

use crate::harness::{PASSWORD, TestApp, order_created};

/// Sends bytes as they are; the status of the answer, 0 when the server only hung up.
async fn raw(app: &TestApp, bytes: &[u8]) -> u16 {
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    // The server may hang up before it has read everything.
    let _ = stream.write_all(bytes).await;
    let mut answer = vec![0; 64];
    let read = tokio::time::timeout(Duration::from_secs(10), stream.read(&mut answer)).await;
    let n = read.expect("an answer or an end in time").unwrap_or(0);
    let text = String::from_utf8_lossy(&answer[..n]).into_owned();
    text.split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_path_leads_out_of_the_site() {
    let app = TestApp::start().await;
    for folder in ["/pkg/", "/style/"] {
        for up in [
            "../Cargo.toml",
            "../../Cargo.toml",
            "..%2fCargo.toml",
            "%2e%2e/Cargo.toml",
            "%2e%2e%2f%2e%2e%2fetc/passwd",
            "..%5c..%5cCargo.toml",
            "....//....//etc/passwd",
            "//etc/passwd",
            "/etc/passwd",
            "./../Cargo.toml",
            "%252e%252e/Cargo.toml",
            "..;/Cargo.toml",
            "main.css/../../Cargo.toml",
            "C:%5cwindows%5cwin.ini",
        ] {
            let request = format!("GET {folder}{up} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            assert_eq!(raw(&app, request.as_bytes()).await, 404, "{folder}{up}");
        }
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_two_readers_would_read_differently_is_refused() {
    let app = TestApp::start().await;
    for (request, why) in [
        ("GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "two hosts"),
        ("GET /healthz HTTP/1.1\r\n\r\n", "no host"),
        (
            "GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: b\rc\r\n\r\n",
            "a bare CR in a value",
        ),
        (
            "GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: b\0c\r\n\r\n",
            "NUL in a value",
        ),
        ("GET /healthz\0 HTTP/1.1\r\nHost: a\r\n\r\n", "NUL in the address"),
        (
            "GET /healthz%00 HTTP/1.1\r\nHost: a\r\n\r\n",
            "a written NUL in the address",
        ),
        (
            "GET /sign-in?next=%00 HTTP/1.1\r\nHost: a\r\n\r\n",
            "a written NUL in a value",
        ),
        (
            "POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            "two lengths",
        ),
        (
            "POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
            "a negative length",
        ),
        (
            "POST /v1/events HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
            "a coding after chunked",
        ),
        (
            "GET /healthz HTTP/1.1\r\nHost: a\r\n X-Folded: b\r\n\r\n",
            "a folded header",
        ),
        ("GE\x07T /healthz HTTP/1.1\r\nHost: a\r\n\r\n", "a method with a bell"),
    ] {
        let status = raw(&app, request.as_bytes()).await;
        assert!(status == 0 || (400..500).contains(&status), "{why}: {status}");
    }
    let smuggled =
        "POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG";
    let status = raw(&app, smuggled.as_bytes()).await;
    assert!(
        status == 0 || (400..500).contains(&status),
        "a length and chunks: {status}"
    );
    assert_eq!(app.get("/healthz").send().await.status, StatusCode::OK, "it still runs");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_long_or_too_much_is_refused_and_does_no_harm() {
    let app = TestApp::start().await;
    let long = "a".repeat(1 << 20);
    let many = (0..1_000).map(|n| format!("X-{n}: a\r\n")).collect::<String>();
    for (request, why) in [
        (
            format!("GET /sign-in?next=/{long} HTTP/1.1\r\nHost: a\r\n\r\n"),
            "an address",
        ),
        (
            format!("GET /sign-in?next=/{} HTTP/1.1\r\nHost: a\r\n\r\n", &long[..20_000]),
            "a long address",
        ),
        (
            format!("GET /healthz HTTP/1.1\r\nHost: a\r\nX-Long: {long}\r\n\r\n"),
            "a header",
        ),
        (
            format!("GET /healthz HTTP/1.1\r\nHost: a\r\nCookie: docket_session={long}\r\n\r\n"),
            "a cookie",
        ),
        (
            format!("GET /healthz HTTP/1.1\r\nHost: a\r\n{many}\r\n"),
            "many headers",
        ),
        (
            format!("POST /act/access/sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nuser={long}"),
            "a form",
        ),
    ] {
        let status = raw(&app, request.as_bytes()).await;
        assert!(status == 0 || (400..500).contains(&status), "{why}: {status}");
    }
    assert_eq!(app.get("/healthz").send().await.status, StatusCode::OK, "it still runs");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_parameter_leads_to_another_site() {
    let app = TestApp::start().await;
    let session = app.person("all", &[Role::Procurement]).await;
    for evil in [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/%09/evil.example",
        "javascript:alert(1)",
        " //evil.example",
        "/\t/evil.example",
        "https:evil.example",
        "///evil.example",
    ] {
        let coded = percent_encoding::utf8_percent_encode(evil, percent_encoding::NON_ALPHANUMERIC).to_string();
        let led = app
            .get(&format!("/sign-in?next={coded}"))
            .session(&session)
            .send()
            .await;
        let fields = [("user", "all"), ("password", PASSWORD), ("next", evil)];
        let signed = app
            .post("/act/access/sign-in")
            .header("sec-fetch-site", "same-origin")
            .form(&fields)
            .send()
            .await;
        for to in [led.header("location"), signed.header("location")] {
            let own = to.starts_with('/') && !to[1..].starts_with(['/', '\\', '\t']) && !to.contains("/%09/evil");
            assert!(own || to == "/%09/evil.example", "{evil} leads to {to}");
            assert!(!to.starts_with("//") && !to.starts_with("/\\"), "{evil} leads to {to}");
        }
    }
    // Acts lead back to pages of their own, whatever fields a form adds.
    for row in table().iter().filter(|row| row.kind == Kind::Act) {
        let evil = "https://evil.example";
        let fields = ["back", "next", "return_to", "redirect", "url", "to"].map(|name| (name, evil));
        let mut fields = fields.to_vec();
        fields.extend([
            ("id", "1"),
            ("version", "1"),
            ("user", "all"),
            ("password", "x"),
            ("name", "x"),
        ]);
        let answer = app.post(row.path).session(&session).form(&fields).send().await;
        let to = answer.header("location");
        assert!(
            !to.starts_with("http") && !to.starts_with("//"),
            "{} leads to {to}",
            row.path
        );
    }
    app.stop().await;
}

fn packed(plain: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bomb_is_refused_and_a_packed_message_is_taken() {
    let app = TestApp::start().await;
    let token = app.source("erp").await;
    let send = async |body: Vec<u8>| {
        app.post("/v1/in/erp")
            .token(&token)
            .header("content-encoding", "gzip")
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await
    };
    let bomb = send(packed(&vec![b' '; 7 << 20])).await;
    assert_eq!(bomb.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(bomb.json()["code"], "error-body-ratio");
    let twice = send(packed(&packed(&vec![b' '; 64 << 20]))).await;
    assert_eq!(
        twice.status,
        StatusCode::ACCEPTED,
        "what is packed twice is unpacked once"
    );
    let message = send(packed(order_created("g1", "4500000001").to_string().as_bytes())).await;
    assert_eq!(message.status, StatusCode::ACCEPTED);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_trusted_proxy_each_person_has_limits_of_their_own() {
    let guess = async |app: &TestApp, from: &str| {
        let fields = [("user", "maria"), ("password", "guess")];
        app.post("/act/access/sign-in")
            .header("sec-fetch-site", "same-origin")
            .header("x-forwarded-for", from)
            .form(&fields)
            .send()
            .await
            .status
    };
    let app = TestApp::with(|config| {
        config.limits.sign_in_per_minute = 2;
        config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    })
    .await;
    for _ in 0..2 {
        assert!(guess(&app, "198.51.100.7").await.is_redirection());
    }
    assert_eq!(guess(&app, "198.51.100.7").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(
        guess(&app, "203.0.113.1, 198.51.100.7").await,
        StatusCode::TOO_MANY_REQUESTS,
        "what the stranger wrote before the proxy's word does not count"
    );
    assert!(guess(&app, "198.51.100.8").await.is_redirection(), "somebody else");
    app.stop().await;
    let app = TestApp::with(|config| config.limits.sign_in_per_minute = 2).await;
    for n in 0..2 {
        assert!(guess(&app, &format!("198.51.100.{n}")).await.is_redirection());
    }
    assert_eq!(
        guess(&app, "198.51.100.9").await,
        StatusCode::TOO_MANY_REQUESTS,
        "without a trusted proxy the header is nobody's word"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_demo_lets_in_with_one_click() {
    for (environment, status) in [
        (Environment::Production, StatusCode::NOT_FOUND),
        (Environment::Test, StatusCode::NOT_FOUND),
        (Environment::Demo, StatusCode::SEE_OTHER),
    ] {
        let app = TestApp::with(|config| config.environment = environment).await;
        let answer = app
            .post("/act/access/sign-in-demo")
            .header("sec-fetch-site", "same-origin")
            .form(&[("user", "maria")])
            .send()
            .await;
        assert!(
            answer.status == status || (environment == Environment::Demo && answer.status.is_redirection()),
            "{environment:?}: {}",
            answer.status
        );
        assert_eq!(answer.header("set-cookie"), "", "this store is not a demo's");
        app.stop().await;
    }
}

#[test]
fn a_production_installation_that_speaks_in_the_clear_does_not_start() {
    let config = |base_url: Option<&str>, listen: &str, environment| server::config::Config {
        base_url: base_url.map(str::to_owned),
        listen: listen.parse().unwrap(),
        environment,
        ..server::config::Config::default()
    };
    let may = |base_url, listen, environment| server::start::may_serve(&config(base_url, listen, environment)).is_ok();
    let (production, test, demo) = (Environment::Production, Environment::Test, Environment::Demo);
    assert!(may(None, "127.0.0.1:8417", production) && may(None, "[::1]:8417", production));
    assert!(may(Some("https://docket.example"), "0.0.0.0:8417", production));
    assert!(!may(None, "0.0.0.0:8417", production));
    assert!(!may(Some("http://docket.example"), "127.0.0.1:8417", production));
    assert!(!may(
        Some("http://localhost@docket.example"),
        "127.0.0.1:8417",
        production
    ));
    assert!(may(Some("http://docket.example"), "0.0.0.0:8417", test) && may(None, "0.0.0.0:8417", demo));
}

#[tokio::test(flavor = "multi_thread")]
async fn methods_that_no_route_has_are_refused() {
    let app = TestApp::start().await;
    for method in [
        Method::TRACE,
        Method::CONNECT,
        Method::DELETE,
        Method::PUT,
        Method::PATCH,
    ] {
        let status = app.ask(method.clone(), "/v1/orders").send().await.status;
        assert!(status.is_client_error(), "{method}: {status}");
    }
    app.stop().await;
}
