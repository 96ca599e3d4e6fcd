//! An order as its page shows it: from facts and events to view types, with what the caller may see.

use std::collections::HashMap;

use domain::orders::{Headline, Line, Order, OrderFold, Quantities};
use domain::{DocKey, Event, Instant, Quantity, Role, Sentence};
use store::log::Source;
use views::Moment;
use views::exceptions::CaseRow;
use views::orders::{EventRow, FacetView, KeyView, LineView, OrderRow, OrderView, QuantityView, StepView};

use super::redaction::Reader;
use crate::fold::write::{badges, supplier, value};

/// Which system's lane a source is drawn in.
pub(crate) struct Lanes(HashMap<i64, Source>);

impl Lanes {
    pub(crate) fn of(sources: HashMap<i64, Source>) -> Self {
        Self(sources)
    }

    fn name(&self, source_id: i64) -> &str {
        self.0.get(&source_id).map_or("docket", |s| s.title.as_str())
    }

    fn lane(&self, source_id: i64) -> &str {
        self.0.get(&source_id).map_or("other", |s| s.lane.as_str())
    }
}

/// What the page knows beside the order itself.
pub(crate) struct Page<'a> {
    pub(crate) address: (&'a str, &'a str),
    pub(crate) moment: Moment,
    pub(crate) hidden: usize,
    pub(crate) as_of: Instant,
    pub(crate) open: Vec<CaseRow>,
}

/// The whole page.
pub(crate) fn order(
    fold: &mut OrderFold,
    events: &[Event],
    lanes: &Lanes,
    reader: &Reader<'_>,
    page: Page<'_>,
) -> OrderView {
    let documents = documents(events, page.address);
    let by_seq: HashMap<i64, &Event> = events.iter().map(|e| (e.seq, e)).collect();
    let seqs: Vec<i64> = fold.state().seqs().collect();
    let order = fold.order();
    let rows = seqs
        .iter()
        .filter_map(|s| by_seq.get(s))
        .map(|e| event_row(e, lanes, order, reader))
        .collect();
    let exceptions = page.open.len();
    let currency = order.currency.as_deref().unwrap_or_default();
    OrderView {
        row: OrderRow {
            entity: page.address.0.to_owned(),
            po_no: page.address.1.to_owned(),
            supplier: supplier(order),
            headline: order.header.headline.as_str().to_owned(),
            badges: badges(order).into_iter().map(str::to_owned).collect(),
            lines: u32::try_from(order.lines.len()).unwrap_or(u32::MAX),
            value: reader.money(value(order), currency),
            opened_at: order.opened_at,
            last_at: order.latest_at,
            exceptions: u32::try_from(exceptions).unwrap_or(u32::MAX),
        },
        sentence: Sentence::new("order-sentence")
            .with("state", order.header.headline.as_str())
            .with("exceptions", exceptions)
            .with("next", next(order.header.headline)),
        site: order.site.as_deref().unwrap_or_default().to_owned(),
        buyer: reader.employee(order.buyer.as_deref()),
        version: order.version,
        also_known_as: documents,
        facets: vec![
            facet("commitment", order.header.commitment.as_str()),
            facet("transmission", order.header.transmission.as_str()),
            facet("acknowledgment", order.header.acknowledgment.as_str()),
            facet("fulfilment", order.header.fulfilment.as_str()),
            facet("invoice", order.header.invoicing.as_str()),
            facet("settlement", order.header.settlement.as_str()),
        ],
        percent_received: order.header.percent_received.map(percent),
        lines: order.lines.iter().map(|l| line(l, currency, reader)).collect(),
        events: rows,
        steps: steps(order, page.moment.world.unwrap_or(page.as_of)),
        exceptions: page.open,
        moment: page.moment,
        hidden_events: u32::try_from(page.hidden).unwrap_or(u32::MAX),
        as_of: page.as_of,
    }
}

