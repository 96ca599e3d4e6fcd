//! Typed reading of one group of fields, each fault with the field's path.

use std::collections::BTreeMap;

use domain::{Decimal, Instant};

use crate::dates::{self, Moment, NoMoment, Zone};
use crate::fault::{Fault, FaultCode, Place};
use crate::json::{Json, Value, is_number};

/// Longest text of a field, in bytes.
const LONGEST_TEXT: usize = 4000;
/// Longest key: document numbers, codes, ids.
const LONGEST_KEY: usize = 120;
/// Longest list.
const LONGEST_LIST: usize = 10_000;

/// A group of fields. What was not asked for when it is done with goes to [`Fields::rest`].
pub(super) struct Fields<'a> {
    path: String,
    members: Vec<(&'a str, &'a Json, bool)>,
}

type Read<T> = Result<Option<T>, Fault>;

impl<'a> Fields<'a> {
    /// The fields of a value that must be a group.
    pub(super) fn of(value: &'a Json, path: impl Into<String>) -> Result<Self, Fault> {
        let path = path.into();
        let Value::Object(members) = &value.value else {
            return Err(Fault::new(FaultCode::NotAGroup, Place::field(path), value.plain()));
        };
        Ok(Self {
            path,
            members: members
                .iter()
                .map(|(name, value)| (name.as_str(), value, false))
                .collect(),
        })
    }

    /// The path of a field of this group.
    pub(super) fn at(&self, name: &str) -> String {
        format!("{}.{name}", self.path)
    }

    /// A fault at a field of this group.
    pub(super) fn fault(&self, code: FaultCode, name: &str, value: impl AsRef<str>) -> Fault {
        Fault::new(code, Place::field(self.at(name)), value).with("name", name)
    }

