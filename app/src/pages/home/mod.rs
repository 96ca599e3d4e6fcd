//! The first page: what is open, what to look at first, what arrived.

mod parts;

use axum::response::Response;
use leptos::prelude::*;
use views::exceptions::{CaseFilter, CaseRow};
use views::messages::{MessageFilter, MessageRow};
use views::tokens::TokenWarning;
use views::words::t;
use views::{Limit, Permission};

use crate::pages::tokens::parts::ending;
use crate::shell::Place;
use crate::visit::{Sheet, Visit};
use parts::{First, arrivals, first, sentence, severities};

/// How many rows of each list stand here.
const ROWS: Limit = Limit(6);

/// What the first page shows; a part is absent for who may not see it.
struct Home {
    open: Option<Vec<(String, u64)>>,
    first: Vec<CaseRow>,
    arrivals: Option<Vec<MessageRow>>,
    ending: Vec<TokenWarning>,
}

pub(crate) async fn index(visit: Visit) -> Response {
    visit
        .answer(async {
            let caller = visit.caller()?;
            let ports = &visit.state.ports;
            let mut home = Home {
                open: None,
                first: Vec::new(),
                arrivals: None,
                ending: Vec::new(),
            };
            if caller.may(Permission::ManageTokens) {
                home.ending = ports.tokens.ending(caller).await?;
            }
            if caller.may(Permission::SeeExceptions) {
                home.open = Some(ports.exceptions.counts(caller).await?);
                let filter = CaseFilter {
                    limit: ROWS,
                    ..CaseFilter::default()
                };
                home.first = ports.exceptions.list(caller, &filter).await?.rows;
            }
            if caller.may(Permission::SeeMessages) {
                let filter = MessageFilter {
                    limit: ROWS,
                    ..MessageFilter::default()
                };
                home.arrivals = Some(ports.messages.list(caller, &filter).await?.rows);
            }
            let administers = caller.may(Permission::Administer);
            let sees_sources = caller.may(Permission::SeeMessages);
            let sheet = Sheet::new(t("nav-home"), Place::Home);
            Ok(visit.page(sheet, || page(home, administers, sees_sources, visit.as_of)))
        })
        .await
}

fn page(home: Home, administers: bool, sees_sources: bool, as_of: domain::Instant) -> AnyView {
    let nothing_yet = home.arrivals.as_ref().is_some_and(Vec::is_empty);
    let sentence = sentence(home.open.as_deref(), nothing_yet);
    view! {
        <header class="head"><h1 class="lede">{sentence}</h1></header>
        {ending(home.ending, sees_sources)}
        <div class="home">
            {home.open.map(|open| first(First { open: severities(&open), rows: home.first, as_of }))}
            {home.arrivals.map(|rows| arrivals(rows, administers, as_of))}
        </div>
    }
    .into_any()
}
