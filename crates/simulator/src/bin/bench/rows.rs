//! The rows that a run through the engine left, as a plan for writing them again: the log's by commit, the views' by batch
//! of the fold.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use anyhow::{Context, Result};
use simulator::load::{STEPS, id_of_item};
use simulator::tools::look;
use simulator::tools::place::Base;
use sqlx::{AssertSqlSafe, Row};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Int,
    Text,
    Blob,
}

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Int(Option<i64>),
    Text(Option<String>),
    Blob(Option<Vec<u8>>),
}

impl Value {
    pub(crate) fn int(&self) -> i64 {
        if let Self::Int(Some(n)) = self { *n } else { 0 }
    }
}

/// A table: its columns, and what happens to a row that is there.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [(&'static str, Kind)],
    /// Key of the upsert and how many first columns are settled by it; none: only new rows.
    pub(crate) upsert: Option<(&'static str, &'static [&'static str])>,
}

use Kind::{Blob, Int, Text};

pub(crate) const BODIES: Table = Table {
    name: "bodies",
    columns: &[
        ("month", Int),
        ("hash", Blob),
        ("region", Text),
        ("codec", Int),
        ("key_id", Text),
        ("bytes", Blob),
        ("expires_at", Int),
    ],
    upsert: None,
};
pub(crate) const INBOX: Table = Table {
    name: "inbox",
    columns: &[
        ("inbox_id", Int),
        ("source_id", Int),
        ("received_at", Int),
        ("month", Int),
        ("hash", Blob),
        ("media_type", Text),
        ("trace", Text),
        ("file", Text),
        ("bytes", Int),
        ("state", Int),
        ("first_seq", Int),
        ("last_seq", Int),
        ("accepted", Int),
        ("duplicate", Int),
        ("conflict", Int),
        ("parked", Int),
    ],
    upsert: None,
};
pub(crate) const ITEMS: Table = Table {
    name: "items",
    columns: &[
        ("source_id", Int),
        ("item_key", Text),
        ("content", Blob),
        ("inbox_id", Int),
        ("ordinal", Int),
        ("byte_from", Int),
        ("byte_to", Int),
        ("outcome", Int),
        ("noted", Int),
        ("fault", Text),
        ("parked_on", Text),
        ("seq", Int),
        ("version", Int),
    ],
    upsert: None,
};
pub(crate) const EVENTS: Table = Table {
    name: "events",
    columns: &[
        ("seq", Int),
        ("source_id", Int),
        ("item_key", Text),
        ("part", Int),
        ("kind", Int),
        ("activity", Text),
        ("occurred_at", Int),
        ("precision", Int),
        ("zone", Text),
        ("sort_at", Int),
        ("sort_rank", Int),
        ("source_seq", Int),
        ("source_recorded_at", Int),
        ("received_at", Int),
        ("actor_kind", Int),
        ("actor", Text),
        ("correlation_id", Text),
        ("inbox_id", Int),
        ("refs", Text),
        ("payload", Text),
    ],
    upsert: None,
};
pub(crate) const DOC_KEYS: Table = Table {
    name: "doc_keys",
    columns: &[
        ("kind", Int),
        ("scheme", Text),
        ("key", Text),
        ("order_id", Int),
        ("by_seq", Int),
    ],
    upsert: None,
};
pub(crate) const EDGES: Table = Table {
    name: "edges",
    columns: &[
        ("order_id", Int),
        ("a_kind", Int),
        ("a_scheme", Text),
        ("a_key", Text),
        ("b_kind", Int),
        ("b_scheme", Text),
        ("b_key", Text),
        ("by_seq", Int),
    ],
    upsert: None,
};
pub(crate) const ORDERS: Table = Table {
    name: "orders",
    columns: &[
        ("order_id", Int),
        ("merged_into", Int),
        ("entity", Text),
        ("po_no", Text),
        ("supplier", Text),
        ("scope_id", Int),
        ("opened_at", Int),
        ("last_at", Int),
        ("headline", Text),
        ("badges", Text),
        ("lines", Int),
        ("value", Int),
        ("currency", Text),
        ("exceptions", Int),
        ("updated_seq", Int),
        ("history", Blob),
        ("state", Blob),
    ],
    upsert: Some((
        "order_id",
        &[
            "supplier",
            "last_at",
            "headline",
            "badges",
            "lines",
            "value",
            "currency",
            "exceptions",
            "updated_seq",
            "history",
            "state",
        ],
    )),
};

pub(crate) type Rows = Vec<Vec<Value>>;

/// What one commit of the log wrote.
#[derive(Debug, Default)]
pub(crate) struct Commit {
    pub(crate) bodies: Rows,
    pub(crate) inbox: Rows,
    pub(crate) items: Rows,
    pub(crate) events: Rows,
}

/// What one batch of the fold wrote.
#[derive(Debug, Default)]
pub(crate) struct Fold {
    pub(crate) doc_keys: Rows,
    pub(crate) edges: Rows,
    pub(crate) orders: Rows,
    pub(crate) cursor: i64,
}

/// Everything to write, in order.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) commits: Vec<Commit>,
    pub(crate) folds: Vec<Fold>,
}

