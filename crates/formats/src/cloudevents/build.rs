//! From named values to a CloudEvent that obeys the specification.

use std::borrow::Cow;

use base64::Engine as _;
use domain::Instant;
use percent_encoding::percent_decode_str;

use super::{CloudEvent, Data, is_json};
use crate::fault::{Fault, FaultCode, Place};
use crate::json::{self, Json, Limits, Value};

/// Longest attributes, in bytes: what names an event must fit an index.
const LONGEST: [(&str, usize); 5] = [
    ("id", 255),
    ("type", 255),
    ("source", 512),
    ("subject", 1024),
    ("", 4096),
];
/// Most attributes of one event.
const MOST: usize = 100;

type Built = (Option<String>, Result<CloudEvent, Fault>);

/// An event in the JSON format, whose text begins `offset` bytes into the message.
pub(super) fn from_json(json: Json, offset: u64) -> Built {
    let Value::Object(members) = json.value else {
        return (None, Err(Fault::new(FaultCode::NotAnEvent, Place::Whole, json.plain())));
    };
    let id = members
        .iter()
        .find(|(n, _)| n == "id")
        .and_then(|(_, v)| v.text())
        .filter(|id| is_id(id))
        .map(str::to_owned);
    (id, structured(members, offset))
}

fn structured(members: Vec<(String, Json)>, offset: u64) -> Result<CloudEvent, Fault> {
    let mut attributes = Attributes::new(|name| Place::field(name));
    let (mut data, mut base64) = (None, None);
    for (name, value) in members {
        match name.as_str() {
            "data" if !value.is_null() => data = Some(value),
            "data_base64" if !value.is_null() => base64 = Some(value),
            _ if value.is_null() => {}
            _ if !is_name(&name) => {
                let at = Place::Whole;
                return Err(Fault::new(FaultCode::AttributeName, at, &name).with("name", name));
            }
            _ => {
                let text = match value.value {
                    Value::Text(text) => text,
                    Value::Bool(yes) if !CORE.contains(&name.as_str()) => yes.to_string(),
                    Value::Number(number) if !CORE.contains(&name.as_str()) => number,
                    _ => {
                        let at = Place::field(&name);
                        return Err(Fault::new(FaultCode::AttributeNotText, at, value.plain()).with("name", name));
                    }
                };
                attributes.add(&name, text)?;
            }
        }
    }
    let mut event = attributes.finish()?;
    let json = is_json(event.datacontenttype.as_deref());
    match (data, base64) {
        (Some(_), Some(_)) => return Err(Fault::new(FaultCode::DataTwice, Place::field("data_base64"), "")),
        (Some(value), None) => {
            event.data_from = value.from as u64 + offset;
            event.data_to = value.to as u64 + offset;
            event.data = match value.value {
                Value::Text(text) if !json => Data::Bytes(text.into_bytes()),
                _ => Data::Json(value),
            };
        }
        (None, Some(value)) => {
            event.data_from = value.from as u64 + offset;
            event.data_to = value.to as u64 + offset;
            event.data = from_base64(&value, json)?;
        }
        (None, None) => {}
    }
    Ok(event)
}

fn from_base64(value: &Json, json: bool) -> Result<Data, Fault> {
    let at = || Place::field("data_base64");
    let bytes = value
        .text()
        .and_then(|text| base64::engine::general_purpose::STANDARD.decode(text).ok());
    let bytes = bytes.ok_or_else(|| Fault::new(FaultCode::DataBase64, at(), value.plain()))?;
    if !json {
        return Ok(Data::Bytes(bytes));
    }
    json::read(&bytes, &Limits::default())
        .map(Data::Json)
        .map_err(|inner| Fault { at: at(), ..inner })
}

/// An event with its attributes in headers and its data in the body.
pub(super) fn from_headers(
    headers: &[(String, String)],
    media_type: Option<&str>,
    body: &[u8],
    limits: &Limits,
) -> Built {
    let decoded: Vec<_> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), decode(name, value)))
        .collect();
    let id = decoded
        .iter()
        .find(|(n, _)| *n == "id")
        .and_then(|(_, v)| v.as_ref().ok())
        .filter(|id| is_id(id))
        .cloned();
    let built = || {
        let mut attributes = Attributes::new(|name| Place::Header {
            header: format!("ce-{name}"),
        });
        for (name, value) in decoded {
            if name != "datacontenttype" {
                attributes.add(name, value?)?;
            }
        }
        if let Some(media_type) = media_type {
            attributes.add("datacontenttype", media_type.to_owned())?;
        }
        let mut event = attributes.finish()?;
        event.data_to = body.len() as u64;
        event.data = match media_type {
            _ if body.is_empty() => Data::Absent,
            Some(_) if is_json(media_type) => Data::Json(json::read(body, limits)?),
            None => json::read(body, limits).map_or_else(|_| Data::Bytes(body.to_vec()), Data::Json),
            Some(_) => Data::Bytes(body.to_vec()),
        };
        Ok(event)
    };
    let result = built();
    (id, result)
}

