//! From a data folder and a configuration to a running engine, and what stands in the way, in words.

use std::sync::Arc;

use connect::oidc::OidcProvider;
use domain::governance::EmergencyPolicy;
use domain::{Clock, Instant, Sentence};
use engine::{
    Clocks, Engine, EngineError, FOLD_VERSION, IdentityProvider, Options, Randomness, Sealer, SessionLength,
    SystemClock,
};
use formats::json::Limits;
use store::log::AuditRow;
use store::{Store, StoreConfig, StoreError};

use crate::config::{Config, StoreKind};
use crate::home::{Home, HomeError, SealingKey};

/// Setting that marks a demo's store.
const DEMO: &str = "demo";

/// What the store is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// A company's own data.
    Product,
    /// The demo's.
    Demo,
}

/// A running engine in a data folder that is held.
pub struct Opened {
    /// The data folder.
    pub home: Home,
    /// The engine.
    pub engine: Arc<Engine>,
    /// The key of what is sealed.
    pub key: SealingKey,
    /// The system clock.
    pub clock: Arc<dyn Clock>,
    /// The business clock.
    pub business: Arc<dyn Clock>,
}

/// Opens the store of a held data folder and starts the engine. `business`: the clock of the demo's world.
///
/// # Errors
/// A sentence: the store is newer, out of reach, or for the other use.
pub async fn open(
    home: Home,
    config: &Config,
    purpose: Use,
    business: Option<Arc<dyn Clock>>,
) -> Result<Opened, Sentence> {
    let key = home.sealing_key().map_err(|e| home_words(&e))?;
    let store = Store::open(&place(config, &home)?, FOLD_VERSION)
        .await
        .map_err(|e| store_words(&e))?;
    claim(&store, purpose).await?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let business = business.unwrap_or_else(|| Arc::clone(&clock));
    let clocks = Clocks {
        business: Arc::clone(&business),
        system: Arc::clone(&clock),
    };
    let session = &config.session;
    let options = Options {
        queue: config.limits.queue,
        limits: Limits {
            depth: config.limits.json_depth,
            ..Limits::default()
        },
        sealer: Sealer::from_key(key.key, key.id.as_str()),
        randomness: Randomness::from_system(),
        sessions: SessionLength {
            idle: i64::from(session.idle_minutes) * Instant::MINUTE,
            absolute: i64::from(session.absolute_hours) * Instant::HOUR,
        },
        emergency: EmergencyPolicy {
            allowed: config.policies.emergency_alone,
        },
    };
    let engine = Engine::start(store, clocks, options)
        .await
        .map_err(|e| engine_words(&e))?;
    Ok(Opened {
        home,
        engine,
        key,
        clock,
        business,
    })
}

/// Whether the environment allows to serve as configured.
///
/// # Errors
/// A sentence: people elsewhere would send their passwords in the clear.
pub fn may_serve(config: &Config) -> Result<(), Sentence> {
    let safe = config.is_https() || config.is_reached_here_only();
    if safe || config.environment.speaks_in_the_clear() {
        return Ok(());
    }
    Err(Sentence::new("start-in-the-clear").with("url", config.told_url()))
}

/// The identity provider, when one is configured and the environment may ask it.
///
/// # Errors
/// A sentence: its address does not do.
pub fn identity_provider(
    config: &Config,
    clock: &Arc<dyn Clock>,
) -> Result<Option<Arc<dyn IdentityProvider>>, Sentence> {
    let Some(settings) = config.identity_provider().filter(|_| config.environment.asks_others()) else {
        return Ok(None);
    };
    let provider = OidcProvider::new(settings, Arc::clone(clock))
        .map_err(|problem| Sentence::new("config-oidc-provider").with("problem", problem))?;
    Ok(Some(Arc::new(provider)))
}

/// Where the store is.
///
/// # Errors
/// When Postgres has no address.
pub fn place(config: &Config, home: &Home) -> Result<StoreConfig, Sentence> {
    match (config.store.kind, &config.store.url) {
        (StoreKind::Sqlite, _) => Ok(StoreConfig::Sqlite {
            dir: home.dir().to_owned(),
        }),
        (StoreKind::Postgres, Some(url)) => {
            let schema = Some(config.store.schema.clone()).filter(|s| !s.is_empty());
            Ok(StoreConfig::Postgres {
                url: url.reveal().to_owned(),
                schema,
            })
        }
        (StoreKind::Postgres, None) => Err(Sentence::new("config-postgres-url")),
    }
}

/// A demo's store is a demo's for ever, a company's own never becomes one.
async fn claim(store: &Store, purpose: Use) -> Result<(), Sentence> {
    let words = |e: StoreError| store_words(&e);
    let is_demo = store.log.get_setting(DEMO).await.map_err(words)?.is_some();
    match purpose {
        Use::Product if is_demo => Err(Sentence::new("start-is-demo")),
        Use::Demo if !is_demo => {
            let used = store.log.head().await.map_err(words)?.last_inbox_id > 0
                || !store.log.list_people().await.map_err(words)?.is_empty();
            if used {
                return Err(Sentence::new("start-not-demo"));
            }
            let mut change = store.log.begin_change().await.map_err(words)?;
            change.upsert_setting(DEMO, "nordwind").await.map_err(words)?;
            let row = AuditRow::done(SystemClock.now(), "console", "demo.made", "installation");
            change.commit(&[row]).await.map(drop).map_err(words)
        }
        Use::Product | Use::Demo => Ok(()),
    }
}

/// What is wrong with a data folder, in words.
#[must_use]
pub fn home_words(error: &HomeError) -> Sentence {
    match error {
        HomeError::Held(holder) => Sentence::new("home-held").with("pid", holder.as_ref().map_or(0, |h| h.pid)),
        HomeError::Broken { path, .. } => Sentence::new("home-key-broken").with("path", path.display()),
        HomeError::Disk { path, source } => Sentence::new("home-disk")
            .with("path", path.display())
            .with("problem", source),
    }
}

/// What is wrong with a store, in words.
#[must_use]
pub fn store_words(error: &StoreError) -> Sentence {
    tracing::debug!(%error, "store");
    match error {
        StoreError::Newer { found, known } => Sentence::new("start-newer").with("found", found).with("known", known),
        StoreError::Locked(path) => Sentence::new("home-locked").with("path", path.display()),
        StoreError::Refused(why) => Sentence::new("start-refused").with("why", why),
        StoreError::Full(_) => Sentence::new("start-disk-full"),
        StoreError::Busy(_) => Sentence::new("start-store-away").with("problem", error),
        _ => Sentence::new("start-store").with("problem", error),
    }
}

/// What is wrong with an engine that does not start, in words.
#[must_use]
pub fn engine_words(error: &EngineError) -> Sentence {
    match error {
        EngineError::Store(store) => store_words(store),
        other => Sentence::new("start-store").with("problem", other),
    }
}
