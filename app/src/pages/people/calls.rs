//! Acts on people.

use leptos::prelude::{ServerFnError, server};
use views::{AppError, ErrorKind, Permission, Role};

use crate::acts::{finish, may, ports};

/// Lets a new person in.
#[server(prefix = "/act", endpoint = "people/create")]
pub(crate) async fn create_person(
    user: String,
    name: String,
    password: String,
    #[server(default)] roles: Vec<String>,
) -> Result<(), ServerFnError> {
    let result = async {
        let caller = may(Permission::Administer)?;
        let roles: Vec<Role> = roles.iter().filter_map(|word| Role::parse(word)).collect();
        if roles.is_empty() {
            return Err(AppError::new(ErrorKind::Invalid, "error-person-roles"));
        }
        ports()
            .access
            .create_person(&caller, user.trim(), name.trim(), &roles, &password)
            .await?;
        Ok("done-person")
    };
    finish(result.await, "/people")
}
