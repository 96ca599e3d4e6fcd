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
    /// Delete by the first so many columns, where the condition (on the table by its name) holds too.
    DeleteWhere(usize, &'static str),
    /// Raise the first column of the rows found by all others, where it is less (or NULL).
    Raise,
    /// Select by the first so many columns.
    Select(usize),
    /// Select by another column (which has an index), where the condition holds too.
    SelectBy(&'static str, &'static str),
    /// Count rows by a column and a second one, where the first is among those named and the condition holds too.
    CountBy(&'static str, &'static str, &'static str),
}

/// What makes a table's columns these: several row types may read the same table.
type Columns = (&'static str, usize, &'static str);
type Known = HashMap<(Dialect, Columns, Verb, usize), Arc<str>>;
static KNOWN: LazyLock<RwLock<Known>> = LazyLock::new(RwLock::default);

/// The statement for a block of `rows` rows; on Postgres one text serves any number.
pub(crate) fn sql(dialect: Dialect, table: &'static Table, verb: Verb, rows: usize) -> Arc<str> {
    let key = (
        dialect,
        columns_of(table),
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

fn columns_of(table: &Table) -> Columns {
    let first = table.columns.first().map_or("", |(name, _)| *name);
    (table.name, table.columns.len(), first)
}

/// `SELECT` of all columns of a table, with `tail` behind it.
pub(crate) fn select_text(table: &'static Table, tail: &'static str) -> Arc<str> {
    type Known = HashMap<(Columns, &'static str), Arc<str>>;
    static KNOWN: LazyLock<RwLock<Known>> = LazyLock::new(RwLock::default);
    if let Ok(known) = KNOWN.read()
        && let Some(text) = known.get(&(columns_of(table), tail))
    {
        return Arc::clone(text);
    }
    let text: Arc<str> = format!("SELECT {} FROM {} {tail}", all(table), table.name).into();
    if let Ok(mut known) = KNOWN.write() {
        known.insert((columns_of(table), tail), Arc::clone(&text));
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
        Verb::DeleteWhere(n, and) => {
            let values = vec![tuple(n); rows].join(",");
            let key = columns(table, n);
            format!("DELETE FROM {name} WHERE ({key}) IN (VALUES {values}){}", also(and))
        }
        Verb::Raise => {
            let values = vec![tuple(table.columns.len()); rows].join(",");
            raise(table, &format!("(VALUES {values}) AS v"), |i| format!("v.column{i}"))
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
        Verb::DeleteWhere(n, and) => {
            let keys = (1..=n).map(|i| format!("k{i}")).collect::<Vec<_>>().join(",");
            let from = format!("UNNEST({}) AS k({keys})", arrays(table, n));
            let on = table.columns.iter().take(n).enumerate();
            let on: Vec<String> = on.map(|(i, (c, _))| format!("{name}.{c} = k.k{}", i + 1)).collect();
            format!(
                "DELETE FROM {name} USING {from} WHERE {}{}",
                on.join(" AND "),
                also(and)
            )
        }
        Verb::Raise => {
            let n = table.columns.len();
            let names = (1..=n).map(|i| format!("k{i}")).collect::<Vec<_>>().join(",");
            let from = format!("UNNEST({}) AS v({names})", arrays(table, n));
            raise(table, &from, |i| format!("v.k{i}"))
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

/// `UPDATE` of rows from values; `place` names the n-th of them.
fn raise(table: &Table, from: &str, place: impl Fn(usize) -> String) -> String {
    let name = table.name;
    let of = |(i, (c, _)): (usize, &(&'static str, Kind))| (*c, place(i + 1));
    let all: Vec<(&str, String)> = table.columns.iter().enumerate().map(of).collect();
    let Some(((column, value), found_by)) = all.split_first() else {
        return String::new();
    };
    let on: Vec<String> = found_by.iter().map(|(c, v)| format!("{name}.{c} = {v}")).collect();
    format!(
        "UPDATE {name} SET {column} = {value} FROM {from} WHERE {} AND ({name}.{column} IS NULL OR {name}.{column} < {value})",
        on.join(" AND ")
    )
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
        Verb::Insert
        | Verb::Delete(_)
        | Verb::DeleteWhere(..)
        | Verb::Raise
        | Verb::Select(_)
        | Verb::SelectBy(..)
        | Verb::CountBy(..) => String::new(),
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
