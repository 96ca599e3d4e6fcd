//! Selections: freeze what somebody sees, act on exactly that, and say what came of each row.

mod run;
mod view;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::Instant;
use domain::exceptions::{Class, Resolution};
use domain::selections::{Picked, Selection, SelectionError};
use store::log::{AuditRow, Selection as Kept, SelectionRun};
use store::views::ExceptionFilter;
use views::errors::Result;
use views::exceptions::CaseFilter;
use views::selections::{ExportRow, NewSelection, SelectionAct, SelectionExport, SelectionView};
use views::{AppError, Caller, ErrorKind, Permission};

use super::UseCase;
use super::exceptions::ExceptionsPort;
use crate::error::{EngineError, refused};

pub(crate) use run::resume;

/// What the rows of these selections are.
const KIND: &str = "exceptions";
/// The currency of what cases could cost (default).
const REPORTING: &str = "EUR";
/// Rows in one selection at most.
const MOST: usize = 100_000;
/// How long a selection is kept.
const KEPT: i64 = 7 * Instant::DAY;
/// How long the answer to an act waits for its end; what takes longer is seen on the page.
const PATIENCE: Duration = Duration::from_secs(2);
/// Cases read at a time for an export.
const CHUNK: usize = 512;

/// The port of selections.
pub(crate) struct SelectionsPort {
    pub(crate) use_case: UseCase,
    pub(crate) exceptions: Arc<ExceptionsPort>,
}

fn invalid(key: &'static str) -> AppError {
    AppError::new(ErrorKind::Invalid, key)
}

fn conflict(key: &'static str) -> AppError {
    AppError::new(ErrorKind::Conflict, key)
}

fn wrong(error: SelectionError) -> AppError {
    match error {
        SelectionError::Twice => invalid("error-selection-twice"),
        SelectionError::TooLarge => invalid("error-selection-large"),
        SelectionError::Changed => refused(EngineError::damaged(error)),
    }
}

/// The selection as it was frozen. One that was changed since is not opened.
fn opened(kept: &Kept) -> Result<Selection> {
    let damaged = || refused(EngineError::damaged("a selection is not as it was frozen"));
    Ok(Selection {
        kind: kept.kind.clone(),
        count: u64::try_from(kept.count).map_err(|_| damaged())?,
        sum: kept.sum,
        currency: kept.currency.clone(),
        rows: kept.rows.clone(),
        hash: kept.hash.as_slice().try_into().map_err(|_| damaged())?,
    })
}

/// Who may make selections: whoever may do something with one.
fn may_select(caller: &Caller) -> Result<()> {
    caller.require(Permission::SeeExceptions)?;
    let any = [Permission::Triage, Permission::Resolve, Permission::Export];
    if any.into_iter().any(|permission| caller.may(permission)) {
        return Ok(());
    }
    caller.require(Permission::Triage)
}

/// The audit row of something done with a selection.
fn said(caller: &Caller, at: Instant, action: &str, id: i64, kept: &Kept, more: &[(&str, String)]) -> AuditRow {
    let mut detail = caller.audit_detail();
    let facts = [("hash", hex::encode(&kept.hash)), ("rows", kept.count.to_string())];
    for (name, value) in facts.iter().chain(more) {
        detail.more.insert((*name).to_owned(), value.clone());
    }
    AuditRow::done(at, &caller.id, action, format!("selection:{id}")).with_detail(detail.to_text())
}

impl SelectionsPort {
    async fn mine(&self, caller: &Caller, id: i64) -> Result<Kept> {
        let found = self.use_case.store.log.get_selection(&caller.id, id).await;
        found
            .map_err(refused)?
            .filter(|kept| kept.kind == KIND && kept.expires_at > self.use_case.clock.now())
            .ok_or_else(AppError::not_found)
    }

    /// What is to be frozen, and the last place of the log it knows of.
    async fn pick(&self, caller: &Caller, wanted: &NewSelection) -> Result<(Vec<Picked>, i64)> {
        let views = self.use_case.store.views();
        if wanted.cases.is_empty() {
            let filter = ExceptionFilter {
                class: Some(wanted.class.as_str()).filter(|class| !class.is_empty()),
                closed: wanted.state == "closed",
            };
            let found = views.freeze_exceptions(&caller.scope, filter, MOST).await;
            let (found, seq) = found
                .map_err(refused)?
                .ok_or_else(|| invalid("error-selection-large"))?;
            let picked = found.into_iter().map(|frozen| Picked {
                id: frozen.exception_id,
                version: frozen.version,
                worth: frozen.could_cost,
            });
            return Ok((picked.collect(), seq));
        }
        if wanted.cases.len() > MOST {
            return Err(invalid("error-selection-large"));
        }
        let seq = views.cursor().await.map_err(refused)?;
        let ids: BTreeSet<i64> = wanted.cases.iter().map(|seen| seen.id).collect();
        let ids: Vec<i64> = ids.into_iter().collect();
        let found = views
            .list_exceptions_by_id(&caller.scope, &ids)
            .await
            .map_err(refused)?;
        // What they may not know of is not there, so it is in no list; a version is the one they saw.
        let picked = wanted.cases.iter().filter_map(|seen| {
            let at = found.binary_search_by_key(&seen.id, |e| e.exception_id).ok()?;
            let worth = found.get(at)?.could_cost;
            Some(Picked {
                id: seen.id,
                version: seen.version,
                worth,
            })
        });
        Ok((picked.collect(), seq))
    }
}

