//! The effective configuration for people: each value, and where it came from.

use figment::value::{Dict, Value};
use figment::{Figment, Metadata};

use super::Effective;

/// Values whose content is never shown.
const SECRETS: [&str; 3] = ["store.url", "metrics.token", "oidc.client_secret"];

/// One value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its name, dotted.
    pub name: String,
    /// Its value as TOML would write it; a secret is hidden.
    pub value: String,
    /// `default`, the file, the environment variable or the command line.
    pub from: String,
}

/// Every value in the order of names.
#[must_use]
pub fn show(effective: &Effective) -> Vec<Shown> {
    let mut rows = Vec::new();
    if let Ok(root) = effective.figment.extract::<Dict>() {
        walk(&effective.figment, "", &root, &mut rows);
    }
    rows
}

fn walk(figment: &Figment, prefix: &str, dict: &Dict, rows: &mut Vec<Shown>) {
    for (key, value) in dict {
        let name = if prefix.is_empty() {
            key.clone()
        } else {
            format!("{prefix}.{key}")
        };
        match value {
            Value::Dict(_, inner) => walk(figment, &name, inner, rows),
            _ => rows.push(Shown {
                value: text(&name, value),
                from: origin(figment, &name),
                name,
            }),
        }
    }
}

fn text(name: &str, value: &Value) -> String {
    match value {
        Value::Empty(..) => String::new(),
        Value::String(_, text) if SECRETS.contains(&name) => hidden(text),
        Value::String(_, text) => format!("{text:?}"),
        Value::Char(_, c) => format!("{c:?}"),
        Value::Bool(_, b) => b.to_string(),
        Value::Num(_, n) => n.to_u128().map_or_else(|| format!("{n:?}"), |n| n.to_string()),
        Value::Array(_, items) => {
            let items: Vec<String> = items.iter().map(|item| text(name, item)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Dict(..) => format!("{value:?}"),
    }
}

/// A database address keeps its host and loses its password; anything else is hidden whole.
fn hidden(secret: &str) -> String {
    let shown = secret.split_once("://").and_then(|(scheme, rest)| {
        let (person, place) = rest.rsplit_once('@')?;
        let user = person.split(':').next().unwrap_or_default();
        Some(format!(
            "{scheme}://{user}:(secret)@{}",
            place.split('?').next().unwrap_or_default()
        ))
    });
    format!("{:?}", shown.unwrap_or_else(|| "(secret)".to_owned()))
}

fn origin(figment: &Figment, name: &str) -> String {
    match figment.find_metadata(name) {
        Some(metadata) if metadata.name.contains("environment") => {
            format!("DOCKET_{}", name.replace('.', "__").to_uppercase())
        }
        Some(Metadata {
            source: Some(source), ..
        }) => source.to_string(),
        Some(metadata) => metadata.name.to_string(),
        None => "default".to_owned(),
    }
}
