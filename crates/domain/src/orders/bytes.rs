//! The bytes of an order's state and history. Lists are sorted and pruned, facts refer to the sorted places, so
//! that the bytes depend on the set of facts alone.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::fact::{Fact, HeaderSaid, LineSaid, LineTerms, Lists};
use super::names::Names;
use super::state::OrderState;
use crate::events::{EventType, Seq};
use crate::keys::DocKey;
use crate::numbers::Decimal;
use crate::time::{Instant, Precision};

/// Changes when the layout does; a rebuild makes the new one.
const LAYOUT: u8 = 1;

/// Why stored bytes are not an order.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Not a state of this layout.
    #[error("order state is damaged or of another layout")]
    State,
    /// The history does not go with the state.
    #[error("order history does not fit its state")]
    History,
}

#[derive(Serialize, Deserialize)]
struct Packed<'a> {
    layout: u8,
    keys: Vec<DocKey>,
    docs: Vec<DocKey>,
    #[serde(borrow)]
    lines: Vec<&'a str>,
    headers: Vec<HeaderSaid>,
    terms: Vec<LineTerms>,
    #[serde(borrow)]
    facts: Vec<PackedFact<'a>>,
}

#[derive(Serialize, Deserialize)]
struct PackedFact<'a> {
    kind: EventType,
    /// From the fact before.
    later: i64,
    /// From `sort_at` back to when it happened.
    back: i64,
    precision: Precision,
    source_id: i64,
    source_seq: i64,
    item_key: &'a str,
    part: i64,
    version: Option<i64>,
    amount: Option<Decimal>,
    approved: Option<bool>,
    subject: Option<u32>,
    reverses: Option<u32>,
    cites: Vec<u32>,
    header: Option<u32>,
    bits: u8,
    lines: Option<Vec<LineSaid>>,
}

const FINAL: u8 = 1;
const VALUE_ONLY: u8 = 2;
const FOREIGN: u8 = 4;
const SUPERSEDED: u8 = 8;

impl OrderState {
    /// The canonical bytes of keys and facts.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut used = Used::new(&self.lists);
        self.facts.iter().for_each(|fact| used.mark(fact));
        let docs = used.docs.sorted(self.lists.docs.items());
        let lines = used.lines.sorted(self.lists.lines.items());
        let headers = used.headers.sorted(self.lists.headers.items());
        let terms = used.terms.sorted(self.lists.terms.items());
        let mut before = 0;
        let facts = self.facts.iter().map(|fact| used.pack(fact, &mut before)).collect();
        let packed = Packed {
            layout: LAYOUT,
            keys: self.keys.iter().cloned().collect(),
            docs: docs.into_iter().cloned().collect(),
            lines: lines.into_iter().map(|line| &**line).collect(),
            headers: headers.into_iter().cloned().collect(),
            terms: terms.into_iter().cloned().collect(),
            facts,
        };
        #[expect(clippy::expect_used, reason = "plain data into a growing buffer cannot fail")]
        postcard::to_stdvec(&packed).expect("order state is plain data")
    }

    /// The places of its events in the log, in event order, with what only the moment of arrival knew.
    #[must_use]
    pub fn encode_history(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.facts.len() * 2);
        let mut before = 0;
        for fact in &self.facts {
            let step = (i128::from(fact.seq) - before) * 2 + i128::from(fact.ahead);
            before = i128::from(fact.seq);
            let mut rest = ((step << 1) ^ (step >> 127)).cast_unsigned();
            while rest >= 0x80 {
                out.push((rest & 0x7f) as u8 | 0x80);
                rest >>= 7;
            }
            out.push(rest as u8);
        }
        out
    }

    /// Reads what [`Self::encode`] and [`Self::encode_history`] wrote.
    ///
    /// # Errors
    /// [`DecodeError`] when the bytes are damaged, of another layout, or do not belong together.
    pub fn decode(state: &[u8], history: &[u8]) -> Result<Self, DecodeError> {
        let packed: Packed<'_> = postcard::from_bytes(state).map_err(|_| DecodeError::State)?;
        if packed.layout != LAYOUT {
            return Err(DecodeError::State);
        }
        let known = decode_history(history)?;
        if known.len() != packed.facts.len() {
            return Err(DecodeError::History);
        }
        let mut before = 0;
        let facts: Vec<Fact> = packed
            .facts
            .into_iter()
            .zip(known)
            .map(|(fact, known)| fact.unpack(known, &mut before))
            .collect();
        let lists = Lists {
            docs: Names::from_list(packed.docs),
            lines: Names::from_list(packed.lines.into_iter().map(Arc::from).collect()),
            headers: Names::from_list(packed.headers),
            terms: Names::from_list(packed.terms),
        };
        if facts.iter().any(|fact| !lists.hold(fact)) {
            return Err(DecodeError::State);
        }
        Ok(Self {
            keys: packed.keys.into_iter().collect(),
            facts,
            lists,
        })
    }
}

