//! Declared lists: what may be listed, by what it is filtered and sorted, and the index that makes it cheap.
//!
//! A page is a keyset, never an offset. Its index begins with the column rows are scoped by (`scope_id`; the source for
//! arrivals): a caller's scopes are asked one by one for their next keys, in one statement, and merged here, so that no
//! list scans or sorts in the database. A list that also has an index without that column serves callers who see all.

mod text;

use std::collections::{BTreeMap, BTreeSet};

use crate::bulk::{self, Record, Table};
use crate::db::{Conn, Dialect, Row, Value};
use crate::error::Result;
use crate::log::{AuditRow, Inbox, Proposal};
use crate::views::{Exception, OrderSummary};

pub(crate) use text::Shape;

/// A list.
#[derive(Debug)]
pub(crate) struct List {
    /// Its name.
    pub(crate) name: &'static str,
    /// Where the rows are.
    pub(crate) table: &'static Table,
    /// The column that scopes them: first in the index.
    pub(crate) scoped_by: &'static str,
    /// A column that must be equal to what the caller names: second in the index.
    pub(crate) equal: Option<&'static str>,
    /// Columns (never NULL) that are looked at row by row, where the caller names a value.
    pub(crate) also: &'static [&'static str],
    /// The caller says where the list ends: a bound of the last sort column.
    pub(crate) ends: bool,
    /// What the index is limited to.
    pub(crate) only: Option<&'static str>,
    /// What the rows are sorted by; numbers, and the last is the primary key.
    pub(crate) sort: &'static [&'static str],
    /// Largest first.
    pub(crate) descending: bool,
    /// There is an index for all rows, without the scoping column.
    pub(crate) all: bool,
}

/// Orders by opening, newest first.
pub(crate) const ORDERS: List = List {
    name: "orders",
    table: OrderSummary::TABLE,
    scoped_by: "scope_id",
    equal: None,
    also: &[],
    ends: false,
    only: Some("merged_into IS NULL"),
    sort: &["opened_at", "order_id"],
    descending: true,
    all: true,
};

/// Open exceptions: worst first, then oldest first.
pub(crate) const EXCEPTIONS_OPEN: List = List {
    name: "exceptions.open",
    table: Exception::TABLE,
    scoped_by: "scope_id",
    equal: None,
    also: &[],
    ends: false,
    only: Some("closed_seq IS NULL"),
    sort: &["severity", "opened_at", "exception_id"],
    descending: false,
    all: true,
};

/// Open exceptions of a class.
pub(crate) const EXCEPTIONS_OPEN_CLASS: List = List {
    name: "exceptions.open.class",
    equal: Some("class"),
    all: false,
    ..EXCEPTIONS_OPEN
};

/// Closed exceptions, last closed first.
pub(crate) const EXCEPTIONS_CLOSED: List = List {
    name: "exceptions.closed",
    only: Some("closed_seq IS NOT NULL"),
    sort: &["closed_seq", "exception_id"],
    descending: true,
    all: false,
    ..EXCEPTIONS_OPEN
};

/// Closed exceptions of a class.
pub(crate) const EXCEPTIONS_CLOSED_CLASS: List = List {
    name: "exceptions.closed.class",
    equal: Some("class"),
    ..EXCEPTIONS_CLOSED
};

/// Arrivals, newest first.
pub(crate) const INBOX: List = List {
    name: "inbox",
    table: Inbox::TABLE,
    scoped_by: "source_id",
    equal: None,
    also: &[],
    ends: false,
    only: None,
    sort: &["inbox_id"],
    descending: true,
    all: true,
};

/// Arrivals with parked items.
pub(crate) const INBOX_PARKED: List = List {
    name: "inbox.parked",
    only: Some("parked > 0"),
    ..INBOX
};

/// Audit rows, newest first, each index for one thing that is asked; the others are looked at row by row.
pub(crate) const AUDIT: List = List {
    name: "audit",
    table: AuditRow::TABLE,
    scoped_by: "chain",
    equal: None,
    also: &["actor", "object", "action", "outcome"],
    ends: true,
    only: None,
    sort: &["audit_id"],
    descending: true,
    all: false,
};

/// Audit rows by who acted.
pub(crate) const AUDIT_ACTOR: List = List {
    name: "audit.actor",
    equal: Some("actor"),
    ..AUDIT
};

/// Audit rows by what was acted on.
pub(crate) const AUDIT_OBJECT: List = List {
    name: "audit.object",
    equal: Some("object"),
    ..AUDIT
};

