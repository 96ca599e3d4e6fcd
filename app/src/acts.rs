//! Acts: server functions that a plain form posts to. Each names its endpoint, calls one port, and leads back to a page
//! with the key of a sentence: `?done=` or `?error=`. A caller that does not want HTML gets the status instead.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Request, State};
use axum::http::{StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};
use domain::Instant;
use leptos::prelude::{expect_context, provide_context, use_context};
use leptos::server_fn::ServerFnError;
use leptos::server_fn::axum::register_explicit;
use leptos_axum::ResponseOptions;
use server_fn::ServerFn;
use views::words::Words;
use views::{AppError, Caller, ErrorKind, Permission, Ports};

use crate::cookies::Cookie;
use crate::links;
use crate::pages::governance::calls as governance;
use crate::pages::people::calls as people;
use crate::pages::selections::calls as selections;
use crate::pages::sources::calls as sources;
use crate::pages::tokens::calls as tokens;
use crate::pages::{access::calls as access, exceptions::calls as exceptions, messages::calls as messages};
use crate::state::{Needs, PageState, Refused};

/// An act: where to post it, and who may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActRoute {
    /// Path; the method is `POST`.
    pub path: &'static str,
    /// Who may call it. The act refuses by itself; this is for whoever lists or tests the routes.
    pub needs: Needs,
}

/// Every act. Registers them too: nothing can be called that is not listed here.
#[must_use]
pub fn acts() -> Vec<ActRoute> {
    use Permission::{GovernSources, ManagePeople, ManageTokens, Resolve, Retry, SeeExceptions, Triage};
    macro_rules! act {
        ($call:ty, $needs:expr) => {{
            register_explicit::<$call>();
            ActRoute {
                path: <$call as ServerFn>::PATH,
                needs: $needs,
            }
        }};
    }
    vec![
        act!(exceptions::Classify, Needs::Permission(Triage)),
        act!(exceptions::RetryCase, Needs::Permission(Retry)),
        act!(exceptions::Resolve, Needs::Permission(Resolve)),
        act!(selections::FreezeSelection, Needs::Permission(SeeExceptions)),
        act!(selections::ClassifySelection, Needs::Permission(Triage)),
        act!(selections::ResolveSelection, Needs::Permission(Resolve)),
        act!(messages::RetryMessage, Needs::Permission(Retry)),
        act!(sources::SetEntity, Needs::Permission(GovernSources)),
        act!(tokens::RevokeToken, Needs::Permission(ManageTokens)),
        act!(governance::Ask, Needs::SignIn),
        act!(governance::Decide, Needs::SignIn),
        act!(people::CreatePerson, Needs::Permission(ManagePeople)),
        act!(people::Block, Needs::Permission(ManagePeople)),
        act!(people::Unblock, Needs::Permission(ManagePeople)),
        act!(people::SignOutPerson, Needs::Permission(ManagePeople)),
        act!(people::SetTeams, Needs::Permission(ManagePeople)),
        act!(people::SetStandIn, Needs::Permission(ManagePeople)),
        act!(access::SignIn, Needs::Nothing),
        act!(access::SignInDemo, Needs::Nothing),
        act!(access::Claim, Needs::Nothing),
        act!(access::SignOut, Needs::Nothing),
    ]
}

/// Answers a post to an act.
pub async fn call(State(state): State<PageState>, request: Request) -> Response {
    let caller = request.extensions().get::<Option<Caller>>().cloned().flatten();
    let refused = Refusal::default();
    let cell = refused.clone();
    let context = move || {
        provide_context(cell.clone());
        provide_context(state.ports.clone());
        provide_context(Door {
            caller: caller.clone(),
            secure: state.secure,
        });
    };
    let mut response = leptos_axum::handle_server_fns_with_context(context, request)
        .await
        .into_response();
    if let Some(refused) = refused.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
        response.extensions_mut().insert(refused);
    }
    response
}

/// Where an act that is refused says so: what it answers may be the way back to a page.
#[derive(Clone, Default)]
struct Refusal(Arc<Mutex<Option<Refused>>>);

#[derive(Clone)]
struct Door {
    caller: Option<Caller>,
    secure: bool,
}

/// The ports, inside an act.
pub(crate) fn ports() -> Ports {
    expect_context()
}

/// Who acts, when they may. The first line of every act.
pub(crate) fn may(permission: Permission) -> Result<Caller, AppError> {
    let caller = signed_in()?;
    caller.require(permission)?;
    Ok(caller)
}

/// Who acts. The first line of an act whose port alone can tell who may.
pub(crate) fn signed_in() -> Result<Caller, AppError> {
    let door: Door = expect_context();
    door.caller
        .ok_or_else(|| AppError::new(ErrorKind::SignInNeeded, "error-sign-in-needed"))
}

/// Ends an act: back to a page that says what came of it. The key of an act that ran but brought nothing begins with `error-`.
pub(crate) fn finish(result: Result<&'static str, AppError>, back: &str) -> Result<(), ServerFnError> {
    match result {
        Ok(done) => {
            let name = if done.starts_with("error-") { "error" } else { "done" };
            leptos_axum::redirect(&links::with(back, &[(name, done)]));
            Ok(())
        }
        Err(error) if error.kind == ErrorKind::SignInNeeded && wants_html() => {
            leptos_axum::redirect(&links::sign_in(back));
            Ok(())
        }
        Err(error) => refuse(&error, back),
    }
}

/// Says on the page at `back` why an act was refused.
pub(crate) fn refuse(error: &AppError, back: &str) -> Result<(), ServerFnError> {
    if let Some(Refusal(cell)) = use_context() {
        *cell.lock().unwrap_or_else(PoisonError::into_inner) = Refused::of(error);
    }
    if wants_html() {
        leptos_axum::redirect(&links::with(back, &[("error", &reflected(error))]));
        return Ok(());
    }
    let status = StatusCode::from_u16(error.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    expect_context::<ResponseOptions>().set_status(status);
    Err(ServerFnError::ServerError(error.sentence.key.to_string()))
}

/// The key under which the next page tells of `error`. What stood in its sentence is not carried through an address.
pub(crate) fn reflected(error: &AppError) -> String {
    let key = error.sentence.key.as_ref();
    let plain = error.sentence.args.is_empty() && key.starts_with("error-") && Words::english().has(key);
    match error.kind {
        _ if plain => key.to_owned(),
        ErrorKind::NotAllowed => "error-act-not-allowed".to_owned(),
        ErrorKind::Conflict => "error-act-conflict".to_owned(),
        ErrorKind::Invalid => "error-act-invalid".to_owned(),
        _ => "error-act-refused".to_owned(),
    }
}

fn wants_html() -> bool {
    use_context::<Parts>().is_some_and(|parts| {
        let accept = parts.headers.get(header::ACCEPT).and_then(|v| v.to_str().ok());
        accept.is_some_and(|v| v.contains("text/html"))
    })
}

/// The session's secret that came with this act.
pub(crate) fn session_secret() -> Option<String> {
    let door: Door = expect_context();
    Cookie::Session.of(&use_context::<Parts>()?.headers, door.secure)
}

/// Gives the browser a session, or takes it away.
pub(crate) fn set_session(session: Option<(&str, Instant)>) {
    let door: Door = expect_context();
    if let Some(value) = Cookie::Session.set(session, door.secure) {
        expect_context::<ResponseOptions>().append_header(header::SET_COOKIE, value);
    }
}
