//! Arguments of a statement, encoded for its engine.

use std::borrow::Cow;

use sqlx::Arguments;
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;

use super::{Dialect, IntoArgs};
use crate::error::{Result, StoreError};

/// Encoded arguments.
pub(crate) enum Args {
    Sqlite(SqliteArguments),
    Postgres(PgArguments),
}

/// One argument of a hand-written statement.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    Int(Option<i64>),
    Text(Option<&'a str>),
    Bytes(Option<&'a [u8]>),
}

impl Args {
    pub(crate) fn new(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Sqlite => Self::Sqlite(SqliteArguments::default()),
            Dialect::Postgres => Self::Postgres(PgArguments::default()),
        }
    }

    pub(crate) fn add(&mut self, value: Value<'_>) -> Result<()> {
        match (self, value) {
            (Self::Sqlite(a), Value::Int(v)) => a.add(v),
            (Self::Sqlite(a), Value::Text(v)) => a.add(v),
            (Self::Sqlite(a), Value::Bytes(v)) => a.add(v),
            (Self::Postgres(a), Value::Int(v)) => a.add(v),
            (Self::Postgres(a), Value::Text(v)) => a.add(v),
            (Self::Postgres(a), Value::Bytes(v)) => a.add(v),
        }
        .map_err(encode)
    }
}

fn encode(error: sqlx::error::BoxDynError) -> StoreError {
    StoreError::Database(sqlx::Error::Encode(error))
}

impl IntoArgs for Args {
    fn into_args(self, _: Dialect) -> Result<Self> {
        Ok(self)
    }
}

impl IntoArgs for &[Value<'_>] {
    fn into_args(self, dialect: Dialect) -> Result<Args> {
        let mut args = Args::new(dialect);
        for value in self {
            args.add(*value)?;
        }
        Ok(args)
    }
}

impl<const N: usize> IntoArgs for [Value<'_>; N] {
    fn into_args(self, dialect: Dialect) -> Result<Args> {
        self.as_slice().into_args(dialect)
    }
}

impl From<i64> for Value<'_> {
    fn from(v: i64) -> Self {
        Self::Int(Some(v))
    }
}

impl From<Option<i64>> for Value<'_> {
    fn from(v: Option<i64>) -> Self {
        Self::Int(v)
    }
}

impl From<domain::Instant> for Value<'_> {
    fn from(v: domain::Instant) -> Self {
        Self::Int(Some(v.0))
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(v: &'a str) -> Self {
        Self::Text(Some(v))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(v: &'a String) -> Self {
        Self::Text(Some(v))
    }
}

impl<'a> From<Option<&'a str>> for Value<'a> {
    fn from(v: Option<&'a str>) -> Self {
        Self::Text(v)
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(v: &'a [u8]) -> Self {
        Self::Bytes(Some(v))
    }
}

impl<'a> From<Option<&'a [u8]>> for Value<'a> {
    fn from(v: Option<&'a [u8]>) -> Self {
        Self::Bytes(v)
    }
}

/// Where rows are written to in bulk, value by value in the order of the columns: straight into SQLite's argument
/// list, or into one array per column for Postgres.
pub(crate) enum Sink<'a> {
    Sqlite(SqliteArguments, Result<()>),
    Postgres(Vec<Array<'a>>, usize),
}

/// One column's values.
pub(crate) enum Array<'a> {
    Ints(Vec<Option<i64>>),
    Texts(Vec<Option<Cow<'a, str>>>),
    Bytes(Vec<Option<&'a [u8]>>),
}

impl<'a> Sink<'a> {
    pub(crate) fn sqlite(values: usize) -> Self {
        let mut args = SqliteArguments::default();
        args.reserve(values, 0);
        Self::Sqlite(args, Ok(()))
    }

    pub(crate) fn int(&mut self, v: i64) {
        self.opt_int(Some(v));
    }

    pub(crate) fn instant(&mut self, v: domain::Instant) {
        self.opt_int(Some(v.0));
    }

    pub(crate) fn opt_instant(&mut self, v: Option<domain::Instant>) {
        self.opt_int(v.map(|t| t.0));
    }

    pub(crate) fn flag(&mut self, v: bool) {
        self.opt_int(Some(i64::from(v)));
    }

    pub(crate) fn opt_int(&mut self, v: Option<i64>) {
        match self {
            Self::Sqlite(args, state) => keep(state, args.add(v)),
            Self::Postgres(arrays, at) => {
                if let Some(Array::Ints(a)) = next(arrays, at) {
                    a.push(v);
                }
            }
        }
    }

    pub(crate) fn text(&mut self, v: &'a str) {
        self.opt_text(Some(v));
    }

    pub(crate) fn opt_text(&mut self, v: Option<&'a str>) {
        match self {
            // An `Arc<str>` is one allocation, a `&str` would be two.
            Self::Sqlite(args, state) => keep(state, args.add(v.map(std::sync::Arc::<str>::from))),
            Self::Postgres(..) => self.array_text(v.map(Cow::Borrowed)),
        }
    }

    fn array_text(&mut self, v: Option<Cow<'a, str>>) {
        if let Self::Postgres(arrays, at) = self
            && let Some(Array::Texts(a)) = next(arrays, at)
        {
            a.push(v);
        }
    }

    pub(crate) fn bytes(&mut self, v: &'a [u8]) {
        self.opt_bytes(Some(v));
    }

    pub(crate) fn opt_bytes(&mut self, v: Option<&'a [u8]>) {
        match self {
            Self::Sqlite(args, state) => keep(state, args.add(v)),
            Self::Postgres(arrays, at) => {
                if let Some(Array::Bytes(a)) = next(arrays, at) {
                    a.push(v);
                }
            }
        }
    }

    pub(crate) fn into_args(self) -> Result<Args> {
        match self {
            Self::Sqlite(args, state) => state.map(|()| Args::Sqlite(args)),
            Self::Postgres(arrays, _) => {
                let mut args = PgArguments::default();
                for array in arrays {
                    match array {
                        Array::Ints(a) => args.add(a),
                        Array::Texts(a) => args.add(a),
                        Array::Bytes(a) => args.add(a),
                    }
                    .map_err(encode)?;
                }
                Ok(Args::Postgres(args))
            }
        }
    }
}

fn keep(state: &mut Result<()>, added: std::result::Result<(), sqlx::error::BoxDynError>) {
    if let Err(error) = added {
        *state = Err(encode(error));
    }
}

fn next<'s, 'a>(arrays: &'s mut [Array<'a>], at: &mut usize) -> Option<&'s mut Array<'a>> {
    let here = *at;
    *at = (here + 1) % arrays.len().max(1);
    arrays.get_mut(here)
}
