//! The log: bodies, arrivals, items, events; beside them who may and who did: sources, people, sessions, tokens, teams,
//! governed records, proposals, audit.
//!
//! One writer appends ([`Log::begin_append`]); readers never wait for it. Whatever else people change goes through a
//! [`Change`], which is committed together with its audit rows or not at all.

mod append;
mod audit;
mod bodies;
mod change;
mod events;
mod governed;
mod holds;
mod inbox;
mod items;
mod people;
mod proposals;
mod requests;
mod scopes;
mod seals;
mod selections;
mod sessions;
mod settings;
mod sources;
mod subjects;
mod teams;
mod tokens;

use std::sync::{Arc, RwLock};

use domain::Instant;

pub use append::AppendTx;
pub use audit::{AuditFilter, AuditRow};
pub use bodies::{Body, DueBody, Swept};
pub use change::Change;
pub use governed::Governed;
pub use holds::Hold;
pub use inbox::{Inbox, InboxFilter, InboxPosition, InboxState};
pub use items::{Item, ItemAddress, ItemMark};
pub use people::Person;
pub use proposals::Proposal;
pub use requests::Request;
pub use scopes::ScopeKey;
pub use seals::Seal;
pub use selections::{Selection, SelectionPart, SelectionRun};
pub use sessions::{Session, SignInAttempts};
pub use sources::{Source, SourceTotals};
pub use subjects::Subject;
pub use teams::{MappedActor, Member, StandIn, Team};
pub use tokens::Token;

use crate::bulk::{Table, Verb};
use crate::db::{Pool, Sql, statements};
use crate::error::Result;
use crate::places::Pools;
use scopes::Interned;

pub(crate) use events::EventRecord;
pub(crate) use scopes::Selected;
pub(crate) use settings::{get as get_setting, set as set_setting};

statements! {
    HEAD = Sql::same(
        "SELECT (SELECT COALESCE(MAX(seq), 0) FROM events), \
                (SELECT COALESCE(MAX(inbox_id), 0) FROM inbox), \
                COALESCE((SELECT received_at FROM events ORDER BY seq DESC LIMIT 1), 0), \
                COALESCE((SELECT received_at FROM inbox ORDER BY inbox_id DESC LIMIT 1), 0)");
}

/// Where the log ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The last event; 0 when there is none.
    pub last_seq: i64,
    /// The last arrival; 0 when there is none.
    pub last_inbox_id: i64,
    /// When we last received something: what comes next is never earlier.
    pub last_received_at: Instant,
}

/// The log of one installation. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Log {
    pools: Pools,
    /// Number of the Postgres advisory lock that appenders take; the one after it is for other changes.
    lock: i64,
    /// Number of the lock that writers of audit rows take, last of all.
    audit_lock: i64,
    scopes: Arc<RwLock<Interned>>,
}

impl Log {
    pub(crate) fn new(pools: Pools, lock: i64, audit_lock: i64) -> Self {
        Self {
            pools,
            lock,
            audit_lock,
            scopes: Arc::default(),
        }
    }

    #[cfg(test)]
    pub(crate) fn writer(&self) -> &Pool {
        &self.pools.write
    }

    pub(crate) fn reader(&self) -> &Pool {
        &self.pools.read
    }

    /// Where the log ends, as of the last commit.
    ///
    /// # Errors
    /// The database's.
    pub async fn head(&self) -> Result<Head> {
        head(&mut self.pools.read.acquire().await?).await
    }

    pub(crate) async fn close(&self) {
        self.pools.close().await;
    }
}

async fn head(conn: &mut crate::db::Conn<'_>) -> Result<Head> {
    let head = conn
        .one(HEAD, [], |r| {
            Ok(Head {
                last_seq: r.int(0)?,
                last_inbox_id: r.int(1)?,
                last_received_at: r.instant(2)?.max(r.instant(3)?),
            })
        })
        .await?;
    Ok(head.unwrap_or_default())
}

/// Every hand-written statement on the log, for the test that prepares them.
pub(crate) fn statements() -> impl Iterator<Item = (&'static str, Sql)> {
    [
        STATEMENTS,
        append::STATEMENTS,
        audit::STATEMENTS,
        bodies::STATEMENTS,
        change::STATEMENTS,
        events::STATEMENTS,
        governed::STATEMENTS,
        holds::STATEMENTS,
        inbox::STATEMENTS,
        items::STATEMENTS,
        people::STATEMENTS,
        proposals::STATEMENTS,
        requests::STATEMENTS,
        scopes::STATEMENTS,
        seals::STATEMENTS,
        selections::STATEMENTS,
        sessions::STATEMENTS,
        settings::STATEMENTS,
        sources::STATEMENTS,
        subjects::STATEMENTS,
        teams::STATEMENTS,
        tokens::STATEMENTS,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// Hand-written statements that walk along many rows, for the test that they neither scan nor sort.
pub(crate) fn walks() -> impl Iterator<Item = (&'static str, Sql)> {
    [
        audit::WALKS,
        bodies::WALKS,
        governed::WALKS,
        proposals::WALKS,
        seals::WALKS,
        tokens::WALKS,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// Every table of the log that `bulk` writes.
pub(crate) fn tables() -> Vec<&'static Table> {
    use crate::bulk::Record;
    vec![
        Body::TABLE,
        Inbox::TABLE,
        Item::TABLE,
        EventRecord::TABLE,
        Request::TABLE,
        scopes::ScopeRow::TABLE,
        Source::TABLE,
        SourceTotals::TABLE,
        Person::TABLE,
        Session::TABLE,
        SignInAttempts::TABLE,
        Token::TABLE,
        Team::TABLE,
        Member::TABLE,
        StandIn::TABLE,
        MappedActor::TABLE,
        AuditRow::TABLE,
        Seal::TABLE,
        Governed::TABLE,
        Proposal::TABLE,
        Selection::TABLE,
        SelectionRun::TABLE,
        SelectionPart::TABLE,
        Subject::TABLE,
        Hold::TABLE,
    ]
}

/// Every way in which rows are found in bulk other than by their whole key.
pub(crate) fn reads() -> Vec<(&'static Table, Verb)> {
    use crate::bulk::Record;
    vec![
        (Item::TABLE, Verb::Select(2)),
        (DueBody::TABLE, bodies::GO),
        (DueBody::TABLE, Verb::Raise),
    ]
}
