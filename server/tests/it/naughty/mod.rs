//! Every naughty text through every input: queries, forms, paths, headers, bodies. The server never fails on one, and
//! where a page shows it, it is text.

mod html;
mod shots;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use html::{harmful, tags};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::SendRequest;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use shots::{bodies, forms, headers, reads, seen};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use views::Role;

use crate::harness::TestApp;

/// Requests under way at once.
const AT_ONCE: usize = 4;

/// What nobody has put on a list yet.
const OURS: [&str; 14] = [
    "a\0b",
    "\r\nSet-Cookie: docket_session=x",
    "%00%0d%0a",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "'; DROP TABLE orders; --",
    "\u{202e}\u{2066}evil\u{2069}",
    "</title></textarea></script><script>alert(1)</script>",
    "\"><svg/onload=alert(1)>",
    "' autofocus onfocus='alert(1)",
    "=cmd|' /C calc'!A0",
    "9223372036854775808",
    "-9223372036854775809",
    "1e400",
    "\u{feff}\u{0301}\u{0301}\u{0301}",
];

/// The list of naughty texts, and ours; none where the list is absent.
fn texts() -> Option<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/chaos/strings/blns.json");
    let list = std::fs::read(path).ok()?;
    let mut texts: Vec<String> = serde_json::from_slice(&list).unwrap();
    texts.extend(OURS.map(str::to_owned));
    texts.push("x".repeat(5_000));
    assert!(texts.len() > 400, "{}", texts.len());
    Some(texts)
}

fn coded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// A connection that is kept while it lasts.
struct Wire {
    address: std::net::SocketAddr,
    sender: Option<SendRequest<Full<Bytes>>>,
}

impl Wire {
    /// The answer; none when the server hung up, as it may on what is far too long.
    async fn send(&mut self, request: Request<Full<Bytes>>) -> Option<(StatusCode, HeaderMap, Vec<u8>)> {
        if self.sender.as_ref().is_none_or(SendRequest::is_closed) {
            let stream = TcpStream::connect(self.address).await.unwrap();
            let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
                .await
                .unwrap();
            tokio::spawn(connection);
            self.sender = Some(sender);
        }
        let mut sender = self.sender.take().unwrap();
        sender.ready().await.ok()?;
        let (head, body) = sender.send_request(request).await.ok()?.into_parts();
        let body = body.collect().await.ok()?.to_bytes().to_vec();
        self.sender = Some(sender);
        Some((head.status, head.headers, body))
    }
}

/// One thing to send, and the text in it.
struct Shot {
    what: String,
    text: String,
    request: Request<Full<Bytes>>,
}

/// Somebody who sends.
#[derive(Clone)]
struct As<'a> {
    app: &'a TestApp,
    session: &'a str,
}

impl As<'_> {
    fn request(&self, method: Method, path: &str) -> http::request::Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header("host", self.app.address.to_string())
            .header("cookie", format!("docket_session={}", self.session))
            .header("sec-fetch-site", "same-origin")
            .header("accept", "text/html")
    }
}

/// Sends all of them and looks at every answer.
async fn fire(app: &TestApp, shots: Vec<Shot>) {
    let n = shots.len();
    let shots = Arc::new(Mutex::new(shots));
    let mut hands = Vec::new();
    for _ in 0..AT_ONCE {
        let (shots, address) = (Arc::clone(&shots), app.address);
        hands.push(tokio::spawn(async move {
            let mut wire = Wire { address, sender: None };
            let (mut offences, mut unanswered) = (Vec::new(), 0);
            loop {
                let Some(shot) = shots.lock().await.pop() else {
                    return (offences, unanswered);
                };
                let Some((status, headers, body)) = wire.send(shot.request).await else {
                    unanswered += 1;
                    continue;
                };
                if let Some(offence) = offence(status, &headers, &body, &shot.text) {
                    offences.push(format!("{}: {offence} ({:?})", shot.what, shot.text));
                }
            }
        }));
    }
    let (mut offences, mut unanswered) = (Vec::new(), 0);
    for hand in hands {
        let (found, missing) = hand.await.unwrap();
        offences.extend(found);
        unanswered += missing;
    }
    assert!(unanswered * 50 <= n, "{unanswered} of {n} were not answered");
    let shown = offences.iter().take(20).fold(String::new(), |mut shown, offence| {
        let _ = writeln!(shown, "{offence}");
        shown
    });
    assert!(offences.is_empty(), "{} of {n}:\n{shown}", offences.len());
}

