//! A server on a data folder of its own, and a browserless client.

use std::net::SocketAddr;
use std::time::Duration;

use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use serde_json::Value;
use server::config::Config;
use server::home::Home;
use server::serve::{self, Running};
use server::start::{self, Use};
use server::talk;
use views::sources::NewSource;
use views::{Caller, Origin, Role, Scope};

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// The password of everybody in these tests.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// A running server. `stop` it: it then checks that nothing of it died.
pub(crate) struct TestApp {
    running: Option<Running>,
    pub(crate) address: SocketAddr,
    /// The data folder; gone with the server.
    pub(crate) dir: tempfile::TempDir,
}

/// An answer, read to its end.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }
}

/// A request being written.
pub(crate) struct Ask<'a> {
    app: &'a TestApp,
    request: http::request::Builder,
    body: Vec<u8>,
}

impl Ask<'_> {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    pub(crate) fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// As a browser with this session asks its own site.
    pub(crate) fn session(self, session: &str) -> Self {
        self.header("cookie", &format!("docket_session={session}"))
            .header("sec-fetch-site", "same-origin")
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json").body(body.to_string())
    }

    pub(crate) fn form(self, fields: &[(&str, &str)]) -> Self {
        let coded =
            |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        let body = fields
            .iter()
            .map(|(k, v)| format!("{}={}", coded(k), coded(v)))
            .collect::<Vec<_>>()
            .join("&");
        self.header("content-type", "application/x-www-form-urlencoded")
            .header("accept", "text/html")
            .body(body)
    }

    /// The answer's head, its body still to come.
    pub(crate) async fn open(self) -> http::Response<Incoming> {
        let request = self.request.body(Full::new(Bytes::from(self.body))).unwrap();
        tokio::time::timeout(PATIENCE, talk::send(self.app.address, request))
            .await
            .expect("an answer in time")
            .unwrap()
    }

    pub(crate) async fn send(self) -> Answer {
        let (head, body) = self.open().await.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer {
            status: head.status,
            headers: head.headers,
            text,
        }
    }
}

impl TestApp {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self::on(dir, change).await
    }

    /// Starts on a data folder that may hold something already.
    pub(crate) async fn on(dir: tempfile::TempDir, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config {
            data: dir.path().to_owned(),
            listen: "127.0.0.1:0".parse().unwrap(),
            ..Config::default()
        };
        config.inbox.poll_millis = 50;
        change(&mut config);
        let home = Home::take(&config.data).unwrap();
        let opened = start::open(home, &config, Use::Product, None).await.unwrap();
        let running = serve::start(opened, config).await.unwrap();
        Self {
            address: running.address,
            running: Some(running),
            dir,
        }
    }

    pub(crate) fn running(&self) -> &Running {
        self.running.as_ref().expect("the server runs")
    }

    pub(crate) fn ask(&self, method: Method, path: &str) -> Ask<'_> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, self.address.to_string());
        Ask {
            app: self,
            request,
            body: Vec::new(),
        }
    }

    pub(crate) fn get(&self, path: &str) -> Ask<'_> {
        self.ask(Method::GET, path)
    }

    pub(crate) fn post(&self, path: &str) -> Ask<'_> {
        self.ask(Method::POST, path)
    }

    /// A new source and its token.
    pub(crate) async fn source(&self, name: &str) -> String {
        let new = NewSource {
            name: name.to_owned(),
            title: name.to_owned(),
            lane: "erp".to_owned(),
            entity: "DE01".to_owned(),
        };
        self.running()
            .server
            .ports
            .sources
            .create(&administrator(), &new)
            .await
            .unwrap()
            .token
    }

    /// A new person's session.
    pub(crate) async fn person(&self, user: &str, roles: &[Role]) -> String {
        let server = &self.running().server;
        let new = views::governance::NewPerson {
            user: user.to_owned(),
            name: user.to_owned(),
            password: PASSWORD.to_owned(),
            roles: [Role::Procurement].into(),
            scope: Scope::All,
            reason: "a test".to_owned(),
        };
        // What they may do is not what is tested here: it is written as if it had been agreed.
        server.ports.people.create(&administrator(), &new).await.unwrap();
        let mut change = server.engine.store().log.begin_change().await.unwrap();
        let mut person = change.get_person(user).await.unwrap().unwrap();
        person.roles = roles.iter().map(|r| r.as_str()).collect::<Vec<_>>().join(" ");
        person.scope = r#""all""#.to_owned();
        change.upsert_person(&person).await.unwrap();
        let row = store::log::AuditRow::done(
            domain::Instant(0),
            "console",
            "person.changed",
            format!("person:{user}"),
        );
        change.commit(&[row]).await.unwrap();
        let access = &server.ports.access;
        access.sign_in(user, PASSWORD).await.unwrap().secret
    }

    /// Waits until the views show all that was answered.
    pub(crate) async fn settle(&self) {
        let engine = &self.running().server.engine;
        tokio::time::timeout(PATIENCE, engine.wait_folded(engine.health().head))
            .await
            .expect("folded in time")
            .unwrap();
    }

    /// Asks until `good`, which must come.
    pub(crate) async fn until(&self, what: &str, mut good: impl AsyncFnMut() -> bool) {
        let end = tokio::time::Instant::now() + PATIENCE;
        while !good().await {
            assert!(tokio::time::Instant::now() < end, "never: {what}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Stops in order and gives the data folder back.
    pub(crate) async fn stop(mut self) -> tempfile::TempDir {
        let running = self.running.take().expect("the server runs");
        assert_eq!(running.dead(), Vec::<&str>::new(), "background tasks died");
        running.stop().await;
        std::mem::replace(&mut self.dir, tempfile::tempdir().unwrap())
    }
}

/// A test that ends without `stop` still finds out what died.
impl Drop for TestApp {
    fn drop(&mut self) {
        if let Some(running) = self.running.take()
            && !std::thread::panicking()
        {
            assert_eq!(running.dead(), Vec::<&str>::new(), "background tasks died");
        }
    }
}

/// Who sets a test up.
pub(crate) fn administrator() -> Caller {
    Caller {
        id: "setup".into(),
        name: "Setup".into(),
        roles: [Role::Administrator].into(),
        scope: Scope::All,
        origin: Origin::default(),
    }
}

/// An order's first event as a CloudEvent.
pub(crate) fn order_created(id: &str, po_no: &str) -> Value {
    serde_json::json!({
        "specversion": "1.0",
        "id": id,
        "source": "urn:test:erp",
        "type": "docket.po.created.v1",
        "time": "2026-03-02T09:00:00Z",
        "datacontenttype": "application/json",
        "data": {
            "order": { "entity": "DE01", "number": po_no },
            "supplier": { "id": "100417", "name": "Baltic Steel" },
            "lines": [{ "line": "10", "item": "STEEL-4", "quantity": "5", "unit": "PCE" }]
        }
    })
}
