//! Pieces of what is said of tokens.

use domain::Instant;
use leptos::prelude::*;
use views::tokens::{DAYS, IssuedToken, LONGEST_OVERLAP, OVERLAP_HOURS, TokenOf, TokenRow, TokenState, TokenWarning};
use views::words::{t, tn};

use super::home_of;
use crate::links;
use crate::parts::{Field, Status, When, counted, date, label};

/// A new token with what to do with it at the other side.
pub(super) fn new(issued: &IssuedToken) -> AnyView {
    let back = home_of(&issued.of);
    let (trail, path, how, example) = match &issued.of {
        TokenOf::Source(name) => {
            let path = format!("/v1/in/{}", links::encoded(name));
            let example = format!(
                "curl -X POST -H 'Authorization: Bearer {}' --data-binary @file {path}",
                issued.token
            );
            (t("nav-sources"), path, t("token-how-text"), example)
        }
        TokenOf::Service(_) => {
            let example = format!("curl -H 'Authorization: Bearer {}' /v1/orders", issued.token);
            (t("nav-services"), "/v1".to_owned(), t("token-how-service"), example)
        }
    };
    let until = tn("token-until", &[("at", date(issued.expires_at).into())]);
    view! {
        <header class="head">
            <p class="trail"><a href=back.clone()>{trail}</a></p>
            <h1>{tn("token-heading", &[("source", issued.of.name().into())])}</h1>
            <p class="lede">{t("token-lede")} " " {until}</p>
        </header>
        <section class="panel">
            <h2>{t("token-title")}</h2>
            <pre class="secret" tabindex="0"><code>{issued.token.clone()}</code></pre>
            <dl class="facts facts--wide">
                <div><dt>{t("token-address")}</dt><dd><code>{path}</code></dd></div>
                <div><dt>{t("token-how")}</dt><dd>{how}</dd></div>
            </dl>
            <h3>{t("token-example")}</h3>
            <pre class="raw" tabindex="0"><code>{example}</code></pre>
            <p><a class="button button--main" href=back>{t("token-kept")}</a></p>
        </section>
    }
    .into_any()
}

