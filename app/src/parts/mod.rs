//! What every page is built from.
#![expect(unreachable_pub, reason = "`#[component]` writes public items")]

mod figures;
mod form;
mod notice;
mod pager;
mod status;
mod time;

pub(crate) use figures::{bytes, counted, grouped, money, quantity};
pub(crate) use form::{Act, Choice, Field, who_may};
pub(crate) use notice::{Empty, Notice};
pub(crate) use pager::Pager;
pub(crate) use status::{Badges, Severity, Status};
pub(crate) use time::{When, date, drawn, exact, field_value, moment, planned, read, span, weekday_date};

use domain::Sentence;
use views::words::{Words, say, t};

/// The word for a code of the model, such as `word("event", "gr.received")`; a code that the catalogue does not know
/// yet is shown as it is, with spaces.
pub(crate) fn word(family: &str, code: &str) -> String {
    let key = format!(
        "{family}-{}",
        code.to_ascii_lowercase().replace(['.', '_', '/', ' '], "-")
    );
    if Words::english().has(&key) {
        t(&key)
    } else {
        code.replace(['_', '.'], " ")
    }
}

/// The same at the beginning of a line.
pub(crate) fn label(family: &str, code: &str) -> String {
    begun(&word(family, code))
}

/// A sentence of the model in words, standing alone.
pub(crate) fn said(sentence: &Sentence) -> String {
    begun(&say(sentence))
}

/// With a capital letter in front.
fn begun(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
