//! Sign-in at an identity provider that is a real HTTP server, told the truth and told otherwise.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what a test cannot go on without fails it"
)]

mod oidc;
