//! Pieces of the exception queue, also used where an order shows its exceptions.

use domain::Instant;
use leptos::prelude::*;
use views::exceptions::{ActView, CaseEntry, CaseRow, CaseView, EvidenceView, Resolution};
use views::words::{t, tn};

use crate::links;
use crate::parts::{Act, Choice, Severity, Status, When, counted, label, said};

/// The classes of exception that a person can look for (domain §4).
pub(crate) const CLASSES: [&str; 36] = [
    "MD-01", "MD-02", "MD-03", "MD-04", "DU-01", "DU-02", "DU-03", "PR-01", "PR-02", "PR-03", "AP-01", "SU-01",
    "SU-02", "SU-03", "SU-04", "WH-01", "WH-02", "WH-03", "MA-01", "MA-02", "MA-03", "MA-04", "MA-05", "MA-06",
    "IT-01", "IT-02", "IT-03", "IT-04", "IT-05", "IT-06", "IT-07", "IT-08", "GO-01", "GO-02", "GO-03", "GO-04",
];

/// The rows of a list of cases. `href` gives the address of one; the row is its own target there, so that it stays in sight.
pub(crate) fn rows(rows: Vec<CaseRow>, chosen: Option<i64>, href: impl Fn(i64) -> String, as_of: Instant) -> AnyView {
    list(rows, chosen, false, href, as_of)
}

/// The form that the boxes of a list belong to.
const SELECTING: &str = "selecting";

/// The same rows, each with a box to tick.
pub(super) fn ticked(rows: Vec<CaseRow>, chosen: Option<i64>, href: impl Fn(i64) -> String, as_of: Instant) -> AnyView {
    list(rows, chosen, true, href, as_of)
}

/// The bar under a list with boxes: freezes the ticked ones, or all that match. It works without a script; how many are
/// ticked is counted by the style sheet.
pub(super) fn selecting(class: &str, state: &str, matching: u64) -> AnyView {
    view! {
        <form class="selecting" id=SELECTING method="post" action="/act/selections/freeze">
            <input type="hidden" name="class" value=class.to_owned()/>
            <input type="hidden" name="state" value=state.to_owned()/>
            <button class="button" name="what" value="ticked">{t("exceptions-take-ticked")} <span class="selecting__count" aria-hidden="true"></span></button>
            <button class="button" name="what" value="all">{counted("exceptions-take-all", &[("n", matching)])}</button>
            <span class="quiet-text">{t("exceptions-take-text")}</span>
        </form>
    }
    .into_any()
}

fn list(rows: Vec<CaseRow>, chosen: Option<i64>, ticks: bool, href: impl Fn(i64) -> String, as_of: Instant) -> AnyView {
    let class = if ticks {
        "rows rows--cases rows--ticks"
    } else {
        "rows rows--cases"
    };
    let rows = rows.into_iter().map(|row| {
        let here = chosen == Some(row.id);
        let anchor = format!("case-{}", row.id);
        let href = format!("{}#{anchor}", href(row.id));
        let order = row.order.map(|(_, po_no)| view! { <span class="key">{po_no}</span> });
        let tick = ticks.then(|| {
            let name = tn("exceptions-tick", &[("id", row.id.into()), ("class", label("class", &row.class).into())]);
            let seen = format!("{}_{}", row.id, row.version);
            view! { <input class="rows__tick" type="checkbox" name="cases[]" value=seen form=SELECTING aria-label=name/> }
        });
        view! {
            <li id=anchor>{tick}<a class="row row--case" href=href aria-current=here.then_some("true") data-prefetch="">
                <Severity code=row.severity/>
                <span class="row__main">
                    <strong class="row__title">{label("class", &row.class)}</strong>
                    <span class="row__text">{said(&row.impact)}</span>
                </span>
                <span class="row__side">{order}<When at=row.opened_at as_of=as_of/></span>
            </a></li>
        }
    });
    view! { <ol class=class>{rows.collect_view()}</ol> }.into_any()
}

/// A case: consequence, evidence, what to do, history.
pub(super) fn detail(case: CaseView, opened: bool) -> AnyView {
    let row = &case.row;
    let title = label("class", &row.class);
    let heading = if opened {
        view! { <h1>{title}</h1> }.into_any()
    } else {
        view! { <h2 class="as-h1">{title}</h2> }.into_any()
    };
    let state =
        (row.state != "open").then(|| view! { <Status family="exception-state" code=row.state.clone() toned="done"/> });
    let ended = case.resolution.as_deref().map(|how| {
        view! { <p class="notice">{tn("exception-ended", &[("how", label("how", how).into())])}</p> }
    });
    view! {
        <header class="head">
            {heading}
            <p class="lede">{said(&row.impact)}</p>
            {ended}
            <dl class="facts">
                <div><dt>{t("exception-severity")}</dt><dd><Severity code=row.severity.clone()/> " " {state}</dd></div>
                {about(row)}
                <div><dt>{t("exception-team")}</dt><dd>{label("team", &row.team)}</dd></div>
                <div><dt>{t("exception-opened")}</dt><dd><When at=row.opened_at as_of=case.as_of/></dd></div>
            </dl>
        </header>
        {why(row, &case.evidence, case.as_of)}
        {(case.row.state == "open").then(|| acts(&case))}
        {history(case.history.clone(), case.as_of)}
    }
    .into_any()
}

