//! Refusals of people who are signed in, written into the audit behind the answer: whoever refuses says so in the answer's
//! extensions, wherever it stands.

use app::cookies::Cookie;
use app::state::Refused;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::request::Parts;
use views::Caller;

use crate::session;
use crate::state::Server;

/// Who asked, as the session's layer found it, among an answer's extensions.
#[derive(Clone)]
pub struct Asker(pub Caller);

/// The layer. It stands outside the one against forged requests, which refuses before anybody is asked for.
pub async fn layer(State(server): State<Server>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let asked = parts.clone();
    let mut response = next.run(Request::from_parts(parts, body)).await;
    let asker = response.extensions_mut().remove::<Asker>();
    if let Some(Refused(error)) = response.extensions_mut().remove::<Refused>() {
        let caller = match asker {
            Some(Asker(caller)) => Some(caller),
            None => from_cookie(&server, &asked).await,
        };
        if let Some(caller) = caller {
            server.ports.audit.refused(&caller, asked.uri.path(), &error.sentence);
        }
    }
    response
}

/// Whose session the browser sent along, even where it must not speak for them.
async fn from_cookie(server: &Server, asked: &Parts) -> Option<Caller> {
    let secret = Cookie::Session.of(&asked.headers, server.pages.secure)?;
    let caller = server.ports.access.session(&secret).await.ok().flatten()?;
    Some(session::with_origin(caller, asked))
}
