//! What is sent: each text at each place.

use http::{HeaderMap, HeaderValue, Method, Request};
use http_body_util::Full;
use hyper::body::Bytes;
use serde_json::json;
use server::routes::{Kind, Row, Who, table};

use super::{As, Shot, coded};
use crate::harness::{TestApp, order_created};

/// The names of a page's or call's query. A page that is not here meets them in turn.
fn query(path: &str) -> &'static [&'static str] {
    match path {
        "/orders" | "/v1/orders" => &["q", "entity", "after", "limit"],
        "/orders/{entity}/{po_no}" | "/v1/orders/{entity}/{po_no}" | "/v1/orders/{entity}/{po_no}/timeline" => {
            &["world", "known", "events"]
        }
        "/exceptions" | "/exceptions/{id}" | "/v1/exceptions" => &["class", "state", "after", "limit"],
        "/messages" | "/v1/messages" => &["parked", "source", "after", "limit"],
        "/sign-in" => &["next", "done", "error"],
        "/welcome" => &["key"],
        "/sign-in/oidc" => &["next"],
        "/sign-in/oidc/callback" => &["state", "code", "iss", "error"],
        _ => &[],
    }
}

/// The names of a form's fields, with a value that is in order. A form that is not here meets all of them in turn.
fn fields(path: &str) -> &'static [(&'static str, &'static str)] {
    match path {
        "/act/exceptions/classify" => &[("id", "1"), ("version", "1"), ("class", "x"), ("comment", "x")],
        "/act/exceptions/retry" => &[("id", "1"), ("version", "1"), ("comment", "x")],
        "/act/exceptions/resolve" => &[("id", "1"), ("version", "1"), ("resolution", "fixed"), ("comment", "x")],
        "/act/messages/retry" => &[("id", "1")],
        "/act/sources/set-entity" => &[("name", "erp"), ("entity", "DE01")],
        "/act/people/create" => &[
            ("user", "x1"),
            ("name", "x"),
            ("password", "short"),
            ("roles[]", "support"),
        ],
        "/act/access/sign-in" => &[("user", "worker"), ("password", "short"), ("next", "/")],
        "/act/access/claim" => &[("key", "x"), ("user", "x1"), ("name", "x"), ("password", "short")],
        "/sources" => &[("name", "x1"), ("title", "x"), ("lane", "erp"), ("entity", "DE01")],
        _ => &[],
    }
}

/// Names that appear somewhere.
const NAMES: [&str; 16] = [
    "q", "after", "limit", "next", "id", "version", "comment", "user", "name", "key", "state", "from", "to", "kind",
    "roles[]", "reason",
];

/// Whether the `n`-th text meets the `k`-th place: one in `share` does, all of them with `DOCKET_EVERY`, which takes many
/// minutes.
fn meets(n: usize, k: usize, share: usize) -> bool {
    (n + k).is_multiple_of(share) || std::env::var_os("DOCKET_EVERY").is_some()
}

fn path_of(row: &Row, fill: impl Fn(&str) -> String) -> String {
    let parts = row
        .path
        .split('/')
        .map(|part| match part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) {
            Some(name) => fill(name),
            None => part.to_owned(),
        });
    parts.collect::<Vec<_>>().join("/")
}

fn usual(name: &str) -> String {
    match name {
        "id" | "seq" => "1",
        "entity" => "DE01",
        "po_no" => "4500000001",
        _ => "erp",
    }
    .to_owned()
}

fn is_read(row: &&Row) -> bool {
    row.method == Method::GET && matches!(row.kind, Kind::Page | Kind::Rest) && row.who != Who::Collector
}

/// Queries and path segments of every page and every call that reads.
pub(super) fn reads(who: &As<'_>, texts: &[String]) -> Vec<Shot> {
    let mut shots = Vec::new();
    for (r, row) in table().iter().filter(is_read).enumerate() {
        let path = path_of(row, usual);
        for (n, text) in texts.iter().enumerate() {
            let own = query(row.path);
            let names = if own.is_empty() {
                &NAMES[n % NAMES.len()..=n % NAMES.len()]
            } else {
                own
            };
            let share = if own.is_empty() { 12 } else { 4 };
            for (_, name) in names.iter().enumerate().filter(|(k, _)| meets(n, r + k, share)) {
                let address = format!("{path}?{name}={}", coded(text));
                shots.push(shot(who.request(Method::GET, &address), &address, text, Vec::new()));
            }
            if row.path.contains('{') && meets(n, r, 6) {
                let address = path_of(row, |_| coded(text));
                shots.push(shot(who.request(Method::GET, &address), &address, text, Vec::new()));
            }
        }
    }
    shots
}

fn shot(request: http::request::Builder, what: &str, text: &str, body: Vec<u8>) -> Shot {
    Shot {
        what: what.chars().take(120).collect(),
        text: text.to_owned(),
        request: request.body(Full::new(Bytes::from(body))).unwrap(),
    }
}

