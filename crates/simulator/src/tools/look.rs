//! Looking into a log from outside, by connections of our own: what is really there.

use std::collections::HashMap;
use std::path::Path;

use anyhow::Result;
use sqlx::{ConnectOptions, Connection, PgConnection, SqliteConnection};

use super::place::Base;
use crate::load::id_of_item;

/// A connection to Postgres.
///
/// # Errors
/// The database's.
pub async fn postgres(url: &str) -> Result<PgConnection> {
    Ok(PgConnection::connect(url).await?)
}

/// A connection to a SQLite file that cannot write.
///
/// # Errors
/// The database's.
pub async fn sqlite(path: &Path) -> Result<SqliteConnection> {
    Ok(sqlx::sqlite::SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .connect()
        .await?)
}

/// How often each of a source's events is in the log, by the sender's id.
///
/// # Errors
/// The database's.
pub async fn events(base: &Base, folder: &Path, source_id: i64) -> Result<HashMap<String, u32>> {
    const TAIL: &str = "events WHERE source_id = $1";
    let keys: Vec<(String,)> = match base {
        Base::Sqlite => {
            let mut conn = sqlite(&folder.join("log.db")).await?;
            let sql = format!("SELECT item_key FROM {TAIL}");
            sqlx::query_as(sqlx::AssertSqlSafe(sql))
                .bind(source_id)
                .fetch_all(&mut conn)
                .await?
        }
        Base::Postgres { url, schema } => {
            let mut conn = postgres(url).await?;
            let sql = format!("SELECT item_key FROM {schema}_log.{TAIL}");
            sqlx::query_as(sqlx::AssertSqlSafe(sql))
                .bind(source_id)
                .fetch_all(&mut conn)
                .await?
        }
    };
    let mut counts = HashMap::with_capacity(keys.len());
    for (key,) in keys {
        *counts.entry(id_of_item(&key).to_owned()).or_default() += 1;
    }
    Ok(counts)
}
