//! Docket's own data contract: a CloudEvent of type `docket.<canonical type>.v1`, such as `docket.gr.received.v1`,
//! whose data is a JSON object in snake_case. What a field does not say changes nothing.
//!
//! | field | what it holds |
//! |---|---|
//! | `order`, `orders` | `{"entity","number"}` (natural key; without entity: the source's own), or `{"system","number"}` (another system's number) |
//! | `same_order` | list of `{"system","number"}` or `{"entity","number"}`: other numbers of the same order |
//! | `document` | `{"kind","scheme","number"}`: what the event is about; `kind` follows from the type when absent |
//! | `cites` | list of documents the event refers to |
//! | `reverses` | the document a reversal or cancellation takes back |
//! | `occurred_at` | RFC 3339, or local `2026-02-27T10:15`, or a day `2026-02-27`; else the CloudEvent's `time` |
//! | `zone` | zone of local times and days: `Europe/Berlin`, `+01:00` |
//! | `recorded_at`, `sequence` | when the source committed it; its running number (else extensions `recordedtime`, `sequence`) |
//! | `actor` | `{"kind","id"}`, kind one of `human`, `batch`, `partner`, `service` |
//! | `activity` | the source's own word; else the canonical type |
//! | `entity`, `site`, `category`, `region`, `buyer`, `reason`, `correlation_id` | codes and texts |
//! | `supplier` | `{"id","name"}` |
//! | `currency`, `amount`, `version` | ISO 4217; exact number; whole number |
//! | `approved`, `value_only` | true or false: the order counts as approved; the document moves a value and no quantity |
//! | `lines` | list of `line` (needed), `order`, `item`, `description`, `quantity`, `unit`, `price`, `per`, `amount`, `needed`, `promised`, `delivery_complete`, `final_invoice`, `receipt_required` |
//!
//! Numbers may be JSON numbers or text (`"24.000"`) and are exact either way. Quantities are never below nought: the
//! type says the direction. Everything else is kept as text and shown, without meaning.
//!
//! | family | needs |
//! |---|---|
//! | `po` | an order |
//! | `ack`, `ship`, `svc`, `gr.received`, `gr.blocked_stock`, `gr.returned` | an order, or a document it cites |
//! | their later news (`ship.updated`, `gr.reversed`, …), `match`, `msg` | any key: order, document, cited or reversed document |
//! | `req` | a document or an order |
//! | `inv` | its document |
//! | `pay` | its document or one it cites |

mod fields;
mod needs;

use domain::events::{ActorKind, Draft, LineData, Party, Payload};
use domain::{DocKey, DocKind, EventType, Ref, Role};

use crate::cloudevents::{CloudEvent, Data};
use crate::dates::{self, Moment, Zone};
use crate::fault::{Fault, FaultCode, Place};
use crate::json::Json;
use fields::{Fields, no_moment};

/// What a CloudEvent says, in the vocabulary of the trade; usually one event. `entity` is the buying entity of the
/// sender, for orders that name none; empty when it has none.
///
/// # Errors
/// Why it is parked.
pub fn drafts(event: &CloudEvent, entity: &str) -> Result<Vec<Draft>, Fault> {
    let kind = kind(&event.kind)?;
    let data = match &event.data {
        Data::Json(data) => data,
        Data::Absent => return Err(Fault::new(FaultCode::DataMissing, Place::field("data"), "")),
        Data::Bytes(bytes) => {
            let media = event.datacontenttype.clone().unwrap_or_default();
            let start = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
            return Err(Fault::new(FaultCode::DataNotJson, Place::field("data"), start).with("media", media));
        }
    };
    let mut draft = draft(kind, event, data)?;
    fill_entity(&mut draft, entity)?;
    Ok(vec![draft])
}

/// Orders that name no buying entity are the sender's own.
fn fill_entity(draft: &mut Draft, entity: &str) -> Result<(), Fault> {
    let of_lines = draft.payload.lines.iter_mut().filter_map(|line| line.order.as_mut());
    let keys = draft.refs.iter_mut().map(|r| &mut r.key).chain(of_lines);
    for key in keys.filter(|key| key.kind == DocKind::PurchaseOrder && key.scheme.is_empty()) {
        if entity.is_empty() {
            let fault = Fault::new(FaultCode::EntityMissing, Place::field("data.order.entity"), "");
            return Err(fault.with("number", &key.value).waiting_for("entity", ""));
        }
        entity.clone_into(&mut key.scheme);
    }
    Ok(())
}