/// Tokens in a table, with what can be done with those that work.
pub(crate) fn table(rows: Vec<TokenRow>, manages: bool, back: &str, as_of: Instant) -> AnyView {
    let rows = rows.into_iter().map(|row| {
        let toned = match row.state {
            TokenState::Works => "done",
            TokenState::Replaced => "care",
            TokenState::Ended | TokenState::Revoked => "off",
        };
        let used = match row.last_used_at {
            Some(at) => view! { <When at=at as_of=as_of/> }.into_any(),
            None => view! { <span class="quiet-text">{t("token-never-used")}</span> }.into_any(),
        };
        let quota = row.quota_per_minute.map_or_else(
            || t("token-no-quota"),
            |n| counted("token-quota", &[("n", u64::from(n))]),
        );
        let acts = (manages && row.state.is_good()).then(|| acts(&row, back));
        view! {
            <tr>
                <td data-label=t("token-name") class="wrap"><strong>{row.title.clone()}</strong> " " <code class="key">{row.prefix.clone()} "…"</code></td>
                <td data-label=t("token-state")><Status family="token-state" code=row.state.as_str().to_owned() toned=toned/></td>
                <td data-label=t("token-ends")>{ends(&row, as_of)}</td>
                <td data-label=t("token-used")>{used}</td>
                <td data-label=t("token-rate")>{quota}</td>
                <td data-label=t("token-by")>{row.created_by.clone()} " " <When at=row.created_at as_of=as_of/></td>
                <td data-label=t("token-acts")>{acts}</td>
            </tr>
        }
    });
    view! {
        <table class="grid grid--cards">
            <thead><tr>
                <th scope="col">{t("token-name")}</th>
                <th scope="col">{t("token-state")}</th>
                <th scope="col">{t("token-ends")}</th>
                <th scope="col">{t("token-used")}</th>
                <th scope="col">{t("token-rate")}</th>
                <th scope="col">{t("token-by")}</th>
                <th scope="col">{t("token-acts")}</th>
            </tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

/// When a token ends, or ended.
fn ends(row: &TokenRow, as_of: Instant) -> AnyView {
    let end = match row.state {
        TokenState::Revoked => row.revoked_at,
        TokenState::Replaced => row.overlap_until,
        TokenState::Works => row.expires_at,
        TokenState::Ended => match (row.overlap_until, row.expires_at) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        },
    };
    let near = row
        .ends_in_days
        .map(|days| view! { " " <strong class="care">{near(days)}</strong> });
    match end {
        Some(at) => view! { <When at=at as_of=as_of/> {near} }.into_any(),
        None => t("token-no-end").into_any(),
    }
}

/// How near the end of a token is.
fn near(days: i64) -> String {
    counted("token-ends-in", &[("n", u64::try_from(days).unwrap_or_default())])
}

fn acts(row: &TokenRow, back: &str) -> AnyView {
    let rotate = format!("/tokens/{}/rotate", row.id);
    let replaces = (row.state == TokenState::Works).then(|| {
        view! {
            <details class="tokens__more">
                <summary>{tn("token-rotate-of", &[("prefix", row.prefix.as_str().into())])}</summary>
                <form class="form" method="post" action=rotate>
                    <Field name="overlap_hours" text=t("token-overlap") kind="number" value=OVERLAP_HOURS.to_string()
                        hint=tn("token-overlap-hint", &[("most", i64::from(LONGEST_OVERLAP).into())])/>
                    <Field name="days" text=t("token-days") kind="number" value=DAYS.to_string()
                        hint=tn("token-days-hint", &[("most", i64::from(DAYS).into())])/>
                    <button class="button button--small">{t("token-rotate")}</button>
                </form>
            </details>
        }
    });
    let words = tn("token-revoke-of", &[("prefix", row.prefix.as_str().into())]);
    view! {
        <span class="tokens">
            {replaces}
            <form method="post" action="/act/tokens/revoke">
                <input type="hidden" name="id" value=row.id/>
                <input type="hidden" name="back" value=back.to_owned()/>
                <button class="button button--small" aria-label=words>{t("token-revoke")}</button>
            </form>
        </span>
    }
    .into_any()
}

/// The fields of what somebody wants of a new token.
pub(crate) fn wish() -> AnyView {
    view! {
        <Field name="token_title" text=t("token-form-title") hint=t("token-form-title-hint")/>
        <Field name="days" text=t("token-days") kind="number" value=DAYS.to_string()
            hint=tn("token-days-hint", &[("most", i64::from(DAYS).into())])/>
        <Field name="quota_per_minute" text=t("token-form-quota") kind="number" hint=t("token-form-quota-hint")/>
    }
    .into_any()
}

/// Tokens whose end is near, for who may replace them. Nothing when there are none.
pub(crate) fn ending(warnings: Vec<TokenWarning>, sees_sources: bool) -> Option<AnyView> {
    if warnings.is_empty() {
        return None;
    }
    let items = warnings.into_iter().map(|warning| {
        let name = warning.of.name().to_owned();
        let sentence = tn(
            "token-ending",
            &[
                ("name", name.as_str().into()),
                ("prefix", warning.prefix.as_str().into()),
                ("n", warning.ends_in_days.into()),
            ],
        );
        let opens = sees_sources || matches!(warning.of, TokenOf::Service(_));
        let link = opens.then(|| view! { " " <a href=home_of(&warning.of)>{t("token-ending-open")}</a> });
        view! { <li><span>{sentence}</span>{link}</li> }
    });
    Some(
        view! {
            <section class="panel panel--care" aria-label=label("token", "ending-title")>
                <h2>{t("token-ending-title")}</h2>
                <ul class="plain">{items.collect_view()}</ul>
            </section>
        }
        .into_any(),
    )
}
