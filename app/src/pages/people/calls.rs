//! Acts on people.

use std::collections::BTreeSet;

use domain::Instant;
use leptos::prelude::{ServerFnError, server};
use views::governance::{NewPerson, PersonAct};
use views::{AppError, ErrorKind, Permission, Role, Scope};

use crate::acts::{finish, may, ports};
use crate::links;
use crate::pages::governance::calls::names;

/// Lets a new person in: at once while nobody else could agree to it, else as a request.
#[server(prefix = "/act", endpoint = "people/create")]
pub(crate) async fn create_person(
    user: String,
    name: String,
    password: String,
    #[server(default)] roles: Vec<String>,
    #[server(default)] entities: String,
    #[server(default)] reason: String,
) -> Result<(), ServerFnError> {
    let result = async {
        let caller = may(Permission::ManagePeople)?;
        let roles: BTreeSet<Role> = roles.iter().filter_map(|word| Role::parse(word)).collect();
        if roles.is_empty() {
            return Err(AppError::new(ErrorKind::Invalid, "error-person-roles"));
        }
        let person = NewPerson {
            user: user.trim().to_owned(),
            name: name.trim().to_owned(),
            password,
            roles,
            scope: names(&entities).map_or(Scope::All, Scope::entities),
            reason: reason.trim().to_owned(),
        };
        ports().people.create(&caller, &person).await
    };
    match result.await {
        Ok(Some(request)) => finish(Ok("done-person-asked"), &format!("/requests/{request}")),
        Ok(None) => finish(Ok("done-person"), "/people"),
        Err(error) => finish(Err(error), "/people"),
    }
}

async fn act(user: &str, act: Result<PersonAct, AppError>, done: &'static str) -> Result<(), ServerFnError> {
    let result = async {
        let caller = may(Permission::ManagePeople)?;
        ports().people.act(&caller, user, &act?).await?;
        Ok(done)
    };
    finish(result.await, &format!("/people/{}", links::encoded(user)))
}

/// Keeps somebody out, and signs them out everywhere.
#[server(prefix = "/act", endpoint = "people/block")]
pub(crate) async fn block(user: String) -> Result<(), ServerFnError> {
    act(&user, Ok(PersonAct::Block), "done-blocked").await
}

/// Lets somebody in again.
#[server(prefix = "/act", endpoint = "people/unblock")]
pub(crate) async fn unblock(user: String) -> Result<(), ServerFnError> {
    act(&user, Ok(PersonAct::Unblock), "done-unblocked").await
}

/// Signs one browser out.
#[server(prefix = "/act", endpoint = "people/sign-out")]
pub(crate) async fn sign_out_person(user: String, #[server(default)] session: String) -> Result<(), ServerFnError> {
    act(&user, Ok(PersonAct::SignOut(session)), "done-person-signed-out").await
}

/// Says in which teams somebody is.
#[server(prefix = "/act", endpoint = "people/teams")]
pub(crate) async fn set_teams(user: String, #[server(default)] teams: Vec<String>) -> Result<(), ServerFnError> {
    act(&user, Ok(PersonAct::Teams(teams.into_iter().collect())), "done-teams").await
}

/// Says who stands in for somebody, from one day to the end of another.
#[server(prefix = "/act", endpoint = "people/stand-in")]
pub(crate) async fn set_stand_in(
    user: String,
    #[server(default)] stand_in: String,
    #[server(default)] from: String,
    #[server(default)] to: String,
) -> Result<(), ServerFnError> {
    let day = |text: &str| {
        let parsed = Instant::parse(&format!("{}T00:00:00Z", text.trim()));
        parsed.ok_or_else(|| AppError::new(ErrorKind::Invalid, "error-moment"))
    };
    let asked = async {
        Ok(PersonAct::StandIn {
            user: stand_in.trim().to_owned(),
            from: day(&from)?,
            to: day(&to)?.plus(Instant::DAY),
        })
    };
    act(&user, asked.await, "done-stand-in").await
}
