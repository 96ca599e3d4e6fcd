//! People: who is there, what they work on, and how somebody is let in.

pub(crate) mod calls;
mod parts;

use axum::extract::Path;
use axum::response::Response;
use domain::Instant;
use leptos::prelude::*;
use views::governance::PersonRow;
use views::words::{t, tn};
use views::{Permission, Scope};

use crate::links;
use crate::pages::governance;
use crate::parts::{Field, date, label, word};
use crate::shell::Place;
use crate::visit::{Sheet, Visit};

pub(crate) async fn index(visit: Visit) -> Response {
    visit
        .answer(async {
            let caller = visit.may(Permission::SeePeople)?;
            let people = visit.state.ports.people.list(caller).await?;
            let manages = caller.may(Permission::ManagePeople);
            Ok(visit.page(Sheet::new(t("nav-people"), Place::People), || page(people, manages)))
        })
        .await
}

/// A scope in a few words.
pub(crate) fn scope_words(scope: &Scope) -> String {
    let Some(bounds) = scope.bounds() else {
        return t("scope-all");
    };
    let parts = [&bounds.entities, &bounds.sites, &bounds.categories, &bounds.regions];
    let named = parts.into_iter().flatten().map(|names| {
        if names.is_empty() {
            t("scope-nothing")
        } else {
            names.iter().cloned().collect::<Vec<_>>().join(", ")
        }
    });
    named.collect::<Vec<_>>().join("; ")
}

/// Roles in a few words.
pub(crate) fn role_words(roles: &std::collections::BTreeSet<views::Role>) -> String {
    if roles.is_empty() {
        return t("people-no-roles");
    }
    let words: Vec<String> = roles.iter().map(|role| word("role", role.as_str())).collect();
    words.join(", ")
}

fn seen(at: Option<Instant>) -> String {
    at.map_or_else(|| t("people-not-signed-in"), date)
}

fn page(people: Vec<PersonRow>, manages: bool) -> AnyView {
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX).into();
    let blocked = people.iter().filter(|p| p.blocked_at.is_some()).count();
    let lede = tn(
        "people-lede",
        &[("n", number(people.len())), ("blocked", number(blocked))],
    );
    let rows = people.into_iter().map(|person| {
        let href = format!("/people/{}", links::encoded(&person.user));
        let waits = (person.open > 0).then(|| view! { <br/><a href="/requests">{t("people-waits")}</a> });
        let state = if person.blocked_at.is_some() { label("people", "blocked") } else { seen(person.seen_at) };
        view! {
            <tr>
                <td data-label=t("people-name") class="wrap"><a href=href><strong>{person.name}</strong></a> " " <code class="key">{person.user}</code></td>
                <td data-label=t("people-roles") class="wrap">{role_words(&person.roles)}{waits}</td>
                <td data-label=t("people-scope") class="wrap">{scope_words(&person.scope)}</td>
                <td data-label=t("people-seen")>{state}</td>
            </tr>
        }
    });
    view! {
        <header class="head"><h1>{t("nav-people")}</h1><p class="lede">{lede}</p></header>
        <table class="grid grid--cards">
            <thead><tr>
                <th scope="col">{t("people-name")}</th><th scope="col">{t("people-roles")}</th>
                <th scope="col">{t("people-scope")}</th><th scope="col">{t("people-seen")}</th>
            </tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
        {manages.then(new)}
    }
    .into_any()
}

fn new() -> AnyView {
    view! {
        <section class="panel panel--form">
            <h2>{t("people-new")}</h2>
            <p class="quiet-text">{t("people-new-text")}</p>
            <form class="form" method="post" action="/act/people/create">
                <Field name="name" text=t("people-name") required=true/>
                <Field name="user" text=t("people-user") required=true/>
                <Field name="password" text=t("people-password") kind="password" required=true complete="new-password" least=12
                    hint=t("people-password-hint")/>
                {governance::roles("roles[]", |_| false)}
                <Field name="entities" text=label("field", "scope.entities") hint=t("form-scope-hint")/>
                <Field name="reason" text=t("form-reason") hint=t("form-reason-hint") required=true/>
                <button class="button button--main">{t("people-save")}</button>
            </form>
        </section>
    }
    .into_any()
}

pub(crate) async fn one(visit: Visit, Path(user): Path<String>) -> Response {
    visit
        .answer(async {
            let caller = visit.may(Permission::SeePeople)?;
            let person = visit.state.ports.people.get(caller, &user).await?;
            let others = visit.state.ports.people.list(caller).await?;
            let own = caller.id == user;
            let sheet = Sheet::new(person.row.name.clone(), Place::People);
            Ok(visit.page(sheet, || parts::person(person, &others, own, visit.as_of)))
        })
        .await
}
