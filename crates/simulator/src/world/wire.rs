//! How the systems write down what they say: CloudEvents as JSON, by Docket's data contract, field by field.

use domain::{DocKey, EventType};
use serde::Serialize;

use super::calendar::Calendar;
use super::plants::Spoil;
use super::story::{Actor, Naming, Order, Said, SaidLine};
use super::trade::{ENTITIES, Language, Source};

#[derive(Serialize)]
struct Event<'a> {
    specversion: &'static str,
    id: &'a str,
    source: String,
    r#type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    time: String,
    datacontenttype: &'static str,
    data: Data<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum OrderName<'a> {
    Natural { entity: &'a str, number: &'a str },
    Alias { system: &'a str, number: &'a str },
}

#[derive(Serialize)]
struct Document<'a> {
    kind: &'static str,
    scheme: &'a str,
    number: &'a str,
}

#[derive(Serialize)]
struct Who<'a> {
    kind: &'static str,
    id: &'a str,
}

#[derive(Serialize)]
struct Party<'a> {
    id: &'a str,
    name: &'a str,
}

#[derive(Serialize, Default)]
struct Data<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<OrderName<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    orders: Vec<OrderName<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    same_order: Vec<OrderName<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<Document<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cites: Vec<Document<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reverses: Option<Document<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i64>,
    occurred_at: String,
    zone: &'a str,
    recorded_at: String,
    sequence: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<Who<'a>>,
    activity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    entity: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    site: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    buyer: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    supplier: Option<Party<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    approved: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lines: Vec<LineOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attachment: Option<serde_json::Value>,
}

#[derive(Serialize)]
struct LineOut<'a> {
    line: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<OrderName<'a>>,
    item: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<String>,
    unit: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    per: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    needed: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    promised: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delivery_complete: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt_required: Option<bool>,
}

/// The message of one event, the sender's `sequence`-th.
pub(crate) fn body(said: &Said, id: &str, sequence: i64) -> Vec<u8> {
    let place = place(said);
    // What the sender itself calls it.
    let subject = match (said.naming, said.orders.first()) {
        (Naming::Document, _) | (_, None) => said.document.as_ref().map(|d| d.value.as_str()),
        (Naming::Procurement, Some(order)) => Some(order.procurement.as_str()),
        (Naming::Erp | Naming::Both, Some(order)) => Some(order.number.as_str()),
    };
    let kind = match said.spoil {
        Some(Spoil::Type(name)) => name.to_owned(),
        _ => format!("docket.{}.v1", said.kind.as_str()),
    };
    let event = Event {
        specversion: "1.0",
        id,
        source: format!("/nordwind/{}", said.source.name()),
        r#type: kind,
        subject,
        time: place.text(said.at),
        datacontenttype: "application/json",
        data: data(said, place, sequence),
    };
    // Text, numbers and lists of this module's own making: writing them cannot fail.
    let mut body = serde_json::to_vec(&event).unwrap_or_default();
    if said.spoil == Some(Spoil::CutShort) {
        body.truncate(body.len() * 2 / 3);
    }
    body
}

fn place(said: &Said) -> Calendar {
    let of_stray = said
        .stray
        .as_ref()
        .and_then(|(code, _)| ENTITIES.iter().find(|e| e.code == *code));
    let entity = said
        .orders
        .first()
        .map(|o| o.entity)
        .or(of_stray)
        .unwrap_or(&ENTITIES[0]);
    entity.calendar()
}

