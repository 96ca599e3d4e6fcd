//! Arrivals over HTTP: CloudEvents 1.0 at `/v1/events`, anything at `/v1/in/{source}`. All of it is one inbox.
//!
//! Statuses follow the CloudEvents HTTP webhook: 2xx means that the bytes are durable and must not be sent again, parked
//! or not; 409 is the one refusal that stays one; 413, 429 and 503 took nothing, the last two say when to try again.

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use engine::{Arrival, Envelope};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;
use views::ingest::Receipt;
use views::messages::Outcome;

use super::answer::{At, Said};
use super::problem::{Problem, ProblemBody};
use super::senders::{self, Sender, by_signature, by_token, within_rate};
use crate::limits::array_items;
use crate::state::Server;

/// Takes CloudEvents: structured (`application/cloudevents+json`), batched (`application/cloudevents-batch+json`), one a
/// line (`application/x-ndjson`), or binary (`ce-` headers). A single event is answered by the status: 202 accepted or
/// parked, 200 seen before, 409 the same id with other content. Several are answered 200, each for itself.
#[utoipa::path(post, path = "/v1/events", tag = "in", security(("source" = [])),
    request_body(content = Object, content_type = "application/cloudevents+json", description = "One event, a batch, or one a line"),
    responses((status = 200, body = Receipt), (status = 202, body = Receipt), (status = 409, body = Receipt),
        (status = 401, body = ProblemBody), (status = 413, body = ProblemBody), (status = 415, body = ProblemBody),
        (status = 429, body = ProblemBody), (status = 503, body = ProblemBody)))]
pub async fn events(State(server): State<Server>, headers: HeaderMap, body: Body) -> Result<Response, Problem> {
    let sender = by_token(&server.engine, &headers, None).await?;
    within_rate(&server, &sender)?;
    let body = senders::body(&headers, body, &server.config.limits).await?;
    let envelope = envelope(&headers, &body)
        .ok_or_else(|| Problem::with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE, "error-not-cloudevents"))?;
    let single = matches!(envelope, Envelope::Structured | Envelope::Binary);
    let receipt = take(&server, &sender, &headers, envelope, body).await?;
    let status = match receipt.items.as_slice() {
        [item] if single => match item.outcome {
            Outcome::Accepted | Outcome::Parked => StatusCode::ACCEPTED,
            Outcome::Duplicate => StatusCode::OK,
            Outcome::Conflict => StatusCode::CONFLICT,
        },
        _ => StatusCode::OK,
    };
    let location = location(&server, receipt.message_id);
    Ok((status, [(header::LOCATION, location)], Said(receipt)).into_response())
}

/// Where to look at what arrived.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Taken {
    /// The arrival's id.
    pub id: i64,
    /// Its page.
    pub link: String,
    /// What became of each item, as far as it is known already.
    pub items: Vec<views::ingest::ItemAnswer>,
}

/// Takes any body of any content type. The token is the source's: as bearer, as basic password, or as the key of a
/// signature (`webhook-id`, `webhook-timestamp`, `webhook-signature`, as Standard Webhooks says).
#[utoipa::path(post, path = "/v1/in/{source}", tag = "in", security(("source" = [])),
    params(("source" = String, Path, description = "Name of the source")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "Anything"),
    responses((status = 202, body = Taken), (status = 401, body = ProblemBody), (status = 413, body = ProblemBody),
        (status = 429, body = ProblemBody), (status = 503, body = ProblemBody)))]
pub async fn any(
    State(server): State<Server>,
    At(name): At<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    // A token is looked at before anything is read; a signature is over what was read.
    let (sender, body) = match senders::signature(&headers) {
        None => {
            let sender = by_token(&server.engine, &headers, Some(&name)).await?;
            (sender, senders::body(&headers, body, &server.config.limits).await?)
        }
        Some(signed) => {
            let body = senders::body(&headers, body, &server.config.limits).await?;
            (by_signature(&server.engine, &name, signed, &body).await?, body)
        }
    };
    within_rate(&server, &sender)?;
    let envelope = if is_cloud_event(&headers) {
        envelope(&headers, &body)
    } else {
        None
    }
    .unwrap_or(Envelope::Any);
    let receipt = take(&server, &sender, &headers, envelope, body).await?;
    let link = format!("{}/messages/{}", server.base_url, receipt.message_id);
    let location = location(&server, receipt.message_id);
    let taken = Taken {
        id: receipt.message_id,
        link,
        items: receipt.items,
    };
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, location)], Said(taken)).into_response())
}

/// The handshake of CloudEvents webhooks: a sender asks whether it may send here, and how often.
#[utoipa::path(options, path = "/v1/events", tag = "in",
    params(("WebHook-Request-Origin" = String, Header, description = "Who will send")),
    responses((status = 200, headers(("WebHook-Allowed-Origin" = String), ("WebHook-Allowed-Rate" = u32)))))]
