//! Ports that answer from fixtures and note what they were asked to do.

use std::sync::{Arc, Mutex};

use app::routes::router;
use app::state::{Assets, PageState};
use async_trait::async_trait;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use domain::time::FixedClock;
use tower::ServiceExt as _;
use views::access::{DemoPerson, Door, NewSession};
use views::errors::Result;
use views::exceptions::{CaseAct, CaseFilter, CaseRow, CaseView};
use views::messages::{MessageFilter, MessageRow, MessageView, RetryResult};
use views::orders::{EventView, OrderFilter, OrderFound, OrderRow};
use views::ports::{Access, Exceptions, Messages, Orders, Sources};
use views::sources::{NewSource, NewToken, SourceRow};
use views::{AppError, Caller, ErrorKind, Moment, Page, Permission, Ports, Role};

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
struct House {
    empty: bool,
    asked: Asked,
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
        })
    }

    async fn rotate(&self, _: &Caller, name: &str) -> Result<NewToken> {
        Ok(NewToken {
            source: name.into(),
            token: "dkt_9b1c".into(),
        })
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

    async fn create_person(&self, _: &Caller, user: &str, name: &str, roles: &[Role], _: &str) -> Result<()> {
        self.asked.note(format!("{user} ({name}) as {roles:?}"));
        Ok(())
    }
}

/// Somebody who holds these roles.
pub(crate) fn caller(roles: &[Role]) -> Caller {
    Caller {
        id: "mk".into(),
        name: "Maria Keller".into(),
        roles: roles.iter().copied().collect(),
        scope: views::Scope::All,
    }
}

/// A browser before the router.
pub(crate) struct Browser {
    pub(crate) caller: Option<Caller>,
    pub(crate) empty: bool,
    pub(crate) asked: Asked,
}

impl Browser {
    /// Somebody with these roles, in a house full of data.
    pub(crate) fn of(roles: &[Role]) -> Self {
        Self {
            caller: Some(caller(roles)),
            empty: false,
            asked: Asked::default(),
        }
    }

    /// Nobody.
    pub(crate) fn nobody() -> Self {
        Self {
            caller: None,
            empty: false,
            asked: Asked::default(),
        }
    }

    /// The same before an empty house.
    pub(crate) fn in_an_empty_house(mut self) -> Self {
        self.empty = true;
        self
    }

    async fn send(&self, request: axum::http::request::Builder, body: String) -> Response {
        let house = Arc::new(House {
            empty: self.empty,
            asked: self.asked.clone(),
        });
        let ports = Ports {
            orders: house.clone(),
            exceptions: house.clone(),
            messages: house.clone(),
            sources: house.clone(),
            access: house,
        };
        let assets = Assets {
            css: "/style/abc.css".into(),
            pkg: Some("/pkg/abc".into()),
        };
        let state = PageState {
            ports,
            clock: Arc::new(FixedClock(fixtures::NOW)),
            assets,
            demo: false,
            secure: true,
        };
        let mut request = request.body(Body::from(body)).unwrap();
        request.extensions_mut().insert(self.caller.clone());
        request.extensions_mut().insert(app::state::Nonce("n0nce".into()));
        router(state).oneshot(request).await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        let request = Request::get(path).header(header::ACCEPT, "text/html");
        Answer::of(self.send(request, String::new()).await).await
    }

    /// Posts a form as a browser without script does.
    pub(crate) async fn post(&self, path: &str, form: &str) -> Answer {
        let request = Request::post(path)
            .header(header::ACCEPT, "text/html,application/xhtml+xml")
            .header(header::COOKIE, "theme=dark; docket_session=s3cret")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        Answer::of(self.send(request, form.to_owned()).await).await
    }

    /// Posts a form as a machine that wants no page.
    pub(crate) async fn post_for_status(&self, path: &str, form: &str) -> StatusCode {
        let request = Request::post(path)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, form.to_owned()).await.status()
    }
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) html: String,
}

impl Answer {
    async fn of(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Self {
            status: parts.status,
            headers: parts.headers,
            html: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    pub(crate) fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }

    /// The words of the page's main part, one block a line.
    pub(crate) fn main(&self) -> String {
        let html = self.html.split_once("<main").map_or("", |(_, rest)| rest);
        let html = html.split_once("</main>").map_or(html, |(main, _)| main);
        let mut out = String::new();
        let mut rest = html;
        while let Some((text, tag)) = rest.split_once('<') {
            out.push_str(text.split_once('>').map_or(text, |(_, text)| text));
            let block = [
                "/p", "/h1", "/h2", "/h3", "/tr", "/li", "/div", "/summary", "/legend", "br",
            ];
            let cell = [
                "/td", "/th", "/dt", "/span", "/label", "/strong", "/a", "/button", "/option", "/dd", "/time", "q",
            ];
            let name = tag.split(['>', ' ']).next().unwrap_or_default();
            if block.contains(&name) {
                out.push('\n');
            } else if cell.contains(&name) {
                out.push(' ');
            }
            rest = tag.split_once('>').map_or("", |(_, text)| text);
        }
        let lines = out
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    }
}
