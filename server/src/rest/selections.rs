//! Selections: freeze, look, act, take out.

use axum::extract::State;
use http::StatusCode;
use views::selections::{HashedAct, NewSelection, SelectionExport, SelectionView};

use super::answer::{At, Said, Sent};
use super::problem::{Problem, ProblemBody};
use crate::session::SignedIn;
use crate::state::Server;

/// Freezes the cases named, or all that match, as they are at one moment.
#[utoipa::path(post, path = "/v1/selections", tag = "selections", request_body = NewSelection,
    responses((status = 201, body = SelectionView), (status = "4XX", body = ProblemBody)))]
pub async fn freeze(
    State(server): State<Server>,
    SignedIn(caller): SignedIn,
    Sent(wanted): Sent<NewSelection>,
) -> Result<(StatusCode, Said<SelectionView>), Problem> {
    let frozen = server.ports.selections.freeze(&caller, &wanted).await?;
    Ok((StatusCode::CREATED, Said(frozen)))
}

/// A selection of the caller's, and what came of what was done with it.
#[utoipa::path(get, path = "/v1/selections/{id}", tag = "selections", params(("id" = i64, Path, description = "The selection")),
    responses((status = 200, body = SelectionView), (status = "4XX", body = ProblemBody)))]
pub async fn one(
    State(server): State<Server>,
    SignedIn(caller): SignedIn,
    At(id): At<i64>,
) -> Result<Said<SelectionView>, Problem> {
    Ok(Said(server.ports.selections.get(&caller, id).await?))
}

/// Acts on every row that is still as it was frozen; the others are skipped, with the reason. What takes longer than two
/// seconds goes on after the answer.
#[utoipa::path(post, path = "/v1/selections/{id}/acts", tag = "selections", params(("id" = i64, Path, description = "The selection")),
    request_body = HashedAct,
    responses((status = 200, description = "What came of it so far", body = SelectionView),
        (status = 409, description = "Another hash, or an act is under way", body = ProblemBody), (status = "4XX", body = ProblemBody)))]
pub async fn act(
    State(server): State<Server>,
    SignedIn(caller): SignedIn,
    At(id): At<i64>,
    Sent(asked): Sent<HashedAct>,
) -> Result<Said<SelectionView>, Problem> {
    let done = server.ports.selections.act(&caller, id, &asked.hash, asked.act).await?;
    Ok(Said(done))
}

/// Every row, with the version that was frozen and the case as it is now.
#[utoipa::path(get, path = "/v1/selections/{id}/rows", tag = "selections", params(("id" = i64, Path, description = "The selection")),
    responses((status = 200, body = SelectionExport), (status = "4XX", body = ProblemBody)))]
pub async fn rows(
    State(server): State<Server>,
    SignedIn(caller): SignedIn,
    At(id): At<i64>,
) -> Result<Said<SelectionExport>, Problem> {
    Ok(Said(server.ports.selections.export(&caller, id).await?))
}
