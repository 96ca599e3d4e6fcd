//! Arrivals.

use domain::Instant;

use super::Log;
use crate::bulk::{Record, record};
use crate::db::{Sql, statements};
use crate::error::Result;
use crate::list;

statements! {
    GET = Sql::Select(Inbox::TABLE, "WHERE inbox_id = $1");
    OPEN = Sql::Select(Inbox::TABLE, "WHERE state < 2 AND inbox_id > $1 ORDER BY inbox_id LIMIT $2");
}

/// How far an arrival has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InboxState {
    /// Its bytes are durable; nobody has read them.
    Kept,
    /// It is being read, in chunks.
    Reading,
    /// Every item has its outcome.
    Done,
}

impl InboxState {
    /// The number stored for it; below 2 there is work left.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            Self::Kept => 0,
            Self::Reading => 1,
            Self::Done => 2,
        }
    }
}

record! {
    /// One arrival: a request or a chunk of a file.
    pub struct Inbox in "inbox", key 1 {
        /// Its id.
        inbox_id: i64,
        /// The source that sent it.
        source_id: i64,
        /// When it arrived.
        received_at: Instant,
        /// Month under which its body is kept.
        month: i64,
        /// SHA-256 of its body.
        hash: Vec<u8>,
        /// Media type as sent.
        media_type: String,
        /// W3C trace context.
        trace: Option<String>,
        /// File name, when it came as a file.
        file: Option<String>,
        /// Bytes of the body.
        bytes: i64,
        /// See [`InboxState::code`].
        state: i64,
        /// First of its events, when it had any at arrival.
        first_seq: Option<i64>,
        /// Last of its events at arrival.
        last_seq: Option<i64>,
        /// Items accepted.
        accepted: i64,
        /// Items seen before.
        duplicate: i64,
        /// Items in conflict.
        conflict: i64,
        /// Items parked now.
        parked: i64,
    }
}

/// Which arrivals to list. Newest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InboxFilter {
    /// Only those with parked items.
    pub parked: bool,
    /// Only of this source.
    pub source_id: Option<i64>,
}

/// Where a page of arrivals begins: after this one.
pub type InboxPosition = i64;

impl Log {
    /// One arrival.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_inbox(&self, inbox_id: i64) -> Result<Option<Inbox>> {
        self.pools
            .read
            .acquire()
            .await?
            .one(GET, [inbox_id.into()], Inbox::read)
            .await
    }

    /// Arrivals of the sources in scope (those whose documents are of the scope's entities), newest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_inbox(
        &self,
        scope: &::views::Scope,
        filter: InboxFilter,
        after: Option<InboxPosition>,
        limit: usize,
    ) -> Result<Vec<Inbox>> {
        let mut conn = self.pools.read.acquire().await?;
        let sources = match (scope, filter.source_id) {
            (::views::Scope::All, None) => None,
            (::views::Scope::All, Some(id)) => Some(vec![id]),
            (scope, wanted) => {
                let all = super::sources::all(&mut conn).await?;
                let mine = all
                    .into_iter()
                    .filter(|s| scope.contains(&s.scope_key()))
                    .map(|s| s.source_id);
                Some(mine.filter(|id| wanted.is_none_or(|w| w == *id)).collect())
            }
        };
        let declared = if filter.parked {
            &list::INBOX_PARKED
        } else {
            &list::INBOX
        };
        let after = after.map(|id| vec![id]);
        list::page(
            &mut conn,
            declared,
            sources.as_deref(),
            None,
            after.as_deref(),
            limit,
            Inbox::read,
        )
        .await
    }

    /// Arrivals that are not done, oldest first, after `after`: what a restart goes on with.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_open_inbox(&self, after: i64, limit: usize) -> Result<Vec<Inbox>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.pools
            .read
            .acquire()
            .await?
            .rows(OPEN, [after.into(), limit.into()], Inbox::read)
            .await
    }
}
