//! The form that asks for a change, made for each kind.

use leptos::prelude::*;
use serde_json::Value;
use views::governance::RecordView;
use views::words::{t, tn};
use views::{Role, Scope};

use crate::pages::exceptions::parts::CLASSES;
use crate::parts::{Choice, Field, label, word};

use domain::governance::LANES;

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const TEAMS: [&str; 7] = [
    "procurement",
    "warehouse",
    "finance",
    "supplier_relations",
    "master_data",
    "integration_support",
    "security",
];

fn text(body: Option<&Value>, name: &str) -> String {
    match body.and_then(|b| b.get(name)) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }
}

/// Asks for a record that is not there yet.
pub(super) fn new(kind: &str) -> AnyView {
    let hint = label("governed-key-hint", kind);
    let name = view! { <Field name="ask[key]" text=t("record-name") required=true hint=hint/> }.into_any();
    whole(kind, name, t("form-new"), None, "0", None)
}

/// Asks for a change of a record.
pub(crate) fn change(record: &RecordView) -> AnyView {
    let key = record.row.key.clone();
    let name = view! { <input type="hidden" name="ask[key]" value=key/> }.into_any();
    let version = record.row.version.to_string();
    let alone = record.why_not_alone.is_none();
    whole(
        &record.row.kind,
        name,
        t("form-change"),
        record.body.as_ref(),
        &version,
        Some((alone, record.body.is_some())),
    )
}

fn whole(
    kind: &str,
    name: AnyView,
    title: String,
    body: Option<&Value>,
    version: &str,
    known: Option<(bool, bool)>,
) -> AnyView {
    let (alone, there) = known.unwrap_or_default();
    let dated = matches!(kind, "currency_rate" | "calendar")
        .then(|| view! { <Field name="ask[valid_from]" text=t("form-from") kind="date" hint=t("form-from-hint")/> });
    let alone = alone.then(|| {
        view! { <label class="radio"><input type="checkbox" name="ask[alone]" value="true"/><span>{t("form-alone")}</span></label> }
    });
    let end = (there && kind != "source").then(|| {
        view! {
            <label class="radio"><input type="checkbox" name="ask[end]" value="true"/><span>{label("form-end", kind)}</span></label>
        }
    });
    view! {
        <section class="panel panel--form">
            <h2>{title}</h2>
            <p class="quiet-text">{t("form-text")}</p>
            <form class="form" method="post" action="/act/governance/ask">
                <input type="hidden" name="ask[kind]" value=kind.to_owned()/>
                <input type="hidden" name="ask[version]" value=version.to_owned()/>
                {name}
                {fields(kind, body)}
                {dated}
                {end}
                <Field name="ask[reason]" text=t("form-reason") required=true hint=t("form-reason-hint")/>
                <Field name="ask[ticket]" text=t("form-ticket")/>
                {alone}
                <button class="button button--main">{t("form-ask")}</button>
            </form>
        </section>
    }
    .into_any()
}

fn fields(kind: &str, body: Option<&Value>) -> AnyView {
    let value = |name: &str| text(body, name);
    match kind {
        "access" => access(body),
        "source" => {
            let lanes = LANES.iter().map(|lane| ((*lane).to_owned(), label("lane", lane))).collect::<Vec<_>>();
            let stopped = value("stopped") == "true";
            view! {
                <Field name="ask[title]" text=t("sources-form-title") value=value("title") required=true/>
                <Choice name="ask[lane]" text=t("sources-form-lane") options=lanes chosen=value("lane")/>
                <Field name="ask[entity]" text=t("sources-form-entity") value=value("entity") hint=t("sources-form-entity-hint")/>
                <label class="radio"><input type="checkbox" name="ask[stopped]" value="true" checked=stopped/><span>{t("form-stopped")}</span></label>
            }
            .into_any()
        }
        "routing_rule" => {
            let mut classes = vec![(String::new(), t("form-any"))];
            classes.extend(CLASSES.iter().map(|code| ((*code).to_owned(), label("class", code))));
            let teams = TEAMS.iter().map(|team| ((*team).to_owned(), label("team", team))).collect::<Vec<_>>();
            view! {
                <Choice name="ask[class]" text=t("exceptions-class") options=classes chosen=value("class")/>
                <Field name="ask[entity]" text=t("orders-entity") value=value("entity") hint=t("form-any-hint")/>
                <Field name="ask[site]" text=label("field", "site") value=value("site") hint=t("form-any-hint")/>
                <Field name="ask[supplier]" text=label("field", "supplier") value=value("supplier") hint=t("form-any-hint")/>
                <Field name="ask[buyer]" text=label("field", "buyer") value=value("buyer") hint=t("form-any-hint")/>
                <Choice name="ask[team]" text=label("field", "team") options=teams chosen=value("team")/>
                <Field name="ask[person]" text=label("field", "person") value=value("person")/>
                <Field name="ask[stand_in]" text=label("field", "stand_in") value=value("stand_in")/>
            }
            .into_any()
        }
        "currency_rate" => view! {
            <Field name="ask[rate]" text=label("field", "rate") value=value("rate") required=true hint=t("form-rate-hint")/>
            <Field name="ask[publisher]" text=label("field", "publisher") value=value("publisher")/>
        }
        .into_any(),
        "calendar" => calendar(body),
        _ => ().into_any(),
    }
}

