//! The description of the API: the document, and a page to read it on.

mod page;

use std::sync::LazyLock;

use app::cookies::Cookie;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response as Answer};
use http::header;
use utoipa::openapi::Response;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Components, Content, OpenApi as Document, Ref, RefOr};
use utoipa::{Modify, OpenApi};

use crate::live;
use crate::rest::{
    audit, events, exceptions, governance, health, messages, orders, problem, selections, sources, tokens,
};
use crate::state::Server;

static DOCUMENT: LazyLock<Document> = LazyLock::new(Api::openapi);

#[derive(OpenApi)]
#[openapi(
    info(title = "Docket", description = "Operations visibility for procure-to-pay: events in, the story of every order out."),
    paths(
        events::events, events::handshake, events::any, events::handshake_any,
        orders::list, orders::one, orders::timeline,
        exceptions::list, exceptions::one, exceptions::act,
        selections::freeze, selections::one, selections::act, selections::rows,
        messages::list, messages::one, messages::retry,
        sources::list, sources::create,
        governance::list, governance::one, governance::inbox, governance::request, governance::ask, governance::decide,
        tokens::source, tokens::issue, tokens::services, tokens::connect, tokens::rotate, tokens::revoke,
        audit::list, health::health, live::stream,
    ),
    components(schemas(problem::ProblemBody)),
    tags(
        (name = "in", description = "Events and messages in, by sources"),
        (name = "orders", description = "Where every order stands, and stood"),
        (name = "exceptions", description = "What is wrong, whose it is, what to do"),
        (name = "selections", description = "Frozen lists of exceptions, acted on as one"),
        (name = "messages", description = "What arrived and what became of it"),
        (name = "sources", description = "The systems that speak"),
        (name = "audit", description = "Who did what"),
        (name = "governance", description = "What two people change: records, and requests to change them"),
        (name = "services", description = "Programs that read, and the tokens of all"),
        (name = "live", description = "What changed, as it changes"),
        (name = "health", description = "How Docket is"),
    ),
    modifiers(&Security, &Problems),
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

/// Every refusal is a problem (RFC 9457), also one that an operation does not name: a request that cannot be read, that
/// comes too often, or takes too long.
struct Problems;

const PROBLEM_JSON: &str = "application/problem+json";

impl Modify for Problems {
    fn modify(&self, document: &mut Document) {
        let problem = Ref::from_schema_name("ProblemBody");
        for item in document.paths.paths.values_mut() {
            let operations = [
                &mut item.get,
                &mut item.post,
                &mut item.put,
                &mut item.delete,
                &mut item.options,
            ];
            for operation in operations.into_iter().flatten() {
                for response in operation.responses.responses.values_mut() {
                    let RefOr::T(response) = response else { continue };
                    let is_problem = |content: &RefOr<Content>| {
                        let RefOr::T(content) = content else { return false };
                        matches!(&content.schema, Some(RefOr::Ref(of)) if of.ref_location == problem.ref_location)
                    };
                    if response.content.values().any(is_problem) {
                        let content = std::mem::take(&mut response.content);
                        response.content = content.into_values().map(|c| (PROBLEM_JSON.to_owned(), c)).collect();
                    }
                }
                let any = Response::builder()
                    .description("Any other refusal")
                    .content(PROBLEM_JSON, Content::new(Some(problem.clone())))
                    .build();
                operation.responses.responses.insert("default".to_owned(), any.into());
            }
        }
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
pub async fn document(State(server): State<Server>) -> Answer {
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
pub async fn page(State(server): State<Server>) -> Answer {
    let value = serde_json::to_value(describe(&server)).unwrap_or_default();
    Html(page::write(&value, &server.site.assets().css)).into_response()
}
