//! How each route that changes something is used, and what the audit must tell of it.

use serde_json::{Value, json};
use server::routes::Row;
use views::exceptions::CaseFilter;
use views::selections::{NewSelection, Seen};
use views::tokens::TokenWish;
use views::{Caller, Role};

use crate::harness::{PASSWORD, TestApp, administrator, order_created};

/// Somebody for whom these tests look.
pub(super) fn onlooker() -> Caller {
    Caller {
        roles: Role::ALL.into_iter().collect(),
        ..administrator()
    }
}

/// A message that is parked, its case, and the case's version.
async fn parked(app: &TestApp, token: &str, n: usize) -> (i64, i64, i64) {
    let mut event = order_created(&format!("p{n}"), &format!("45{n:08}"));
    event["type"] = json!("com.example.order");
    let answer = app
        .post("/v1/events")
        .token(token)
        .header("content-type", "application/cloudevents+json")
        .body(event.to_string())
        .send()
        .await;
    let message = answer.json()["message_id"]
        .as_i64()
        .unwrap_or_else(|| panic!("{}", answer.text));
    app.settle().await;
    let exceptions = &app.running().server.ports.exceptions;
    let cases = exceptions.list(&onlooker(), &CaseFilter::default()).await.unwrap().rows;
    let case = cases.iter().find(|case| case.message_id == Some(message)).unwrap();
    (message, case.id, case.version)
}

/// What is there to act on.
pub(super) struct Stage {
    case: (i64, i64, i64),
    /// A request that waits for a second person: its id and hash.
    request: (i64, String),
    /// A selection of that case: its id and hash.
    selection: (i64, String),
    /// A token of the source `erp`, not the one that sends.
    token: i64,
    /// A session of the person `vic`.
    session: String,
    n: usize,
}

/// Makes what this route acts on.
pub(super) async fn stage(app: &TestApp, row: &Row, token: &str, bob: &str, n: usize) -> Stage {
    let mut stage = Stage {
        case: parked(app, token, n).await,
        request: (0, String::new()),
        session: String::new(),
        selection: (0, String::new()),
        token: 0,
        n,
    };
    if row.path.contains("deci") {
        let body = json!({ "title": format!("T{n}"), "lane": "erp", "entity": "DE01" });
        let ask = json!({ "kind": "source", "key": "erp", "body": body, "reason": "moved" });
        let asked = app.post("/v1/requests").session(bob).json(&ask).send().await.json();
        let id = asked["row"]["id"].as_i64().unwrap_or_else(|| panic!("{asked}"));
        stage.request = (id, asked["hash"].as_str().unwrap().to_owned());
    }
    let ports = &app.running().server.ports;
    if row.path.contains("selections") {
        let (_, id, version) = stage.case;
        let wanted = NewSelection {
            cases: vec![Seen { id, version }],
            ..NewSelection::default()
        };
        // It is whose who made it.
        let ada = Caller {
            id: "ada".to_owned(),
            ..onlooker()
        };
        let frozen = ports.selections.freeze(&ada, &wanted).await.unwrap();
        stage.selection = (frozen.id, frozen.hash);
    }
    if row.path.contains("tokens/") {
        let made = ports
            .tokens
            .issue_for_source(&onlooker(), "erp", &TokenWish::default())
            .await
            .unwrap();
        stage.token = made.id;
    }
    if row.path == "/act/people/sign-out" {
        ports.access.sign_in("vic", PASSWORD).await.unwrap();
        let vic = ports.people.get(&onlooker(), "vic").await.unwrap();
        stage.session = vic.sessions[0].id.clone();
    }
    stage
}

/// How to do one act: address, what is sent, who must be told of, and to what it was done.
pub(super) struct Do {
    pub(super) address: String,
    pub(super) sent: Sent,
    pub(super) actor: &'static str,
    pub(super) object: String,
}

