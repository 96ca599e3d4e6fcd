//! Orders: the list by any business key, one order at a moment, one event.

mod events;
mod lanes;
mod parts;
mod timeline;

use axum::extract::{Path, Query};
use axum::response::Response;
use domain::Instant;
use leptos::prelude::*;
use serde::Deserialize;
use views::orders::{OrderFilter, OrderFound, OrderRow, OrderView};
use views::words::{t, tn};
use views::{AppError, ErrorKind, Moment, Page, Permission};

use crate::islands::LiveNotice;
use crate::links;
use crate::parts::{Badges, Empty, Pager, Status, When, grouped, money, read, said};
use crate::shell::Place;
use crate::visit::{Refusal, Sheet, Visit};

/// What the list is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct OrderQuery {
    q: String,
    entity: String,
    after: Option<String>,
}

pub(crate) async fn index(visit: Visit, Query(query): Query<OrderQuery>) -> Response {
    visit
        .answer(async {
            let caller = visit.may(Permission::SeeOrders)?;
            let filter = OrderFilter {
                q: query.q.trim().to_owned(),
                entity: query.entity.trim().to_owned(),
                after: query.after.clone(),
                ..OrderFilter::default()
            };
            let page = visit.state.ports.orders.list(caller, &filter).await?;
            let administers = caller.may(Permission::Administer);
            let sheet = Sheet::new(t("nav-orders"), Place::Orders).live();
            Ok(visit.page(sheet, || list(&filter, page, administers, visit.as_of)))
        })
        .await
}

fn list(filter: &OrderFilter, page: Page<OrderRow>, administers: bool, as_of: Instant) -> AnyView {
    let filtered = !(filter.q.is_empty() && filter.entity.is_empty());
    let lede = match (filtered, page.rows.is_empty()) {
        (true, true) => t("orders-none-match"),
        (true, false) => t("orders-lede-match"),
        (false, true) => t("orders-none"),
        (false, false) => t("orders-lede"),
    };
    let filters = vec![("q", filter.q.clone()), ("entity", filter.entity.clone())];
    let pager = view! { <Pager path="/orders".to_owned() filters=filters after=filter.after.clone() next=page.next/> };
    let body = match (page.rows.is_empty(), filtered) {
        (true, true) => {
            view! { <Empty text=t("orders-none-match-text") links=vec![("/orders".to_owned(), t("filter-clear"))]/> }
                .into_any()
        }
        (true, false) if administers => {
            view! { <Empty text=t("orders-none-text") links=vec![("/sources".to_owned(), t("home-connect"))]/> }
                .into_any()
        }
        (true, false) => view! { <Empty text=t("orders-none-text")/> }.into_any(),
        (false, _) => table(page.rows, as_of),
    };
    view! {
        <header class="head">
            <h1>{t("nav-orders")}</h1>
            <p class="lede">{lede}</p>
            <LiveNotice topics="orders".to_owned() some=tn("live-orders", &[("n", "#".into())]) many=t("live-many")/>
        </header>
        <form class="tools filters" method="get" action="/orders">
            <label class="field field--grow">
                <span class="field__text">{t("orders-q")}</span>
                <input type="search" name="q" value=filter.q.clone() autocomplete="off"/>
            </label>
            <label class="field field--short">
                <span class="field__text">{t("orders-entity")}</span>
                <input name="entity" value=filter.entity.clone() autocomplete="off"/>
            </label>
            <button class="button button--main">{t("filter-find")}</button>
        </form>
        {body}
        {pager}
    }
    .into_any()
}

