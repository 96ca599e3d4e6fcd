//! The way to the next page of a list.

use leptos::prelude::*;
use views::words::t;

use crate::links;

/// Links to the first and the next page of a list; nothing when there is only one.
#[component]
pub(crate) fn Pager(
    /// The list's address.
    path: String,
    /// What the list is filtered by.
    filters: Vec<(&'static str, String)>,
    /// Where this page begins.
    after: Option<String>,
    /// Where the next one begins.
    next: Option<String>,
) -> AnyView {
    let pairs: Vec<(&str, &str)> = filters.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let base = links::with(&path, &pairs);
    let first = after.map(|_| view! { <a class="button" href=base.clone() data-prefetch="">{t("pager-first")}</a> });
    let next = next.map(|next| {
        let href = links::with(&base, &[("after", &next)]);
        view! { <a class="button" rel="next" href=href data-prefetch="">{t("pager-next")}</a> }
    });
    (first.is_some() || next.is_some())
        .then(|| view! { <nav class="pager" aria-label=t("pager-label")>{first}{next}</nav> })
        .into_any()
}
