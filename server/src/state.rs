//! What every handler of the server gets.

use std::net::IpAddr;
use std::sync::Arc;

use app::state::PageState;
use axum::extract::FromRef;
use domain::Clock;
use engine::Engine;
use tokio_util::sync::CancellationToken;
use views::Ports;

use crate::config::Config;
use crate::limits::Buckets;
use crate::metrics::Metrics;
use crate::proxies::Odd;
use crate::rest::once::UnderWay;
use crate::site::Site;

/// The server, shared by all handlers and workers.
pub struct Shared {
    /// The loops and use cases.
    pub engine: Arc<Engine>,
    /// The ports behind pages and API.
    pub ports: Ports,
    /// What was configured.
    pub config: Config,
    /// Address under which people reach Docket, without a slash at its end.
    pub base_url: String,
    /// What pages need.
    pub pages: PageState,
    /// The built site.
    pub site: Site,
    /// The system clock.
    pub clock: Arc<dyn Clock>,
    /// How often a source may come.
    pub per_source: Buckets<i64>,
    /// How often one address may try to sign in.
    pub per_address: Buckets<IpAddr>,
    /// How often one user name may be tried from one address.
    pub per_user: Buckets<(String, String)>,
    /// Peers whose word on where requests came from does not fit what is configured.
    pub odd_proxies: Odd,
    /// Acts whose answer is to be remembered, while they are under way.
    pub under_way: UnderWay,
    /// What is counted.
    pub metrics: Metrics,
    /// Proves that a command may read the data folder.
    pub console_secret: String,
    /// Cancelled when the server stops: open streams end.
    pub closing: CancellationToken,
}

/// The state of axum's router.
#[derive(Clone)]
pub struct Server(pub Arc<Shared>);

impl std::ops::Deref for Server {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl FromRef<Server> for PageState {
    fn from_ref(server: &Server) -> Self {
        server.pages.clone()
    }
}
