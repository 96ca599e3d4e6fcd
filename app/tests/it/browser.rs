//! A browser without script, before the router.

use std::sync::Arc;

use app::routes::router;
use app::state::{Assets, PageState};
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use domain::time::FixedClock;
use tower::ServiceExt as _;
use views::{Caller, Environment, Ports, Role};

use crate::fixtures;
use crate::ports::{Asked, House, caller};

/// A browser before the router.
pub(crate) struct Browser {
    pub(crate) caller: Option<Caller>,
    pub(crate) empty: bool,
    pub(crate) asked: Asked,
    environment: Environment,
}

impl Browser {
    /// Somebody with these roles, in a house full of data.
    pub(crate) fn of(roles: &[Role]) -> Self {
        Self {
            caller: Some(caller(roles)),
            empty: false,
            asked: Asked::default(),
            environment: Environment::Production,
        }
    }

    /// Nobody.
    pub(crate) fn nobody() -> Self {
        Self {
            caller: None,
            empty: false,
            asked: Asked::default(),
            environment: Environment::Production,
        }
    }

    /// The same in an installation for something else.
    pub(crate) fn within(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
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
            selections: house.clone(),
            tokens: house.clone(),
            access: house.clone(),
            audit: house.clone(),
            governance: house.clone(),
            people: house,
        };
        let assets = Assets {
            css: "/style/abc.css".into(),
            pkg: Some("/pkg/abc".into()),
        };
        let state = PageState {
            ports,
            clock: Arc::new(FixedClock(fixtures::NOW)),
            assets,
            environment: self.environment,
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

    pub(crate) async fn get_with(&self, cookie: &str, path: &str) -> Answer {
        let request = Request::get(path)
            .header(header::ACCEPT, "text/html")
            .header(header::COOKIE, cookie);
        Answer::of(self.send(request, String::new()).await).await
    }

    /// Posts a form as a browser without script does.
    pub(crate) async fn post(&self, path: &str, form: &str) -> Answer {
        let request = Request::post(path)
            .header(header::ACCEPT, "text/html,application/xhtml+xml")
            .header(header::COOKIE, "theme=dark; __Host-docket_session=s3cret")
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
