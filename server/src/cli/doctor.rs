//! `docket doctor`.

use super::Out;
use crate::config::Config;
use crate::doctor::{self, Verdict};

/// Looks, says what it found, and answers the exit code: 0 in order, 1 to look at, 2 broken.
pub(super) async fn run(config: &Config, json: bool, out: &Out) -> u8 {
    let found = doctor::examine(config).await;
    doctor::show(out, &found, json);
    match doctor::worst(&found) {
        Verdict::Fine => 0,
        Verdict::Look => 1,
        Verdict::Broken => 2,
    }
}