/// Each place in the log, and whether the event lay ahead of our clock.
fn decode_history(bytes: &[u8]) -> Result<Vec<(Seq, bool)>, DecodeError> {
    let mut out = Vec::with_capacity(bytes.len());
    let (mut before, mut value, mut shift) = (0_i128, 0_u128, 0_u32);
    for byte in bytes {
        if shift > 70 {
            return Err(DecodeError::History);
        }
        value |= u128::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 != 0 {
            continue;
        }
        let step = (value >> 1).cast_signed() ^ -(value & 1).cast_signed();
        before += step >> 1;
        let seq = Seq::try_from(before).map_err(|_| DecodeError::History)?;
        out.push((seq, step & 1 == 1));
        (value, shift) = (0, 0);
    }
    if shift == 0 { Ok(out) } else { Err(DecodeError::History) }
}

impl PackedFact<'_> {
    fn unpack(self, (seq, ahead): (Seq, bool), before: &mut i64) -> Fact {
        let sort_at = before.wrapping_add(self.later);
        *before = sort_at;
        Fact {
            kind: self.kind,
            occurred_at: Instant(sort_at.wrapping_sub(self.back)),
            precision: self.precision,
            sort_at: Instant(sort_at),
            source_id: self.source_id,
            source_seq: self.source_seq,
            item_key: self.item_key.into(),
            part: self.part,
            version: self.version,
            amount: self.amount,
            approved: self.approved,
            seq,
            ahead,
            subject: self.subject,
            reverses: self.reverses,
            cites: self.cites,
            header: self.header,
            final_close: self.bits & FINAL != 0,
            value_only: self.bits & VALUE_ONLY != 0,
            foreign: self.bits & FOREIGN != 0,
            superseded: self.bits & SUPERSEDED != 0,
            lines: self.lines,
        }
    }
}

impl Lists {
    /// Every number in `fact` names something here.
    fn hold(&self, fact: &Fact) -> bool {
        let fits = |id: u32, len: usize| (id as usize) < len;
        fact.docs().all(|id| fits(id, self.docs.items().len()))
            && fact.header.is_none_or(|id| fits(id, self.headers.items().len()))
            && fact.lines.iter().flatten().all(|said| {
                fits(said.line, self.lines.items().len())
                    && said.terms.is_none_or(|id| fits(id, self.terms.items().len()))
            })
    }
}

/// Which names the facts use, then their places among those, sorted.
struct Places(Vec<u32>);

impl Places {
    fn mark(&mut self, id: u32) {
        if let Some(place) = self.0.get_mut(id as usize) {
            *place = 0;
        }
    }

    fn of(&self, id: u32) -> u32 {
        self.0.get(id as usize).copied().unwrap_or(u32::MAX)
    }

    /// The used names in order; afterwards [`Self::of`] tells their places.
    fn sorted<'a, T: Ord>(&mut self, items: &'a [T]) -> Vec<&'a T> {
        let mut used: Vec<(usize, &T)> = items
            .iter()
            .enumerate()
            .filter(|(id, _)| self.0.get(*id) == Some(&0))
            .collect();
        used.sort_unstable_by(|a, b| a.1.cmp(b.1));
        for (place, (id, _)) in used.iter().enumerate() {
            self.0[*id] = u32::try_from(place).unwrap_or(u32::MAX);
        }
        used.into_iter().map(|(_, item)| item).collect()
    }
}

struct Used {
    docs: Places,
    lines: Places,
    headers: Places,
    terms: Places,
}

impl Used {
    fn new(lists: &Lists) -> Self {
        let unused = |len: usize| Places(vec![u32::MAX; len]);
        Self {
            docs: unused(lists.docs.items().len()),
            lines: unused(lists.lines.items().len()),
            headers: unused(lists.headers.items().len()),
            terms: unused(lists.terms.items().len()),
        }
    }

    fn mark(&mut self, fact: &Fact) {
        fact.docs().for_each(|id| self.docs.mark(id));
        fact.header.into_iter().for_each(|id| self.headers.mark(id));
        for said in fact.lines.iter().flatten() {
            self.lines.mark(said.line);
            said.terms.into_iter().for_each(|id| self.terms.mark(id));
        }
    }

    fn pack<'a>(&self, fact: &'a Fact, before: &mut i64) -> PackedFact<'a> {
        let later = fact.sort_at.0.wrapping_sub(*before);
        *before = fact.sort_at.0;
        let said = |said: &LineSaid| LineSaid {
            line: self.lines.of(said.line),
            terms: said.terms.map(|id| self.terms.of(id)),
            ..*said
        };
        let bit = |set: bool, bit: u8| if set { bit } else { 0 };
        PackedFact {
            kind: fact.kind,
            later,
            back: fact.sort_at.0.wrapping_sub(fact.occurred_at.0),
            precision: fact.precision,
            source_id: fact.source_id,
            source_seq: fact.source_seq,
            item_key: &fact.item_key,
            part: fact.part,
            version: fact.version,
            amount: fact.amount,
            approved: fact.approved,
            subject: fact.subject.map(|id| self.docs.of(id)),
            reverses: fact.reverses.map(|id| self.docs.of(id)),
            cites: fact.cites.iter().map(|id| self.docs.of(*id)).collect(),
            header: fact.header.map(|id| self.headers.of(id)),
            bits: bit(fact.final_close, FINAL)
                | bit(fact.value_only, VALUE_ONLY)
                | bit(fact.foreign, FOREIGN)
                | bit(fact.superseded, SUPERSEDED),
            lines: fact.lines.as_ref().map(|lines| lines.iter().map(said).collect()),
        }
    }
}