    /// A field's value; one that says nothing counts as absent.
    pub(super) fn take(&mut self, name: &str) -> Option<&'a Json> {
        let member = self.members.iter_mut().find(|(n, ..)| *n == name)?;
        member.2 = true;
        Some(member.1).filter(|v| !v.is_null())
    }

    /// A text of at most `longest` bytes without control characters at its ends.
    fn text_of(&mut self, name: &str, longest: usize) -> Read<String> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let text = match &value.value {
            Value::Text(text) => text.trim(),
            // Many systems write document numbers as numbers; their digits are kept as written.
            Value::Number(number) if number.bytes().all(|b| b.is_ascii_digit()) => number,
            _ => return Err(self.fault(FaultCode::FieldNotText, name, value.plain())),
        };
        // Not a character of any text, and not every database keeps it.
        if text.contains('\0') {
            return Err(self.fault(FaultCode::FieldNotText, name, text));
        }
        if text.len() > longest {
            return Err(self.fault(FaultCode::FieldTooLong, name, text).with("limit", longest));
        }
        Ok(Some(text.to_owned()))
    }

    /// A text; an empty one counts as absent.
    pub(super) fn text(&mut self, name: &str) -> Read<String> {
        Ok(self.text_of(name, LONGEST_TEXT)?.filter(|t| !t.is_empty()))
    }

    /// A key or code; an empty one counts as absent.
    pub(super) fn key(&mut self, name: &str) -> Read<String> {
        let key = self.text_of(name, LONGEST_KEY)?.filter(|t| !t.is_empty());
        match key {
            Some(key) if key.chars().any(char::is_control) => Err(self.fault(FaultCode::FieldNotText, name, key)),
            key => Ok(key),
        }
    }

    /// A key that must be there.
    pub(super) fn needed_key(&mut self, name: &str) -> Result<String, Fault> {
        let there = self.take(name).is_some();
        let code = if there {
            FaultCode::FieldEmpty
        } else {
            FaultCode::FieldMissing
        };
        self.key(name)?.ok_or_else(|| self.fault(code, name, ""))
    }

    /// An exact number, written as a number or as text.
    pub(super) fn number(&mut self, name: &str) -> Read<Decimal> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let (Value::Number(text) | Value::Text(text)) = &value.value else {
            return Err(self.fault(FaultCode::NotANumber, name, value.plain()));
        };
        let text = text.trim();
        Decimal::parse(text).map(Some).map_err(|_| {
            // A number by its form that is refused all the same has too many digits.
            let code = if is_number(text) {
                FaultCode::NumberTooLong
            } else {
                FaultCode::NotANumber
            };
            self.fault(code, name, text)
        })
    }

    /// A quantity: a number that is not below nought.
    pub(super) fn quantity(&mut self, name: &str) -> Read<Decimal> {
        match self.number(name)? {
            Some(n) if n.is_negative() => Err(self.fault(FaultCode::QuantityNegative, name, n.to_string())),
            n => Ok(n),
        }
    }

    /// A whole number from 0 on.
    pub(super) fn count(&mut self, name: &str) -> Read<i64> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let whole = match &value.value {
            Value::Number(text) | Value::Text(text) => text.trim().parse().ok().filter(|n: &i64| *n >= 0),
            _ => None,
        };
        whole
            .map(Some)
            .ok_or_else(|| self.fault(FaultCode::NotAWholeNumber, name, value.plain()))
    }

    /// Yes or no.
    pub(super) fn yes_no(&mut self, name: &str) -> Read<bool> {
        match self.take(name) {
            None => Ok(None),
            Some(Json {
                value: Value::Bool(yes),
                ..
            }) => Ok(Some(*yes)),
            Some(other) => Err(self.fault(FaultCode::NotYesNo, name, other.plain())),
        }
    }

    /// A date or time.
    pub(super) fn moment(&mut self, name: &str, zone: Option<Zone>) -> Read<Moment> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let text = value
            .text()
            .ok_or_else(|| self.fault(FaultCode::DateUnreadable, name, value.plain()))?;
        match dates::read(text.trim(), zone) {
            Ok(moment) => Ok(Some(moment)),
            Err(why) => Err(self.fault(no_moment(why), name, text)),
        }
    }

    /// The instant of a date or time whose precision does not matter.
    pub(super) fn instant(&mut self, name: &str, zone: Option<Zone>) -> Read<Instant> {
        Ok(self.moment(name, zone)?.map(|m| m.at))
    }

    /// A group inside this one.
    pub(super) fn group(&mut self, name: &str) -> Read<Fields<'a>> {
        let path = self.at(name);
        self.take(name).map(|value| Fields::of(value, path)).transpose()
    }

    /// The groups of a list; absent: none.
    pub(super) fn groups(&mut self, name: &str) -> Result<Vec<Fields<'a>>, Fault> {
        let Some(value) = self.take(name) else {
            return Ok(Vec::new());
        };
        let Value::List(items) = &value.value else {
            return Err(self.fault(FaultCode::NotAList, name, value.plain()));
        };
        if items.len() > LONGEST_LIST {
            let fault = self.fault(FaultCode::ListTooLong, name, items.len().to_string());
            return Err(fault.with("limit", LONGEST_LIST));
        }
        let path = self.at(name);
        items
            .iter()
            .enumerate()
            .map(|(n, item)| Fields::of(item, format!("{path}[{}]", n + 1)))
            .collect()
    }

    /// What nobody asked for, as text by its path inside this group.
    pub(super) fn rest(&self, prefix: &str, into: &mut BTreeMap<String, String>) {
        for (name, value, taken) in &self.members {
            if !taken && !value.is_null() {
                flatten(format!("{prefix}{name}"), value, into);
            }
        }
    }
}

/// The code of a text that is no moment.
pub(super) fn no_moment(why: NoMoment) -> FaultCode {
    match why {
        NoMoment::Unreadable => FaultCode::DateUnreadable,
        NoMoment::Absurd => FaultCode::DateAbsurd,
        NoMoment::WithoutZone => FaultCode::DateWithoutZone,
    }
}

fn flatten(path: String, value: &Json, into: &mut BTreeMap<String, String>) {
    match &value.value {
        Value::Object(members) if !members.is_empty() => {
            for (name, value) in members {
                flatten(format!("{path}.{name}"), value, into);
            }
        }
        Value::List(items) if !items.is_empty() => {
            for (n, item) in items.iter().enumerate() {
                flatten(format!("{path}[{}]", n + 1), item, into);
            }
        }
        _ => {
            into.insert(path, value.plain());
        }
    }
}
