//! `Idempotency-Key`: an act that is sent again with the same key is answered as before and not done again (DESIGN §1.14).

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::Instant;
use http::{HeaderName, HeaderValue, StatusCode, header};
use sha2::{Digest, Sha256};
use store::StoreError;
use store::log::Request as Kept;
use views::{AppError, Caller, ErrorKind};

use super::answer::SMALL_BODY;
use super::problem::{PROBLEM, Problem};
use crate::state::Server;

static KEY: HeaderName = HeaderName::from_static("idempotency-key");
static REPEATED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// How long a key is remembered.
const REMEMBERED: i64 = 72 * Instant::HOUR;
/// Longest key.
const LONGEST: usize = 255;
/// Largest answer that is kept.
const LARGEST: usize = 4 << 20;

/// Keys whose first request is under way.
#[derive(Debug, Default)]
pub struct UnderWay(Mutex<HashSet<(String, String)>>);

/// One key, for as long as its request is under way.
struct Turn<'a> {
    under_way: &'a UnderWay,
    of: (String, String),
}

impl UnderWay {
    fn begin(&self, of: (String, String)) -> Option<Turn<'_>> {
        let new = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(of.clone());
        new.then_some(Turn { under_way: self, of })
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.under_way
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.of);
    }
}

/// Whether the request asks to be done once.
#[must_use]
pub fn is_asked(request: &Request) -> bool {
    request.headers().contains_key(&KEY)
}

/// Does the request, or repeats the answer it got before.
pub async fn answer(server: &Server, request: Request, next: Next) -> Response {
    match attempt(server, request, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn attempt(server: &Server, request: Request, next: Next) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let key = parts
        .headers
        .get(&KEY)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    if key.is_empty() || key.len() > LONGEST {
        return Err(AppError::new(ErrorKind::Invalid, "error-key").into());
    }
    let who = parts
        .extensions
        .get::<Option<Caller>>()
        .cloned()
        .flatten()
        .map_or_else(String::new, |c| c.id);
    let caller = format!("{who} {} {}", parts.method, parts.uri.path());
    let body = to_bytes(body, SMALL_BODY)
        .await
        .map_err(|_| Problem::too_large(SMALL_BODY))?;
    let hash = Sha256::digest(&body).to_vec();
    let busy = || AppError {
        retry_after: Some(1),
        ..AppError::new(ErrorKind::Conflict, "error-key-under-way")
    };
    let _turn = server.under_way.begin((caller.clone(), key.clone())).ok_or_else(busy)?;
    let now = server.clock.now();
    let log = &server.engine.store().log;
    log.delete_requests_over(now).await.map_err(failed)?;
    if let Some(kept) = log.get_request(&caller, &key).await.map_err(failed)? {
        return if kept.body == hash {
            Ok(repeated(&kept))
        } else {
            Err(AppError::new(ErrorKind::KeyReused, "error-key-reused").into())
        };
    }
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    let again = response.status().is_server_error() || response.status() == StatusCode::TOO_MANY_REQUESTS;
    if again {
        return Ok(response);
    }
    let (head, body) = response.into_parts();
    let answer = to_bytes(body, LARGEST).await.unwrap_or_default();
    let kept = Kept {
        caller,
        key,
        body: hash,
        status: i64::from(head.status.as_u16()),
        answer: String::from_utf8_lossy(&answer).into_owned(),
        expires_at: now.plus(REMEMBERED),
    };
    log.insert_request(&kept).await.map_err(failed)?;
    Ok(Response::from_parts(head, Body::from(answer)))
}

fn repeated(kept: &Kept) -> Response {
    let status = u16::try_from(kept.status)
        .ok()
        .and_then(|s| StatusCode::from_u16(s).ok())
        .unwrap_or(StatusCode::OK);
    let media_type = if status.is_client_error() {
        PROBLEM
    } else {
        "application/json"
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (REPEATED.clone(), HeaderValue::from_static("true")),
    ];
    (status, headers, Bytes::from(kept.answer.clone())).into_response()
}

fn failed(error: StoreError) -> Problem {
    AppError::from(engine::EngineError::from(error)).into()
}
