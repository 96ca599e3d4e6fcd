//! Orders: list, one, timeline at a moment.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use views::orders::{EventRow, OrderFilter, OrderFound, OrderRow, OrderView};
use views::{Moment, Page};

use super::answer::{Asked, At, Said};
use super::problem::{Problem, ProblemBody};
use crate::session::SignedIn;
use crate::state::Server;

/// A page of orders, newest first.
#[utoipa::path(get, path = "/v1/orders", tag = "orders", params(OrderFilter),
    responses((status = 200, body = Page<OrderRow>), (status = "4XX", body = ProblemBody)))]
pub async fn list(
    State(server): State<Server>,
    SignedIn(caller): SignedIn,
    Asked(filter): Asked<OrderFilter>,
) -> Result<Said<Page<OrderRow>>, Problem> {
    Ok(Said(server.ports.orders.list(&caller, &filter).await?))
}

/// Where an order is addressed.
#[derive(Deserialize)]
pub struct OrderAt {
    entity: String,
    po_no: String,
}

/// One order: what was true at `world` as we knew it at `known`; without them, now.
#[utoipa::path(get, path = "/v1/orders/{entity}/{po_no}", tag = "orders",
    params(("entity" = String, Path, description = "Buying entity"), ("po_no" = String, Path, description = "Purchase order number"), Moment),
    responses((status = 200, body = OrderView), (status = 308, description = "Its number was linked to another order's"),
        (status = "4XX", body = ProblemBody)))]
pub async fn one(
    State(server): State<Server>,
    SignedIn(caller): SignedIn,
    At(at): At<OrderAt>,
    Asked(moment): Asked<Moment>,
) -> Result<Response, Problem> {
    Ok(
        match server.ports.orders.get(&caller, &at.entity, &at.po_no, moment).await? {
            OrderFound::Here(order) => Said(order).into_response(),
            OrderFound::Moved { entity, po_no } => moved(&entity, &po_no, ""),
        },
    )
}

/// An order's events in event order.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Timeline {
    /// The events.
    pub events: Vec<EventRow>,
    /// Later events that this moment hides.
    pub hidden_events: u32,
    /// The moment shown.
    #[schema(value_type = Object)]
    pub moment: Moment,
}

/// The events of an order at a moment, in event order.
#[utoipa::path(get, path = "/v1/orders/{entity}/{po_no}/timeline", tag = "orders",
    params(("entity" = String, Path, description = "Buying entity"), ("po_no" = String, Path, description = "Purchase order number"), Moment),
    responses((status = 200, body = Timeline), (status = 308, description = "Its number was linked to another order's"),
        (status = "4XX", body = ProblemBody)))]
pub async fn timeline(
    State(server): State<Server>,
    SignedIn(caller): SignedIn,
    At(at): At<OrderAt>,
    Asked(moment): Asked<Moment>,
) -> Result<Response, Problem> {
    Ok(
        match server.ports.orders.get(&caller, &at.entity, &at.po_no, moment).await? {
            OrderFound::Here(order) => {
                let OrderView {
                    events,
                    hidden_events,
                    moment,
                    ..
                } = order;
                Said(Timeline {
                    events,
                    hidden_events,
                    moment,
                })
                .into_response()
            }
            OrderFound::Moved { entity, po_no } => moved(&entity, &po_no, "/timeline"),
        },
    )
}

fn moved(entity: &str, po_no: &str, rest: &str) -> Response {
    Redirect::permanent(&format!("/v1/orders/{}/{}{rest}", segment(entity), segment(po_no))).into_response()
}

/// `text` as one segment of a path.
fn segment(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
