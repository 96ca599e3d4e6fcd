//! Requests that no browser and no sender of ours writes are refused before anything reads them.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, Version, header};

use crate::proxies::came_from;
use crate::rest::answer::SMALL_BODY;
use crate::rest::problem::Problem;
use crate::state::Server;

/// Bytes of an address.
const LONGEST_ADDRESS: usize = 8 << 10;

/// The layer: refuses, and notes where the request came from.
pub async fn layer(State(server): State<Server>, mut request: Request, next: Next) -> Response {
    if let Some(problem) = refused(&request) {
        return problem.into_response();
    }
    server.odd_proxies.note(&request, &server.config.trusted_proxies);
    if let Some(from) = came_from(&request, &server.config.trusted_proxies) {
        request.extensions_mut().insert(from);
    }
    next.run(request).await
}

/// The same request with its body read, when that is a form or a call of usual length and holds only text.
///
/// # Errors
/// 413 when it is longer, 400 when it broke off or holds NUL.
pub async fn small(request: Request) -> Result<Request, Problem> {
    let declared = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|n| n > SMALL_BODY) {
        return Err(Problem::too_large(SMALL_BODY));
    }
    if request.method().is_safe() {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, SMALL_BODY)
        .await
        .map_err(|_| Problem::too_large(SMALL_BODY))?;
    if holds_nul(&bytes) {
        return Err(Problem::with_status(StatusCode::BAD_REQUEST, "error-body-nul"));
    }
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

/// Whether there is a NUL: as it is, as forms write it, or as JSON does.
fn holds_nul(body: &[u8]) -> bool {
    let holds = |nul: &[u8]| body.windows(nul.len()).any(|window| window == nul);
    holds(b"\0") || holds(b"%00") || holds(b"\\u0000")
}

fn refused(request: &Request) -> Option<Problem> {
    let malformed = |status, key| Some(Problem::with_status(status, key));
    // One host, as RFC 9112 §3.2 asks: of two, a proxy in front may have looked at the other.
    let hosts = request.headers().get_all(header::HOST).iter().count();
    if hosts > 1 || (hosts == 0 && request.version() == Version::HTTP_11) {
        return malformed(StatusCode::BAD_REQUEST, "error-host");
    }
    let address = request.uri().path_and_query().map_or("", |a| a.as_str());
    if address.len() > LONGEST_ADDRESS {
        return malformed(StatusCode::URI_TOO_LONG, "error-address-long");
    }
    // No text of ours holds NUL, and not every database takes it.
    if address.contains("%00") {
        return malformed(StatusCode::BAD_REQUEST, "error-address-nul");
    }
    None
}
