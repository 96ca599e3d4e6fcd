//! Events in bulk through the whole engine, appended and folded, and beside it a bare loop that writes the same rows.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use engine::{Arrival, Engine, Envelope};
use simulator::load::{Load, STEPS};
use simulator::tools::disk::Counters;
use simulator::tools::place::{self, Base};
use simulator::tools::report::{Part, table, whole};
use simulator::tools::{look, say};
use views::sources::NewSource;

use crate::{bare, rows};

/// Events in one arrival.
const BATCHES: [usize; 2] = [1_000, 4_000];
/// Arrivals on their way at once.
const ABREAST: usize = 4;

/// What a run through the engine cost.
#[derive(Debug)]
struct Ran {
    events: u64,
    appended: Duration,
    folded: Duration,
    written: Written,
    /// Where each batch of the fold ended.
    folds: Vec<i64>,
}

/// What went to the disk.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Written {
    pub(crate) rows: u64,
    pub(crate) wal: u64,
}

/// Measures every engine.
pub(crate) async fn run(events: u64, began: Instant) -> Result<Part> {
    let mut table_rows = Vec::new();
    let mut rates: Vec<(String, usize, f64)> = Vec::new();
    for base in Base::both("bench_ingest") {
        for batch in BATCHES {
            let (ran, plain) = once(&base, events, batch, began).await.with_context(|| base.name())?;
            let rate = |n: u64, t: Duration| n as f64 / t.as_secs_f64();
            let (ours, theirs) = (rate(ran.events, ran.folded), rate(ran.events, plain.took));
            let each = |n: u64| format!("{:.2}", n as f64 / ran.events as f64);
            let bytes = |n: u64| whole(n / ran.events);
            table_rows.push(vec![
                base.name().to_owned(),
                whole(batch as u64),
                whole(rate(ran.events, ran.appended) as u64),
                whole(ours as u64),
                whole(theirs as u64),
                format!("{:.2}", ours / theirs),
                format!("{} / {}", each(ran.written.rows), each(plain.written.rows)),
                format!("{} / {}", bytes(ran.written.wal), bytes(plain.written.wal)),
                whole(ran.folds.len() as u64),
            ]);
            rates.push((base.name().to_owned(), batch, ours));
        }
    }
    let head = [
        "engine",
        "events an arrival",
        "appended /s",
        "appended and folded /s",
        "bare loop /s",
        "ratio",
        "rows an event, ours / bare",
        "WAL bytes an event, ours / bare",
        "fold batches",
    ];
    let best = |name: &str| rates.iter().filter(|r| r.0 == name).map(|r| r.2).fold(0.0, f64::max);
    let beside = match (best("SQLite"), best("Postgres")) {
        (sqlite, postgres) if postgres > 0.0 => {
            format!(
                "\n\nBest rates: SQLite is {:.2} times as fast as Postgres.",
                sqlite / postgres
            )
        }
        _ => String::new(),
    };
    let text = format!(
        "{} events of {} orders, {ABREAST} arrivals on their way at once; from the first arrival to the last event folded. \
         SQLite with FULL synchronisation of its log, Postgres as it is set up. The engine also decodes, compresses, seals, \
         looks for duplicates, folds and judges; the bare loop writes the rows that this very run left: the log's rows in the \
         log's transactions, the views' rows in the fold's transactions, on two connections at once, and nothing else.\n\n{}{beside}",
        whole(events),
        whole(events / STEPS),
        table(&head, &table_rows)
    );
    Ok(Part {
        name: "ingest",
        title: "Ingest in bulk".to_owned(),
        text,
    })
}

async fn once(base: &Base, events: u64, batch: usize, began: Instant) -> Result<(Ran, bare::Ran)> {
    base.clear().await?;
    let dir = place::folder()?;
    let data = dir.path().join("engine");
    let counters = if *base == Base::Sqlite {
        Some(Counters::listen()?)
    } else {
        None
    };
    let engine = place::engine(base, &data).await?;
    let before = written(base, counters.as_ref()).await?;
    let ran = through(&engine, events, batch).await;
    let after = written(base, counters.as_ref()).await?;
    if let Some(counters) = counters {
        counters.forget();
    }
    let mut ran = ran?;
    ran.written = Written {
        rows: after.rows - before.rows,
        wal: after.wal - before.wal,
    };
    let generation = engine.store().views().number();
    place::close(engine).await;
    say(
        began,
        format!(
            "{}, {batch} an arrival: {} events appended in {:.1} s, folded after {:.1} s",
            base.name(),
            whole(ran.events),
            ran.appended.as_secs_f64(),
            ran.folded.as_secs_f64()
        ),
    );
    let plan = rows::read(base, &data, generation, &ran.folds).await?;
    base.clear().await?;
    if data.is_dir() {
        std::fs::remove_dir_all(&data)?;
    }
    let plain = bare::run(base, &dir.path().join("bare"), &plan).await?;
    base.clear().await?;
    say(
        began,
        format!(
            "{}, {batch} an arrival: the bare loop took {:.1} s",
            base.name(),
            plain.took.as_secs_f64()
        ),
    );
    Ok((ran, plain))
}

