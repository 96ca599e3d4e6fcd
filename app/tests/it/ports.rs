//! Ports that answer from fixtures and note what they were asked to do.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use views::access::{DemoPerson, Door, NewSession, OidcDeparture, OidcEntered, OidcReturn};
use views::audit::{AuditEntry, AuditFilter, AuditView};
use views::errors::Result;
use views::exceptions::{CaseAct, CaseFilter, CaseRow, CaseView};
use views::governance::{
    Inbox, KindRow, NewDecision, NewPerson, NewRequest, PersonAct, PersonRow, PersonView, RecordRow, RecordView,
    RequestView,
};
use views::messages::{MessageFilter, MessageRow, MessageView, RetryResult};
use views::orders::{EventView, OrderFilter, OrderFound, OrderRow};
use views::ports::{Access, Audit, Exceptions, Governance, Messages, Orders, People, Selections, Sources, Tokens};
use views::selections::{NewSelection, SelectionAct, SelectionExport, SelectionView};
use views::sources::{NewSource, NewToken, SourceRow};
use views::tokens::{IssuedToken, NewService, Services, SourceView, TokenOf, TokenRotation, TokenWarning, TokenWish};
use views::{AppError, Caller, ErrorKind, Moment, Page, Permission, Role};

use crate::fixtures;

/// What the ports were asked to change.
#[derive(Clone, Default)]
pub(crate) struct Asked(Arc<Mutex<Vec<String>>>);

impl Asked {
    fn note(&self, what: String) {
        self.0.lock().unwrap().push(what);
    }

    pub(crate) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

/// Data behind every port; an empty house has none.
#[derive(Clone)]
pub(crate) struct House {
    pub(crate) empty: bool,
    pub(crate) asked: Asked,
}

#[async_trait]
impl Orders for House {
    async fn list(&self, caller: &Caller, filter: &OrderFilter) -> Result<Page<OrderRow>> {
        caller.require(Permission::SeeOrders)?;
        if self.empty || filter.q == "nothing" {
            return Ok(Page::default());
        }
        let mut rows = fixtures::orders();
        if !caller.may(Permission::SeePrices) {
            rows.iter_mut().for_each(|row| row.value = None);
        }
        Ok(Page {
            rows,
            next: filter.after.is_none().then(|| "k2".to_owned()),
        })
    }

    async fn get(&self, caller: &Caller, _: &str, po_no: &str, moment: Moment) -> Result<OrderFound> {
        caller.require(Permission::SeeOrders)?;
        let mut order = match po_no {
            "4500018823" => fixtures::order(),
            "4500000001" => fixtures::large_order(),
            "PO-77120" => {
                return Ok(OrderFound::Moved {
                    entity: "PL02".into(),
                    po_no: "4500018823".into(),
                });
            }
            _ => return Err(AppError::not_found()),
        };
        if !moment.is_now() {
            order.moment = moment;
            order.hidden_events = 4;
            order.events.truncate(5);
            order.exceptions.clear();
        }
        if !caller.may(Permission::SeePrices) {
            order.row.value = None;
            order.lines.iter_mut().for_each(|line| line.price = None);
        }
        Ok(OrderFound::Here(order))
    }

    async fn event(&self, caller: &Caller, _: &str, _: &str, seq: i64) -> Result<EventView> {
        caller.require(Permission::SeeOrders)?;
        let mut event = fixtures::event(seq).ok_or_else(AppError::not_found)?;
        if !caller.may(Permission::SeeRaw) {
            event.raw = None;
        }
        Ok(event)
    }
}

#[async_trait]
impl Exceptions for House {
    async fn list(&self, caller: &Caller, filter: &CaseFilter) -> Result<Page<CaseRow>> {
        caller.require(Permission::SeeExceptions)?;
        let rows = if self.empty { Vec::new() } else { fixtures::cases() };
        let rows = rows
            .into_iter()
            .filter(|row| filter.class.is_empty() || row.class == filter.class);
        Ok(Page {
            rows: rows
                .filter(|row| (row.state == "open") == (filter.state != "closed"))
                .collect(),
            next: None,
        })
    }

