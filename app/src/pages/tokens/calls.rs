//! Acts on tokens. A new token is no act: it is shown, so it has a page.

use leptos::prelude::{ServerFnError, server};
use views::Permission;

use super::home_of;
use crate::acts::{finish, may, ports};

/// Takes a token away, at once.
#[server(prefix = "/act", endpoint = "tokens/revoke")]
pub(crate) async fn revoke_token(id: i64, #[server(default)] back: String) -> Result<(), ServerFnError> {
    let result = async {
        let caller = may(Permission::ManageTokens)?;
        ports().tokens.revoke(&caller, id).await
    };
    match result.await {
        Ok(of) => finish(Ok("done-token-revoked"), &home_of(&of)),
        Err(error) => finish(Err(error), crate::links::same_site(&back)),
    }
}
