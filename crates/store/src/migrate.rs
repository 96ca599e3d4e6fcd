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
    2 "002_floor";
    3 "003_selection_runs";
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
    log_up_to(conn, known()).await
}

async fn log_up_to(conn: &mut Conn<'_>, last: i64) -> Result<()> {
    conn.script(CREATE).await?;
    let found = conn.one(FOUND, [], |r| r.int(0)).await?.unwrap_or_default();
    if found > known() {
        return Err(StoreError::Newer { found, known: known() });
    }
    for step in LOG.iter().filter(|step| step.version > found && step.version <= last) {
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
    use domain::Instant;

    use super::DONE;
    use crate::log::{Body, Person, Session, Token};
    use crate::places::Places;
    use crate::{Store, StoreConfig, StoreError};

    /// What a Docket of version 1 wrote.
    const FILLED: &str = "
        INSERT INTO sources (source_id, name, title, lane, entity, kind, token_hash, token_prefix, hmac_sealed, created_at)
          VALUES (3, 'wms', 'Warehouse', 'warehouse', '1000', '', X1, 'dkt_aa', X2, 5),
                 (4, 'erp', 'ERP', 'erp', '1000', '', NULL, NULL, NULL, 6),
                 (7, 'tms', 'Carrier', 'carrier', '', '', X3, NULL, NULL, 7);
        INSERT INTO people (login, name, password_hash, roles, scope, created_at)
          VALUES ('ada', 'Ada', '$argon2id$', 'finance', '{}', 8), ('bob', 'Bob', NULL, '', '{}', 9);
        INSERT INTO sessions (hash, login, created_at, seen_at, expires_at)
          VALUES (X1, 'ada', 10, 11, 12), (X2, 'ada', 13, 14, 15);
        INSERT INTO bodies (month, hash, region, codec, key_id, bytes, expires_at)
          VALUES (24310, X1, 'eu', 1, NULL, X2, NULL), (24310, X2, 'eu', 1, NULL, X2, NULL), (24311, X1, 'eu', 1, NULL, X2, 77);
        INSERT INTO inbox (inbox_id, source_id, received_at, month, hash, media_type, bytes, state, accepted, duplicate, conflict, parked)
          VALUES (1, 3, 100, 24310, X1, 'a/b', 1, 2, 1, 0, 0, 0), (2, 3, 200, 24310, X2, 'a/b', 1, 2, 1, 0, 0, 0),
                 (3, 3, 300, 24310, X1, 'a/b', 1, 2, 0, 1, 0, 0);";

    fn person(login: &str, name: &str, password_hash: Option<&str>, roles: &str, at: i64) -> Person {
        Person {
            login: login.into(),
            name: name.into(),
            password_hash: password_hash.map(str::to_owned),
            roles: roles.into(),
            scope: "{}".into(),
            created_at: Instant(at),
            email: None,
            blocked_at: None,
            oidc_subject: None,
        }
    }

    fn token(token_id: i64, source_id: i64, title: &str, n: u8, at: i64) -> Token {
        Token {
            token_id,
            source_id: Some(source_id),
            service: None,
            title: title.into(),
            scopes: "ingest".into(),
            prefix: if n == 1 { "dkt_aa".into() } else { String::new() },
            hash: vec![n],
            hmac_sealed: (n == 1).then(|| vec![2]),
            created_by: String::new(),
            created_at: Instant(at),
            expires_at: None,
            revoked_at: None,
            overlap_until: None,
            last_used_at: None,
            quota_per_minute: None,
        }
    }

    async fn a_database_at_version_1_is_brought_to_this_one(config: &StoreConfig, places: Places) {
        let log = places.open_log().await.unwrap();
        let mut conn = log.write.begin().await.unwrap();
        super::log_up_to(&mut conn, 1).await.unwrap();
        let (open, close) = if conn.dialect() == crate::Dialect::Sqlite {
            ("X'", "'")
        } else {
            ("'\\x", "'")
        };
        let mut filled = FILLED.to_owned();
        for n in 1..4 {
            filled = filled.replace(&format!("X{n}"), &format!("{open}0{n}{close}"));
        }
        conn.script(filled).await.unwrap();
        conn.commit().await.unwrap();
        log.close().await;
        drop(places);

        let store = Store::open(config, 1).await.unwrap();
        let log = &store.log;
        let tokens = [token(1, 3, "Warehouse", 1, 5), token(2, 7, "Carrier", 3, 7)];
        assert_eq!(log.list_tokens().await.unwrap(), tokens);
        let sources = log.list_sources().await.unwrap();
        let names: Vec<_> = sources.iter().map(|s| (s.source_id, s.name.as_str())).collect();
        assert_eq!(names, [(4, "erp"), (7, "tms"), (3, "wms")]);
        let people = [
            person("ada", "Ada", Some("$argon2id$"), "finance", 8),
            person("bob", "Bob", None, "", 9),
        ];
        assert_eq!(log.list_people().await.unwrap(), people);
        let sessions = log.list_sessions("ada").await.unwrap();
        let [late, early] = sessions.as_slice() else {
            panic!("{sessions:?}");
        };
        assert!(
            late.session_id.len() == 16 && late.session_id != early.session_id,
            "{sessions:?}"
        );
        let expected = Session {
            hash: vec![1],
            session_id: early.session_id.clone(),
            login: "ada".into(),
            method: "password".into(),
            ip: None,
            client: None,
            created_at: Instant(10),
            rotated_at: Instant(10),
            seen_at: Instant(11),
            expires_at: Instant(12),
        };
        assert_eq!(early, &expected);
        let month = 30 * Instant::DAY;
        for (at, n, expires) in [(24_310, 1, 300 + month), (24_310, 2, 200 + month), (24_311, 1, 77)] {
            let body: Body = log.get_body(at, &[n]).await.unwrap().unwrap();
            assert_eq!(body.expires_at, Some(Instant(expires)), "{at} {n}");
        }
        store.close().await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn version_1_is_brought_to_this_one_on_sqlite() {
        let place = tempfile::TempDir::new().unwrap();
        let dir = place.path().join("data");
        let config = StoreConfig::Sqlite { dir: dir.clone() };
        a_database_at_version_1_is_brought_to_this_one(&config, Places::folder(dir).unwrap()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn version_1_is_brought_to_this_one_on_postgres() {
        let Ok(url) = std::env::var("DOCKET_TEST_POSTGRES") else {
            println!("SKIPPED: DOCKET_TEST_POSTGRES is not set, so nothing was tested on Postgres");
            return;
        };
        let schema = format!("docket_test_{}_migrate", std::process::id());
        let config = StoreConfig::Postgres {
            url: url.clone(),
            schema: Some(schema.clone()),
        };
        crate::erase(&config).await.unwrap();
        let places = Places::database(&url, Some(&schema)).unwrap();
        let run = tokio::spawn(async move { a_database_at_version_1_is_brought_to_this_one(&config, places).await });
        let outcome = run.await;
        let config = StoreConfig::Postgres {
            url,
            schema: Some(schema),
        };
        crate::erase(&config).await.unwrap();
        outcome.unwrap();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_database_newer_than_the_program_is_refused_and_left_as_it_is() {
        let place = tempfile::TempDir::new().unwrap();
        let config = StoreConfig::Sqlite {
            dir: place.path().to_owned(),
        };
        let store = Store::open(&config, 1).await.unwrap();
        let mut conn = store.log.begin_small().await.unwrap();
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
