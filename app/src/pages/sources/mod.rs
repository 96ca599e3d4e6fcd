//! Source systems: who sends to us, and how new ones connect.

pub(crate) mod calls;
pub(crate) mod one;

use axum::extract::Form;
use axum::response::Response;
pub(crate) use domain::governance::LANES;
use leptos::prelude::*;
use serde::Deserialize;
use views::Permission;
use views::sources::{NewSource, SourceRow};
use views::tokens::{IssuedToken, TokenOf};
use views::words::{t, tn};

use crate::links;
use crate::pages::tokens;
use crate::parts::{Choice, Empty, Field, When, grouped, label};
use crate::shell::Place;
use crate::visit::{Sheet, Visit};

pub(crate) async fn index(visit: Visit) -> Response {
    visit
        .answer(async {
            let caller = visit.may(Permission::SeeMessages)?;
            let sources = visit.state.ports.sources.list(caller).await?;
            let administers = caller.may(Permission::Administer);
            let sheet = Sheet::new(t("nav-sources"), Place::Sources);
            Ok(visit.page(sheet, || list(sources, administers, visit.as_of)))
        })
        .await
}

fn list(sources: Vec<SourceRow>, administers: bool, as_of: domain::Instant) -> AnyView {
    let silent = sources.iter().filter(|s| s.last_heard.is_none()).count();
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX).into();
    let lede = if sources.is_empty() {
        t("sources-none")
    } else {
        tn(
            "sources-lede",
            &[("n", number(sources.len())), ("silent", number(silent))],
        )
    };
    let body = if sources.is_empty() && !administers {
        view! { <Empty text=t("sources-ask")/> }.into_any()
    } else if sources.is_empty() {
        ().into_any()
    } else {
        table(sources, administers, as_of)
    };
    view! {
        <header class="head"><h1>{t("nav-sources")}</h1><p class="lede">{lede}</p></header>
        {body}
        {administers.then(connect)}
    }
    .into_any()
}

fn table(sources: Vec<SourceRow>, administers: bool, as_of: domain::Instant) -> AnyView {
    let rows = sources.into_iter().map(|source| {
        let href = links::with("/messages", &[("source", &source.name)]);
        let parked = links::with("/messages", &[("parked", "true"), ("source", &source.name)]);
        let token = source.token_prefix.as_ref().map_or_else(
            || t("sources-no-token"),
            |prefix| tn("sources-token", &[("prefix", prefix.as_str().into())]),
        );
        let entity = entity(&source, administers);
        let heard = match source.last_heard {
            Some(at) => view! { <When at=at as_of=as_of/> }.into_any(),
            None => view! { <span class="quiet-text">{t("sources-never")}</span> }.into_any(),
        };
        view! {
            <tr>
                <td data-label=t("sources-title") class="wrap"><strong><a href=links::source(&source.name) data-prefetch="">{source.title}</a></strong> " " <code class="key">{source.name}</code></td>
                <td data-label=t("sources-lane")>{label("lane", &source.lane)}</td>
                <td data-label=t("orders-entity")>{entity}</td>
                <td data-label=t("sources-messages") class="num"><a href=href data-prefetch="">{grouped(&source.messages.to_string())}</a></td>
                <td data-label=t("sources-parked") class="num"><a href=parked data-prefetch="">{grouped(&source.parked.to_string())}</a></td>
                <td data-label=t("sources-heard")>{heard}</td>
                <td data-label=t("sources-key")><code>{token}</code></td>
            </tr>
        }
    });
    view! {
        <table class="grid grid--cards">
            <thead><tr>
                <th scope="col">{t("sources-title")}</th>
                <th scope="col">{t("sources-lane")}</th>
                <th scope="col">{t("orders-entity")}</th>
                <th scope="col" class="num">{t("sources-messages")}</th>
                <th scope="col" class="num">{t("sources-parked")}</th>
                <th scope="col">{t("sources-heard")}</th>
                <th scope="col">{t("sources-key")}</th>
            </tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

/// The buying entity of documents that name none; an administrator sets it here.
fn entity(source: &SourceRow, administers: bool) -> AnyView {
    if !administers {
        return source.entity.clone().into_any();
    }
    let label = tn("sources-entity-of", &[("source", source.title.as_str().into())]);
    view! {
        <form class="tokens" method="post" action="/act/sources/set-entity">
            <input type="hidden" name="name" value=source.name.clone()/>
            <input class="short" name="entity" aria-label=label value=source.entity.clone() autocomplete="off"/>
            <button class="button button--small">{t("sources-set")}</button>
        </form>
    }
    .into_any()
}

fn connect() -> AnyView {
    let lanes = LANES
        .iter()
        .map(|lane| ((*lane).to_owned(), label("lane", lane)))
        .collect::<Vec<_>>();
    view! {
        <section class="panel panel--form">
            <h2>{t("sources-connect")}</h2>
            <p class="quiet-text">{t("sources-connect-text")}</p>
            <form class="form" method="post" action="/sources">
                <Field name="title" text=t("sources-form-title") required=true hint=t("sources-form-title-hint")/>
                <Field name="name" text=t("sources-form-name") required=true pattern="[a-z0-9]([a-z0-9\\-]*[a-z0-9])?" hint=t("sources-form-name-hint")/>
                <Choice name="lane" text=t("sources-form-lane") options=lanes/>
                <Field name="entity" text=t("sources-form-entity") hint=t("sources-form-entity-hint")/>
                <button class="button button--main">{t("sources-form-save")}</button>
            </form>
        </section>
    }
    .into_any()
}

/// A new source as the form sends it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct SourceForm {
    name: String,
    title: String,
    lane: String,
    entity: String,
}

pub(crate) async fn create(visit: Visit, Form(form): Form<SourceForm>) -> Response {
    visit
        .answer(async {
            let caller = visit.may(Permission::Administer)?;
            let trimmed = |text: &str| text.trim().to_owned();
            let source = NewSource {
                name: trimmed(&form.name),
                title: trimmed(&form.title),
                lane: trimmed(&form.lane),
                entity: trimmed(&form.entity),
            };
            let token = visit.state.ports.sources.create(caller, &source).await?;
            let issued = IssuedToken {
                id: 0,
                of: TokenOf::Source(token.source),
                token: token.token,
                expires_at: token.expires_at,
            };
            Ok(tokens::shown_once(&visit, &issued))
        })
        .await
}
