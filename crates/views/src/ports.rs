//! One object-safe port per feature. Screens and API call these; the engine implements them.
//! Every port authorises, reads within the caller's scope, and answers what one may not know as not found.

use std::sync::Arc;

use async_trait::async_trait;

use crate::access::{Door, NewSession, OidcDeparture, OidcEntered, OidcReturn};
use crate::audit::{AuditEntry, AuditFilter, AuditView};
use crate::caller::Caller;
use crate::errors::Result;
use crate::exceptions::{CaseAct, CaseFilter, CaseRow, CaseView};
use crate::governance::{
    Inbox, KindRow, NewDecision, NewPerson, NewRequest, PersonAct, PersonRow, PersonView, RecordRow, RecordView,
    RequestView,
};
use crate::messages::{MessageFilter, MessageRow, MessageView, RetryResult};
use crate::moment::Moment;
use crate::orders::{EventView, OrderFilter, OrderFound, OrderRow};
use crate::page::Page;
use crate::selections::{NewSelection, SelectionAct, SelectionExport, SelectionView};
use crate::sources::{NewSource, NewToken, SourceRow};
use crate::tokens::{IssuedToken, NewService, Services, SourceView, TokenOf, TokenRotation, TokenWarning, TokenWish};

/// Orders.
#[async_trait]
pub trait Orders: Send + Sync {
    /// A page of orders.
    async fn list(&self, caller: &Caller, filter: &OrderFilter) -> Result<Page<OrderRow>>;
    /// One order at a moment.
    async fn get(&self, caller: &Caller, entity: &str, po_no: &str, moment: Moment) -> Result<OrderFound>;
    /// One event of an order.
    async fn event(&self, caller: &Caller, entity: &str, po_no: &str, seq: i64) -> Result<EventView>;
}

/// The exception queue.
#[async_trait]
pub trait Exceptions: Send + Sync {
    /// A page of cases.
    async fn list(&self, caller: &Caller, filter: &CaseFilter) -> Result<Page<CaseRow>>;
    /// Open cases in the caller's scope: severity and count, every severity.
    async fn counts(&self, caller: &Caller) -> Result<Vec<(String, u64)>>;
    /// One case.
    async fn get(&self, caller: &Caller, id: i64) -> Result<CaseView>;
    /// Act on a case as it was at `version`; answers the case after it.
    async fn act(&self, caller: &Caller, id: i64, version: i64, act: CaseAct) -> Result<CaseView>;
}

/// Frozen lists of cases.
#[async_trait]
pub trait Selections: Send + Sync {
    /// How many open cases match, of all that the caller may see.
    async fn matching(&self, caller: &Caller, filter: &CaseFilter) -> Result<u64>;
    /// Freezes what is wanted, as it is at one moment; nobody but the caller sees it.
    async fn freeze(&self, caller: &Caller, wanted: &NewSelection) -> Result<SelectionView>;
    /// One of the caller's selections.
    async fn get(&self, caller: &Caller, id: i64) -> Result<SelectionView>;
    /// Acts on every row that is still as it was frozen. Another hash: `Conflict`, with the current one.
    async fn act(&self, caller: &Caller, id: i64, hash: &str, act: SelectionAct) -> Result<SelectionView>;
    /// All rows, to be taken out; written down.
    async fn export(&self, caller: &Caller, id: i64) -> Result<SelectionExport>;
}

/// Messages in.
#[async_trait]
pub trait Messages: Send + Sync {
    /// A page of arrivals.
    async fn list(&self, caller: &Caller, filter: &MessageFilter) -> Result<Page<MessageRow>>;
    /// One arrival.
    async fn get(&self, caller: &Caller, id: i64) -> Result<MessageView>;
    /// Process what is parked in an arrival again.
    async fn retry(&self, caller: &Caller, id: i64) -> Result<RetryResult>;
}

/// Sources.
#[async_trait]
pub trait Sources: Send + Sync {
    /// Every source.
    async fn list(&self, caller: &Caller) -> Result<Vec<SourceRow>>;
    /// A new source with its first token.
    async fn create(&self, caller: &Caller, source: &NewSource) -> Result<NewToken>;
}

/// Tokens of sources and services.
#[async_trait]
pub trait Tokens: Send + Sync {
    /// One source, with its tokens for who may know of them.
    async fn source(&self, caller: &Caller, name: &str) -> Result<SourceView>;
    /// Every service with its tokens.
    async fn services(&self, caller: &Caller) -> Result<Services>;
    /// One more token for a source.
    async fn issue_for_source(&self, caller: &Caller, name: &str, wish: &TokenWish) -> Result<IssuedToken>;
    /// A new service with its first token.
    async fn issue_for_service(&self, caller: &Caller, service: &NewService) -> Result<IssuedToken>;
    /// A new token in place of this one, which works on for a while.
    async fn rotate(&self, caller: &Caller, id: i64, how: TokenRotation) -> Result<IssuedToken>;
    /// Takes a token away, at once; answers whose it was.
    async fn revoke(&self, caller: &Caller, id: i64) -> Result<TokenOf>;
    /// Tokens that end within thirty days, or have ended and were not replaced.
    async fn ending(&self, caller: &Caller) -> Result<Vec<TokenWarning>>;
    /// The service whose token this is, as a caller that only reads; absent when the token does not work.
    async fn service(&self, secret: &str) -> Result<Option<Caller>>;
}

