//! The table of pages. The acts are listed in [`crate::acts`].

use axum::Router;
use axum::http::Method;
use axum::response::Response;
use axum::routing::{MethodRouter, any, get, post};
use views::{AppError, Permission};

use crate::pages::{
    access, audit, exceptions, governance, home, messages, orders, people, requests, selections, services, sources,
    tokens,
};
use crate::state::{Needs, PageState};
use crate::visit::Visit;

/// A page: its address, who may open it, and what answers.
pub struct PageRoute {
    /// Path, as axum writes it.
    pub path: &'static str,
    /// Method. What is not `GET` changes something and must pass the layer against forged requests.
    pub method: Method,
    /// Who may open it. The handler refuses by itself; this is for whoever lists or tests the routes.
    pub needs: Needs,
    /// What answers.
    pub handler: MethodRouter<PageState>,
}

/// Every page.
#[must_use]
pub fn pages() -> Vec<PageRoute> {
    use Needs::{Nothing, Permission as May, SignIn};
    use Permission::{Administer, ManageTokens, ReadAudit, SeeExceptions, SeeMessages, SeeOrders, SeePeople};
    let page = |path, needs, handler| PageRoute {
        path,
        method: Method::GET,
        needs,
        handler,
    };
    let form = |path, needs, handler| PageRoute {
        path,
        method: Method::POST,
        needs,
        handler,
    };
    vec![
        page("/", SignIn, get(home::index)),
        page("/orders", May(SeeOrders), get(orders::index)),
        page("/orders/{entity}/{po_no}", May(SeeOrders), get(orders::one)),
        page(
            "/orders/{entity}/{po_no}/events/{seq}",
            May(SeeOrders),
            get(orders::event),
        ),
        page("/exceptions", May(SeeExceptions), get(exceptions::index)),
        page("/exceptions/{id}", May(SeeExceptions), get(exceptions::one)),
        page("/selections/{id}", May(SeeExceptions), get(selections::one)),
        page(
            "/selections/{id}/export.csv",
            May(Permission::Export),
            get(selections::export),
        ),
        page("/messages", May(SeeMessages), get(messages::index)),
        page("/messages/{id}", May(SeeMessages), get(messages::one)),
        page("/sources", May(SeeMessages), get(sources::index)),
        // The answer shows a token once, so these are pages of their own and not acts that redirect.
        form("/sources", May(Administer), post(sources::create)),
        page("/sources/{name}", May(SeeMessages), get(sources::one::page)),
        form("/sources/{name}/token", May(ManageTokens), post(sources::one::issue)),
        form("/tokens/{id}/rotate", May(ManageTokens), post(tokens::rotate)),
        page("/services", May(ManageTokens), get(services::index)),
        form("/services", May(ManageTokens), post(services::create)),
        page("/audit", May(ReadAudit), get(audit::index)),
        page("/audit/{id}", May(ReadAudit), get(audit::one)),
        // The answer is a file, and to take it out is an act.
        form("/audit/export", May(ReadAudit), post(audit::export)),
        page("/people", May(SeePeople), get(people::index)),
        page("/people/{login}", May(SeePeople), get(people::one)),
        // Which kinds a person may know of is for the port to say.
        page("/governance", SignIn, get(governance::index)),
        page("/governance/{kind}", SignIn, get(governance::kind)),
        page("/governance/{kind}/{key}", SignIn, get(governance::one)),
        page("/requests", SignIn, get(requests::index)),
        page("/requests/{id}", SignIn, get(requests::one)),
        page("/sign-in", Nothing, get(access::sign_in)),
        page("/sign-in/oidc", Nothing, get(access::oidc::leave)),
        page("/sign-in/oidc/callback", Nothing, get(access::oidc::come_back)),
        page("/welcome", Nothing, get(access::welcome)),
    ]
}

/// All pages and acts, to be merged into the server's router beneath its layers, which put `Option<Caller>` and
/// [`crate::state::Nonce`] among a request's extensions.
pub fn router(state: PageState) -> Router {
    let mut router = Router::new();
    for route in pages() {
        router = router.route(route.path, route.handler);
    }
    for act in crate::acts::acts() {
        router = router.route(act.path, post(crate::acts::call));
    }
    router.with_state(state.clone()).fallback_service(not_found_page(state))
}

/// The page of a refusal that came before any page was asked.
#[must_use]
pub fn refusal_page(state: PageState, error: &AppError) -> Response {
    Visit::unread(state).error(error)
}

/// The page where there is none, as the fallback of a router.
pub fn not_found_page(state: PageState) -> MethodRouter {
    any(async |visit: Visit| visit.error(&AppError::not_found())).with_state(state)
}
