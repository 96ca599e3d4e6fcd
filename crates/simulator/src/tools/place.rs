//! Where a tool's Docket keeps its data, and what has to be in it before a client can talk to it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use engine::{Clocks, Engine, Options, Randomness, Sealer, SessionLength, SystemClock};
use store::{Store, StoreConfig};
use views::sources::NewSource;
use views::{Caller, Origin, Role, Scope};

/// Names the Postgres server of tests and tools.
pub const POSTGRES: &str = "DOCKET_TEST_POSTGRES";

/// Which database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Base {
    /// Files of the data folder.
    Sqlite,
    /// Schemas of a Postgres database, their names beginning with `schema`.
    Postgres {
        /// Its address.
        url: String,
        /// First part of the names.
        schema: String,
    },
}

impl Base {
    /// SQLite, and Postgres when the environment names one. `schema` keeps runs apart.
    #[must_use]
    pub fn both(schema: &str) -> Vec<Self> {
        let postgres = std::env::var(POSTGRES).ok().map(|url| Self::Postgres {
            url,
            schema: schema.to_owned(),
        });
        [Some(Self::Sqlite), postgres].into_iter().flatten().collect()
    }

    /// Its name in reports.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres { .. } => "Postgres",
        }
    }

    /// How the store finds it.
    #[must_use]
    pub fn config(&self, folder: &Path) -> StoreConfig {
        match self {
            Self::Sqlite => StoreConfig::Sqlite { dir: folder.to_owned() },
            Self::Postgres { url, schema } => StoreConfig::Postgres {
                url: url.clone(),
                schema: Some(schema.clone()),
            },
        }
    }

    /// Removes what an earlier run left in Postgres.
    ///
    /// # Errors
    /// The database's.
    pub async fn clear(&self) -> Result<()> {
        let Self::Postgres { url, schema } = self else {
            return Ok(());
        };
        let mut conn = super::look::postgres(url).await?;
        let names: Vec<(String,)> = sqlx::query_as(
            "SELECT schema_name::text FROM information_schema.schemata WHERE schema_name LIKE $1 || '\\_%'",
        )
        .bind(schema)
        .fetch_all(&mut conn)
        .await?;
        for (name,) in names {
            sqlx::query(sqlx::AssertSqlSafe(format!("DROP SCHEMA \"{name}\" CASCADE")))
                .execute(&mut conn)
                .await?;
        }
        Ok(())
    }
}

/// A folder of this run that is gone when it is dropped.
///
/// # Errors
/// When none can be made.
pub fn folder() -> Result<tempfile::TempDir> {
    tempfile::Builder::new()
        .prefix("docket-tool-")
        .tempdir()
        .context("no temporary folder")
}

/// An engine in this process, on the system's clock.
///
/// # Errors
/// The store's or the engine's.
pub async fn engine(base: &Base, folder: &Path) -> Result<Arc<Engine>> {
    let store = Store::open(&base.config(folder), engine::FOLD_VERSION)
        .await
        .map_err(|e| anyhow!("{e}"))?;
    let clock: Arc<dyn domain::Clock> = Arc::new(SystemClock);
    let clocks = Clocks {
        business: Arc::clone(&clock),
        system: clock,
    };
    let options = Options {
        queue: 4_096,
        limits: formats::json::Limits::default(),
        sealer: Sealer::from_key([7; 32], "tool"),
        randomness: Randomness::from_system(),
        sessions: SessionLength::default(),
        emergency: domain::governance::EmergencyPolicy::default(),
    };
    Engine::start(store, clocks, options).await.map_err(|e| anyhow!("{e}"))
}

/// Stops an engine and lets go of its store.
pub async fn close(engine: Arc<Engine>) {
    engine.stop().await;
    let store = Arc::clone(engine.store());
    drop(engine);
    store.close().await;
}

/// What a client needs to be let in.
#[derive(Clone, Debug)]
pub struct Keys {
    /// The token of the source `load`.
    pub token: String,
    /// The id of that source.
    pub source_id: i64,
    /// The session of someone who may see orders and prices.
    pub session: String,
}

/// Makes a store with a source and a signed-in buyer.
///
/// # Errors
/// The store's or the engine's.
pub async fn prepare(base: &Base, folder: &Path) -> Result<Keys> {
    let engine = engine(base, folder).await?;
    let keys = keys(&engine).await;
    close(engine).await;
    keys
}

async fn keys(engine: &Engine) -> Result<Keys> {
    let caller = caller();
    let ports = engine.ports();
    let new = NewSource {
        name: "load".to_owned(),
        title: "Load".to_owned(),
        lane: "erp".to_owned(),
        entity: "DE01".to_owned(),
    };
    let wrong = |e: views::AppError| anyhow!("{e:?}");
    let token = ports.sources.create(&caller, &new).await.map_err(wrong)?.token;
    let source = engine
        .source_by_name("load")
        .await
        .map_err(wrong)?
        .context("the source is not there")?;
    let password = "a tool's long password";
    let person = views::governance::NewPerson {
        user: "bench".to_owned(),
        name: "Bench".to_owned(),
        password: password.to_owned(),
        roles: [Role::Procurement, Role::Finance].into(),
        scope: Scope::All,
        reason: "measures".to_owned(),
    };
    ports.people.create(&caller, &person).await.map_err(wrong)?;
    let session = ports.access.sign_in("bench", password).await.map_err(wrong)?.secret;
    Ok(Keys {
        token,
        source_id: source.source_id,
        session,
    })
}

/// Someone who may do everything, for calls inside this process.
#[must_use]
pub fn caller() -> Caller {
    Caller {
        id: "tool".to_owned(),
        name: "Tool".to_owned(),
        roles: Role::ALL.into_iter().collect(),
        scope: Scope::All,
        origin: Origin::default(),
    }
}

/// The docket binary: named by the environment, or beside this program.
///
/// # Errors
/// When there is none.
pub fn binary() -> Result<PathBuf> {
    let named = std::env::var_os("DOCKET_BIN").map(PathBuf::from);
    let beside = std::env::current_exe()
        .ok()
        .and_then(|p| Some(p.parent()?.join("docket")));
    let found = named.into_iter().chain(beside).find(|p| p.is_file());
    found.context("no docket binary: build it with `cargo build --release -p server`, or name it in DOCKET_BIN")
}
