//! The one table of routes. The router is built from it and from nothing else, so a route that is not here does not
//! exist; the tests of refusals read the same table.

use std::time::Duration;

use app::state::{Needs, PageState};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, options, post};
use http::{Method, StatusCode, header};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use views::{AppError, ErrorKind, Permission};

use crate::rest::answer::SMALL_BODY;
use crate::rest::problem::Problem;
use crate::rest::{audit, events, exceptions, governance, health, messages, once, orders, selections, sources, tokens};
use crate::state::Server;
use crate::{console, csrf, guard, limits, live, observe, openapi, refusals, session, site};

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Whoever comes.
    Anyone,
    /// Somebody who is signed in.
    SignedIn,
    /// Somebody who holds this.
    May(Permission),
    /// A source, by its token or signature.
    Source,
    /// A command on this machine that can read the data folder.
    Console,
    /// Who collects metrics.
    Collector,
}

/// What sort of route it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// HTML.
    Page,
    /// A form's server function.
    Act,
    /// JSON for machines, described by OpenAPI.
    Rest,
    /// Arrivals.
    In,
    /// A stream that stays open.
    Stream,
    /// Files and descriptions that anyone may read.
    File,
}

/// What answers.
enum Handler {
    Page(MethodRouter<PageState>),
    Server(MethodRouter<Server>),
}

/// One route.
pub struct Row {
    /// Method.
    pub method: Method,
    /// Path, as axum writes it.
    pub path: &'static str,
    /// Who may use it.
    pub who: Who,
    /// What sort it is.
    pub kind: Kind,
    handler: Handler,
}

/// Pages whose address works once, or of which it is written down who opened them: never fetched ahead of a person's click.
const NOT_AHEAD: [&str; 3] = ["/welcome", "/messages/{id}", "/orders/{entity}/{po_no}/events/{seq}"];

/// Where secrets could be guessed, or others made to work.
const DOORS: [&str; 4] = [
    "/act/access/sign-in",
    "/act/access/claim",
    "/sign-in/oidc",
    "/sign-in/oidc/callback",
];

/// The door without a password: where the environment has none, it is not there, whatever the store says.
const ONE_CLICK: &str = "/act/access/sign-in-demo";

/// Their answers hold a secret that is shown once, so no answer of them is kept to be repeated.
const SHOWN_ONCE: [&str; 4] = [
    "/v1/sources",
    "/v1/sources/{name}/tokens",
    "/v1/services",
    "/v1/tokens/{id}/rotate",
];

/// Every route.
#[must_use]
pub fn table() -> Vec<Row> {
    let pages = app::routes::pages().into_iter().map(|page| Row {
        method: page.method,
        path: page.path,
        who: needs(page.needs),
        kind: Kind::Page,
        handler: Handler::Page(page.handler),
    });
    let acts = app::acts::acts().into_iter().map(|act| Row {
        method: Method::POST,
        path: act.path,
        who: needs(act.needs),
        kind: Kind::Act,
        handler: Handler::Page(post(app::acts::call)),
    });
    pages.chain(acts).chain(rest()).chain(plumbing()).collect()
}

fn needs(needs: Needs) -> Who {
    match needs {
        Needs::Nothing => Who::Anyone,
        Needs::SignIn => Who::SignedIn,
        Needs::Permission(permission) => Who::May(permission),
    }
}

fn row(method: Method, path: &'static str, who: Who, kind: Kind, handler: MethodRouter<Server>) -> Row {
    Row {
        method,
        path,
        who,
        kind,
        handler: Handler::Server(handler),
    }
}