/// Roles and scope of a person.
fn access(body: Option<&Value>) -> AnyView {
    let held = body.and_then(|b| b.get("roles")).cloned().unwrap_or_default();
    let scope = body.and_then(|b| b.get("scope")).cloned();
    let scope: Scope = scope.and_then(|s| serde_json::from_value(s).ok()).unwrap_or(Scope::All);
    view! { {roles("ask[roles][]", |role| held.as_array().is_some_and(|r| r.iter().any(|w| w == role.as_str())))} {bounds(&scope)} }
        .into_any()
}

/// One box for each role.
pub(crate) fn roles(name: &'static str, holds: impl Fn(Role) -> bool) -> AnyView {
    let boxes = Role::ALL.into_iter().map(|role| {
        view! {
            <label class="radio">
                <input type="checkbox" name=name value=role.as_str() checked=holds(role)/>
                <span><strong>{label("role", role.as_str())}</strong> " " <span class="quiet-text">{label("role-means", role.as_str())}</span></span>
            </label>
        }
    });
    view! { <fieldset class="radios"><legend>{t("people-roles")}</legend>{boxes.collect_view()}</fieldset> }.into_any()
}

fn bounds(scope: &Scope) -> AnyView {
    let named = |part: Option<&std::collections::BTreeSet<String>>| {
        part.map_or_else(String::new, |names| {
            names.iter().cloned().collect::<Vec<_>>().join(", ")
        })
    };
    let bounds = scope.bounds().cloned().unwrap_or_default();
    let nothing = bounds
        .entities
        .as_ref()
        .is_some_and(std::collections::BTreeSet::is_empty);
    view! {
        <fieldset class="radios">
            <legend>{t("form-scope")}</legend>
            <Field name="ask[entities]" text=label("field", "scope.entities") value=named(bounds.entities.as_ref()) hint=t("form-scope-hint")/>
            <Field name="ask[sites]" text=label("field", "scope.sites") value=named(bounds.sites.as_ref())/>
            <Field name="ask[categories]" text=label("field", "scope.categories") value=named(bounds.categories.as_ref())/>
            <Field name="ask[regions]" text=label("field", "scope.regions") value=named(bounds.regions.as_ref())/>
            {nothing.then(|| view! { <p class="quiet-text">{t("form-scope-nothing")}</p> })}
        </fieldset>
    }
    .into_any()
}

fn calendar(body: Option<&Value>) -> AnyView {
    let hours = |day: &str| {
        let of = body
            .and_then(|b| b.get("hours"))
            .and_then(|h| h.get(day))
            .and_then(Value::as_array);
        let span = |h: &Value| format!("{}-{}", text(Some(h), "from"), text(Some(h), "to"));
        of.map_or_else(String::new, |spans| {
            spans.iter().map(span).collect::<Vec<_>>().join(", ")
        })
    };
    let days = DAYS.iter().map(|day| {
        let name = format!("ask[{day}]");
        let value = if body.is_none() && !matches!(*day, "sat" | "sun") {
            "08:00-17:00".to_owned()
        } else {
            hours(day)
        };
        view! {
            <label class="field"><span class="field__text">{label("field-hours", day)}</span>
                <input name=name type="text" value=value autocomplete="off"/></label>
        }
    });
    let holidays = body.and_then(|b| b.get("holidays")).and_then(Value::as_object);
    let holidays = holidays.map_or_else(String::new, |days| {
        let line = |(date, title): (&String, &Value)| format!("{date} {}", title.as_str().unwrap_or_default());
        days.iter().map(line).collect::<Vec<_>>().join("\n")
    });
    let zone = body.map_or_else(|| "Europe/Berlin".to_owned(), |_| text(body, "zone"));
    let rows = tn("form-holidays-hint", &[("word", word("field", "holidays").into())]);
    view! {
        <Field name="ask[zone]" text=label("field", "zone") value=zone required=true/>
        <fieldset class="radios"><legend>{t("form-hours")}</legend>{days.collect_view()}</fieldset>
        <label class="field"><span class="field__text">{label("field", "holidays")}</span>
            <textarea name="ask[holidays]" rows="5">{holidays}</textarea><span class="field__hint">{rows}</span></label>
    }
    .into_any()
}