    async fn counts(&self, caller: &Caller) -> Result<Vec<(String, u64)>> {
        caller.require(Permission::SeeExceptions)?;
        let n = |n| if self.empty { 0 } else { n };
        Ok([("S1", n(2)), ("S2", n(31)), ("S3", n(1_182)), ("S4", 0)]
            .map(|(s, n)| (s.to_owned(), n))
            .to_vec())
    }

    async fn get(&self, caller: &Caller, id: i64) -> Result<CaseView> {
        caller.require(Permission::SeeExceptions)?;
        fixtures::case(id, caller).ok_or_else(AppError::not_found)
    }

    async fn act(&self, caller: &Caller, id: i64, version: i64, act: CaseAct) -> Result<CaseView> {
        if version != 3 {
            return Err(AppError::new(ErrorKind::Conflict, "error-case-changed"));
        }
        self.asked
            .note(format!("{} on case {id} at version {version}: {act:?}", caller.id));
        Exceptions::get(self, caller, id).await
    }
}

#[async_trait]
impl Selections for House {
    async fn matching(&self, caller: &Caller, _: &CaseFilter) -> Result<u64> {
        caller.require(Permission::SeeExceptions)?;
        Ok(if self.empty { 0 } else { 1_215 })
    }

    async fn freeze(&self, caller: &Caller, wanted: &NewSelection) -> Result<SelectionView> {
        self.asked.note(format!("{} freezes {wanted:?}", caller.id));
        Ok(fixtures::selection(caller))
    }

    async fn get(&self, caller: &Caller, id: i64) -> Result<SelectionView> {
        let selection = fixtures::selection(caller);
        if id == selection.id {
            Ok(selection)
        } else {
            Err(AppError::not_found())
        }
    }

    async fn act(&self, caller: &Caller, id: i64, hash: &str, act: SelectionAct) -> Result<SelectionView> {
        let selection = fixtures::selection(caller);
        if hash != selection.hash {
            return Err(AppError::new(ErrorKind::Conflict, "error-selection-other").with("hash", selection.hash));
        }
        self.asked.note(format!("{} on selection {id}: {act:?}", caller.id));
        Ok(selection)
    }

    async fn export(&self, caller: &Caller, _: i64) -> Result<SelectionExport> {
        caller.require(Permission::Export)?;
        Ok(fixtures::selection_export())
    }
}

#[async_trait]
impl Messages for House {
    async fn list(&self, caller: &Caller, filter: &MessageFilter) -> Result<Page<MessageRow>> {
        caller.require(Permission::SeeMessages)?;
        let rows = if self.empty { Vec::new() } else { fixtures::messages() };
        Ok(Page {
            rows: rows
                .into_iter()
                .filter(|row| !filter.parked || row.parked > 0)
                .collect(),
            next: None,
        })
    }

    async fn get(&self, caller: &Caller, id: i64) -> Result<MessageView> {
        caller.require(Permission::SeeMessages)?;
        fixtures::message(id, caller).ok_or_else(AppError::not_found)
    }

    async fn retry(&self, caller: &Caller, id: i64) -> Result<RetryResult> {
        self.asked.note(format!("{} retries message {id}", caller.id));
        Ok(RetryResult {
            tried: 2,
            processed: 1,
            parked: 1,
        })
    }
}

#[async_trait]
impl Sources for House {
    async fn list(&self, _: &Caller) -> Result<Vec<SourceRow>> {
        Ok(if self.empty { Vec::new() } else { fixtures::sources() })
    }

    async fn create(&self, caller: &Caller, source: &NewSource) -> Result<NewToken> {
        self.asked.note(format!("{} connects {source:?}", caller.id));
        Ok(NewToken {
            source: source.name.clone(),
            token: "dkt_3f9a7c51e2b84d06".into(),
            expires_at: fixtures::NOW.plus(90 * domain::Instant::DAY),
        })
    }
}

#[async_trait]
impl Tokens for House {
    async fn source(&self, caller: &Caller, name: &str) -> Result<SourceView> {
        caller.require(Permission::SeeMessages)?;
        let mut view = fixtures::source(name).ok_or_else(AppError::not_found)?;
        view.may_manage = caller.may(Permission::ManageTokens);
        if !view.may_manage {
            view.tokens.clear();
        }
        Ok(view)
    }

