//! What Docket reaches out to, behind ports of the engine: the identity provider ([`oidc`]), over an HTTP client that
//! waits for nobody for long and follows nobody elsewhere ([`http`]).

pub mod http;
pub mod oidc;
