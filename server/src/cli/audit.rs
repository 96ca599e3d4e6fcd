//! `docket audit`.

use clap::Subcommand;
use domain::Sentence;
use views::words::t;

use super::Out;
use crate::config::Config;
use crate::home::{Home, HomeError};
use crate::start::home_words;
use crate::{talk, verify};

/// What can be asked of the audit.
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    #[command(about = t("cli-audit-verify"))]
    Verify {
        #[arg(long, help = t("cli-audit-json"))]
        json: bool,
    },
}

/// Does it. `Ok(false)`: something is not as it was written.
pub(super) async fn run(what: AuditCommand, config: &Config, out: &Out) -> Result<bool, Sentence> {
    let AuditCommand::Verify { json } = what;
    let mut good = true;
    match Home::take(&config.data) {
        Ok(home) => verify::stopped(&home, config, |told| good &= verify::show(out, json, told)).await?,
        // Only the server that holds the folder can read it.
        Err(HomeError::Held(holder)) => {
            let hear = |told: verify::Told| good &= verify::show(out, json, &told);
            talk::ask(holder.as_ref(), "/console/audit/verify", &(), hear).await?;
        }
        Err(error) => return Err(home_words(&error)),
    }
    Ok(good)
}
