//! Keys of rows that have none of their own.

use std::collections::{BTreeMap, HashMap};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// Cases remembered to notice that one stands in several pieces in the file. Beyond it pieces are not told apart.
const MOST_CASES: usize = 2_000_000;
/// Longest case name that stands in a key as it is.
const LONGEST_CASE: usize = 64;

/// Counts rows that are the same: per case, and per piece of a case.
#[derive(Debug, Default)]
pub(super) struct Keys {
    pieces: HashMap<u64, u32>,
    piece: u32,
    rows: HashMap<[u8; 12], u32>,
}

impl Keys {
    /// A case begins.
    pub(super) fn case(&mut self, id: &str) {
        self.rows.clear();
        let hash = u64::from_be_bytes(first(&Sha256::digest(id)));
        self.piece = 0;
        if let Some(seen) = self.pieces.get_mut(&hash) {
            *seen += 1;
            self.piece = *seen;
        } else if self.pieces.len() < MOST_CASES {
            self.pieces.insert(hash, 0);
        }
    }

    /// The key of a row. It begins with the case, so that rows which arrive together stand together.
    pub(super) fn row(&mut self, case: &str, attributes: &BTreeMap<String, String>) -> String {
        let mut hash = Sha256::new();
        for text in std::iter::once(case).chain(attributes.iter().flat_map(|(k, v)| [k.as_str(), v.as_str()])) {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text);
        }
        let said = hash.finalize();
        let nth = self.rows.entry(first(&said)).and_modify(|n| *n += 1).or_insert(0);
        let mut row = Sha256::new();
        row.update(said);
        row.update(nth.to_be_bytes());
        row.update(self.piece.to_be_bytes());
        let short = URL_SAFE_NO_PAD.encode(first::<9>(&row.finalize()));
        let plain = case.len() <= LONGEST_CASE && case.bytes().all(|b| b.is_ascii_graphic());
        if plain {
            format!("{case}:{short}")
        } else {
            format!("{}:{short}", URL_SAFE_NO_PAD.encode(first::<12>(&Sha256::digest(case))))
        }
    }
}

fn first<const N: usize>(hash: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&hash[..N]);
    out
}
