//! The exception queue: the list stays beside the case that is open.

pub(crate) mod calls;
pub(crate) mod parts;

use axum::extract::{Path, Query};
use axum::response::Response;
use domain::Instant;
use leptos::prelude::*;
use serde::Deserialize;
use views::exceptions::{CaseFilter, CaseRow, CaseView};
use views::words::{t, tn};
use views::{AppError, Caller, Page, Permission};

use crate::islands::LiveNotice;
use crate::links;
use crate::parts::{Choice, Empty, Pager, counted, label};
use crate::shell::Place;
use crate::visit::{Sheet, Visit};
use parts::{CLASSES, detail, rows, selecting, ticked};

/// What the list is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CaseQuery {
    class: String,
    state: String,
    after: Option<String>,
}

impl CaseQuery {
    fn closed(&self) -> bool {
        self.state == "closed"
    }

    fn filter(&self) -> CaseFilter {
        let state = if self.closed() { "closed" } else { "open" };
        CaseFilter {
            class: self.class.trim().to_owned(),
            state: state.to_owned(),
            after: self.after.clone(),
            ..CaseFilter::default()
        }
    }

    /// `path` with this filter, so that going from case to case keeps the list.
    fn keep(&self, path: &str) -> String {
        let state = if self.closed() { "closed" } else { "" };
        links::with(
            path,
            &[
                ("class", self.class.trim()),
                ("state", state),
                ("after", self.after.as_deref().unwrap_or_default()),
            ],
        )
    }
}

pub(crate) async fn index(visit: Visit, Query(query): Query<CaseQuery>) -> Response {
    visit
        .answer(async {
            let caller = visit.may(Permission::SeeExceptions)?;
            let exceptions = &visit.state.ports.exceptions;
            let page = exceptions.list(caller, &query.filter()).await?;
            let counts = exceptions.counts(caller).await?;
            let matching = matching(&visit, caller, &query).await?;
            let first = match page.rows.first() {
                Some(row) => Some((exceptions.get(caller, row.id).await?, false)),
                None => None,
            };
            let sheet = Sheet::new(t("nav-exceptions"), Place::Exceptions).live();
            Ok(visit.page(sheet, || queue(&query, page, &counts, matching, first, visit.as_of)))
        })
        .await
}

pub(crate) async fn one(visit: Visit, Path(id): Path<String>, Query(query): Query<CaseQuery>) -> Response {
    visit
        .answer(async {
            let caller = visit.may(Permission::SeeExceptions)?;
            let id = id.parse().map_err(|_| AppError::not_found())?;
            let exceptions = &visit.state.ports.exceptions;
            let case = exceptions.get(caller, id).await?;
            let page = exceptions.list(caller, &query.filter()).await?;
            let counts = exceptions.counts(caller).await?;
            let matching = matching(&visit, caller, &query).await?;
            let sheet = Sheet::new(label("class", &case.row.class), Place::Exceptions).live();
            Ok(visit.page(sheet, || {
                queue(&query, page, &counts, matching, Some((case, true)), visit.as_of)
            }))
        })
        .await
}

/// How many match, for who may do something with all of them; none where nobody acts on closed ones.
async fn matching(visit: &Visit, caller: &Caller, query: &CaseQuery) -> Result<Option<u64>, AppError> {
    let acts = [Permission::Triage, Permission::Resolve, Permission::Export];
    if query.closed() || !acts.into_iter().any(|permission| caller.may(permission)) {
        return Ok(None);
    }
    visit
        .state
        .ports
        .selections
        .matching(caller, &query.filter())
        .await
        .map(Some)
}

