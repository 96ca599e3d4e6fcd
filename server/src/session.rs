//! Who asks: the session's cookie becomes `Option<views::Caller>` among a request's extensions. Sessions are the engine's.

use app::cookies::Cookie;
use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header;
use http::request::Parts;
use views::{AppError, Caller, ErrorKind, Origin, Permission};

use crate::csrf;
use crate::observe::RequestId;
use crate::proxies::CameFrom;
use crate::refusals::Asker;
use crate::rest::problem::Problem;
use crate::rest::senders::bearer;
use crate::state::Server;

/// Letters of a program's name that are kept.
const LONGEST_AGENT: usize = 200;

/// The layer. A request with an `Authorization` header speaks for its token and for nobody's session; the token of a
/// service speaks to the API only, never to a page.
pub async fn layer(State(server): State<Server>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let mut caller: Option<Caller> = None;
    if let Some(token) = bearer(&parts.headers).filter(|_| parts.uri.path().starts_with("/v1/")) {
        match server.ports.tokens.service(token).await {
            Ok(found) => {
                caller = found.map(|caller| Caller {
                    origin: origin(caller.origin, &parts),
                    ..caller
                });
            }
            Err(error) => return Problem::from(error).into_response(),
        }
    } else if !parts.headers.contains_key(header::AUTHORIZATION)
        && csrf::cookie_counts(&parts)
        && let Some(secret) = Cookie::Session.of(&parts.headers, server.pages.secure)
    {
        match server.ports.access.session(&secret).await {
            Ok(found) => {
                caller = found.map(|caller| with_origin(caller, &parts));
            }
            Err(error) => return Problem::from(error).into_response(),
        }
    }
    let asker = caller.clone().map(Asker);
    parts.extensions.insert(caller);
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if let Some(asker) = asker {
        response.extensions_mut().insert(asker);
    }
    response
}

/// The caller, with what the request tells of where they came from.
pub fn with_origin(caller: Caller, request: &Parts) -> Caller {
    Caller {
        origin: origin(caller.origin, request),
        ..caller
    }
}

/// What of where a caller came from only the request tells.
fn origin(known: Origin, request: &Parts) -> Origin {
    let agent = request.headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok());
    let plain = |text: &str| text.chars().filter(|c| !c.is_control()).take(LONGEST_AGENT).collect();
    let from = request.extensions.get::<CameFrom>();
    Origin {
        ip: from.map_or_else(String::new, |from| from.0.to_string()),
        client: agent.map_or_else(String::new, plain),
        request_id: request
            .extensions
            .get::<RequestId>()
            .map_or_else(String::new, |id| id.0.clone()),
        ..known
    }
}

/// The person who asks; refused with 401 when nobody is signed in.
pub struct SignedIn(pub Caller);

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        caller(parts.extensions.get()).map(Self)
    }
}

fn caller(found: Option<&Option<Caller>>) -> Result<Caller, Problem> {
    let nobody = || AppError::new(ErrorKind::SignInNeeded, "error-sign-in-needed");
    found.cloned().flatten().ok_or_else(|| nobody().into())
}

/// Refuses a request whose caller does not hold `permission` (`None`: is not signed in).
///
/// # Errors
/// 401 or 403 as a problem.
pub fn gate(request: &Request, permission: Option<Permission>) -> Result<(), Problem> {
    let caller = caller(request.extensions().get())?;
    permission.map_or(Ok(()), |p| Ok(caller.require(p)?))
}
