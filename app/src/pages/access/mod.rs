//! The door: signing in, the demo's people, the first administrator.

pub(crate) mod calls;
pub(crate) mod oidc;

use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;
use serde::Deserialize;
use views::Role;
use views::access::{DemoPerson, Door};
use views::words::{t, tn};

use crate::links;
use crate::parts::{Field, label};
use crate::shell::Place;
use crate::visit::{Refusal, Sheet, Visit};

/// Where the visitor wanted to go.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct NextQuery {
    next: String,
    done: String,
}

pub(crate) async fn sign_in(visit: Visit, Query(query): Query<NextQuery>) -> Response {
    if visit.signed_in() {
        return Redirect::to(links::same_site(&query.next)).into_response();
    }
    visit
        .answer(async {
            let door = visit.state.ports.access.door().await?;
            let next = links::same_site(&query.next).to_owned();
            // Who has just gone out may still be inside at the identity provider.
            let elsewhere = match &door.identity_provider {
                Some(_) if query.done == "done-signed-out" => visit.state.ports.access.sign_out_oidc().await,
                _ => None,
            };
            Ok(visit.page(Sheet::new(t("sign-in-title"), Place::None), || {
                page(door, &next, elsewhere)
            }))
        })
        .await
}

fn page(door: Door, next: &str, elsewhere: Option<String>) -> AnyView {
    let first = door
        .needs_first_administrator
        .then(|| view! { <p class="notice">{t("sign-in-first")}</p> });
    let provider = door
        .identity_provider
        .map(|provider| self::provider(&provider, next, elsewhere));
    let demo = (!door.demo_people.is_empty()).then(|| demo(door.demo_people, next));
    let class = if demo.is_some() { "door door--wide" } else { "door" };
    view! {
        <div class=class>
            <h1 class="door__title">{t("product-name")}</h1>
            <p class="lede">{t("sign-in-lede")}</p>
            {first}
            {demo}
            {provider}
            <section class="panel panel--form">
                <h2>{t("sign-in-title")}</h2>
                <form class="form" method="post" action="/act/access/sign-in">
                    <input type="hidden" name="next" value=next.to_owned()/>
                    <Field name="user" text=t("sign-in-user") required=true complete="username"/>
                    <Field name="password" text=t("sign-in-password") kind="password" required=true complete="current-password"/>
                    <button class="button button--main">{t("sign-in-button")}</button>
                </form>
            </section>
        </div>
    }
    .into_any()
}

/// The way in by the company's identity provider, and the way out there.
fn provider(provider: &str, next: &str, elsewhere: Option<String>) -> AnyView {
    let named = |key: &str| tn(key, &[("provider", provider.to_owned().into())]);
    let out = elsewhere.map(|address| {
        view! {
            <p class="quiet-text">{named("sign-out-oidc")} " " <a href=address rel="noreferrer">{t("sign-out-oidc-link")}</a></p>
        }
    });
    view! {
        <section class="panel panel--form">
            <p><a class="button button--main" href=links::with("/sign-in/oidc", &[("next", next)])>{named("sign-in-oidc")}</a></p>
            <p class="quiet-text">{t("sign-in-oidc-text")}</p>
            {out}
        </section>
    }
    .into_any()
}

fn demo(mut people: Vec<DemoPerson>, next: &str) -> AnyView {
    people.sort_by_key(|person| Role::ALL.iter().position(|role| role.as_str() == person.role));
    let people = people.into_iter().map(|person| {
        view! {
            <li><button class="person" name="user" value=person.user>
                <strong>{person.name}</strong> " " <span>{label("role", &person.role)}</span>
            </button></li>
        }
    });
    view! {
        <section class="panel">
            <h2>{t("sign-in-demo")}</h2>
            <p class="quiet-text">{t("sign-in-demo-text")}</p>
            <form method="post" action="/act/access/sign-in-demo">
                <input type="hidden" name="next" value=next.to_owned()/>
                <ul class="people">{people.collect_view()}</ul>
            </form>
        </section>
    }
    .into_any()
}

/// The secret of the one-time link.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct WelcomeQuery {
    key: String,
}

pub(crate) async fn welcome(visit: Visit, Query(query): Query<WelcomeQuery>) -> Response {
    visit
        .answer(async {
            let door = visit.state.ports.access.door().await?;
            if !door.needs_first_administrator {
                return Err(Refusal::Elsewhere("/sign-in".to_owned()));
            }
            Ok(visit.page(Sheet::new(t("welcome-title"), Place::None), || claim(query.key)))
        })
        .await
}

fn claim(key: String) -> AnyView {
    view! {
        <div class="door">
            <h1 class="door__title">{t("welcome-title")}</h1>
            <p class="lede">{t("welcome-lede")}</p>
            <section class="panel panel--form">
                <form class="form" method="post" action="/act/access/claim">
                    <input type="hidden" name="key" value=key/>
                    <Field name="name" text=t("people-name") required=true complete="name"/>
                    <Field name="user" text=t("sign-in-user") required=true complete="username"/>
                    <Field name="password" text=t("sign-in-password") kind="password" required=true complete="new-password" least=12
                        hint=t("people-password-hint")/>
                    <button class="button button--main">{t("welcome-button")}</button>
                </form>
            </section>
        </div>
    }
    .into_any()
}
