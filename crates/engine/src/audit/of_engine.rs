//! What the server asks of the audit beside the port: rows of commands, the check, the ends of chains to be kept elsewhere.

use domain::audit::{Anchor, Checked, Finding};
use domain::{Instant, Sentence};
use views::AppError;
use views::errors::Result;

use super::{CONSOLE, Progress};
use crate::engine::Engine;
use crate::error::refused;

/// Rows older than this must be under a seal: one is made each second.
const UNSEALED: i64 = Instant::MINUTE;

impl Engine {
    /// Writes down a command on this machine: `action` as `noun.done`, `object` as `kind:key`, facts by name, and why it
    /// failed when it did.
    ///
    /// # Errors
    /// The store's.
    pub async fn audit_command(
        &self,
        action: &'static str,
        object: &str,
        more: &[(&str, String)],
        failed: Option<&Sentence>,
    ) -> Result<()> {
        self.audit_of(CONSOLE, action, object, more, failed).await
    }

    /// The same of a source, such as for a file in its folder.
    ///
    /// # Errors
    /// The store's.
    pub async fn audit_of(
        &self,
        actor: &str,
        action: &'static str,
        object: &str,
        more: &[(&str, String)],
        failed: Option<&Sentence>,
    ) -> Result<()> {
        let mut act = super::act_of(actor, self.clocks.system.now(), action, object);
        for (name, value) in more {
            act = act.more(name, value);
        }
        if let Some(because) = failed {
            act = act.failed(because.clone());
        }
        let written = self.store().log.append_audit(&[act.row()]).await;
        written.map(drop).map_err(refused)
    }

    /// Writes refusals that wait, and seals all that is open.
    ///
    /// # Errors
    /// The store's.
    pub async fn seal_audit(&self) -> Result<u64> {
        self.refusals.write(self.store()).await;
        super::seal_all(self.store(), &*self.clocks.system, &self.options.sealer)
            .await
            .map_err(refused)
    }

    /// The end of every chain as it is now.
    ///
    /// # Errors
    /// The store's.
    pub async fn audit_anchors(&self) -> Result<Vec<Anchor>> {
        super::anchors(self.store()).await.map_err(refused)
    }

    /// Checks the audit while it is written to.
    ///
    /// # Errors
    /// The store's.
    pub async fn verify_audit(
        &self,
        anchors: Vec<Anchor>,
        progress: impl FnMut(Progress),
        found: impl FnMut(i64, Finding),
    ) -> std::result::Result<Checked, AppError> {
        let sealed_by = Instant(self.clocks.system.now().0.saturating_sub(UNSEALED));
        super::verify(
            self.store(),
            &self.options.sealer,
            anchors,
            Some(sealed_by),
            progress,
            found,
        )
        .await
        .map_err(refused)
    }
}