/// Reads a run's rows. `ends`: where each batch of the fold ended.
pub(crate) async fn read(base: &Base, folder: &Path, generation: i64, ends: &[i64]) -> Result<Plan> {
    let views = format!("views_{generation}");
    let mut source = Source::open(base, folder, &format!("views-{generation}.db"), &views).await?;
    let inbox = source.rows(&INBOX, false, "inbox_id").await?;
    let events = source.rows(&EVENTS, false, "seq").await?;
    let items = source.rows(&ITEMS, false, "seq").await?;
    let bodies = source.rows(&BODIES, false, "month").await?;
    let doc_keys = source.rows(&DOC_KEYS, true, "by_seq").await?;
    let edges = source.rows(&EDGES, true, "by_seq").await?;
    let orders = source.rows(&ORDERS, true, "order_id").await?;
    let folds = folds(&events, doc_keys, edges, &orders, ends)?;
    Ok(Plan {
        commits: commits(inbox, events, items, bodies),
        folds,
    })
}

/// Rows of one commit have one `received_at`.
fn commits(inbox: Rows, events: Rows, items: Rows, bodies: Rows) -> Vec<Commit> {
    let mut commits: BTreeMap<i64, Commit> = BTreeMap::new();
    let mut of_inbox: HashMap<i64, i64> = HashMap::new();
    let mut of_hash: HashMap<Vec<u8>, i64> = HashMap::new();
    for row in inbox {
        let at = row[2].int();
        of_inbox.insert(row[0].int(), at);
        if let Value::Blob(Some(hash)) = &row[4] {
            of_hash.insert(hash.clone(), at);
        }
        commits.entry(at).or_default().inbox.push(row);
    }
    for row in events {
        commits.entry(row[13].int()).or_default().events.push(row);
    }
    for row in items {
        let at = of_inbox.get(&row[3].int()).copied().unwrap_or_default();
        commits.entry(at).or_default().items.push(row);
    }
    for row in bodies {
        let at = if let Value::Blob(Some(hash)) = &row[1] {
            of_hash.get(hash).copied()
        } else {
            None
        };
        commits.entry(at.unwrap_or_default()).or_default().bodies.push(row);
    }
    let mut commits: Vec<Commit> = commits.into_values().collect();
    for commit in &mut commits {
        // As the store does: rows of a table without row numbers go in by key.
        commit.items.sort_unstable_by(|a, b| text(&a[1]).cmp(text(&b[1])));
    }
    commits
}

fn text(value: &Value) -> &str {
    if let Value::Text(Some(text)) = value { text } else { "" }
}