fn about(row: &CaseRow) -> AnyView {
    let line = row
        .line
        .as_ref()
        .map(|line| tn("exception-line", &[("line", line.as_str().into())]));
    let order = row.order.as_ref().map(|(entity, po_no)| {
        view! {
            <div><dt>{t("exception-order")}</dt><dd>
                <a class="key" href=links::order(entity, po_no) data-prefetch="">{po_no.clone()}</a> " " {line}
            </dd></div>
        }
    });
    let message = row.message_id.map(|id| {
        view! { <div><dt>{t("exception-message")}</dt><dd><a class="key" href=links::message(id)>{id}</a></dd></div> }
    });
    view! { {order}{message} }.into_any()
}

/// Where an event of the log can be opened from a case.
fn event_link(row: &CaseRow, seq: i64) -> Option<String> {
    row.order
        .as_ref()
        .map(|(entity, po_no)| links::event(entity, po_no, seq))
}

fn why(row: &CaseRow, evidence: &[EvidenceView], as_of: Instant) -> AnyView {
    let items = evidence.iter().map(|piece| {
        let source = piece
            .seq
            .and_then(|seq| event_link(row, seq))
            .or_else(|| row.message_id.map(links::message));
        let link = source.map(|href| view! { <a href=href>{t("exception-source")}</a> });
        view! {
            <li>
                <span class="evidence__at">{piece.at.map(|at| view! { <When at=at as_of=as_of/> })}</span>
                <span>{said(&piece.what)}</span> " " {link}
            </li>
        }
    });
    view! {
        <section class="panel">
            <h2>{t("exception-why")}</h2>
            <ol class="evidence">{items.collect_view()}</ol>
        </section>
    }
    .into_any()
}

/// The acts in the order a person thinks of them. Processing again is offered where there is a message to process.
fn acts(case: &CaseView) -> AnyView {
    let of = |name: &str| case.acts.iter().find(|act| act.act == name);
    let retry = of("retry")
        .filter(|_| case.row.message_id.is_some())
        .map(|act| retry(case, act));
    let resolve = of("resolve").map(|act| resolve(case, act));
    let classify = of("classify").map(|act| classify(case, act));
    view! { <section class="panel"><h2>{t("exception-do")}</h2><div class="do">{retry}{resolve}{classify}</div></section> }
        .into_any()
}

fn why_not(act: &ActView) -> Option<String> {
    (!act.allowed).then(|| act.why_not.as_ref().map_or_else(|| t("act-not-now"), said))
}

/// What every act carries: the case, and its version as the person saw it.
fn seen(row: &CaseRow) -> AnyView {
    view! { <input type="hidden" name="id" value=row.id/><input type="hidden" name="version" value=row.version/> }
        .into_any()
}

fn comment(required: bool, disabled: bool) -> AnyView {
    let text = if required {
        t("exception-comment-needed")
    } else {
        t("exception-comment")
    };
    view! {
        <label class="field field--wide">
            <span class="field__text">{text}</span>
            <input name="comment" maxlength="1000" required=required disabled=disabled autocomplete="off"/>
        </label>
    }
    .into_any()
}

fn retry(case: &CaseView, act: &ActView) -> AnyView {
    view! {
        <form class="do__form" method="post" action="/act/exceptions/retry">
            {seen(&case.row)}
            <h3>{t("exception-retry-title")}</h3>
            <p class="quiet-text">{t("exception-retry-text")}</p>
            {comment(false, !act.allowed)}
            <Act text=t("exception-retry") why_not=why_not(act) main=true/>
        </form>
    }
    .into_any()
}

fn resolve(case: &CaseView, act: &ActView) -> AnyView {
    let urgent = matches!(case.row.severity.as_str(), "S1" | "S2");
    let choices = Resolution::ALL.into_iter().map(|way| {
        let code = way.as_str();
        view! {
            <label class="radio">
                <input type="radio" name="resolution" value=code required=true disabled=!act.allowed/>
                <span><strong>{label("how", code)}</strong> " " <span class="quiet-text">{label("how-means", code)}</span></span>
            </label>
        }
    });
    view! {
        <form class="do__form" method="post" action="/act/exceptions/resolve">
            {seen(&case.row)}
            <fieldset class="radios"><legend>{t("exception-resolve-title")}</legend>{choices.collect_view()}</fieldset>
            {comment(urgent, !act.allowed)}
            <Act text=t("exception-resolve") why_not=why_not(act)/>
        </form>
    }
    .into_any()
}

fn classify(case: &CaseView, act: &ActView) -> AnyView {
    let options = case
        .classes
        .iter()
        .map(|code| (code.clone(), label("class", code)))
        .collect::<Vec<_>>();
    view! {
        <details class="do__form">
            <summary>{t("exception-classify-title")}</summary>
            <form method="post" action="/act/exceptions/classify">
                {seen(&case.row)}
                <Choice name="class" text=t("exceptions-class") options=options chosen=case.row.class.clone()/>
                {comment(false, !act.allowed)}
                <Act text=t("exception-classify") why_not=why_not(act)/>
            </form>
        </details>
    }
    .into_any()
}

fn history(entries: Vec<CaseEntry>, as_of: Instant) -> AnyView {
    let items = entries.into_iter().map(|entry| {
        let who = entry.actor.unwrap_or_else(|| t("exception-by-docket"));
        view! {
            <li>
                <span class="evidence__at"><When at=entry.at as_of=as_of/></span>
                <span><strong>{who}</strong> " " {said(&entry.what)}
                    {entry.comment.map(|comment| view! { <q class="comment">{comment}</q> })}
                </span>
            </li>
        }
    });
    view! { <section class="panel"><h2>{t("exception-history")}</h2><ol class="evidence">{items.collect_view()}</ol></section> }.into_any()
}