/// Audit rows by what was done.
pub(crate) const AUDIT_ACTION: List = List {
    name: "audit.action",
    equal: Some("action"),
    ..AUDIT
};

/// Audit rows by what came of it.
pub(crate) const AUDIT_OUTCOME: List = List {
    name: "audit.outcome",
    equal: Some("outcome"),
    ..AUDIT
};

/// Proposals by state, newest first.
pub(crate) const PROPOSALS: List = List {
    name: "proposals",
    table: Proposal::TABLE,
    scoped_by: "state",
    equal: None,
    also: &[],
    ends: false,
    only: None,
    sort: &["proposal_id"],
    descending: true,
    all: true,
};

/// Proposals that somebody asks for.
pub(crate) const PROPOSALS_REQUESTER: List = List {
    name: "proposals.requester",
    equal: Some("requester"),
    all: false,
    ..PROPOSALS
};

/// Every list, and whether its table is the log's.
pub(crate) const LISTS: [(&List, bool); 14] = [
    (&ORDERS, false),
    (&EXCEPTIONS_OPEN, false),
    (&EXCEPTIONS_OPEN_CLASS, false),
    (&EXCEPTIONS_CLOSED, false),
    (&EXCEPTIONS_CLOSED_CLASS, false),
    (&INBOX, true),
    (&INBOX_PARKED, true),
    (&AUDIT, true),
    (&AUDIT_ACTOR, true),
    (&AUDIT_OBJECT, true),
    (&AUDIT_ACTION, true),
    (&AUDIT_OUTCOME, true),
    (&PROPOSALS, true),
    (&PROPOSALS_REQUESTER, true),
];

/// Scopes asked in one statement on SQLite, largest first.
const BLOCKS: [usize; 3] = [64, 8, 1];

/// What a caller asks of a list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    /// The equal value, when the list has one.
    pub(crate) equal: Option<Value<'a>>,
    /// A value (or NULL) for each column of `also`, and where the list ends, when the caller says so.
    pub(crate) also: &'a [Value<'a>],
    /// The key after which the page begins.
    pub(crate) after: Option<&'a [i64]>,
    /// Rows at most.
    pub(crate) limit: usize,
}

