//! Acts on a case. Each carries the version that the person saw.

use leptos::prelude::{ServerFnError, server};
use views::exceptions::{CaseAct, Resolution};
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
    finish(
        call(Permission::Triage, id, version, act, "done-classified").await,
        &links::case(id),
    )
}

/// Processes the parked message of a case again.
#[server(prefix = "/act", endpoint = "exceptions/retry")]
pub(crate) async fn retry_case(id: i64, version: i64, #[server(default)] comment: String) -> Result<(), ServerFnError> {
    let act = CaseAct::Retry { comment };
    finish(
        call(Permission::Retry, id, version, act, "done-retried").await,
        &links::case(id),
    )
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
            call(Permission::Resolve, id, version, act, "done-resolved").await
        }
        None => may(Permission::Resolve).and(Err(AppError::new(ErrorKind::Invalid, "error-choose-resolution"))),
    };
    finish(result, &links::case(id))
}

async fn call(
    permission: Permission,
    id: i64,
    version: i64,
    act: CaseAct,
    done: &'static str,
) -> Result<&'static str, AppError> {
    let caller = may(permission)?;
    ports().exceptions.act(&caller, id, version, act).await.map(|_| done)
}