/// The API for machines.
fn rest() -> Vec<Row> {
    use Permission::{Administer, ManageTokens, ReadAudit, SeeExceptions, SeeMessages, SeeOrders};
    let read = |path, who, handler| row(Method::GET, path, who, Kind::Rest, handler);
    let write = |path, who, handler| row(Method::POST, path, who, Kind::Rest, handler);
    vec![
        row(Method::POST, "/v1/events", Who::Source, Kind::In, post(events::events)),
        row(
            Method::OPTIONS,
            "/v1/events",
            Who::Anyone,
            Kind::Rest,
            options(events::handshake),
        ),
        row(
            Method::POST,
            "/v1/in/{source}",
            Who::Source,
            Kind::In,
            post(events::any),
        ),
        row(
            Method::OPTIONS,
            "/v1/in/{source}",
            Who::Anyone,
            Kind::Rest,
            options(events::handshake_any),
        ),
        read("/v1/orders", Who::May(SeeOrders), get(orders::list)),
        read("/v1/orders/{entity}/{po_no}", Who::May(SeeOrders), get(orders::one)),
        read(
            "/v1/orders/{entity}/{po_no}/timeline",
            Who::May(SeeOrders),
            get(orders::timeline),
        ),
        read("/v1/exceptions", Who::May(SeeExceptions), get(exceptions::list)),
        read("/v1/exceptions/{id}", Who::May(SeeExceptions), get(exceptions::one)),
        write(
            "/v1/exceptions/{id}/acts",
            Who::May(SeeExceptions),
            post(exceptions::act),
        ),
        write("/v1/selections", Who::May(SeeExceptions), post(selections::freeze)),
        read("/v1/selections/{id}", Who::May(SeeExceptions), get(selections::one)),
        read(
            "/v1/selections/{id}/rows",
            Who::May(Permission::Export),
            get(selections::rows),
        ),
        write(
            "/v1/selections/{id}/acts",
            Who::May(SeeExceptions),
            post(selections::act),
        ),
        read("/v1/messages", Who::May(SeeMessages), get(messages::list)),
        read("/v1/messages/{id}", Who::May(SeeMessages), get(messages::one)),
        write(
            "/v1/messages/{id}/retry",
            Who::May(Permission::Retry),
            post(messages::retry),
        ),
        read("/v1/sources", Who::May(SeeMessages), get(sources::list)),
        write("/v1/sources", Who::May(Administer), post(sources::create)),
        read("/v1/sources/{name}", Who::May(SeeMessages), get(tokens::source)),
        write("/v1/sources/{name}/tokens", Who::May(ManageTokens), post(tokens::issue)),
        read("/v1/services", Who::May(ManageTokens), get(tokens::services)),
        write("/v1/services", Who::May(ManageTokens), post(tokens::connect)),
        write("/v1/tokens/{id}/rotate", Who::May(ManageTokens), post(tokens::rotate)),
        write("/v1/tokens/{id}/revoke", Who::May(ManageTokens), post(tokens::revoke)),
        read("/v1/audit", Who::May(ReadAudit), get(audit::list)),
        // Which kinds a person may know of is for the port to say.
        read("/v1/governance/{kind}", Who::SignedIn, get(governance::list)),
        read("/v1/governance/{kind}/{key}", Who::SignedIn, get(governance::one)),
        read("/v1/requests", Who::SignedIn, get(governance::inbox)),
        read("/v1/requests/{id}", Who::SignedIn, get(governance::request)),
        write("/v1/requests", Who::SignedIn, post(governance::ask)),
        write("/v1/requests/{id}/decisions", Who::SignedIn, post(governance::decide)),
        read("/v1/health", Who::SignedIn, get(health::health)),
        row(Method::GET, "/v1/live", Who::SignedIn, Kind::Stream, get(live::stream)),
        row(
            Method::GET,
            "/v1/openapi.json",
            Who::Anyone,
            Kind::File,
            get(openapi::document),
        ),
        row(Method::GET, "/v1/docs", Who::Anyone, Kind::File, get(openapi::page)),
    ]
}

/// What supervisors, browsers and commands ask for.
fn plumbing() -> Vec<Row> {
    let file = |path, handler| row(Method::GET, path, Who::Anyone, Kind::File, handler);
    let command = |path, handler| row(Method::POST, path, Who::Console, Kind::Stream, handler);
    vec![
        file("/healthz", get(health::live)),
        file("/readyz", get(health::ready)),
        row(
            Method::GET,
            "/metrics",
            Who::Collector,
            Kind::Rest,
            get(health::metrics),
        ),
        file("/pkg/{*path}", get(site::file)),
        file("/style/{*path}", get(site::file)),
        file("/favicon.svg", get(site::file)),
        file("/robots.txt", get(site::file)),
        file("/speculation-rules.json", get(site::speculation_rules)),
        command("/console/ingest", post(console::ingest)),
        command("/console/rebuild", post(console::rebuild)),
        command("/console/audit/verify", post(console::verify_audit)),
        command("/console/backup", post(console::backup)),
        command("/console/doctor", post(console::doctor)),
    ]
}

