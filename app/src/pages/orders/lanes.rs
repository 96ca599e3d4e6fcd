//! The lanes of an order: each system's own history, side by side over time.

use chrono::Datelike;
use domain::{Instant, Precision};
use leptos::prelude::*;
use views::orders::{EventRow, OrderView};
use views::words::{t, tn};

use super::timeline::{Column, Cut, Lane, Mark, Timeline, lay_out};
use super::{events, links};
use crate::parts::{date, drawn, exact, grouped, label, moment, span, weekday_date};

/// The drawing, in a box of its own that scrolls sideways when it is wide.
pub(super) fn section(order: &OrderView, here: &str) -> AnyView {
    let Some(timeline) = lay_out(&order.events) else {
        return view! { <section class="panel"><h2>{t("lanes-title")}</h2><p class="quiet-text">{t("lanes-none")}</p></section> }.into_any();
    };
    let lanes = timeline
        .lanes
        .iter()
        .map(|lane| row(lane, &timeline, order, here))
        .collect_view();
    let now = order.moment.is_now().then(|| {
        let quiet = order.as_of.since(order.row.last_at);
        view! { <th scope="col" class="lanes__now">{t("lanes-now")}<span class="lanes__clock">{tn("lanes-quiet", &[("span", span(quiet).into())])}</span></th> }
    });
    view! {
        <section class="panel panel--flush">
            <h2>{t("lanes-title")}</h2>
            <div class="lanes" tabindex="0" role="region" aria-label=t("lanes-title")>
                <table>
                    <thead><tr><th scope="col" class="lanes__system">{t("lanes-system")}</th>{heads(&timeline)}{now}</tr></thead>
                    <tbody>{lanes}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn heads(timeline: &Timeline<'_>) -> AnyView {
    let mut year = None;
    let heads = timeline.columns.iter().map(|column| {
        let this = column.from.to_utc().map(|t| t.year());
        let new_year = this != year;
        year = this;
        let silence = column.silence.map(|silence| {
            view! { <th class="lanes__gap"><span>{span(silence)}</span></th> }
        });
        view! { {silence}<th scope="col" class="lanes__head">{head(column, timeline.cut, new_year)}</th> }
    });
    heads.collect_view().into_any()
}

/// What stands over a column.
fn head(column: &Column, cut: Cut, new_year: bool) -> AnyView {
    let at = column.from;
    let clock = |format: &str| at.to_utc().map(|t| t.format(format).to_string()).unwrap_or_default();
    let (text, beneath) = match cut {
        Cut::Minute => (clock("%H:%M"), weekday_date(at)),
        Cut::Hour => (clock("%H:00"), weekday_date(at)),
        Cut::Day => (weekday_date(at), if new_year { clock("%Y") } else { String::new() }),
        Cut::Week => (tn("lanes-week", &[("week", clock("%V").into())]), date(at)),
        Cut::Month => (
            t(&format!("month-{}", at.to_utc().map_or(1, |t| t.month()))),
            clock("%Y"),
        ),
        Cut::Quarter => (
            tn(
                "lanes-quarter",
                &[("n", at.to_utc().map_or(1, |t| t.month0() / 3 + 1).to_string().into())],
            ),
            clock("%Y"),
        ),
        Cut::Year => (clock("%Y"), String::new()),
    };
    view! { {text}<span class="lanes__clock">{beneath}</span> }.into_any()
}

fn row(lane: &Lane<'_>, timeline: &Timeline<'_>, order: &OrderView, here: &str) -> AnyView {
    let (first, last) = lane.reach().unwrap_or((0, 0));
    let cells = lane
        .cells
        .iter()
        .zip(&timeline.columns)
        .enumerate()
        .map(|(i, (marks, column))| {
            let line = match i {
                _ if i < first || i > last || first == last => "lanes__cell",
                _ if i == first => "lanes__cell lanes__cell--begin",
                _ if i == last => "lanes__cell lanes__cell--end",
                _ => "lanes__cell lanes__cell--on",
            };
            let gap = column.silence.map(|_| {
                let class = if i > first && i <= last {
                    "lanes__gap lanes__gap--on"
                } else {
                    "lanes__gap"
                };
                view! { <td class=class></td> }
            });
            let marks = marks
                .iter()
                .map(|mark| self::mark(mark, timeline.cut, order, here))
                .collect_view();
            view! { {gap}<td class=line>{marks}</td> }
        });
    let now = order.moment.is_now().then(|| view! { <td class="lanes__now"></td> });
    view! { <tr><th scope="row" class="lanes__system">{label("lane", lane.lane)}</th>{cells.collect_view()}{now}</tr> }
        .into_any()
}

/// A mark: one event, or a cluster that leads to its first event in the list.
fn mark(mark: &Mark<'_>, cut: Cut, order: &OrderView, here: &str) -> AnyView {
    let event = mark.first;
    let href = if mark.count == 1 {
        links::event(&order.row.entity, &order.row.po_no, event.seq)
    } else {
        events::in_list(here, &order.events, event.seq)
    };
    let class = format!(
        "mark mark--{}{}",
        event.kind.split('.').next().unwrap_or_default(),
        if mark.flagged { " mark--flagged" } else { "" }
    );
    let count = (mark.count > 1).then(|| {
        view! { <span class="mark__count">{tn("lanes-times", &[("n", grouped(&mark.count.to_string()).into())])}</span> }
    });
    let quantity = event
        .quantity
        .as_deref()
        .filter(|_| mark.count == 1)
        .map(|q| view! { <span class="mark__quantity">{grouped(q)}</span> });
    let flag = mark
        .flagged
        .then(|| view! { <span class="mark__flag">{t("lanes-irregular")}</span> });
    view! {
        <a class=class href=href title=title(event)>
            <span class="mark__dot" aria-hidden="true"></span>
            <span class="mark__text">{events::name(event)} " " {quantity}{count}{flag}</span>
            {when(event, cut)}
        </a>
    }
    .into_any()
}

/// The time of day, or the day, under a mark: what its column does not already say.
fn when(event: &EventRow, cut: Cut) -> Option<AnyView> {
    let format = match cut {
        Cut::Minute => "%S s",
        Cut::Hour | Cut::Day => "%H:%M",
        _ => return None,
    };
    (event.precision != Precision::Day)
        .then(|| {
            event
                .occurred_at
                .to_utc()
                .map(|t| view! { <span class="mark__time">{t.format(format).to_string()}</span> }.into_any())
        })
        .flatten()
}

/// When it happened and when we learned of it, if that was much later.
fn title(event: &EventRow) -> String {
    let late = event.received_at.since(event.occurred_at);
    let happened = match event.precision {
        Precision::Day => date(drawn(event.occurred_at, event.precision)),
        _ => exact(event.occurred_at),
    };
    if late < Instant::HOUR || event.precision == Precision::Day && late < 2 * Instant::DAY {
        return happened;
    }
    tn(
        "lanes-late",
        &[
            ("at", happened.into()),
            ("learned", moment(event.received_at).into()),
            ("span", span(late).into()),
        ],
    )
}