/// Sends the load through an engine and waits until all of it is folded.
async fn through(engine: &Arc<Engine>, events: u64, batch: usize) -> Result<Ran> {
    let source = source(engine).await?;
    let folds = Arc::new(Mutex::new(Vec::new()));
    let watching = {
        let (folds, mut folded) = (Arc::clone(&folds), engine.folded());
        tokio::spawn(async move {
            while folded.changed().await.is_ok() {
                let seq = *folded.borrow_and_update();
                folds.lock().unwrap_or_else(PoisonError::into_inner).push(seq);
            }
        })
    };
    // Made beforehand: what the senders need is not Docket's.
    let mut load = Load::new(0, events / STEPS);
    let bodies: Vec<(Vec<u8>, usize)> = std::iter::from_fn(|| load.batch(batch)).collect();
    let load = Arc::new(Mutex::new(bodies.into_iter()));
    let start = Instant::now();
    let mut senders = tokio::task::JoinSet::new();
    for _ in 0..ABREAST {
        let (engine, load) = (Arc::clone(engine), Arc::clone(&load));
        senders.spawn(async move {
            let mut sent = 0_u64;
            loop {
                let next = load.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some((body, n)) = next else { return Ok(sent) };
                receive(&engine, source, body, n).await?;
                sent += n as u64;
            }
        });
    }
    let mut sent = 0;
    while let Some(sender) = senders.join_next().await {
        sent += sender.unwrap_or_else(|e| Err(anyhow!("a sender panicked: {e}")))?;
    }
    let appended = start.elapsed();
    engine
        .wait_folded(engine.health().head)
        .await
        .map_err(|e| anyhow!("{e:?}"))?;
    let folded = start.elapsed();
    watching.abort();
    let _ = watching.await;
    let folds = std::mem::take(&mut *folds.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(Ran {
        events: sent,
        appended,
        folded,
        written: Written::default(),
        folds,
    })
}

/// The source of the load.
pub(crate) async fn source(engine: &Engine) -> Result<i64> {
    let new = NewSource {
        name: "load".to_owned(),
        title: "Load".to_owned(),
        lane: "erp".to_owned(),
        entity: "DE01".to_owned(),
    };
    Ok(engine
        .ensure_source(&new)
        .await
        .map_err(|e| anyhow!("{e:?}"))?
        .source_id)
}

/// Sends one batch; every event must be accepted.
pub(crate) async fn receive(engine: &Engine, source_id: i64, body: Vec<u8>, events: usize) -> Result<()> {
    let mut wait = 5;
    loop {
        let arrival = Arrival {
            source_id,
            envelope: Envelope::Batch,
            media_type: "application/cloudevents-batch+json".to_owned(),
            attributes: Vec::new(),
            traceparent: None,
            file: None,
            body: body.clone(),
        };
        match engine.receive(arrival).await {
            Ok(receipt) => {
                let accepted = receipt
                    .items
                    .iter()
                    .filter(|i| i.outcome == views::messages::Outcome::Accepted)
                    .count();
                ensure!(accepted == events, "{accepted} of {events} events were accepted");
                return Ok(());
            }
            Err(error) if error.kind == views::ErrorKind::Unavailable && wait < 10_000 => {
                tokio::time::sleep(Duration::from_millis(wait)).await;
                wait *= 2;
            }
            Err(error) => return Err(anyhow!("{error:?}")),
        }
    }
}

/// What went to the disk so far.
async fn written(base: &Base, counters: Option<&Counters>) -> Result<Written> {
    match (base, counters) {
        (Base::Postgres { url, .. }, _) => written_by_postgres(url).await,
        (Base::Sqlite, Some(counters)) => Ok(Written {
            rows: counters.rows(),
            wal: counters.wal_bytes(),
        }),
        (Base::Sqlite, None) => Ok(Written::default()),
    }
}

/// Rows and WAL bytes of a whole Postgres server, after its counters had time to be told.
pub(crate) async fn written_by_postgres(url: &str) -> Result<Written> {
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let mut conn = look::postgres(url).await?;
    let (rows, wal): (i64, i64) = sqlx::query_as(
        "SELECT (SELECT COALESCE(SUM(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint FROM pg_stat_user_tables), \
         (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint",
    )
    .fetch_one(&mut conn)
    .await?;
    Ok(Written {
        rows: u64::try_from(rows)?,
        wal: u64::try_from(wal)?,
    })
}

/// A folder's databases, for the bare loop: made by the store itself, so that tables and indexes are the same.
pub(crate) async fn tables(base: &Base, folder: &Path) -> Result<i64> {
    let store = store::Store::open(&base.config(folder), engine::FOLD_VERSION)
        .await
        .map_err(|e| anyhow!("{e}"))?;
    let generation = store.views().number();
    store.close().await;
    Ok(generation)
}
