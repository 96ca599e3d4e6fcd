//! The real program, saying all that it can of itself, through a whole day at the door: no secret is in what it says, and
//! nobody can make it say a line of theirs.

use std::fs::File;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use connect::http::{Client, Schemes};
use engine::SystemClock;
use hmac::{Hmac, Mac};
use http::{Method, Request};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use serde_json::{Value, json};
use server::talk;
use sha2::Sha256;
use simulator::identity::Provider;

use crate::harness::{Answer, PASSWORD, order_created};

const CLIENT_SECRET: &str = "client-secret-4711";
const METRICS_TOKEN: &str = "metrics-token-4711";
const WRONG_PASSWORD: &str = "wrong-password-4711";
const FORGED: &str = "FORGED";

/// A process that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(dir: &Path, issuer: &str) -> Running {
    let settings = format!(
        "[log]\nfilter = 'debug'\n[metrics]\ntoken = '{METRICS_TOKEN}'\n[oidc]\nissuer = '{issuer}'\nclient_id = 'docket'\n\
         client_secret = '{CLIENT_SECRET}'\n[oidc.roles]\np2p-buyers = ['procurement']\n"
    );
    std::fs::write(dir.join("docket.toml"), settings).unwrap();
    let child = Command::new(env!("CARGO_BIN_EXE_docket"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(dir.join("data"))
        .current_dir(dir)
        .stdout(Stdio::from(File::create(dir.join("said")).unwrap()))
        .stderr(Stdio::from(File::create(dir.join("log")).unwrap()))
        .spawn()
        .unwrap();
    Running(child)
}

/// Waits for a word that follows `mark` in what the program says.
async fn said(dir: &Path, mark: &str) -> String {
    for _ in 0..400 {
        let text = std::fs::read_to_string(dir.join("said")).unwrap_or_default();
        let word = text.split_once(mark).and_then(|(_, rest)| rest.split_once(['\n', ' ']));
        if let Some((word, _)) = word {
            return word.to_owned();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!(
        "it never said {mark}: {}",
        std::fs::read_to_string(dir.join("log")).unwrap_or_default()
    );
}

struct Caller {
    address: SocketAddr,
    cookie: String,
}

impl Caller {
    async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", self.address.to_string())
            .header("sec-fetch-site", "same-origin")
            .header("cookie", &self.cookie);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(Bytes::from(body.to_owned()))).unwrap();
        let (head, body) = talk::send(self.address, request).await.unwrap().into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer {
            status: head.status,
            headers: head.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    async fn form(&self, path: &str, body: &str) -> Answer {
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("accept", "text/html"),
        ];
        self.send(Method::POST, path, &headers, body).await
    }
}

fn cookie(answer: &Answer, name: &str) -> String {
    let lines = answer.headers.get_all("set-cookie").iter();
    let value = lines
        .filter_map(|line| line.to_str().ok()?.strip_prefix(&format!("{name}=")))
        .find_map(|line| line.split(';').next().filter(|value| !value.is_empty()));
    value
        .unwrap_or_else(|| panic!("no {name}: {} {}", answer.status, answer.text))
        .to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_at_the_door_leaves_no_secret_and_no_line_of_others_in_the_log() {
    let dir = tempfile::tempdir().unwrap();
    let provider = Provider::start("docket", CLIENT_SECRET, Arc::new(SystemClock))
        .await
        .unwrap();
    let running = start(dir.path(), &provider.issuer());
    let url = said(dir.path(), "Docket is at ").await;
    let claim = said(dir.path(), "/welcome?key=").await;
    let mut caller = Caller {
        address: url.trim_start_matches("http://").parse().unwrap(),
        cookie: String::new(),
    };
    let mut secrets: Vec<(&str, String)> = vec![
        ("the claim", claim.clone()),
        ("the password", PASSWORD.into()),
        ("the password as a form writes it", PASSWORD.replace(' ', "+")),
        ("a wrong password", WRONG_PASSWORD.into()),
        ("the client secret", CLIENT_SECRET.into()),
        ("the token of metrics", METRICS_TOKEN.into()),
    ];
    // The first administrator, by the link; then out, in with a wrong password, in with the right one.
    caller
        .send(Method::GET, &format!("/welcome?key={claim}"), &[], "")
        .await;
    let password = PASSWORD.replace(' ', "+");
    let made = caller
        .form(
            "/act/access/claim",
            &format!("key={claim}&user=ada&name=Ada&password={password}"),
        )
        .await;
    let first = cookie(&made, "docket_session");
    caller.cookie = format!("docket_session={first}");
    caller.form("/act/access/sign-out", "").await;
    caller
        .form("/act/access/sign-in", &format!("user=ada&password={WRONG_PASSWORD}"))
        .await;
    let signed = caller
        .form("/act/access/sign-in", &format!("user=ada&password={password}"))
        .await;
    let session = cookie(&signed, "docket_session");
    caller.cookie = format!("docket_session={session}");
    secrets.extend([("a session that is over", first), ("a session", session)]);
    // A source, its token as bearer, as password, as the key of a signature.
    let source = json!({ "name": "erp", "title": "ERP", "lane": "erp", "entity": "DE01" }).to_string();
    let made = caller
        .send(
            Method::POST,
            "/v1/sources",
            &[("content-type", "application/json")],
            &source,
        )
        .await;
    let token = serde_json::from_str::<Value>(&made.text).unwrap()["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let basic = STANDARD.encode(format!("erp:{token}"));
    let event = order_created("s1", "4500000001").to_string();
    let media_type = ("content-type", "application/cloudevents+json");
    let stranger = Caller {
        address: caller.address,
        cookie: String::new(),
    };
    for authorization in [
        format!("Bearer {token}"),
        format!("Basic {basic}"),
        "Bearer dkt_no".to_owned(),
    ] {
        let headers = [media_type, ("authorization", authorization.as_str())];
        stranger.send(Method::POST, "/v1/events", &headers, &event).await;
    }
    let now = domain::Clock::now(&SystemClock).0 / 1_000_000;
    let mut mac = Hmac::<Sha256>::new_from_slice(token.as_bytes()).unwrap();
    mac.update(format!("m1.{now}.{event}").as_bytes());
    let signature = STANDARD.encode(mac.finalize().into_bytes());
    let signed = format!("v1,{signature}");
    let headers = [
        ("webhook-id", "m1"),
        ("webhook-timestamp", &now.to_string()),
        ("webhook-signature", &signed),
        media_type,
    ];
    stranger.send(Method::POST, "/v1/in/erp", &headers, &event).await;
    caller
        .send(
            Method::GET,
            "/metrics",
            &[("authorization", &format!("Bearer {METRICS_TOKEN}"))],
            "",
        )
        .await;
    secrets.extend([
        ("a token", token),
        ("a token as password", basic),
        ("a signature", signature),
    ]);
    // The identity provider: there, back, and with an answer that does not verify.
    for lie in [false, true] {
        provider.say(|s| s.nonce = lie.then(|| "another".to_owned()));
        let left = stranger.send(Method::GET, "/sign-in/oidc", &[], "").await;
        let errand = cookie(&left, "docket_errand");
        let request = Request::get(left.header("location")).body(Vec::new()).unwrap();
        let answer = Client::new(Schemes::HttpToo).unwrap().send(request).await.unwrap();
        let back = answer.headers()["location"].to_str().unwrap().to_owned();
        let path = back.split_once(&caller.address.to_string()).unwrap().1.to_owned();
        for field in ["state=", "code="] {
            let value = path
                .split(['?', '&'])
                .find_map(|pair| pair.strip_prefix(field))
                .unwrap();
            secrets.push(("what a browser carries", value.to_owned()));
        }
        let came = Caller {
            address: caller.address,
            cookie: format!("docket_errand={errand}"),
        };
        let entered = came.send(Method::GET, &path, &[], "").await;
        secrets.push(("the errand's cookie", errand));
        if !lie {
            secrets.push(("a session by the provider", cookie(&entered, "docket_session")));
        }
    }
    // Lines that somebody would like to be in the log.
    for path in ["/orders?q=a%0d%0aFORGED", "/a%0aFORGED", "/v1/live?topics=%0aFORGED"] {
        caller
            .send(
                Method::GET,
                path,
                &[("x-request-id", "a\tFORGED"), ("traceparent", "\tFORGED")],
                "",
            )
            .await;
    }
    caller.form("/act/access/sign-in", "user=%0d%0aFORGED&password=x").await;
    std::fs::create_dir_all(dir.path().join("data/inbox/x\nFORGED")).unwrap();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let holder: Value = serde_json::from_slice(&std::fs::read(dir.path().join("data/holder.json")).unwrap()).unwrap();
    secrets.push(("the console's secret", holder["secret"].as_str().unwrap().to_owned()));
    let key = std::fs::read_to_string(dir.path().join("data/sealing.key")).unwrap();
    secrets.push(("the sealing key", key.trim().to_owned()));
    drop(running);
    let log = std::fs::read_to_string(dir.path().join("log")).unwrap();
    assert!(
        log.lines().count() > 30 && log.contains("DEBUG"),
        "it says little:\n{log}"
    );
    for (what, secret) in &secrets {
        assert!(secret.len() > 5, "{what} is {secret:?}");
        let line = log.lines().find(|line| line.contains(secret.as_str()));
        assert!(line.is_none(), "{what} is in the log: {line:?}");
    }
    for line in log.lines() {
        assert!(
            line.starts_with("20") && !line.starts_with(FORGED),
            "a line of others: {line}"
        );
    }
}
