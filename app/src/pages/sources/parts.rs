//! Pieces of the pages of sources.

use leptos::prelude::*;
use views::sources::NewToken;
use views::words::{t, tn};

use crate::links;

/// A new token with what to do with it at the source.
pub(super) fn token(token: NewToken) -> AnyView {
    let path = format!("/v1/in/{}", links::encoded(&token.source));
    let source = token.source.as_str();
    let example = format!(
        "curl -X POST -H 'Authorization: Bearer {}' --data-binary @file {path}",
        token.token
    );
    view! {
        <header class="head">
            <p class="trail"><a href="/sources">{t("nav-sources")}</a></p>
            <h1>{tn("token-heading", &[("source", source.into())])}</h1>
            <p class="lede">{t("token-lede")}</p>
        </header>
        <section class="panel">
            <h2>{t("token-title")}</h2>
            <pre class="secret" tabindex="0"><code>{token.token.clone()}</code></pre>
            <dl class="facts facts--wide">
                <div><dt>{t("token-address")}</dt><dd><code>{path}</code></dd></div>
                <div><dt>{t("token-how")}</dt><dd>{t("token-how-text")}</dd></div>
            </dl>
            <h3>{t("token-example")}</h3>
            <pre class="raw" tabindex="0"><code>{example}</code></pre>
            <p><a class="button button--main" href="/sources">{t("token-kept")}</a></p>
        </section>
    }
    .into_any()
}
