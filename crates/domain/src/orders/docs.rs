//! Which lines a fact speaks of (domain §1.5): those it names; without lines, those of the documents it names; an
//! event of the order itself, or one whose documents have no lines here, speaks of every line.

use super::fact::{Fact, Lists};
use super::machine::{Scope, Touch, speaks_of_order};
use crate::events::EventType;

/// The lines of each document of the order, whichever fact said so.
#[derive(Clone, Debug, Default)]
pub(super) struct Docs(Vec<Doc>);

#[derive(Clone, Debug, Default)]
struct Doc {
    lines: Vec<u32>,
    /// Some fact names it.
    named: bool,
    /// Some fact without lines of its own names it.
    spoken_of: bool,
}

/// Which lines have to be swept again because a document turned out to have them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Again {
    Line(u32),
    All,
}

impl Docs {
    fn lines(&self, doc: u32) -> &[u32] {
        self.0.get(doc as usize).map_or(&[], |doc| &doc.lines)
    }

    /// Takes in what a new fact says about its documents.
    pub(super) fn note(&mut self, fact: &Fact, again: &mut Vec<Again>) {
        for doc in fact.docs() {
            let at = doc as usize;
            if self.0.len() <= at {
                self.0.resize(at + 1, Doc::default());
            }
            let doc = &mut self.0[at];
            let Some(lines) = &fact.lines else {
                (doc.named, doc.spoken_of) = (true, true);
                continue;
            };
            for said in lines {
                if doc.lines.contains(&said.line) {
                    continue;
                }
                if doc.lines.is_empty() && doc.spoken_of {
                    again.push(Again::All);
                } else if doc.named {
                    again.push(Again::Line(said.line));
                }
                doc.lines.push(said.line);
            }
        }
        for doc in fact.docs() {
            self.0[doc as usize].named = true;
        }
    }

    /// Calls `each` with every line that `fact` touches, of `count` lines.
    pub(super) fn touches<'a>(
        &self,
        fact: &'a Fact,
        lists: &'a Lists,
        count: usize,
        plausible: bool,
        mut each: impl FnMut(u32, Touch<'a>),
    ) {
        let whole = Touch {
            fact,
            said: None,
            terms: None,
            scope: Scope::Said,
            plausible,
        };
        if fact.superseded {
            return;
        }
        let Some(lines) = &fact.lines else {
            match self.spoken_of(fact) {
                Some(lines) => lines.iter().for_each(|line| each(*line, whole)),
                None => (0..count).for_each(|line| each(u32::try_from(line).unwrap_or(u32::MAX), whole)),
            }
            return;
        };
        for said in lines {
            let terms = said.terms.and_then(|id| lists.terms.get(id));
            each(
                said.line,
                Touch {
                    said: Some(said),
                    terms,
                    ..whole
                },
            );
        }
        let unsaid = |line: &u32| lines.iter().all(|said| said.line != *line);
        if let Some(doc) = fact.subject.filter(|_| replaces_whole(fact.kind)) {
            let dropped = self.lines(doc).iter().copied().filter(unsaid);
            dropped.for_each(|line| {
                each(
                    line,
                    Touch {
                        scope: Scope::Dropped,
                        ..whole
                    },
                )
            });
        }
        if speaks_of_order(fact.kind) && fact.version.is_some() && !fact.is_about_others() {
            let others = (0..u32::try_from(count).unwrap_or(u32::MAX)).filter(unsaid);
            others.for_each(|line| {
                each(
                    line,
                    Touch {
                        scope: Scope::Version,
                        ..whole
                    },
                )
            });
        }
    }

    /// The lines of the documents that a fact without lines speaks of: of its own document, else of those it cites.
    fn spoken_of(&self, fact: &Fact) -> Option<Vec<u32>> {
        if speaks_of_order(fact.kind) {
            return None;
        }
        let own: Vec<u32> = fact.reverses.into_iter().chain(fact.subject).collect();
        let docs = if own.iter().any(|doc| !self.lines(*doc).is_empty()) {
            &own
        } else {
            &fact.cites
        };
        let mut lines: Vec<u32> = docs.iter().flat_map(|doc| self.lines(*doc)).copied().collect();
        lines.sort_unstable();
        lines.dedup();
        if lines.is_empty() { None } else { Some(lines) }
    }
}

/// A later version of a shipment replaces it whole (domain §1.1).
const fn replaces_whole(kind: EventType) -> bool {
    matches!(
        kind,
        EventType::ShipPlanned | EventType::ShipShipped | EventType::ShipUpdated
    )
}
