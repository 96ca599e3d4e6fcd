//! What the disk certainly holds: of every file the content of its last sync.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, PoisonError};

use crate::dice::Dice;

/// Bytes that a disk writes as one.
const SECTOR: usize = 512;

/// What SQLite did to a file since its last sync.
#[derive(Clone, Debug)]
enum Change {
    Write(usize, Vec<u8>),
    Truncate(usize),
}

impl Change {
    fn apply(&self, file: &mut Vec<u8>) {
        match self {
            Self::Write(at, bytes) => {
                let end = at + bytes.len();
                if file.len() < end {
                    file.resize(end, 0);
                }
                file[*at..end].copy_from_slice(bytes);
            }
            Self::Truncate(size) => file.resize(*size, 0),
        }
    }
}

#[derive(Debug, Default)]
struct Kept {
    synced: Vec<u8>,
    waiting: Vec<Change>,
}

/// Which writes a power loss leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// None that was not synced.
    All,
    /// Some of those that were not synced, others torn at a sector.
    Some,
}

/// The disk after a power loss at one sync point.
#[derive(Debug)]
pub struct Moment {
    /// Which sync point, from 1.
    pub point: u64,
    /// What was lost.
    pub loss: Loss,
    /// The file whose sync did not happen any more.
    pub syncing: PathBuf,
    /// Files by their path inside the recorded folder.
    pub files: Vec<(PathBuf, Vec<u8>)>,
    /// How many events had been acknowledged before.
    pub acknowledged: usize,
}

/// Records one folder.
#[derive(Debug)]
pub struct Recorder {
    root: PathBuf,
    state: Mutex<State>,
    /// Ids that were acknowledged, in order; the client adds to it as soon as it has its answer.
    pub acknowledged: Arc<Mutex<Vec<String>>>,
    moments: SyncSender<Moment>,
}

#[derive(Debug)]
struct State {
    files: BTreeMap<PathBuf, Kept>,
    points: u64,
    dice: Dice,
}

impl Recorder {
    /// Records `root`, telling every moment to `moments`.
    #[must_use]
    pub fn new(root: &Path, seed: u64, moments: SyncSender<Moment>) -> Self {
        let state = State {
            files: BTreeMap::new(),
            points: 0,
            dice: Dice::new(seed, 77),
        };
        Self {
            root: root.to_owned(),
            state: Mutex::new(state),
            acknowledged: Arc::default(),
            moments,
        }
    }

    /// Whether a file belongs to what is recorded.
    #[must_use]
    pub fn holds(&self, path: &Path) -> bool {
        path.starts_with(&self.root)
    }

    /// A file was opened: what it holds already counts as synced.
    pub fn opened(&self, path: &Path) {
        let mut state = self.lock();
        if !state.files.contains_key(path) {
            let synced = std::fs::read(path).unwrap_or_default();
            state.files.insert(
                path.to_owned(),
                Kept {
                    synced,
                    waiting: Vec::new(),
                },
            );
        }
    }

    /// Bytes were written.
    pub fn wrote(&self, path: &Path, at: usize, bytes: &[u8]) {
        self.change(path, Change::Write(at, bytes.to_vec()));
    }

    /// A file was cut.
    pub fn truncated(&self, path: &Path, size: usize) {
        self.change(path, Change::Truncate(size));
    }

    /// A file was deleted.
    pub fn deleted(&self, path: &Path) {
        self.lock().files.remove(path);
    }

    /// A file is about to be synced: the power goes off now. Then it goes on as if it had not.
    pub fn syncing(&self, path: &Path) {
        // What is acknowledged by now must be in what was synced before; so this is read first.
        let acknowledged = self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).len();
        let moments = {
            let mut state = self.lock();
            state.points += 1;
            let point = state.points;
            let moment = |loss, files| Moment {
                point,
                loss,
                syncing: self.inside(path),
                files,
                acknowledged,
            };
            let all = state
                .files
                .iter()
                .map(|(p, kept)| (self.inside(p), kept.synced.clone()))
                .collect();
            let State { files, dice, .. } = &mut *state;
            let torn = files
                .iter()
                .map(|(p, kept)| (self.inside(p), torn(kept, dice)))
                .collect();
            if let Some(kept) = state.files.get_mut(path) {
                let waiting = std::mem::take(&mut kept.waiting);
                waiting.iter().for_each(|change| change.apply(&mut kept.synced));
            }
            [moment(Loss::All, all), moment(Loss::Some, torn)]
        };
        for moment in moments {
            // The reader may have seen enough.
            let _ = self.moments.send(moment);
        }
    }

    fn change(&self, path: &Path, change: Change) {
        if let Some(kept) = self.lock().files.get_mut(path) {
            kept.waiting.push(change);
        }
    }

    fn inside(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.root).unwrap_or(path).to_owned()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Half of the waiting changes happened; of every third of those only its first sectors.
fn torn(kept: &Kept, dice: &mut Dice) -> Vec<u8> {
    let mut file = kept.synced.clone();
    for change in &kept.waiting {
        if !dice.chance(50) {
            continue;
        }
        match change {
            Change::Write(at, bytes) if dice.chance(33) => {
                let sectors = dice.place(bytes.len() / SECTOR + 1);
                Change::Write(*at, bytes[..sectors * SECTOR].to_vec()).apply(&mut file);
            }
            change => change.apply(&mut file),
        }
    }
    file
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::mpsc::sync_channel;

    use super::{Loss, Recorder};

    #[test]
    fn a_power_loss_leaves_what_was_synced_and_nothing_after_it() {
        let (tell, moments) = sync_channel(16);
        let recorder = Recorder::new(Path::new("/nowhere"), 1, tell);
        let file = Path::new("/nowhere/a.db");
        recorder.opened(file);
        recorder.wrote(file, 0, b"first");
        recorder.syncing(file);
        recorder.wrote(file, 5, b" second");
        recorder.truncated(file, 8);
        recorder.syncing(file);
        recorder.syncing(file);
        let left: Vec<_> = moments.try_iter().filter(|m| m.loss == Loss::All).collect();
        let content = |n: usize| left[n].files[0].1.as_slice();
        assert_eq!([content(0), content(1), content(2)], [&b""[..], b"first", b"first se"]);
        assert_eq!(left[2].point, 3);
    }
}