/// Which rows each batch of the fold wrote: keys and links by the event that made them, an order once if an event of it
/// was in the batch, as large as its part of its events.
fn folds(events: &Rows, doc_keys: Rows, edges: Rows, orders: &Rows, ends: &[i64]) -> Result<Vec<Fold>> {
    let numbers: HashMap<&str, usize> = orders.iter().enumerate().map(|(n, row)| (text(&row[3]), n)).collect();
    let mut folds: Vec<Fold> = ends
        .iter()
        .map(|end| Fold {
            cursor: *end,
            ..Fold::default()
        })
        .collect();
    let of_seq = |seq: i64| ends.partition_point(|end| *end < seq).min(ends.len().saturating_sub(1));
    for row in doc_keys {
        let at = of_seq(row[4].int());
        folds.get_mut(at).context("no fold was seen")?.doc_keys.push(row);
    }
    for row in edges {
        let at = of_seq(row[7].int());
        folds.get_mut(at).context("no fold was seen")?.edges.push(row);
    }
    let mut seen: Vec<u64> = vec![0; orders.len()];
    let mut touched: BTreeMap<(usize, usize), u64> = BTreeMap::new();
    for event in events {
        let Some(number) = id_of_item(text(&event[2]))
            .strip_prefix('l')
            .and_then(|id| id.split('-').next())
        else {
            continue;
        };
        let Ok(order) = number.parse::<u64>() else { continue };
        let name = (7_000_000_000 + order).to_string();
        let Some(&n) = numbers.get(name.as_str()) else { continue };
        seen[n] += 1;
        touched.insert((of_seq(event[0].int()), n), seen[n]);
    }
    for ((fold, n), so_far) in touched {
        let mut row = orders[n].clone();
        for blob in [15, 16] {
            if let Value::Blob(Some(bytes)) = &mut row[blob] {
                let part = bytes.len() as u64 * so_far.min(STEPS) / STEPS;
                bytes.truncate(usize::try_from(part)?.max(1));
            }
        }
        folds[fold].orders.push(row);
    }
    for fold in &mut folds {
        fold.orders.sort_unstable_by_key(|row| row[0].int());
        let key = |row: &Vec<Value>| (row[0].int(), text(&row[1]).to_owned(), text(&row[2]).to_owned());
        fold.doc_keys.sort_by_cached_key(key);
    }
    Ok(folds)
}

/// Where rows are read from.
enum Source {
    Sqlite(sqlx::SqliteConnection, sqlx::SqliteConnection),
    Postgres(sqlx::PgConnection, String, String),
}

impl Source {
    async fn open(base: &Base, folder: &Path, file: &str, views: &str) -> Result<Self> {
        Ok(match base {
            Base::Sqlite => Self::Sqlite(
                look::sqlite(&folder.join("log.db")).await?,
                look::sqlite(&folder.join(file)).await?,
            ),
            Base::Postgres { url, schema } => Self::Postgres(
                look::postgres(url).await?,
                format!("{schema}_log"),
                format!("{schema}_{views}"),
            ),
        })
    }

    async fn rows(&mut self, table: &Table, views: bool, by: &str) -> Result<Rows> {
        let names: Vec<&str> = table.columns.iter().map(|c| c.0).collect();
        let select = |from: String| AssertSqlSafe(format!("SELECT {} FROM {from} ORDER BY {by}", names.join(", ")));
        macro_rules! values {
            ($row:expr) => {
                table.columns.iter().enumerate().map(|(n, (_, kind))| {
                    Ok(match kind {
                        Kind::Int => Value::Int($row.try_get(n)?),
                        Kind::Text => Value::Text($row.try_get(n)?),
                        Kind::Blob => Value::Blob($row.try_get(n)?),
                    })
                })
            };
        }
        match self {
            Self::Sqlite(log, view) => {
                let conn = if views { view } else { log };
                let rows = sqlx::query(select(table.name.to_owned())).fetch_all(conn).await?;
                rows.iter().map(|row| values!(row).collect()).collect()
            }
            Self::Postgres(conn, log, view) => {
                let schema = if views { view } else { log };
                let rows = sqlx::query(select(format!("{schema}.{}", table.name)))
                    .fetch_all(conn)
                    .await?;
                rows.iter().map(|row| values!(row).collect()).collect()
            }
        }
    }
}
