//! An act on every row of a selection: chunk by chunk, each row as it was seen or not at all.

use std::collections::HashMap;

use domain::exceptions::{Case, Class};
use domain::selections::{Fate, fates};
use domain::{EventType, Sentence};
use serde::{Deserialize, Serialize};
use store::Store;
use store::log::{Selection as Kept, SelectionPart, SelectionRun};
use views::errors::Result;
use views::selections::SelectionAct;
use views::{AppError, Caller};

use super::{opened, said, wrong};
use crate::audit::Act;
use crate::error::{EngineError, refused};
use crate::fold::acts::{self, CaseActed};
use crate::fold::load::case_of;
use crate::ports::UseCase;
use crate::ports::access::caller_of;

/// Rows done in one transaction: far less than 20 ms of writing.
const CHUNK: usize = 64;

/// What came of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Came {
    /// It was done.
    Done,
    /// It changed since it was frozen.
    Changed,
    /// It is gone, or not the caller's to see.
    Gone,
    /// It is closed.
    Closed,
    /// It has that class already.
    SameClass,
}

impl Came {
    /// Why it was left as it is; none when it was done.
    pub(super) fn why(self) -> Option<Sentence> {
        let key = match self {
            Self::Done => return None,
            Self::Changed => "skipped-changed",
            Self::Gone => "skipped-gone",
            Self::Closed => "skipped-closed",
            Self::SameClass => "skipped-same-class",
        };
        Some(Sentence::new(key))
    }
}

/// A run with what it needs.
pub(super) struct Work {
    use_case: UseCase,
    caller: Caller,
    kept: Kept,
    run: SelectionRun,
    act: SelectionAct,
    /// It began before this program did: only then can it have done what it has not written down.
    resumes: bool,
}

impl Work {
    pub(super) fn new(use_case: &UseCase, caller: Caller, kept: Kept, run: SelectionRun, act: SelectionAct) -> Self {
        Self {
            use_case: use_case.clone(),
            caller,
            kept,
            run,
            act,
            resumes: false,
        }
    }
}

/// What came of the rows of a run so far, in the order they were done.
pub(super) async fn outcomes(store: &Store, run_id: i64) -> Result<Vec<(i64, Came)>> {
    let mut came = Vec::new();
    for part in store.log.list_selection_parts(run_id).await.map_err(refused)? {
        let rows: Vec<(i64, Came)> = postcard::from_bytes(&part.rows)
            .map_err(|_| refused(EngineError::damaged("the outcome of a selection cannot be read back")))?;
        came.extend(rows);
    }
    Ok(came)
}

/// Goes on with the runs that a stop interrupted.
///
/// # Errors
/// The store's.
pub(crate) async fn resume(use_case: &UseCase) -> std::result::Result<(), EngineError> {
    let log = &use_case.store.log;
    for run in log.list_selection_runs_open().await? {
        let kept = log.get_selection_by_id(run.selection_id).await?;
        let person = log.get_person(&run.by_login).await?;
        let act = serde_json::from_str(&run.act);
        let (Some(kept), Some(person), Ok(act)) = (kept, person, act) else {
            tracing::warn!(run = run.run_id, "a run of a selection cannot go on");
            continue;
        };
        let work = Work {
            resumes: true,
            ..Work::new(use_case, caller_of(&person), kept, run, act)
        };
        drop(tokio::spawn(to_the_end(work)));
    }
    Ok(())
}

/// Does what is left of a run. What fails is tried again when Docket starts anew.
pub(super) async fn to_the_end(work: Work) {
    if let Err(error) = all(&work).await {
        tracing::error!(run = work.run.run_id, %error, "a selection was not done to its end");
    }
}

async fn all(work: &Work) -> Result<()> {
    let chosen = opened(&work.kept)?.open().map_err(wrong)?;
    let log = &work.use_case.store.log;
    let parts = log.list_selection_parts(work.run.run_id).await.map_err(refused)?.len();
    for (n, chunk) in chosen.chunks(CHUNK).enumerate().skip(parts) {
        let came = some(work, chunk).await?;
        let part = SelectionPart {
            run_id: work.run.run_id,
            part: i64::try_from(n).unwrap_or(i64::MAX),
            rows: postcard::to_allocvec(&came).map_err(|error| refused(EngineError::damaged(error)))?,
        };
        log.insert_selection_part(&part).await.map_err(refused)?;
    }
    let came = outcomes(&work.use_case.store, work.run.run_id).await?;
    let done = came.iter().filter(|(_, came)| *came == Came::Done).count();
    let now = work.use_case.clock.now();
    let more = [
        ("act", work.act.as_str().to_owned()),
        ("done", done.to_string()),
        ("skipped", (came.len() - done).to_string()),
    ];
    let row = said(
        &work.caller,
        now,
        "selection.done",
        work.run.selection_id,
        &work.kept,
        &more,
    );
    let mut change = log.begin_change().await.map_err(refused)?;
    let run_id = work.run.run_id;
    change.mark_selection_run_finished(run_id, now).await.map_err(refused)?;
    change.commit(&[row]).await.map_err(refused).map(drop)
}

