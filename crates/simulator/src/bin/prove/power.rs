//! A power loss at every sync point of SQLite: of every file only what was synced is put into a new folder, and what was
//! acknowledged before must be there. A second time with some of the unsynced writes kept, and some torn at a sector.

use std::collections::HashMap;
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Context, Result, anyhow, bail, ensure};
use engine::{Arrival, Engine, Envelope};
use simulator::load::{Load, id_of_item};
use simulator::tools::disk::{Loss, Moment, Recorder, install};
use simulator::tools::place::{self, Base};
use simulator::tools::report::{Part, table, whole};
use simulator::tools::{look, say};
use sqlx::{ConnectOptions, Connection};

/// Every so many moments a whole engine is started on what was left.
const WHOLE: u64 = 20;

#[derive(Debug, Default)]
struct Found {
    points: u64,
    disks: u64,
    engines: u64,
    most_acknowledged: usize,
    kept_unacknowledged: u64,
    by_file: HashMap<String, u64>,
}

/// Proves it.
pub(crate) fn run(quick: bool, began: Instant) -> Result<Part> {
    let requests = if quick { 80 } else { 800 };
    let dir = place::folder()?;
    let data = dir.path().join("data");
    std::fs::create_dir(&data)?;
    let (tell, moments) = sync_channel(8);
    let recorder = Arc::new(Recorder::new(&data, 11, tell));
    install(Some(Arc::clone(&recorder)))?;
    let acknowledged = Arc::clone(&recorder.acknowledged);
    // In memory where there is such a place: what is tested is what SQLite makes of the files, not the disk under them.
    let memory = Path::new("/dev/shm");
    let scratch = if memory.is_dir() {
        tempfile::tempdir_in(memory)?
    } else {
        place::folder()?
    };
    let scratch_path = scratch.path().to_owned();
    let checker = std::thread::spawn(move || check(&moments, &acknowledged, &scratch_path, began));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let sent = runtime.block_on(send(&data, requests, &recorder));
    // No more moments: the checker ends when the last recorder has gone.
    install(None)?;
    drop(recorder);
    drop(runtime);
    let found = checker.join().unwrap_or_else(|_| bail!("the checker panicked"))?;
    let sent = sent?;
    ensure!(
        found.points > requests as u64 / 12,
        "only {} sync points: was the file system in use?",
        found.points
    );
    ensure!(
        found.most_acknowledged > 0,
        "nothing was ever acknowledged before a sync point"
    );
    say(
        began,
        format!(
            "power: {} sync points, {} disks checked, nothing lost",
            found.points, found.disks
        ),
    );
    let mut files: Vec<Vec<String>> = found.by_file.iter().map(|(f, n)| vec![f.clone(), whole(*n)]).collect();
    files.sort();
    let head = [
        "sync points",
        "disks checked",
        "events sent",
        "acknowledged before the last point",
        "of these lost",
        "damaged",
        "twice",
        "engines started on a disk",
    ];
    let row = vec![
        whole(found.points),
        whole(found.disks),
        whole(sent as u64),
        whole(found.most_acknowledged as u64),
        "0".to_owned(),
        "0".to_owned(),
        "0".to_owned(),
        whole(found.engines),
    ];
    let text = format!(
        "A virtual file system under SQLite remembers what was not synced. At every sync, before it happens, two disks are \
         made: one without any unsynced write, one with a random half of them, some torn at a sector of 512 bytes. Each is \
         opened by SQLite, checked by `PRAGMA quick_check`, and must hold every event acknowledged before that moment, once. \
         On every {WHOLE}th a whole engine is started, which must fold to the end of its log and take in another event. \
         Checkpoints run in between. A deviation fails the run.\n\n{}\nSync points by file:\n\n{}\n\
         Of the events that were not acknowledged yet, {} were there all the same, over all disks.",
        table(&head, &[row]),
        table(&["file", "syncs"], &files),
        whole(found.kept_unacknowledged),
    );
    Ok(Part {
        name: "power",
        title: "Power loss at every sync point".to_owned(),
        text,
    })
}

