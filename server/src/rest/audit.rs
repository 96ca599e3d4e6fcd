//! The audit: list.

use axum::extract::State;
use views::Page;
use views::audit::{AuditEntry, AuditFilter};

use super::answer::{Asked, Said};
use super::problem::{Problem, ProblemBody};
use crate::session::SignedIn;
use crate::state::Server;

/// A page of what was done by whom, newest first; their own acts only of who may not see more.
#[utoipa::path(get, path = "/v1/audit", tag = "audit", params(AuditFilter),
    responses((status = 200, body = Page<AuditEntry>), (status = "4XX", body = ProblemBody)))]
pub async fn list(
    State(server): State<Server>,
    SignedIn(caller): SignedIn,
    Asked(filter): Asked<AuditFilter>,
) -> Result<Said<Page<AuditEntry>>, Problem> {
    Ok(Said(server.ports.audit.list(&caller, &filter).await?))
}