/// People at the door.
#[async_trait]
pub trait Access: Send + Sync {
    /// What the sign-in page may offer.
    async fn door(&self) -> Result<Door>;
    /// Sign in by user name and password.
    async fn sign_in(&self, user: &str, password: &str) -> Result<NewSession>;
    /// Sign in as one of the demo's people; refused outside the demo.
    async fn sign_in_demo(&self, user: &str) -> Result<NewSession>;
    /// Send a browser to the identity provider; afterwards it wants to go to `return_to`, a page of ours.
    async fn sign_in_oidc_begin(&self, return_to: &str) -> Result<OidcDeparture>;
    /// Let in who comes back from there.
    async fn sign_in_oidc_finish(&self, back: &OidcReturn) -> Result<OidcEntered>;
    /// Where a person can end their session at the identity provider too.
    async fn sign_out_oidc(&self) -> Option<String>;
    /// Make the first administrator by the one-time link's secret.
    async fn claim(&self, secret: &str, user: &str, name: &str, password: &str) -> Result<NewSession>;
    /// Who a session's secret stands for; absent when it is unknown or over.
    async fn session(&self, secret: &str) -> Result<Option<Caller>>;
    /// End a session.
    async fn sign_out(&self, secret: &str) -> Result<()>;
}

/// Governed records and the requests to change them: one person asks, another decides.
#[async_trait]
pub trait Governance: Send + Sync {
    /// The kinds the caller may work with.
    async fn kinds(&self, caller: &Caller) -> Result<Vec<KindRow>>;
    /// Every record of a kind in the caller's scope.
    async fn list(&self, caller: &Caller, kind: &str) -> Result<Vec<RecordRow>>;
    /// One record; of a kind that records are made of by asking for them, also one that is not there yet.
    async fn get(&self, caller: &Caller, kind: &str, key: &str) -> Result<RecordView>;
    /// Asks for a change; or, where the policy allows it, makes it alone.
    async fn ask(&self, caller: &Caller, request: &NewRequest) -> Result<RequestView>;
    /// Every request the caller may know of.
    async fn inbox(&self, caller: &Caller) -> Result<Inbox>;
    /// How many requests wait for the caller.
    async fn waiting(&self, caller: &Caller) -> Result<u64>;
    /// One request.
    async fn request(&self, caller: &Caller, id: i64) -> Result<RequestView>;
    /// Decides, withdraws or reviews a request as it was seen; answers it as it is then.
    async fn decide(&self, caller: &Caller, id: i64, decision: &NewDecision) -> Result<RequestView>;
}

/// People.
#[async_trait]
pub trait People: Send + Sync {
    /// Everybody.
    async fn list(&self, caller: &Caller) -> Result<Vec<PersonRow>>;
    /// One person.
    async fn get(&self, caller: &Caller, user: &str) -> Result<PersonView>;
    /// Lets somebody in; answers the request about their roles. While nobody else could agree to it they have them at
    /// once, and there is none.
    async fn create(&self, caller: &Caller, person: &NewPerson) -> Result<Option<i64>>;
    /// Does something with a person at once.
    async fn act(&self, caller: &Caller, user: &str, act: &PersonAct) -> Result<()>;
}

/// Who did what.
#[async_trait]
pub trait Audit: Send + Sync {
    /// A page of entries; their own ones only of who may not see more.
    async fn list(&self, caller: &Caller, filter: &AuditFilter) -> Result<Page<AuditEntry>>;
    /// One entry.
    async fn get(&self, caller: &Caller, id: i64) -> Result<AuditView>;
    /// Writes down that this list is about to be taken out of Docket, in `format`; answers where it begins.
    async fn begin_export(&self, caller: &Caller, filter: &AuditFilter, format: &str) -> Result<AuditFilter>;
    /// Writes down, behind the answer, that a request at `address` was refused.
    fn refused(&self, caller: &Caller, address: &str, because: &domain::Sentence);
}

/// All ports, as pages and handlers get them.
#[derive(Clone)]
pub struct Ports {
    /// Orders.
    pub orders: Arc<dyn Orders>,
    /// The exception queue.
    pub exceptions: Arc<dyn Exceptions>,
    /// Messages in.
    pub messages: Arc<dyn Messages>,
    /// Frozen lists of cases.
    pub selections: Arc<dyn Selections>,
    /// Sources.
    pub sources: Arc<dyn Sources>,
    /// Tokens of sources and services.
    pub tokens: Arc<dyn Tokens>,
    /// People at the door.
    pub access: Arc<dyn Access>,
    /// Who did what.
    pub audit: Arc<dyn Audit>,
    /// Governed records and requests.
    pub governance: Arc<dyn Governance>,
    /// People.
    pub people: Arc<dyn People>,
}