/// Sends from a few clients at once, with checkpoints in between; answers how many events were sent.
async fn send(data: &Path, requests: usize, recorder: &Arc<Recorder>) -> Result<usize> {
    let engine = place::engine(&Base::Sqlite, data).await?;
    let new = views::sources::NewSource {
        name: "load".to_owned(),
        title: String::new(),
        lane: "erp".to_owned(),
        entity: "DE01".to_owned(),
    };
    let source = engine
        .ensure_source(&new)
        .await
        .map_err(|e| anyhow!("{e:?}"))?
        .source_id;
    let load = Arc::new(Mutex::new((Load::new(0, 1_000_000), 0_usize, requests)));
    let mut clients = tokio::task::JoinSet::new();
    for client in 0..6_usize {
        let (engine, load) = (Arc::clone(&engine), Arc::clone(&load));
        let (recorder, data) = (Arc::clone(recorder), data.to_owned());
        clients.spawn(async move {
            loop {
                let (body, ids, left) = {
                    let mut load = load.lock().unwrap_or_else(PoisonError::into_inner);
                    if load.2 == 0 {
                        return Ok(());
                    }
                    load.2 -= 1;
                    let many = if load.2 % 3 == 0 { 25 } else { 1 };
                    let steps: Vec<_> = load.0.by_ref().take(many).collect();
                    load.1 += steps.len();
                    let mut body = vec![b'['];
                    for (n, step) in steps.iter().enumerate() {
                        if n > 0 {
                            body.push(b',');
                        }
                        step.write(&mut body);
                    }
                    body.push(b']');
                    (body, steps.iter().map(|s| s.id()).collect::<Vec<_>>(), load.2)
                };
                receive(&engine, source, body, ids.len()).await?;
                recorder
                    .acknowledged
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .extend(ids);
                if client == 0 && left % 2 == 0 {
                    // In both ways: as far as readers let it, and to an empty WAL that begins anew.
                    let how = if left % 4 == 0 {
                        "PRAGMA wal_checkpoint(TRUNCATE)"
                    } else {
                        "PRAGMA wal_checkpoint(PASSIVE)"
                    };
                    checkpoint(&data.join("log.db"), how).await?;
                    checkpoint(&data.join(format!("views-{}.db", engine.store().views().number())), how).await?;
                }
            }
        });
    }
    let mut failed = None;
    while let Some(client) = clients.join_next().await {
        if let Err(error) = client.unwrap_or_else(|e| Err(anyhow!("a client panicked: {e}"))) {
            failed.get_or_insert(error);
        }
    }
    place::close(engine).await;
    let sent = load.lock().unwrap_or_else(PoisonError::into_inner).1;
    failed.map_or(Ok(sent), Err)
}

async fn receive(engine: &Engine, source_id: i64, body: Vec<u8>, events: usize) -> Result<()> {
    let arrival = Arrival {
        source_id,
        envelope: Envelope::Batch,
        media_type: "application/cloudevents-batch+json".to_owned(),
        attributes: Vec::new(),
        traceparent: None,
        file: None,
        body,
    };
    let receipt = engine.receive(arrival).await.map_err(|e| anyhow!("{e:?}"))?;
    let accepted = receipt
        .items
        .iter()
        .filter(|i| i.outcome == views::messages::Outcome::Accepted)
        .count();
    ensure!(
        accepted == events,
        "{accepted} of {events} events were accepted: {:?}",
        receipt.items.first()
    );
    Ok(())
}

/// Moves the WAL into its file.
async fn checkpoint(path: &Path, how: &'static str) -> Result<()> {
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(std::time::Duration::from_secs(5));
    let mut conn = options.connect().await?;
    sqlx::query(how).execute(&mut conn).await?;
    conn.close().await?;
    Ok(())
}

