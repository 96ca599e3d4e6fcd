//! Governed records, and the requests to change them that another person decides.

use std::collections::BTreeSet;

use domain::{Instant, Sentence};
use serde::{Deserialize, Serialize};

use crate::caller::{Role, Scope};

/// A kind of record, as the caller may work with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KindRow {
    /// `access`, `source`, `routing_rule`, `currency_rate` or `calendar`.
    pub kind: String,
    /// Records the caller may know of.
    pub records: u64,
    /// Requests that wait.
    pub open: u64,
    /// The caller may ask for a change.
    pub may_ask: bool,
    /// The caller may decide what others ask.
    pub may_decide: bool,
}

/// A record in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecordRow {
    /// Its kind.
    pub kind: String,
    /// Which one.
    pub key: String,
    /// Its name for people, where it has one beside its key.
    pub title: String,
    /// The version a change is based on; 0: it stands as it was set up, nobody asked for a change yet.
    pub version: i64,
    /// It was ended.
    pub ended: bool,
    /// Since when it is so.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub since: Instant,
    /// Requests that wait.
    pub open: u64,
    /// What it says now, field by field.
    pub fields: Vec<Field>,
}

/// A field before and after; absent: there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Field {
    /// Which, as a path such as `roles` or `hours.mon`.
    pub field: String,
    /// What it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What it is, or would be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// A version of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VersionView {
    /// From 1.
    pub version: i64,
    /// In force from.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub valid_from: Instant,
    /// When it was made.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: Instant,
    /// Who made it so: who agreed, or who set it up.
    pub by: String,
    /// Who asked; absent: nobody had to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked_by: Option<String>,
    /// Why.
    pub reason: String,
    /// The request it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<i64>,
    /// It was done alone, in an emergency.
    pub alone: bool,
    /// It says that the record ends.
    pub ended: bool,
    /// The caller may ask to go back to it.
    pub may_go_back: bool,
    /// What changed against the version before.
    pub changes: Vec<Field>,
    /// Hash over what was agreed, as hexadecimal text.
    pub hash: String,
}

/// One record.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecordView {
    /// As in the list.
    pub row: RecordRow,
    /// What it says now; absent: it does not exist yet, or was ended.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub body: Option<serde_json::Value>,
    /// Its versions, last first.
    pub history: Vec<VersionView>,
    /// Requests about it that wait.
    pub open: Vec<RequestRow>,
    /// Why the caller may not ask for a change, and who may; absent: they may.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub why_not_ask: Option<Sentence>,
    /// Why the caller may not act alone; absent: they may.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub why_not_alone: Option<Sentence>,
}

/// A request to change a record.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewRequest {
    /// `access`, `source`, `routing_rule`, `currency_rate` or `calendar`.
    pub kind: String,
    /// Which record.
    pub key: String,
    /// The version that was seen; 0: there is none yet. Absent: whatever it is now.
    #[serde(default)]
    pub version: Option<i64>,
    /// What it is to say.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub body: Option<serde_json::Value>,
    /// In place of `body`: what it said in this earlier version.
    #[serde(default)]
    pub back_to: Option<i64>,
    /// In place of `body`: it is to end.
    #[serde(default)]
    pub end: bool,
    /// From when; absent: as soon as it is agreed.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub valid_from: Option<Instant>,
    /// Why.
    pub reason: String,
    /// Number of the ticket elsewhere.
    #[serde(default)]
    pub ticket: String,
    /// Do it at once, alone, in an emergency. Another person reviews it.
    #[serde(default)]
    pub alone: bool,
}

/// A request in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestRow {
    /// Its number.
    pub id: i64,
    /// Kind of record.
    pub kind: String,
    /// Which record.
    pub key: String,
    /// The record's name for people.
    pub title: String,
    /// `new`, `change` or `end`.
    pub what: String,
    /// `open`, `agreed`, `declined`, `withdrawn`, `expired` or `void`.
    pub state: String,
    /// It was done alone, in an emergency.
    pub alone: bool,
    /// Who asks, by name.
    pub asked_by: String,
    /// The caller asks.
    pub yours: bool,
    /// Why.
    pub reason: String,
    /// Number of the ticket elsewhere.
    pub ticket: String,
    /// Since when.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Instant,
    /// Until when it can be decided.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: Instant,
    /// When it was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub decided_at: Option<Instant>,
    /// Done alone: by when somebody must review it; absent: nobody must (any more).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub review_by: Option<Instant>,
    /// The review is overdue.
    pub overdue: bool,
    /// The caller may decide or review it now.
    pub may_decide: bool,
    /// What changes.
    pub changes: Vec<Field>,
    /// Raised by one with each change.
    pub version: i64,
}

