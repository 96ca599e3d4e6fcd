//! Tokens of sources and services: look, make, replace, revoke.

use axum::extract::State;
use http::StatusCode;
use views::tokens::{IssuedToken, NewService, Services, SourceView, TokenOf, TokenRotation, TokenWish};

use super::answer::{At, Said, Sent};
use super::problem::{Problem, ProblemBody};
use crate::session::SignedIn;
use crate::state::Server;

/// A source, with its tokens for who may manage them.
#[utoipa::path(get, path = "/v1/sources/{name}", tag = "sources", params(("name" = String, Path, description = "The source")),
    responses((status = 200, body = SourceView), (status = "4XX", body = ProblemBody)))]
pub async fn source(
    State(server): State<Server>,
    SignedIn(caller): SignedIn,
    At(name): At<String>,
) -> Result<Said<SourceView>, Problem> {
    Ok(Said(server.ports.tokens.source(&caller, &name).await?))
}

/// One more token for a source. It is in this answer and nowhere else.
#[utoipa::path(post, path = "/v1/sources/{name}/tokens", tag = "sources", params(("name" = String, Path, description = "The source")),
    request_body = TokenWish, responses((status = 201, body = IssuedToken), (status = "4XX", body = ProblemBody)))]
pub async fn issue(
    State(server): State<Server>,
    SignedIn(caller): SignedIn,
    At(name): At<String>,
    Sent(wish): Sent<TokenWish>,
) -> Result<(StatusCode, Said<IssuedToken>), Problem> {
    let issued = server.ports.tokens.issue_for_source(&caller, &name, &wish).await?;
    Ok((StatusCode::CREATED, Said(issued)))
}

/// Every service that reads over this API, with its tokens.
#[utoipa::path(get, path = "/v1/services", tag = "services",
    responses((status = 200, body = Services), (status = "4XX", body = ProblemBody)))]
pub async fn services(State(server): State<Server>, SignedIn(caller): SignedIn) -> Result<Said<Services>, Problem> {
    Ok(Said(server.ports.tokens.services(&caller).await?))
}

/// A new service. Its token is in this answer and nowhere else.
#[utoipa::path(post, path = "/v1/services", tag = "services", request_body = NewService,
    responses((status = 201, body = IssuedToken), (status = 409, description = "There is one of that name", body = ProblemBody),
        (status = "4XX", body = ProblemBody)))]
pub async fn connect(
    State(server): State<Server>,
    SignedIn(caller): SignedIn,
    Sent(service): Sent<NewService>,
) -> Result<(StatusCode, Said<IssuedToken>), Problem> {
    let issued = server.ports.tokens.issue_for_service(&caller, &service).await?;
    Ok((StatusCode::CREATED, Said(issued)))
}

/// A new token in place of this one, which works on for `overlap_hours`.
#[utoipa::path(post, path = "/v1/tokens/{id}/rotate", tag = "services", params(("id" = i64, Path, description = "The token")),
    request_body = TokenRotation,
    responses((status = 201, body = IssuedToken), (status = 409, description = "It was replaced or revoked already", body = ProblemBody),
        (status = "4XX", body = ProblemBody)))]
pub async fn rotate(
    State(server): State<Server>,
    SignedIn(caller): SignedIn,
    At(id): At<i64>,
    Sent(how): Sent<TokenRotation>,
) -> Result<(StatusCode, Said<IssuedToken>), Problem> {
    let issued = server.ports.tokens.rotate(&caller, id, how).await?;
    Ok((StatusCode::CREATED, Said(issued)))
}

/// Takes a token away, at once. Answers whose it was.
#[utoipa::path(post, path = "/v1/tokens/{id}/revoke", tag = "services", params(("id" = i64, Path, description = "The token")),
    responses((status = 200, body = TokenOf), (status = 409, description = "It was revoked already", body = ProblemBody),
        (status = "4XX", body = ProblemBody)))]
pub async fn revoke(
    State(server): State<Server>,
    SignedIn(caller): SignedIn,
    At(id): At<i64>,
) -> Result<Said<TokenOf>, Problem> {
    Ok(Said(server.ports.tokens.revoke(&caller, id).await?))
}
