//! What only the store knows: who may sign in, what is backed up, who sends, how far the views are.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use domain::access::Role;
use domain::{Clock, Instant, Sentence};
use engine::{FOLD_VERSION, SystemClock};
use store::log::Token;
use store::{Store, StoreError};

use super::Finding;
use crate::config::{Config, DoctorConfig, StoreKind};
use crate::demo::Demo;
use crate::home::Home;
use crate::start::{place, store_words};
use crate::state::Server;

/// Setting: when the last backup was made, in microseconds.
pub const BACKED_UP_AT: &str = "backup.at";

/// Days before its end at which a token is worth a word.
const ENDS_SOON: i64 = 14;
/// Names in one sentence.
const MOST_NAMED: usize = 20;

/// What is compared with now.
struct Clocks {
    /// Of the machine.
    system: Instant,
    /// Of what is received: the demo's differs.
    business: Instant,
}

/// How a running server is.
pub async fn inside(server: &Server) -> Vec<Finding> {
    let health = server.engine.health();
    let behind = (health.head - health.folded).max(0);
    let views = if !health.running {
        Finding::broken("views", Sentence::new("doctor-views-stopped"))
    } else if crate::rest::health::is_behind(behind) {
        Finding::look("views", Sentence::new("doctor-views-behind").with("n", behind))
    } else {
        Finding::fine("views", Sentence::new("doctor-views-fine").with("n", behind))
    };
    let clocks = Clocks {
        system: server.clock.now(),
        business: server.pages.clock.now(),
    };
    let mut found = of_store(server.engine.store(), &server.config, &clocks).await;
    found.push(views);
    let (unnamed, silent) = server.odd_proxies.seen();
    let says = |key: &'static str, peer: IpAddr| Finding::look("forwarded", Sentence::new(key).with("peer", peer));
    found.extend(unnamed.map(|peer| says("doctor-proxy-unnamed", peer)));
    found.extend(silent.map(|peer| says("doctor-proxy-silent", peer)));
    found
}

/// How the store of a server that does not run is. Nothing is made that is not there; what is there is opened as the
/// server would open it.
pub(super) async fn stopped(home: Home, config: &Config) -> Vec<Finding> {
    let begun = home.dir().join("log.db").is_file() || config.store.kind == StoreKind::Postgres;
    if !begun {
        return vec![Finding::look("store", Sentence::new("doctor-store-none"))];
    }
    let opened = match place(config, &home) {
        Ok(place) => Store::open(&place, FOLD_VERSION).await.map_err(|e| store_words(&e)),
        Err(sentence) => Err(sentence),
    };
    let store = match opened {
        Ok(store) => store,
        Err(sentence) => return vec![Finding::broken("store", sentence)],
    };
    let business: Arc<dyn Clock> = match Demo::open(home.dir(), config.demo.seed) {
        Ok(demo) if Demo::is_in(home.dir()) => demo.clock(),
        _ => Arc::new(SystemClock),
    };
    let clocks = Clocks {
        system: SystemClock.now(),
        business: business.now(),
    };
    let mut found = vec![Finding::look("server", Sentence::new("doctor-server-stopped"))];
    found.extend(of_store(&store, config, &clocks).await);
    store.close().await;
    found
}

async fn of_store(store: &Store, config: &Config, clocks: &Clocks) -> Vec<Finding> {
    let looked = async {
        Ok::<_, StoreError>(vec![
            people(store, config).await?,
            backup(store, config, clocks.system).await?,
            drift(store, clocks.business).await?,
            silence(store, &config.doctor, clocks.business).await?,
            tokens(store, clocks.system).await?,
        ])
    };
    match looked.await {
        Ok(found) => found,
        Err(error) => vec![Finding::broken("store", store_words(&error))],
    }
}

