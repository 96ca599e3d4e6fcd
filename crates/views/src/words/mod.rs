//! The message catalogue: every word a person reads, by key (Project Fluent). Domain and formats give key and
//! arguments ([`Sentence`]); only here do they become text.

use std::collections::BTreeSet;
use std::sync::{LazyLock, Mutex, PoisonError};

use domain::Sentence;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentError, FluentResource};
use unic_langid::LanguageIdentifier;

/// What may stand in a sentence: text, or a number (for plurals). `3.into()`, `"DE01".into()`, `name.as_str().into()`.
pub use fluent_bundle::FluentValue as Value;

/// Whole numbers up to here are exact where the catalogue counts.
const LARGEST_EXACT: i64 = 1 << 53;

/// Arguments that are codes of the model: `event` `gr.received` reads as the text of `event-gr-received`.
const NAMED_BY_WORD: [&str; 7] = ["event", "rule", "team", "how", "kind", "state", "next"];

/// Arguments that are several codes of the model, apart by commas: `permissions` reads by the texts of `may-…`.
const LISTED_BY_WORD: [(&str, &str); 1] = [("permissions", "may")];

static ENGLISH: LazyLock<Words> = LazyLock::new(|| Words::load("en", include_str!("../../locales/en.ftl")));

/// One language's catalogue.
pub struct Words {
    language: &'static str,
    bundle: FluentBundle<FluentResource>,
    keys: BTreeSet<String>,
    faults: Vec<String>,
    missing: Mutex<BTreeSet<String>>,
}

impl Words {
    /// The English catalogue.
    #[must_use]
    pub fn english() -> &'static Self {
        &ENGLISH
    }

    /// The catalogue of a language such as `en` or `en-GB`; `None` when there is none yet.
    #[must_use]
    pub fn for_language(language: &str) -> Option<&'static Self> {
        let asked: LanguageIdentifier = language.parse().ok()?;
        (asked.language.as_str() == ENGLISH.language).then(Self::english)
    }

    /// The language of this catalogue, for `<html lang>`.
    #[must_use]
    pub fn language(&self) -> &'static str {
        self.language
    }

    /// The text of `key`. A key that is missing reads `[key]` and is logged once.
    #[must_use]
    pub fn text(&self, key: &str, args: &[(&str, Value<'_>)]) -> String {
        let args: FluentArgs<'_> = args.iter().map(|(name, value)| (*name, value.clone())).collect();
        self.format(key, &args)
    }

    /// A sentence in this language. Whole numbers among its arguments count as numbers.
    #[must_use]
    pub fn say(&self, sentence: &Sentence) -> String {
        let args: FluentArgs<'_> = sentence
            .args
            .iter()
            .map(|(name, text)| (name.as_ref(), self.argument(name, text)))
            .collect();
        self.format(&sentence.key, &args)
    }

    /// Whether the catalogue knows `key`.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.keys.contains(key)
    }

    /// What is wrong with the catalogue's file; nothing, in a tested build.
    #[must_use]
    pub fn faults(&self) -> &[String] {
        &self.faults
    }

    /// Every key of the catalogue.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(String::as_str)
    }

    /// An argument as a person reads it: codes of the model by their word, instants as a date and time, counts as numbers.
    fn argument<'t>(&self, name: &str, text: &'t str) -> Value<'t> {
        // What stands in a message is shown as it stands there.
        if name == "value" {
            return text.into();
        }
        if NAMED_BY_WORD.contains(&name) {
            let key = format!("{name}-{}", text.replace(['.', '_'], "-"));
            if self.has(&key) {
                return self.text(&key, &[]).into();
            }
        }
        if let Some((_, family)) = LISTED_BY_WORD.iter().find(|(listed, _)| *listed == name) {
            let words = text.split(", ").map(|code| {
                let key = format!("{family}-{}", code.replace(['.', '_'], "-"));
                if self.has(&key) {
                    self.text(&key, &[])
                } else {
                    code.to_owned()
                }
            });
            return words.collect::<Vec<_>>().join(", ").into();
        }
        let instant = (text.len() >= 20).then(|| domain::Instant::parse(text)).flatten();
        match instant.and_then(domain::Instant::to_utc) {
            Some(utc) => utc.format("%-d %b %Y %H:%M UTC").to_string().into(),
            None => value(text),
        }
    }

    fn load(language: &'static str, source: &str) -> Self {
        let (resource, mut faults) = match FluentResource::try_new(source.to_owned()) {
            Ok(resource) => (resource, Vec::new()),
            Err((resource, errors)) => (resource, errors.iter().map(ToString::to_string).collect::<Vec<_>>()),
        };
        let keys = declared(source).map(str::to_owned).collect();
        let mut bundle = FluentBundle::new_concurrent(vec![language.parse().unwrap_or_default()]);
        bundle.set_use_isolating(false);
        if let Err(errors) = bundle.add_resource(resource) {
            faults.extend(errors.iter().map(FluentError::to_string));
        }
        for fault in &faults {
            tracing::error!(words.language = language, fault, "message catalogue");
        }
        Self {
            language,
            bundle,
            keys,
            faults,
            missing: Mutex::default(),
        }
    }

    fn format(&self, key: &str, args: &FluentArgs<'_>) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            self.miss(key);
            return format!("[{key}]");
        };
        let mut errors = Vec::new();
        let text = self
            .bundle
            .format_pattern(pattern, Some(args), &mut errors)
            .into_owned();
        for error in &errors {
            self.miss(&format!("{key}: {error}"));
        }
        text
    }

    fn miss(&self, what: &str) {
        let first = self
            .missing
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(what.to_owned());
        if first {
            tracing::warn!(
                words.language = self.language,
                words.key = what,
                "missing in the message catalogue"
            );
        }
    }
}

/// The keys a catalogue declares, in its own order.
fn declared(source: &str) -> impl Iterator<Item = &str> {
    source.lines().filter_map(|line| {
        let (key, _) = line.split_once('=')?;
        let key = key.trim_end();
        let begins = key.starts_with(|c: char| c.is_ascii_alphabetic());
        (begins
            && key
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')))
        .then_some(key)
    })
}

/// A whole number as a number, everything else (leading zeros too) as it is written.
fn value(text: &str) -> Value<'_> {
    match text.parse::<i64>() {
        Ok(n) if n.abs() < LARGEST_EXACT && n.to_string() == text => n.into(),
        _ => text.into(),
    }
}

/// The English text of `key`.
#[must_use]
pub fn t(key: &str) -> String {
    Words::english().text(key, &[])
}

/// The English text of `key` with arguments: `tn("orders-count", &[("n", 3.into())])`.
#[must_use]
pub fn tn(key: &str, args: &[(&str, Value<'_>)]) -> String {
    Words::english().text(key, args)
}

/// A sentence in English.
#[must_use]
pub fn say(sentence: &Sentence) -> String {
    Words::english().say(sentence)
}

#[cfg(test)]
mod tests;