/// Checks every disk that a power loss would have left.
fn check(
    moments: &Receiver<Moment>,
    acknowledged: &Mutex<Vec<String>>,
    scratch: &Path,
    began: Instant,
) -> Result<Found> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let mut found = Found::default();
    for moment in moments {
        found.points = found.points.max(moment.point);
        found.disks += 1;
        found.most_acknowledged = found.most_acknowledged.max(moment.acknowledged);
        if moment.loss == Loss::All {
            *found.by_file.entry(moment.syncing.display().to_string()).or_default() += 1;
            if moment.point.is_multiple_of(200) {
                say(
                    began,
                    format!(
                        "power: sync point {}, {} events acknowledged",
                        moment.point, moment.acknowledged
                    ),
                );
            }
        }
        let before: Vec<String> = {
            let all = acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
            all[..moment.acknowledged].to_vec()
        };
        let disk = scratch.join(format!("{}-{:?}", moment.point, moment.loss));
        std::fs::create_dir_all(&disk)?;
        for (path, bytes) in &moment.files {
            std::fs::write(disk.join(path), bytes)?;
        }
        let about = || {
            format!(
                "power loss at sync point {} ({:?} lost, at {})",
                moment.point,
                moment.loss,
                moment.syncing.display()
            )
        };
        let whole = moment.point.is_multiple_of(WHOLE);
        let there = runtime.block_on(examine(&disk, &before, whole)).with_context(about)?;
        found.engines += u64::from(whole);
        found.kept_unacknowledged += there.saturating_sub(before.len()) as u64;
        std::fs::remove_dir_all(&disk)?;
    }
    Ok(found)
}

/// Opens what is left; answers how many events are there.
async fn examine(disk: &Path, acknowledged: &[String], whole: bool) -> Result<usize> {
    let path = disk.join("log.db");
    let there = if is_empty(&path) {
        HashMap::new()
    } else {
        read(&path).await?
    };
    let lost = acknowledged.iter().filter(|id| !there.contains_key(*id)).count();
    ensure!(
        lost == 0,
        "{lost} of {} acknowledged events are lost",
        acknowledged.len()
    );
    let twice = there.iter().find(|(_, n)| **n > 1);
    ensure!(twice.is_none(), "{twice:?} is in the log more than once");
    if whole {
        let engine = place::engine(&Base::Sqlite, disk).await?;
        let outcome = goes_on(&engine).await;
        place::close(engine).await;
        outcome?;
        let after = look::events(&Base::Sqlite, disk, 0).await?;
        ensure!(after.values().all(|n| *n == 1), "an own event is there twice");
    }
    Ok(there.len())
}

/// The engine folds to the end of its log and takes in one event more.
async fn goes_on(engine: &Arc<Engine>) -> Result<()> {
    let wrong = |e: views::AppError| anyhow!("{e:?}");
    let head = engine.health().head;
    let fold = tokio::time::timeout(std::time::Duration::from_secs(60), engine.wait_folded(head));
    fold.await
        .map_err(|_| anyhow!("the fold does not come to {head}"))?
        .map_err(wrong)?;
    let new = views::sources::NewSource {
        name: "later".to_owned(),
        title: String::new(),
        lane: "erp".to_owned(),
        entity: "DE01".to_owned(),
    };
    let source = engine.ensure_source(&new).await.map_err(wrong)?.source_id;
    let (body, n) = Load::new(5_000_000, 1).batch(1).context("a load without events")?;
    receive(engine, source, body, n).await
}

fn is_empty(path: &Path) -> bool {
    let sizes = [path.to_owned(), path.with_extension("db-wal")].map(|p| std::fs::metadata(p).map_or(0, |m| m.len()));
    sizes == [0, 0]
}

async fn read(path: &Path) -> Result<HashMap<String, u32>> {
    let mut conn = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(path)
        .connect()
        .await?;
    let (said,): (String,) = sqlx::query_as("PRAGMA quick_check").fetch_one(&mut conn).await?;
    ensure!(said == "ok", "SQLite finds {said}");
    let tables: Vec<(String,)> = sqlx::query_as("SELECT name FROM sqlite_schema WHERE name = 'events'")
        .fetch_all(&mut conn)
        .await?;
    let mut there = HashMap::new();
    if !tables.is_empty() {
        let keys: Vec<(String,)> = sqlx::query_as("SELECT item_key FROM events WHERE source_id <> 0")
            .fetch_all(&mut conn)
            .await?;
        for (key,) in keys {
            *there.entry(id_of_item(&key).to_owned()).or_default() += 1;
        }
    }
    conn.close().await?;
    Ok(there)
}
