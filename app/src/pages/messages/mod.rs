//! What arrived, and what became of each item.

pub(crate) mod calls;
pub(crate) mod parts;

use axum::extract::{Path, Query};
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;
use views::messages::{MessageFilter, MessageRow, MessageView};
use views::words::{t, tn};
use views::{AppError, Page, Permission};

use crate::islands::LiveNotice;
use crate::links;
use crate::parts::{Act, Empty, Pager, When, bytes, who_may};
use crate::shell::Place;
use crate::visit::{Sheet, Visit};
use parts::{became, counts, items, raw};

/// What the list is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct MessageQuery {
    parked: String,
    source: String,
    after: Option<String>,
}

impl MessageQuery {
    fn parked(&self) -> bool {
        self.parked == "true"
    }
}

pub(crate) async fn index(visit: Visit, Query(query): Query<MessageQuery>) -> Response {
    visit
        .answer(async {
            let caller = visit.may(Permission::SeeMessages)?;
            let filter = MessageFilter {
                parked: query.parked(),
                source: query.source.trim().to_owned(),
                after: query.after.clone(),
                ..MessageFilter::default()
            };
            let page = visit.state.ports.messages.list(caller, &filter).await?;
            let sheet = Sheet::new(t("nav-messages"), Place::Messages).live();
            Ok(visit.page(sheet, || list(&query, page, visit.as_of)))
        })
        .await
}

fn list(query: &MessageQuery, page: Page<MessageRow>, as_of: domain::Instant) -> AnyView {
    let parked = query.parked();
    let tab = |href: &str, key: &str, here: bool| {
        let href = links::with(href, &[("source", &query.source)]);
        view! { <a href=href aria-current=here.then_some("page") data-prefetch="">{t(key)}</a> }
    };
    let lede = match (parked, page.rows.is_empty(), query.source.is_empty()) {
        (true, true, _) => t("messages-none-parked"),
        (true, false, _) => t("messages-parked-lede"),
        (false, true, true) => t("messages-none"),
        (false, true, false) => t("messages-none-match"),
        (false, false, _) => t("messages-lede"),
    };
    let filters = vec![("parked", query.parked.clone()), ("source", query.source.clone())];
    let pager = view! { <Pager path="/messages".to_owned() filters=filters after=query.after.clone() next=page.next/> };
    let table = (!page.rows.is_empty()).then(|| rows(page.rows, as_of));
    view! {
        <header class="head">
            <h1>{t("nav-messages")}</h1>
            <p class="lede">{lede}</p>
            <LiveNotice topics="messages".to_owned() some=tn("live-messages", &[("n", "#".into())]) many=t("live-many")/>
        </header>
        <div class="tools">
            <nav class="tabs" aria-label=t("messages-tabs")>
                {tab("/messages", "messages-all", !parked)} " " {tab("/messages?parked=true", "messages-parked", parked)}
            </nav>
            <form class="filters" method="get" action="/messages">
                {parked.then(|| view! { <input type="hidden" name="parked" value="true"/> })}
                <label class="field field--inline">
                    <span class="field__text">{t("messages-source")}</span>
                    <input name="source" value=query.source.clone() autocomplete="off"/>
                </label>
                <button class="button">{t("filter-apply")}</button>
            </form>
        </div>
        {table}
        {pager}
    }
    .into_any()
}

fn rows(rows: Vec<MessageRow>, as_of: domain::Instant) -> AnyView {
    let rows = rows.into_iter().map(|row| {
        let what = row.file.clone().unwrap_or_else(|| row.media_type.clone());
        view! {
            <tr>
                <td data-label=t("messages-id")><a class="key" href=links::message(row.id)>{row.id}</a></td>
                <td data-label=t("messages-source")>{row.source.clone()}</td>
                <td data-label=t("messages-what") class="wrap">{what}</td>
                <td data-label=t("messages-size") class="num">{bytes(row.bytes)}</td>
                <td data-label=t("messages-became")>{counts(&row)}</td>
                <td data-label=t("messages-arrived")><When at=row.received_at as_of=as_of/></td>
            </tr>
        }
    });
    view! {
        <table class="grid grid--cards">
            <thead><tr>
                <th scope="col">{t("messages-id")}</th>
                <th scope="col">{t("messages-source")}</th>
                <th scope="col">{t("messages-what")}</th>
                <th scope="col" class="num">{t("messages-size")}</th>
                <th scope="col">{t("messages-became")}</th>
                <th scope="col">{t("messages-arrived")}</th>
            </tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

pub(crate) async fn one(visit: Visit, Path(id): Path<String>) -> Response {
    visit
        .answer(async {
            let caller = visit.may(Permission::SeeMessages)?;
            let id = id.parse().map_err(|_| AppError::not_found())?;
            let message = visit.state.ports.messages.get(caller, id).await?;
            let title = tn("message-title", &[("id", id.to_string().into())]);
            Ok(visit.page(Sheet::new(title.clone(), Place::Messages), || arrival(title, message)))
        })
        .await
}

fn arrival(title: String, message: MessageView) -> AnyView {
    let row = message.row;
    let retry = (row.parked > 0).then(|| {
        let why_not = (!message.may_retry).then(|| who_may(Permission::Retry));
        view! {
            <form class="head__act" method="post" action="/act/messages/retry">
                <input type="hidden" name="id" value=row.id/>
                <Act text=t("messages-retry") why_not=why_not main=true/>
            </form>
        }
    });
    let facts = view! {
        <dl class="facts">
            <div><dt>{t("messages-source")}</dt><dd>{row.source.clone()}</dd></div>
            <div><dt>{t("messages-arrived")}</dt><dd><When at=row.received_at as_of=message.as_of exact=true/></dd></div>
            {row.file.clone().map(|file| view! { <div><dt>{t("messages-file")}</dt><dd class="wrap">{file}</dd></div> })}
            <div><dt>{t("messages-kind")}</dt><dd>{row.media_type.clone()}</dd></div>
            <div><dt>{t("messages-size")}</dt><dd>{bytes(row.bytes)}</dd></div>
        </dl>
    };
    let body = if message.items.is_empty() {
        view! { <Empty text=t("messages-no-items")/> }.into_any()
    } else {
        items(&row, message.items)
    };
    view! {
        <header class="head">
            <p class="trail"><a href="/messages" data-prefetch="">{t("nav-messages")}</a></p>
            <h1>{title}</h1>
            <p class="lede">{became(&row)}</p>
            {retry}
            {facts}
        </header>
        <section class="panel"><h2>{t("messages-items")}</h2>{body}</section>
        <section class="panel"><h2>{t("raw-title")}</h2>{raw(message.raw)}</section>
    }
    .into_any()
}
