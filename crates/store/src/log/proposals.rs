//! Proposals: what somebody asks for and another decides.

use domain::Instant;

use super::{AppendTx, Change, Log};
use crate::bulk::{self, Record, record};
use crate::db::{Conn, Sql, Value, statements};
use crate::error::Result;
use crate::list;

statements! {
    GET = Sql::Select(Proposal::TABLE, "WHERE proposal_id = $1");
    OPEN_OF = Sql::Select(
        Proposal::TABLE,
        "WHERE state = 0 AND kind = $1 AND subject = $2 ORDER BY kind, subject, proposal_id");
    OF = Sql::Select(
        Proposal::TABLE,
        "WHERE kind = $1 AND subject = $2 ORDER BY proposal_id DESC LIMIT $3");
    ALONE = Sql::same("SELECT COUNT(*) FROM proposals WHERE emergency <> 0");
    DUE = Sql::Select(
        Proposal::TABLE,
        "WHERE state = 0 AND expires_at <= $1 ORDER BY expires_at, proposal_id LIMIT $2");
    REVIEWS = Sql::Select(
        Proposal::TABLE,
        "WHERE review_by IS NOT NULL AND review_by <= $1 ORDER BY review_by, proposal_id LIMIT $2");
    LAST_ID = Sql::same("SELECT COALESCE(MAX(proposal_id), 0) FROM proposals");
    COUNT = Sql::same("SELECT COUNT(*) FROM proposals WHERE state = $1");
    // What was agreed on stays as it was asked; only what became of it changes, and only from the version seen.
    DECIDE = Sql::same(
        "UPDATE proposals SET decisions = $3, state = $4, decided_at = $5, review_by = $6, seq = $7, version = $2 \
         WHERE proposal_id = $1 AND version = $2 - 1");
}

/// Those of [`STATEMENTS`] that walk many rows, for the test that they do so along an index.
pub(crate) const WALKS: &[(&str, Sql)] = &[
    ("OPEN_OF", OPEN_OF),
    ("OF", OF),
    ("DUE", DUE),
    ("REVIEWS", REVIEWS),
    ("COUNT", COUNT),
];

record! {
    /// A proposal.
    pub struct Proposal in "proposals", key 1 {
        /// Its id; given by the store.
        proposal_id: i64,
        /// The kind of governed record.
        kind: String,
        /// Its key.
        subject: String,
        /// The version it changes; 0 when there is none yet.
        base_version: i64,
        /// From when.
        valid_from: Instant,
        /// What it shall say, as `domain` writes it; absent: it shall end.
        body: Option<String>,
        /// Hash over what is asked for: who decides, decides on this.
        hash: Vec<u8>,
        /// Who asks.
        requester: String,
        /// Why.
        reason: String,
        /// The ticket it belongs to; may be empty.
        ticket: String,
        /// It was done alone, and is to be reviewed.
        emergency: bool,
        /// Who said what, as JSON.
        decisions: String,
        /// What stands with it: 0 is open, the others as `domain` numbers them.
        state: i64,
        /// When it was made.
        created_at: Instant,
        /// When it is void if nobody decided.
        expires_at: Instant,
        /// When it was decided.
        decided_at: Option<Instant>,
        /// By when somebody must review it; absent: nobody must (any more).
        review_by: Option<Instant>,
        /// The event in the log that made it so.
        seq: Option<i64>,
        /// Raised by one with each change.
        version: i64,
    }
}

impl Proposal {
    /// The state of those that wait for a decision.
    pub const OPEN: i64 = 0;
}

async fn decide(conn: &mut Conn<'_>, p: &Proposal) -> Result<()> {
    let args: [Value<'_>; 7] = [
        p.proposal_id.into(),
        p.version.into(),
        (&p.decisions).into(),
        p.state.into(),
        p.decided_at.map(|t| t.0).into(),
        p.review_by.map(|t| t.0).into(),
        p.seq.into(),
    ];
    let touched = conn.run(DECIDE, args).await?;
    Change::check(
        touched,
        format_args!(
            "proposal {} is no longer at the version before {}",
            p.proposal_id, p.version
        ),
    )
}

async fn insert(conn: &mut Conn<'_>, proposal: &Proposal) -> Result<i64> {
    let last = conn.one(LAST_ID, [], |r| r.int(0)).await?.unwrap_or_default();
    let proposal = Proposal {
        proposal_id: last + 1,
        ..proposal.clone()
    };
    bulk::insert(conn, std::slice::from_ref(&proposal)).await?;
    Ok(proposal.proposal_id)
}

impl AppendTx {
    /// Adds a proposal that has effect at once; its `proposal_id` is given here and answered.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_proposal(&mut self, proposal: &Proposal) -> Result<i64> {
        insert(&mut self.conn, proposal).await
    }

    /// Writes what became of a proposal, as [`Change::update_proposal`] does.
    ///
    /// # Errors
    /// [`crate::StoreError::Conflict`] when it changed since; nothing is written then.
    pub async fn update_proposal(&mut self, next: &Proposal) -> Result<()> {
        decide(&mut self.conn, next).await
    }

    /// One proposal, as this append sees it.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_proposal(&mut self, proposal_id: i64) -> Result<Option<Proposal>> {
        self.conn.one(GET, [proposal_id.into()], Proposal::read).await
    }

    /// Open proposals on one record, as this append sees them: those that a change of it makes void.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_open_proposals_of(&mut self, kind: &str, subject: &str) -> Result<Vec<Proposal>> {
        let args = [kind.into(), subject.into()];
        self.conn.rows(OPEN_OF, args, Proposal::read).await
    }
}

