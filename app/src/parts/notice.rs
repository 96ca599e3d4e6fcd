//! Sentences that stand alone: what an act came to, and why a list is empty.

use leptos::prelude::*;
use views::words::t;

/// What the last act came to.
#[component]
pub(crate) fn Notice(
    /// The sentence.
    text: String,
    /// It was refused.
    bad: bool,
) -> AnyView {
    let (class, role, word) = if bad {
        ("notice notice--bad", "alert", t("notice-refused"))
    } else {
        ("notice notice--done", "status", t("notice-done"))
    };
    view! { <p class=class role=role><strong class="notice__word">{word}</strong> " " <span>{text}</span></p> }
        .into_any()
}

/// Why there is nothing to see, and where to go.
#[component]
pub(crate) fn Empty(
    /// The sentence.
    text: String,
    /// Where to go: address and word.
    #[prop(optional)]
    links: Vec<(String, String)>,
) -> AnyView {
    let links = links
        .into_iter()
        .map(|(href, text)| view! { <a class="button" href=href>{text}</a> });
    view! { <div class="empty"><p>{text}</p><p class="empty__ways">{links.collect_view()}</p></div> }.into_any()
}
