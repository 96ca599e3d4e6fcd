//! The events of an order as a list, and one event down to its bytes.

use domain::{Instant, Precision};
use leptos::prelude::*;
use views::orders::{EventRow, EventView, OrderView};
use views::words::{t, tn};

use crate::links;
use crate::pages::messages::parts::raw;
use crate::parts::{When, counted, date, drawn, exact, grouped, label, moment, span};

/// Events on one page of the list.
const ROWS: usize = 100;

/// What an event is called: by its canonical type, else by the source's own word.
pub(super) fn name(event: &EventRow) -> String {
    if event.kind == "ext.event" && !event.activity.is_empty() {
        event.activity.clone()
    } else {
        label("event", &event.kind)
    }
}

/// Which page of the list holds row `at`.
fn page_of(at: usize, len: usize) -> usize {
    if len <= ROWS { 0 } else { at / ROWS }
}

/// The address of an event's row in the list of an order that is shown at `here`.
pub(super) fn in_list(here: &str, events: &[EventRow], seq: i64) -> String {
    let at = events.iter().position(|e| e.seq == seq).unwrap_or_default();
    let page = match page_of(at, events.len()) {
        0 => String::new(),
        page => (page + 1).to_string(),
    };
    format!("{}#event-{seq}", links::with(here, &[("events", &page)]))
}