pub async fn handshake(State(server): State<Server>, headers: HeaderMap) -> Response {
    let mut response = [(header::ALLOW, HeaderValue::from_static("POST, OPTIONS"))].into_response();
    if let Some(origin) = headers.get("webhook-request-origin") {
        let per_minute = server.config.limits.source_per_second.saturating_mul(60);
        response.headers_mut().insert("webhook-allowed-origin", origin.clone());
        response.headers_mut().insert("webhook-allowed-rate", per_minute.into());
    }
    response
}

/// The same handshake for any sender.
#[utoipa::path(options, path = "/v1/in/{source}", tag = "in",
    params(("source" = String, Path, description = "Name of the source"),
        ("WebHook-Request-Origin" = String, Header, description = "Who will send")),
    responses((status = 200, headers(("WebHook-Allowed-Origin" = String), ("WebHook-Allowed-Rate" = u32)))))]
pub async fn handshake_any(State(server): State<Server>, headers: HeaderMap) -> Response {
    handshake(State(server), headers).await
}

async fn take(
    server: &Server,
    sender: &Sender,
    headers: &HeaderMap,
    envelope: Envelope,
    body: Vec<u8>,
) -> Result<Receipt, Problem> {
    let items = if envelope == Envelope::Batch {
        array_items(&body)
    } else {
        0
    };
    if items > server.config.limits.batch_items {
        let limit = server.config.limits.batch_items;
        return Err(
            views::AppError::new(views::ErrorKind::TooLarge, "error-batch-too-large")
                .with("n", limit)
                .into(),
        );
    }
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
    let attributes = match envelope {
        Envelope::Binary => cloud_attributes(headers),
        _ => Vec::new(),
    };
    let arrival = Arrival {
        source_id: sender.source_id,
        envelope,
        media_type: text("content-type").unwrap_or_default(),
        attributes,
        traceparent: text("traceparent"),
        file: None,
        body,
    };
    let bytes = arrival.body.len();
    match server.engine.receive(arrival).await {
        Ok(receipt) => {
            server.metrics.received(&sender.name, bytes, &receipt);
            Ok(receipt)
        }
        Err(error) => {
            server.metrics.refused("engine");
            Err(error.into())
        }
    }
}

fn location(server: &Server, id: i64) -> String {
    format!("{}/v1/messages/{id}", server.base_url)
}

/// `ce-` headers without their prefix. Percent-encoding is undone, as the HTTP binding asks (§3.1.3.2).
fn cloud_attributes(headers: &HeaderMap) -> Vec<(String, String)> {
    let named = headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().strip_prefix("ce-")?, value)));
    named
        .map(|(name, value)| {
            let text = percent_encoding::percent_decode(value.as_bytes())
                .decode_utf8_lossy()
                .into_owned();
            (name.to_owned(), text)
        })
        .collect()
}

fn is_cloud_event(headers: &HeaderMap) -> bool {
    headers.contains_key("ce-specversion") || media_type(headers).starts_with("application/cloudevents")
}

/// The media type without parameters, in lower case.
fn media_type(headers: &HeaderMap) -> String {
    let text = headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// How CloudEvents are wrapped; `None` when the request does not say that it carries any.
fn envelope(headers: &HeaderMap, body: &[u8]) -> Option<Envelope> {
    let media_type = media_type(headers);
    match media_type.as_str() {
        "application/cloudevents+json" => Some(Envelope::Structured),
        "application/cloudevents-batch+json" => Some(Envelope::Batch),
        "application/x-ndjson" | "application/ndjson" | "application/jsonl" | "application/jsonlines"
            if !headers.contains_key("ce-specversion") =>
        {
            Some(Envelope::Lines)
        }
        _ if headers.contains_key("ce-specversion") => Some(Envelope::Binary),
        // Many senders say only that it is JSON.
        "application/json" if body.trim_ascii_start().starts_with(b"[") => Some(Envelope::Batch),
        "application/json" => Some(Envelope::Structured),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use engine::Envelope;
    use http::{HeaderMap, HeaderValue, header};

    use super::{cloud_attributes, envelope};

    fn headers(media_type: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(media_type))])
    }

    #[test]
    fn the_media_type_says_how_events_are_wrapped() {
        for (media_type, body, expected) in [
            (
                "application/cloudevents+json; charset=utf-8",
                "{}",
                Some(Envelope::Structured),
            ),
            ("application/cloudevents-batch+json", "[]", Some(Envelope::Batch)),
            ("application/x-ndjson", "{}\n{}", Some(Envelope::Lines)),
            ("Application/JSON", " [", Some(Envelope::Batch)),
            ("application/json", "{", Some(Envelope::Structured)),
            ("text/xml", "<a/>", None),
        ] {
            assert_eq!(
                envelope(&headers(media_type), body.as_bytes()),
                expected,
                "{media_type}"
            );
        }
    }

    #[test]
    fn headers_with_a_specversion_make_any_body_the_data_of_one_event() {
        let mut headers = headers("application/json");
        headers.insert("ce-specversion", HeaderValue::from_static("1.0"));
        headers.insert("ce-subject", HeaderValue::from_static("Euro%20%E2%82%AC"));
        assert_eq!(envelope(&headers, b"[1]"), Some(Envelope::Binary));
        assert!(cloud_attributes(&headers).contains(&("subject".to_owned(), "Euro €".to_owned())));
    }
}
