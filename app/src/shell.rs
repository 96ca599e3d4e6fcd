//! The frame of every page: document, navigation, what the last act came to. Script only where a page has an island.

use domain::Instant;
use domain::governance::GovernedKind;
use leptos::prelude::*;
use views::words::{Words, t};
use views::{Caller, Environment, Grade, Permission};

use crate::parts::{Notice, When};
use crate::state::Assets;
use crate::visit::{Flash, Sheet};

/// What stands around a page.
pub(crate) struct Frame<'a> {
    pub(crate) assets: &'a Assets,
    pub(crate) caller: Option<&'a Caller>,
    pub(crate) environment: Environment,
    pub(crate) flash: Option<&'a Flash>,
    pub(crate) as_of: Instant,
    pub(crate) nonce: Option<&'a str>,
    /// Requests that wait for the caller.
    pub(crate) waiting: u64,
}

/// An item of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Home,
    Exceptions,
    Orders,
    Messages,
    Sources,
    Services,
    People,
    Audit,
    Requests,
    Governance,
    None,
}

/// Items of the navigation: place, address, key of its word, who sees it.
const PLACES: [(Place, &str, &str, Option<Permission>); 10] = [
    (Place::Home, "/", "nav-home", None),
    (
        Place::Exceptions,
        "/exceptions",
        "nav-exceptions",
        Some(Permission::SeeExceptions),
    ),
    (Place::Orders, "/orders", "nav-orders", Some(Permission::SeeOrders)),
    (
        Place::Messages,
        "/messages",
        "nav-messages",
        Some(Permission::SeeMessages),
    ),
    (Place::Sources, "/sources", "nav-sources", Some(Permission::SeeMessages)),
    (
        Place::Services,
        "/services",
        "nav-services",
        Some(Permission::ManageTokens),
    ),
    (Place::People, "/people", "nav-people", Some(Permission::SeePeople)),
    (Place::Requests, "/requests", "nav-requests", None),
    (Place::Governance, "/governance", "nav-governance", None),
    (Place::Audit, "/audit", "nav-audit", Some(Permission::ReadAudit)),
];

/// The whole document.
pub(crate) fn document(frame: &Frame<'_>, sheet: Sheet, body: AnyView) -> AnyView {
    let title = format!("{} · {}", sheet.title, t("product-name"));
    let script = sheet.live.then(|| script(frame)).flatten();
    view! {
        <!DOCTYPE html>
        <html lang=Words::english().language()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="referrer" content="same-origin"/>
                <title>{title}</title>
                <link rel="stylesheet" href=frame.assets.css.clone()/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                {script}
            </head>
            <body>
                <a class="skip" href="#main">{t("nav-skip")}</a>
                {banner(frame.environment)}
                {frame.caller.map(|caller| bar(caller, sheet.place, frame.waiting))}
                <main id="main" class="sheet" tabindex="-1">
                    {frame.flash.map(flash)}
                    {body}
                </main>
                {frame.caller.map(|_| foot(frame.as_of))}
            </body>
        </html>
    }
    .into_any()
}

/// What an installation that is not production says above every page.
fn banner(environment: Environment) -> Option<AnyView> {
    let (class, label, note) = match environment {
        Environment::Production => return None,
        Environment::Test => ("banner banner--test", t("banner-test-label"), t("banner-test")),
        Environment::Demo => ("banner", t("demo-label"), t("demo-note")),
    };
    Some(view! { <aside class=class aria-label=label>{note}</aside> }.into_any())
}

/// Does the caller ask for, decide or review anything that needs two people?
pub(crate) fn governs(caller: &Caller) -> bool {
    let kinds = GovernedKind::ALL.into_iter().map(GovernedKind::permission);
    kinds.chain([Permission::ReviewEmergency]).any(|p| caller.may(p))
}

fn bar(caller: &Caller, here: Place, waiting: u64) -> AnyView {
    let items = PLACES
        .into_iter()
        .filter(|(.., needs)| needs.is_none_or(|p| caller.may(p)))
        // Who sees only their own acts finds them where they look for them; the bar stays short.
        .filter(|(place, ..)| *place != Place::Audit || caller.grade(Permission::ReadAudit) > Grade::Own)
        .filter(|(place, ..)| !matches!(place, Place::Requests | Place::Governance) || governs(caller))
        .map(|(place, href, key, _)| {
            let current = (place == here).then_some("page");
            let count = (place == Place::Requests && waiting > 0)
                .then(|| view! { " " <span class="badge badge--bad">{waiting.to_string()}</span> });
            view! { <li><a href=href aria-current=current data-prefetch="">{t(key)}{count}</a></li> }
        });
    let search = caller.may(Permission::SeeOrders).then(|| {
        view! {
            <form class="find" role="search" method="get" action="/orders">
                <input type="search" name="q" aria-label=t("nav-find") placeholder=t("nav-find") autocomplete="off"/>
            </form>
        }
    });
    let roles = caller
        .roles
        .iter()
        .map(|r| crate::parts::label("role", r.as_str()))
        .collect::<Vec<_>>()
        .join(", ");
    view! {
        <header class="bar">
            <a class="brand" href="/" data-prefetch="">
                <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M2 4h9M2 8h12M2 12h6"/><circle cx="13" cy="4" r="1.6"/></svg>
                {t("product-name")}
            </a>
            <nav class="places" aria-label=t("nav-label")><ul>{items.collect_view()}</ul></nav>
            {search}
            <div class="who">
                <span class="who__name" title=roles>{caller.name.clone()}</span>
                <form method="post" action="/act/access/sign-out"><button class="quiet">{t("nav-sign-out")}</button></form>
            </div>
        </header>
    }
    .into_any()
}

fn foot(as_of: Instant) -> AnyView {
    view! { <footer class="foot">{t("page-as-of")} " " <When at=as_of as_of=as_of exact=true/></footer> }.into_any()
}

fn flash(flash: &Flash) -> AnyView {
    let (key, bad) = match flash {
        Flash::Done(key) => (key, false),
        Flash::Refused(key) => (key, true),
    };
    view! { <Notice text=t(key) bad=bad/> }.into_any()
}

/// Loads the browser build and wakes the islands. Nothing where none was built.
fn script(frame: &Frame<'_>) -> Option<AnyView> {
    let pkg = frame.assets.pkg.as_ref()?;
    let wake = format!(
        "import start, * as docket from '{pkg}/docket.js';\n\
         await start({{ module_or_path: '{pkg}/docket_bg.wasm' }});\n\
         docket.hydrate();\n\
         for (const island of document.querySelectorAll('leptos-island')) docket[island.dataset.component]?.(island);"
    );
    let nonce = frame.nonce.map(str::to_owned);
    Some(view! { <script type="module" nonce=nonce inner_html=wake></script> }.into_any())
}
