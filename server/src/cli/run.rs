//! What each command does.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::Sentence;
use views::Environment;
use views::sources::NewSource;
use views::words::{say, tn};

use super::{Command, IngestArgs, Out, doctor};
use crate::config::{Config, Effective, reachable, show};
use crate::console::BackupTo;
use crate::demo::Demo;
use crate::home::{Holder, Home, HomeError};
use crate::ingest::{self, Job, Show, grouped};
use crate::start::{self, Opened, Use, home_words};
use crate::{backup, rebuild, serve, talk};

/// Does a command and answers the exit code. `told_data`: the command line named the data folder.
///
/// # Errors
/// Why it was not done.
pub(super) async fn command(what: Command, effective: Effective, told_data: bool, out: &Out) -> Result<u8, Sentence> {
    if let Command::Doctor { json } = what {
        return Ok(doctor::run(&effective.config, json, out).await);
    }
    done(what, effective, told_data, out).await.map(|good| u8::from(!good))
}

/// `Ok(false)`: it was done, and something in it failed that was said already.
async fn done(what: Command, effective: Effective, told_data: bool, out: &Out) -> Result<bool, Sentence> {
    let config = effective.config.clone();
    match what {
        Command::Doctor { .. } => Ok(true),
        Command::Serve { .. } => run_server(config, out).await,
        Command::Demo { .. } => run_demo(config, told_data, out).await,
        Command::Ingest(args) => run_ingest(&config, args, out).await,
        Command::Rebuild => run_rebuild(&config, out).await,
        Command::Config => {
            for row in show(&effective) {
                out.line(&format!("{:<28} {:<36} # {}", row.name, row.value, row.from));
            }
            Ok(true)
        }
        Command::Audit { what } => super::audit::run(what, &config, out).await,
        Command::Backup { to } => run_backup(&config, &to, out).await,
        Command::Restore { from } => {
            backup::restore(&from, &config.data).await?;
            out.line(&tn(
                "restore-done",
                &[("path", config.data.display().to_string().into())],
            ));
            Ok(true)
        }
    }
}

async fn run_server(config: Config, out: &Out) -> Result<bool, Sentence> {
    start::may_serve(&config)?;
    let home = Home::take(&config.data).map_err(|e| home_words(&e))?;
    let opened = start::open(home, &config, Use::Product, None).await?;
    say_key(&opened, out);
    let secret = opened
        .engine
        .first_administrator_secret()
        .await
        .map_err(|e| e.sentence)?;
    let running = serve::start(opened, config).await?;
    let base_url = running.server.base_url.clone();
    out.line(&tn("serve-listening", &[("url", base_url.as_str().into())]));
    if let Some(secret) = secret {
        out.line(&tn(
            "serve-first",
            &[("link", format!("{base_url}/welcome?key={secret}").into())],
        ));
    }
    serve::signal().await;
    out.line(&tn("serve-stopping", &[]));
    running.stop().await;
    Ok(true)
}

fn say_key(opened: &Opened, out: &Out) {
    if opened.key.created {
        out.line(&tn(
            "serve-key-made",
            &[("path", opened.key.path.display().to_string().into())],
        ));
    }
}

async fn run_demo(config: Config, told_data: bool, out: &Out) -> Result<bool, Sentence> {
    let data = if told_data {
        config.data.clone()
    } else {
        config.demo.data.clone()
    };
    let config = Config {
        data,
        environment: Environment::Demo,
        ..config
    };
    let home = Home::take(&config.data).map_err(|e| home_words(&e))?;
    let demo = Demo::open(home.dir(), config.demo.seed)?;
    let opened = start::open(home, &config, Use::Demo, Some(demo.clock())).await?;
    demo.settle(&opened.engine).await?;
    let engine = Arc::clone(&opened.engine);
    let mut running = serve::start(opened, config).await?;
    out.line(&tn(
        "demo-listening",
        &[("url", running.server.base_url.as_str().into())],
    ));
    let closing = running.server.closing.clone();
    running.worker("demo", tokio::spawn(demo.tell(engine, closing, out.clone())));
    serve::signal().await;
    out.line(&tn("serve-stopping", &[]));
    running.stop().await;
    Ok(true)
}

async fn run_ingest(config: &Config, args: IngestArgs, out: &Out) -> Result<bool, Sentence> {
    let source = NewSource {
        name: args.source,
        title: args.title,
        lane: args.lane,
        entity: args.entity,
    };
    let jobs = args
        .files
        .iter()
        .map(|file| job(file, &source))
        .collect::<Result<Vec<_>, _>>()?;
    let ended = match Home::take(&config.data) {
        Ok(home) => ingest_here(home, config, &jobs, out)
            .await?
            .map(|good| (good, "ingest-next", config.base_url())),
        Err(HomeError::Held(holder)) => tokio::select! {
            good = ingest_there(holder.as_ref(), &jobs, out) => {
                let address = holder.as_ref().and_then(|h| h.address).unwrap_or(config.listen);
                Some((good?, "ingest-open", format!("http://{}", reachable(address))))
            }
            () = serve::signal() => None,
        },
        Err(error) => return Err(home_words(&error)),
    };
    let Some((good, next, url)) = ended else {
        out.line(&tn("ingest-stopped", &[]));
        return Ok(false);
    };
    if good {
        out.line(&tn(next, &[("url", url.into())]));
    }
    Ok(good)
}

