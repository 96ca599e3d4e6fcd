//! Exceptions: what is wrong now, and what was.

use std::collections::BTreeMap;

use domain::Instant;

use super::Views;
use crate::bulk::{self, Record, record};
use crate::db::{Sql, statements};
use crate::error::Result;
use crate::list::{self, List};

statements! {
    GET = Sql::Select(Exception::TABLE, "WHERE exception_id = $1");
    // One statement is one moment: what is frozen, and up to where the log was folded then.
    FREEZE = Sql::same(
        "SELECT exception_id, version, could_cost, scope_id, (SELECT seq FROM cursors WHERE name = 'fold') FROM exceptions \
         WHERE closed_seq IS NULL AND class = COALESCE($1, class) ORDER BY severity, opened_at, exception_id LIMIT $2");
    FREEZE_CLOSED = Sql::same(
        "SELECT exception_id, version, could_cost, scope_id, (SELECT seq FROM cursors WHERE name = 'fold') FROM exceptions \
         WHERE closed_seq IS NOT NULL AND class = COALESCE($1, class) LIMIT $2");
    COUNT_CLASS = Sql::same(
        "SELECT scope_id, COUNT(*) FROM exceptions WHERE closed_seq IS NULL AND class = $1 GROUP BY scope_id");
    COUNT_ALL = Sql::same("SELECT severity, COUNT(*) FROM exceptions WHERE closed_seq IS NULL GROUP BY severity");
}

record! {
    /// A case.
    pub struct Exception in "exceptions", key 1 {
        /// Its id: the place in the log that caused it × 256 + n.
        exception_id: i64,
        /// What makes it this case and no other; at most one open case has it.
        fingerprint: Vec<u8>,
        /// Class code, such as `GO-04`.
        class: String,
        /// The order it is about.
        order_id: Option<i64>,
        /// Who may know of it.
        scope_id: i64,
        /// What stands with it, as the engine numbers it.
        status: i64,
        /// 1 (worst) to 4.
        severity: i64,
        /// When it opened.
        opened_at: Instant,
        /// By when somebody must act.
        act_by: Option<Instant>,
        /// What it could cost, in 1/10,000 of the reporting currency's unit.
        could_cost: Option<i64>,
        /// When it becomes more severe.
        step_at: Option<Instant>,
        /// The event that opened it.
        opened_seq: i64,
        /// The event that closed it.
        closed_seq: Option<i64>,
        /// Raised by one with each change.
        version: i64,
        /// The arrival, when it is about a parked message.
        inbox_id: Option<i64>,
        /// Rule, evidence, history: as the engine writes them.
        body: Vec<u8>,
    }
}

/// A case as it is frozen into a selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frozen {
    /// The case.
    pub exception_id: i64,
    /// Its version.
    pub version: i64,
    /// What it could cost.
    pub could_cost: Option<i64>,
}

/// Which cases to list: open ones worst first, then oldest; closed ones last closed first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExceptionFilter<'f> {
    /// Only of this class.
    pub class: Option<&'f str>,
    /// Closed ones in place of open ones.
    pub closed: bool,
}

impl ExceptionFilter<'_> {
    fn list(&self) -> &'static List {
        match (self.closed, self.class.is_some()) {
            (false, false) => &list::EXCEPTIONS_OPEN,
            (false, true) => &list::EXCEPTIONS_OPEN_CLASS,
            (true, false) => &list::EXCEPTIONS_CLOSED,
            (true, true) => &list::EXCEPTIONS_CLOSED_CLASS,
        }
    }
}

impl Exception {
    /// Its place in the list it is in: where the next page begins when it is the last row of this one.
    #[must_use]
    pub fn position(&self) -> Vec<i64> {
        match self.closed_seq {
            None => vec![self.severity, self.opened_at.0, self.exception_id],
            Some(seq) => vec![seq, self.exception_id],
        }
    }
}

