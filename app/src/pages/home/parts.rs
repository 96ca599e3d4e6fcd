//! Pieces of the first page.

use domain::Instant;
use leptos::prelude::*;
use views::exceptions::CaseRow;
use views::messages::MessageRow;
use views::words::t;

use crate::links;
use crate::pages::messages::parts::counts;
use crate::parts::{Empty, Severity, When, counted, label, said};

/// The page's answer in one sentence.
pub(super) fn sentence(open: Option<&[(String, u64)]>, nothing_yet: bool) -> String {
    if nothing_yet {
        return t("home-nothing-yet");
    }
    let Some(open) = open else {
        return t("home-arrivals-only");
    };
    let all: u64 = open.iter().map(|(_, n)| n).sum();
    let urgent: u64 = open
        .iter()
        .filter(|(severity, _)| severity == "S1")
        .map(|(_, n)| n)
        .sum();
    match (urgent, all) {
        (_, 0) => t("home-quiet"),
        (0, _) => counted("home-nothing-urgent", &[("all", all)]),
        _ => counted("home-urgent", &[("n", urgent), ("all", all)]),
    }
}

/// Open cases by severity, as links.
pub(super) fn severities(open: &[(String, u64)]) -> AnyView {
    let items = open.iter().map(|(severity, n)| {
        let class = if *n == 0 { "tally tally--none" } else { "tally" };
        view! {
            <li><a class=class href="/exceptions" data-prefetch="">
                <Severity code=severity.clone()/>
                <span class="tally__n">{crate::parts::grouped(&n.to_string())}</span>
                <span class="tally__word">{label("severity-means", severity)}</span>
            </a></li>
        }
    });
    view! { <ul class="tallies">{items.collect_view()}</ul> }.into_any()
}

/// What the block of open cases shows.
pub(super) struct First {
    pub(super) open: AnyView,
    pub(super) rows: Vec<CaseRow>,
    pub(super) as_of: Instant,
}

/// Open cases: how many, and the first of them.
pub(super) fn first(first: First) -> AnyView {
    let as_of = first.as_of;
    let rows = first.rows.into_iter().map(|row| {
        let order = row.order.map(|(_, po_no)| view! { <span class="key">{po_no}</span> });
        view! {
            <li><a class="row" href=links::case(row.id) data-prefetch="">
                <Severity code=row.severity/>
                <span class="row__main">{said(&row.impact)}</span>
                <span class="row__side">{order}<When at=row.opened_at as_of=as_of/></span>
            </a></li>
        }
    });
    let rows = rows.collect_view();
    let list = if rows.is_empty() {
        view! { <Empty text=t("home-no-exception")/> }.into_any()
    } else {
        view! {
            <ol class="rows">{rows}</ol>
            <p class="more"><a href="/exceptions" data-prefetch="">{t("home-all-exceptions")}</a></p>
        }
        .into_any()
    };
    view! { <section class="panel"><h2>{t("home-open-title")}</h2>{first.open}{list}</section> }.into_any()
}

/// What arrived last.
pub(super) fn arrivals(rows: Vec<MessageRow>, administers: bool, as_of: Instant) -> AnyView {
    let empty = rows.is_empty();
    let rows = rows.into_iter().map(|row| {
        view! {
            <li><a class="row" href=links::message(row.id)>
                <span class="row__source">{row.source.clone()}</span>
                <span class="row__main">{row.file.clone()} " " {counts(&row)}</span>
                <span class="row__side"><When at=row.received_at as_of=as_of/></span>
            </a></li>
        }
    });
    let list = if empty {
        let ways = if administers {
            vec![("/sources".to_owned(), t("home-connect"))]
        } else {
            Vec::new()
        };
        view! { <Empty text=t("messages-none") links=ways/> }.into_any()
    } else {
        view! {
            <ol class="rows">{rows.collect_view()}</ol>
            <p class="more"><a href="/messages" data-prefetch="">{t("home-all-messages")}</a></p>
        }
        .into_any()
    };
    view! { <section class="panel"><h2>{t("home-arrivals-title")}</h2>{list}</section> }.into_any()
}