/// What somebody said of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SaidView {
    /// Who, by name.
    pub by: String,
    /// When.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: Instant,
    /// `agree`, `decline`, `withdraw`, `right` or `wrong`.
    pub verdict: String,
    /// In their words.
    pub comment: String,
}

/// One request, with what it would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestView {
    /// As in the list.
    pub row: RequestRow,
    /// From when on.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub valid_from: Instant,
    /// Hash over what is asked for, as hexadecimal text: who decides, decides on this.
    pub hash: String,
    /// What will happen, in sentences.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub will_happen: Vec<Sentence>,
    /// What was said of it, in order.
    pub said: Vec<SaidView>,
    /// Why the caller may not decide or review it; absent: they may.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub why_not: Option<Sentence>,
    /// People who may decide or review it, by name.
    pub deciders: Vec<String>,
    /// The caller may take it back.
    pub may_withdraw: bool,
    /// The version of the record that came of it; absent: none did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub became: Option<i64>,
}

/// A decision, and what was seen when it was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewDecision {
    /// `agree`, `decline` or `withdraw`; of what was done alone: `right` or `wrong`.
    pub verdict: String,
    /// The request's `hash` as it was seen.
    pub hash: String,
    /// The request's `version` as it was seen.
    pub version: i64,
    /// Why; needed to decline.
    #[serde(default)]
    pub comment: String,
}

/// Every request the caller may know of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Inbox {
    /// Done alone and not reviewed yet, first due first.
    pub to_review: Vec<RequestRow>,
    /// For the caller to decide.
    pub to_decide: Vec<RequestRow>,
    /// The caller's own, waiting.
    pub yours: Vec<RequestRow>,
    /// Waiting for others.
    pub others: Vec<RequestRow>,
    /// Over, last first.
    pub over: Vec<RequestRow>,
}

/// Somebody who is to be let in.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPerson {
    /// User name.
    pub user: String,
    /// Name as shown.
    pub name: String,
    /// First password.
    pub password: String,
    /// What they work on.
    pub roles: BTreeSet<Role>,
    /// Rows they may know of.
    pub scope: Scope,
    /// Why.
    pub reason: String,
}

/// Somebody who may sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRow {
    /// User name.
    pub user: String,
    /// Name as shown.
    pub name: String,
    /// Roles held.
    pub roles: BTreeSet<Role>,
    /// Rows they may know of.
    pub scope: Scope,
    /// Since when they may not sign in.
    pub blocked_at: Option<Instant>,
    /// Last seen, as far as their sessions tell.
    pub seen_at: Option<Instant>,
    /// Requests about their roles that wait.
    pub open: u64,
}

/// A browser somebody is signed in with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRow {
    /// Its id.
    pub id: String,
    /// How they signed in.
    pub method: String,
    /// With which program.
    pub client: Option<String>,
    /// From where.
    pub ip: Option<String>,
    /// Since when.
    pub since: Instant,
    /// Last seen.
    pub seen_at: Instant,
}

/// Somebody who stands in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandInRow {
    /// User name.
    pub user: String,
    /// From when.
    pub from: Instant,
    /// Until before when.
    pub to: Instant,
}

/// One person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonView {
    /// As in the list.
    pub row: PersonRow,
    /// Where they are signed in.
    pub sessions: Vec<SessionRow>,
    /// Every team: name, title, and whether they are in it.
    pub teams: Vec<(String, String, bool)>,
    /// Who stands in for them.
    pub stand_ins: Vec<StandInRow>,
    /// Their roles and scope as a record, with its history.
    pub record: RecordView,
    /// The caller may block, sign out, and say who is in which team.
    pub may_manage: bool,
}

/// What an administrator does with a person at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PersonAct {
    /// They may not sign in any more; every browser is signed out.
    Block,
    /// They may again.
    Unblock,
    /// This browser is signed out.
    SignOut(String),
    /// They are in these teams and in no other.
    Teams(BTreeSet<String>),
    /// Somebody stands in for them for a time.
    StandIn {
        /// Who.
        user: String,
        /// From when.
        from: Instant,
        /// Until before when.
        to: Instant,
    },
}
