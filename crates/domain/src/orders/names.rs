//! Names of an order's documents, lines and repeated sayings: each kept once, facts point at them.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

/// Below this many, looking along the list beats hashing.
const SCANNED: usize = 24;

/// A list without doubles; an item's number is its place.
#[derive(Clone, Debug)]
pub(super) struct Names<T> {
    items: Vec<T>,
    index: HashMap<T, u32>,
}

impl<T> Default for Names<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            index: HashMap::new(),
        }
    }
}

impl<T: Clone + Eq + Hash> Names<T> {
    pub(super) fn from_list(items: Vec<T>) -> Self {
        Self {
            items,
            index: HashMap::new(),
        }
    }

    pub(super) fn items(&self) -> &[T] {
        &self.items
    }

    pub(super) fn get(&self, id: u32) -> Option<&T> {
        self.items.get(id as usize)
    }

    pub(super) fn find<Q: ?Sized + Eq + Hash>(&self, item: &Q) -> Option<u32>
    where
        T: Borrow<Q>,
    {
        if self.index.len() == self.items.len() {
            return self.index.get(item).copied();
        }
        self.items.iter().position(|known| known.borrow() == item).map(id_of)
    }

    /// The number of `item`, which is made and added when it is new.
    pub(super) fn intern<Q: ?Sized + Eq + Hash>(&mut self, item: &Q, make: impl FnOnce(&Q) -> T) -> u32
    where
        T: Borrow<Q>,
    {
        if self.items.len() >= SCANNED && self.index.is_empty() {
            self.index = self
                .items
                .iter()
                .enumerate()
                .map(|(at, known)| (known.clone(), id_of(at)))
                .collect();
        }
        if let Some(id) = self.find(item) {
            return id;
        }
        let id = id_of(self.items.len());
        let made = make(item);
        if self.items.len() >= SCANNED {
            self.index.insert(made.clone(), id);
        }
        self.items.push(made);
        id
    }
}

fn id_of(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
