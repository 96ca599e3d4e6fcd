//! Frozen lists of rows (DESIGN §1.13): what a bulk act or an export is about, exactly as the person saw it.

use std::cmp::Ordering;

use crate::canonical::Canonical;

/// A row as it is chosen: its id, the version seen, and what it is worth in 1/10,000 of the reporting currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picked {
    /// The row.
    pub id: i64,
    /// Its version when it was chosen.
    pub version: i64,
    /// Its worth; absent when there is none, or no rate for it.
    pub worth: Option<i64>,
}

/// Why rows cannot be frozen, or a frozen list cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectionError {
    /// A row twice, with different versions.
    #[error("a row is chosen twice, with different versions")]
    Twice,
    /// The sum does not fit.
    #[error("the sum does not fit")]
    TooLarge,
    /// The list, its count or its sum is not what its hash says.
    #[error("the list is not the one that was frozen")]
    Changed,
}

/// A frozen list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// Kind of row, such as `messages`.
    pub kind: String,
    /// Rows in it.
    pub count: u64,
    /// Sum of what its rows are worth, in 1/10,000 of the currency.
    pub sum: i64,
    /// ISO 4217 code of the reporting currency.
    pub currency: String,
    /// The list itself: rows without worth, then ids as differences with their versions.
    pub rows: Vec<u8>,
    /// SHA-256 over all of it: an act names it.
    pub hash: [u8; 32],
}

impl Selection {
    /// Freezes rows, in whatever order they come; a row given twice counts once.
    ///
    /// # Errors
    /// [`SelectionError::Twice`], [`SelectionError::TooLarge`].
    pub fn freeze(kind: &str, currency: &str, mut picked: Vec<Picked>) -> Result<Self, SelectionError> {
        picked.sort_unstable_by_key(|row| (row.id, row.version));
        picked.dedup_by_key(|row| (row.id, row.version));
        let mut sum: i64 = 0;
        let mut without_worth: u64 = 0;
        let mut differences: Vec<(u64, i64)> = Vec::with_capacity(picked.len());
        let mut before: Option<i64> = None;
        for row in &picked {
            if before == Some(row.id) {
                return Err(SelectionError::Twice);
            }
            match row.worth {
                Some(worth) => sum = sum.checked_add(worth).ok_or(SelectionError::TooLarge)?,
                None => without_worth += 1,
            }
            // The first id is counted from the smallest there is.
            differences.push((row.id.abs_diff(before.unwrap_or(i64::MIN)), row.version));
            before = Some(row.id);
        }
        let rows = postcard::to_allocvec(&(without_worth, differences)).map_err(|_| SelectionError::TooLarge)?;
        let mut selection = Self {
            kind: kind.to_owned(),
            count: picked.len() as u64,
            sum,
            currency: currency.to_owned(),
            rows,
            hash: [0; 32],
        };
        selection.hash = selection.hash_now();
        Ok(selection)
    }

    fn hash_now(&self) -> [u8; 32] {
        Canonical::of("docket selection 1")
            .text(&self.kind)
            .text(&self.currency)
            .bytes(&self.count.to_be_bytes())
            .number(self.sum)
            .bytes(&self.rows)
            .sha256()
    }

    fn list(&self) -> Result<(u64, Vec<(u64, i64)>), SelectionError> {
        postcard::from_bytes(&self.rows).map_err(|_| SelectionError::Changed)
    }

    /// Rows whose worth is not known: said beside the sum, never in it.
    ///
    /// # Errors
    /// [`SelectionError::Changed`] when the list cannot be read.
    pub fn without_worth(&self) -> Result<u64, SelectionError> {
        Ok(self.list()?.0)
    }

    /// The rows, ids rising: id and version seen.
    ///
    /// # Errors
    /// [`SelectionError::Changed`] when anything of it is not as it was frozen.
    pub fn open(&self) -> Result<Vec<(i64, i64)>, SelectionError> {
        if self.hash != self.hash_now() {
            return Err(SelectionError::Changed);
        }
        let (_, differences) = self.list()?;
        let mut id = i64::MIN;
        let mut rows = Vec::with_capacity(differences.len());
        for (difference, version) in differences {
            id = id.checked_add_unsigned(difference).ok_or(SelectionError::Changed)?;
            rows.push((id, version));
        }
        Ok(rows)
    }
}

/// What becomes of a chosen row when the act comes to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is as it was seen: act.
    Act,
    /// It changed since: skip, and say so.
    Changed,
    /// It is gone, or no longer the person's to see: skip, and say so.
    Gone,
}

impl Fate {
    /// Why the row is skipped, as a key of the catalogue; none when it is not.
    #[must_use]
    pub const fn why_skipped(self) -> Option<&'static str> {
        match self {
            Self::Act => None,
            Self::Changed => Some("skipped-changed"),
            Self::Gone => Some("skipped-gone"),
        }
    }
}

/// What becomes of each chosen row, given the rows that are there now (id and version, ids rising).
#[must_use]
pub fn fates(chosen: &[(i64, i64)], now: &[(i64, i64)]) -> Vec<(i64, Fate)> {
    let mut there = now.iter().copied().peekable();
    chosen
        .iter()
        .map(|(id, seen)| {
            while there.next_if(|(other, _)| other.cmp(id) == Ordering::Less).is_some() {}
            let fate = match there.peek() {
                Some((other, version)) if other == id && version == seen => Fate::Act,
                Some((other, _)) if other == id => Fate::Changed,
                _ => Fate::Gone,
            };
            (*id, fate)
        })
        .collect()
}
