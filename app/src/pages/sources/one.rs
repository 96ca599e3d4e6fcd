//! One source: what it is, its tokens, and how it sends.

use axum::extract::{Form, Path};
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;
use views::Permission;
use views::tokens::{DAYS, SourceView, TokenWish};
use views::words::{t, tn};

use crate::links;
use crate::pages::tokens::{self, number, some_number};
use crate::parts::{When, counted, grouped, label, who_may};
use crate::shell::Place;
use crate::visit::{Sheet, Visit};

pub(crate) async fn page(visit: Visit, Path(name): Path<String>) -> Response {
    visit
        .answer(async {
            let caller = visit.may(Permission::SeeMessages)?;
            let source = visit.state.ports.tokens.source(caller, &name).await?;
            let sheet = Sheet::new(source.row.title.clone(), Place::Sources);
            Ok(visit.page(sheet, || view(source, visit.as_of)))
        })
        .await
}

fn view(source: SourceView, as_of: domain::Instant) -> AnyView {
    let row = &source.row;
    let lede = match row.last_heard {
        None => t("source-lede-never"),
        Some(_) if row.parked > 0 => counted("source-lede-parked", &[("n", row.parked)]),
        Some(_) => t("source-lede-fine"),
    };
    let messages = links::with("/messages", &[("source", &row.name)]);
    let parked = links::with("/messages", &[("parked", "true"), ("source", &row.name)]);
    let heard = row
        .last_heard
        .map(|at| view! { <div><dt>{t("sources-heard")}</dt><dd><When at=at as_of=as_of/></dd></div> });
    let entity = if row.entity.is_empty() {
        t("source-no-entity")
    } else {
        row.entity.clone()
    };
    let back = links::source(&row.name);
    view! {
        <header class="head">
            <p class="trail"><a href="/sources">{t("nav-sources")}</a></p>
            <h1>{row.title.clone()}</h1>
            <p class="lede">{lede}</p>
            <dl class="facts">
                <div><dt>{t("source-name")}</dt><dd><code class="key">{row.name.clone()}</code></dd></div>
                <div><dt>{t("sources-lane")}</dt><dd>{label("lane", &row.lane)}</dd></div>
                <div><dt>{t("orders-entity")}</dt><dd>{entity}</dd></div>
                <div><dt>{t("sources-messages")}</dt><dd><a href=messages data-prefetch="">{grouped(&row.messages.to_string())}</a></dd></div>
                <div><dt>{t("sources-parked")}</dt><dd><a href=parked data-prefetch="">{grouped(&row.parked.to_string())}</a></dd></div>
                {heard}
            </dl>
        </header>
        {held(&source, &back)}
        {how(&row.name)}
    }
    .into_any()
}

/// The tokens, for who may know of them.
fn held(source: &SourceView, back: &str) -> AnyView {
    if !source.may_manage {
        let who = who_may(Permission::ManageTokens);
        return view! { <section class="panel"><h2>{t("source-tokens")}</h2><p class="quiet-text">{t("source-tokens-closed")} " " {who}</p></section> }
            .into_any();
    }
    let good = source.tokens.iter().filter(|token| token.state.is_good()).count();
    let good = u64::try_from(good).unwrap_or_default();
    let near = source.tokens.iter().filter_map(|token| token.ends_in_days).min();
    let near = near.map(|days| {
        let text = tn("source-token-ends", &[("n", days.into())]);
        view! { <p class="notice notice--care"><strong class="notice__word">{t("source-token-ends-word")}</strong> " " <span>{text}</span></p> }
    });
    let table =
        (!source.tokens.is_empty()).then(|| tokens::parts::table(source.tokens.clone(), true, back, source.as_of));
    let action = format!("{back}/token");
    view! {
        <section class="panel">
            <h2>{t("source-tokens")}</h2>
            {near}
            <p class="quiet-text">{counted("source-tokens-lede", &[("n", good)])}</p>
            {table}
            <details class="do__form">
                <summary>{t("sources-new-token")}</summary>
                <form class="form" method="post" action=action>
                    {tokens::parts::wish()}
                    <button class="button">{t("source-token-make")}</button>
                </form>
            </details>
        </section>
    }
    .into_any()
}

/// Three lines that send something.
fn how(name: &str) -> AnyView {
    let path = format!("/v1/in/{}", links::encoded(name));
    let lines =
        format!("TOKEN=…\ncurl -X POST -H \"Authorization: Bearer $TOKEN\" \\\n     --data-binary @file.json {path}");
    view! {
        <section class="panel">
            <h2>{t("source-how")}</h2>
            <p class="quiet-text">{t("source-how-text")}</p>
            <pre class="raw" tabindex="0"><code>{lines}</code></pre>
        </section>
    }
    .into_any()
}

/// A new token as the form sends it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct TokenForm {
    token_title: String,
    days: String,
    quota_per_minute: String,
}

pub(crate) async fn issue(visit: Visit, Path(name): Path<String>, Form(form): Form<TokenForm>) -> Response {
    visit
        .answer(async {
            let caller = visit.may(Permission::ManageTokens)?;
            let wish = TokenWish {
                title: form.token_title,
                days: number(&form.days, DAYS)?,
                quota_per_minute: some_number(&form.quota_per_minute)?,
            };
            let token = visit.state.ports.tokens.issue_for_source(caller, &name, &wish).await?;
            Ok(tokens::shown_once(&visit, &token))
        })
        .await
}
