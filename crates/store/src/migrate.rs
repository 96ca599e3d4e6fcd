//! Schemas: the log's grows by numbered steps that are never edited; a generation of views is created whole.

use crate::db::{Conn, Dialect, Sql, statements};
use crate::error::{Result, StoreError};

/// One numbered step of the log's schema.
struct Step {
    version: i64,
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! steps {
    ($($version:literal $name:literal;)*) => {
        &[$(Step {
            version: $version,
            name: $name,
            sqlite: include_str!(concat!("../../../migrations/sqlite/log/", $name, ".sql")),
            postgres: include_str!(concat!("../../../migrations/postgres/log/", $name, ".sql")),
        }),*]
    };
}

const LOG: &[Step] = steps! {
    1 "001_log";
};

/// Version of the views' schema: a generation made with another one is not read, but folded anew.
pub(crate) const VIEWS_VERSION: i64 = 1;
const VIEWS: Sql = Sql::per_dialect(
    include_str!("../../../migrations/sqlite/views/001_views.sql"),
    include_str!("../../../migrations/postgres/views/001_views.sql"),
);

statements! {
    CREATE = Sql::same("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL)");
    FOUND = Sql::same("SELECT COALESCE(MAX(version), 0) FROM schema_version");
    DONE = Sql::same("INSERT INTO schema_version (version, name) VALUES ($1, $2)");
}

/// The newest version of the log's schema that this program knows.
pub(crate) fn known() -> i64 {
    LOG.last().map_or(0, |step| step.version)
}

/// Brings the log's schema up to what this program knows, in one transaction.
///
/// # Errors
/// [`StoreError::Newer`] when it is beyond that already; nothing is changed then.
pub(crate) async fn log(conn: &mut Conn<'_>) -> Result<()> {
    conn.script(CREATE).await?;
    let found = conn.one(FOUND, [], |r| r.int(0)).await?.unwrap_or_default();
    if found > known() {
        return Err(StoreError::Newer { found, known: known() });
    }
    for step in LOG.iter().filter(|step| step.version > found) {
        conn.script(match conn.dialect() {
            Dialect::Sqlite => step.sqlite,
            Dialect::Postgres => step.postgres,
        })
        .await?;
        conn.run(DONE, [step.version.into(), step.name.into()]).await?;
    }
    Ok(())
}

/// Creates the tables of a generation of views in an empty file or schema.
pub(crate) async fn views(conn: &mut Conn<'_>) -> Result<()> {
    conn.script(VIEWS).await
}

#[cfg(test)]
mod tests {
    use super::DONE;
    use crate::{Store, StoreConfig, StoreError};

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_database_newer_than_the_program_is_refused_and_left_as_it_is() {
        let place = tempfile::TempDir::new().unwrap();
        let config = StoreConfig::Sqlite {
            dir: place.path().to_owned(),
        };
        let store = Store::open(&config, 1).await.unwrap();
        let mut conn = store.log.begin_change().await.unwrap();
        conn.run(DONE, [(super::known() + 1).into(), "999_from_the_future".into()])
            .await
            .unwrap();
        conn.commit().await.unwrap();
        store.close().await;
        drop(store);
        let said = Store::open(&config, 1).await.unwrap_err();
        assert!(
            matches!(said, StoreError::Newer { found, known } if found == known + 1),
            "{said}"
        );
        assert!(said.to_string().contains("Use a newer Docket"));
    }
}
