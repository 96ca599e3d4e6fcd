//! Governed records: one person asks, another decides (DESIGN §1.12).

mod asking;
mod deciding;
mod expiry;
mod impact;
mod inbox;
mod records;
mod standing;
mod view;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use domain::access::{Permission, Scope};
use domain::calendars::Calendar;
use domain::governance::{Body, EmergencyPolicy, GovernedKind, State};
use domain::{Clock, Instant};
use store::Store;
use store::log::{Person, Proposal as Stored};
use views::errors::Result;
use views::governance::{Inbox, KindRow, NewDecision, NewRequest, RecordRow, RecordView, RequestView};
use views::{AppError, Caller, Grade, Role};

use crate::error::refused;
use crate::ingest::Appender;

pub(crate) use asking::empty_handed;
pub(crate) use expiry::start_expiring;

/// The calendar by which reviews are due, when there is one.
const COMPANY_CALENDAR: &str = "company";
/// Open requests looked at.
const MANY: usize = 1_000;
/// What was refused is written down with this outcome.
const REFUSED: i64 = 1;

/// The port of governed records.
pub(crate) struct GovernancePort {
    pub(crate) store: Arc<Store>,
    /// Dates requests and records.
    pub(crate) business: Arc<dyn Clock>,
    /// Dates what is written down of who did what.
    pub(crate) system: Arc<dyn Clock>,
    pub(crate) appender: Appender,
    pub(crate) policy: EmergencyPolicy,
}

/// May they know of records of this kind at all?
fn sees(caller: &Caller, kind: GovernedKind) -> bool {
    caller.may(kind.permission())
        || caller.grade(Permission::ReadAudit) == Grade::All
        || (kind == GovernedKind::Access && caller.may(Permission::SeePeople))
}

/// Does what a person may know of lie within what the caller may? Whose grade is not scoped sees all people.
pub(crate) fn covers(caller: &Caller, scope: &Scope) -> bool {
    let scoped = [Permission::GovernAccess, Permission::SeePeople]
        .into_iter()
        .all(|p| matches!(caller.grade(p), Grade::Scoped | Grade::None));
    !scoped || caller.scope.and(scope) == *scope
}

/// The kind of that word.
fn kind_of(word: &str) -> Result<GovernedKind> {
    GovernedKind::parse(word).ok_or_else(AppError::not_found)
}

/// The roles of a person as they are stored.
pub(crate) fn roles_of(person: &Person) -> BTreeSet<Role> {
    person.roles.split_whitespace().filter_map(Role::parse).collect()
}

/// The scope of a person as it is stored. One that cannot be read shows nothing rather than everything.
pub(crate) fn scope_of(person: &Person) -> Scope {
    serde_json::from_str(&person.scope).unwrap_or_else(|_| Scope::nothing())
}

impl GovernancePort {
    /// Names of people by user name.
    async fn names(&self) -> Result<HashMap<String, Person>> {
        let people = self.store.log.list_people().await.map_err(refused)?;
        Ok(people.into_iter().map(|p| (p.login.clone(), p)).collect())
    }

    async fn open(&self) -> Result<Vec<Stored>> {
        let open = [State::Open.code()];
        self.store
            .log
            .list_proposals(Some(&open), None, MANY)
            .await
            .map_err(refused)
    }

    /// How many open requests there are on each record.
    pub(crate) async fn open_by_record(&self) -> Result<HashMap<(String, String), u64>> {
        let mut counts: HashMap<_, u64> = HashMap::new();
        for row in self.open().await? {
            *counts.entry((row.kind, row.subject)).or_default() += 1;
        }
        Ok(counts)
    }

    /// The calendar by which reviews are due.
    async fn calendar(&self, now: Instant) -> Result<Calendar> {
        let kind = GovernedKind::Calendar;
        let found = self
            .store
            .log
            .get_governed_at(kind.as_str(), COMPANY_CALENDAR, now)
            .await;
        let body = found.map_err(refused)?.and_then(|g| g.body);
        Ok(match body.map(|text| Body::read(kind, &text)) {
            Some(Ok(Body::Calendar(calendar))) => calendar,
            _ => Calendar::default(),
        })
    }
}

#[async_trait]
impl views::ports::Governance for GovernancePort {
    async fn kinds(&self, caller: &Caller) -> Result<Vec<KindRow>> {
        self.list_kinds(caller).await
    }

    async fn list(&self, caller: &Caller, kind: &str) -> Result<Vec<RecordRow>> {
        self.list_records(caller, kind_of(kind)?).await
    }

    async fn get(&self, caller: &Caller, kind: &str, key: &str) -> Result<RecordView> {
        self.record(caller, kind_of(kind)?, key).await
    }

    async fn ask(&self, caller: &Caller, request: &NewRequest) -> Result<RequestView> {
        let id = self.ask_for(caller, request).await?;
        self.view(caller, id).await
    }

    async fn inbox(&self, caller: &Caller) -> Result<Inbox> {
        self.requests(caller).await
    }

    async fn waiting(&self, caller: &Caller) -> Result<u64> {
        self.count_waiting(caller).await
    }

    async fn request(&self, caller: &Caller, id: i64) -> Result<RequestView> {
        self.view(caller, id).await
    }

    async fn decide(&self, caller: &Caller, id: i64, decision: &NewDecision) -> Result<RequestView> {
        self.decide_on(caller, id, decision).await?;
        self.view(caller, id).await
    }
}
