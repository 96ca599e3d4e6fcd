//! A running server: HTTP, workers, and an orderly end.

use std::net::SocketAddr;
use std::time::Duration;

use app::state::PageState;
use domain::Sentence;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::home::{Holder, Home, fresh_secret};
use crate::limits::Buckets;
use crate::metrics::Metrics;
use crate::proxies::Odd;
use crate::rest::once::UnderWay;
use crate::site::Site;
use crate::start::{Opened, home_words, identity_provider};
use crate::state::{Server, Shared};
use crate::{anchors, folder, routes};

/// How long requests under way may take when the server stops.
const DRAIN: Duration = Duration::from_secs(10);
/// An address may try this many times as often as one user name at it: an office is one address.
const PEOPLE_PER_ADDRESS: u32 = 20;

/// A server that runs until it is stopped.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// What its handlers share.
    pub server: Server,
    home: Home,
    workers: Vec<(&'static str, JoinHandle<()>)>,
}

/// Starts HTTP and the workers on an opened engine.
///
/// # Errors
/// A sentence: the address is taken, the data folder cannot be written.
pub async fn start(opened: Opened, config: Config) -> Result<Running, Sentence> {
    let Opened {
        home,
        engine,
        clock,
        business,
        ..
    } = opened;
    let listener = TcpListener::bind(config.listen).await.map_err(|error| {
        Sentence::new("serve-address")
            .with("address", config.listen)
            .with("problem", error)
    })?;
    let address = listener.local_addr().map_err(|error| {
        Sentence::new("serve-address")
            .with("address", config.listen)
            .with("problem", error)
    })?;
    let console_secret = fresh_secret().map_err(|e| home_words(&e))?;
    let config = Config {
        listen: address,
        ..config
    };
    if let Some(provider) = identity_provider(&config, &clock)? {
        engine.use_identity_provider(provider);
    }
    let site = Site::open(&config.site);
    let ports = engine.ports();
    let limits = &config.limits;
    let server = Server(std::sync::Arc::new(Shared {
        pages: PageState {
            ports: ports.clone(),
            clock: business,
            assets: site.assets(),
            environment: config.environment,
            secure: config.is_https(),
        },
        base_url: config.base_url(),
        per_source: Buckets::per_second(clock.clone(), limits.source_per_second, limits.source_burst),
        per_address: Buckets::per_minute(
            clock.clone(),
            limits.sign_in_per_minute.saturating_mul(PEOPLE_PER_ADDRESS),
        ),
        per_user: Buckets::per_minute(clock.clone(), limits.sign_in_per_minute),
        odd_proxies: Odd::default(),
        under_way: UnderWay::default(),
        metrics: Metrics::default(),
        closing: CancellationToken::new(),
        console_secret: console_secret.clone(),
        clock,
        engine,
        ports,
        site,
        config,
    }));
    let router = routes::router(server.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let closing = server.closing.clone();
    let http = tokio::spawn(async move {
        let served = axum::serve(listener, router)
            .with_graceful_shutdown(closing.cancelled_owned())
            .await;
        if let Err(error) = served {
            tracing::error!(%error, "the HTTP server ended");
        }
    });
    let watching = tokio::spawn(folder::watch(server.clone()));
    let keeping = tokio::spawn(anchors::keep(server.clone()));
    let holder = Holder {
        pid: std::process::id(),
        address: Some(address),
        secret: Some(console_secret),
    };
    home.announce(&holder).map_err(|e| home_words(&e))?;
    Ok(Running {
        address,
        server,
        home,
        workers: vec![("http", http), ("inbox", watching), ("anchors", keeping)],
    })
}

impl Running {
    /// Adds a worker that ends when the server closes.
    pub fn worker(&mut self, name: &'static str, task: JoinHandle<()>) {
        self.workers.push((name, task));
    }

    /// The workers that ended although the server runs: each a defect.
    #[must_use]
    pub fn dead(&self) -> Vec<&'static str> {
        let mut dead: Vec<_> = self
            .workers
            .iter()
            .filter(|(_, task)| task.is_finished())
            .map(|(name, _)| *name)
            .collect();
        if !self.server.engine.health().running {
            dead.push("engine");
        }
        dead
    }

    /// Answers what is under way, stops the workers, then the engine, and lets go of the data folder.
    pub async fn stop(self) {
        let Self {
            server, home, workers, ..
        } = self;
        server.closing.cancel();
        for (name, mut task) in workers {
            match tokio::time::timeout(DRAIN, &mut task).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::error!(worker.name = name, %error, "a worker failed"),
                Err(_) => {
                    tracing::warn!(worker.name = name, "a worker did not end in time");
                    task.abort();
                }
            }
        }
        server.engine.stop().await;
        server.engine.store().close().await;
        drop(home);
    }
}

/// Waits for SIGINT or SIGTERM.
pub async fn signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
