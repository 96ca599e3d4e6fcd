//! What tests ask of a store: that every statement is one on both engines, that no list scans or sorts, that both
//! engines have the same tables.

use std::collections::BTreeMap;

use crate::bulk::{self, BLOCKS, Table, Verb};
use crate::db::{Conn, Dialect, Sql, SqlText, statements};
use crate::error::{Result, StoreError};
use crate::store::Store;
use crate::{backup, db, list, log, migrate, places, views};

statements! {
    COLUMNS = Sql::per_dialect(
        "SELECT m.name, p.name FROM sqlite_schema m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' ORDER BY 1, 2",
        "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns \
         WHERE table_schema = current_schema() ORDER BY 1, 2");
    INDEXES = Sql::per_dialect(
        "SELECT tbl_name, name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY 1, 2",
        "SELECT CAST(tablename AS TEXT), CAST(indexname AS TEXT) FROM pg_indexes \
         WHERE schemaname = current_schema() AND indexname NOT LIKE '%_pkey' ORDER BY 1, 2");
}

/// How the database would read a declared list.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The list and the way it is asked.
    pub list: String,
    /// The statement.
    pub sql: String,
    /// The database's plan, line by line.
    pub steps: Vec<String>,
}

impl Store {
    /// Prepares every statement of this crate that the engine knows; answers how many.
    ///
    /// # Errors
    /// The first that the database refuses, with its name.
    pub async fn prepare_all(&self) -> Result<usize> {
        let dialect = self.dialect();
        let current = self.views();
        let mut on_log = self.log.reader().acquire().await?;
        let mut on_views = current.reader().acquire().await?;
        let mut count = 0;
        let of_log = [
            backup::STATEMENTS,
            db::STATEMENTS,
            migrate::STATEMENTS,
            places::STATEMENTS,
            STATEMENTS,
        ]
        .into_iter()
        .flatten();
        for (name, sql) in log::statements().chain(of_log.copied()) {
            count += prepare(&mut on_log, name, sql).await?;
        }
        for (name, sql) in views::statements() {
            count += prepare(&mut on_views, name, sql).await?;
        }
        for table in log::tables() {
            count += prepare_bulk(&mut on_log, dialect, table).await?;
        }
        for table in views::tables() {
            count += prepare_bulk(&mut on_views, dialect, table).await?;
        }
        for (declared, in_log) in list::LISTS {
            let conn = if in_log { &mut on_log } else { &mut on_views };
            for (_, text) in list::texts(dialect, declared) {
                conn.prepare(text).await?;
                count += 1;
            }
        }
        Ok(count)
    }

    /// The plan of every declared list, each way it is asked.
    ///
    /// # Errors
    /// The database's.
    pub async fn explain_lists(&self) -> Result<Vec<Plan>> {
        let current = self.views();
        let mut plans = Vec::new();
        for (declared, in_log) in list::LISTS {
            let pool = if in_log { self.log.reader() } else { current.reader() };
            let mut conn = pool.acquire().await?;
            for (shape, sql) in list::texts(self.dialect(), declared) {
                let steps = explain(&mut conn, &sql).await?;
                plans.push(Plan {
                    list: format!("{} {shape:?}", declared.name),
                    sql: sql.to_string(),
                    steps,
                });
            }
        }
        Ok(plans)
    }

    /// The plans of the hand-written statements that walk along many rows of the log.
    ///
    /// # Errors
    /// The database's.
    pub async fn explain_walks(&self) -> Result<Vec<Plan>> {
        let mut conn = self.log.reader().acquire().await?;
        let mut plans = Vec::new();
        for (name, sql) in log::walks() {
            let sql = sql.text(self.dialect());
            let steps = explain(&mut conn, sql.as_str()).await?;
            plans.push(Plan {
                list: name.to_owned(),
                sql: sql.as_str().to_owned(),
                steps,
            });
        }
        Ok(plans)
    }