/// Fields of every form, each alone among others that are in order, then all of them.
pub(super) fn forms(who: &As<'_>, texts: &[String]) -> Vec<Shot> {
    let posts = |row: &&Row| row.method == Method::POST && matches!(row.kind, Kind::Page | Kind::Act);
    let mut shots = Vec::new();
    for (r, row) in table().iter().filter(posts).enumerate() {
        // Signing out ends the test.
        if row.path.ends_with("/sign-out") {
            continue;
        }
        let path = path_of(row, usual);
        // A guess at a password is made slow on purpose.
        let slow = row.path == "/act/access/sign-in";
        let post = || {
            who.request(Method::POST, &path)
                .header("content-type", "application/x-www-form-urlencoded")
        };
        for (n, text) in texts.iter().enumerate() {
            let any = [(NAMES[n % NAMES.len()], "1")];
            let fields = if fields(row.path).is_empty() {
                &any
            } else {
                fields(row.path)
            };
            let form = |spoiled: &dyn Fn(&str) -> bool| {
                let pair = |(name, sound): &(&str, &str)| {
                    format!("{}={}", coded(name), coded(if spoiled(name) { text } else { sound }))
                };
                fields.iter().map(pair).collect::<Vec<_>>().join("&")
            };
            let share = if fields.len() == 1 { 12 } else { 4 };
            let met = fields
                .iter()
                .enumerate()
                .filter(|(k, _)| !slow && meets(n, r + k, share));
            for (_, (spoiled, _)) in met {
                let body = form(&|field| field == *spoiled).into_bytes();
                shots.push(shot(post(), &format!("{path} {spoiled}"), text, body));
            }
            if slow && meets(n, r, 8) {
                let body = form(&|_| true).into_bytes();
                shots.push(shot(post(), &format!("{path}, everything"), text, body));
            }
            if n % 20 == 0 {
                shots.push(shot(
                    post(),
                    &format!("{path}, no form"),
                    text,
                    text.clone().into_bytes(),
                ));
            }
        }
    }
    shots
}

/// Headers that a sender or a browser may choose.
pub(super) fn headers(who: &As<'_>, token: &str, texts: &[String]) -> Vec<Shot> {
    const NAMES: [&str; 12] = [
        "user-agent",
        "referer",
        "x-request-id",
        "traceparent",
        "x-forwarded-for",
        "accept",
        "accept-language",
        "accept-encoding",
        "idempotency-key",
        "last-event-id",
        "sec-purpose",
        "if-none-match",
    ];
    const OF_EVENTS: [&str; 6] = ["ce-id", "ce-source", "ce-type", "ce-time", "ce-subject", "content-type"];
    let mut shots = Vec::new();
    for (n, text) in texts.iter().enumerate() {
        let Ok(value) = HeaderValue::from_bytes(text.as_bytes()) else {
            continue;
        };
        for (_, name) in NAMES.iter().enumerate().filter(|(k, _)| meets(n, *k, 6)) {
            let request = who.request(Method::GET, "/orders").header(*name, value.clone());
            shots.push(shot(request, name, text, Vec::new()));
        }
        let act = who
            .request(Method::POST, "/act/messages/retry")
            .header("referer", value.clone());
        shots.push(shot(act, "referer of an act", text, b"id=x".to_vec()));
        for (_, name) in OF_EVENTS.iter().enumerate().filter(|(k, _)| meets(n, *k, 3)) {
            let mut sent = HeaderMap::from_iter(
                [
                    ("ce-specversion", "1.0"),
                    ("ce-id", "h"),
                    ("ce-source", "/erp"),
                    ("ce-type", "docket.po.created.v1"),
                ]
                .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))),
            );
            sent.insert("content-type", HeaderValue::from_static("application/json"));
            sent.insert("ce-id", HeaderValue::from_str(&format!("h-{n}-{name}")).unwrap());
            sent.insert(*name, value.clone());
            let mut request = Request::post("/v1/events")
                .header("host", who.app.address.to_string())
                .header("authorization", format!("Bearer {token}"));
            request.headers_mut().unwrap().extend(sent);
            shots.push(shot(request, name, text, b"{}".to_vec()));
        }
    }
    shots
}

/// Bodies of events with the text at every place, and bodies that are nothing but the text.
pub(super) fn bodies(app: &TestApp, token: &str, texts: &[String]) -> Vec<Shot> {
    const PLACES: [&str; 10] = [
        "/id",
        "/source",
        "/type",
        "/time",
        "/data/order/entity",
        "/data/order/number",
        "/data/supplier/id",
        "/data/supplier/name",
        "/data/lines/0/item",
        "/data/lines/0/quantity",
    ];
    let post = |path: &str, media_type: &str| {
        Request::post(path)
            .header("host", app.address.to_string())
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", media_type)
    };
    let mut shots = Vec::new();
    for (n, text) in texts.iter().enumerate() {
        for (k, place) in PLACES.iter().enumerate() {
            let mut event = order_created(&format!("n-{n}-{k}"), &format!("46{n:05}{k:03}"));
            *event.pointer_mut(place).unwrap() = json!(text);
            let request = post("/v1/events", "application/cloudevents+json");
            shots.push(shot(request, place, text, event.to_string().into_bytes()));
        }
        let request = post("/v1/in/erp", "text/plain");
        shots.push(shot(request, "/v1/in/erp", text, text.clone().into_bytes()));
    }
    shots
}

/// Pages of what came in.
pub(super) async fn seen(app: &TestApp, who: &As<'_>, texts: &[String]) -> Vec<Shot> {
    app.settle().await;
    let mut shots = Vec::new();
    let mut page = |path: String, text: &str| {
        let request = who.request(Method::GET, &path);
        shots.push(shot(request, &path, text, Vec::new()));
    };
    for (n, text) in texts.iter().enumerate() {
        // The order that has the text for its number, for its entity; and those of it that carry it elsewhere.
        for (entity, number) in [
            ("DE01".to_owned(), coded(text)),
            (coded(text), format!("46{n:05}004")),
            ("DE01".to_owned(), format!("46{n:05}007")),
            ("DE01".to_owned(), format!("46{n:05}008")),
        ] {
            page(format!("/orders/{entity}/{number}"), text);
            page(format!("/v1/orders/{entity}/{number}/timeline"), text);
        }
    }
    let messages = i64::try_from(texts.len() * 11).unwrap();
    for id in (1..messages).step_by(17) {
        for text in ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>"] {
            page(format!("/messages/{id}"), text);
        }
    }
    shots
}