/// The canonical type of a CloudEvent type such as `docket.gr.received.v1`.
///
/// # Errors
/// A type without a rule, an unknown type or version, or one that only Docket itself may use.
pub fn kind(name: &str) -> Result<EventType, Fault> {
    let fault = |code| {
        let fault = Fault::new(code, Place::field("type"), name);
        if code == FaultCode::TypeIsOurs {
            fault
        } else {
            fault.waiting_for("map", name)
        }
    };
    let Some(ours) = name.strip_prefix("docket.") else {
        return Err(fault(FaultCode::NoRuleForType));
    };
    let (canonical, version) = match ours.rsplit_once(".v") {
        Some((canonical, v)) if !v.is_empty() && v.bytes().all(|b| b.is_ascii_digit()) => (canonical, v),
        _ => (ours, ""),
    };
    match EventType::parse(canonical) {
        Some(kind) if kind.is_internal() => Err(fault(FaultCode::TypeIsOurs)),
        Some(_) if version != "1" => {
            Err(fault(FaultCode::UnknownTypeVersion).with("known", format!("docket.{canonical}.v1")))
        }
        Some(kind) => Ok(kind),
        None => Err(fault(FaultCode::UnknownType).with("nearest", format!("docket.{}.v1", needs::nearest(canonical)))),
    }
}

fn draft(kind: EventType, event: &CloudEvent, data: &Json) -> Result<Draft, Fault> {
    let mut fields = Fields::of(data, "data")?;
    let (occurred, zone) = occurred(&mut fields, event)?;
    let near = zone.or(occurred.offset).or(Some(Zone::Named(chrono_tz::Tz::UTC)));
    let (actor_kind, actor) = actor(&mut fields)?;
    let recorded = match (fields.instant("recorded_at", near)?, &event.recorded_time) {
        (None, Some(text)) => Some(attribute_time("recordedtime", text)?.at),
        (said, _) => said,
    };
    let mut refs = keys(kind, &mut fields)?;
    let payload = payload(&mut fields, near, &mut refs)?;
    let activity = fields.key("activity")?.unwrap_or_else(|| kind.as_str().to_owned());
    let correlation_id = fields.key("correlation_id")?.or_else(|| event.correlation_id.clone());
    let source_seq = sequence(&mut fields, event)?;
    let mut draft = Draft {
        kind,
        activity,
        occurred_at: occurred.at,
        precision: occurred.precision,
        zone: zone.or(occurred.offset).map(Zone::name),
        source_seq,
        source_recorded_at: recorded,
        actor_kind,
        actor,
        correlation_id,
        refs,
        payload,
    };
    needs::check(&draft)?;
    fields.rest("", &mut draft.payload.other);
    for (name, value) in &event.extensions {
        draft.payload.other.insert(format!("extension.{name}"), value.clone());
    }
    Ok(draft)
}

/// When it happened, and the zone the source names.
fn occurred(fields: &mut Fields<'_>, event: &CloudEvent) -> Result<(Moment, Option<Zone>), Fault> {
    let zone = match fields.key("zone")? {
        Some(name) => Some(Zone::parse(&name).ok_or_else(|| fields.fault(FaultCode::ZoneUnknown, "zone", &name))?),
        None => None,
    };
    let moment = match (fields.moment("occurred_at", zone)?, &event.time) {
        (Some(moment), _) => moment,
        (None, Some(time)) => attribute_time("time", time)?,
        (None, None) => return Err(fields.fault(FaultCode::TimeMissing, "occurred_at", "")),
    };
    Ok((moment, zone))
}

/// A time that an attribute of the CloudEvent says.
fn attribute_time(name: &str, text: &str) -> Result<Moment, Fault> {
    dates::read(text, None).map_err(|why| Fault::new(no_moment(why), Place::field(name), text).with("name", name))
}

fn sequence(fields: &mut Fields<'_>, event: &CloudEvent) -> Result<i64, Fault> {
    match (fields.count("sequence")?, &event.sequence) {
        (Some(number), _) => Ok(number),
        (None, Some(text)) => text.parse().map_err(|_| {
            Fault::new(FaultCode::NotAWholeNumber, Place::field("sequence"), text).with("name", "sequence")
        }),
        (None, None) => Ok(0),
    }
}

fn actor(fields: &mut Fields<'_>) -> Result<(ActorKind, Option<String>), Fault> {
    let Some(mut actor) = fields.group("actor")? else {
        return Ok((ActorKind::Unknown, None));
    };
    let kind = match actor.key("kind")?.as_deref() {
        None | Some("unknown") => ActorKind::Unknown,
        Some("human") => ActorKind::Human,
        Some("batch") => ActorKind::Batch,
        Some("partner") => ActorKind::Partner,
        Some("service") => ActorKind::Service,
        Some(other) => return Err(actor.fault(FaultCode::ActorKindUnknown, "kind", other)),
    };
    Ok((kind, actor.key("id")?))
}

