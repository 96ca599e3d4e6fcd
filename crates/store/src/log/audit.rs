//! Who did what: rows that are added in the transaction of what they tell of, and read page by page.

use domain::Instant;

use super::change::just_before;
use super::{AppendTx, Log};
use crate::bulk::{self, Record, record};
use crate::db::{Conn, Dialect, Row, Sql, Value, statements};
use crate::error::Result;
use crate::list::{self, List};

statements! {
    // Whoever writes audit rows waits here until those before are committed: the order of ids is that of commits.
    LOCK = Sql::only_postgres("SELECT CAST(pg_advisory_xact_lock($1) AS TEXT)");
    LAST = Sql::same("SELECT audit_id, at FROM audit ORDER BY audit_id DESC LIMIT 1");
    AFTER = Sql::Select(AuditRow::TABLE, "WHERE audit_id > $1 ORDER BY audit_id LIMIT $2");
    OF_CHAIN = Sql::Select(AuditRow::TABLE, "WHERE chain = $1 AND audit_id > $2 ORDER BY audit_id LIMIT $3");
    // One step of the index per chain.
    CHAINS = Sql::same(
        "WITH RECURSIVE c(chain) AS ( \
           SELECT (SELECT MIN(chain) FROM audit) \
           UNION ALL \
           SELECT (SELECT MIN(a.chain) FROM audit a WHERE a.chain > c.chain) FROM c WHERE c.chain IS NOT NULL) \
         SELECT chain FROM c WHERE chain IS NOT NULL");
    // `at` never goes back along audit_id, so the last row by an instant is found by halving.
    LAST_BY = Sql::same(
        "WITH RECURSIVE half(lo, hi) AS ( \
           SELECT CAST(0 AS BIGINT), COALESCE((SELECT MAX(audit_id) FROM audit), 0) \
           UNION ALL \
           SELECT CASE WHEN (SELECT a.at FROM audit a WHERE a.audit_id <= (lo + hi + 1) / 2 \
                             ORDER BY a.audit_id DESC LIMIT 1) <= $1 THEN (lo + hi + 1) / 2 ELSE lo END, \
                  CASE WHEN (SELECT a.at FROM audit a WHERE a.audit_id <= (lo + hi + 1) / 2 \
                             ORDER BY a.audit_id DESC LIMIT 1) <= $1 THEN hi ELSE (lo + hi + 1) / 2 - 1 END \
           FROM half WHERE lo < hi) \
         SELECT lo FROM half WHERE lo >= hi");
}

/// Those of [`STATEMENTS`] that walk many rows, for the test that they do so along an index.
pub(crate) const WALKS: &[(&str, Sql)] = &[("AFTER", AFTER), ("OF_CHAIN", OF_CHAIN)];

record! {
    /// Somebody did something, or was refused it.
    pub struct AuditRow in "audit", key 1 {
        /// Its id, in the order of commits; given by the store.
        audit_id: i64,
        /// When. The store moves it forward to the row before it when a clock went back.
        at: Instant,
        /// The chain it is sealed in: region and retention.
        chain: i64,
        /// Region it belongs to.
        region: String,
        /// Who: a user name, a source or service, `console`, `anonymous`, `docket`.
        actor: String,
        /// What, as `noun.done`.
        action: String,
        /// To what, as `kind:key`.
        object: String,
        /// 0 done, 1 refused, 2 failed.
        outcome: i64,
        /// All else, as JSON.
        detail: String,
    }
}

impl AuditRow {
    /// `actor` did `action` to `object`; in chain 0, with nothing more to say.
    #[must_use]
    pub fn done(at: Instant, actor: &str, action: &str, object: impl Into<String>) -> Self {
        Self {
            audit_id: 0,
            at,
            chain: 0,
            region: String::new(),
            actor: actor.to_owned(),
            action: action.to_owned(),
            object: object.into(),
            outcome: 0,
            detail: "{}".to_owned(),
        }
    }

    /// The same with more to say, as JSON.
    #[must_use]
    pub fn with_detail(self, detail: impl Into<String>) -> Self {
        Self {
            detail: detail.into(),
            ..self
        }
    }
}

/// Which rows to list, newest first. What is `None` does not restrict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter<'f> {
    /// Only of these chains: the caller's scope.
    pub chains: Option<&'f [i64]>,
    /// Only by them.
    pub actor: Option<&'f str>,
    /// Only what was done to this.
    pub object: Option<&'f str>,
    /// Only this.
    pub action: Option<&'f str>,
    /// Only with this outcome.
    pub outcome: Option<i64>,
    /// Not before.
    pub from: Option<Instant>,
    /// Before.
    pub to: Option<Instant>,
}

impl<'f> AuditFilter<'f> {
    /// The list whose index fits best, and what it is equal to; the rest is looked at row by row.
    fn list(&self) -> (&'static List, Option<Value<'f>>) {
        if let Some(object) = self.object {
            (&list::AUDIT_OBJECT, Some(object.into()))
        } else if let Some(actor) = self.actor {
            (&list::AUDIT_ACTOR, Some(actor.into()))
        } else if let Some(action) = self.action {
            (&list::AUDIT_ACTION, Some(action.into()))
        } else if let Some(outcome) = self.outcome {
            (&list::AUDIT_OUTCOME, Some(outcome.into()))
        } else {
            (&list::AUDIT, None)
        }
    }
}