fn data<'a>(said: &'a Said, place: Calendar, sequence: i64) -> Data<'a> {
    let first = said.orders.first();
    let priced = said.amount.is_some() || said.lines.iter().any(|l| l.price.is_some());
    let several = said.orders.len() > 1 && said.naming != Naming::Document;
    let mut data = Data {
        document: said.document.as_ref().map(document),
        cites: said.cites.iter().map(document).collect(),
        reverses: said.reverses.as_ref().map(document),
        version: said.version,
        occurred_at: if said.day {
            place.day(said.at).to_string()
        } else {
            place.text(said.at)
        },
        zone: place.0.name(),
        recorded_at: place.text(recorded(said)),
        sequence,
        actor: Some(who(said.actor)),
        activity: activity(said.source, said.kind),
        amount: said.amount.map(money),
        approved: said.approved,
        reason: said.reason,
        lines: said.lines.iter().map(|l| line(said, l, place, several)).collect(),
        ..Data::default()
    };
    if several {
        data.orders = said.orders.iter().filter_map(|o| order_name(o, said.naming)).collect();
    } else {
        data.order = first.and_then(|o| order_name(o, said.naming));
    }
    if let (Naming::Both, Some(order)) = (said.naming, first) {
        data.same_order = vec![OrderName::Alias {
            system: "procurement",
            number: &order.procurement,
        }];
    }
    if let Some((entity, number)) = &said.stray {
        let named = said.naming != Naming::Document && said.spoil != Some(Spoil::NoOrder);
        data.order = named.then_some(OrderName::Natural { entity, number });
    }
    if let Some(order) = first.filter(|_| priced) {
        data.currency = Some(order.entity.currency);
    }
    if let Some(order) = first.filter(|_| said.header) {
        data.entity = Some(order.entity.code);
        data.site = Some(order.entity.site);
        data.category = Some(order.supplier.category);
        data.region = Some(order.entity.region);
        data.buyer = Some(order.buyer);
        data.supplier = Some(Party {
            id: order.supplier.id,
            name: order.supplier.name,
        });
    }
    spoil(said, &mut data);
    data
}

fn spoil(said: &Said, data: &mut Data<'_>) {
    match said.spoil {
        Some(Spoil::Date(day)) => data.occurred_at = day.to_owned(),
        Some(Spoil::Currency(code)) => data.currency = Some(code),
        Some(Spoil::Quantity(text)) => data.lines.iter_mut().for_each(|l| l.quantity = Some(text.to_owned())),
        Some(Spoil::NoOrder) => data.document = None,
        Some(Spoil::Nesting(levels)) => {
            let inner = serde_json::Value::from("drawing.pdf");
            data.attachment = Some((0..levels).fold(inner, |v, _| serde_json::json!({ "part": v })));
        }
        _ => {}
    }
}

fn order_name(order: &Order, naming: Naming) -> Option<OrderName<'_>> {
    match naming {
        Naming::Document => None,
        Naming::Procurement => Some(OrderName::Alias {
            system: "procurement",
            number: &order.procurement,
        }),
        Naming::Erp | Naming::Both => Some(OrderName::Natural {
            entity: order.entity.code,
            number: &order.number,
        }),
    }
}

fn document(key: &DocKey) -> Document<'_> {
    Document {
        kind: key.kind.as_str(),
        scheme: &key.scheme,
        number: &key.value,
    }
}

fn who(actor: Actor) -> Who<'static> {
    let (kind, id) = match actor {
        Actor::Human(id) => ("human", id),
        Actor::Batch(id) => ("batch", id),
        Actor::Partner(id) => ("partner", id),
        Actor::Service(id) => ("service", id),
    };
    Who { kind, id }
}

fn line<'a>(said: &'a Said, line: &SaidLine, place: Calendar, several: bool) -> LineOut<'a> {
    let order = said.orders.get(line.of);
    let told = said.header || said.source == Source::Payables;
    // Each system writes in its own language: the ERP and the warehouse in that of the place.
    let language = match (said.source, order) {
        (Source::Procurement | Source::Network | Source::Payables | Source::Carrier, _) | (_, None) => {
            Language::English
        }
        (_, Some(order)) => order.entity.language,
    };
    LineOut {
        // The ERP writes line numbers with leading zeros.
        line: if said.source == Source::Erp {
            format!("{:05}", line.no)
        } else {
            line.no.to_string()
        },
        order: order.filter(|_| several).and_then(|o| order_name(o, said.naming)),
        item: line.item.code,
        description: told.then(|| line.item.text(language)),
        quantity: line.quantity.map(thousandths),
        unit: line.item.unit,
        price: line.price.map(money),
        per: line.price.and(Some(line.item.per)).filter(|per| *per != 1),
        amount: line.amount.map(money),
        needed: line.needed.map(|t| place.day(t).to_string()),
        promised: line.promised.map(|t| place.day(t).to_string()),
        delivery_complete: line.complete,
        receipt_required: said.header.then_some(true),
    }
}

