//! Persons that events speak of (DESIGN §1.9): an event keeps what stands for a person, who that is stands apart, sealed
//! with a key of their own. Destroying the key erases them; the events stay the same bytes.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use domain::events::{ActorKind, Draft};
use domain::{Clock, Instant};
use rand::RngCore;
use store::StoreError;
use store::log::{Log, Subject};

use crate::error::EngineError;
use crate::randomness::Randomness;
use crate::sealer::{SUBJECT_MARK, Sealer};

/// Subjects remembered as stored, so that they are not written with every event.
const REMEMBERED: usize = 100_000;

/// Puts what stands for a person in their place, and finds the person again.
pub(crate) struct Subjects {
    sealer: Sealer,
    randomness: Randomness,
    stored: Mutex<HashSet<String>>,
}

impl Subjects {
    pub(crate) fn new(sealer: Sealer, randomness: Randomness) -> Self {
        Self {
            sealer,
            randomness,
            stored: Mutex::default(),
        }
    }

    /// Takes the persons out of these drafts; answers what is to be kept of those who may be new.
    pub(crate) fn take_out<'d>(&self, drafts: impl Iterator<Item = &'d mut Draft>, clock: &dyn Clock) -> Vec<Subject> {
        let mut new: HashMap<String, Subject> = HashMap::new();
        for draft in drafts {
            // Jobs, services and partners are no persons; of whom the source does not say what they are, they may be one.
            if !matches!(draft.actor_kind, ActorKind::Human | ActorKind::Unknown) {
                continue;
            }
            let Some(name) = draft.actor.as_deref().filter(|a| !a.is_empty()) else {
                continue;
            };
            let subject = self.sealer.subject(name);
            if !self.is_stored(&subject) && !new.contains_key(&subject) {
                // A name that cannot be sealed is not kept at all.
                if let Some(row) = self.seal(&subject, name, clock.now()) {
                    new.insert(subject.clone(), row);
                }
            }
            draft.actor = Some(subject);
        }
        new.into_values().collect()
    }

    fn seal(&self, subject: &str, name: &str, now: Instant) -> Option<Subject> {
        let (mut key, mut nonce) = ([0; 32], [0; 24]);
        self.randomness.with(|rng| {
            rng.fill_bytes(&mut key);
            rng.fill_bytes(&mut nonce);
        });
        let (key_sealed, value_sealed) = self.sealer.seal_subject(name, key, nonce).ok()?;
        Some(Subject {
            subject: subject.to_owned(),
            region: String::new(),
            key_sealed: Some(key_sealed),
            value_sealed,
            created_at: now,
            erased_at: None,
        })
    }

    fn is_stored(&self, subject: &str) -> bool {
        let stored = self.stored.lock().unwrap_or_else(PoisonError::into_inner);
        stored.contains(subject)
    }

    /// They are in the log now.
    pub(crate) fn remember(&self, subjects: &[Subject]) {
        let mut stored = self.stored.lock().unwrap_or_else(PoisonError::into_inner);
        if stored.len().saturating_add(subjects.len()) > REMEMBERED {
            stored.clear();
        }
        stored.extend(subjects.iter().map(|s| s.subject.clone()));
    }

    /// Who stands behind these actors; those who were erased are missing.
    pub(crate) async fn find(&self, log: &Log, actors: &[&str]) -> Result<HashMap<String, String>, EngineError> {
        let mut subjects: Vec<&str> = actors.iter().copied().filter(|a| a.starts_with(SUBJECT_MARK)).collect();
        subjects.sort_unstable();
        subjects.dedup();
        if subjects.is_empty() {
            return Ok(HashMap::new());
        }
        let mut found = HashMap::new();
        for row in log.get_subjects(&subjects).await? {
            let Some(key) = row.key_sealed else { continue };
            let name = self
                .sealer
                .open_subject(&key, &row.value_sealed)
                .map_err(|_| EngineError::Store(StoreError::Corrupt(format!("subject {}", row.subject))))?;
            found.insert(row.subject, name);
        }
        Ok(found)
    }
}
