//! A selection: what was frozen, what can be done with all of it, and what came of that.

pub(crate) mod calls;
mod parts;

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;
use views::csv::write_row;
use views::selections::{ExportRow, SelectionView};
use views::words::{say, t, tn};
use views::{AppError, Permission};

use crate::links;
use crate::pages::exceptions::parts::rows;
use crate::parts::{When, counted, exact, label, money};
use crate::shell::Place;
use crate::visit::{Sheet, Visit};

/// Columns of an export.
const COLUMNS: [&str; 9] = [
    "export-case",
    "export-version",
    "export-class",
    "export-severity",
    "export-state",
    "export-entity",
    "export-order",
    "export-opened",
    "export-what",
];

fn id(text: &str) -> Result<i64, AppError> {
    text.parse().map_err(|_| AppError::not_found())
}

pub(crate) async fn one(visit: Visit, Path(text): Path<String>) -> Response {
    visit
        .answer(async {
            let caller = visit.may(Permission::SeeExceptions)?;
            let view = visit.state.ports.selections.get(caller, id(&text)?).await?;
            let sheet = Sheet::new(t("selection-title"), Place::Exceptions);
            Ok(visit.page(sheet, || page(view)))
        })
        .await
}

fn page(view: SelectionView) -> AnyView {
    let as_of = view.as_of;
    let what = if view.filter.class.is_empty() {
        t("exceptions-any-class")
    } else {
        label("class", &view.filter.class)
    };
    let worth = view.worth.as_ref().map(|worth| {
        let without =
            (view.without_worth > 0).then(|| counted("selection-without-worth", &[("n", view.without_worth)]));
        view! { <div><dt>{t("selection-worth")}</dt><dd>{money(worth)} " " {without}</dd></div> }
    });
    let export = view.may_export.then(|| {
        let href = format!("{}/export.csv", links::selection(view.id));
        view! { <p class="more"><a class="button" href=href>{t("selection-export")}</a></p> }
    });
    let runs = view
        .runs
        .iter()
        .map(|run| parts::run(run, view.id, as_of))
        .collect_view();
    let acts = parts::acts(&view);
    let mark: String = view.hash.chars().take(12).collect();
    let shown = view.rows.len() as u64;
    let more = (view.count > shown).then(
        || view! { <p class="quiet-text">{counted("selection-shown", &[("n", shown), ("all", view.count)])}</p> },
    );
    view! {
        <header class="head">
            <p class="trail"><a href="/exceptions">{t("nav-exceptions")}</a></p>
            <h1>{counted("selection-heading", &[("n", view.count)])}</h1>
            <p class="lede">{t("selection-lede")}</p>
            <dl class="facts">
                <div><dt>{t("exceptions-class")}</dt><dd>{what}</dd></div>
                {worth}
                <div><dt>{t("selection-taken")}</dt><dd><When at=view.taken_at as_of=as_of/></dd></div>
                <div><dt>{t("selection-mark")}</dt><dd><code class="key" title=view.hash.clone()>{mark}</code></dd></div>
                <div><dt>{t("selection-kept")}</dt><dd><When at=view.expires_at as_of=as_of/></dd></div>
            </dl>
        </header>
        {runs}
        {acts}
        <section class="panel">
            <h2>{t("selection-rows")}</h2>
            {export}
            {rows(view.rows, None, links::case, as_of)}
            {more}
        </section>
    }
    .into_any()
}

pub(crate) async fn export(visit: Visit, Path(text): Path<String>) -> Response {
    visit
        .answer(async {
            let caller = visit.may(Permission::Export)?;
            let export = visit.state.ports.selections.export(caller, id(&text)?).await?;
            let mut csv = String::new();
            let columns = COLUMNS.map(t);
            write_row(&mut csv, columns.iter().map(String::as_str));
            for row in &export.rows {
                write_row(&mut csv, cells(row).iter().map(String::as_str));
            }
            let name = tn("selection-file", &[("id", export.id.into())]);
            let headers = [
                (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
                (
                    header::CONTENT_DISPOSITION,
                    format!("attachment; filename=\"{name}.csv\""),
                ),
                (header::CACHE_CONTROL, "no-store".to_owned()),
            ];
            Ok((headers, csv).into_response())
        })
        .await
}

fn cells(row: &ExportRow) -> [String; COLUMNS.len()] {
    let number = |n: i64| n.to_string();
    let Some(case) = &row.case else {
        let mut cells: [String; COLUMNS.len()] = std::array::from_fn(|_| String::new());
        let [id, version, .., what] = &mut cells;
        *id = number(row.id);
        *version = number(row.version);
        *what = t("skipped-gone");
        return cells;
    };
    let (entity, order) = case.order.clone().unwrap_or_default();
    let state = if case.version == row.version {
        label("exception-state", &case.state)
    } else {
        tn(
            "export-changed",
            &[("state", label("exception-state", &case.state).into())],
        )
    };
    [
        number(row.id),
        number(row.version),
        case.class.clone(),
        case.severity.clone(),
        state,
        entity,
        order,
        exact(case.opened_at),
        say(&case.impact),
    ]
}
