//! Many rows in few statements. The only place, with `list`, that builds SQL text: from the constants of a [`Table`],
//! never from data.
//!
//! SQLite takes multi-row `VALUES` in blocks of 512, 64, 8 and 1 rows, so that a handful of texts stays prepared
//! (one statement per row costs ten times as much); Postgres takes one array per column through `UNNEST`.

mod record;
mod text;

use crate::db::{Args, Array, Conn, Dialect, Row, Sink};
use crate::error::Result;

pub(crate) use record::{Field, record};
pub(crate) use text::{Verb, select_text, sql};

/// Type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A number, truth value or instant.
    Int,
    /// Text, compared byte by byte.
    Text,
    /// Bytes.
    Bytes,
}

/// A table as `bulk` sees it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Table {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its columns in the order a record writes and reads them; the first `key` of them are the primary key.
    pub(crate) columns: &'static [(&'static str, Kind)],
    /// How many columns the primary key has.
    pub(crate) key: usize,
    /// Columns in an index, which an ordinary update leaves alone: SQLite rewrites an index entry whenever its column
    /// is assigned, changed or not.
    pub(crate) settled: &'static [&'static str],
}

/// A row that can be written in bulk.
pub(crate) trait Record {
    /// Where it is stored.
    const TABLE: &'static Table;
    /// Writes every column, in the table's order.
    fn write<'a>(&'a self, to: &mut Sink<'a>);
    /// Writes the columns of the primary key.
    fn write_key<'a>(&'a self, to: &mut Sink<'a>);
}

impl<R: Record> Record for &R {
    const TABLE: &'static Table = R::TABLE;
    fn write<'a>(&'a self, to: &mut Sink<'a>) {
        R::write(self, to);
    }
    fn write_key<'a>(&'a self, to: &mut Sink<'a>) {
        R::write_key(self, to);
    }
}

/// The first columns of a table's primary key, by which rows are selected or deleted.
pub(crate) trait Key {
    /// How many columns.
    const COLUMNS: usize;
    /// Writes them.
    fn write<'a>(&'a self, to: &mut Sink<'a>);
}

impl Key for i64 {
    const COLUMNS: usize = 1;
    fn write<'a>(&'a self, to: &mut Sink<'a>) {
        to.int(*self);
    }
}

impl Key for &[u8] {
    const COLUMNS: usize = 1;
    fn write<'a>(&'a self, to: &mut Sink<'a>) {
        to.bytes(self);
    }
}

impl Key for &str {
    const COLUMNS: usize = 1;
    fn write<'a>(&'a self, to: &mut Sink<'a>) {
        to.text(self);
    }
}

impl<K: Key> Key for &K {
    const COLUMNS: usize = K::COLUMNS;
    fn write<'a>(&'a self, to: &mut Sink<'a>) {
        K::write(self, to);
    }
}

impl Key for (i64, &str) {
    const COLUMNS: usize = 2;
    fn write<'a>(&'a self, to: &mut Sink<'a>) {
        to.int(self.0);
        to.text(self.1);
    }
}

impl Key for domain::DocKey {
    const COLUMNS: usize = 3;
    fn write<'a>(&'a self, to: &mut Sink<'a>) {
        to.int(self.kind.code());
        to.text(&self.scheme);
        to.text(&self.value);
    }
}

/// A row's whole primary key.
pub(crate) struct Whole<'r, R>(&'r R);

/// The primary keys of rows.
pub(crate) fn whole<R: Record>(rows: &[R]) -> Vec<Whole<'_, R>> {
    rows.iter().map(Whole).collect()
}

impl<R: Record> Key for Whole<'_, R> {
    const COLUMNS: usize = R::TABLE.key;
    fn write<'a>(&'a self, to: &mut Sink<'a>) {
        self.0.write_key(to);
    }
}

/// Rows of one statement on SQLite, largest first.
pub(crate) const BLOCKS: [usize; 4] = [512, 64, 8, 1];
/// Rows of one statement on Postgres: bounds the size of a message, not the number of texts.
const POSTGRES_BLOCK: usize = 8192;

/// Splits rows into blocks for the engine.
fn blocks<T>(dialect: Dialect, mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let size = match dialect {
            Dialect::Sqlite => BLOCKS.into_iter().find(|b| *b <= rows.len())?,
            Dialect::Postgres if rows.is_empty() => return None,
            Dialect::Postgres => rows.len().min(POSTGRES_BLOCK),
        };
        let (block, rest) = rows.split_at(size);
        rows = rest;
        Some(block)
    })
}

