//! Who asks: the session's cookie becomes `Option<views::Caller>` among a request's extensions. Sessions are the engine's.

use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use http::header;
use http::request::Parts;
use views::{AppError, Caller, ErrorKind, Permission};

use crate::csrf;
use crate::rest::problem::Problem;
use crate::state::Server;

pub use app::acts::SESSION_COOKIE;

/// The layer. A request with an `Authorization` header speaks for its token and for nobody's session.
pub async fn layer(State(server): State<Server>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let mut caller: Option<Caller> = None;
    if !parts.headers.contains_key(header::AUTHORIZATION)
        && csrf::cookie_counts(&parts)
        && let Some(cookie) = CookieJar::from_headers(&parts.headers).get(SESSION_COOKIE)
        && !cookie.value().is_empty()
    {
        match server.ports.access.session(cookie.value()).await {
            Ok(found) => caller = found,
            Err(error) => return Problem::from(error).into_response(),
        }
    }
    parts.extensions.insert(caller);
    next.run(Request::from_parts(parts, body)).await
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
