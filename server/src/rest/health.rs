//! How the server is: for people's tools, for a supervisor, for Prometheus.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;
use views::{AppError, ErrorKind};

use super::answer::Said;
use super::problem::{Problem, ProblemBody};
use super::senders::{bearer, same_secret};
use crate::session::SignedIn;
use crate::state::Server;

/// Events the views may be behind before the server says that it is not ready.
const READY_LAG: i64 = 100_000;

/// How the server is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HealthView {
    /// `ok`; `behind` while the views catch up; `stopped` when a loop does not run.
    pub status: &'static str,
    /// Version of Docket.
    pub version: &'static str,
    /// Last place in the log.
    pub head: i64,
    /// The log has been folded up to here.
    pub folded: i64,
    /// Events not yet folded.
    pub lag_events: i64,
    /// Requests that wait for the log.
    pub queue: usize,
}

/// Whether the views are too far behind the log to be shown.
#[must_use]
pub const fn is_behind(lag_events: i64) -> bool {
    lag_events > READY_LAG
}

fn view(server: &Server) -> HealthView {
    let health = server.engine.health();
    let lag_events = (health.head - health.folded).max(0);
    HealthView {
        status: match lag_events {
            _ if !health.running => "stopped",
            n if is_behind(n) => "behind",
            _ => "ok",
        },
        version: env!("CARGO_PKG_VERSION"),
        head: health.head,
        folded: health.folded,
        lag_events,
        queue: health.queued,
    }
}

/// How the server is, in numbers.
#[utoipa::path(get, path = "/v1/health", tag = "health",
    responses((status = 200, body = HealthView), (status = "4XX", body = ProblemBody)))]
pub async fn health(State(server): State<Server>, _who: SignedIn) -> Said<HealthView> {
    Said(view(&server))
}

/// The process answers.
pub async fn live() -> &'static str {
    "ok\n"
}

/// The views are close enough behind the log to be shown.
pub async fn ready(State(server): State<Server>) -> Response {
    let view = view(&server);
    let status = if view.status == "ok" {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, format!("{}\n", view.status)).into_response()
}

/// What Prometheus reads: with the configured token, or without one from this machine.
pub async fn metrics(
    State(server): State<Server>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let forwarded = headers.contains_key("x-forwarded-for") || headers.contains_key("forwarded");
    let may = match &server.config.metrics.token {
        Some(token) => bearer(&headers).is_some_and(|sent| same_secret(sent, token.reveal())),
        None => peer.ip().is_loopback() && !forwarded,
    };
    if !may {
        return Err(AppError::new(ErrorKind::SignInNeeded, "error-metrics-token").into());
    }
    let health = view(&server);
    let requests = server.engine.request_figures().await?;
    let text = server.metrics.render(&health, requests);
    Ok((
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        text,
    )
        .into_response())
}