/// List and case side by side; on a narrow screen only the one that the address names.
fn queue(
    query: &CaseQuery,
    page: Page<CaseRow>,
    counts: &[(String, u64)],
    matching: Option<u64>,
    case: Option<(CaseView, bool)>,
    as_of: Instant,
) -> AnyView {
    let opened = case.as_ref().is_some_and(|(_, opened)| *opened);
    let title = if opened {
        view! { <h2 class="as-h1">{t("nav-exceptions")}</h2> }.into_any()
    } else {
        view! { <h1>{t("nav-exceptions")}</h1> }.into_any()
    };
    let class = if opened { "split split--opened" } else { "split" };
    let chosen = case.as_ref().map(|(case, _)| case.row.id);
    let list = if page.rows.is_empty() {
        nothing(query)
    } else {
        let href = |id| query.keep(&links::case(id));
        match matching {
            Some(_) => ticked(page.rows, chosen, href, as_of),
            None => rows(page.rows, chosen, href, as_of),
        }
    };
    let state = if query.closed() { "closed" } else { "" };
    let bar = matching
        .filter(|n| *n > 0)
        .map(|n| selecting(query.class.trim(), state, n));
    let filters = vec![("class", query.class.clone()), ("state", query.state.clone())];
    let pager =
        view! { <Pager path="/exceptions".to_owned() filters=filters after=query.after.clone() next=page.next/> };
    view! {
        <div class=class>
            <section class="split__list" aria-label=t("exceptions-list")>
                <header class="head head--list">
                    {title}
                    <p class="lede">{lede(counts)}</p>
                    <LiveNotice topics="exceptions".to_owned() some=tn("live-exceptions", &[("n", "#".into())]) many=t("live-many")/>
                </header>
                {tools(query)}
                {list}
                {bar}
                {pager}
            </section>
            <article class="split__detail" aria-label=t("exceptions-detail")>
                <p class="trail split__back"><a href=query.keep("/exceptions") data-prefetch="">{t("nav-exceptions")}</a></p>
                {case.map(|(case, opened)| detail(case, opened))}
            </article>
        </div>
    }
    .into_any()
}

fn lede(counts: &[(String, u64)]) -> String {
    let all: u64 = counts.iter().map(|(_, n)| n).sum();
    let urgent: u64 = counts
        .iter()
        .filter(|(severity, _)| severity == "S1")
        .map(|(_, n)| n)
        .sum();
    match (urgent, all) {
        (_, 0) => t("exceptions-lede-none"),
        (0, _) => counted("exceptions-lede-calm", &[("all", all)]),
        _ => counted("exceptions-lede", &[("n", urgent), ("all", all)]),
    }
}

fn nothing(query: &CaseQuery) -> AnyView {
    if query.class.trim().is_empty() {
        let text = if query.closed() {
            t("exceptions-none-closed")
        } else {
            t("exceptions-none-open")
        };
        return view! { <Empty text=text/> }.into_any();
    }
    let all = links::with("/exceptions", &[("state", if query.closed() { "closed" } else { "" })]);
    view! { <Empty text=t("exceptions-none-match") links=vec![(all, t("filter-clear"))]/> }.into_any()
}

fn tools(query: &CaseQuery) -> AnyView {
    let closed = query.closed();
    let tab = |state: &str, key: &str, here: bool| {
        let href = links::with("/exceptions", &[("state", state), ("class", query.class.trim())]);
        view! { <a href=href aria-current=here.then_some("page") data-prefetch="">{t(key)}</a> }
    };
    let mut options = vec![(String::new(), t("exceptions-any-class"))];
    options.extend(CLASSES.iter().map(|code| ((*code).to_owned(), label("class", code))));
    view! {
        <div class="tools">
            <nav class="tabs" aria-label=t("exceptions-tabs")>
                {tab("", "exceptions-open", !closed)} " " {tab("closed", "exceptions-closed", closed)}
            </nav>
            <form class="filters" method="get" action="/exceptions">
                {closed.then(|| view! { <input type="hidden" name="state" value="closed"/> })}
                <Choice name="class" text=t("exceptions-class") options=options chosen=query.class.trim().to_owned()/>
                <button class="button">{t("filter-apply")}</button>
            </form>
        </div>
    }
    .into_any()
}