/// The cases of a chunk as they are now, in scope, by id.
async fn now(work: &Work, ids: &[i64]) -> Result<HashMap<i64, Case>> {
    let views = work.use_case.store.views();
    let found = views.list_exceptions_by_id(&work.caller.scope, ids).await;
    let cases = found.map_err(refused)?;
    let cases = cases.iter().map(|row| Ok((row.exception_id, case_of(row)?)));
    cases
        .collect::<std::result::Result<_, EngineError>>()
        .map_err(AppError::from)
}

async fn some(work: &Work, chunk: &[(i64, i64)]) -> Result<Vec<(i64, Came)>> {
    let ids: Vec<i64> = chunk.iter().map(|(id, _)| *id).collect();
    let before = now(work, &ids).await?;
    let mut there: Vec<(i64, i64)> = before.iter().map(|(id, case)| (*id, case.version)).collect();
    there.sort_unstable();
    let mut came: Vec<(i64, Came)> = Vec::with_capacity(chunk.len());
    let mut drafts = Vec::new();
    for (id, fate) in fates(chunk, &there) {
        let decided = match (fate, before.get(&id)) {
            (Fate::Act, Some(case)) => fits(work, case),
            (Fate::Changed, Some(case)) if was_ours(work, case, chunk) => Some(Came::Done),
            (Fate::Changed, _) => Some(Came::Changed),
            (Fate::Gone | Fate::Act, _) => Some(Came::Gone),
        };
        match (decided, before.get(&id)) {
            (None, Some(case)) => {
                drafts.push((draft(work, case), told(work, case)));
                // Whether it came first in the log is seen below.
                came.push((id, Came::Changed));
            }
            (decided, _) => came.push((id, decided.unwrap_or(Came::Gone))),
        }
    }
    if drafts.is_empty() {
        return Ok(came);
    }
    let n = i64::try_from(drafts.len()).unwrap_or(i64::MAX);
    let last = work.use_case.appender.acts(drafts).await?;
    work.use_case.wait(last).await?;
    let after = now(work, &ids).await?;
    for (id, came) in came.iter_mut().filter(|(_, came)| *came == Came::Changed) {
        let ours = |case: &Case| {
            let mut history = case.history.iter();
            history.any(|e| e.seq > last - n && e.seq <= last && e.actor.as_deref() == Some(work.caller.id.as_str()))
        };
        if after.get(id).is_some_and(ours) {
            *came = Came::Done;
        }
    }
    Ok(came)
}

/// Why the act does not fit the case as it is; none when it does.
fn fits(work: &Work, case: &Case) -> Option<Came> {
    if !case.is_open() {
        return Some(Came::Closed);
    }
    match &work.act {
        SelectionAct::Classify { class, .. } if *class == case.class => Some(Came::SameClass),
        _ => None,
    }
}

/// Was it this very run that changed the case, before a stop kept that from being written down?
fn was_ours(work: &Work, case: &Case, chunk: &[(i64, i64)]) -> bool {
    let seen = chunk.iter().find(|(id, _)| *id == case.id).map(|(_, version)| *version);
    let stands = match &work.act {
        SelectionAct::Classify { class, .. } => Class::by_code(class).is_some_and(|known| known.code == case.class),
        SelectionAct::Resolve { resolution, .. } => case.status == domain::exceptions::Status::Resolved(*resolution),
    };
    let ours = case
        .history
        .last()
        .is_some_and(|e| e.seq > work.run.began_seq && e.actor.as_deref() == Some(work.caller.id.as_str()));
    work.resumes && stands && ours && seen.is_some_and(|seen| case.version == seen + 1)
}

/// What the audit says of the act on one of the cases.
fn told(work: &Work, case: &Case) -> Act {
    let act = |action| {
        let act = work.use_case.act(&work.caller, action, format!("case:{}", case.id));
        act.version(case.version).more("selection", work.run.selection_id)
    };
    match &work.act {
        SelectionAct::Classify { class, comment } => {
            let changed = act("case.classified").changed("class", Some(&case.class), Some(class));
            changed.comment(comment)
        }
        SelectionAct::Resolve { resolution, comment } => {
            let changed = act("case.resolved").changed("resolution", None, Some(resolution.as_str()));
            changed.comment(comment)
        }
    }
}

fn draft(work: &Work, case: &Case) -> domain::events::Draft {
    let (kind, class, resolution, comment) = match &work.act {
        SelectionAct::Classify { class, comment } => (EventType::CaseClassified, Some(class.clone()), None, comment),
        SelectionAct::Resolve { resolution, comment } => (EventType::CaseResolved, None, Some(*resolution), comment),
    };
    let acted = CaseActed {
        case_id: case.id,
        version: case.version,
        class,
        resolution,
        comment: comment.clone(),
    };
    acts::draft(kind, work.use_case.clock.now(), Some(&work.caller.id), &acted)
}
