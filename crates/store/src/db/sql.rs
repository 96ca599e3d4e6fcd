//! Statements are constants with a name; the few that must differ between the engines say so here.

use crate::bulk::Table;

/// A statement.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sql {
    /// Spelled out.
    PerDialect {
        /// For SQLite.
        sqlite: &'static str,
        /// For Postgres.
        postgres: &'static str,
    },
    /// All columns of a table, and what comes after `FROM table`.
    Select(&'static Table, &'static str),
}

impl Sql {
    /// The same text for both engines.
    pub(crate) const fn same(text: &'static str) -> Self {
        Self::PerDialect {
            sqlite: text,
            postgres: text,
        }
    }

    /// A statement that only SQLite knows.
    pub(crate) const fn only_sqlite(text: &'static str) -> Self {
        Self::PerDialect {
            sqlite: text,
            postgres: "",
        }
    }

    /// A statement that only Postgres knows.
    pub(crate) const fn only_postgres(text: &'static str) -> Self {
        Self::PerDialect {
            sqlite: "",
            postgres: text,
        }
    }

    /// One text for each engine; the caller says why.
    pub(crate) const fn per_dialect(sqlite: &'static str, postgres: &'static str) -> Self {
        Self::PerDialect { sqlite, postgres }
    }
}

/// Declares a module's statements as constants, and lists them in `STATEMENTS` so that a test can prepare each of
/// them on both engines.
macro_rules! statements {
    ($($name:ident = $sql:expr;)*) => {
        $(const $name: $crate::db::Sql = $sql;)*
        /// The statements of this module, by name.
        pub(crate) const STATEMENTS: &[(&str, $crate::db::Sql)] = &[$((stringify!($name), $name)),*];
    };
}
pub(crate) use statements;
