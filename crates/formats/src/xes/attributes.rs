//! Attributes of cases and events.

use std::collections::BTreeMap;

use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;

use super::input::BROKEN;
use crate::fault::FaultCode;

/// Longest path of a nested attribute.
const LONGEST_PATH: usize = 4096;
/// What an attribute takes in memory beside its text.
const OVERHEAD: usize = 256;

/// An attribute as it stands in the file.
#[derive(Debug)]
pub(super) struct Attribute {
    /// Its key, after the keys of the attributes around it; `None` for what is no attribute.
    pub(super) path: Option<String>,
    /// Its value.
    pub(super) value: Option<String>,
}

/// Reads an attribute that stands inside `outer`.
///
/// # Errors
/// What is wrong, and the text it is wrong in.
pub(super) fn read(start: &BytesStart<'_>, outer: Option<&str>) -> Result<Attribute, (FaultCode, String)> {
    let (mut key, mut value) = (None, None);
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_| (FaultCode::XmlAttribute, start.attributes_raw().trim().to_owned()))?;
        let text = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|_| (FaultCode::XmlReference, attribute.value.to_string()))?;
        if text.contains(BROKEN) {
            return Err((FaultCode::NotText, text.into_owned()));
        }
        match attribute.key.local_name().as_ref() {
            "key" => key = Some(text.into_owned()),
            "value" => value = Some(text.into_owned()),
            _ => {}
        }
    }
    let path = match (outer, key) {
        (Some(outer), Some(key)) => Some(format!("{outer}/{key}")),
        (outer, key) => key.or(outer.map(str::to_owned)),
    };
    if path.as_ref().is_some_and(|path| path.len() > LONGEST_PATH) {
        return Err((FaultCode::TooLarge, String::new()));
    }
    Ok(Attribute { path, value })
}

/// The attributes of one case or event.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    values: BTreeMap<String, String>,
    size: usize,
}

impl Attributes {
    /// Keeps a value; a second one of the same name is numbered, none is lost. False when that is more than `limit`
    /// bytes in all.
    pub(super) fn keep(&mut self, path: &str, value: String, limit: usize) -> bool {
        self.size += path.len() + value.len() + OVERHEAD;
        if self.size > limit {
            return false;
        }
        let mut name = path.to_owned();
        let mut n = 1;
        while self.values.contains_key(&name) {
            n += 1;
            name = format!("{path} ({n})");
        }
        self.values.insert(name, value);
        true
    }

    /// A value that says something.
    pub(super) fn said(&self, name: &str) -> Option<&str> {
        self.values
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.trim().is_empty())
    }

    /// The values, by name.
    pub(super) fn into_values(self) -> BTreeMap<String, String> {
        self.values
    }

    /// The values, by name.
    pub(super) fn values(&self) -> &BTreeMap<String, String> {
        &self.values
    }
}
