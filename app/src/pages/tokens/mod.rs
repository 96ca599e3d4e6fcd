//! Tokens: the page that shows a new one once, and what the pages of sources and services say of theirs.

pub(crate) mod calls;
pub(crate) mod parts;

use axum::extract::{Form, Path};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde::Deserialize;
use views::tokens::{DAYS, IssuedToken, OVERLAP_HOURS, TokenOf, TokenRotation};
use views::words::t;
use views::{AppError, ErrorKind, Permission};

use crate::links;
use crate::shell::Place;
use crate::visit::{Sheet, Visit};

/// The page of a source or a service.
pub(crate) fn home_of(of: &TokenOf) -> String {
    match of {
        TokenOf::Source(name) => links::source(name),
        TokenOf::Service(_) => "/services".to_owned(),
    }
}

/// A number that somebody wrote into a form; nothing is `otherwise`.
pub(crate) fn number(text: &str, otherwise: u16) -> Result<u16, AppError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(otherwise);
    }
    text.parse()
        .map_err(|_| AppError::new(ErrorKind::Invalid, "error-form-number"))
}

/// A number that may be left away.
pub(crate) fn some_number(text: &str) -> Result<Option<u32>, AppError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let read = text.parse().map(Some);
    read.map_err(|_| AppError::new(ErrorKind::Invalid, "error-form-number"))
}

/// How a token is replaced, as the form sends it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct RotateForm {
    overlap_hours: String,
    days: String,
}

pub(crate) async fn rotate(visit: Visit, Path(id): Path<String>, Form(form): Form<RotateForm>) -> Response {
    visit
        .answer(async {
            let caller = visit.may(Permission::ManageTokens)?;
            let id = id.parse().map_err(|_| AppError::not_found())?;
            let how = TokenRotation {
                overlap_hours: number(&form.overlap_hours, OVERLAP_HOURS)?,
                days: number(&form.days, DAYS)?,
            };
            let token = visit.state.ports.tokens.rotate(caller, id, how).await?;
            Ok(shown_once(&visit, &token))
        })
        .await
}

/// The page with a token: never stored by a browser, never in an address.
pub(crate) fn shown_once(visit: &Visit, token: &IssuedToken) -> Response {
    let mut response = visit.page(Sheet::new(t("token-title"), Place::Sources), || parts::new(token));
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
