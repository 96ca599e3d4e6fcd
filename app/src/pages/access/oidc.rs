//! To the identity provider and back.

use axum::extract::Query;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use views::access::OidcReturn;
use views::{AppError, ErrorKind};

use super::NextQuery;
use crate::acts::reflected;
use crate::cookies::Cookie;
use crate::links;
use crate::visit::Visit;

/// Sends the browser away, with a cookie by which it is known again.
pub(crate) async fn leave(visit: Visit, Query(query): Query<NextQuery>) -> Response {
    let next = links::same_site(&query.next);
    let departure = match visit.state.ports.access.sign_in_oidc_begin(next).await {
        Ok(departure) => departure,
        Err(error) => return refused(&visit, &error),
    };
    let cookie = Cookie::Errand.set(Some((&departure.secret, departure.until)), visit.state.secure);
    lead(&departure.address, [cookie])
}

/// What the provider lets the browser bring.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct BackQuery {
    state: String,
    code: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

/// Lets in who comes back.
pub(crate) async fn come_back(visit: Visit, headers: HeaderMap, Query(query): Query<BackQuery>) -> Response {
    let secure = visit.state.secure;
    let back = OidcReturn {
        state: query.state,
        secret: Cookie::Errand.of(&headers, secure).unwrap_or_default(),
        code: query.code,
        issuer: query.iss,
        refusal: query.error,
    };
    match visit.state.ports.access.sign_in_oidc_finish(&back).await {
        Ok(entered) => {
            let session = (entered.session.secret.as_str(), entered.session.expires_at);
            let cookies = [
                Cookie::Session.set(Some(session), secure),
                Cookie::Errand.set(None, secure),
            ];
            lead(links::same_site(&entered.return_to), cookies)
        }
        Err(error) => refused(&visit, &error),
    }
}

/// Back to the door, which says why.
fn refused(visit: &Visit, error: &AppError) -> Response {
    if error.kind == ErrorKind::NotFound {
        return visit.error(error);
    }
    lead(&links::with("/sign-in", &[("error", &reflected(error))]), [])
}

fn lead<const N: usize>(to: &str, cookies: [Option<axum::http::HeaderValue>; N]) -> Response {
    let mut response = Redirect::to(to).into_response();
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