impl Views {
    /// A page of cases, after a [`Exception::position`]. A position of the other list begins at the top.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_exceptions(
        &self,
        scope: &::views::Scope,
        filter: ExceptionFilter<'_>,
        after: Option<&[i64]>,
        limit: usize,
    ) -> Result<Vec<Exception>> {
        let list = filter.list();
        let selected = self.log.select_scopes(scope, "").await?;
        let scopes = Self::scopes(list, &selected);
        let after = after.filter(|key| key.len() == list.sort.len());
        let mut conn = self.pools.read.acquire().await?;
        list::page(&mut conn, list, scopes, filter.class, after, limit, Exception::read).await
    }

    /// Every case that matches, at one moment, with the last place of the log that was folded then. None when there are
    /// more than `most`, whoever may see them.
    ///
    /// # Errors
    /// The database's.
    pub async fn freeze_exceptions(
        &self,
        scope: &::views::Scope,
        filter: ExceptionFilter<'_>,
        most: usize,
    ) -> Result<Option<(Vec<Frozen>, i64)>> {
        let selected = self.log.select_scopes(scope, "").await?;
        let sql = if filter.closed { FREEZE_CLOSED } else { FREEZE };
        let args = [filter.class.into(), list::count(most.saturating_add(1)).into()];
        let read = |r: crate::db::Row<'_>| {
            let frozen = Frozen {
                exception_id: r.int(0)?,
                version: r.int(1)?,
                could_cost: r.opt_int(2)?,
            };
            Ok((frozen, r.int(3)?, r.opt_int(4)?))
        };
        let found = self.pools.read.acquire().await?.rows(sql, args, read).await?;
        if found.len() > most {
            return Ok(None);
        }
        let seq = found.first().and_then(|(.., seq)| *seq).unwrap_or_default();
        let within = found.into_iter().filter(|(_, scope_id, _)| selected.has(*scope_id));
        Ok(Some((within.map(|(frozen, ..)| frozen).collect(), seq)))
    }

    /// How many open cases of a class there are.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_exceptions_of_class(&self, scope: &::views::Scope, class: &str) -> Result<u64> {
        let selected = self.log.select_scopes(scope, "").await?;
        let mut conn = self.pools.read.acquire().await?;
        let read = |r: crate::db::Row<'_>| Ok((r.int(0)?, r.int(1)?));
        let found = conn.rows(COUNT_CLASS, [class.into()], read).await?;
        let counts = found.into_iter().filter(|(scope_id, _)| selected.has(*scope_id));
        Ok(counts.map(|(_, n)| u64::try_from(n).unwrap_or_default()).sum())
    }

    /// The cases with these ids, by id. What is not in scope is left out.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_exceptions_by_id(&self, scope: &::views::Scope, ids: &[i64]) -> Result<Vec<Exception>> {
        let selected = self.log.select_scopes(scope, "").await?;
        let mut conn = self.pools.read.acquire().await?;
        let mut found = bulk::select(&mut conn, Exception::TABLE, ids, Exception::read).await?;
        found.retain(|e| selected.has(e.scope_id));
        found.sort_unstable_by_key(|e| e.exception_id);
        Ok(found)
    }

    /// Open cases by severity.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_exceptions_by_severity(&self, scope: &::views::Scope) -> Result<BTreeMap<i64, u64>> {
        let selected = self.log.select_scopes(scope, "").await?;
        let mut conn = self.pools.read.acquire().await?;
        let rows = match Self::scopes(&list::EXCEPTIONS_OPEN, &selected) {
            None => conn.rows(COUNT_ALL, [], |r| Ok((r.int(0)?, r.int(1)?))).await?,
            Some(ids) => {
                let by = ("scope_id", "severity", "closed_seq IS NULL");
                bulk::count_by(&mut conn, Exception::TABLE, by, ids).await?
            }
        };
        let mut counts = BTreeMap::new();
        for (severity, n) in rows {
            *counts.entry(severity).or_default() += u64::try_from(n).unwrap_or_default();
        }
        Ok(counts)
    }

    /// One case.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_exception(&self, scope: &::views::Scope, exception_id: i64) -> Result<Option<Exception>> {
        let selected = self.log.select_scopes(scope, "").await?;
        let found = self
            .pools
            .read
            .acquire()
            .await?
            .one(GET, [exception_id.into()], Exception::read)
            .await?;
        Ok(found.filter(|e| selected.has(e.scope_id)))
    }

    /// Cases of an order, open and closed, in the order they opened.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_exceptions_of_order(&self, scope: &::views::Scope, order_id: i64) -> Result<Vec<Exception>> {
        self.list_by(scope, "order_id", order_id).await
    }

    /// Cases about an arrival, open and closed, in the order they opened.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_exceptions_of_inbox(&self, scope: &::views::Scope, inbox_id: i64) -> Result<Vec<Exception>> {
        self.list_by(scope, "inbox_id", inbox_id).await
    }

    async fn list_by(&self, scope: &::views::Scope, column: &'static str, id: i64) -> Result<Vec<Exception>> {
        let selected = self.log.select_scopes(scope, "").await?;
        let mut conn = self.pools.read.acquire().await?;
        let mut found = bulk::select_by(&mut conn, Exception::TABLE, (column, ""), &[id], Exception::read).await?;
        found.retain(|e| selected.has(e.scope_id));
        found.sort_unstable_by_key(|e| e.exception_id);
        Ok(found)
    }
}
