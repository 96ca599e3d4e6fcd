//! Pieces of the order page.

use domain::Instant;
use leptos::prelude::*;
use views::exceptions::CaseRow;
use views::orders::{KeyView, LineView, OrderView, QuantityView, StepView};
use views::words::{t, tn};

use crate::links;
use crate::pages::exceptions::parts::rows;
use crate::parts::{Badges, Status, exact, field_value, label, moment, money, planned, quantity, span, word};

/// Supplier, place, value, version, buyer, and the six facets of the whole order.
pub(super) fn facts(order: &OrderView) -> AnyView {
    let fact =
        |key: &str, value: String| (!value.is_empty()).then(|| view! { <div><dt>{t(key)}</dt><dd>{value}</dd></div> });
    let version = order.version.map(|v| v.to_string()).unwrap_or_default();
    let value = order.row.value.as_ref().map(money).unwrap_or_default();
    let received = order
        .percent_received
        .as_ref()
        .map(|p| tn("order-percent", &[("n", p.as_str().into())]))
        .unwrap_or_default();
    let facets = order.facets.iter().map(|facet| {
        view! { <div><dt>{label("facet", &facet.facet)}</dt><dd>{label("state", &facet.value)}</dd></div> }
    });
    view! {
        <dl class="facts">
            <div><dt>{t("orders-state")}</dt><dd><span class="states">
                <Status code=order.row.headline.clone()/> " " <Badges state=order.row.headline.clone() codes=order.row.badges.clone()/>
            </span></dd></div>
            {fact("orders-supplier", order.row.supplier.clone())}
            {fact("order-site", order.site.clone())}
            {fact("orders-value", value)}
            {fact("order-received", received)}
            {fact("order-version", version)}
            {fact("order-buyer", order.buyer.clone().unwrap_or_default())}
            {fact("orders-entity", order.row.entity.clone())}
        </dl>
        <details class="behind">
            <summary>{t("order-behind")}</summary>
            <dl class="facts">{facets.collect_view()}</dl>
        </details>
    }
    .into_any()
}

/// Every other number under which this order goes.
pub(super) fn also_known_as(keys: &[KeyView]) -> Option<AnyView> {
    const SHOWN: usize = 8;
    let one = |key: &KeyView| {
        view! {
            <li><span class="quiet-text">{label("kind", &key.kind)}</span> " " <a class="key" href=links::orders_by(&key.value)>{key.value.clone()}</a></li>
        }
    };
    let (first, rest) = keys.split_at(keys.len().min(SHOWN));
    let rest = (!rest.is_empty()).then(|| {
        let n = i64::try_from(rest.len()).unwrap_or(i64::MAX).into();
        view! { <li><details><summary>{tn("order-more-keys", &[("n", n)])}</summary><ul class="aka__list">{rest.iter().map(one).collect_view()}</ul></details></li> }
    });
    (!keys.is_empty()).then(|| {
        view! {
            <div class="aka"><span class="aka__title">{t("order-aka")}</span>
                <ul class="aka__list">{first.iter().map(one).collect_view()}{rest}</ul>
            </div>
        }
        .into_any()
    })
}

/// Open exceptions of the order.
pub(super) fn exceptions(mut cases: Vec<CaseRow>, as_of: Instant) -> AnyView {
    // The page has said which order it is.
    cases.iter_mut().for_each(|case| case.order = None);
    let n = i64::try_from(cases.len()).unwrap_or(i64::MAX).into();
    view! {
        <section class="panel panel--flush panel--care" id="exceptions">
            <h2>{tn("order-exceptions", &[("n", n)])}</h2>
            {rows(cases, None, links::case, as_of)}
        </section>
    }
    .into_any()
}

/// The quantities that any line has, in the order the lines give them.
fn columns(lines: &[LineView]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for quantity in lines.iter().flat_map(|line| &line.quantities) {
        if !names.contains(&quantity.name) {
            names.push(quantity.name.clone());
        }
    }
    names
}

