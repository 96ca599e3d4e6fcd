//! Acts on sources. A new token is no act: it is shown, so it has a page (`super::rotate`).

use leptos::prelude::{ServerFnError, server};
use views::Permission;

use crate::acts::{finish, may, ports};

/// Sets the buying entity of documents that name none.
#[server(prefix = "/act", endpoint = "sources/set-entity")]
pub(crate) async fn set_entity(name: String, #[server(default)] entity: String) -> Result<(), ServerFnError> {
    let result = async {
        let caller = may(Permission::Administer)?;
        ports().sources.set_entity(&caller, &name, entity.trim()).await?;
        Ok("done-entity")
    };
    finish(result.await, "/sources")
}