/// The router: every row behind its gate, all of them behind the layers.
pub fn router(server: Server) -> Router {
    let mut router = Router::new();
    for Row {
        path,
        who,
        kind,
        handler,
        ..
    } in table()
    {
        let handler = match handler {
            Handler::Page(page) => page.with_state(server.pages.clone()),
            Handler::Server(handler) => handler,
        };
        let gate = Gate {
            server: server.clone(),
            path,
            who,
            kind,
        };
        router = router.route(path, handler.route_layer(from_fn_with_state(gate, pass)));
    }
    router
        .fallback_service(app::routes::not_found_page(server.pages.clone()))
        .layer(from_fn_with_state(server.clone(), session::layer))
        .layer(csrf::layer(&server.base_url))
        .layer(from_fn_with_state(server.clone(), refusals::layer))
        .layer(DefaultBodyLimit::max(SMALL_BODY))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(server.clone(), guard::layer))
        .layer(from_fn_with_state(server.clone(), observe::layer))
        .with_state(server)
}

fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    Problem::from(AppError::new(ErrorKind::Internal, "error-internal")).into_response()
}

#[derive(Clone)]
struct Gate {
    server: Server,
    path: &'static str,
    who: Who,
    kind: Kind,
}

/// Lets a request through to its handler, in its time and with a body of its size.
async fn pass(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let by_browser = matches!(gate.kind, Kind::Page | Kind::Act) && wants_html(&request);
    match admit(&gate, request).await {
        Ok(request) if gate.kind == Kind::Stream => next.run(request).await,
        Ok(request) => {
            let time = Duration::from_secs(gate.server.config.limits.request_seconds);
            let once = gate.kind == Kind::Rest
                && request.method() == Method::POST
                && !SHOWN_ONCE.contains(&gate.path)
                && once::is_asked(&request);
            let answer = async {
                if once {
                    once::answer(&gate.server, request, next).await
                } else {
                    next.run(request).await
                }
            };
            tokio::time::timeout(time, answer).await.unwrap_or_else(|_| {
                Problem::from(AppError::new(ErrorKind::Unavailable, "error-took-too-long")).into_response()
            })
        }
        Err(problem) if by_browser => problem.page(gate.server.pages.clone()),
        Err(problem) => problem.into_response(),
    }
}

/// Whether who asks would rather read a page than JSON.
fn wants_html(request: &Request) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|v| v.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

async fn admit(gate: &Gate, request: Request) -> Result<Request, Problem> {
    if gate.path == ONE_CLICK && !gate.server.config.environment.lets_in_with_one_click() {
        return Err(AppError::not_found().into());
    }
    if NOT_AHEAD.contains(&gate.path) && is_prefetch(&request) {
        return Err(AppError::new(ErrorKind::Unavailable, "error-prefetch").into());
    }
    if gate.kind == Kind::In {
        return Ok(request);
    }
    if gate.kind == Kind::Rest || gate.kind == Kind::Stream {
        match gate.who {
            Who::SignedIn => session::gate(&request, None)?,
            Who::May(permission) => session::gate(&request, Some(permission))?,
            Who::Console => console::gate(&gate.server, &request)?,
            // Sources and collectors show a token to the handler itself.
            Who::Anyone | Who::Source | Who::Collector => {}
        }
    }
    let request = guard::small(request).await?;
    if DOORS.contains(&gate.path) {
        limits::door(&gate.server, request).await
    } else {
        Ok(request)
    }
}

/// Whether a browser asks ahead of a person's click.
fn is_prefetch(request: &Request) -> bool {
    let purpose = request.headers().get("sec-purpose").and_then(|v| v.to_str().ok());
    purpose.is_some_and(|p| p.contains("prefetch"))
}

/// The status that an anonymous caller gets for this kind of route when it is closed to them.
#[must_use]
pub fn refusal(kind: Kind) -> StatusCode {
    match kind {
        Kind::Page | Kind::Act => StatusCode::SEE_OTHER,
        Kind::Rest | Kind::In | Kind::Stream | Kind::File => StatusCode::UNAUTHORIZED,
    }
}
