//! Governed records: what may only be changed by two people. One set of pages for every kind.

pub(crate) mod calls;
pub(crate) mod form;
pub(crate) mod parts;
mod values;

use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use views::governance::{KindRow, RecordRow, RecordView};
use views::words::{t, tn};

use crate::links;
use crate::parts::{Empty, grouped, label, said};
use crate::shell::Place;
use crate::visit::{Sheet, Visit};
use parts::{history, request_rows, summary};

pub(crate) use form::roles;
pub(crate) use values::{field_label, field_value_words};

/// The address of a record; a person's is their own page.
pub(crate) fn record_link(kind: &str, key: &str) -> String {
    if kind == "access" {
        format!("/people/{}", links::encoded(key))
    } else {
        format!("/governance/{kind}/{}", links::encoded(key))
    }
}

pub(crate) async fn index(visit: Visit) -> Response {
    visit
        .answer(async {
            let caller = visit.caller()?;
            let kinds = visit.state.ports.governance.kinds(caller).await?;
            let sheet = Sheet::new(t("nav-governance"), Place::Governance);
            Ok(visit.page(sheet, || all(kinds)))
        })
        .await
}

fn all(kinds: Vec<KindRow>) -> AnyView {
    let open: u64 = kinds.iter().map(|k| k.open).sum();
    let lede = if kinds.is_empty() {
        t("governance-nothing")
    } else {
        tn(
            "governance-lede",
            &[("n", i64::try_from(open).unwrap_or(i64::MAX).into())],
        )
    };
    let rows = kinds.into_iter().map(|kind| {
        let href = if kind.kind == "access" { "/people".to_owned() } else { format!("/governance/{}", kind.kind) };
        let may = match (kind.may_ask, kind.may_decide) {
            (true, true) => t("governance-may-both"),
            (true, false) => t("governance-may-ask"),
            (false, true) => t("governance-may-decide"),
            (false, false) => t("governance-may-read"),
        };
        view! {
            <tr>
                <td data-label=t("governance-kind") class="wrap">
                    <a href=href.clone()><strong>{label("governed", &kind.kind)}</strong></a>
                    <br/><span class="quiet-text">{label("governed-means", &kind.kind)}</span>
                </td>
                <td data-label=t("governance-records") class="num"><a href=href>{grouped(&kind.records.to_string())}</a></td>
                <td data-label=t("governance-open") class="num"><a href="/requests">{grouped(&kind.open.to_string())}</a></td>
                <td data-label=t("governance-you") class="wrap">{may}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <header class="head"><h1>{t("nav-governance")}</h1><p class="lede">{lede}</p></header>
        <table class="grid grid--cards">
            <thead><tr>
                <th scope="col">{t("governance-kind")}</th>
                <th scope="col" class="num">{t("governance-records")}</th>
                <th scope="col" class="num">{t("governance-open")}</th>
                <th scope="col">{t("governance-you")}</th>
            </tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

pub(crate) async fn kind(visit: Visit, Path(kind): Path<String>) -> Response {
    visit
        .answer(async {
            let caller = visit.caller()?;
            let governance = &visit.state.ports.governance;
            let records = governance.list(caller, &kind).await?;
            let kinds = governance.kinds(caller).await?;
            let may_ask = kinds.iter().any(|k| k.kind == kind && k.may_ask);
            let sheet = Sheet::new(label("governed", &kind), Place::Governance);
            Ok(visit.page(sheet, || list(&kind, records, may_ask)))
        })
        .await
}

fn list(kind: &str, records: Vec<RecordRow>, may_ask: bool) -> AnyView {
    let n = i64::try_from(records.len()).unwrap_or(i64::MAX);
    let rows = records.into_iter().map(|record| {
        let href = record_link(&record.kind, &record.key);
        let name = if record.title.is_empty() { record.key.clone() } else { record.title.clone() };
        let state = if record.ended { t("record-ended") } else { summary(&record.fields) };
        view! {
            <tr>
                <td data-label=t("record-name") class="wrap"><a href=href><strong>{name}</strong></a> " " <code class="key">{record.key}</code></td>
                <td data-label=t("record-says") class="wrap">{state}</td>
                <td data-label=t("record-version") class="num">{record.version.to_string()}</td>
                <td data-label=t("governance-open") class="num">{record.open.to_string()}</td>
            </tr>
        }
    });
    let table = if n == 0 {
        view! { <Empty text=t("record-none")/> }.into_any()
    } else {
        view! {
            <table class="grid grid--cards">
                <thead><tr>
                    <th scope="col">{t("record-name")}</th>
                    <th scope="col">{t("record-says")}</th>
                    <th scope="col" class="num">{t("record-version")}</th>
                    <th scope="col" class="num">{t("governance-open")}</th>
                </tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        }
        .into_any()
    };
    let asks = may_ask && kind != "access";
    view! {
        <header class="head">
            <p class="trail"><a href="/governance">{t("nav-governance")}</a></p>
            <h1>{label("governed", kind)}</h1>
            <p class="lede">{tn("record-count", &[("n", n.into())])}</p>
        </header>
        {table}
        {asks.then(|| form::new(kind))}
    }
    .into_any()
}

pub(crate) async fn one(visit: Visit, Path((kind, key)): Path<(String, String)>) -> Response {
    visit
        .answer(async {
            let caller = visit.caller()?;
            if kind == "access" {
                return Err(crate::visit::Refusal::Elsewhere(record_link(&kind, &key)));
            }
            let record = visit.state.ports.governance.get(caller, &kind, &key).await?;
            let title = if record.row.title.is_empty() {
                key
            } else {
                record.row.title.clone()
            };
            let sheet = Sheet::new(title.clone(), Place::Governance);
            Ok(visit.page(sheet, || page(title, record, visit.as_of)))
        })
        .await
}

fn page(title: String, record: RecordView, as_of: domain::Instant) -> AnyView {
    let kind = record.row.kind.clone();
    let lede = match (record.row.version, record.row.ended, record.body.is_some()) {
        (_, true, _) => t("record-lede-ended"),
        (0, _, true) => t("record-lede-set-up"),
        (0, _, false) => t("record-lede-new"),
        (version, ..) => tn(
            "record-lede",
            &[("version", version.into()), ("by", made_by(&record).into())],
        ),
    };
    view! {
        <header class="head">
            <p class="trail"><a href="/governance">{t("nav-governance")}</a> <a href=format!("/governance/{kind}")>{label("governed", &kind)}</a></p>
            <h1>{title}</h1>
            <p class="lede">{lede}</p>
        </header>
        {body(record, as_of)}
    }
    .into_any()
}

fn made_by(record: &RecordView) -> String {
    record.history.first().map_or_else(String::new, |v| v.by.clone())
}

/// What it says, what waits, the form, the history: the same for every kind.
pub(crate) fn body(record: RecordView, as_of: domain::Instant) -> AnyView {
    let facts = record.row.fields.iter().map(|field| {
        let value = field.after.clone().unwrap_or_default();
        view! { <div><dt>{field_label(&field.field)}</dt><dd>{field_value_words(&field.field, &value)}</dd></div> }
    });
    let facts = facts.collect_view();
    let shown = (!record.row.fields.is_empty()).then(|| {
        view! { <section class="panel"><h2>{t("record-now")}</h2><dl class="facts facts--wide">{facts}</dl></section> }
    });
    let open = record.open.clone();
    let waits = (!open.is_empty()).then(|| {
        view! { <section class="panel panel--care"><h2>{t("record-waits")}</h2>{request_rows(open, as_of)}</section> }
    });
    let form = match &record.why_not_ask {
        None => form::change(&record),
        Some(why) => view! { <p class="quiet-text">{said(why)}</p> }.into_any(),
    };
    let key = (record.row.kind.clone(), record.row.key.clone(), record.row.version);
    view! {
        {shown}
        {waits}
        {form}
        {history(&key, record.history)}
    }
    .into_any()
}