/// Asks the server that holds the data folder.
async fn ingest_there(holder: Option<&Holder>, jobs: &[Job], out: &Out) -> Result<bool, Sentence> {
    let mut good = true;
    for job in jobs {
        let show = Show::new(out, &job.path);
        talk::ask(holder, "/console/ingest", job, |told| good &= show.tell(&told)).await?;
    }
    Ok(good)
}

fn job(file: &Path, source: &NewSource) -> Result<Job, Sentence> {
    let path = std::fs::canonicalize(file).map_err(|error| {
        Sentence::new("ingest-unreadable")
            .with("path", file.display())
            .with("problem", error)
    })?;
    Ok(Job {
        path,
        source: source.clone(),
    })
}

/// Takes the files without a server. None: interrupted.
async fn ingest_here(home: Home, config: &Config, jobs: &[Job], out: &Out) -> Result<Option<bool>, Sentence> {
    let opened = start::open(home, config, Use::Product, None).await?;
    say_key(&opened, out);
    let work = async {
        let mut good = true;
        for job in jobs {
            let show = Show::new(out, &job.path);
            ingest::run(&opened.engine, job, |told| good &= show.tell(&told)).await;
        }
        follow(&opened, out).await;
        good
    };
    let ended = tokio::select! {
        good = work => Some(good),
        () = serve::signal() => None,
    };
    opened.engine.stop().await;
    opened.engine.store().close().await;
    Ok(ended)
}

/// Waits until the views show all of the log.
async fn follow(opened: &Opened, out: &Out) {
    let mut folded = opened.engine.folded();
    loop {
        let health = opened.engine.health();
        let behind = u64::try_from(health.head - health.folded).unwrap_or_default();
        if behind == 0 || !health.running {
            return;
        }
        out.progress(&tn("ingest-following", &[("n", grouped(behind).into())]));
        if folded.changed().await.is_err() {
            return;
        }
    }
}

async fn run_rebuild(config: &Config, out: &Out) -> Result<bool, Sentence> {
    let mut good = true;
    match Home::take(&config.data) {
        Ok(home) => {
            let opened = open_any(home, config).await?;
            follow(&opened, out).await;
            let mut told = rebuild::begin(Arc::clone(&opened.engine));
            while let Some(told) = told.recv().await {
                good &= rebuild::show(out, &told);
            }
            opened.engine.stop().await;
            opened.engine.store().close().await;
        }
        Err(HomeError::Held(holder)) => {
            let hear = |told| good &= rebuild::show(out, &told);
            talk::ask(holder.as_ref(), "/console/rebuild", &(), hear).await?;
        }
        Err(error) => return Err(home_words(&error)),
    }
    Ok(good)
}

async fn run_backup(config: &Config, to: &Path, out: &Out) -> Result<bool, Sentence> {
    let to = from_root(to)?;
    let mut told = None;
    match Home::take(&config.data) {
        Ok(home) => {
            let opened = open_any(home, config).await?;
            told = Some(backup::run(&opened.engine, &config.data, &to, opened.clock.now()).await);
            opened.engine.stop().await;
            opened.engine.store().close().await;
        }
        Err(HomeError::Held(holder)) => {
            let asked = BackupTo { to: to.clone() };
            talk::ask(holder.as_ref(), "/console/backup", &asked, |t| told = Some(t)).await?;
        }
        Err(error) => return Err(home_words(&error)),
    }
    match told {
        Some(backup::Told::Done { bytes }) => {
            let path = to.display().to_string();
            out.line(&tn(
                "backup-done",
                &[("path", path.into()), ("bytes", grouped(bytes).into())],
            ));
            Ok(true)
        }
        Some(backup::Told::Failed { why }) => {
            out.line(&say(&why));
            Ok(false)
        }
        None => Err(Sentence::new("talk-broken").with("problem", "no answer")),
    }
}

/// A company's data or the demo's, each by its own clock.
async fn open_any(home: Home, config: &Config) -> Result<Opened, Sentence> {
    if Demo::is_in(home.dir()) {
        let clock = Demo::open(home.dir(), config.demo.seed)?.clock();
        start::open(home, config, Use::Demo, Some(clock)).await
    } else {
        start::open(home, config, Use::Product, None).await
    }
}

/// The path as the server, which may stand elsewhere, must read it.
fn from_root(path: &Path) -> Result<PathBuf, Sentence> {
    std::path::absolute(path).map_err(|error| {
        Sentence::new("home-disk")
            .with("path", path.display())
            .with("problem", error)
    })
}
