//! Somebody who has the database but not the key, and what must be found of what they do.

use std::path::Path;

use anyhow::{Result, ensure};
use domain::audit::Finding;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sqlx::{AssertSqlSafe, ConnectOptions, SqliteConnection};

/// Rows of the chain.
pub(super) const ROWS: i64 = 240;
/// Rows under a seal.
pub(super) const SEGMENT: i64 = 8;

/// Ways to tamper.
const KINDS: usize = 12;

/// What must be found: of each list one at least.
type Expected = Vec<Vec<Finding>>;

/// A connection from outside, and the dice.
pub(super) struct Hand {
    conn: SqliteConnection,
    dice: ChaCha8Rng,
}

impl Hand {
    /// Reaches into the log of a data folder, and remembers how it was.
    pub(super) async fn reach(folder: &Path) -> Result<Self> {
        let conn = sqlx::sqlite::SqliteConnectOptions::new()
            .filename(folder.join("log.db"))
            .busy_timeout(std::time::Duration::from_secs(10))
            .connect()
            .await?;
        let mut hand = Self {
            conn,
            dice: ChaCha8Rng::seed_from_u64(8),
        };
        // The point is what the check finds, not what a power loss would leave.
        hand.run("PRAGMA synchronous = OFF").await?;
        hand.run("CREATE TEMP TABLE whole_audit AS SELECT * FROM audit").await?;
        hand.run("CREATE TEMP TABLE whole_seals AS SELECT * FROM seals").await?;
        Ok(hand)
    }

    async fn run(&mut self, sql: impl Into<String>) -> Result<u64> {
        let done = sqlx::query(AssertSqlSafe(sql.into())).execute(&mut self.conn).await?;
        Ok(done.rows_affected())
    }

    /// Changes one row or more.
    async fn change(&mut self, sql: String) -> Result<()> {
        let touched = self.run(sql.clone()).await?;
        ensure!(touched > 0, "nothing was changed by {sql}");
        Ok(())
    }

    /// Puts all back as it was.
    pub(super) async fn put_right(&mut self) -> Result<()> {
        self.run("BEGIN IMMEDIATE").await?;
        for table in ["audit", "seals"] {
            self.run(format!("DELETE FROM {table}")).await?;
            self.run(format!("INSERT INTO {table} SELECT * FROM temp.whole_{table}"))
                .await?;
        }
        self.run("COMMIT").await?;
        Ok(())
    }

    fn row(&mut self) -> i64 {
        self.dice.random_range(1..=ROWS)
    }

    /// The end of a seal, not the last of the chain.
    fn inner_seal(&mut self) -> i64 {
        self.dice.random_range(1..ROWS / SEGMENT) * SEGMENT
    }

    fn any_seal(&mut self) -> i64 {
        self.dice.random_range(1..=ROWS / SEGMENT) * SEGMENT
    }

    /// Tampers in one way; answers which, and what must be found.
    pub(super) async fn tamper(&mut self) -> Result<(&'static str, Expected)> {
        let kind = self.dice.random_range(0..KINDS);
        self.run("BEGIN IMMEDIATE").await?;
        let done = match kind {
            0 => self.change_text().await,
            1 => self.change_outcome().await,
            2 => self.back_date().await,
            3 => self.delete().await,
            4 => self.delete_several().await,
            5 => self.insert().await,
            6 => self.swap().await,
            7 => self.renumber().await,
            8 => self.move_to_another_chain().await,
            9 => self.alter_seal().await,
            10 => self.delete_seal().await,
            _ => self.cut_off().await,
        };
        self.run("COMMIT").await?;
        done
    }

    async fn change_text(&mut self) -> Result<(&'static str, Expected)> {
        let id = self.row();
        let column = ["region", "actor", "action", "object", "detail"][self.dice.random_range(0..5)];
        let at = self.dice.random_range(0..8);
        // One letter goes, or one comes.
        let sql = format!(
            "UPDATE audit SET {column} = CASE WHEN length({column}) > {at} \
             THEN substr({column}, 1, {at}) || substr({column}, {at} + 2) ELSE {column} || '.' END WHERE audit_id = {id}"
        );
        self.change(sql).await?;
        Ok(("a letter of a row changed", vec![vec![Finding::Changed(id)]]))
    }

    async fn change_outcome(&mut self) -> Result<(&'static str, Expected)> {
        let id = self.row();
        self.change(format!("UPDATE audit SET outcome = outcome + 1 WHERE audit_id = {id}"))
            .await?;
        Ok(("refused made of done", vec![vec![Finding::Changed(id)]]))
    }