    /// The plans by which rows are found by many keys at once, in every table that `bulk` reads or deletes from.
    ///
    /// # Errors
    /// The database's.
    pub async fn explain_keys(&self) -> Result<Vec<Plan>> {
        let dialect = self.dialect();
        let current = self.views();
        let mut plans = Vec::new();
        for (tables, more, pool) in [
            (log::tables(), log::reads(), self.log.reader()),
            (views::tables(), views::reads(), current.reader()),
        ] {
            let mut conn = pool.acquire().await?;
            let by_key = tables
                .into_iter()
                .flat_map(|t| [(t, Verb::Select(t.key)), (t, Verb::Delete(t.key))]);
            for (table, verb) in by_key.chain(more) {
                let sql = bulk::sql(dialect, table, verb, 8);
                let steps = explain(&mut conn, &sql).await?;
                plans.push(Plan {
                    list: format!("{} {verb:?}", table.name),
                    sql: sql.to_string(),
                    steps,
                });
            }
        }
        Ok(plans)
    }

    /// Tables with their columns, then indexes with their tables, of the log (`log.`) and the views (`views.`).
    ///
    /// # Errors
    /// The database's.
    pub async fn describe(&self) -> Result<BTreeMap<String, Vec<String>>> {
        let current = self.views();
        let mut out: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (place, pool) in [("log", self.log.reader()), ("views", current.reader())] {
            let mut conn = pool.acquire().await?;
            for (what, sql) in [("", COLUMNS), (" indexes", INDEXES)] {
                for (table, name) in conn.rows(sql, [], |r| Ok((r.text(0)?, r.text(1)?))).await? {
                    out.entry(format!("{place}.{table}{what}")).or_default().push(name);
                }
            }
        }
        Ok(out)
    }
}

async fn prepare(conn: &mut Conn<'_>, name: &str, sql: Sql) -> Result<usize> {
    if sql.text(conn.dialect()).as_str().is_empty() {
        return Ok(0);
    }
    conn.prepare(sql)
        .await
        .map_err(|e| StoreError::Refused(format!("{name}: {e}")))?;
    Ok(1)
}

async fn prepare_bulk(conn: &mut Conn<'_>, dialect: Dialect, table: &'static Table) -> Result<usize> {
    let blocks: &[usize] = if dialect == Dialect::Sqlite { &BLOCKS } else { &[1] };
    let by_key = (1..=table.key).flat_map(|n| [Verb::Delete(n), Verb::Select(n)]);
    let verbs = [Verb::Insert, Verb::InsertNew, Verb::Upsert, Verb::UpsertUnsettled]
        .into_iter()
        .chain(by_key);
    let mut count = 0;
    for verb in verbs {
        for rows in blocks {
            let sql = bulk::sql(dialect, table, verb, *rows);
            conn.prepare(sql)
                .await
                .map_err(|e| StoreError::Refused(format!("{} {verb:?}: {e}", table.name)))?;
            count += 1;
        }
    }
    Ok(count)
}

/// On Postgres the planner is kept from scanning and sorting, as it rightly would with a handful of rows: what is left
/// of either in the plan is there because no index serves.
async fn explain(conn: &mut Conn<'_>, sql: &str) -> Result<Vec<String>> {
    match conn.dialect() {
        Dialect::Sqlite => conn.rows(format!("EXPLAIN QUERY PLAN {sql}"), [], |r| r.text(3)).await,
        Dialect::Postgres => {
            let mut tx = conn.begin().await?;
            tx.script(
                "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off; \
                       SET LOCAL plan_cache_mode = force_generic_plan",
            )
            .await?;
            tx.script(format!("PREPARE explained AS {sql}")).await?;
            let nulls = vec!["NULL"; places_in(sql)].join(",");
            let steps = tx
                .rows(format!("EXPLAIN EXECUTE explained ({nulls})"), [], |r| r.text(0))
                .await?;
            tx.script("DEALLOCATE explained").await?;
            Ok(steps)
        }
    }
}

fn places_in(sql: &str) -> usize {
    (1..).take_while(|n| sql.contains(&format!("${n}"))).count()
}
