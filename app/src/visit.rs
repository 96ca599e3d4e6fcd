//! One request for a page: who asks, as of when, and the frame in which the answer is written.

use std::convert::Infallible;
use std::future::Future;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::Instant;
use leptos::prelude::{AnyView, Owner, RenderHtml};
use serde::Deserialize;
use views::words::{Words, t};
use views::{AppError, Caller, Permission};

use crate::shell::{self, Frame, Place};
use crate::state::{Nonce, PageState, Refused};
use crate::{links, pages};

/// What the last act came to, by key of the catalogue: an address can only make us say sentences of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Flash {
    /// It was done.
    Done(String),
    /// It was refused.
    Refused(String),
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct FlashQuery {
    done: String,
    error: String,
}

impl FlashQuery {
    fn flash(self) -> Option<Flash> {
        let ours = |key: &str, family: &str| key.starts_with(family) && Words::english().has(key);
        if ours(&self.done, "done-") {
            Some(Flash::Done(self.done))
        } else if ours(&self.error, "error-") {
            Some(Flash::Refused(self.error))
        } else {
            None
        }
    }
}

/// A request for a page.
#[derive(Clone)]
pub(crate) struct Visit {
    pub(crate) state: PageState,
    pub(crate) as_of: Instant,
    caller: Option<Caller>,
    nonce: Option<String>,
    address: String,
    flash: Option<Flash>,
    waiting: u64,
}

impl FromRequestParts<PageState> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &PageState) -> Result<Self, Infallible> {
        let flash = Query::<FlashQuery>::try_from_uri(&parts.uri)
            .ok()
            .and_then(|q| q.0.flash());
        let caller = parts.extensions.get::<Option<Caller>>().cloned().flatten();
        let waiting = match caller.as_ref().filter(|caller| shell::governs(caller)) {
            // A page is not refused for want of the number beside a word.
            Some(caller) => state.ports.governance.waiting(caller).await.unwrap_or_default(),
            None => 0,
        };
        Ok(Self {
            waiting,
            state: state.clone(),
            as_of: state.clock.now(),
            caller,
            nonce: parts.extensions.get::<Nonce>().map(|n| n.0.clone()),
            address: parts
                .uri
                .path_and_query()
                .map_or_else(|| "/".to_owned(), ToString::to_string),
            flash,
        })
    }
}

/// Why a page is not shown.
pub(crate) enum Refusal {
    /// Nobody is signed in.
    SignIn,
    /// It is found under another address.
    Elsewhere(String),
    /// The port refused.
    Error(AppError),
}

impl From<AppError> for Refusal {
    fn from(error: AppError) -> Self {
        match error.kind {
            views::ErrorKind::SignInNeeded => Self::SignIn,
            _ => Self::Error(error),
        }
    }
}

/// What a page's handler gives back.
pub(crate) type PageResult = Result<Response, Refusal>;

/// A page's own part of the frame.
pub(crate) struct Sheet {
    /// Name of the page, for the window.
    pub(crate) title: String,
    /// Which item of the navigation it belongs to.
    pub(crate) place: Place,
    /// It has an island, so it loads the browser build.
    pub(crate) live: bool,
}

impl Sheet {
    pub(crate) const fn new(title: String, place: Place) -> Self {
        Self {
            title,
            place,
            live: false,
        }
    }

    pub(crate) const fn live(mut self) -> Self {
        self.live = true;
        self
    }
}

impl Visit {
    /// A request that was refused before anybody looked at who asks.
    pub(crate) fn unread(state: PageState) -> Self {
        Self {
            as_of: state.clock.now(),
            state,
            caller: None,
            nonce: None,
            address: "/".to_owned(),
            flash: None,
            waiting: 0,
        }
    }

    /// Who asks.
    pub(crate) fn caller(&self) -> Result<&Caller, Refusal> {
        self.caller.as_ref().ok_or(Refusal::SignIn)
    }

    /// Whether somebody is signed in.
    pub(crate) fn signed_in(&self) -> bool {
        self.caller.is_some()
    }

    /// Who asks, when they may.
    pub(crate) fn may(&self, permission: Permission) -> Result<&Caller, Refusal> {
        let caller = self.caller()?;
        caller.require(permission)?;
        Ok(caller)
    }

    /// Runs a handler and turns its refusal into a page with the right status.
    pub(crate) async fn answer(&self, page: impl Future<Output = PageResult>) -> Response {
        match page.await {
            Ok(response) => response,
            Err(Refusal::SignIn) => Redirect::to(&links::sign_in(&self.address)).into_response(),
            Err(Refusal::Elsewhere(address)) => Redirect::to(&address).into_response(),
            Err(Refusal::Error(error)) => self.error(&error),
        }
    }

    /// The page of an error.
    pub(crate) fn error(&self, error: &AppError) -> Response {
        let status = StatusCode::from_u16(error.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let sheet = Sheet::new(t("error-title"), Place::None);
        let mut response = (status, self.page(sheet, || pages::errors::page(error))).into_response();
        if let Some(refused) = Refused::of(error) {
            response.extensions_mut().insert(refused);
        }
        if let Some(seconds) = error.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }

    /// Writes a page. It is made at once, from data that is already here.
    pub(crate) fn page(&self, sheet: Sheet, body: impl FnOnce() -> AnyView) -> Response {
        let frame = Frame {
            assets: &self.state.assets,
            caller: self.caller.as_ref(),
            environment: self.state.environment,
            flash: self.flash.as_ref(),
            as_of: self.as_of,
            nonce: self.nonce.as_deref(),
            waiting: self.waiting,
        };
        let html = Owner::new().with(|| shell::document(&frame, sheet, body()).to_html());
        let headers: [(HeaderName, &str); 2] = [(header::CACHE_CONTROL, "private, no-cache"), (header::VARY, "cookie")];
        (headers, Html(html)).into_response()
    }
}
