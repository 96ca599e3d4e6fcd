//! Pieces of the page of a selection.

use domain::Instant;
use leptos::prelude::*;
use views::exceptions::{ActView, Resolution};
use views::selections::{OutcomeRow, RunView, SelectionAct, SelectionView};
use views::words::{t, tn};

use crate::links;
use crate::pages::exceptions::parts::CLASSES;
use crate::parts::{Act, Choice, Severity, When, counted, label, said};

/// What can be done with all of it.
pub(super) fn acts(view: &SelectionView) -> AnyView {
    let of = |name: &str| view.acts.iter().find(|act| act.act == name);
    let resolve = of("resolve").map(|act| resolve(view, act));
    let classify = of("classify").map(|act| classify(view, act));
    view! {
        <section class="panel">
            <h2>{t("exception-do")}</h2>
            <p class="quiet-text">{t("selection-do-text")}</p>
            <div class="do">{resolve}{classify}</div>
        </section>
    }
    .into_any()
}

fn why_not(act: &ActView) -> Option<String> {
    (!act.allowed).then(|| act.why_not.as_ref().map_or_else(|| t("act-not-now"), said))
}

/// What every act carries: the selection, and its hash as the person saw it.
fn seen(view: &SelectionView) -> AnyView {
    view! { <input type="hidden" name="id" value=view.id/><input type="hidden" name="hash" value=view.hash.clone()/> }
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

fn resolve(view: &SelectionView, act: &ActView) -> AnyView {
    let ways = Resolution::ALL.into_iter().filter(|way| *way != Resolution::Fixed);
    let choices = ways.map(|way| {
        let code = way.as_str();
        view! {
            <label class="radio">
                <input type="radio" name="resolution" value=code required=true disabled=!act.allowed/>
                <span><strong>{label("how", code)}</strong> " " <span class="quiet-text">{label("how-means", code)}</span></span>
            </label>
        }
    });
    view! {
        <form class="do__form" method="post" action="/act/selections/resolve">
            {seen(view)}
            <fieldset class="radios"><legend>{t("selection-resolve-title")}</legend>{choices.collect_view()}</fieldset>
            {comment(true, !act.allowed)}
            <Act text=counted("selection-resolve", &[("n", view.count)]) why_not=why_not(act)/>
        </form>
    }
    .into_any()
}

fn classify(view: &SelectionView, act: &ActView) -> AnyView {
    let options = CLASSES
        .iter()
        .map(|code| ((*code).to_owned(), label("class", code)))
        .collect::<Vec<_>>();
    view! {
        <details class="do__form">
            <summary>{t("selection-classify-title")}</summary>
            <form method="post" action="/act/selections/classify">
                {seen(view)}
                <Choice name="class" text=t("exceptions-class") options=options chosen=view.filter.class.clone()/>
                {comment(false, !act.allowed)}
                <Act text=counted("selection-classify", &[("n", view.count)]) why_not=why_not(act)/>
            </form>
        </details>
    }
    .into_any()
}

/// What came of an act.
pub(super) fn run(run: &RunView, selection: i64, as_of: Instant) -> AnyView {
    let title = match &run.act {
        SelectionAct::Classify { class, .. } => {
            tn("selection-ran-classify", &[("class", label("class", class).into())])
        }
        SelectionAct::Resolve { resolution, .. } => tn(
            "selection-ran-resolve",
            &[("how", label("how", resolution.as_str()).into())],
        ),
    };
    let counts = [("done", run.done), ("skipped", run.skipped), ("left", run.left)];
    let under_way = run.finished_at.is_none().then(|| {
        view! { <p><progress max=run.done + run.skipped + run.left value=run.done + run.skipped></progress> " "
        <a class="button button--small" href=links::selection(selection)>{t("selection-look-again")}</a></p> }
    });
    let sentence = if run.finished_at.is_none() {
        counted("selection-ran-on", &counts)
    } else {
        counted("selection-ran", &counts)
    };
    let shown = run.rows.len() as u64;
    let more = (run.done + run.skipped > shown).then(|| {
        let all = [("n", shown), ("all", run.done + run.skipped)];
        view! { <p class="quiet-text">{counted("selection-shown", &all)}</p> }
    });
    let rows = run.rows.iter().map(outcome).collect_view();
    view! {
        <section class="panel">
            <h2>{title}</h2>
            <p>{sentence} " " <span class="quiet-text"><When at=run.began_at as_of=as_of/></span></p>
            {under_way}
            <ol class="rows">{rows}</ol>
            {more}
        </section>
    }
    .into_any()
}

fn outcome(row: &OutcomeRow) -> AnyView {
    let came = row.skipped.as_ref().map_or_else(|| t("selection-row-done"), said);
    let Some(case) = &row.case else {
        return view! { <li class="row"><span class="row__main"><span class="key">{row.id}</span></span><span class="row__side">{came}</span></li> }
            .into_any();
    };
    let order = case
        .order
        .as_ref()
        .map(|(_, po_no)| view! { <span class="key">{po_no.clone()}</span> " " });
    view! {
        <li><a class="row" href=links::case(row.id) data-prefetch="">
            <Severity code=case.severity.clone()/>
            <span class="row__main">{label("class", &case.class)}</span>
            <span class="row__side">{order}<span>{came}</span></span>
        </a></li>
    }
    .into_any()
}