fn table(rows: Vec<OrderRow>, as_of: Instant) -> AnyView {
    let priced = rows.iter().any(|row| row.value.is_some());
    let rows = rows.into_iter().map(|row| {
        let href = links::order(&row.entity, &row.po_no);
        let value = priced.then(|| {
            view! { <td data-label=t("orders-value") class="num">{row.value.as_ref().map(money)}</td> }
        });
        let exceptions = (row.exceptions > 0).then(|| {
            let n = i64::from(row.exceptions).into();
            view! { <a class="count count--bad" href=format!("{href}#exceptions")>{tn("orders-n-exceptions", &[("n", n)])}</a> }
        });
        view! {
            <tr>
                <td data-label=t("orders-po") class="lead">
                    <a class="key" href=href.clone() data-prefetch="">{row.po_no}</a> " " <span class="quiet-text">{row.entity}</span>
                </td>
                <td data-label=t("orders-supplier") class="clip">{row.supplier}</td>
                <td data-label=t("orders-state")><span class="states"><Status code=row.headline.clone()/> " " <Badges state=row.headline codes=row.badges/></span></td>
                <td data-label=t("orders-lines") class="num">{grouped(&row.lines.to_string())}</td>
                {value}
                <td data-label=t("orders-opened")><When at=row.opened_at as_of=as_of/></td>
                <td data-label=t("orders-last")><When at=row.last_at as_of=as_of/></td>
                <td data-label=t("orders-exceptions")>{exceptions}</td>
            </tr>
        }
    });
    view! {
        <table class="grid grid--cards">
            <thead><tr>
                <th scope="col">{t("orders-po")}</th>
                <th scope="col">{t("orders-supplier")}</th>
                <th scope="col">{t("orders-state")}</th>
                <th scope="col" class="num">{t("orders-lines")}</th>
                {priced.then(|| view! { <th scope="col" class="num">{t("orders-value")}</th> })}
                <th scope="col" aria-sort="descending">{t("orders-opened")}</th>
                <th scope="col">{t("orders-last")}</th>
                <th scope="col">{t("orders-exceptions")}</th>
            </tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

/// The moment, and which part of a long list of events.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct MomentQuery {
    world: String,
    known: String,
    events: String,
}

impl MomentQuery {
    /// The moment; an empty field means now.
    fn moment(&self) -> Result<Moment, Refusal> {
        let instant = |text: &str| match text.trim() {
            "" => Ok(None),
            text => read(text)
                .map(Some)
                .ok_or_else(|| AppError::new(ErrorKind::Invalid, "error-moment")),
        };
        Ok(Moment {
            world: instant(&self.world)?,
            known: instant(&self.known)?,
        })
    }
}

pub(crate) async fn one(
    visit: Visit,
    Path((entity, po_no)): Path<(String, String)>,
    Query(query): Query<MomentQuery>,
) -> Response {
    visit
        .answer(async {
            let caller = visit.may(Permission::SeeOrders)?;
            let moment = query.moment()?;
            match visit.state.ports.orders.get(caller, &entity, &po_no, moment).await? {
                OrderFound::Here(order) => {
                    let title = title(&order.row.po_no);
                    let sheet = Sheet::new(title.clone(), Place::Orders);
                    Ok(visit.page(sheet, || page(title, order, &query)))
                }
                OrderFound::Moved { entity, po_no } => {
                    let address = links::with(
                        &links::order(&entity, &po_no),
                        &[("world", &query.world), ("known", &query.known)],
                    );
                    Err(Refusal::Elsewhere(address))
                }
            }
        })
        .await
}

/// What an order is called. Some systems' numbers say by themselves that they are one.
fn title(po_no: &str) -> String {
    if po_no.to_ascii_uppercase().starts_with("PO") {
        po_no.to_owned()
    } else {
        tn("order-title", &[("po", po_no.into())])
    }
}

fn page(title: String, order: OrderView, query: &MomentQuery) -> AnyView {
    let past = (!order.moment.is_now()).then(|| parts::past(&order));
    let here = links::with(
        &links::order(&order.row.entity, &order.row.po_no),
        &[("world", &query.world), ("known", &query.known)],
    );
    let exceptions = (!order.exceptions.is_empty()).then(|| parts::exceptions(order.exceptions.clone(), order.as_of));
    view! {
        {past}
        <header class="head head--order">
            <p class="trail"><a href="/orders" data-prefetch="">{t("nav-orders")}</a></p>
            <h1>{title}</h1>
            <p class="lede">{said(&order.sentence)}</p>
            {parts::facts(&order)}
            {parts::also_known_as(&order.also_known_as)}
        </header>
        {exceptions}
        {lanes::section(&order, &here)}
        {parts::lines(order.lines.clone())}
        {parts::steps(&order.steps)}
        {parts::moment_form(&order)}
        {events::section(&order, &query.events, &here)}
    }
    .into_any()
}

pub(crate) async fn event(visit: Visit, Path((entity, po_no, seq)): Path<(String, String, String)>) -> Response {
    visit
        .answer(async {
            let caller = visit.may(Permission::SeeOrders)?;
            let seq = seq.parse().map_err(|_| AppError::not_found())?;
            let event = visit.state.ports.orders.event(caller, &entity, &po_no, seq).await?;
            let title = events::name(&event.row);
            let sheet = Sheet::new(title.clone(), Place::Orders);
            Ok(visit.page(sheet, || events::page(title, &entity, &po_no, event, visit.as_of)))
        })
        .await
}
