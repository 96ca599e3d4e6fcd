//! Acts on sources. A new token is no act: it is shown, so it has a page (`super::rotate`).

use leptos::prelude::{ServerFnError, server};
use views::governance::NewRequest;
use views::words::t;
use views::{AppError, Permission};

use crate::acts::{finish, may, ports};

/// Asks for another buying entity of documents that name none: another person agrees to it.
#[server(prefix = "/act", endpoint = "sources/set-entity")]
pub(crate) async fn set_entity(
    name: String,
    #[server(default)] entity: String,
    #[server(default)] reason: String,
) -> Result<(), ServerFnError> {
    let result = async {
        let caller = may(Permission::GovernSources)?;
        let governance = ports().governance;
        let record = governance.get(&caller, "source", &name).await?;
        let mut body = record.body.ok_or_else(AppError::not_found)?;
        if let Some(fields) = body.as_object_mut() {
            fields.insert("entity".to_owned(), entity.trim().into());
        }
        let reason = if reason.trim().is_empty() {
            t("sources-entity-reason")
        } else {
            reason
        };
        let request = NewRequest {
            kind: "source".to_owned(),
            key: name,
            version: Some(record.row.version),
            body: Some(body),
            back_to: None,
            end: false,
            valid_from: None,
            reason,
            ticket: String::new(),
            alone: false,
        };
        governance.ask(&caller, &request).await
    };
    match result.await {
        Ok(made) => finish(Ok("done-asked"), &format!("/requests/{}", made.row.id)),
        Err(error) => finish(Err(error), "/sources"),
    }
}
