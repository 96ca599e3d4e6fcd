//! The texts that `bulk` runs.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, RwLock};

use super::{Kind, Table};
use crate::db::Dialect;

/// What a bulk statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Verb {
    /// Insert; a known key fails.
    Insert,
    /// Insert; a known key is left as it is.
    InsertNew,
    /// Insert, or replace every other column.
    Upsert,
    /// Insert, or replace the columns that are not settled.
    UpsertUnsettled,
    /// Delete by the first so many columns.
    Delete(usize),
    /// Select by the first so many columns.
    Select(usize),
    /// Select by another column (which has an index), where the condition holds too.
    SelectBy(&'static str, &'static str),
    /// Count rows by a column and a second one, where the first is among those named and the condition holds too.
    CountBy(&'static str, &'static str, &'static str),
}

/// What makes a table's columns these: two row types may read the same table.
type Columns = (&'static str, usize);
type Known = HashMap<(Dialect, Columns, Verb, usize), Arc<str>>;
static KNOWN: LazyLock<RwLock<Known>> = LazyLock::new(RwLock::default);

/// The statement for a block of `rows` rows; on Postgres one text serves any number.
pub(crate) fn sql(dialect: Dialect, table: &'static Table, verb: Verb, rows: usize) -> Arc<str> {
    let key = (
        dialect,
        (table.name, table.columns.len()),
        verb,
        if dialect == Dialect::Postgres { 0 } else { rows },
    );
    if let Ok(known) = KNOWN.read()
        && let Some(text) = known.get(&key)
    {
        return Arc::clone(text);
    }
    let text: Arc<str> = match dialect {
        Dialect::Sqlite => sqlite(table, verb, rows),
        Dialect::Postgres => postgres(table, verb),
    }
    .into();
    if let Ok(mut known) = KNOWN.write() {
        known.insert(key, Arc::clone(&text));
    }
    text
}

/// `SELECT` of all columns of a table, with `tail` behind it.
pub(crate) fn select_text(table: &'static Table, tail: &'static str) -> Arc<str> {
    type Known = HashMap<(Columns, &'static str), Arc<str>>;
    static KNOWN: LazyLock<RwLock<Known>> = LazyLock::new(RwLock::default);
    if let Ok(known) = KNOWN.read()
        && let Some(text) = known.get(&((table.name, table.columns.len()), tail))
    {
        return Arc::clone(text);
    }
    let text: Arc<str> = format!("SELECT {} FROM {} {tail}", all(table), table.name).into();
    if let Ok(mut known) = KNOWN.write() {
        known.insert(((table.name, table.columns.len()), tail), Arc::clone(&text));
    }
    text
}

fn sqlite(table: &Table, verb: Verb, rows: usize) -> String {
    let tuple = |n: usize| format!("({})", vec!["?"; n].join(","));
    let name = table.name;
    match verb {
        Verb::Delete(1) => format!("DELETE FROM {name} WHERE {} IN {}", columns(table, 1), tuple(rows)),
        Verb::Select(1) => {
            format!(
                "SELECT {} FROM {name} WHERE {} IN {}",
                all(table),
                columns(table, 1),
                tuple(rows)
            )
        }
        Verb::CountBy(column, second, and) => count(table, column, second, and, &format!("IN {}", tuple(rows))),
        Verb::SelectBy(column, and) => {
            format!(
                "SELECT {} FROM {name} WHERE {column} IN {}{}",
                all(table),
                tuple(rows),
                also(and)
            )
        }
        Verb::Delete(n) | Verb::Select(n) => {
            let what = if matches!(verb, Verb::Delete(_)) {
                "DELETE".to_owned()
            } else {
                format!("SELECT {}", all(table))
            };
            let values = vec![tuple(n); rows].join(",");
            format!("{what} FROM {name} WHERE ({}) IN (VALUES {values})", columns(table, n))
        }
        Verb::Insert | Verb::InsertNew | Verb::Upsert | Verb::UpsertUnsettled => {
            let values = vec![tuple(table.columns.len()); rows].join(",");
            // OR FAIL: rows before the one that fails stand, so SQLite need not copy every page of the statement to
            // be able to undo it alone. `Conn` lets nobody commit after a failure.
            format!(
                "INSERT OR FAIL INTO {name} ({}) VALUES {values}{}",
                all(table),
                conflict(table, verb)
            )
        }
    }
}

fn postgres(table: &Table, verb: Verb) -> String {
    let name = table.name;
    match verb {
        Verb::CountBy(column, second, and) => {
            let among = format!("= ANY({})", array(1, kind_of(table, column)));
            count(table, column, second, and, &among)
        }
        Verb::SelectBy(column, and) => {
            format!(
                "SELECT {} FROM {name} WHERE {column} = ANY({}){}",
                all(table),
                array(1, kind_of(table, column)),
                also(and)
            )
        }
        Verb::Delete(n) | Verb::Select(n) => {
            let keys = (1..=n).map(|i| format!("k{i}")).collect::<Vec<_>>().join(",");
            let on = table
                .columns
                .iter()
                .take(n)
                .enumerate()
                .map(|(i, (c, _))| format!("t.{c} = k.k{}", i + 1));
            let on = on.collect::<Vec<_>>().join(" AND ");
            let from = format!("UNNEST({}) AS k({keys})", arrays(table, n));
            if matches!(verb, Verb::Delete(_)) {
                format!("DELETE FROM {name} t USING {from} WHERE {on}")
            } else {
                let wanted = table
                    .columns
                    .iter()
                    .map(|(c, _)| format!("t.{c}"))
                    .collect::<Vec<_>>()
                    .join(",");
                format!("SELECT {wanted} FROM {from} JOIN {name} t ON {on}")
            }
        }
        Verb::Insert | Verb::InsertNew | Verb::Upsert | Verb::UpsertUnsettled => {
            let n = table.columns.len();
            format!(
                "INSERT INTO {name} ({}) SELECT * FROM UNNEST({}){}",
                all(table),
                arrays(table, n),
                conflict(table, verb)
            )
        }
    }
}

fn conflict(table: &Table, verb: Verb) -> String {
    let key = columns(table, table.key);
    let rest = table.columns.iter().skip(table.key).map(|(c, _)| *c);
    let set = |names: &mut dyn Iterator<Item = &'static str>| {
        let set = names
            .map(|c| format!("{c} = excluded.{c}"))
            .collect::<Vec<_>>()
            .join(",");
        if set.is_empty() {
            format!(" ON CONFLICT ({key}) DO NOTHING")
        } else {
            format!(" ON CONFLICT ({key}) DO UPDATE SET {set}")
        }
    };
    match verb {
        Verb::InsertNew => format!(" ON CONFLICT ({key}) DO NOTHING"),
        Verb::Upsert => set(&mut rest.into_iter()),
        Verb::UpsertUnsettled => set(&mut rest.filter(|c| !table.settled.contains(c))),
        Verb::Insert | Verb::Delete(_) | Verb::Select(_) | Verb::SelectBy(..) | Verb::CountBy(..) => String::new(),
    }
}

fn columns(table: &Table, n: usize) -> String {
    table
        .columns
        .iter()
        .take(n)
        .map(|(c, _)| *c)
        .collect::<Vec<_>>()
        .join(",")
}

fn all(table: &Table) -> String {
    columns(table, table.columns.len())
}

fn count(table: &Table, column: &str, second: &str, and: &str, among: &str) -> String {
    let and = also(and);
    format!(
        "SELECT {second}, COUNT(*) FROM {} WHERE {column} {among}{and} GROUP BY {column}, {second}",
        table.name
    )
}

fn also(condition: &str) -> String {
    if condition.is_empty() {
        String::new()
    } else {
        format!(" AND {condition}")
    }
}

/// The type of a column of the table.
pub(super) fn kind_of(table: &Table, column: &str) -> Kind {
    table
        .columns
        .iter()
        .find(|(c, _)| *c == column)
        .map_or(Kind::Int, |(_, kind)| *kind)
}

fn array(place: usize, kind: Kind) -> String {
    let of = match kind {
        Kind::Int => "bigint",
        Kind::Text => "text",
        Kind::Bytes => "bytea",
    };
    format!("${place}::{of}[]")
}

fn arrays(table: &Table, n: usize) -> String {
    let kinds = table.columns.iter().take(n).enumerate();
    kinds
        .map(|(i, (_, kind))| array(i + 1, *kind))
        .collect::<Vec<_>>()
        .join(", ")
}
