//! The inbox of everything that needs a second person, and one request with what it would do.

use axum::extract::Path;
use axum::response::Response;
use domain::Instant;
use leptos::prelude::*;
use views::AppError;
use views::governance::{Inbox, RequestRow, RequestView};
use views::words::{t, tn};

use crate::pages::governance::parts::{diff, request_rows, what};
use crate::pages::governance::record_link;
use crate::parts::{Act, Empty, Field, label, moment, said, word};
use crate::shell::Place;
use crate::visit::{Sheet, Visit};

pub(crate) async fn index(visit: Visit) -> Response {
    visit
        .answer(async {
            let caller = visit.caller()?;
            let inbox = visit.state.ports.governance.inbox(caller).await?;
            let sheet = Sheet::new(t("nav-requests"), Place::Requests);
            Ok(visit.page(sheet, || all(inbox, visit.as_of)))
        })
        .await
}

fn all(inbox: Inbox, as_of: Instant) -> AnyView {
    let yours_to_review = inbox.to_review.iter().filter(|r| r.may_decide).count();
    let waiting = inbox.to_decide.len().saturating_add(yours_to_review);
    let others = inbox.yours.len().saturating_add(inbox.others.len());
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX).into();
    let lede = tn("requests-lede", &[("n", number(waiting)), ("others", number(others))]);
    let nothing = waiting == 0 && others == 0 && inbox.over.is_empty() && inbox.to_review.is_empty();
    let part = |title: &str, rows: Vec<RequestRow>, care: bool| {
        let class = if care { "panel panel--care" } else { "panel" };
        (!rows.is_empty()).then(|| {
            view! { <section class=class><h2>{t(title)}</h2>{request_rows(rows, as_of)}</section> }
        })
    };
    view! {
        <header class="head"><h1>{t("nav-requests")}</h1><p class="lede">{lede}</p></header>
        {nothing.then(|| view! { <Empty text=t("requests-none") links=vec![("/governance".to_owned(), t("nav-governance"))]/> })}
        {part("requests-review", inbox.to_review, true)}
        {part("requests-decide", inbox.to_decide, false)}
        {part("requests-yours", inbox.yours, false)}
        {part("requests-others", inbox.others, false)}
        {part("requests-over", inbox.over, false)}
    }
    .into_any()
}

pub(crate) async fn one(visit: Visit, Path(id): Path<String>) -> Response {
    visit
        .answer(async {
            let caller = visit.caller()?;
            let id = id.parse().map_err(|_| AppError::not_found())?;
            let request = visit.state.ports.governance.request(caller, id).await?;
            let sheet = Sheet::new(what(&request.row), Place::Requests);
            Ok(visit.page(sheet, || page(request)))
        })
        .await
}

fn lede(request: &RequestView) -> String {
    let row = &request.row;
    let args = [
        ("who", row.asked_by.as_str().into()),
        ("at", moment(row.created_at).into()),
    ];
    if row.alone {
        return tn("request-lede-alone", &args);
    }
    let state = tn("request-lede", &args);
    match row.state.as_str() {
        "open" => format!(
            "{state} {}",
            tn("request-lede-until", &[("at", moment(row.expires_at).into())])
        ),
        over => format!("{state} {}", label("request-state", over)),
    }
}

fn page(request: RequestView) -> AnyView {
    let row = request.row.clone();
    let facts = [
        ("request-reason", row.reason.clone()),
        ("request-ticket", row.ticket.clone()),
        (
            "request-from",
            if row.state == "open" && request.valid_from <= row.created_at {
                t("request-from-agreed")
            } else {
                moment(request.valid_from)
            },
        ),
    ];
    let facts = facts.into_iter().filter(|(_, value)| !value.is_empty());
    let facts = facts
        .map(|(key, value)| view! { <div><dt>{t(key)}</dt><dd>{value}</dd></div> })
        .collect_view();
    let happens = request
        .will_happen
        .iter()
        .map(|s| view! { <li>{said(s)}</li> })
        .collect_view();
    let title = if row.state == "open" {
        t("request-will")
    } else {
        t("request-did")
    };
    let record = record_link(&row.kind, &row.key);
    let history = request.said.iter().map(|entry| {
        let args = [("who", entry.by.as_str().into()), ("at", moment(entry.at).into())];
        let line = tn(&format!("request-said-{}", entry.verdict), &args);
        let comment = entry.comment.clone();
        view! { <li><p>{line}</p>{(!comment.is_empty()).then(|| view! { <p class="quiet-text">{comment}</p> })}</li> }
    });
    let history = history.collect_view();
    view! {
        <header class="head">
            <p class="trail"><a href="/requests">{t("nav-requests")}</a> <a href=record>{label("governed", &row.kind)}</a></p>
            <h1>{what(&row)}</h1>
            <p class="lede">{lede(&request)}</p>
        </header>
        <section class="panel"><h2>{title}</h2><ul class="entries">{happens}</ul><dl class="facts facts--wide">{facts}</dl></section>
        <section class="panel panel--flush"><h2>{t("request-changes")}</h2>{diff(row.changes.clone())}</section>
        {deciding(&request)}
        <section class="panel">
            <h2>{t("record-history")}</h2>
            <ol class="entries">
                <li><p>{tn("request-asked", &[("who", row.asked_by.as_str().into()), ("at", moment(row.created_at).into())])}</p></li>
                {history}
            </ol>
        </section>
    }
    .into_any()
}

/// The buttons: who may not press them reads why, and who may.
fn deciding(request: &RequestView) -> AnyView {
    let row = &request.row;
    let review = row.alone && row.review_by.is_some();
    if row.state != "open" && !review {
        return ().into_any();
    }
    let (first, second) = if review {
        ("right", "wrong")
    } else {
        ("agree", "decline")
    };
    let why_not = request.why_not.as_ref().map(|why| {
        let names = if request.deciders.is_empty() {
            t("request-nobody")
        } else {
            request.deciders.join(", ")
        };
        format!("{} {}", said(why), tn("request-deciders", &[("names", names.into())]))
    });
    let hidden = || {
        view! {
            <input type="hidden" name="id" value=row.id.to_string()/>
            <input type="hidden" name="hash" value=request.hash.clone()/>
            <input type="hidden" name="version" value=row.version.to_string()/>
        }
    };
    let form = |verdict: &'static str, main: bool, needs: bool, why_not: Option<String>| {
        let closed = why_not.is_some();
        let comment = tn("request-comment", &[("verdict", word("verdict", verdict).into())]);
        let comment = (!closed).then(|| {
            if needs {
                view! { <Field name="comment" text=comment required=true/> }.into_any()
            } else {
                view! { <Field name="comment" text=comment/> }.into_any()
            }
        });
        view! {
            <form class="form" method="post" action="/act/governance/decide">
                {hidden()}
                <input type="hidden" name="verdict" value=verdict/>
                {comment}
                <Act text=label("verdict", verdict) why_not=why_not main=main/>
            </form>
        }
    };
    let withdraw = request.may_withdraw.then(|| form("withdraw", false, false, None));
    let title = if review {
        t("request-review")
    } else {
        t("request-decide")
    };
    view! {
        <section class="panel panel--form">
            <h2>{title}</h2>
            {form(first, true, false, why_not.clone())}
            {form(second, false, true, why_not)}
            {withdraw}
        </section>
    }
    .into_any()
}
