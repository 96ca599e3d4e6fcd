//! Exceptions (cases): list, one, acts.

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use views::Page;
use views::exceptions::{CaseAct, CaseFilter, CaseRow, CaseView};

use super::answer::{Asked, At, Said, Sent};
use super::problem::{Problem, ProblemBody};
use crate::session::SignedIn;
use crate::state::Server;

/// A page of cases: gravest first, then oldest first.
#[utoipa::path(get, path = "/v1/exceptions", tag = "exceptions", params(CaseFilter),
    responses((status = 200, body = Page<CaseRow>), (status = "4XX", body = ProblemBody)))]
pub async fn list(
    State(server): State<Server>,
    SignedIn(caller): SignedIn,
    Asked(filter): Asked<CaseFilter>,
) -> Result<Said<Page<CaseRow>>, Problem> {
    Ok(Said(server.ports.exceptions.list(&caller, &filter).await?))
}

/// A case with its evidence, its history and what the caller may do.
#[utoipa::path(get, path = "/v1/exceptions/{id}", tag = "exceptions", params(("id" = i64, Path, description = "The case")),
    responses((status = 200, body = CaseView), (status = "4XX", body = ProblemBody)))]
pub async fn one(
    State(server): State<Server>,
    SignedIn(caller): SignedIn,
    At(id): At<i64>,
) -> Result<Said<CaseView>, Problem> {
    Ok(Said(server.ports.exceptions.get(&caller, id).await?))
}

/// An act and the version of the case that the caller saw.
#[derive(Debug, Deserialize, ToSchema)]
pub struct VersionedAct {
    /// `version` of the case as the caller saw it.
    version: i64,
    /// What to do.
    #[serde(flatten)]
    act: CaseAct,
}

/// Acts on a case as it was at `version`. It changed since: 409, nothing is done.
#[utoipa::path(post, path = "/v1/exceptions/{id}/acts", tag = "exceptions", params(("id" = i64, Path, description = "The case")),
    request_body = VersionedAct,
    responses((status = 200, description = "The case after it", body = CaseView),
        (status = 409, description = "It changed since", body = ProblemBody), (status = "4XX", body = ProblemBody)))]
pub async fn act(
    State(server): State<Server>,
    SignedIn(caller): SignedIn,
    At(id): At<i64>,
    Sent(asked): Sent<VersionedAct>,
) -> Result<Said<CaseView>, Problem> {
    Ok(Said(
        server
            .ports
            .exceptions
            .act(&caller, id, asked.version, asked.act)
            .await?,
    ))
}
