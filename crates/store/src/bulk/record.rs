//! A row type declared once: its struct, its table, how it is written and read.

use domain::{DocKind, Instant};

use super::Kind;
use crate::db::{Row, Sink};
use crate::error::{Result, StoreError};

/// A column's value.
pub(crate) trait Field: Sized {
    /// The column's type.
    const KIND: Kind;
    /// Writes it.
    fn write<'a>(&'a self, to: &mut Sink<'a>);
    /// Reads it.
    fn read(row: Row<'_>, at: usize) -> Result<Self>;
}

impl Field for DocKind {
    const KIND: Kind = Kind::Int;
    fn write<'a>(&'a self, to: &mut Sink<'a>) {
        to.int(self.code());
    }
    fn read(row: Row<'_>, at: usize) -> Result<Self> {
        let code = row.int(at)?;
        Self::from_code(code).ok_or_else(|| StoreError::Corrupt(format!("kind of document {code}")))
    }
}

macro_rules! fields {
    ($($ty:ty, $kind:ident, $v:ident, $to:ident => $write:expr, $read:ident;)*) => {
        $(impl Field for $ty {
            const KIND: Kind = Kind::$kind;
            fn write<'a>(&'a self, $to: &mut Sink<'a>) {
                let $v = self;
                $write;
            }
            fn read(row: Row<'_>, at: usize) -> Result<Self> {
                row.$read(at)
            }
        })*
    };
}

fields! {
    i64, Int, v, to => to.int(*v), int;
    Option<i64>, Int, v, to => to.opt_int(*v), opt_int;
    bool, Int, v, to => to.flag(*v), flag;
    Instant, Int, v, to => to.instant(*v), instant;
    Option<Instant>, Int, v, to => to.opt_instant(*v), opt_instant;
    String, Text, v, to => to.text(v), text;
    Option<String>, Text, v, to => to.opt_text(v.as_deref()), opt_text;
    Vec<u8>, Bytes, v, to => to.bytes(v), bytes;
    Option<Vec<u8>>, Bytes, v, to => to.opt_bytes(v.as_deref()), opt_bytes;
}

/// Declares a row type: `struct Name in "table", key n [, settled [columns]] { field: type, … }`; the key comes first.
macro_rules! record {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident in $table:literal, key $key:literal $(, settled [$($settled:literal),*])? {
            $($(#[$field_meta:meta])* $field:ident: $ty:ty,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        $vis struct $name {
            $($(#[$field_meta])* $vis $field: $ty,)*
        }

        impl $crate::bulk::Record for $name {
            const TABLE: &'static $crate::bulk::Table = &$crate::bulk::Table {
                name: $table,
                columns: &[$((stringify!($field), <$ty as $crate::bulk::Field>::KIND)),*],
                key: $key,
                settled: &[$($($settled),*)?],
            };

            fn write<'a>(&'a self, to: &mut $crate::db::Sink<'a>) {
                $($crate::bulk::Field::write(&self.$field, to);)*
            }

            fn write_key<'a>(&'a self, to: &mut $crate::db::Sink<'a>) {
                let mut left: usize = $key;
                $(if left > 0 {
                    $crate::bulk::Field::write(&self.$field, to);
                    left -= 1;
                })*
                debug_assert_eq!(left, 0);
            }
        }

        impl $name {
            pub(crate) fn read(row: $crate::db::Row<'_>) -> $crate::error::Result<Self> {
                let mut columns = 0..;
                let mut next = || columns.next().unwrap_or_default();
                Ok(Self { $($field: $crate::bulk::Field::read(row, next())?,)* })
            }
        }
    };
}
pub(crate) use record;