/// Who can decide things, and whether anybody else can agree.
async fn people(store: &Store, config: &Config) -> Result<Finding, StoreError> {
    let people = store.log.list_people().await?;
    let administers = |roles: &str| {
        roles
            .split_whitespace()
            .any(|word| word == Role::Administrator.as_str())
    };
    let n = people
        .iter()
        .filter(|p| p.blocked_at.is_none() && administers(&p.roles))
        .count();
    Ok(match n {
        0 if people.is_empty() => Finding::look("sign-in", Sentence::new("doctor-nobody")),
        0 if config.oidc.is_on() => Finding::look("sign-in", Sentence::new("doctor-administrators-elsewhere")),
        0 => Finding::broken("sign-in", Sentence::new("doctor-no-administrator")),
        1 => Finding::look("sign-in", Sentence::new("doctor-one-administrator")),
        n => Finding::fine("sign-in", Sentence::new("doctor-administrators").with("n", n)),
    })
}

async fn backup(store: &Store, config: &Config, now: Instant) -> Result<Finding, StoreError> {
    if config.store.kind == StoreKind::Postgres {
        return Ok(Finding::fine("backup", Sentence::new("doctor-backup-postgres")));
    }
    let made = store
        .log
        .get_setting(BACKED_UP_AT)
        .await?
        .and_then(|text| text.parse().ok());
    let Some(at) = made.map(Instant) else {
        let used = store.log.head().await?.last_inbox_id > 0;
        return Ok(if used {
            Finding::look("backup", Sentence::new("doctor-backup-never"))
        } else {
            Finding::fine("backup", Sentence::new("doctor-backup-nothing"))
        });
    };
    let days = now.since(at).max(0) / Instant::DAY;
    let says = |key: &'static str| Sentence::new(key).with("days", days);
    Ok(if days >= i64::from(config.doctor.backup_days) {
        Finding::look("backup", says("doctor-backup-old"))
    } else {
        Finding::fine("backup", says("doctor-backup-fine"))
    })
}

/// Whether the clock stands before what the log already holds.
async fn drift(store: &Store, now: Instant) -> Result<Finding, StoreError> {
    let last = store.log.head().await?.last_received_at;
    let ahead = last.since(now) / Instant::SECOND;
    Ok(if ahead > 60 {
        Finding::broken("log", Sentence::new("doctor-log-ahead").with("seconds", ahead))
    } else {
        Finding::fine("log", Sentence::new("doctor-log-fine"))
    })
}

/// Tokens that nobody replaced and that end soon: what sends with them is refused then.
async fn tokens(store: &Store, now: Instant) -> Result<Finding, StoreError> {
    let soon = now.plus(ENDS_SOON * Instant::DAY);
    let ending = store.log.list_tokens_expiring(soon, MOST_NAMED).await?;
    let named = |token: &Token| format!("{} ({}…)", token.title, token.prefix);
    let names: Vec<String> = ending.iter().filter(|t| t.overlap_until.is_none()).map(named).collect();
    Ok(if names.is_empty() {
        Finding::fine("tokens", Sentence::new("doctor-tokens-fine").with("days", ENDS_SOON))
    } else {
        let says = Sentence::new("doctor-tokens-ending")
            .with("n", names.len())
            .with("days", ENDS_SOON)
            .with("names", names.join(", "));
        Finding::look("tokens", says)
    })
}

/// Sources that used to send and do not.
async fn silence(store: &Store, settings: &DoctorConfig, now: Instant) -> Result<Finding, StoreError> {
    let names: HashMap<i64, String> = store
        .log
        .list_sources()
        .await?
        .into_iter()
        .map(|source| (source.source_id, source.name))
        .collect();
    let patience = i64::from(settings.silent_hours) * Instant::HOUR;
    let mut silent: Vec<&str> = store
        .log
        .list_source_totals()
        .await?
        .iter()
        .filter(|total| now.since(total.last_heard_at) > patience)
        .filter_map(|total| names.get(&total.source_id).map(String::as_str))
        .collect();
    silent.sort_unstable();
    Ok(if silent.is_empty() {
        Finding::fine("sources", Sentence::new("doctor-sources-fine").with("n", names.len()))
    } else {
        let says = Sentence::new("doctor-sources-silent")
            .with("n", silent.len())
            .with("hours", settings.silent_hours)
            .with("names", silent.join(", "));
        Finding::look("sources", says)
    })
}