/// What usually comes next.
const fn next(headline: Headline) -> &'static str {
    use Headline as H;
    match headline {
        H::Drafted | H::PendingApproval => "approval",
        H::Approved => "sending",
        H::Transmitted | H::PartiallyAcknowledged | H::Backordered => "answer",
        H::Acknowledged | H::AcknowledgedWithChanges => "shipment",
        H::PartiallyShipped | H::Shipped | H::PartiallyReceived => "receipt",
        H::FullyReceived => "invoice",
        H::Invoiced => "posting",
        _ => "nothing",
    }
}

fn facet(facet: &str, value: &str) -> FacetView {
    FacetView {
        facet: facet.to_owned(),
        value: value.to_owned(),
    }
}

/// Hundredths of a percent as text: 9230 is `92.3`.
fn percent(basis_points: u16) -> String {
    let text = format!("{}.{:02}", basis_points / 100, basis_points % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn quantity(name: &str, quantity: Quantity) -> QuantityView {
    QuantityView {
        name: name.to_owned(),
        amount: quantity.known().map(|n| n.to_string()),
    }
}

fn quantities(q: &Quantities) -> Vec<QuantityView> {
    vec![
        quantity("ordered", q.expected),
        quantity("agreed", q.confirmed),
        quantity("shipped", q.shipped),
        quantity("in_transit", q.in_transit),
        quantity("received", q.received_net),
        quantity("invoiced", q.invoiced_net),
        quantity("to_come", q.open_to_receive),
    ]
}

fn line(line: &Line, currency: &str, reader: &Reader<'_>) -> LineView {
    let item = [
        reader.code(line.item.as_deref()),
        reader.item(line.description.as_deref()),
    ];
    let item: Vec<&str> = item.into_iter().flatten().collect();
    LineView {
        line_no: line.line_no.to_string(),
        item: Some(item.join(" ")).filter(|text| !text.is_empty()),
        unit: line.unit.as_deref().unwrap_or_default().to_owned(),
        headline: line.headline.as_str().to_owned(),
        badges: line.overlays.iter().map(|o| o.as_str().to_owned()).collect(),
        facets: vec![
            facet("commitment", line.commitment.as_str()),
            facet("transmission", line.transmission.as_str()),
            facet("acknowledgment", line.acknowledgment.as_str()),
            facet("fulfilment", line.fulfilment.as_str()),
            facet("invoice", line.invoicing.as_str()),
            facet("settlement", line.settlement.as_str()),
        ],
        quantities: reader.code(Some(quantities(&line.quantities))).unwrap_or_default(),
        price: reader.money(line.price, currency),
        needed_at: reader.item(line.needed_at),
        promised_at: reader.item(line.promised_at),
    }
}

fn key(key: &DocKey) -> KeyView {
    KeyView {
        kind: key.kind.as_str().to_owned(),
        scheme: key.scheme.clone(),
        value: key.value.clone(),
    }
}

/// Every other number and document that the order's events name, each once.
fn documents(events: &[Event], address: (&str, &str)) -> Vec<KeyView> {
    let named = events.iter().flat_map(|e| &e.said.refs).map(|r| &r.key);
    let mut keys: Vec<&DocKey> = named
        .filter(|k| (k.scheme.as_str(), k.value.as_str()) != address)
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys.into_iter().map(key).collect()
}

/// One event on the timeline.
pub(crate) fn event_row(event: &Event, lanes: &Lanes, order: &Order, reader: &Reader<'_>) -> EventRow {
    let said = &event.said;
    let subject = said.refs.iter().find(|r| r.role == Role::Subject).map(|r| key(&r.key));
    let moved: Vec<_> = said.payload.lines.iter().filter_map(|l| l.quantity).collect();
    let mut flags: Vec<String> = order
        .flags
        .iter()
        .filter(|f| f.seq == event.seq)
        .map(|f| f.kind.as_str().to_owned())
        .collect();
    flags.dedup();
    EventRow {
        seq: event.seq,
        kind: said.kind.as_str().to_owned(),
        activity: said.activity.clone(),
        source: lanes.name(event.source_id).to_owned(),
        lane: lanes.lane(event.source_id).to_owned(),
        occurred_at: said.occurred_at,
        precision: said.precision,
        received_at: event.received_at,
        lines: said
            .payload
            .lines
            .iter()
            .map(|l| l.line_no.clone())
            .filter(|l| !l.is_empty())
            .collect(),
        quantity: match moved.as_slice() {
            [one] => reader.code(Some(one.to_string())),
            _ => None,
        },
        document: subject,
        actor: reader.actor(said.actor_kind, said.actor.as_deref()),
        flags,
    }
}

fn steps(order: &Order, now: Instant) -> Vec<StepView> {
    let whole = order.steps().filter(|s| s.line.is_none());
    whole
        .map(|s| StepView {
            stage: s.stage.as_str().to_owned(),
            from: s.start.at,
            to: s.stop.map(|m| m.at),
            elapsed_us: s.elapsed().unwrap_or_else(|| now.since(s.start.at)),
            to_the_day: s.is_day(),
        })
        .collect()
}

/// The canonical fields of an event, in a fixed order; each only for those who may see it.
pub(crate) fn fields(event: &Event, reader: &Reader<'_>) -> Vec<(String, String)> {
    let said = &event.said;
    let mut fields: Vec<(String, String)> = vec![
        ("type".to_owned(), said.kind.as_str().to_owned()),
        ("activity".to_owned(), said.activity.clone()),
        ("occurred_at".to_owned(), said.occurred_at.to_string()),
        ("received_at".to_owned(), event.received_at.to_string()),
    ];
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|v| !v.is_empty()) {
            fields.push((name.to_owned(), value));
        }
    };
    add("source_recorded_at", said.source_recorded_at.map(|t| t.to_string()));
    add("zone", said.zone.clone());
    add("actor", reader.actor(said.actor_kind, said.actor.as_deref()));
    add("correlation_id", said.correlation_id.clone());
    for reference in &said.refs {
        add(
            reference.key.kind.as_str(),
            Some(format!("{} / {}", reference.key.scheme, reference.key.value)),
        );
    }
    let payload = &said.payload;
    add("version", payload.version.map(|v| v.to_string()));
    add("entity", payload.entity.clone());
    add("site", payload.site.clone());
    add("category", payload.category.clone());
    add(
        "supplier",
        payload
            .supplier
            .as_ref()
            .map(|s| s.name.clone().unwrap_or_else(|| s.id.clone())),
    );
    add("buyer", reader.employee(payload.buyer.as_deref()));
    add("currency", payload.currency.clone());
    add("amount", reader.price(payload.amount));
    add("reason", reader.comment(payload.reason.as_deref()));
    add("reverses", payload.reverses.as_ref().map(ToString::to_string));
    for line in &payload.lines {
        let name = |field: &str| format!("line {} {field}", line.line_no);
        add(&name("item"), reader.code(line.item.clone()));
        add(&name("description"), reader.item(line.description.clone()));
        add(&name("quantity"), reader.code(line.quantity).map(|q| q.to_string()));
        add(&name("unit"), line.unit.clone());
        add(&name("price"), reader.price(line.price));
        add(&name("amount"), reader.price(line.amount));
        add(&name("needed_at"), reader.item(line.needed_at).map(|t| t.to_string()));
        add(
            &name("promised_at"),
            reader.item(line.promised_at).map(|t| t.to_string()),
        );
        add(
            &name("delivery_complete"),
            line.delivery_complete.map(|b| b.to_string()),
        );
        add(&name("final_invoice"), line.final_invoice.map(|b| b.to_string()));
    }
    for (name, value) in &payload.other {
        add(name, reader.unknown(value));
    }
    fields
}
