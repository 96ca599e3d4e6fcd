//! Messages in: list, one, retry.

use axum::extract::State;
use views::Page;
use views::messages::{MessageFilter, MessageRow, MessageView, RetryResult};

use super::answer::{Asked, At, Said};
use super::problem::{Problem, ProblemBody};
use crate::session::SignedIn;
use crate::state::Server;

/// A page of arrivals, newest first.
#[utoipa::path(get, path = "/v1/messages", tag = "messages", params(MessageFilter),
    responses((status = 200, body = Page<MessageRow>), (status = "4XX", body = ProblemBody)))]
pub async fn list(
    State(server): State<Server>,
    SignedIn(caller): SignedIn,
    Asked(filter): Asked<MessageFilter>,
) -> Result<Said<Page<MessageRow>>, Problem> {
    Ok(Said(server.ports.messages.list(&caller, &filter).await?))
}

/// An arrival and what became of each of its items.
#[utoipa::path(get, path = "/v1/messages/{id}", tag = "messages", params(("id" = i64, Path, description = "The arrival")),
    responses((status = 200, body = MessageView), (status = "4XX", body = ProblemBody)))]
pub async fn one(
    State(server): State<Server>,
    SignedIn(caller): SignedIn,
    At(id): At<i64>,
) -> Result<Said<MessageView>, Problem> {
    Ok(Said(server.ports.messages.get(&caller, id).await?))
}

/// Processes what is parked in an arrival again.
#[utoipa::path(post, path = "/v1/messages/{id}/retry", tag = "messages", params(("id" = i64, Path, description = "The arrival")),
    responses((status = 200, body = RetryResult), (status = "4XX", body = ProblemBody)))]
pub async fn retry(
    State(server): State<Server>,
    SignedIn(caller): SignedIn,
    At(id): At<i64>,
) -> Result<Said<RetryResult>, Problem> {
    Ok(Said(server.ports.messages.retry(&caller, id).await?))
}