#[async_trait]
impl views::ports::Selections for SelectionsPort {
    async fn matching(&self, caller: &Caller, filter: &CaseFilter) -> Result<u64> {
        caller.require(Permission::SeeExceptions)?;
        let views = self.use_case.store.views();
        if filter.class.is_empty() {
            let counted = views.count_exceptions_by_severity(&caller.scope).await;
            return Ok(counted.map_err(refused)?.values().sum());
        }
        let counted = views.count_exceptions_of_class(&caller.scope, &filter.class).await;
        counted.map_err(refused)
    }

    async fn freeze(&self, caller: &Caller, wanted: &NewSelection) -> Result<SelectionView> {
        may_select(caller)?;
        if !matches!(wanted.state.as_str(), "" | "open" | "closed") {
            return Err(invalid("error-selection-state"));
        }
        let (picked, at_seq) = self.pick(caller, wanted).await?;
        if picked.is_empty() {
            return Err(invalid("error-selection-empty"));
        }
        let frozen = Selection::freeze(KIND, REPORTING, picked).map_err(wrong)?;
        let now = self.use_case.clock.now();
        // What was ticked stands in the list itself.
        let filter = NewSelection {
            cases: Vec::new(),
            ..wanted.clone()
        };
        let kept = Kept {
            selection_id: 0,
            owner: caller.id.clone(),
            kind: frozen.kind,
            filter: serde_json::to_string(&filter).unwrap_or_default(),
            taken_at: now,
            at_seq,
            count: i64::try_from(frozen.count).unwrap_or(i64::MAX),
            sum: frozen.sum,
            currency: frozen.currency,
            hash: frozen.hash.to_vec(),
            rows: frozen.rows,
            expires_at: now.plus(KEPT),
        };
        let log = &self.use_case.store.log;
        log.delete_selections_over(now).await.map_err(refused)?;
        let mut change = log.begin_change().await.map_err(refused)?;
        let id = change.insert_selection(&kept).await.map_err(refused)?;
        let row = said(caller, now, "selection.frozen", id, &kept, &[]);
        change.commit(&[row]).await.map_err(refused)?;
        self.view(caller, id).await
    }

    async fn get(&self, caller: &Caller, id: i64) -> Result<SelectionView> {
        may_select(caller)?;
        self.view(caller, id).await
    }

    async fn act(&self, caller: &Caller, id: i64, hash: &str, act: SelectionAct) -> Result<SelectionView> {
        may_select(caller)?;
        let kept = self.mine(caller, id).await?;
        let current = hex::encode(&kept.hash);
        if !current.eq_ignore_ascii_case(hash.trim()) {
            return Err(conflict("error-selection-other").with("hash", current));
        }
        match &act {
            SelectionAct::Classify { class, .. } => {
                caller.require(Permission::Triage)?;
                Class::by_code(class).ok_or_else(|| invalid("error-unknown-class"))?;
            }
            SelectionAct::Resolve { resolution, comment } => {
                caller.require(Permission::Resolve)?;
                if *resolution == Resolution::Fixed {
                    return Err(conflict("error-still-holds"));
                }
                if comment.trim().is_empty() {
                    return Err(invalid("error-comment-needed"));
                }
            }
        }
        let log = &self.use_case.store.log;
        let now = self.use_case.clock.now();
        let run = SelectionRun {
            run_id: 0,
            selection_id: id,
            act: serde_json::to_string(&act).unwrap_or_default(),
            by_login: caller.id.clone(),
            began_at: now,
            began_seq: log.head().await.map_err(refused)?.last_seq,
            finished_at: None,
        };
        let mut change = log.begin_change().await.map_err(refused)?;
        let begun = change.insert_selection_run(&run).await.map_err(refused)?;
        let run_id = begun.ok_or_else(|| conflict("error-selection-running"))?;
        let more = [("act", act.as_str().to_owned())];
        let row = said(caller, now, "selection.begun", id, &kept, &more);
        change.commit(&[row]).await.map_err(refused)?;
        let run = SelectionRun { run_id, ..run };
        let work = run::Work::new(&self.use_case, caller.clone(), kept, run, act);
        // It goes on when the answer no longer waits, and when nobody does.
        let task = tokio::spawn(run::to_the_end(work));
        if tokio::time::timeout(PATIENCE, task).await.is_err() {
            tracing::debug!(selection = id, "a selection takes longer than its answer waits");
        }
        self.view(caller, id).await
    }

    async fn export(&self, caller: &Caller, id: i64) -> Result<SelectionExport> {
        caller.require(Permission::SeeExceptions)?;
        caller.require(Permission::Export)?;
        let kept = self.mine(caller, id).await?;
        let chosen = opened(&kept)?.open().map_err(wrong)?;
        let mut rows = Vec::with_capacity(chosen.len());
        for chunk in chosen.chunks(CHUNK) {
            let ids: Vec<i64> = chunk.iter().map(|(id, _)| *id).collect();
            let mut found = self.cases(caller, &ids).await?;
            rows.extend(chunk.iter().map(|(id, version)| ExportRow {
                id: *id,
                version: *version,
                case: found.remove(id),
            }));
        }
        let now = self.use_case.clock.now();
        let row = said(caller, now, "selection.exported", id, &kept, &[]);
        let log = &self.use_case.store.log;
        log.append_audit(&[row]).await.map_err(refused)?;
        Ok(SelectionExport {
            id,
            hash: hex::encode(&kept.hash),
            rows,
        })
    }
}