/// A header's value: quotes taken off, then `%` sequences read as UTF-8 (HTTP protocol binding §3.1.3.2).
fn decode(name: &str, value: &str) -> Result<String, Fault> {
    let fault = || {
        Fault::new(
            FaultCode::AttributeEncoding,
            Place::Header {
                header: format!("ce-{name}"),
            },
            value,
        )
    };
    let value = value.trim();
    let quoted = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
    let plain = quoted.map_or(Cow::Borrowed(value), |inner| {
        let mut out = String::with_capacity(inner.len());
        let mut chars = inner.chars();
        while let Some(c) = chars.next() {
            out.push(if c == '\\' { chars.next().unwrap_or(c) } else { c });
        }
        Cow::Owned(out)
    });
    let hex = |b: Option<&u8>| b.is_some_and(u8::is_ascii_hexdigit);
    let bytes = plain.as_bytes();
    let whole = |at: usize| hex(bytes.get(at + 1)) && hex(bytes.get(at + 2));
    if bytes.iter().enumerate().any(|(at, b)| *b == b'%' && !whole(at)) {
        return Err(fault());
    }
    percent_decode_str(&plain)
        .decode_utf8()
        .map(Cow::into_owned)
        .map_err(|_| fault())
}

/// Attributes that the specification itself names; all of them are text.
const CORE: [&str; 8] = [
    "specversion",
    "id",
    "source",
    "type",
    "subject",
    "time",
    "dataschema",
    "datacontenttype",
];

struct Attributes<P> {
    place: P,
    specversion: Option<String>,
    event: CloudEvent,
    seen: Vec<String>,
}

impl<P: Fn(&str) -> Place> Attributes<P> {
    fn new(place: P) -> Self {
        Self {
            place,
            specversion: None,
            event: CloudEvent::default(),
            seen: Vec::new(),
        }
    }

    fn add(&mut self, name: &str, value: String) -> Result<(), Fault> {
        let fault = |code, value: &str| Err(Fault::new(code, (self.place)(name), value).with("name", name));
        if !is_name(name) {
            return Err(Fault::new(FaultCode::AttributeName, Place::Whole, name).with("name", name));
        }
        if self.seen.iter().any(|s| s == name) {
            return fault(FaultCode::AttributeTwice, &value);
        }
        if value.trim().is_empty() {
            return fault(FaultCode::AttributeEmpty, &value);
        }
        if value.chars().any(char::is_control) {
            return fault(FaultCode::AttributeNotText, &value);
        }
        let longest = LONGEST
            .iter()
            .find(|(n, _)| n.is_empty() || *n == name)
            .map_or(0, |(_, max)| *max);
        if self.seen.len() == MOST {
            return fault(FaultCode::AttributeTooMany, &value).map_err(|f: Fault| f.with("limit", MOST));
        }
        if value.len() > longest {
            return fault(FaultCode::AttributeTooLong, &value).map_err(|f: Fault| f.with("limit", longest));
        }
        if matches!(name, "time" | "recordedtime") && Instant::parse(&value).is_none() {
            return fault(FaultCode::TimeUnreadable, &value);
        }
        if (name == "source" && !is_address(&value)) || (name == "dataschema" && !is_absolute(&value)) {
            return fault(FaultCode::AddressUnreadable, &value);
        }
        self.seen.push(name.to_owned());
        let event = &mut self.event;
        match name {
            "specversion" => self.specversion = Some(value),
            "id" => event.id = value,
            "source" => event.source = value,
            "type" => event.kind = value,
            "subject" => event.subject = Some(value),
            "time" => event.time = Some(value),
            "dataschema" => event.dataschema = Some(value),
            "datacontenttype" => event.datacontenttype = Some(value),
            "traceparent" => event.traceparent = Some(value),
            "tracestate" => event.tracestate = Some(value),
            "correlationid" => event.correlation_id = Some(value),
            "sequence" => event.sequence = Some(value),
            "recordedtime" => event.recorded_time = Some(value),
            _ => {
                event.extensions.insert(name.to_owned(), value);
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<CloudEvent, Fault> {
        let missing = |name: &str| Fault::new(FaultCode::AttributeMissing, (self.place)(name), "").with("name", name);
        match self.specversion.as_deref() {
            Some("1.0") => {}
            None => return Err(missing("specversion")),
            Some(other) => return Err(Fault::new(FaultCode::SpecVersion, (self.place)("specversion"), other)),
        }
        let event = &self.event;
        for (name, value) in [("id", &event.id), ("source", &event.source), ("type", &event.kind)] {
            if value.is_empty() {
                return Err(missing(name));
            }
        }
        Ok(self.event)
    }
}

/// Whether an event that cannot be read may at least be called by this: every database keeps it, and finds it again.
fn is_id(text: &str) -> bool {
    text.len() <= LONGEST[0].1 && !text.chars().any(char::is_control)
}

/// An attribute's name by the specification: small letters and digits.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= 40 && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

/// Text that may stand as a URI reference.
fn is_address(text: &str) -> bool {
    !text
        .chars()
        .any(|c| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '{' | '}' | '|' | '\\' | '^' | '`'))
}

/// An address that says by which scheme it is reached.
fn is_absolute(text: &str) -> bool {
    let scheme = text.split_once(':').map(|(scheme, _)| scheme).unwrap_or_default();
    is_address(text)
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'.' | b'-'))
}
