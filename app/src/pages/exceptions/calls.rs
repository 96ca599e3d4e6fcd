//! Acts on a case. Each carries the version that the person saw.

use leptos::prelude::{ServerFnError, server};
use views::exceptions::{CaseAct, CaseView, Resolution};
use views::{AppError, ErrorKind, Permission};

use crate::acts::{finish, may, ports};
use crate::links;

/// Gives a case another class.
#[server(prefix = "/act", endpoint = "exceptions/classify")]
pub(crate) async fn classify(
    id: i64,
    version: i64,
    class: String,
    #[server(default)] comment: String,
) -> Result<(), ServerFnError> {
    let act = CaseAct::Classify { class, comment };
    let result = call(Permission::Triage, id, version, act).await;
    finish(result.map(|_| "done-classified"), &links::case(id))
}

/// Processes the parked message of a case again.
#[server(prefix = "/act", endpoint = "exceptions/retry")]
pub(crate) async fn retry_case(id: i64, version: i64, #[server(default)] comment: String) -> Result<(), ServerFnError> {
    let act = CaseAct::Retry { comment };
    let result = call(Permission::Retry, id, version, act).await;
    let said = |case: CaseView| {
        if case.row.state == "open" {
            "error-retry-none"
        } else {
            "done-retried"
        }
    };
    finish(result.map(said), &links::case(id))
}

/// Closes a case.
#[server(prefix = "/act", endpoint = "exceptions/resolve")]
pub(crate) async fn resolve(
    id: i64,
    version: i64,
    #[server(default)] resolution: String,
    #[server(default)] comment: String,
) -> Result<(), ServerFnError> {
    let result = match Resolution::parse(&resolution) {
        Some(resolution) => {
            let act = CaseAct::Resolve { resolution, comment };
            call(Permission::Resolve, id, version, act).await
        }
        None => may(Permission::Resolve).and(Err(AppError::new(ErrorKind::Invalid, "error-choose-resolution"))),
    };
    finish(result.map(|_| "done-resolved"), &links::case(id))
}

async fn call(permission: Permission, id: i64, version: i64, act: CaseAct) -> Result<CaseView, AppError> {
    let caller = may(permission)?;
    ports().exceptions.act(&caller, id, version, act).await
}
