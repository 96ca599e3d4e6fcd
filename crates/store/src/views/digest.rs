//! The content of a generation, for proving that a rebuild gives the same bytes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::Views;
use crate::bulk::{Kind, Table};
use crate::db::Row;
use crate::error::{Result, StoreError};

/// Rows compared at a time.
const STEP: usize = 1_000;

/// The first row that is not the same in two generations; absent on one side: that side has no more rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Table.
    pub table: String,
    /// The row here.
    pub here: Option<String>,
    /// The row there.
    pub there: Option<String>,
}

impl Views {
    /// SHA-256 of every table's rows in the order of their keys. Equal digests: equal content, on either engine.
    /// For a generation that nobody folds into meanwhile.
    ///
    /// # Errors
    /// The database's.
    pub async fn digest(&self) -> Result<BTreeMap<String, [u8; 32]>> {
        let mut out = BTreeMap::new();
        let mut conn = self.pools.read.acquire().await?;
        for table in super::tables() {
            let mut hash = Sha256::new();
            conn.each(in_order(table, ""), [], |row| feed(&mut hash, table, row))
                .await?;
            out.insert(table.name.to_owned(), hash.finalize().into());
        }
        Ok(out)
    }

    /// Rows of a table in the order of their keys, as text, for people; `skip` of them are left out.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when there is no such table.
    pub async fn dump(&self, table: &str, skip: usize, limit: usize) -> Result<Vec<String>> {
        let table = super::tables()
            .into_iter()
            .find(|t| t.name == table)
            .ok_or_else(|| StoreError::Refused(format!("views have no table {table}")))?;
        let args = [
            i64::try_from(limit).unwrap_or(i64::MAX).into(),
            i64::try_from(skip).unwrap_or(i64::MAX).into(),
        ];
        self.pools
            .read
            .acquire()
            .await?
            .rows(in_order(table, " LIMIT $1 OFFSET $2"), args, |row| show(table, row))
            .await
    }

    /// The first row in which the two generations differ, if there is one.
    ///
    /// # Errors
    /// The databases'.
    pub async fn first_difference(&self, other: &Self) -> Result<Option<Difference>> {
        for table in super::tables() {
            let mut skip = 0;
            loop {
                let here = self.dump(table.name, skip, STEP).await?;
                let there = other.dump(table.name, skip, STEP).await?;
                if here != there {
                    let at = here.iter().zip(&there).take_while(|(a, b)| a == b).count();
                    return Ok(Some(Difference {
                        table: table.name.to_owned(),
                        here: here.get(at).cloned(),
                        there: there.get(at).cloned(),
                    }));
                }
                if here.len() < STEP {
                    break;
                }
                skip += STEP;
            }
        }
        Ok(None)
    }
}

fn in_order(table: &Table, tail: &str) -> String {
    let all = table.columns.iter().map(|(c, _)| *c).collect::<Vec<_>>();
    let key = all.iter().take(table.key).copied().collect::<Vec<_>>();
    format!(
        "SELECT {} FROM {} ORDER BY {}{tail}",
        all.join(","),
        table.name,
        key.join(",")
    )
}

fn feed(hash: &mut Sha256, table: &Table, row: Row<'_>) -> Result<()> {
    let mut part = |tag: u8, bytes: &[u8]| {
        hash.update([tag]);
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    };
    for (i, (_, kind)) in table.columns.iter().enumerate() {
        match kind {
            Kind::Int => match row.opt_int(i)? {
                Some(v) => part(1, &v.to_be_bytes()),
                None => part(0, &[]),
            },
            Kind::Text => match row.opt_str(i)? {
                Some(v) => part(2, v.as_bytes()),
                None => part(0, &[]),
            },
            Kind::Bytes => match row.opt_blob(i)? {
                Some(v) => part(3, v),
                None => part(0, &[]),
            },
        }
    }
    Ok(())
}

fn show(table: &Table, row: Row<'_>) -> Result<String> {
    let mut out = String::new();
    for (i, (column, kind)) in table.columns.iter().enumerate() {
        let value = match kind {
            Kind::Int => row.opt_int(i)?.map(|v| v.to_string()),
            Kind::Text => row.opt_str(i)?.map(|v| format!("{v:?}")),
            Kind::Bytes => row.opt_blob(i)?.map(hex),
        };
        let _ = write!(out, "{column}={} ", value.as_deref().unwrap_or("-"));
    }
    out.truncate(out.trim_end().len());
    Ok(out)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, b| {
        let _ = write!(out, "{b:02x}");
        out
    })
}
