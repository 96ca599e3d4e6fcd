//! Who did what: search, one entry, and the list taken out.

mod export;
mod parts;

use axum::extract::{Path, Query};
use axum::response::Response;
use domain::Instant;
use leptos::prelude::*;
use serde::Deserialize;
use views::audit::{AuditEntry, AuditFilter};
use views::words::{t, tn};
use views::{AppError, Caller, ErrorKind, Grade, Page, Permission};

use crate::links;
use crate::parts::{Choice, Empty, Field, Pager, label, read};
use crate::shell::Place;
use crate::visit::{Sheet, Visit};
use parts::{detail, rows};

pub(crate) use export::export;

/// What the list is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AuditQuery {
    person: String,
    action: String,
    object: String,
    outcome: String,
    from: String,
    to: String,
    after: Option<String>,
}

/// What a time field holds; nothing asks for nothing.
fn instant(text: &str) -> Result<Option<Instant>, AppError> {
    match text.trim() {
        "" => Ok(None),
        text => read(text)
            .map(Some)
            .ok_or_else(|| AppError::new(ErrorKind::Invalid, "error-audit-time")),
    }
}

impl AuditQuery {
    fn filter(&self) -> Result<AuditFilter, AppError> {
        let word = |text: &str| text.trim().to_owned();
        Ok(AuditFilter {
            person: word(&self.person),
            action: word(&self.action),
            object: word(&self.object),
            outcome: word(&self.outcome),
            from: instant(&self.from)?,
            to: instant(&self.to)?,
            after: self.after.clone(),
            ..AuditFilter::default()
        })
    }

    /// The filter as fields of a form or an address.
    fn fields(&self) -> [(&'static str, String); 6] {
        [
            ("person", self.person.clone()),
            ("action", self.action.clone()),
            ("object", self.object.clone()),
            ("outcome", self.outcome.clone()),
            ("from", self.from.clone()),
            ("to", self.to.clone()),
        ]
    }

    fn asks(&self) -> bool {
        self.fields().iter().any(|(_, value)| !value.trim().is_empty())
    }
}

fn only_own(caller: &Caller) -> bool {
    caller.grade(Permission::ReadAudit) == Grade::Own
}

pub(crate) async fn index(visit: Visit, Query(query): Query<AuditQuery>) -> Response {
    visit
        .answer(async {
            let caller = visit.may(Permission::ReadAudit)?;
            let page = visit.state.ports.audit.list(caller, &query.filter()?).await?;
            let own = only_own(caller);
            let sheet = Sheet::new(t("nav-audit"), Place::Audit);
            Ok(visit.page(sheet, || list(&query, page, own, visit.as_of)))
        })
        .await
}

fn list(query: &AuditQuery, page: Page<AuditEntry>, own: bool, as_of: Instant) -> AnyView {
    let lede = if own { t("audit-lede-own") } else { t("audit-lede") };
    let pager = view! {
        <Pager path="/audit".to_owned() filters=query.fields().to_vec() after=query.after.clone() next=page.next/>
    };
    let body = if page.rows.is_empty() {
        let clear = query.asks().then(|| ("/audit".to_owned(), t("filter-clear")));
        view! { <Empty text=t("audit-none") links=clear.into_iter().collect()/> }.into_any()
    } else {
        rows(page.rows, as_of)
    };
    view! {
        <header class="head"><h1>{t("nav-audit")}</h1><p class="lede">{lede}</p></header>
        <div class="tools">{filters(query, own)}{take_out(query)}</div>
        {body}
        {pager}
    }
    .into_any()
}

fn filters(query: &AuditQuery, own: bool) -> AnyView {
    let mut outcomes = vec![(String::new(), t("audit-any-outcome"))];
    outcomes.extend(["done", "refused", "failed"].map(|word| (word.to_owned(), label("audit-outcome", word))));
    let person = (!own).then(|| view! { <Field name="person" text=t("audit-person") value=query.person.clone()/> });
    view! {
        <form class="filters" method="get" action="/audit">
            {person}
            <Field name="action" text=t("audit-action") value=query.action.clone()/>
            <Field name="object" text=t("audit-object") value=query.object.clone()/>
            <Choice name="outcome" text=t("audit-outcome") options=outcomes chosen=query.outcome.clone()/>
            <Field name="from" kind="datetime-local" text=t("audit-from") value=query.from.clone()/>
            <Field name="to" kind="datetime-local" text=t("audit-to") value=query.to.clone()/>
            <button class="button">{t("filter-apply")}</button>
        </form>
    }
    .into_any()
}

/// The list as a file. Taking it out is an act of its own.
fn take_out(query: &AuditQuery) -> AnyView {
    let fields = query
        .fields()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    view! {
        <form class="filters" method="post" action="/audit/export">
            {fields.into_iter().collect_view()}
            <button class="button" name="format" value="csv">{t("audit-csv")}</button>
            <button class="button" name="format" value="jsonl">{t("audit-jsonl")}</button>
        </form>
    }
    .into_any()
}

pub(crate) async fn one(visit: Visit, Path(id): Path<String>) -> Response {
    visit
        .answer(async {
            let caller = visit.may(Permission::ReadAudit)?;
            let id = id.parse().map_err(|_| AppError::not_found())?;
            let view = visit.state.ports.audit.get(caller, id).await?;
            let title = tn("audit-title", &[("id", id.to_string().into())]);
            let sheet = Sheet::new(title.clone(), Place::Audit);
            Ok(visit.page(sheet, || detail(&title, view)))
        })
        .await
}

/// Where an entry stands.
fn entry_link(id: i64) -> String {
    format!("/audit/{id}")
}

/// The page of what was acted on, where it has one.
fn object_link(object: &str) -> Option<String> {
    let (kind, key) = object.split_once(':')?;
    match kind {
        "case" => key.parse().ok().map(links::case),
        "message" => key.parse().ok().map(links::message),
        "order" => key.split_once('/').map(|(entity, po_no)| links::order(entity, po_no)),
        "source" => Some("/sources".to_owned()),
        "person" => Some("/people".to_owned()),
        "audit" => key.parse().ok().map(entry_link),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{AuditQuery, object_link};

    #[test]
    fn an_object_leads_to_its_page_where_it_has_one() {
        assert_eq!(object_link("case:41").as_deref(), Some("/exceptions/41"));
        assert_eq!(object_link("order:DE01/45/1").as_deref(), Some("/orders/DE01/45%2F1"));
        assert_eq!(object_link("case:../x"), None);
        assert_eq!(object_link("installation"), None);
    }

    #[test]
    fn a_time_that_is_none_is_refused() {
        let of = |from: &str| {
            let query = AuditQuery {
                from: from.into(),
                ..AuditQuery::default()
            };
            query.filter().map(|filter| filter.from.is_some())
        };
        assert_eq!(of("2026-03-02T08:00"), Ok(true));
        assert_eq!(of(" "), Ok(false));
        assert!(of("yesterday").is_err());
    }
}