/// Adds rows at the end of the log's audit. Answers the id of the last.
pub(super) async fn insert(conn: &mut Conn<'_>, lock: i64, rows: &[AuditRow]) -> Result<i64> {
    take_turn(conn, lock).await?;
    let last = conn.one(LAST, [], |r| Ok((r.int(0)?, r.instant(1)?))).await?;
    let (mut id, mut at) = last.unwrap_or_default();
    let mut numbered = rows.to_vec();
    for row in &mut numbered {
        id += 1;
        at = at.max(row.at);
        (row.audit_id, row.at) = (id, at);
    }
    bulk::insert(conn, &numbered).await?;
    Ok(id)
}

/// Waits until nobody else writes audit rows, until the end of the transaction.
pub(super) async fn take_turn(conn: &mut Conn<'_>, lock: i64) -> Result<()> {
    if conn.dialect() == Dialect::Postgres {
        conn.one(LOCK, [lock.into()], |_| Ok(())).await?;
    }
    Ok(())
}

impl AppendTx {
    /// Adds audit rows, in the order they are given. Answers the id of the last.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_audit(&mut self, rows: &[AuditRow]) -> Result<i64> {
        insert(&mut self.conn, self.audit_lock, rows).await
    }
}

impl Log {
    /// Adds audit rows of what changes nothing: sensitive reads, exports, refusals. Durable when this returns; answers
    /// the id of the last.
    ///
    /// # Errors
    /// The database's.
    pub async fn append_audit(&self, rows: &[AuditRow]) -> Result<i64> {
        let mut conn = self.pools.write.begin().await?;
        let last = insert(&mut conn, self.audit_lock, rows).await?;
        conn.commit().await?;
        Ok(last)
    }

    /// A page of audit rows, newest first, before the row with id `before`.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_audit(
        &self,
        filter: AuditFilter<'_>,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<AuditRow>> {
        let mut conn = self.pools.read.acquire().await?;
        let chains = match filter.chains {
            Some(chains) => chains.to_vec(),
            None => chains(&mut conn).await?,
        };
        let mut start = before.unwrap_or(i64::MAX);
        if let Some(to) = filter.to {
            start = start.min(last_by(&mut conn, just_before(to)).await?.saturating_add(1));
        }
        let stop = match filter.from {
            Some(from) => last_by(&mut conn, just_before(from)).await?,
            None => 0,
        };
        let (declared, equal) = filter.list();
        let also = [
            filter.actor.into(),
            filter.object.into(),
            filter.action.into(),
            filter.outcome.into(),
            stop.into(),
        ];
        let asked = list::Asked {
            equal,
            also: &also,
            after: Some(&[start]),
            limit,
        };
        list::page_of(&mut conn, declared, Some(&chains), asked, AuditRow::read).await
    }

    /// One row.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_audit(&self, audit_id: i64) -> Result<Option<AuditRow>> {
        let rows = self.list_audit_after(audit_id.saturating_sub(1), 1).await?;
        Ok(rows.into_iter().find(|row| row.audit_id == audit_id))
    }

    /// The id of the last row; 0 when there is none.
    ///
    /// # Errors
    /// The database's.
    pub async fn last_audit_id(&self) -> Result<i64> {
        let mut conn = self.pools.read.acquire().await?;
        Ok(conn.one(LAST, [], |r| r.int(0)).await?.unwrap_or_default())
    }

    /// The chains that have rows.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_audit_chains(&self) -> Result<Vec<i64>> {
        chains(&mut self.pools.read.acquire().await?).await
    }

    /// Rows of every chain after an id, in the order of ids: how all of the audit is read, chunk by chunk.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_audit_after(&self, after: i64, limit: usize) -> Result<Vec<AuditRow>> {
        let args = [after.into(), list::count(limit).into()];
        self.pools.read.acquire().await?.rows(AFTER, args, AuditRow::read).await
    }

    /// Calls `each` with every row after an id, in the order of ids, without holding more than a chunk in memory.
    /// Answers the id of the last.
    ///
    /// # Errors
    /// The database's, or what `each` answers.
    pub async fn each_audit_row<E: From<crate::StoreError>>(
        &self,
        mut after: i64,
        mut each: impl FnMut(AuditRow) -> std::result::Result<(), E>,
    ) -> std::result::Result<i64, E> {
        loop {
            let chunk = self.list_audit_after(after, 10_000).await?;
            let Some(last) = chunk.last() else {
                return Ok(after);
            };
            after = last.audit_id;
            chunk.into_iter().try_for_each(&mut each)?;
        }
    }

    /// Rows of a chain after an id, in the order of ids; after the end of its last seal, those that are not sealed yet.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_audit_of_chain(&self, chain: i64, after: i64, limit: usize) -> Result<Vec<AuditRow>> {
        let args = [chain.into(), after.into(), list::count(limit).into()];
        self.pools
            .read
            .acquire()
            .await?
            .rows(OF_CHAIN, args, AuditRow::read)
            .await
    }
}

async fn chains(conn: &mut Conn<'_>) -> Result<Vec<i64>> {
    conn.rows(CHAINS, [], |r: Row<'_>| r.int(0)).await
}

async fn last_by(conn: &mut Conn<'_>, at: Instant) -> Result<i64> {
    Ok(conn.one(LAST_BY, [at.into()], |r| r.int(0)).await?.unwrap_or_default())
}