/// What is wrong with an answer.
fn offence(status: StatusCode, headers: &HeaderMap, body: &[u8], text: &str) -> Option<String> {
    if status.is_server_error() && status != StatusCode::SERVICE_UNAVAILABLE {
        return Some(format!(
            "{status}: {}",
            String::from_utf8_lossy(&body[..body.len().min(300)])
        ));
    }
    let header = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let to = header("location");
    if to.starts_with("//") || to.starts_with("/\\") || to.contains("evil") && to.starts_with("http") {
        return Some(format!("leads to {to}"));
    }
    let media_type = header("content-type");
    if header("x-content-type-options") != "nosniff" {
        return Some("a browser may guess what it is".to_owned());
    }
    if media_type.contains("json") {
        return serde_json::from_slice::<Value>(body)
            .err()
            .map(|e| format!("no JSON: {e}"));
    }
    if !media_type.starts_with("text/html") {
        return None;
    }
    let Ok(html) = std::str::from_utf8(body) else {
        return Some("a page that is not UTF-8".to_owned());
    };
    // What opens a tag is never there as it was sent.
    let opens = text.char_indices().filter(|(_, letter)| *letter == '<').any(|(at, _)| {
        text[at + 1..].starts_with(|next: char| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?'))
    });
    if opens && html.contains(text) {
        return Some("is in the page as it was sent".to_owned());
    }
    tags(html).into_iter().find_map(harmful)
}

async fn through_every_input(app: &TestApp, texts: &[String]) {
    let everything: Vec<Role> = [Role::Procurement, Role::Support].to_vec();
    let worker = app.person("worker", &everything).await;
    let administrator = app.person("boss", &[Role::Administrator]).await;
    let token = app.source("erp").await;
    let work = As { app, session: &worker };
    let rule = As {
        app,
        session: &administrator,
    };
    fire(app, bodies(app, &token, texts)).await;
    fire(app, seen(app, &work, texts).await).await;
    fire(app, reads(&work, texts)).await;
    fire(app, forms(&work, texts)).await;
    let ruled: Vec<String> = texts.iter().step_by(5).cloned().collect();
    fire(app, reads(&rule, &ruled)).await;
    fire(app, forms(&rule, &ruled)).await;
    fire(app, headers(&work, &token, texts)).await;
    assert!(app.running().server.engine.health().running, "a loop died");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_naughty_text_passes_every_input_without_harm() {
    let Some(texts) = texts() else {
        println!("SKIPPED: there is no shared/data/chaos/strings beside the project");
        return;
    };
    let app = TestApp::with(|config| config.limits.sign_in_per_minute = 1_000_000).await;
    through_every_input(&app, &texts).await;
    app.stop().await;
}

/// Where `DOCKET_TEST_POSTGRES` names a database to throw away: other texts fail there.
#[tokio::test(flavor = "multi_thread")]
async fn every_tenth_passes_on_postgres_too() {
    let Ok(url) = std::env::var("DOCKET_TEST_POSTGRES") else {
        println!("SKIPPED: DOCKET_TEST_POSTGRES names no database");
        return;
    };
    let Some(texts) = texts() else {
        println!("SKIPPED: there is no shared/data/chaos/strings beside the project");
        return;
    };
    let mut some: Vec<String> = texts.into_iter().step_by(10).collect();
    some.extend(OURS.map(str::to_owned));
    let app = TestApp::with(|config| {
        config.limits.sign_in_per_minute = 1_000_000;
        config.store.kind = server::config::StoreKind::Postgres;
        config.store.url = Some(url.into());
        config.store.schema = format!("naughty_{}", std::process::id());
    })
    .await;
    through_every_input(&app, &some).await;
    app.stop().await;
}
