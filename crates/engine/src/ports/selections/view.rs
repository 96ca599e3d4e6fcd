//! A selection as it is shown.

use std::collections::BTreeMap;

use store::log::{Selection as Kept, SelectionRun};
use views::errors::Result;
use views::exceptions::{ActView, CaseRow};
use views::orders::MoneyView;
use views::selections::{OutcomeRow, RunView, SelectionView};
use views::{AppError, Caller, Permission};

use super::run::{Came, outcomes};
use super::{SelectionsPort, opened, wrong};
use crate::error::{EngineError, refused};

/// Rows shown at most; the export has all.
const SHOWN: usize = 200;

impl SelectionsPort {
    /// Cases by id, as lists show them.
    pub(super) async fn cases(&self, caller: &Caller, ids: &[i64]) -> Result<BTreeMap<i64, CaseRow>> {
        let mut sorted = ids.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        let views = self.use_case.store.views();
        let found = views.list_exceptions_by_id(&caller.scope, &sorted).await;
        let rows = self.exceptions.rows(caller, &found.map_err(refused)?).await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }

    pub(super) async fn view(&self, caller: &Caller, id: i64) -> Result<SelectionView> {
        let kept = self.mine(caller, id).await?;
        let selection = opened(&kept)?;
        let chosen = selection.open().map_err(wrong)?;
        let first: Vec<i64> = chosen.iter().take(SHOWN).map(|(id, _)| *id).collect();
        let rows = self.cases(caller, &first).await?.into_values().collect();
        let mut runs = Vec::new();
        let log = &self.use_case.store.log;
        for run in log.list_selection_runs(id).await.map_err(refused)?.into_iter().rev() {
            runs.push(self.run(caller, &kept, run).await?);
        }
        let running = runs.iter().any(|run| run.finished_at.is_none());
        let sees = caller.sight().shows(domain::access::FieldClass::Price);
        Ok(SelectionView {
            id,
            filter: serde_json::from_str(&kept.filter).unwrap_or_default(),
            count: selection.count,
            worth: sees.then(|| MoneyView {
                amount: decimal(selection.sum),
                currency: selection.currency.clone(),
            }),
            without_worth: selection.without_worth().map_err(wrong)?,
            hash: hex::encode(selection.hash),
            taken_at: kept.taken_at,
            at_seq: kept.at_seq,
            expires_at: kept.expires_at,
            rows,
            runs,
            acts: acts(caller, running),
            may_export: caller.may(Permission::Export),
            as_of: self.use_case.clock.now(),
        })
    }

    async fn run(&self, caller: &Caller, kept: &Kept, run: SelectionRun) -> Result<RunView> {
        let act = serde_json::from_str(&run.act)
            .map_err(|error| refused(EngineError::damaged(format!("a run cannot be read back: {error}"))))?;
        let came = outcomes(&self.use_case.store, run.run_id).await?;
        let count = |done: bool| came.iter().filter(|(_, came)| (*came == Came::Done) == done).count() as u64;
        let (done, skipped) = (count(true), count(false));
        let mut shown: Vec<(i64, Came)> = came.clone();
        shown.sort_by_key(|(id, came)| (*came == Came::Done, *id));
        shown.truncate(SHOWN);
        let ids: Vec<i64> = shown.iter().map(|(id, _)| *id).collect();
        let mut cases = self.cases(caller, &ids).await?;
        let rows = shown.into_iter().map(|(id, came)| OutcomeRow {
            id,
            case: cases.remove(&id),
            skipped: came.why(),
        });
        Ok(RunView {
            id: run.run_id,
            act,
            by: run.by_login,
            began_at: run.began_at,
            finished_at: run.finished_at,
            done,
            skipped,
            left: u64::try_from(kept.count)
                .unwrap_or_default()
                .saturating_sub(done + skipped),
            rows: rows.collect(),
            done_ids: came
                .iter()
                .filter(|(_, came)| *came == Came::Done)
                .map(|(id, _)| *id)
                .collect(),
        })
    }
}

/// What can be done with a selection, and if not by this caller now, why not.
fn acts(caller: &Caller, running: bool) -> Vec<ActView> {
    let offers = [("classify", Permission::Triage), ("resolve", Permission::Resolve)];
    let view = |(act, permission): (&str, Permission)| {
        let running = running.then(|| AppError::new(views::ErrorKind::Conflict, "error-selection-running"));
        let why_not = caller.require(permission).err().or(running);
        ActView {
            act: act.to_owned(),
            allowed: why_not.is_none(),
            why_not: why_not.map(|error| error.sentence),
        }
    };
    offers.into_iter().map(view).collect()
}

/// An amount in 1/10,000 as decimal text, without zeros that say nothing.
fn decimal(sum: i64) -> String {
    let sign = if sum < 0 { "-" } else { "" };
    let sum = sum.unsigned_abs();
    let text = format!("{sign}{}.{:04}", sum / 10_000, sum % 10_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::decimal;

    #[test]
    fn a_sum_is_written_without_empty_decimals() {
        assert_eq!(
            [0, 10_000, 12_345, -5_000, 100].map(decimal),
            ["0", "1", "1.2345", "-0.5", "0.01"]
        );
    }
}
