//! Fields of records in the words of people.

use views::words::t;

use crate::parts::{label, word};

/// The name of a field.
pub(crate) fn field_label(field: &str) -> String {
    match field.split_once('.') {
        Some(("hours", day)) => label("field-hours", day),
        Some(("holidays", date)) => format!("{} {date}", label("field", "holidays")),
        _ => label("field", field),
    }
}

/// Its value; what is not a code of ours stays as it is.
pub(crate) fn field_value_words(field: &str, value: &str) -> String {
    let listed = |family: &str| {
        let words: Vec<String> = value.split(", ").map(|code| word(family, code)).collect();
        words.join(", ")
    };
    match field {
        _ if value.is_empty() => t("field-none"),
        "roles" => listed("role"),
        "scope" if value == "all" => t("scope-all"),
        "lane" => word("lane", value),
        "class" => word("class", value),
        "team" => word("team", value),
        "stopped" => t(if value == "true" { "yes" } else { "no" }),
        _ => value.to_owned(),
    }
}