/// Splits keys into blocks for the engine, each with the size its statement has. Asking twice for a key is the same as
/// asking once, so a block that is a quarter full is filled up by repeating its last key: one statement in place of many.
fn key_blocks<K>(dialect: Dialect, mut keys: &[K]) -> impl Iterator<Item = (&[K], usize)> {
    std::iter::from_fn(move || {
        if keys.is_empty() {
            return None;
        }
        let (taken, size) = match dialect {
            Dialect::Sqlite => {
                let size = BLOCKS.into_iter().find(|b| *b / 4 < keys.len()).unwrap_or(1);
                (keys.len().min(size), size)
            }
            Dialect::Postgres => (keys.len().min(POSTGRES_BLOCK), 0),
        };
        let (block, rest) = keys.split_at(taken);
        keys = rest;
        Some((block, size.max(taken)))
    })
}

/// Inserts rows; one that exists already is an error.
pub(crate) async fn insert<R: Record>(conn: &mut Conn<'_>, rows: &[R]) -> Result<u64> {
    write(conn, Verb::Insert, rows).await
}

/// Inserts rows that do not exist yet; answers how many those were.
pub(crate) async fn insert_new<R: Record>(conn: &mut Conn<'_>, rows: &[R]) -> Result<u64> {
    write(conn, Verb::InsertNew, rows).await
}

/// Inserts rows or replaces all columns of those that exist. No two rows may have the same key.
pub(crate) async fn upsert<R: Record>(conn: &mut Conn<'_>, rows: &[R]) -> Result<u64> {
    write(conn, Verb::Upsert, rows).await
}

/// Inserts rows or replaces the unsettled columns of those that exist.
pub(crate) async fn upsert_unsettled<R: Record>(conn: &mut Conn<'_>, rows: &[R]) -> Result<u64> {
    write(conn, Verb::UpsertUnsettled, rows).await
}

/// Raises the first column of rows that are found by all others; where it is that large already, it stays.
pub(crate) async fn raise<R: Record>(conn: &mut Conn<'_>, rows: &[R]) -> Result<u64> {
    write(conn, Verb::Raise, rows).await
}

async fn write<R: Record>(conn: &mut Conn<'_>, verb: Verb, rows: &[R]) -> Result<u64> {
    let dialect = conn.dialect();
    let mut touched = 0;
    for block in blocks(dialect, rows) {
        let mut sink = sink(dialect, R::TABLE.columns.iter().map(|(_, kind)| *kind), block.len());
        for row in block {
            row.write(&mut sink);
        }
        let args: Args = sink.into_args()?;
        touched += conn.run(sql(dialect, R::TABLE, verb, block.len()), args).await?;
    }
    Ok(touched)
}

/// Deletes the rows whose primary key begins with one of `keys`.
pub(crate) async fn delete<K: Key>(conn: &mut Conn<'_>, table: &'static Table, keys: &[K]) -> Result<u64> {
    let dialect = conn.dialect();
    let kinds: Vec<Kind> = table.columns.iter().take(K::COLUMNS).map(|(_, kind)| *kind).collect();
    let mut touched = 0;
    for (block, size) in key_blocks(dialect, keys) {
        let args = key_args(dialect, &kinds, block, size)?;
        touched += conn
            .run(sql(dialect, table, Verb::Delete(K::COLUMNS), size), args)
            .await?;
    }
    Ok(touched)
}

/// Deletes these rows by `verb`, a [`Verb::DeleteWhere`] of the whole key.
pub(crate) async fn delete_where<R: Record>(conn: &mut Conn<'_>, verb: Verb, rows: &[R]) -> Result<u64> {
    let dialect = conn.dialect();
    let keys = whole(rows);
    let kinds: Vec<Kind> = R::TABLE
        .columns
        .iter()
        .take(R::TABLE.key)
        .map(|(_, kind)| *kind)
        .collect();
    let mut touched = 0;
    for (block, size) in key_blocks(dialect, &keys) {
        let args = key_args(dialect, &kinds, block, size)?;
        touched += conn.run(sql(dialect, R::TABLE, verb, size), args).await?;
    }
    Ok(touched)
}

