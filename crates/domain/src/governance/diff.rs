//! What a change changes, field by field.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::audit::Changed;

/// The fields that differ, by path such as `hours.mon`, in the order of their names. Absent: there is no record before, or
/// none after.
#[must_use]
pub fn diff(before: Option<&Value>, after: Option<&Value>) -> Vec<Changed> {
    let (before, after) = (fields(before), fields(after));
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name))
        .map(|name| Changed::new(name.clone(), before.get(name).cloned(), after.get(name).cloned()))
        .collect()
}

fn fields(value: Option<&Value>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    if let Some(value) = value {
        collect(String::new(), value, &mut found);
    }
    found
}

fn collect(path: String, value: &Value, found: &mut BTreeMap<String, String>) {
    let below = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    match value {
        Value::Null => {}
        Value::Object(map) => map.iter().for_each(|(name, inner)| collect(below(name), inner, found)),
        Value::Array(items) => {
            let words: Vec<String> = items.iter().map(word).collect();
            found.insert(path, words.join(", "));
        }
        _ => {
            found.insert(path, word(value));
        }
    }
}

/// An item of a list in one line.
fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(map) => map.values().map(word).collect::<Vec<_>>().join("–"),
        Value::Array(items) => items.iter().map(word).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}
