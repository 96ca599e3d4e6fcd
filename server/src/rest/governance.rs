//! Governed records and requests: list, look, ask, decide.

use axum::extract::State;
use http::StatusCode;
use views::governance::{Inbox, NewDecision, NewRequest, RecordRow, RecordView, RequestView};

use super::answer::{At, Said, Sent};
use super::problem::{Problem, ProblemBody};
use crate::session::SignedIn;
use crate::state::Server;

/// Every record of a kind, as it stands.
#[utoipa::path(get, path = "/v1/governance/{kind}", tag = "governance",
    params(("kind" = String, Path, description = "`access`, `source`, `routing_rule`, `currency_rate` or `calendar`")),
    responses((status = 200, body = Vec<RecordRow>), (status = "4XX", body = ProblemBody)))]
pub async fn list(
    State(server): State<Server>,
    SignedIn(caller): SignedIn,
    At(kind): At<String>,
) -> Result<Said<Vec<RecordRow>>, Problem> {
    Ok(Said(server.ports.governance.list(&caller, &kind).await?))
}

/// One record with its history and the requests that wait.
#[utoipa::path(get, path = "/v1/governance/{kind}/{key}", tag = "governance",
    params(("kind" = String, Path, description = "Kind of record"), ("key" = String, Path, description = "Which one")),
    responses((status = 200, body = RecordView), (status = "4XX", body = ProblemBody)))]
pub async fn one(
    State(server): State<Server>,
    SignedIn(caller): SignedIn,
    At((kind, key)): At<(String, String)>,
) -> Result<Said<RecordView>, Problem> {
    Ok(Said(server.ports.governance.get(&caller, &kind, &key).await?))
}

/// Every request the caller may know of: to review, to decide, their own, others', over.
#[utoipa::path(get, path = "/v1/requests", tag = "governance",
    responses((status = 200, body = Inbox), (status = "4XX", body = ProblemBody)))]
pub async fn inbox(State(server): State<Server>, SignedIn(caller): SignedIn) -> Result<Said<Inbox>, Problem> {
    Ok(Said(server.ports.governance.inbox(&caller).await?))
}

/// One request: what changes, what will happen, who may decide.
#[utoipa::path(get, path = "/v1/requests/{id}", tag = "governance", params(("id" = i64, Path, description = "The request")),
    responses((status = 200, body = RequestView), (status = "4XX", body = ProblemBody)))]
pub async fn request(
    State(server): State<Server>,
    SignedIn(caller): SignedIn,
    At(id): At<i64>,
) -> Result<Said<RequestView>, Problem> {
    Ok(Said(server.ports.governance.request(&caller, id).await?))
}

/// Asks for a change. Another person decides.
#[utoipa::path(post, path = "/v1/requests", tag = "governance", request_body = NewRequest,
    responses((status = 201, body = RequestView),
        (status = 409, description = "The record changed since", body = ProblemBody), (status = "4XX", body = ProblemBody)))]
pub async fn ask(
    State(server): State<Server>,
    SignedIn(caller): SignedIn,
    Sent(asked): Sent<NewRequest>,
) -> Result<(StatusCode, Said<RequestView>), Problem> {
    let made = server.ports.governance.ask(&caller, &asked).await?;
    Ok((StatusCode::CREATED, Said(made)))
}

/// Decides, withdraws or reviews a request as it was seen. It is another now: 409, nothing is done.
#[utoipa::path(post, path = "/v1/requests/{id}/decisions", tag = "governance",
    params(("id" = i64, Path, description = "The request")), request_body = NewDecision,
    responses((status = 200, description = "The request after it", body = RequestView),
        (status = 409, description = "It is another now", body = ProblemBody), (status = "4XX", body = ProblemBody)))]
pub async fn decide(
    State(server): State<Server>,
    SignedIn(caller): SignedIn,
    At(id): At<i64>,
    Sent(decision): Sent<NewDecision>,
) -> Result<Said<RequestView>, Problem> {
    Ok(Said(server.ports.governance.decide(&caller, id, &decision).await?))
}
