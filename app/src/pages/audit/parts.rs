//! Pieces of the pages of the audit.

use domain::Instant;
use domain::audit::Changed;
use leptos::prelude::*;
use views::audit::{AuditEntry, AuditView};
use views::words::{Words, t};

use super::{entry_link, object_link};
use crate::parts::{Status, When, label, said, word};

fn tone(outcome: &str) -> &'static str {
    match outcome {
        "done" => "done",
        "refused" => "care",
        _ => "bad",
    }
}

fn outcome(entry: &AuditEntry) -> AnyView {
    view! { <Status family="audit-outcome" code=entry.outcome.clone() toned=tone(&entry.outcome)/> }.into_any()
}

/// What was acted on: the sort of thing in words, its key as it is, with a link to its page.
fn object(object: &str) -> AnyView {
    let (kind, key) = object.split_once(':').unwrap_or((object, ""));
    let kind = label("audit-kind", kind);
    let key = match object_link(object) {
        Some(href) => view! { <a class="key" href=href>{key.to_owned()}</a> }.into_any(),
        None => view! { <span class="key">{key.to_owned()}</span> }.into_any(),
    };
    view! { {kind} " " {key} }.into_any()
}

pub(super) fn rows(rows: Vec<AuditEntry>, as_of: Instant) -> AnyView {
    let rows = rows.into_iter().map(|row| {
        let because = row.because.as_ref().map(said);
        let wrote = Some(row.comment.clone()).filter(|text| !text.is_empty());
        view! {
            <tr>
                <td data-label=t("audit-at")><When at=row.at as_of=as_of exact=true/></td>
                <td data-label=t("audit-person")>{row.actor.clone()}</td>
                <td data-label=t("audit-action")><a href=entry_link(row.id)>{label("audit-action", &row.action)}</a></td>
                <td data-label=t("audit-object") class="wrap">{object(&row.object)}</td>
                <td data-label=t("audit-outcome")>{outcome(&row)}</td>
                <td data-label=t("audit-why") class="wrap">{because.or(wrote)}</td>
            </tr>
        }
    });
    view! {
        <table class="grid grid--cards">
            <thead><tr>
                <th scope="col">{t("audit-at")}</th>
                <th scope="col">{t("audit-person")}</th>
                <th scope="col">{t("audit-action")}</th>
                <th scope="col">{t("audit-object")}</th>
                <th scope="col">{t("audit-outcome")}</th>
                <th scope="col">{t("audit-why")}</th>
            </tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

/// One entry with all that it says.
pub(super) fn detail(title: &str, view: AuditView) -> AnyView {
    let entry = &view.entry;
    let sealed = match view.sealed_at {
        Some(at) => view! { <When at=at as_of=view.as_of exact=true/> }.into_any(),
        None => t("audit-not-sealed").into_any(),
    };
    let texts = [
        ("audit-reason", entry.reason.clone()),
        ("audit-comment", entry.comment.clone()),
        ("audit-ticket", entry.ticket.clone()),
        ("audit-because", entry.because.as_ref().map(said).unwrap_or_default()),
    ];
    let texts = texts
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(key, text)| {
            view! { <div><dt>{t(key)}</dt><dd class="wrap">{text}</dd></div> }
        });
    view! {
        <header class="head">
            <p class="trail"><a href="/audit" data-prefetch="">{t("nav-audit")}</a></p>
            <h1>{title.to_owned()}</h1>
            <p class="lede">{label("audit-action", &entry.action)} " " {object(&entry.object)}</p>
            <dl class="facts">
                <div><dt>{t("audit-person")}</dt><dd>{entry.actor.clone()}</dd></div>
                <div><dt>{t("audit-at")}</dt><dd><When at=entry.at as_of=view.as_of exact=true/></dd></div>
                <div><dt>{t("audit-outcome")}</dt><dd>{outcome(entry)}</dd></div>
                <div><dt>{t("audit-sealed")}</dt><dd>{sealed}</dd></div>
                {texts.collect_view()}
            </dl>
        </header>
        {(!entry.changes.is_empty()).then(|| changes(&entry.changes))}
        {came_from(&view)}
    }
    .into_any()
}

fn changes(changes: &[Changed]) -> AnyView {
    let hashed = changes.iter().any(|change| change.hashed);
    let rows = changes.iter().map(|change| {
        let value = |value: &Option<String>| match value {
            Some(value) => view! { <span>{value.clone()}</span> }.into_any(),
            None => view! { <span class="quiet-text">{t("audit-nothing")}</span> }.into_any(),
        };
        view! {
            <tr>
                <th scope="row">{label("audit-field", &change.field)}</th>
                <td data-label=t("audit-before") class="wrap"><del>{value(&change.before)}</del></td>
                <td data-label=t("audit-after") class="wrap"><ins>{value(&change.after)}</ins></td>
            </tr>
        }
    });
    view! {
        <section class="panel">
            <h2>{t("audit-changes")}</h2>
            <table class="grid grid--cards">
                <thead><tr>
                    <th scope="col">{t("audit-field")}</th>
                    <th scope="col">{t("audit-before")}</th>
                    <th scope="col">{t("audit-after")}</th>
                </tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
            {hashed.then(|| view! { <p class="quiet-text">{t("audit-hashed")}</p> })}
        </section>
    }
    .into_any()
}

/// A value of a fact in words, where the catalogue has words for it.
fn fact_value(name: &str, value: &str) -> String {
    let family = match name {
        "roles" => "role",
        "viewed" => "field-class",
        _ => return value.to_owned(),
    };
    let words = value.split(", ").map(|code| word(family, code));
    words.collect::<Vec<_>>().join(", ")
}

fn came_from(view: &AuditView) -> AnyView {
    let method = ("method".to_owned(), word("audit-method", &view.entry.method));
    let ip = ("ip".to_owned(), view.entry.ip.clone());
    let facts = [method, ip].into_iter().chain(view.facts.iter().cloned());
    let facts = facts.filter(|(_, value)| !value.is_empty()).map(|(name, value)| {
        let key = format!("audit-fact-{name}");
        let text = if Words::english().has(&key) {
            t(&key)
        } else {
            label("audit-field", &name)
        };
        view! { <div><dt>{text}</dt><dd class="wrap">{fact_value(&name, &value)}</dd></div> }
    });
    view! {
        <section class="panel">
            <h2>{t("audit-facts")}</h2>
            <dl class="facts facts--wide">{facts.collect_view()}</dl>
        </section>
    }
    .into_any()
}
