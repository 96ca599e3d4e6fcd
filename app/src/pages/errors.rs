//! The page of a refusal: the sentence, and a way on.

use leptos::prelude::*;
use views::words::t;

use crate::parts::said;
use views::{AppError, ErrorKind};

/// What happened, what it means and what to do.
pub(crate) fn page(error: &AppError) -> AnyView {
    let title = match error.kind {
        ErrorKind::NotFound => t("error-not-found-title"),
        ErrorKind::NotAllowed => t("error-not-allowed-title"),
        ErrorKind::Unavailable | ErrorKind::TooMany => t("error-unavailable-title"),
        ErrorKind::Internal => t("error-internal-title"),
        _ => t("error-title"),
    };
    view! {
        <section class="refusal">
            <p class="refusal__code" aria-hidden="true">{error.kind.status()}</p>
            <h1>{title}</h1>
            <p class="lede">{said(&error.sentence)}</p>
            <p class="empty__ways"><a class="button" href="/">{t("error-home")}</a></p>
        </section>
    }
    .into_any()
}
