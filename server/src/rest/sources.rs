//! Sources: list, create.

use axum::extract::State;
use http::StatusCode;
use views::sources::{NewSource, NewToken, SourceRow};

use super::answer::{Said, Sent};
use super::problem::{Problem, ProblemBody};
use crate::session::SignedIn;
use crate::state::Server;

/// Every source and what it sent.
#[utoipa::path(get, path = "/v1/sources", tag = "sources",
    responses((status = 200, body = Vec<SourceRow>), (status = "4XX", body = ProblemBody)))]
pub async fn list(State(server): State<Server>, SignedIn(caller): SignedIn) -> Result<Said<Vec<SourceRow>>, Problem> {
    Ok(Said(server.ports.sources.list(&caller).await?))
}

/// A new source. Its token is in this answer and nowhere else.
#[utoipa::path(post, path = "/v1/sources", tag = "sources", request_body = NewSource,
    responses((status = 201, body = NewToken), (status = 409, description = "There is one of that name", body = ProblemBody),
        (status = "4XX", body = ProblemBody)))]
pub async fn create(
    State(server): State<Server>,
    SignedIn(caller): SignedIn,
    Sent(source): Sent<NewSource>,
) -> Result<(StatusCode, Said<NewToken>), Problem> {
    Ok((
        StatusCode::CREATED,
        Said(server.ports.sources.create(&caller, &source).await?),
    ))
}
