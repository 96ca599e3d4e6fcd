//! People: an administrator lets somebody in.

pub(crate) mod calls;

use axum::response::Response;
use leptos::prelude::*;
use views::words::t;
use views::{Permission, Role};

use crate::parts::{Field, label};
use crate::shell::Place;
use crate::visit::{Sheet, Visit};

pub(crate) async fn index(visit: Visit) -> Response {
    visit
        .answer(async {
            visit.may(Permission::Administer)?;
            Ok(visit.page(Sheet::new(t("nav-people"), Place::People), page))
        })
        .await
}

fn page() -> AnyView {
    let roles = Role::ALL.into_iter().map(|role| {
        view! {
            <label class="radio">
                <input type="checkbox" name="roles[]" value=role.as_str()/>
                <span><strong>{label("role", role.as_str())}</strong> " " <span class="quiet-text">{label("role-means", role.as_str())}</span></span>
            </label>
        }
    });
    view! {
        <header class="head"><h1>{t("nav-people")}</h1><p class="lede">{t("people-lede")}</p></header>
        <section class="panel panel--form">
            <h2>{t("people-new")}</h2>
            <form class="form" method="post" action="/act/people/create">
                <Field name="name" text=t("people-name") required=true/>
                <Field name="user" text=t("people-user") required=true/>
                <Field name="password" text=t("people-password") kind="password" required=true complete="new-password" least=12
                    hint=t("people-password-hint")/>
                <fieldset class="radios"><legend>{t("people-roles")}</legend>{roles.collect_view()}</fieldset>
                <button class="button button--main">{t("people-save")}</button>
            </form>
        </section>
    }
    .into_any()
}
