//! The command line: what can be said, and what is answered on the terminal.

mod audit;
mod doctor;
mod out;
mod run;

use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;
use views::words::{say, t, tn};

use crate::config::{self, Effective, LogFormat, Overrides};
use crate::log_lines::OneLineEach;

pub use out::Out;

/// What can be said to `docket`.
#[derive(Debug, Parser)]
#[command(name = "docket", version, about = t("cli-about"))]
pub(crate) struct Args {
    #[arg(long, global = true, value_name = "DIR", help = t("cli-data"))]
    data: Option<PathBuf>,
    #[arg(long, global = true, value_name = "FILE", env = "DOCKET_CONFIG", help = t("cli-config-file"))]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    #[command(about = t("cli-serve"))]
    Serve {
        #[arg(long, value_name = "ADDRESS", help = t("cli-listen"))]
        listen: Option<SocketAddr>,
    },
    #[command(about = t("cli-demo"))]
    Demo {
        #[arg(long, value_name = "ADDRESS", help = t("cli-listen"))]
        listen: Option<SocketAddr>,
    },
    #[command(about = t("cli-ingest"))]
    Ingest(IngestArgs),
    #[command(about = t("cli-rebuild"))]
    Rebuild,
    #[command(about = t("cli-config"))]
    Config,
    #[command(about = t("cli-doctor"))]
    Doctor {
        #[arg(long, help = t("cli-doctor-json"))]
        json: bool,
    },
    #[command(about = t("cli-audit"))]
    Audit {
        #[command(subcommand)]
        what: audit::AuditCommand,
    },
    #[command(about = t("cli-backup"))]
    Backup {
        #[arg(value_name = "TO", help = t("cli-backup-to"))]
        to: PathBuf,
    },
    #[command(about = t("cli-restore"))]
    Restore {
        #[arg(value_name = "FROM", help = t("cli-restore-from"))]
        from: PathBuf,
    },
}

/// What `docket ingest` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct IngestArgs {
    #[arg(required = true, value_name = "FILE", help = t("cli-ingest-files"))]
    files: Vec<PathBuf>,
    #[arg(long, value_name = "NAME", help = t("cli-ingest-source"))]
    source: String,
    #[arg(long, value_name = "TEXT", default_value = "", help = t("cli-ingest-title"))]
    title: String,
    #[arg(long, value_name = "LANE", default_value = "other", help = t("cli-ingest-lane"))]
    lane: String,
    #[arg(long, value_name = "ENTITY", default_value = "MAIN", help = t("cli-ingest-entity"))]
    entity: String,
}

/// Does what the command line says.
#[must_use]
pub fn main() -> ExitCode {
    let args = Args::parse();
    let out = Out::terminal();
    let listen = match &args.command {
        Command::Serve { listen } | Command::Demo { listen } => *listen,
        _ => None,
    };
    let overrides = Overrides {
        data: args.data.clone(),
        listen,
    };
    let effective = match config::load(args.config.as_deref(), overrides) {
        Ok(effective) => effective,
        Err(sentence) => {
            out.line(&say(&sentence));
            return ExitCode::FAILURE;
        }
    };
    start_log(&effective);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            out.line(&tn("cli-no-runtime", &[("problem", error.to_string().into())]));
            return ExitCode::FAILURE;
        }
    };
    let told_data = args.data.is_some();
    match runtime.block_on(run::command(args.command, effective, told_data, &out)) {
        Ok(code) => ExitCode::from(code),
        Err(sentence) => {
            out.line(&say(&sentence));
            ExitCode::FAILURE
        }
    }
}

/// What the server writes about itself goes to stderr; what it says to the person at the terminal to stdout.
fn start_log(effective: &Effective) {
    let log = &effective.config.log;
    let filter = EnvFilter::try_new(&log.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let colours = std::io::stderr().is_terminal() && log.format == LogFormat::Text;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(colours)
        .with_writer(OneLineEach { colours });
    let set = match log.format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    if let Err(error) = set {
        tracing::debug!(%error, "somebody else writes the log already");
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Args;

    #[test]
    fn the_command_line_is_sound_and_every_word_of_it_is_in_the_catalogue() {
        let mut command = Args::command();
        command.clone().debug_assert();
        let mut help = command.render_long_help().to_string();
        for sub in command.get_subcommands_mut() {
            help.push_str(&sub.render_long_help().to_string());
        }
        assert!(!help.contains("[cli-"), "{help}");
    }
}
