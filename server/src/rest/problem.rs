//! Refusals as machines read them: RFC 9457.

use app::state::{PageState, Refused};
use axum::Json;
use axum::response::{IntoResponse, Response};
use domain::Sentence;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;
use views::words::{say, t};
use views::{AppError, ErrorKind};

/// Media type of a problem.
pub(super) const PROBLEM: &str = "application/problem+json";

/// A refusal (RFC 9457). `code` is stable; `detail` is a sentence for a person.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProblemBody {
    /// Address of the description of this sort of refusal.
    #[serde(rename = "type")]
    pub kind: String,
    /// The sort of refusal in words.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What happened, what it means and what to do.
    pub detail: String,
    /// The sort of this refusal, one word for ever.
    pub code: String,
}

/// A refusal on its way out.
#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    kind: ErrorKind,
    sentence: Sentence,
    retry_after: Option<u32>,
}

impl Problem {
    /// A refusal that has a status of its own, such as 415.
    #[must_use]
    pub fn with_status(status: StatusCode, key: &'static str) -> Self {
        Self {
            status,
            kind: ErrorKind::Invalid,
            sentence: Sentence::new(key),
            retry_after: None,
        }
    }

    /// A body of more than `limit` bytes.
    #[must_use]
    pub fn too_large(limit: usize) -> Self {
        AppError::new(ErrorKind::TooLarge, "error-body-too-large")
            .with("bytes", limit)
            .into()
    }

    /// More often than we take; come back after `seconds`.
    #[must_use]
    pub fn too_many(key: &'static str, seconds: u32) -> Self {
        let mut error = AppError::new(ErrorKind::TooMany, key).with("seconds", seconds);
        error.retry_after = Some(seconds);
        error.into()
    }

    /// The same for a person's eyes: a page.
    #[must_use]
    pub fn page(self, pages: PageState) -> Response {
        let error = AppError {
            kind: self.kind,
            sentence: self.sentence,
            retry_after: self.retry_after,
        };
        let mut response = app::routes::refusal_page(pages, &error);
        *response.status_mut() = self.status;
        response
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        let status = StatusCode::from_u16(error.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self {
            status,
            kind: error.kind,
            sentence: error.sentence,
            retry_after: error.retry_after,
        }
    }
}

/// The stable word of a sort of refusal.
#[must_use]
pub const fn word(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Invalid => "invalid",
        ErrorKind::SignInNeeded => "sign-in-needed",
        ErrorKind::NotAllowed => "not-allowed",
        ErrorKind::NotFound => "not-found",
        ErrorKind::Conflict => "conflict",
        ErrorKind::KeyReused => "key-reused",
        ErrorKind::TooLarge => "too-large",
        ErrorKind::TooMany => "too-many",
        ErrorKind::Unavailable => "unavailable",
        ErrorKind::Internal => "internal",
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let word = word(self.kind);
        let refused = (self.kind == ErrorKind::NotAllowed).then(|| {
            Refused(AppError {
                kind: self.kind,
                sentence: self.sentence.clone(),
                retry_after: None,
            })
        });
        let body = ProblemBody {
            kind: format!("/v1/docs#problem-{word}"),
            title: t(&format!("problem-{word}")),
            status: self.status.as_u16(),
            detail: say(&self.sentence),
            code: self.sentence.key.into_owned(),
        };
        let mut response = (self.status, Json(body)).into_response();
        if let Some(refused) = refused {
            response.extensions_mut().insert(refused);
        }
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM));
        let retry_after = self.retry_after.or((self.kind == ErrorKind::Unavailable).then_some(1));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"docket\""),
            );
        }
        response
    }
}
