//! Pieces of the pages of records and requests.

use domain::Instant;
use leptos::prelude::*;
use views::governance::{Field, RequestRow, VersionView};
use views::words::{t, tn};

use super::{field_label, field_value_words};
use crate::parts::{label, moment, word};

/// What changes, old beside new.
pub(crate) fn diff(changes: Vec<Field>) -> AnyView {
    let rows = changes.into_iter().map(|change| {
        let said =
            |value: Option<String>| value.map_or_else(|| t("field-none"), |v| field_value_words(&change.field, &v));
        view! {
            <tr>
                <td data-label=t("diff-field") class="wrap">{field_label(&change.field)}</td>
                <td data-label=t("diff-before") class="wrap">{said(change.before.clone())}</td>
                <td data-label=t("diff-after") class="wrap"><strong>{said(change.after.clone())}</strong></td>
            </tr>
        }
    });
    view! {
        <table class="grid grid--cards">
            <thead><tr>
                <th scope="col">{t("diff-field")}</th><th scope="col">{t("diff-before")}</th><th scope="col">{t("diff-after")}</th>
            </tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

/// A record or a change in one line.
pub(crate) fn summary(fields: &[Field]) -> String {
    let said = |f: &Field| {
        let after = f.after.as_deref().unwrap_or_default();
        format!("{}: {}", field_label(&f.field), field_value_words(&f.field, after))
    };
    let mut words: Vec<String> = fields.iter().take(4).map(said).collect();
    if fields.len() > 4 {
        words.push(t("field-more"));
    }
    words.join(" · ")
}

/// What a request asks for, in a few words.
pub(crate) fn what(row: &RequestRow) -> String {
    let title = if row.title.is_empty() {
        row.key.clone()
    } else {
        row.title.clone()
    };
    tn(
        &format!("request-what-{}", row.what),
        &[("kind", word("governed", &row.kind).into()), ("title", title.into())],
    )
}

/// Requests, one a row.
pub(crate) fn request_rows(rows: Vec<RequestRow>, as_of: Instant) -> AnyView {
    let rows = rows.into_iter().map(|row| {
        let when = match (&row.review_by, row.state.as_str()) {
            (Some(by), _) if row.overdue => tn("request-review-overdue", &[("at", moment(*by).into())]),
            (Some(by), _) => tn("request-review-by", &[("at", moment(*by).into())]),
            (None, "open") => tn("request-expires", &[("at", moment(row.expires_at).into())]),
            (None, state) => label("request-state", state),
        };
        let asked = tn("request-asked", &[("who", row.asked_by.as_str().into()), ("at", moment(row.created_at).into())]);
        let _ = as_of;
        view! {
            <tr>
                <td data-label=t("request-what") class="wrap">
                    <a href=format!("/requests/{}", row.id)><strong>{what(&row)}</strong></a>
                    <br/><span>{summary(&row.changes)}</span>
                </td>
                <td data-label=t("request-who") class="wrap">{asked}<br/><span class="quiet-text">{row.reason}</span></td>
                <td data-label=t("request-when") class="wrap">{when}</td>
            </tr>
        }
    });
    view! {
        <table class="grid grid--cards">
            <thead><tr>
                <th scope="col">{t("request-what")}</th><th scope="col">{t("request-who")}</th><th scope="col">{t("request-when")}</th>
            </tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

/// The versions of a record, last first, each with the way back to it.
pub(super) fn history((kind, key, now): &(String, String, i64), versions: Vec<VersionView>) -> AnyView {
    if versions.is_empty() {
        return view! { <section class="panel"><h2>{t("record-history")}</h2><p class="quiet-text">{t("record-history-none")}</p></section> }
            .into_any();
    }
    let entries = versions.into_iter().map(|version| {
        let number = tn("record-version-n", &[("n", version.version.into())]);
        let at = moment(version.at);
        let by = match (&version.asked_by, version.alone) {
            (Some(who), true) => tn("record-by-alone", &[("who", who.as_str().into()), ("at", at.into())]),
            (Some(who), false) => tn(
                "record-by-two",
                &[("asked", who.as_str().into()), ("agreed", version.by.as_str().into()), ("at", at.into())],
            ),
            (None, _) => t("record-by-set-up"),
        };
        let request = version.request.map(|id| {
            view! { " " <a href=format!("/requests/{id}")>{tn("record-request", &[("id", id.to_string().into())])}</a> }
        });
        let back = version.may_go_back.then(|| {
            let field = tn("record-back-reason", &[("n", version.version.into())]);
            view! {
                <form class="tokens" method="post" action="/act/governance/ask">
                    <input type="hidden" name="ask[kind]" value=kind.clone()/>
                    <input type="hidden" name="ask[key]" value=key.clone()/>
                    <input type="hidden" name="ask[version]" value=now.to_string()/>
                    <input type="hidden" name="ask[back_to]" value=version.version.to_string()/>
                    <input name="ask[reason]" required=true aria-label=field.clone() placeholder=field autocomplete="off"/>
                    <button class="button button--small">{tn("record-back", &[("n", version.version.into())])}</button>
                </form>
            }
        });
        let changed = if version.ended { t("record-ended") } else { summary(&version.changes) };
        view! {
            <li>
                <p><strong>{number}</strong> " " {by} {request}</p>
                {(!version.reason.is_empty()).then(|| view! { <p class="quiet-text">{version.reason.clone()}</p> })}
                <p>{changed}</p>
                {back}
            </li>
        }
    });
    view! {
        <section class="panel"><h2>{t("record-history")}</h2><ol class="entries" reversed=true>{entries.collect_view()}</ol></section>
    }
    .into_any()
}