/// Reads the rows whose primary key begins with one of `keys`, in no particular order. Equal keys are asked once.
pub(crate) async fn select<K: Key + Ord, T>(
    conn: &mut Conn<'_>,
    table: &'static Table,
    keys: &[K],
    read: impl Fn(Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let kinds: Vec<Kind> = table.columns.iter().take(K::COLUMNS).map(|(_, kind)| *kind).collect();
    select_verb(conn, table, Verb::Select(K::COLUMNS), &kinds, keys, read).await
}

/// Reads the rows whose `column` (one with an index) is one of `keys` and for which the condition `and` holds too.
pub(crate) async fn select_by<K: Key + Ord, T>(
    conn: &mut Conn<'_>,
    table: &'static Table,
    (column, and): (&'static str, &'static str),
    keys: &[K],
    read: impl Fn(Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let kinds = [text::kind_of(table, column)];
    select_verb(conn, table, Verb::SelectBy(column, and), &kinds, keys, read).await
}

/// Counts the rows whose `column` is one of `keys` and for which the condition holds too, by the value of a second
/// column (a number) that follows it in an index. A value may come several times, each with a part of its count.
pub(crate) async fn count_by(
    conn: &mut Conn<'_>,
    table: &'static Table,
    (column, second, and): (&'static str, &'static str, &'static str),
    keys: &[i64],
) -> Result<Vec<(i64, i64)>> {
    let verb = Verb::CountBy(column, second, and);
    select_verb(conn, table, verb, &[Kind::Int], keys, |r| Ok((r.int(0)?, r.int(1)?))).await
}

async fn select_verb<K: Key + Ord, T>(
    conn: &mut Conn<'_>,
    table: &'static Table,
    verb: Verb,
    kinds: &[Kind],
    keys: &[K],
    read: impl Fn(Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let dialect = conn.dialect();
    let mut asked: Vec<&K> = keys.iter().collect();
    asked.sort_unstable();
    asked.dedup();
    let mut out = Vec::with_capacity(asked.len());
    for (block, size) in key_blocks(dialect, &asked) {
        let args = key_args(dialect, kinds, block, size)?;
        conn.each(sql(dialect, table, verb, size), args, |row| {
            out.push(read(row)?);
            Ok(())
        })
        .await?;
    }
    Ok(out)
}

fn key_args<K: Key>(dialect: Dialect, kinds: &[Kind], keys: &[K], size: usize) -> Result<Args> {
    let mut sink = sink(dialect, kinds.iter().copied(), size);
    let fill = keys.last().into_iter().cycle().take(size - keys.len());
    for key in keys.iter().chain(fill) {
        key.write(&mut sink);
    }
    sink.into_args()
}

fn sink<'a>(dialect: Dialect, kinds: impl ExactSizeIterator<Item = Kind>, rows: usize) -> Sink<'a> {
    match dialect {
        Dialect::Sqlite => Sink::sqlite(kinds.len() * rows),
        Dialect::Postgres => {
            let array = |kind| match kind {
                Kind::Int => Array::Ints(Vec::with_capacity(rows)),
                Kind::Text => Array::Texts(Vec::with_capacity(rows)),
                Kind::Bytes => Array::Bytes(Vec::with_capacity(rows)),
            };
            Sink::Postgres(kinds.map(array).collect(), 0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BLOCKS, blocks, key_blocks};
    use crate::db::Dialect;

    #[test]
    fn blocks_cover_every_row_once_and_have_a_prepared_size() {
        for n in [0, 1, 2, 7, 8, 9, 63, 65, 100, 511, 512, 513, 5_000] {
            let rows: Vec<usize> = (0..n).collect();
            for dialect in [Dialect::Sqlite, Dialect::Postgres] {
                let plain: Vec<&[usize]> = blocks(dialect, &rows).collect();
                assert_eq!(plain.concat(), rows);
                let keyed: Vec<(&[usize], usize)> = key_blocks(dialect, &rows).collect();
                assert_eq!(keyed.iter().map(|(b, _)| *b).collect::<Vec<_>>().concat(), rows);
                assert!(keyed.iter().all(|(b, size)| b.len() <= *size), "{n} {keyed:?}");
                if dialect == Dialect::Sqlite {
                    assert!(plain.iter().all(|b| BLOCKS.contains(&b.len())));
                    assert!(keyed.iter().all(|(_, size)| BLOCKS.contains(size)), "{n}");
                }
            }
        }
    }
}
