//! The description of the API: the document, and a page to read it on.

mod page;

use std::sync::LazyLock;

use app::cookies::Cookie;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use http::header;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Components, OpenApi as Document};
use utoipa::{Modify, OpenApi};

use crate::live;
use crate::rest::{events, exceptions, health, messages, orders, problem, sources};
use crate::state::Server;

static DOCUMENT: LazyLock<Document> = LazyLock::new(Api::openapi);

#[derive(OpenApi)]
#[openapi(
    info(title = "Docket", description = "Operations visibility for procure-to-pay: events in, the story of every order out."),
    paths(
        events::events, events::handshake, events::any, events::handshake_any,
        orders::list, orders::one, orders::timeline,
        exceptions::list, exceptions::one, exceptions::act,
        messages::list, messages::one, messages::retry,
        sources::list, sources::create,
        health::health, live::stream,
    ),
    components(schemas(problem::ProblemBody)),
    tags(
        (name = "in", description = "Events and messages in, by sources"),
        (name = "orders", description = "Where every order stands, and stood"),
        (name = "exceptions", description = "What is wrong, whose it is, what to do"),
        (name = "messages", description = "What arrived and what became of it"),
        (name = "sources", description = "The systems that speak"),
        (name = "live", description = "What changed, as it changes"),
        (name = "health", description = "How Docket is"),
    ),
    modifiers(&Security),
)]
struct Api;

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_with(Components::new);
        components.add_security_scheme("session", session(false));
        components.add_security_scheme("source", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
        document.security = Some(vec![SecurityRequirement::new("session", Vec::<String>::new())]);
    }
}

/// The session's cookie, as this installation names it.
fn session(secure: bool) -> SecurityScheme {
    SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(Cookie::Session.name(secure))))
}

fn describe(server: &Server) -> Document {
    let mut document = DOCUMENT.clone();
    if let Some(components) = &mut document.components {
        components.add_security_scheme("session", session(server.pages.secure));
    }
    document
}

/// `/v1/openapi.json`.
pub async fn document(State(server): State<Server>) -> Response {
    match describe(&server).to_json() {
        Ok(text) => (
            [
                (header::CONTENT_TYPE, "application/json"),
                (header::CACHE_CONTROL, "public, max-age=300"),
            ],
            text,
        )
            .into_response(),
        Err(error) => {
            tracing::error!(%error, "the description of the API could not be written");
            http::StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// `/v1/docs`: the same to read. It needs nothing from elsewhere and no script.
pub async fn page(State(server): State<Server>) -> Response {
    let value = serde_json::to_value(describe(&server)).unwrap_or_default();
    Html(page::write(&value, &server.site.assets().css)).into_response()
}
