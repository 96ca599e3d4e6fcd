//! One row, read by index. The types are the schema's; a row that does not fit is damage.

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Decode, Row as _, Type};

use crate::error::{Result, StoreError};

#[derive(Clone, Copy)]
pub(crate) enum Row<'r> {
    Sqlite(&'r SqliteRow),
    Postgres(&'r PgRow),
}

impl<'r> Row<'r> {
    fn get<T>(self, index: usize) -> Result<T>
    where
        T: Decode<'r, sqlx::Sqlite> + Type<sqlx::Sqlite> + Decode<'r, sqlx::Postgres> + Type<sqlx::Postgres>,
    {
        match self {
            Self::Sqlite(row) => row.try_get_unchecked(index),
            Self::Postgres(row) => row.try_get(index),
        }
        .map_err(StoreError::corrupt)
    }

    pub(crate) fn int(self, index: usize) -> Result<i64> {
        self.get(index)
    }

    pub(crate) fn opt_int(self, index: usize) -> Result<Option<i64>> {
        self.get(index)
    }

    pub(crate) fn instant(self, index: usize) -> Result<domain::Instant> {
        self.get(index).map(domain::Instant)
    }

    pub(crate) fn opt_instant(self, index: usize) -> Result<Option<domain::Instant>> {
        Ok(self.opt_int(index)?.map(domain::Instant))
    }

    pub(crate) fn flag(self, index: usize) -> Result<bool> {
        Ok(self.int(index)? != 0)
    }

    pub(crate) fn str(self, index: usize) -> Result<&'r str> {
        self.get(index)
    }

    pub(crate) fn text(self, index: usize) -> Result<String> {
        self.str(index).map(str::to_owned)
    }

    pub(crate) fn opt_str(self, index: usize) -> Result<Option<&'r str>> {
        self.get(index)
    }

    pub(crate) fn opt_text(self, index: usize) -> Result<Option<String>> {
        Ok(self.opt_str(index)?.map(str::to_owned))
    }

    pub(crate) fn blob(self, index: usize) -> Result<&'r [u8]> {
        self.get(index)
    }

    pub(crate) fn bytes(self, index: usize) -> Result<Vec<u8>> {
        self.blob(index).map(<[u8]>::to_vec)
    }

    pub(crate) fn opt_blob(self, index: usize) -> Result<Option<&'r [u8]>> {
        self.get(index)
    }

    pub(crate) fn opt_bytes(self, index: usize) -> Result<Option<Vec<u8>>> {
        Ok(self.opt_blob(index)?.map(<[u8]>::to_vec))
    }
}
