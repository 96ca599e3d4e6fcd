//! What pages and acts need from the server that mounts them.

use std::sync::Arc;

use domain::Clock;
use views::{Environment, Ports};

/// Shared by every page and act.
#[derive(Clone)]
pub struct PageState {
    /// The ports behind the pages.
    pub ports: Ports,
    /// The business clock: relative times are counted from its now.
    pub clock: Arc<dyn Clock>,
    /// Files that a page loads.
    pub assets: Assets,
    /// What the installation is for; every page of one that is not production says so.
    pub environment: Environment,
    /// People reach us over TLS: cookies are only sent there.
    pub secure: bool,
}

/// Addresses of the files that a page loads, from the manifest of the browser build.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assets {
    /// The style sheet, such as `/style/0a1b.css`.
    pub css: String,
    /// The folder of `docket.js` and `docket_bg.wasm`, such as `/pkg/0a1b`; absent where none was built: pages then stay still.
    pub pkg: Option<String>,
}

/// The nonce that this answer's `Content-Security-Policy` names. The layer that writes the header puts it among the
/// request's extensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nonce(pub String);

/// That the answer refuses what the caller may not do: among an answer's extensions, for whoever writes it down.
#[derive(Clone, Debug)]
pub struct Refused(pub views::AppError);

impl Refused {
    /// The mark of an error that is a refusal.
    #[must_use]
    pub fn of(error: &views::AppError) -> Option<Self> {
        (error.kind == views::ErrorKind::NotAllowed).then(|| Self(error.clone()))
    }
}

/// Who may open a page or call an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Whoever comes.
    Nothing,
    /// Somebody who is signed in.
    SignIn,
    /// Somebody who holds this.
    Permission(views::Permission),
}
