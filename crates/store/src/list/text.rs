//! The texts that lists are read by.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, RwLock};

use super::List;
use crate::db::Dialect;

/// How a list is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Shape {
    /// Rows of all scopes.
    All,
    /// Rows of one scope.
    One,
    /// The next keys of each of so many scopes (on Postgres, of any number).
    Many(usize),
}

type Known = HashMap<(Dialect, &'static str, Shape), Arc<str>>;
static KNOWN: LazyLock<RwLock<Known>> = LazyLock::new(RwLock::default);

/// The statement. Arguments: scope (not for `All`), the equal value (if the list has one), what is asked besides, the
/// start key, the limit; once per scope for `Many` on SQLite. `Many` on Postgres: arrays of scopes and of start keys,
/// equal value, what is asked besides, limit.
pub(crate) fn sql(dialect: Dialect, list: &'static List, shape: Shape) -> Arc<str> {
    let key = (dialect, list.name, shape);
    if let Ok(known) = KNOWN.read()
        && let Some(text) = known.get(&key)
    {
        return Arc::clone(text);
    }
    let text: Arc<str> = match (dialect, shape) {
        (_, Shape::All | Shape::One) => plain(dialect, list, shape, &columns(list)),
        (Dialect::Sqlite, Shape::Many(n)) => {
            let keys = format!("{},{}", list.scoped_by, list.sort.join(","));
            let one = format!("SELECT * FROM ({})", plain(dialect, list, Shape::One, &keys));
            vec![one; n].join(" UNION ALL ")
        }
        (Dialect::Postgres, Shape::Many(_)) => lateral(list),
    }
    .into();
    if let Ok(mut known) = KNOWN.write() {
        known.insert(key, Arc::clone(&text));
    }
    text
}

fn columns(list: &List) -> String {
    list.table.columns.iter().map(|(c, _)| *c).collect::<Vec<_>>().join(",")
}

fn plain(dialect: Dialect, list: &List, shape: Shape, wanted: &str) -> String {
    let mut n = 0;
    let mut place = || {
        n += 1;
        match dialect {
            Dialect::Sqlite => "?".to_owned(),
            Dialect::Postgres => format!("${n}"),
        }
    };
    let mut conditions: Vec<String> = Vec::new();
    if shape == Shape::One {
        conditions.push(format!("{} = {}", list.scoped_by, place()));
    }
    conditions.extend(list.equal.map(|c| format!("{c} = {}", place())));
    conditions.extend(list.only.map(str::to_owned));
    conditions.extend(more(list, &mut place));
    let places = list.sort.iter().map(|_| place()).collect::<Vec<_>>().join(",");
    conditions.push(format!("({}) {} ({places})", list.sort.join(","), sign(list)));
    let conditions = conditions.join(" AND ");
    format!(
        "SELECT {wanted} FROM {} WHERE {conditions} ORDER BY {} LIMIT {}",
        list.table.name,
        order(list),
        place()
    )
}

fn lateral(list: &List) -> String {
    let width = list.sort.len();
    let arrays = (1..=width + 1)
        .map(|i| format!("${i}::bigint[]"))
        .collect::<Vec<_>>()
        .join(", ");
    let starts = (1..=width).map(|i| format!("s{i}")).collect::<Vec<_>>().join(",");
    let mut conditions = vec![format!("{} = k.scope", list.scoped_by)];
    let mut next = width + 2;
    if let Some(column) = list.equal {
        conditions.push(format!("{column} = ${next}"));
        next += 1;
    }
    conditions.extend(list.only.map(str::to_owned));
    conditions.extend(more(list, || {
        next += 1;
        format!("${}", next - 1)
    }));
    let from = (1..=width).map(|i| format!("k.s{i}")).collect::<Vec<_>>().join(",");
    conditions.push(format!("({}) {} ({from})", list.sort.join(","), sign(list)));
    format!(
        "SELECT k.scope, {keys} FROM UNNEST({arrays}) AS k(scope, {starts}) CROSS JOIN LATERAL \
         (SELECT {keys} FROM {table} WHERE {conditions} ORDER BY {order} LIMIT ${next}) AS page",
        keys = list.sort.join(","),
        table = list.table.name,
        conditions = conditions.join(" AND "),
        order = order(list),
    )
}

/// The conditions that are looked at row by row, and where the list ends.
fn more(list: &List, mut place: impl FnMut() -> String) -> Vec<String> {
    let also = list.also.iter().map(|c| format!("{c} = COALESCE({}, {c})", place()));
    let mut conditions: Vec<String> = also.collect();
    if let Some(last) = list.sort.last().filter(|_| list.ends) {
        let sign = if list.descending { ">" } else { "<" };
        conditions.push(format!("{last} {sign} {}", place()));
    }
    conditions
}

fn sign(list: &List) -> &'static str {
    if list.descending { "<" } else { ">" }
}

fn order(list: &List) -> String {
    list.sort
        .iter()
        .map(|c| {
            if list.descending {
                format!("{c} DESC")
            } else {
                (*c).to_owned()
            }
        })
        .collect::<Vec<_>>()
        .join(", ")
}
