//! JSON in and out. Sentences go out with their words beside key and arguments, so that no caller needs the catalogue.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::response::{IntoResponse, Response};
use domain::Sentence;
use http::StatusCode;
use http::request::Parts;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use views::words::say;
use views::{AppError, ErrorKind};

use super::problem::Problem;

/// Largest JSON body of a call that is not an arrival.
pub const SMALL_BODY: usize = 64 << 10;

/// An answer as JSON, its sentences with a `text`.
pub struct Said<T>(pub T);

impl<T: Serialize> IntoResponse for Said<T> {
    fn into_response(self) -> Response {
        match serde_json::to_value(&self.0) {
            Ok(mut value) => {
                speak(&mut value);
                Json(value).into_response()
            }
            Err(error) => {
                tracing::error!(%error, "an answer could not be written as JSON");
                Problem::from(AppError::new(ErrorKind::Internal, "error-internal")).into_response()
            }
        }
    }
}

/// Adds `text` to every sentence in `value`.
fn speak(value: &mut Value) {
    match value {
        Value::Object(map) => {
            let is_sentence = map.contains_key("key") && map.keys().all(|k| k == "key" || k == "args");
            if is_sentence {
                if let Ok(sentence) = serde_json::from_value::<Sentence>(Value::Object(map.clone())) {
                    map.insert("text".to_owned(), Value::String(say(&sentence)));
                }
            } else {
                map.values_mut().for_each(speak);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(speak),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A JSON body.
pub struct Sent<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Sent<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| match rejection.status() {
                StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large(SMALL_BODY),
                _ => AppError::new(ErrorKind::Invalid, "error-body-broken-off").into(),
            })?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            AppError::new(ErrorKind::Invalid, "error-json")
                .with("line", error.line())
                .with("column", error.column())
                .with("problem", plain(&error))
                .into()
        })
    }
}

/// What is wrong, without the place that stands beside it.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

/// The query of an address.
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(asked) = Query::from_request_parts(parts, state).await.map_err(|rejection| {
            AppError::new(ErrorKind::Invalid, "error-query").with("problem", rejection.body_text())
        })?;
        Ok(Self(asked))
    }
}

/// The parts of a path; one that does not read, such as a case id of letters, names nothing.
pub struct At<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(at) = Path::from_request_parts(parts, state)
            .await
            .map_err(|_| AppError::not_found())?;
        Ok(Self(at))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::speak;

    #[test]
    fn a_sentence_deep_in_an_answer_gets_its_words() {
        let mut value = json!({ "rows": [{ "impact": { "key": "count-orders", "args": { "n": "2" } } }] });
        speak(&mut value);
        assert_eq!(value["rows"][0]["impact"]["text"], "2 orders");
    }

    #[test]
    fn a_document_key_is_not_a_sentence() {
        let mut value = json!({ "kind": "invoice", "key": "x" });
        let before = value.clone();
        speak(&mut value);
        assert_eq!(value, before);
    }
}