impl Change {
    /// Adds a proposal; its `proposal_id` is given here and answered.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_proposal(&mut self, proposal: &Proposal) -> Result<i64> {
        insert(&mut self.conn, proposal).await
    }

    /// Writes what became of a proposal (decisions, state, decided_at, review_by, seq), if it still has the version
    /// before `next`'s: the one that was seen.
    ///
    /// # Errors
    /// [`crate::StoreError::Conflict`] when it changed since; nothing is written then.
    pub async fn update_proposal(&mut self, next: &Proposal) -> Result<()> {
        decide(&mut self.conn, next).await
    }

    /// One proposal, as this change sees it.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_proposal(&mut self, proposal_id: i64) -> Result<Option<Proposal>> {
        self.conn.one(GET, [proposal_id.into()], Proposal::read).await
    }

    /// Open proposals on one record, as this change sees them: those that a change of it makes void.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_open_proposals_of(&mut self, kind: &str, subject: &str) -> Result<Vec<Proposal>> {
        let args = [kind.into(), subject.into()];
        self.conn.rows(OPEN_OF, args, Proposal::read).await
    }

    /// Gives open proposals that expired by `now` the state `expired`; answers them as they are after it. At most
    /// `limit` at once: call again while there are as many.
    ///
    /// # Errors
    /// The database's.
    pub async fn expire_proposals(&mut self, now: Instant, expired: i64, limit: usize) -> Result<Vec<Proposal>> {
        let args = [now.into(), list::count(limit).into()];
        let mut due = self.conn.rows(DUE, args, Proposal::read).await?;
        for proposal in &mut due {
            proposal.state = expired;
            proposal.decided_at = Some(now);
            proposal.version += 1;
        }
        bulk::upsert(&mut self.conn, &due).await?;
        Ok(due)
    }
}

impl Log {
    /// One proposal.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_proposal(&self, proposal_id: i64) -> Result<Option<Proposal>> {
        self.pools
            .read
            .acquire()
            .await?
            .one(GET, [proposal_id.into()], Proposal::read)
            .await
    }

    /// Proposals in these states (`None`: in any), newest first, before the one with id `before`.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_proposals(
        &self,
        states: Option<&[i64]>,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Proposal>> {
        let after = before.map(|id| [id]);
        let after = after.as_ref().map(<[i64; 1]>::as_slice);
        let mut conn = self.pools.read.acquire().await?;
        list::page(&mut conn, &list::PROPOSALS, states, None, after, limit, Proposal::read).await
    }

    /// Proposals that somebody made, in these states, newest first, before the one with id `before`.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_proposals_by(
        &self,
        requester: &str,
        states: &[i64],
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Proposal>> {
        let after = before.map(|id| [id]);
        let after = after.as_ref().map(<[i64; 1]>::as_slice);
        let (by, states) = (&list::PROPOSALS_REQUESTER, Some(states));
        let mut conn = self.pools.read.acquire().await?;
        list::page(&mut conn, by, states, Some(requester), after, limit, Proposal::read).await
    }

    /// Open proposals on one record.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_open_proposals_of(&self, kind: &str, subject: &str) -> Result<Vec<Proposal>> {
        let args = [kind.into(), subject.into()];
        self.pools
            .read
            .acquire()
            .await?
            .rows(OPEN_OF, args, Proposal::read)
            .await
    }

    /// Proposals on one record, last made first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_proposals_of(&self, kind: &str, subject: &str, limit: usize) -> Result<Vec<Proposal>> {
        let args = [kind.into(), subject.into(), list::count(limit).into()];
        self.pools.read.acquire().await?.rows(OF, args, Proposal::read).await
    }

    /// How many things were ever done alone.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_proposals_alone(&self) -> Result<u64> {
        let n = self.pools.read.acquire().await?.one(ALONE, [], |r| r.int(0)).await?;
        Ok(u64::try_from(n.unwrap_or_default()).unwrap_or_default())
    }

    /// Open proposals that expired by `now`, first to expire first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_proposals_due(&self, now: Instant, limit: usize) -> Result<Vec<Proposal>> {
        let args = [now.into(), list::count(limit).into()];
        self.pools.read.acquire().await?.rows(DUE, args, Proposal::read).await
    }

    /// What was done alone and must be reviewed by an instant, first due first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_proposals_to_review(&self, by: Instant, limit: usize) -> Result<Vec<Proposal>> {
        let args = [by.into(), list::count(limit).into()];
        self.pools
            .read
            .acquire()
            .await?
            .rows(REVIEWS, args, Proposal::read)
            .await
    }

    /// How many proposals are in a state.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_proposals(&self, state: i64) -> Result<u64> {
        let mut conn = self.pools.read.acquire().await?;
        let n = conn.one(COUNT, [state.into()], |r| r.int(0)).await?;
        Ok(u64::try_from(n.unwrap_or_default()).unwrap_or_default())
    }
}
