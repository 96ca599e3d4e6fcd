//! Refusals are written behind the answer, so that who is refused cannot slow down who is not: held in memory for a moment,
//! those that say the same summed up, and in a flood all of one kind.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use store::Store;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use super::Act;

/// How long refusals are gathered.
const PACE: Duration = Duration::from_secs(1);
/// Different objects that one actor's refusals are told apart by, within one pace.
const OBJECTS_PER_ACTOR: usize = 32;
/// Different refusals within one pace; of what comes then only the sort is told.
const MOST: usize = 512;
/// Object and actor of a sum over several.
const SEVERAL: &str = "several";
/// A fact of a row that stands for several: how many.
const TIMES: &str = "times";

/// What is summed up: (actor, action, object).
type Key = (String, &'static str, String);

#[derive(Default)]
struct Waiting {
    acts: HashMap<Key, (Act, u64)>,
    objects: HashMap<String, usize>,
}

/// Refusals that wait to be written.
#[derive(Clone, Default)]
pub(crate) struct Refusals {
    waiting: Arc<Mutex<Waiting>>,
    wake: Arc<Notify>,
}

impl Waiting {
    fn note(&mut self, mut act: Act) {
        let mut key = (act.actor.clone(), act.action, act.object.clone());
        if !self.acts.contains_key(&key) {
            let objects = self.objects.get(&key.0).copied().unwrap_or_default();
            if self.acts.len() >= MOST {
                key = (SEVERAL.to_owned(), act.action, SEVERAL.to_owned());
            } else if objects >= OBJECTS_PER_ACTOR {
                key.2 = SEVERAL.to_owned();
            } else {
                self.objects.insert(key.0.clone(), objects.saturating_add(1));
            }
        }
        (act.actor, act.object) = (key.0.clone(), key.2.clone());
        let (_, times) = self.acts.entry(key).or_insert((act, 0));
        *times = times.saturating_add(1);
    }
}

impl Refusals {
    /// Somebody was refused something.
    pub(crate) fn note(&self, act: Act) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).note(act);
        self.wake.notify_one();
    }

    /// Writes what waits. What cannot be written now is lost, and said so in the log: it must not fill the memory.
    pub(crate) async fn write(&self, store: &Store) {
        let waiting = std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        if waiting.acts.is_empty() {
            return;
        }
        let mut acts: Vec<(Act, u64)> = waiting.acts.into_values().collect();
        acts.sort_by(|(a, _), (b, _)| (a.at, &a.actor, &a.object).cmp(&(b.at, &b.actor, &b.object)));
        let rows: Vec<_> = acts
            .into_iter()
            .map(|(act, times)| {
                if times > 1 {
                    act.more(TIMES, times).row()
                } else {
                    act.row()
                }
            })
            .collect();
        if let Err(error) = store.log.append_audit(&rows).await {
            tracing::error!(%error, audit.rows = rows.len(), "refusals could not be written");
        }
    }

    /// Writes them for as long as the engine runs.
    pub(crate) fn start(&self, store: Arc<Store>, mut stopping: watch::Receiver<bool>) -> JoinHandle<()> {
        let refusals = self.clone();
        tokio::spawn(async move {
            while !*stopping.borrow() {
                tokio::select! {
                    _ = stopping.changed() => break,
                    () = refusals.wake.notified() => {}
                }
                tokio::select! {
                    _ = stopping.changed() => break,
                    () = tokio::time::sleep(PACE) => {}
                }
                refusals.write(&store).await;
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use domain::{Instant, Sentence};

    use super::*;
    use crate::audit::act_of;

    fn act(actor: &str, object: &str) -> Act {
        act_of(actor, Instant(5), "access.refused", object).refused(Sentence::new("error-not-allowed"))
    }

    #[test]
    fn the_same_refusal_again_is_counted() {
        let mut waiting = Waiting::default();
        (0..100).for_each(|_| waiting.note(act("maria", "order:DE01/1")));
        waiting.note(act("maria", "order:DE01/2"));
        let mut times: Vec<u64> = waiting.acts.values().map(|(_, times)| *times).collect();
        times.sort_unstable();
        assert_eq!(times, [1, 100]);
    }

    #[test]
    fn a_flood_takes_little_room_and_none_of_it_goes_uncounted() {
        let mut waiting = Waiting::default();
        for n in 0..2_000 {
            waiting.note(act("maria", &format!("order:DE01/{n}")));
        }
        assert_eq!(waiting.acts.len(), OBJECTS_PER_ACTOR + 1);
        for n in 0..20_000 {
            waiting.note(act(&format!("user-{n}"), "order:DE01/1"));
        }
        assert_eq!(waiting.acts.len(), MOST + 1);
        assert_eq!(waiting.acts.values().map(|(_, times)| times).sum::<u64>(), 22_000);
        let several = (SEVERAL.to_owned(), "access.refused", SEVERAL.to_owned());
        assert!(waiting.acts[&several].1 > 19_000);
        assert!(waiting.objects.len() <= MOST);
    }
}