/// The list: all of it when it is short or asked for, else a hundred at a time.
pub(super) fn section(order: &OrderView, asked: &str, here: &str) -> AnyView {
    let all = order.events.len();
    let pages = all.div_ceil(ROWS).max(1);
    let page = asked.parse::<usize>().unwrap_or(1).clamp(1, pages) - 1;
    let whole = asked == "all" || pages == 1;
    let shown = if whole {
        &order.events[..]
    } else {
        order.events.chunks(ROWS).nth(page).unwrap_or_default()
    };
    let ways = (pages > 1).then(|| {
        let steps = (0..pages).map(|i| {
            let value = if i == 0 { String::new() } else { (i + 1).to_string() };
            let href = format!("{}#events", links::with(here, &[("events", &value)]));
            let current = (!whole && i == page).then_some("page");
            view! { <a href=href aria-current=current>{format!("{}\u{2013}{}", i * ROWS + 1, ((i + 1) * ROWS).min(all))}</a> }
        });
        let every = format!("{}#events", links::with(here, &[("events", "all")]));
        view! {
            <nav class="tabs tabs--wrap" aria-label=t("events-parts")>
                {steps.collect_view()} " " <a href=every aria-current=whole.then_some("page")>{t("events-all")}</a>
            </nav>
        }
    });
    let rows = shown.iter().map(|event| row(event, order)).collect_view();
    view! {
        <section class="panel panel--flush" id="events">
            <h2>{counted("events-title", &[("n", u64::try_from(all).unwrap_or(u64::MAX))])}</h2>
            {ways}
            <table class="grid grid--cards">
                <thead><tr>
                    <th scope="col">{t("events-happened")}</th>
                    <th scope="col">{t("events-what")}</th>
                    <th scope="col">{t("events-source")}</th>
                    <th scope="col">{t("events-lines")}</th>
                    <th scope="col" class="num">{t("events-quantity")}</th>
                    <th scope="col">{t("events-document")}</th>
                    <th scope="col">{t("events-learned")}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn row(event: &EventRow, order: &OrderView) -> AnyView {
    let href = links::event(&order.row.entity, &order.row.po_no, event.seq);
    let late = event.received_at.since(event.occurred_at);
    let learned = if late >= Instant::HOUR && (event.precision != Precision::Day || late >= 2 * Instant::DAY) {
        view! { <span title=moment(event.received_at)>{tn("events-later", &[("span", span(late).into())])}</span> }
            .into_any()
    } else {
        view! { <span class="quiet-text">{t("events-at-once")}</span> }.into_any()
    };
    let own_word = (!event.activity.is_empty() && event.activity != name(event)).then(|| {
        view! { <span class="quiet-text own-word">{event.activity.clone()}</span> }
    });
    let flags = event
        .flags
        .iter()
        .map(|flag| view! { <span class="badge badge--bad">{label("flag", flag)}</span> });
    let lines = if event.lines.is_empty() {
        t("events-whole-order")
    } else {
        event.lines.join(", ")
    };
    view! {
        <tr id=format!("event-{}", event.seq)>
            <td data-label=t("events-happened")><When at=event.occurred_at as_of=order.as_of precision=event.precision exact=true/></td>
            <td data-label=t("events-what")><span class="states"><a href=href>{name(event)}</a> " " {own_word} " " {flags.collect_view()}</span></td>
            <td data-label=t("events-source")>{event.source.clone()}</td>
            <td data-label=t("events-lines") class="clip">{lines}</td>
            <td data-label=t("events-quantity") class="num">{event.quantity.as_deref().map(grouped)}</td>
            <td data-label=t("events-document")>{event.document.as_ref().map(|key| view! { <span class="key">{key.value.clone()}</span> })}</td>
            <td data-label=t("events-learned")>{learned}</td>
        </tr>
    }
    .into_any()
}

/// A field's value as a person reads it: the type by its word, instants in full.
fn said_value(name: &str, value: &str) -> String {
    match Instant::parse(value) {
        _ if name == "type" => label("event", value),
        Some(at) => exact(at),
        None => value.to_owned(),
    }
}

/// One event: canonical fields, then the bytes.
pub(super) fn page(title: String, entity: &str, po_no: &str, event: EventView, as_of: Instant) -> AnyView {
    let row = &event.row;
    let happened = match row.precision {
        Precision::Day => date(drawn(row.occurred_at, row.precision)),
        _ => tn("moment-utc", &[("at", moment(row.occurred_at).into())]),
    };
    let lede = tn(
        "events-one-lede",
        &[("source", row.source.as_str().into()), ("at", happened.into())],
    );
    let flags = row
        .flags
        .iter()
        .map(|flag| view! { <span class="badge badge--bad">{label("flag", flag)}</span> });
    let fields = event.fields.iter().map(|(name, value)| {
        let value = said_value(name, value);
        view! { <tr><th scope="row">{label("field", name)}</th><td class="wrap">{value}</td></tr> }
    });
    let message = event.message_id.map(|id| {
        view! { <div><dt>{t("events-one-message")}</dt><dd><a class="key" href=links::message(id)>{id}</a></dd></div> }
    });
    view! {
        <header class="head">
            <p class="trail">
                <a href="/orders" data-prefetch="">{t("nav-orders")}</a>
                <a href=links::order(entity, po_no) data-prefetch="">{super::title(po_no)}</a>
            </p>
            <h1>{title}</h1>
            <p class="lede">{lede} " " {flags.collect_view()}</p>
            <dl class="facts">
                <div><dt>{t("events-happened")}</dt><dd><When at=row.occurred_at as_of=as_of precision=row.precision exact=true/></dd></div>
                <div><dt>{t("events-one-learned")}</dt><dd><When at=row.received_at as_of=as_of exact=true/></dd></div>
                <div><dt>{t("lanes-system")}</dt><dd>{label("lane", &row.lane)}</dd></div>
                <div><dt>{t("events-one-own-word")}</dt><dd>{row.activity.clone()}</dd></div>
                <div><dt>{t("events-one-place")}</dt><dd>{row.seq}</dd></div>
                {message}
            </dl>
        </header>
        <section class="panel panel--flush">
            <h2>{t("events-one-fields")}</h2>
            <table class="pairs"><tbody>{fields.collect_view()}</tbody></table>
        </section>
        <section class="panel"><h2>{t("raw-title")}</h2>{raw(event.raw)}</section>
    }
    .into_any()
}
