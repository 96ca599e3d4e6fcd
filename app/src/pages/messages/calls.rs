//! Acts on arrivals.

use leptos::prelude::{ServerFnError, server};
use views::Permission;
use views::messages::RetryResult;

use crate::acts::{finish, may, ports};
use crate::links;

/// Processes what is parked in an arrival again.
#[server(prefix = "/act", endpoint = "messages/retry")]
pub(crate) async fn retry_message(id: i64) -> Result<(), ServerFnError> {
    let result = async {
        let caller = may(Permission::Retry)?;
        ports().messages.retry(&caller, id).await.map(said)
    };
    finish(result.await, &links::message(id))
}

fn said(result: RetryResult) -> &'static str {
    match result {
        RetryResult { parked: 0, .. } => "done-retry-all",
        RetryResult { processed: 0, .. } => "error-retry-none",
        _ => "done-retry-some",
    }
}
