//! Settings of the installation: text by key. People change them through [`super::Change`].

use super::Log;
use crate::db::{Conn, Sql, statements};
use crate::error::Result;

statements! {
    GET = Sql::same("SELECT value FROM settings WHERE key = $1");
    SET = Sql::same("INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value");
    ADD = Sql::same("INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING");
    DELETE = Sql::same("DELETE FROM settings WHERE key = $1");
}

pub(crate) async fn get(conn: &mut Conn<'_>, key: &str) -> Result<Option<String>> {
    conn.one(GET, [key.into()], |r| r.text(0)).await
}

pub(crate) async fn set(conn: &mut Conn<'_>, key: &str, value: &str) -> Result<()> {
    conn.run(SET, [key.into(), value.into()]).await.map(drop)
}

pub(super) async fn add(conn: &mut Conn<'_>, key: &str, value: &str) -> Result<bool> {
    Ok(conn.run(ADD, [key.into(), value.into()]).await? > 0)
}

pub(super) async fn delete(conn: &mut Conn<'_>, key: &str) -> Result<bool> {
    Ok(conn.run(DELETE, [key.into()]).await? > 0)
}

impl Log {
    /// A setting's value.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_setting(&self, key: &str) -> Result<Option<String>> {
        get(&mut self.pools.read.acquire().await?, key).await
    }

    /// Writes a setting that Docket keeps for itself, such as which views are current.
    pub(crate) async fn keep_setting(&self, key: &str, value: &str) -> Result<()> {
        set(&mut self.pools.write.acquire().await?, key, value).await
    }
}