    async fn back_date(&mut self) -> Result<(&'static str, Expected)> {
        let id = self.row();
        let by = self.dice.random_range(2..400_000_000) * 1_000_000_i64;
        self.change(format!("UPDATE audit SET at = at - {by} WHERE audit_id = {id}"))
            .await?;
        // The first of all has none before it.
        let finding = if id == 1 {
            Finding::Changed(id)
        } else {
            Finding::BackDated(id)
        };
        Ok(("a row dated back", vec![vec![finding]]))
    }

    async fn delete(&mut self) -> Result<(&'static str, Expected)> {
        let id = self.row();
        self.change(format!("DELETE FROM audit WHERE audit_id = {id}")).await?;
        Ok(("a row removed", vec![vec![Finding::Deleted(id)]]))
    }

    async fn delete_several(&mut self) -> Result<(&'static str, Expected)> {
        let first = self.row();
        let last = (first + self.dice.random_range(1..20)).min(ROWS);
        self.change(format!("DELETE FROM audit WHERE audit_id BETWEEN {first} AND {last}"))
            .await?;
        Ok((
            "rows removed",
            (first..=last).map(|id| vec![Finding::Deleted(id)]).collect(),
        ))
    }

    async fn insert(&mut self) -> Result<(&'static str, Expected)> {
        let (of, id) = (self.row(), -self.dice.random_range(0..1_000_i64));
        self.change(format!(
            "INSERT INTO audit SELECT {id}, at, chain, region, actor, action, object, outcome, detail \
             FROM audit WHERE audit_id = {of}"
        ))
        .await?;
        Ok(("a row added", vec![vec![Finding::Inserted(id)]]))
    }

    async fn swap(&mut self) -> Result<(&'static str, Expected)> {
        let one = self.row();
        let other = loop {
            let other = self.row();
            if other != one {
                break other;
            }
        };
        for (to, from) in [(one, other), (other, one)] {
            self.change(format!(
                "UPDATE audit SET (at, actor, action, object, outcome, detail) = \
                 (SELECT w.at, w.actor, w.action, w.object, w.outcome, w.detail FROM temp.whole_audit w \
                  WHERE w.audit_id = {from}) WHERE audit_id = {to}"
            ))
            .await?;
        }
        let expected = if (one - 1) / SEGMENT == (other - 1) / SEGMENT {
            vec![vec![Finding::Swapped(one, other)], vec![Finding::Swapped(other, one)]]
        } else {
            let changed = |id| vec![Finding::Changed(id), Finding::BackDated(id)];
            vec![changed(one), changed(other)]
        };
        Ok(("two rows exchanged", expected))
    }

    async fn renumber(&mut self) -> Result<(&'static str, Expected)> {
        let id = self.row();
        self.change(format!("UPDATE audit SET audit_id = -audit_id WHERE audit_id = {id}"))
            .await?;
        Ok((
            "a row given another number",
            vec![vec![Finding::Deleted(id)], vec![Finding::Inserted(-id)]],
        ))
    }

    async fn move_to_another_chain(&mut self) -> Result<(&'static str, Expected)> {
        let id = self.row();
        self.change(format!("UPDATE audit SET chain = chain + 7 WHERE audit_id = {id}"))
            .await?;
        Ok(("a row moved to another chain", vec![vec![Finding::Deleted(id)]]))
    }

    async fn alter_seal(&mut self) -> Result<(&'static str, Expected)> {
        let end = self.any_seal();
        let byte = self.dice.random_range(1..20);
        // Two bytes that were not these before.
        let altered = |column: &str| {
            format!(
                "{column} = CAST(substr({column}, 1, {byte} - 1) || CASE WHEN substr({column}, {byte}, 2) = x'00ff' \
                 THEN x'ff00' ELSE x'00ff' END || substr({column}, {byte} + 2) AS BLOB)"
            )
        };
        let set = match self.dice.random_range(0..4) {
            0 => "at = at + 1".to_owned(),
            1 => "from_id = from_id + 1".to_owned(),
            2 => altered("hash"),
            _ => altered("rows"),
        };
        self.change(format!("UPDATE seals SET {set} WHERE to_id = {end}"))
            .await?;
        Ok(("a seal changed", vec![vec![Finding::BrokenSeal(end)]]))
    }

    async fn delete_seal(&mut self) -> Result<(&'static str, Expected)> {
        let end = self.inner_seal();
        self.change(format!("DELETE FROM seals WHERE to_id = {end}")).await?;
        Ok((
            "a seal removed",
            vec![vec![Finding::MissingSeal(end - SEGMENT, end + SEGMENT)]],
        ))
    }

    async fn cut_off(&mut self) -> Result<(&'static str, Expected)> {
        let end = self.inner_seal();
        self.change(format!("DELETE FROM audit WHERE audit_id > {end}")).await?;
        self.change(format!("DELETE FROM seals WHERE to_id > {end}")).await?;
        Ok(("rows and seals cut off the end", vec![vec![Finding::CutOff(ROWS)]]))
    }
}
