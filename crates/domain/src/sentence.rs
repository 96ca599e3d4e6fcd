//! What is to be said to a person, before it is said in a language: a key of the message catalogue and what stands in it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A sentence by its key in the message catalogue. Numbers are given as text; the catalogue reads whole numbers as numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    /// The key in the catalogue.
    pub key: Cow<'static, str>,
    /// What stands in the sentence, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub args: BTreeMap<Cow<'static, str>, String>,
}

impl Sentence {
    /// The sentence of that key, nothing standing in it yet.
    pub fn new(key: impl Into<Cow<'static, str>>) -> Self {
        Self {
            key: key.into(),
            args: BTreeMap::new(),
        }
    }

    /// The same sentence with `value` standing where the catalogue says `name`.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl ToString) -> Self {
        self.args.insert(name.into(), value.to_string());
        self
    }

    /// What stands at `name`.
    #[must_use]
    pub fn arg(&self, name: &str) -> Option<&str> {
        self.args.get(name).map(String::as_str)
    }
}
