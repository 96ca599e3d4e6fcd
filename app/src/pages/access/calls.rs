//! Acts at the door.

use leptos::prelude::{ServerFnError, server};
use views::AppError;
use views::access::NewSession;

use crate::acts::{ports, session_secret, set_session};
use crate::links;

/// Signs in by user name and password.
#[server(prefix = "/act", endpoint = "access/sign-in")]
pub(crate) async fn sign_in(
    user: String,
    password: String,
    #[server(default)] next: String,
) -> Result<(), ServerFnError> {
    let session = ports().access.sign_in(user.trim(), &password).await;
    enter(session, &next, &links::sign_in(&next))
}

/// Signs in as one of the demo's people.
#[server(prefix = "/act", endpoint = "access/sign-in-demo")]
pub(crate) async fn sign_in_demo(user: String, #[server(default)] next: String) -> Result<(), ServerFnError> {
    let session = ports().access.sign_in_demo(&user).await;
    enter(session, &next, &links::sign_in(&next))
}

/// Makes the first administrator, by the secret of the one-time link.
#[server(prefix = "/act", endpoint = "access/claim")]
pub(crate) async fn claim(key: String, user: String, name: String, password: String) -> Result<(), ServerFnError> {
    let session = ports().access.claim(&key, user.trim(), name.trim(), &password).await;
    enter(session, "/", &links::with("/welcome", &[("key", &key)]))
}

/// Ends the session.
#[server(prefix = "/act", endpoint = "access/sign-out")]
pub(crate) async fn sign_out() -> Result<(), ServerFnError> {
    if let Some(secret) = session_secret() {
        // An unknown session is as good as ended.
        let _ = ports().access.sign_out(&secret).await;
    }
    set_session(None);
    leptos_axum::redirect("/sign-in?done=done-signed-out");
    Ok(())
}

fn enter(session: Result<NewSession, AppError>, next: &str, again: &str) -> Result<(), ServerFnError> {
    match session {
        Ok(session) => {
            set_session(Some((&session.secret, session.expires_at)));
            leptos_axum::redirect(links::same_site(next));
            Ok(())
        }
        Err(error) => crate::acts::refuse(&error, again),
    }
}
