//! What the provider answers over HTTP.

use std::collections::HashMap;

use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Promise, Shared, token};

type Fields = HashMap<String, String>;

pub(super) fn router(shared: Shared) -> Router {
    Router::new()
        .route("/.well-known/openid-configuration", get(discovery))
        .route("/keys", get(keys))
        .route("/authorize", get(authorize))
        .route("/token", post(exchange))
        .route("/end", get(end))
        .with_state(shared)
}

async fn discovery(State(shared): State<Shared>) -> Response {
    let mut desk = shared.desk();
    desk.count("discovery");
    if desk.away {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let at = |path: &str| format!("{}{path}", desk.issuer);
    Json(json!({
        "issuer": desk.issuer,
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "jwks_uri": at("/keys"),
        "end_session_endpoint": at("/end"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        // It claims to support what nobody should take.
        "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "code_challenge_methods_supported": ["S256"],
    }))
    .into_response()
}

async fn keys(State(shared): State<Shared>) -> Response {
    let mut desk = shared.desk();
    desk.count("keys");
    match desk.key() {
        Some(key) if !desk.away => Json(json!({ "keys": [token::jwk(&key, &desk.key_name())] })).into_response(),
        _ => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// Whoever asks is signed in: the person's own part is not what is looked at here.
async fn authorize(State(shared): State<Shared>, Query(asked): Query<Fields>) -> Response {
    let mut desk = shared.desk();
    desk.count("authorize");
    let field = |name: &str| asked.get(name).map_or("", String::as_str);
    let good = field("client_id") == desk.client
        && field("response_type") == "code"
        && field("code_challenge_method") == "S256"
        && field("scope").split(' ').any(|scope| scope == "openid")
        && !field("state").is_empty()
        && !field("nonce").is_empty();
    if !good {
        return (StatusCode::BAD_REQUEST, "a question that no client asks").into_response();
    }
    desk.given += 1;
    let code = format!("code-{}", desk.given);
    let promise = Promise {
        redirect: field("redirect_uri").to_owned(),
        challenge: field("code_challenge").to_owned(),
        nonce: field("nonce").to_owned(),
    };
    let back = format!(
        "{}?code={code}&state={}&iss={}",
        promise.redirect,
        field("state"),
        desk.issuer
    );
    desk.codes.insert(code, promise);
    Redirect::to(&back).into_response()
}

async fn exchange(State(shared): State<Shared>, headers: HeaderMap, Form(sent): Form<Fields>) -> Response {
    let mut desk = shared.desk();
    desk.count("token");
    let refused = |error: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
    let field = |name: &str| sent.get(name).map_or("", String::as_str);
    let expected = STANDARD.encode(format!("{}:{}", desk.client, desk.secret));
    let shown = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    if desk.away {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    if shown.and_then(|v| v.strip_prefix("Basic ")) != Some(expected.as_str()) {
        return (StatusCode::UNAUTHORIZED, Json(json!({ "error": "invalid_client" }))).into_response();
    }
    let Some(promise) = desk.codes.remove(field("code")) else {
        return refused("invalid_grant");
    };
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(field("code_verifier")));
    if challenge != promise.challenge || field("redirect_uri") != promise.redirect {
        return refused("invalid_grant");
    }
    match token::write(&desk, &promise.nonce) {
        Some(token) => {
            Json(json!({ "access_token": "for-nothing", "token_type": "Bearer", "id_token": token })).into_response()
        }
        None => refused("server_error"),
    }
}

async fn end(State(shared): State<Shared>, Query(asked): Query<Fields>) -> Response {
    shared.desk().count("end");
    match asked.get("post_logout_redirect_uri") {
        Some(back) => Redirect::to(back).into_response(),
        None => StatusCode::OK.into_response(),
    }
}