pub(super) enum Sent {
    Form(Vec<(&'static str, String)>),
    Json(Value),
}

/// How each route is used. `None`: it changes nothing, or not by a person's or a command's hand.
pub(super) fn recipe(row: &Row, stage: &Stage, folder: &std::path::Path) -> Option<Do> {
    let (message, case, version) = stage.case;
    let (request, hash) = (stage.request.0, stage.request.1.as_str());
    let (selection, frozen) = (stage.selection.0, stage.selection.1.as_str());
    let n = stage.n;
    let on_case = |more: &[(&'static str, &str)]| {
        let mut fields = vec![("id", case.to_string()), ("version", version.to_string())];
        fields.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        Sent::Form(fields)
    };
    let form = |fields: &[(&'static str, &str)]| {
        Sent::Form(
            fields
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned()))
                .collect(),
        )
    };
    let source = |name: &str| json!({ "name": name, "title": "", "lane": "erp", "entity": "DE01" });
    let by_ada = |sent, object: String| (sent, "ada", object);
    let (sent, actor, object) = match row.path {
        "/sources" => by_ada(
            form(&[
                ("name", &format!("form-{n}")),
                ("title", "x"),
                ("lane", "erp"),
                ("entity", "DE01"),
            ]),
            format!("source:form-{n}"),
        ),
        "/sources/{name}/token" => by_ada(form(&[("days", "30")]), "source:erp".into()),
        "/audit/export" => by_ada(form(&[("format", "csv")]), "audit".into()),
        "/act/exceptions/classify" => by_ada(on_case(&[("class", "IT-01")]), format!("case:{case}")),
        "/act/exceptions/retry" => by_ada(on_case(&[]), format!("case:{case}")),
        "/act/exceptions/resolve" => by_ada(
            on_case(&[("resolution", "accepted"), ("comment", "agreed")]),
            format!("case:{case}"),
        ),
        "/act/messages/retry" => by_ada(form(&[("id", &message.to_string())]), format!("message:{message}")),
        "/act/sources/set-entity" => by_ada(
            form(&[("name", "erp"), ("entity", "PL02"), ("reason", "moved")]),
            "request:".into(),
        ),
        "/act/governance/ask" => by_ada(
            form(&[
                ("ask[kind]", "source"),
                ("ask[key]", "erp"),
                ("ask[title]", "Asked"),
                ("ask[lane]", "erp"),
                ("ask[entity]", "DE01"),
                ("ask[reason]", "renamed"),
            ]),
            "request:".into(),
        ),
        "/v1/requests" => by_ada(
            Sent::Json(json!({
                "kind": "source", "key": "erp", "reason": "renamed",
                "body": { "title": "Asked again", "lane": "erp", "entity": "DE01" }
            })),
            "request:".into(),
        ),
        "/act/governance/decide" => by_ada(
            form(&[
                ("id", &request.to_string()),
                ("verdict", "agree"),
                ("hash", hash),
                ("version", "1"),
                ("comment", "yes"),
            ]),
            format!("request:{request}"),
        ),
        "/v1/requests/{id}/decisions" => by_ada(
            Sent::Json(json!({ "verdict": "agree", "hash": hash, "version": 1 })),
            format!("request:{request}"),
        ),
        "/tokens/{id}/rotate" => by_ada(form(&[("overlap_hours", "1"), ("days", "30")]), "source:erp".into()),
        "/v1/tokens/{id}/rotate" => by_ada(
            Sent::Json(json!({ "overlap_hours": 1, "days": 30 })),
            "source:erp".into(),
        ),
        "/act/tokens/revoke" => by_ada(form(&[("id", &stage.token.to_string())]), "source:erp".into()),
        "/v1/tokens/{id}/revoke" => by_ada(Sent::Json(json!({})), "source:erp".into()),
        "/v1/sources/{name}/tokens" => by_ada(Sent::Json(json!({ "title": "", "days": 30 })), "source:erp".into()),
        "/services" => by_ada(
            form(&[
                ("name", &format!("page-{n}")),
                ("owner", "ada"),
                ("orders:read", "on"),
                ("entities", ""),
                ("days", "30"),
            ]),
            format!("service:page-{n}"),
        ),
        "/v1/services" => by_ada(
            Sent::Json(json!({
                "name": format!("rest-{n}"), "owner": "ada", "scopes": ["orders:read"], "rows": "all"
            })),
            format!("service:rest-{n}"),
        ),
        "/act/selections/freeze" => by_ada(form(&[("what", "all")]), "selection:".into()),
        "/v1/selections" => by_ada(Sent::Json(json!({})), "selection:".into()),
        "/act/selections/classify" => by_ada(
            form(&[("id", &selection.to_string()), ("hash", frozen), ("class", "IT-01")]),
            format!("case:{case}"),
        ),
        "/act/selections/resolve" => by_ada(
            form(&[
                ("id", &selection.to_string()),
                ("hash", frozen),
                ("resolution", "accepted"),
                ("comment", "agreed"),
            ]),
            format!("case:{case}"),
        ),
        "/v1/selections/{id}/acts" => by_ada(
            Sent::Json(json!({ "hash": frozen, "act": "classify", "class": "IT-02" })),
            format!("case:{case}"),
        ),
        "/act/people/block" | "/act/people/unblock" | "/act/people/teams" => {
            by_ada(form(&[("user", "vic")]), "person:vic".into())
        }
        "/act/people/sign-out" => by_ada(
            form(&[("user", "vic"), ("session", &stage.session)]),
            format!("session:{}", stage.session),
        ),
        "/act/people/stand-in" => by_ada(
            form(&[
                ("user", "vic"),
                ("stand_in", "bob"),
                ("from", "2090-01-02"),
                ("to", "2090-01-03"),
            ]),
            "person:vic".into(),
        ),
        "/act/people/create" => by_ada(
            form(&[
                ("user", &format!("p{n}")),
                ("name", "P"),
                ("password", PASSWORD),
                ("roles[0]", "support"),
            ]),
            format!("person:p{n}"),
        ),
        "/act/access/sign-in" => (
            form(&[("user", "bob"), ("password", PASSWORD)]),
            "bob",
            "session:".into(),
        ),
        "/act/access/sign-out" => by_ada(form(&[]), "session:".into()),
        "/v1/exceptions/{id}/acts" => by_ada(
            Sent::Json(json!({ "version": version, "act": "classify", "class": "IT-01", "comment": "" })),
            format!("case:{case}"),
        ),
        "/v1/messages/{id}/retry" => by_ada(Sent::Json(json!({})), format!("message:{message}")),
        "/v1/sources" => by_ada(Sent::Json(source(&format!("rest-{n}"))), format!("source:rest-{n}")),
        "/console/rebuild" => (Sent::Json(json!(null)), "console", "installation".into()),
        "/console/backup" => (
            Sent::Json(json!({ "to": folder.join("copy") })),
            "console",
            "installation".into(),
        ),
        "/console/ingest" => (
            Sent::Json(json!({ "path": folder.join("events.jsonl"), "source": source("erp") })),
            "console",
            "file:events.jsonl".into(),
        ),
        // Arrivals are entries of the log themselves; the last two only look.
        "/v1/events" | "/v1/in/{source}" | "/console/doctor" | "/console/audit/verify" => return None,
        // Tested where they are all there is to do: before the first person, and in the demo.
        "/act/access/claim" | "/act/access/sign-in-demo" => return None,
        other => panic!("{other} changes something: say here how, and what the audit must tell of it"),
    };
    let id = match row.path.split('/').nth(2) {
        Some("messages") => message,
        Some("requests") => request,
        Some("selections") => selection,
        _ if row.path.contains("/tokens/") => stage.token,
        _ => case,
    };
    Some(Do {
        address: row.path.replace("{id}", &id.to_string()).replace("{name}", "erp"),
        sent,
        actor,
        object,
    })
}
