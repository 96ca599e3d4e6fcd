//! Around every request: an id, a span, counters, the headers that keep browsers safe. A failure is logged here, once.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use app::state::Nonce;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use rand::TryRngCore;
use rand::rngs::OsRng;
use tracing::Instrument;

use crate::state::Server;

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
static COUNT: AtomicU64 = AtomicU64::new(1);
static RUN: LazyLock<String> = LazyLock::new(|| URL_SAFE_NO_PAD.encode(random::<6>()));

/// The id of a request, among its extensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub String);

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if let Err(error) = OsRng.try_fill_bytes(&mut bytes) {
        tracing::error!(%error, "the system has no randomness");
    }
    bytes
}

/// The outermost layer.
pub async fn layer(State(server): State<Server>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(request.headers());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "(none)".to_owned(), |p| p.as_str().to_owned());
    let method = request.method().as_str().to_owned();
    let nonce = URL_SAFE_NO_PAD.encode(random::<16>());
    request.extensions_mut().insert(Nonce(nonce.clone()));
    request.extensions_mut().insert(RequestId(id.clone()));
    let span = tracing::info_span!(
        "request", request.id = %id, http.method = method, http.route = route, trace.parent = tracing::field::Empty
    );
    if let Some(parent) = request.headers().get("traceparent").and_then(|v| v.to_str().ok()) {
        span.record("trace.parent", parent);
    }
    let mut response = next.run(request).instrument(span.clone()).await;
    let status = response.status();
    let took = started.elapsed();
    server.metrics.request(&method, &route, status.as_u16(), took);
    span.in_scope(|| {
        let millis = took.as_millis();
        if status.is_server_error() && status != http::StatusCode::SERVICE_UNAVAILABLE {
            tracing::error!(http.status = status.as_u16(), http.millis = millis, "request failed");
        } else {
            tracing::debug!(http.status = status.as_u16(), http.millis = millis, "request");
        }
    });
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID.clone(), id);
    }
    protect(headers, &nonce, server.config.is_https());
    response
}

/// The caller's own id when it is short and plain, else a new one.
fn request_id(headers: &HeaderMap) -> String {
    let sent = headers.get(&REQUEST_ID).and_then(|v| v.to_str().ok());
    let plain = |id: &&str| {
        (1..=64).contains(&id.len())
            && id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    match sent.filter(plain) {
        Some(id) => id.to_owned(),
        None => format!("{}-{}", *RUN, COUNT.fetch_add(1, Ordering::Relaxed)),
    }
}

/// Headers of every answer. Only pages may run our script, by nonce; everything else may do nothing in a browser.
fn protect(headers: &mut HeaderMap, nonce: &str, https: bool) {
    let is_page = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|v| v.as_bytes().starts_with(b"text/html"));
    let policy = if is_page {
        format!(
            "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
             font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
    } else {
        "default-src 'none'; frame-ancestors 'none'".to_owned()
    };
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    }
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    );
    if is_page {
        set(
            HeaderName::from_static("speculation-rules"),
            "\"/speculation-rules.json\"",
        );
    }
    if https {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    set(header::CACHE_CONTROL, "private, no-store");
}