    async fn services(&self, caller: &Caller) -> Result<Services> {
        caller.require(Permission::ManageTokens)?;
        let mut services = fixtures::services();
        if self.empty {
            services.rows.clear();
        }
        Ok(services)
    }

    async fn issue_for_source(&self, caller: &Caller, name: &str, wish: &TokenWish) -> Result<IssuedToken> {
        self.asked
            .note(format!("{} wants a token of {name}: {wish:?}", caller.id));
        Ok(fixtures::issued(TokenOf::Source(name.into())))
    }

    async fn issue_for_service(&self, caller: &Caller, service: &NewService) -> Result<IssuedToken> {
        self.asked.note(format!("{} lets in {service:?}", caller.id));
        Ok(fixtures::issued(TokenOf::Service(service.name.clone())))
    }

    async fn rotate(&self, caller: &Caller, id: i64, how: TokenRotation) -> Result<IssuedToken> {
        self.asked.note(format!("{} replaces token {id}: {how:?}", caller.id));
        Ok(fixtures::issued(TokenOf::Source("wms-lodz".into())))
    }

    async fn revoke(&self, caller: &Caller, id: i64) -> Result<TokenOf> {
        self.asked.note(format!("{} revokes token {id}", caller.id));
        Ok(TokenOf::Source("wms-lodz".into()))
    }

    async fn ending(&self, caller: &Caller) -> Result<Vec<TokenWarning>> {
        caller.require(Permission::ManageTokens)?;
        Ok(if self.empty { Vec::new() } else { fixtures::ending() })
    }

    async fn service(&self, _: &str) -> Result<Option<Caller>> {
        Ok(None)
    }
}

#[async_trait]
impl Access for House {
    async fn door(&self) -> Result<Door> {
        let people = [
            ("maria", "Maria Keller", "procurement"),
            ("jonas", "Jonas Brandt", "support"),
            ("tom", "Tom Reid", "finance"),
        ];
        let demo_people = people.map(|(user, name, role)| DemoPerson {
            user: user.into(),
            name: name.into(),
            role: role.into(),
        });
        Ok(Door {
            identity_provider: (!self.empty).then(|| "Nordwind".to_owned()),
            needs_first_administrator: self.empty,
            demo_people: if self.empty { Vec::new() } else { demo_people.to_vec() },
        })
    }

    async fn sign_in(&self, user: &str, password: &str) -> Result<NewSession> {
        if password != "correct horse battery" {
            return Err(AppError::new(ErrorKind::SignInNeeded, "error-sign-in"));
        }
        self.asked.note(format!("{user} signs in"));
        Ok(NewSession {
            secret: "s3cret".into(),
            expires_at: fixtures::NOW.plus(domain::Instant::DAY),
            caller: caller(&[Role::Support]),
        })
    }

    async fn sign_in_demo(&self, user: &str) -> Result<NewSession> {
        self.sign_in(user, "correct horse battery").await
    }

    async fn sign_in_oidc_begin(&self, return_to: &str) -> Result<OidcDeparture> {
        self.asked.note(format!("a browser leaves and wants {return_to}"));
        Ok(OidcDeparture {
            address: "https://id.example/authorize?state=7".into(),
            secret: "errand".into(),
            until: fixtures::NOW.plus(domain::Instant::MINUTE),
        })
    }

    async fn sign_in_oidc_finish(&self, back: &OidcReturn) -> Result<OidcEntered> {
        if back.state != "7" || back.secret != "errand" {
            return Err(AppError::new(ErrorKind::SignInNeeded, "error-oidc-expired"));
        }
        Ok(OidcEntered {
            session: self.sign_in("maria", "correct horse battery").await?,
            return_to: back.code.clone().unwrap_or_default(),
        })
    }

    async fn sign_out_oidc(&self) -> Option<String> {
        Some("https://id.example/end".into())
    }

    async fn claim(&self, secret: &str, user: &str, name: &str, _: &str) -> Result<NewSession> {
        self.asked.note(format!("{user} ({name}) claims with {secret}"));
        self.sign_in(user, "correct horse battery").await
    }

    async fn session(&self, _: &str) -> Result<Option<Caller>> {
        Ok(None)
    }