/// A moment after it happened, never after Docket heard of it.
fn recorded(said: &Said) -> domain::Instant {
    said.at.plus(2 * domain::Instant::SECOND).min(said.arrives)
}

/// Hundredths as text.
fn money(cents: i64) -> String {
    format!(
        "{}{}.{:02}",
        if cents < 0 { "-" } else { "" },
        cents.abs() / 100,
        cents.abs() % 100
    )
}

/// Thousandths as text.
fn thousandths(n: i64) -> String {
    format!("{}.{:03}", n / 1_000, n % 1_000)
}

/// The system's own word for what happened.
fn activity(source: Source, kind: EventType) -> &'static str {
    use EventType as E;
    match (source, kind) {
        (Source::Erp, E::PoCreated) => "ME21N Bestellung angelegt",
        (Source::Erp, E::PoChanged) => "ME22N Bestellung geändert",
        (Source::Erp, E::PoCancelled) => "Löschkennzeichen gesetzt",
        (Source::Erp, E::PoHeld) => "Bestellung gesperrt",
        (Source::Erp, E::PoHoldReleased) => "Sperre aufgehoben",
        (Source::Erp, E::PoClosed) => "Bestellung erledigt",
        (Source::Erp, E::InvPosted) => "MIRO Rechnung gebucht",
        (Source::Erp, E::PaySent) => "F110 Zahlung ausgeführt",
        (Source::Erp, E::PayCleared) => "Ausgleich gebucht",
        (Source::Procurement, E::PoCreated) => "issued",
        (Source::Procurement, E::PoChanged) => "revised",
        (Source::Procurement, E::PoApprovalReset) => "sent for approval",
        (Source::Procurement, E::PoApproved) => "approved",
        (Source::Procurement, E::PoApprovalRejected) => "rejected",
        (Source::Procurement, E::PoCancelled) => "cancelled",
        (Source::Procurement, E::PoLineCancelled) => "line withdrawn",
        (Source::Procurement, E::PoShortClosed) => "soft closed",
        (Source::Network, E::PoQueued) => "waiting to send",
        (Source::Network, E::PoTransmitted) => "sent",
        (Source::Network, E::PoDelivered) => "997 accepted",
        (Source::Network, E::PoTransmissionFailed) => "send failed",
        (Source::Network, E::AckAccepted) => "855 accept",
        (Source::Network, E::AckAcceptedWithChanges) => "855 accept with change",
        (Source::Network, E::AckBackordered) => "855 backorder",
        (Source::Network, E::AckRejected) => "855 reject",
        (Source::Network, E::AckPending) => "855 pending",
        (Source::Network, E::ShipShipped) => "856 ship notice",
        (Source::Carrier, E::ShipInTransit) => "PICKED_UP",
        (Source::Carrier, E::ShipDelayed) => "EXCEPTION_DELAY",
        (Source::Carrier, E::ShipArrived) => "ARRIVED_AT_DOCK",
        (Source::Carrier, E::ShipDelivered) => "POD",
        (Source::WmsLodz, E::GrReceived) => "PZ przyjęcie",
        (Source::WmsLodz, E::GrReturned) => "ZW zwrot do dostawcy",
        (Source::WmsHamburg, E::GrReceived) => "WE gebucht",
        (Source::WmsHamburg, E::GrReturned) => "Rücklieferung",
        (Source::WmsLeeds, E::GrReceived) => "GRN booked",
        (Source::WmsLeeds, E::GrReturned) => "return to vendor",
        (Source::Payables, E::InvReceived) => "captured",
        (Source::Payables, E::MatchMatched) => "three-way ok",
        (Source::Payables, E::MatchBlocked) => "three-way failed",
        (Source::Payables, E::InvBlockSet) => "payment hold",
        (Source::Payables, E::InvBlockReleased) => "hold released",
        (Source::Payables, E::InvDisputed) => "query raised",
        (Source::Payables, E::InvDisputeResolved) => "query closed",
        (Source::Payables, E::InvSubsequentCredit) => "credit captured",
        (_, other) => other.as_str(),
    }
}