/// One page: the rows after the key `after`, of the scopes in `scopes` (all when it is absent).
pub(crate) async fn page<T>(
    conn: &mut Conn<'_>,
    list: &'static List,
    scopes: Option<&[i64]>,
    equal: Option<&str>,
    after: Option<&[i64]>,
    limit: usize,
    read: impl Fn(Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let asked = Asked {
        equal: equal.map(Value::from),
        also: &[],
        after,
        limit,
    };
    page_of(conn, list, scopes, asked, read).await
}

/// One page of a list that is asked more than where it begins.
pub(crate) async fn page_of<T>(
    conn: &mut Conn<'_>,
    list: &'static List,
    scopes: Option<&[i64]>,
    asked: Asked<'_>,
    read: impl Fn(Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let start = match asked.after {
        Some(key) => key.to_vec(),
        None => vec![if list.descending { i64::MAX } else { i64::MIN }; list.sort.len()],
    };
    let asked = Asked {
        after: Some(&start),
        ..asked
    };
    match scopes {
        Some([]) => Ok(Vec::new()),
        None if list.all => rows(conn, list, Shape::All, None, asked, read).await,
        None => Ok(Vec::new()),
        Some([one]) => rows(conn, list, Shape::One, Some(*one), asked, read).await,
        Some(many) => {
            let keys = merge(conn, list, many, asked).await?;
            let ids: Vec<i64> = keys.iter().filter_map(|k| k.last().copied()).collect();
            let found = bulk::select(conn, list.table, &ids, |r| Ok((r.int(0)?, read(r)?))).await?;
            let mut found: BTreeMap<i64, T> = found.into_iter().collect();
            Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
        }
    }
}

async fn rows<T>(
    conn: &mut Conn<'_>,
    list: &'static List,
    shape: Shape,
    scope: Option<i64>,
    asked: Asked<'_>,
    read: impl Fn(Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let mut args: Vec<Value<'_>> = scope.into_iter().map(Value::from).collect();
    args.extend(asked.equal);
    args.extend(asked.also);
    args.extend(asked.after.into_iter().flatten().map(|v| Value::from(*v)));
    args.push(Value::from(count(asked.limit)));
    conn.rows(text::sql(conn.dialect(), list, shape), args.as_slice(), read)
        .await
}

/// The first `limit` keys after `start` over many scopes, in order.
async fn merge(conn: &mut Conn<'_>, list: &'static List, scopes: &[i64], asked: Asked<'_>) -> Result<Vec<Vec<i64>>> {
    let limit = asked.limit;
    let start = asked.after.unwrap_or_default();
    // Few keys of each scope first; a scope whose keys were all among the first is asked once more, for enough.
    let few = limit.min((limit * 4 / scopes.len()).max(2));
    let from: Vec<(i64, Vec<i64>)> = scopes.iter().map(|s| (*s, start.to_vec())).collect();
    let mut keys = ask(conn, list, &from, Asked { limit: few, ..asked }).await?;
    sort(list, &mut keys);
    if few < limit {
        let mut of_scope: BTreeMap<i64, (usize, &Vec<i64>)> = BTreeMap::new();
        for (scope, key) in keys.iter().take(limit) {
            let seen = of_scope.entry(*scope).or_insert((0, key));
            *seen = (seen.0 + 1, key);
        }
        let again: Vec<(i64, Vec<i64>)> = of_scope
            .iter()
            .filter(|(_, (n, _))| *n == few)
            .map(|(s, (_, last))| (*s, (*last).clone()))
            .collect();
        if !again.is_empty() {
            keys.extend(ask(conn, list, &again, asked).await?);
            sort(list, &mut keys);
        }
    }
    Ok(keys.into_iter().take(limit).map(|(_, key)| key).collect())
}

fn sort(list: &List, keys: &mut [(i64, Vec<i64>)]) {
    keys.sort_unstable_by(|a, b| if list.descending { b.1.cmp(&a.1) } else { a.1.cmp(&b.1) });
}

async fn ask(
    conn: &mut Conn<'_>,
    list: &'static List,
    mut from: &[(i64, Vec<i64>)],
    asked: Asked<'_>,
) -> Result<Vec<(i64, Vec<i64>)>> {
    let width = list.sort.len();
    let read = |r: Row<'_>| {
        let key = (1..=width).map(|i| r.int(i)).collect::<Result<Vec<_>>>()?;
        Ok((r.int(0)?, key))
    };
    if conn.dialect() == Dialect::Postgres {
        let mut sink = crate::db::Sink::Postgres(
            (0..=width)
                .map(|_| crate::db::Array::Ints(Vec::with_capacity(from.len())))
                .collect(),
            0,
        );
        for (scope, key) in from {
            sink.int(*scope);
            key.iter().for_each(|v| sink.int(*v));
        }
        let mut args = sink.into_args()?;
        for value in asked.equal.iter().chain(asked.also) {
            args.add(*value)?;
        }
        args.add(count(asked.limit).into())?;
        return conn
            .rows(text::sql(Dialect::Postgres, list, Shape::Many(0)), args, read)
            .await;
    }
    let mut out = Vec::new();
    while let Some(block) = BLOCKS.into_iter().find(|b| *b <= from.len()) {
        let (now, rest) = from.split_at(block);
        from = rest;
        let mut args: Vec<Value<'_>> = Vec::with_capacity(block * (width + 3 + asked.also.len()));
        for (scope, key) in now {
            args.push(Value::from(*scope));
            args.extend(asked.equal);
            args.extend(asked.also);
            args.extend(key.iter().map(|v| Value::from(*v)));
            args.push(Value::from(count(asked.limit)));
        }
        out.extend(
            conn.rows(
                text::sql(Dialect::Sqlite, list, Shape::Many(block)),
                args.as_slice(),
                read,
            )
            .await?,
        );
    }
    Ok(out)
}

/// A number of rows as an argument.
pub(crate) fn count(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// Every text a list is read by on an engine.
pub(crate) fn texts(dialect: Dialect, list: &'static List) -> Vec<(Shape, std::sync::Arc<str>)> {
    let mut shapes: BTreeSet<Shape> = BTreeSet::from([Shape::One]);
    if list.all {
        shapes.insert(Shape::All);
    }
    match dialect {
        Dialect::Sqlite => shapes.extend(BLOCKS.map(Shape::Many)),
        Dialect::Postgres => drop(shapes.insert(Shape::Many(0))),
    }
    shapes
        .into_iter()
        .map(|shape| (shape, text::sql(dialect, list, shape)))
        .collect()
}
