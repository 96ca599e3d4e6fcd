//! What a logged event says, in the vocabulary of the trade.

use domain::activities::{self, MappedEvent};
use domain::events::{ActorKind, Draft, LineData, Party, Payload};
use domain::{Decimal, DocKey, DocKind, EventType, Precision, Ref, Role};

use super::XesEvent;
use crate::canonical::line_number;
use crate::dates::{self, NoMoment, Zone};
use crate::fault::{Fault, FaultCode, Place};

/// Longest number, code or name that an order is found by, and longest activity, in bytes.
const LONGEST: usize = 120;
/// Attributes of a case that become such codes.
const CODES: [&str; 6] = [
    "Company",
    "Purchasing Document",
    "Item",
    "Vendor",
    "Name",
    "Spend area text",
];
/// What BPI Challenge 2019 calls an order item's worth.
const NET_WORTH: &str = "Cumulative net worth (EUR)";

/// An activity that nobody has said the meaning of.
const UNMAPPED: MappedEvent = MappedEvent {
    kind: EventType::ExtEvent,
    precision: None,
    value_only: false,
    changes: None,
};

/// What the file does not say about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The buying entity of cases that name none (`Company`).
    pub entity: String,
    /// Where days begin, and the zone of times written without one.
    pub zone: Option<Zone>,
}

/// The canonical events of a logged event: those its activity stands for, or one `ext.event` when nobody has said
/// what the activity means.
///
/// # Errors
/// A time that is none, or a case name that cannot be an order's number.
pub fn drafts(event: &XesEvent, settings: &Settings) -> Result<Vec<Draft>, Fault> {
    let at = || Place::event(&event.case.id, event.ordinal_in_case);
    let written = dates::read(event.time.trim(), settings.zone).map_err(|why| {
        let code = match why {
            NoMoment::Unreadable => FaultCode::DateUnreadable,
            NoMoment::Absurd => FaultCode::DateAbsurd,
            NoMoment::WithoutZone => FaultCode::DateWithoutZone,
        };
        Fault::new(code, at(), &event.time).with("name", "time:timestamp")
    })?;
    let order = order(event, settings);
    let codes = CODES
        .iter()
        .filter_map(|name| Some((*name, event.case.attributes.get(*name)?)));
    let named = [("concept:name", &order.key.value), ("concept:name", &event.activity)];
    if let Some((name, long)) = codes.chain(named).find(|(_, text)| text.len() > LONGEST) {
        return Err(Fault::new(FaultCode::FieldTooLong, at(), long)
            .with("name", name)
            .with("limit", LONGEST));
    }
    let (actor_kind, actor) = actor(event);
    let local = settings.zone.or(written.offset);
    let day_zone = local.unwrap_or(Zone::Named(chrono_tz::Tz::UTC));
    let mapped = activities::lookup(&event.activity);
    let drafts = mapped.unwrap_or(&[UNMAPPED]).iter().map(|meaning| {
        let precision = meaning.precision.unwrap_or(match written.precision {
            // The purchasing systems behind such logs write whole minutes.
            Precision::Instant if order.is_item => Precision::Minute,
            precision => precision,
        });
        let occurred_at = match precision {
            Precision::Day => day_zone.midnight(written.at).unwrap_or(written.at),
            _ => written.at,
        };
        Draft {
            kind: meaning.kind,
            activity: event.activity.clone(),
            occurred_at,
            precision,
            zone: local.map(Zone::name),
            source_seq: i64::try_from(event.ordinal_in_file).unwrap_or(i64::MAX),
            source_recorded_at: None,
            actor_kind,
            actor: actor.clone(),
            correlation_id: None,
            refs: vec![Ref::new(Role::Order, order.key.clone())],
            payload: payload(meaning, event, &order.line_no),
        }
    });
    Ok(drafts.collect())
}