    async fn sign_out(&self, secret: &str) -> Result<()> {
        self.asked.note(format!("session {secret} ends"));
        Ok(())
    }
}

#[async_trait]
impl Governance for House {
    async fn kinds(&self, caller: &Caller) -> Result<Vec<KindRow>> {
        Ok(fixtures::kinds(caller))
    }

    async fn list(&self, caller: &Caller, kind: &str) -> Result<Vec<RecordRow>> {
        Ok(vec![fixtures::record(caller, kind, "wms-lodz").row])
    }

    async fn get(&self, caller: &Caller, kind: &str, key: &str) -> Result<RecordView> {
        Ok(fixtures::record(caller, kind, key))
    }

    async fn ask(&self, caller: &Caller, request: &NewRequest) -> Result<RequestView> {
        let what = match (&request.body, request.back_to) {
            (Some(body), _) => format!("as {body}"),
            (None, Some(version)) => format!("back to {version}"),
            (None, None) => "to end".to_owned(),
        };
        self.asked.note(format!(
            "{} asks for {} {} {what}",
            caller.id, request.kind, request.key
        ));
        fixtures::request(41).ok_or_else(AppError::not_found)
    }

    async fn inbox(&self, _: &Caller) -> Result<Inbox> {
        Ok(if self.empty {
            Inbox::default()
        } else {
            fixtures::inbox()
        })
    }

    async fn waiting(&self, _: &Caller) -> Result<u64> {
        Ok(2)
    }

    async fn request(&self, _: &Caller, id: i64) -> Result<RequestView> {
        fixtures::request(id).ok_or_else(AppError::not_found)
    }

    async fn decide(&self, caller: &Caller, id: i64, decision: &NewDecision) -> Result<RequestView> {
        let NewDecision {
            verdict,
            hash,
            version,
            comment,
        } = decision;
        self.asked.note(format!(
            "{} says {verdict} to {id} at version {version} of {hash}: {comment}",
            caller.id
        ));
        fixtures::request(id).ok_or_else(AppError::not_found)
    }
}

#[async_trait]
impl People for House {
    async fn list(&self, _: &Caller) -> Result<Vec<PersonRow>> {
        Ok(fixtures::people())
    }

    async fn get(&self, caller: &Caller, user: &str) -> Result<PersonView> {
        fixtures::person(caller, user).ok_or_else(AppError::not_found)
    }

    async fn create(&self, _: &Caller, person: &NewPerson) -> Result<Option<i64>> {
        let NewPerson { user, name, roles, .. } = person;
        self.asked.note(format!("{user} ({name}) as {roles:?}"));
        Ok((user == "nina").then_some(41))
    }

    async fn act(&self, _: &Caller, user: &str, act: &PersonAct) -> Result<()> {
        self.asked.note(format!("{user}: {act:?}"));
        Ok(())
    }
}

#[async_trait]
impl Audit for House {
    async fn list(&self, caller: &Caller, filter: &AuditFilter) -> Result<Page<AuditEntry>> {
        caller.require(Permission::ReadAudit)?;
        let rows = if self.empty { Vec::new() } else { fixtures::audit() };
        let fits = |row: &AuditEntry| filter.outcome.is_empty() || row.outcome == filter.outcome;
        Ok(Page {
            rows: rows.into_iter().filter(fits).collect(),
            next: None,
        })
    }

    async fn get(&self, caller: &Caller, id: i64) -> Result<AuditView> {
        caller.require(Permission::ReadAudit)?;
        fixtures::audit_view(id).ok_or_else(AppError::not_found)
    }

    async fn begin_export(&self, caller: &Caller, filter: &AuditFilter, format: &str) -> Result<AuditFilter> {
        caller.require(Permission::ReadAudit)?;
        self.asked
            .note(format!("{} takes out the audit as {format}", caller.id));
        Ok(filter.clone())
    }

    fn refused(&self, caller: &Caller, address: &str, _: &domain::Sentence) {
        self.asked.note(format!("{} is refused {address}", caller.id));
    }
}

/// Somebody who holds these roles.
pub(crate) fn caller(roles: &[Role]) -> Caller {
    Caller {
        id: "mk".into(),
        name: "Maria Keller".into(),
        roles: roles.iter().copied().collect(),
        scope: views::Scope::All,
        origin: views::Origin::default(),
    }
}