/// Quantities per line, and behind each line its six facets.
pub(super) fn lines(lines: Vec<LineView>) -> AnyView {
    if lines.is_empty() {
        return view! { <section class="panel"><h2>{t("lines-title")}</h2><p class="quiet-text">{t("lines-none")}</p></section> }.into_any();
    }
    let names = columns(&lines);
    let items = lines.iter().any(|line| line.item.is_some());
    let priced = lines.iter().any(|line| line.price.is_some());
    let dated = lines
        .iter()
        .any(|line| line.promised_at.is_some() || line.needed_at.is_some());
    let heads = names
        .iter()
        .map(|name| view! { <th scope="col" class="num">{label("quantity", name)}</th> })
        .collect_view();
    let rows = lines
        .into_iter()
        .map(|line| self::line(line, &names, items, priced, dated))
        .collect_view();
    view! {
        <section class="panel panel--flush" id="lines">
            <h2>{t("lines-title")}</h2>
            <div class="scroll" tabindex="0" role="region" aria-label=t("lines-title")>
                <table class="grid grid--lines grid--cards">
                    <thead><tr>
                        <th scope="col">{t("lines-line")}</th>
                        {items.then(|| view! { <th scope="col">{t("lines-item")}</th> })}
                        {heads}
                        {priced.then(|| view! { <th scope="col" class="num">{t("lines-price")}</th> })}
                        {dated.then(|| view! { <th scope="col">{t("lines-promised")}</th> })}
                        <th scope="col">{t("orders-state")}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn line(line: LineView, names: &[String], items: bool, priced: bool, dated: bool) -> AnyView {
    let unit = word("unit", &line.unit);
    let cells = names.iter().map(|name| {
        let found = line.quantities.iter().find(|q| q.name == *name);
        view! { <td data-label=label("quantity", name) class="num">{found.map(|q| amount(q, &unit))}</td> }
    });
    let price = priced.then(|| view! { <td data-label=t("lines-price") class="num broad">{line.price.as_ref().map(|p| price_per(p, &unit))}</td> });
    let dates = dated.then(|| {
        let needed = line.needed_at.map(|at| view! { <span class="quiet-text">{tn("lines-needed", &[("date", planned(at).into())])}</span> });
        view! { <td data-label=t("lines-promised") class="broad"><span class="states">{line.promised_at.map(planned)} " " {needed}</span></td> }
    });
    let facets = line.facets.iter().map(|facet| {
        view! { <div><dt>{label("facet", &facet.facet)}</dt><dd>{label("state", &facet.value)}</dd></div> }
    });
    view! {
        <tr>
            <td data-label=t("lines-line") class="lead">{line.line_no.clone()}</td>
            {items.then(|| view! { <td data-label=t("lines-item") class="wrap">{line.item.clone()}</td> })}
            {cells.collect_view()}
            {price}
            {dates}
            <td data-label=t("orders-state")>
                <details class="behind behind--line">
                    <summary><Status code=line.headline.clone()/> " " <Badges state=line.headline.clone() codes=line.badges.clone()/></summary>
                    <dl class="facts facts--stacked">{facets.collect_view()}</dl>
                </details>
            </td>
        </tr>
    }
    .into_any()
}

fn amount(found: &QuantityView, unit: &str) -> AnyView {
    let text = quantity(found.amount.as_deref());
    match found.amount.as_deref() {
        Some("0") => view! { <span class="nought">{text}</span> }.into_any(),
        Some(_) => view! { {text} " " <span class="unit">{unit.to_owned()}</span> }.into_any(),
        None => view! { <span class="quiet-text">{text}</span> }.into_any(),
    }
}

fn price_per(price: &views::orders::MoneyView, unit: &str) -> AnyView {
    view! { {money(price)} " " <span class="unit">{tn("lines-per", &[("unit", unit.into())])}</span> }.into_any()
}

/// How long each stage took.
pub(super) fn steps(steps: &[StepView]) -> Option<AnyView> {
    let longest = steps.iter().map(|s| s.elapsed_us.max(0)).max().unwrap_or(0).max(1);
    let items = steps.iter().map(|step| {
        let width = step.elapsed_us.max(0).saturating_mul(1_000).checked_div(longest).unwrap_or(0).max(6);
        let open = step.to.is_none();
        let class = if open { "step step--open" } else { "step" };
        let text = match (open, step.to_the_day) {
            (true, _) => tn("steps-open", &[("span", span(step.elapsed_us).into())]),
            (false, true) => tn("steps-about", &[("span", span(step.elapsed_us).into())]),
            (false, false) => span(step.elapsed_us),
        };
        view! {
            <li class=class>
                <span class="step__name">{label("stage", &step.stage)}</span>
                <svg class="step__bar" viewBox="0 0 1000 8" preserveAspectRatio="none" aria-hidden="true"><rect x="0" y="0" width=width height="8"/></svg>
                <span class="step__span" title=exact(step.from)>{text}</span>
            </li>
        }
    });
    (!steps.is_empty()).then(|| {
        view! { <section class="panel"><h2>{t("steps-title")}</h2><ol class="steps">{items.collect_view()}</ol></section> }.into_any()
    })
}

/// Both time axes as one sentence.
pub(super) fn moment_form(order: &OrderView) -> AnyView {
    let action = links::order(&order.row.entity, &order.row.po_no);
    let back = (!order.moment.is_now()).then(|| view! { <a class="button" href=action.clone()>{t("moment-back")}</a> });
    view! {
        <section class="panel moment">
            <form method="get" action=action.clone()>
                <p class="moment__sentence">
                    <label for="moment-world">{t("moment-world")}</label>
                    <input id="moment-world" type="datetime-local" step="1" name="world" value=field_value(order.moment.world)/>
                    <label for="moment-known">{t("moment-known")}</label>
                    <input id="moment-known" type="datetime-local" step="1" name="known" value=field_value(order.moment.known)/>
                    <button class="button button--main">{t("moment-show")}</button>
                    {back}
                </p>
                <p class="quiet-text">{t("moment-hint")}</p>
            </form>
        </section>
    }
    .into_any()
}

/// The banner over a past view.
pub(super) fn past(order: &OrderView) -> AnyView {
    let said = |at: Option<Instant>| at.map(|at| tn("moment-utc", &[("at", moment(at).into())]));
    let text = match (said(order.moment.world), said(order.moment.known)) {
        (Some(world), Some(known)) if world == known => tn("past-then", &[("world", world.into())]),
        (Some(world), Some(known)) => tn("past-both", &[("world", world.into()), ("known", known.into())]),
        (Some(world), None) => tn("past-world", &[("world", world.into())]),
        (None, known) => tn("past-known", &[("known", known.unwrap_or_default().into())]),
    };
    let hidden = tn("past-hidden", &[("n", i64::from(order.hidden_events).into())]);
    view! {
        <div class="past" role="status">
            <p>{text} " " {hidden}</p>
            <a class="button" href=links::order(&order.row.entity, &order.row.po_no)>{t("moment-back")}</a>
        </div>
    }
    .into_any()
}