struct Order {
    key: DocKey,
    line_no: String,
    /// The case is an order's item, as in BPI Challenge 2019.
    is_item: bool,
}

/// The order and line of a case: by its attributes, by a name such as `4507000542_00010`, else the name is the
/// order's number and there is one line.
fn order(event: &XesEvent, settings: &Settings) -> Order {
    let case = &event.case;
    let said = |name: &str| case.attributes.get(name).map(|v| v.trim()).filter(|v| !v.is_empty());
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let parts = case
        .id
        .split_once('_')
        .filter(|(number, item)| digits(number) && digits(item));
    let number = said("Purchasing Document").or(parts.map(|p| p.0));
    let item = said("Item").or(parts.map(|p| p.1));
    let entity = said("Company").unwrap_or(&settings.entity);
    Order {
        key: DocKey::new(DocKind::PurchaseOrder, entity, number.unwrap_or(case.id.trim())),
        line_no: line_number(item.unwrap_or("1")),
        is_item: number.is_some() && item.is_some(),
    }
}

/// Who did it (domain §1.7): `batch_00` is a job, `NONE` is nobody said, the rest are people.
fn actor(event: &XesEvent) -> (ActorKind, Option<String>) {
    let name = ["User", "org:resource"]
        .iter()
        .find_map(|name| event.attributes.get(*name))
        .map(|v| v.trim());
    match name {
        None | Some("" | "NONE") => (ActorKind::Unknown, None),
        Some(job) if job.starts_with("batch_") => (ActorKind::Batch, Some(job.to_owned())),
        Some(person) => (ActorKind::Human, Some(person.to_owned())),
    }
}

fn payload(meaning: &MappedEvent, event: &XesEvent, line_no: &str) -> Payload {
    let kind = meaning.kind;
    let mut line = LineData {
        line_no: line_no.to_owned(),
        ..LineData::default()
    };
    let mut payload = Payload {
        value_only: meaning.value_only,
        ..Payload::default()
    };
    if let Some(field) = meaning.changes {
        payload.other.insert("changes".to_owned(), field.to_owned());
    }
    for (name, value) in &event.attributes {
        if !matches!(
            name.as_str(),
            "concept:name" | "time:timestamp" | "User" | "org:resource"
        ) {
            payload.other.insert(name.clone(), value.clone());
        }
    }
    if kind == EventType::PoCreated
        && let Some(worth) = event
            .attributes
            .get(NET_WORTH)
            .and_then(|worth| Decimal::parse(worth).ok())
    {
        line.amount = Some(worth);
        payload.currency = Some("EUR".to_owned());
        payload.other.remove(NET_WORTH);
    }
    // What is true of the whole case is said where it begins and where the order is made, not with every event.
    if event.ordinal_in_case == 1 || kind == EventType::PoCreated {
        said_of_case(event, &mut payload, &mut line);
    }
    payload.lines = vec![line];
    payload
}

fn said_of_case(event: &XesEvent, payload: &mut Payload, line: &mut LineData) {
    let mut supplier = (None, None);
    for (name, value) in event
        .case
        .attributes
        .iter()
        .filter(|(_, value)| !value.trim().is_empty())
    {
        match name.as_str() {
            "concept:name" | "Purchasing Document" | "Item" => {}
            "Company" => payload.entity = Some(value.clone()),
            "Vendor" => supplier.0 = Some(value.clone()),
            "Name" => supplier.1 = Some(value.clone()),
            "Spend area text" => payload.category = Some(value.clone()),
            "Goods Receipt" if matches!(value.as_str(), "true" | "false") => {
                line.receipt_required = Some(value == "true");
            }
            _ => {
                payload.other.insert(name.clone(), value.clone());
            }
        }
    }
    payload.supplier = match supplier {
        (Some(id), name) => Some(Party { id, name }),
        (None, Some(name)) => Some(Party {
            id: name.clone(),
            name: Some(name),
        }),
        (None, None) => None,
    };
}