/// The keys an event claims.
fn keys(kind: EventType, fields: &mut Fields<'_>) -> Result<Vec<Ref>, Fault> {
    let mut refs = Vec::new();
    if let Some(mut order) = fields.group("order")? {
        refs.push(Ref::new(Role::Order, order_key(&mut order)?));
    }
    for mut order in fields.groups("orders")? {
        add(&mut refs, Ref::new(Role::Order, order_key(&mut order)?));
    }
    for mut other in fields.groups("same_order")? {
        add(&mut refs, Ref::new(Role::SameOrder, order_key(&mut other)?));
    }
    if let Some(mut document) = fields.group("document")? {
        refs.push(Ref::new(
            Role::Subject,
            document_key(&mut document, needs::document_kind(kind))?,
        ));
    }
    for mut cited in fields.groups("cites")? {
        add(&mut refs, Ref::new(Role::Cites, document_key(&mut cited, None)?));
    }
    Ok(refs)
}

fn add(refs: &mut Vec<Ref>, new: Ref) {
    if !refs.contains(&new) {
        refs.push(new);
    }
}

fn order_key(order: &mut Fields<'_>) -> Result<DocKey, Fault> {
    match order.key("system")? {
        Some(system) => Ok(DocKey::new(DocKind::OrderAlias, system, order.needed_key("number")?)),
        None => {
            let entity = order.key("entity")?.unwrap_or_default();
            Ok(DocKey::new(DocKind::PurchaseOrder, entity, order.needed_key("number")?))
        }
    }
}

fn document_key(document: &mut Fields<'_>, usual: Option<DocKind>) -> Result<DocKey, Fault> {
    let kind = match (document.key("kind")?, usual) {
        (Some(word), _) => match DocKind::parse(&word).filter(|kind| !kind.names_order()) {
            Some(kind) => kind,
            None => return Err(document.fault(FaultCode::DocumentKindUnknown, "kind", word)),
        },
        (None, Some(kind)) => kind,
        (None, None) => return Err(document.fault(FaultCode::FieldMissing, "kind", "")),
    };
    let scheme = document.needed_key("scheme")?;
    Ok(DocKey::new(kind, scheme, document.needed_key("number")?))
}

fn payload(fields: &mut Fields<'_>, zone: Option<Zone>, refs: &mut Vec<Ref>) -> Result<Payload, Fault> {
    let supplier = match fields.group("supplier")? {
        Some(mut supplier) => Some(Party {
            id: supplier.needed_key("id")?,
            name: supplier.text("name")?,
        }),
        None => None,
    };
    let currency = fields.key("currency")?;
    if let Some(code) = &currency
        && iso_currency::Currency::from_code(code).is_none()
    {
        return Err(fields.fault(FaultCode::CurrencyUnknown, "currency", code));
    }
    let reverses = match fields.group("reverses")? {
        Some(mut document) => Some(document_key(&mut document, None)?),
        None => None,
    };
    let mut payload = Payload {
        version: fields.count("version")?,
        entity: fields.key("entity")?,
        site: fields.key("site")?,
        category: fields.key("category")?,
        region: fields.key("region")?,
        supplier,
        buyer: fields.key("buyer")?,
        currency,
        amount: fields.number("amount")?,
        approved: fields.yes_no("approved")?,
        reason: fields.text("reason")?,
        reverses,
        value_only: fields.yes_no("value_only")?.unwrap_or_default(),
        ..Payload::default()
    };
    for (n, mut line) in fields.groups("lines")?.into_iter().enumerate() {
        let read = line_data(&mut line, zone)?;
        if let Some(order) = &read.order {
            add(refs, Ref::new(Role::Order, order.clone()));
        }
        line.rest(&format!("lines[{}].", n + 1), &mut payload.other);
        payload.lines.push(read);
    }
    Ok(payload)
}

fn line_data(line: &mut Fields<'_>, zone: Option<Zone>) -> Result<LineData, Fault> {
    let order = match line.group("order")? {
        Some(mut order) => Some(order_key(&mut order)?),
        None => None,
    };
    let per = line.number("per")?;
    if let Some(per) = per
        && (per.is_negative() || per.is_zero())
    {
        return Err(line.fault(FaultCode::PriceUnitNotPositive, "per", per.to_string()));
    }
    Ok(LineData {
        line_no: line_number(&line.needed_key("line")?),
        order,
        item: line.key("item")?,
        description: line.text("description")?,
        quantity: line.quantity("quantity")?,
        unit: line.key("unit")?,
        price: line.number("price")?,
        per,
        amount: line.number("amount")?,
        needed_at: line.instant("needed", zone)?,
        promised_at: line.instant("promised", zone)?,
        delivery_complete: line.yes_no("delivery_complete")?,
        final_invoice: line.yes_no("final_invoice")?,
        receipt_required: line.yes_no("receipt_required")?,
    })
}

/// A line number without leading zeros.
pub(crate) fn line_number(written: &str) -> String {
    let short = written.trim_start_matches('0');
    if short.is_empty() {
        "0".to_owned()
    } else {
        short.to_owned()
    }
}
