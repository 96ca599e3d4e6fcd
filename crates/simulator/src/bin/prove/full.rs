//! The disk has no room, again and again, while clients send: what is refused is said so and can be sent again, what is
//! acknowledged is there once, and when there is room Docket goes on by itself.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, ensure};
use engine::{Arrival, Engine, Envelope};
use simulator::load::Load;
use simulator::tools::disk::{install, set_full};
use simulator::tools::place::{self, Base};
use simulator::tools::report::{Part, table, whole};
use simulator::tools::{look, say};
use views::ErrorKind;
use views::messages::Outcome;

const CLIENTS: usize = 6;
/// How long there is no room, and how long there is.
const TURN: Duration = Duration::from_millis(400);

/// What the clients saw.
#[derive(Default)]
struct Seen {
    acknowledged: AtomicU64,
    refused: AtomicU64,
}

/// Proves it.
pub(crate) fn run(quick: bool, began: Instant) -> Result<Part> {
    let times = if quick { 4 } else { 50 };
    install(None)?;
    let dir = place::folder()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let seen = Arc::new(Seen::default());
    let proven = runtime.block_on(prove(dir.path(), times, &seen));
    set_full(false);
    proven?;
    let (acknowledged, refused) = (
        seen.acknowledged.load(Ordering::SeqCst),
        seen.refused.load(Ordering::SeqCst),
    );
    say(
        began,
        format!("full: {times} times without room, {acknowledged} events acknowledged, {refused} requests refused"),
    );
    let head = [
        "times without room",
        "events acknowledged",
        "requests refused",
        "lost",
        "twice",
    ];
    let row = vec![
        whole(times),
        whole(acknowledged),
        whole(refused),
        "0".to_owned(),
        "0".to_owned(),
    ];
    let text = format!(
        "{CLIENTS} clients send while the file system under SQLite lets files grow for {} ms and refuses it for as long, in turn. \
         A refused request must be told that Docket is unavailable for now, and is sent again until it is taken. At the end \
         every event is in the log once, the fold comes to the end of the log without a restart, and views built anew are \
         the same bytes. A deviation fails the run.\n\n{}",
        TURN.as_millis(),
        table(&head, &[row])
    );
    Ok(Part {
        name: "full",
        title: "A full disk".to_owned(),
        text,
    })
}

async fn prove(data: &Path, times: u64, seen: &Arc<Seen>) -> Result<()> {
    let wrong = |e: views::AppError| anyhow!("{e:?}");
    let engine = place::engine(&Base::Sqlite, data).await?;
    let new = views::sources::NewSource {
        name: "load".to_owned(),
        title: String::new(),
        lane: "erp".to_owned(),
        entity: "DE01".to_owned(),
    };
    let source = engine.ensure_source(&new).await.map_err(wrong)?.source_id;
    let load = Arc::new(Mutex::new(Load::new(0, 10_000_000)));
    let over = Arc::new(AtomicBool::new(false));
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..CLIENTS {
        let (engine, load, over, seen) = (
            Arc::clone(&engine),
            Arc::clone(&load),
            Arc::clone(&over),
            Arc::clone(seen),
        );
        clients.spawn(async move {
            while !over.load(Ordering::SeqCst) {
                let next = load.lock().unwrap_or_else(PoisonError::into_inner).batch(20);
                let Some((body, n)) = next else { break };
                send(&engine, source, &body, n, &seen).await?;
            }
            anyhow::Ok(())
        });
    }
    for _ in 0..times {
        tokio::time::sleep(TURN).await;
        set_full(true);
        tokio::time::sleep(TURN).await;
        set_full(false);
    }
    over.store(true, Ordering::SeqCst);
    while let Some(client) = clients.join_next().await {
        client.unwrap_or_else(|e| Err(anyhow!("a client panicked: {e}")))?;
    }
    let acknowledged = seen.acknowledged.load(Ordering::SeqCst);
    ensure!(
        acknowledged > 0 && seen.refused.load(Ordering::SeqCst) > 0,
        "nothing was acknowledged or nothing refused: was the disk ever full?"
    );
    let head = engine.health().head;
    let folded = tokio::time::timeout(Duration::from_secs(120), engine.wait_folded(head)).await;
    folded
        .map_err(|_| anyhow!("the fold does not come to {head}"))?
        .map_err(wrong)?;
    let rebuilt = engine.rebuild(|_, _| {}).await?;
    ensure!(
        rebuilt.compared && rebuilt.difference.is_none(),
        "views built anew differ: {:?}",
        rebuilt.difference
    );
    place::close(engine).await;
    let there = look::events(&Base::Sqlite, data, source).await?;
    let twice = there.iter().find(|(_, n)| **n > 1);
    ensure!(twice.is_none(), "{twice:?} is in the log more than once");
    ensure!(
        there.len() as u64 == acknowledged,
        "{} events are in the log, {acknowledged} were acknowledged",
        there.len()
    );
    Ok(())
}

/// Sends until it is taken. A second time it may be known already: the refusal came after the first was durable.
async fn send(engine: &Engine, source_id: i64, body: &[u8], events: usize, seen: &Seen) -> Result<()> {
    loop {
        let arrival = Arrival {
            source_id,
            envelope: Envelope::Batch,
            media_type: "application/cloudevents-batch+json".to_owned(),
            attributes: Vec::new(),
            traceparent: None,
            file: None,
            body: body.to_vec(),
        };
        match engine.receive(arrival).await {
            Ok(receipt) => {
                let taken = |outcome| matches!(outcome, Outcome::Accepted | Outcome::Duplicate);
                ensure!(
                    receipt.items.len() == events && receipt.items.iter().all(|i| taken(i.outcome)),
                    "not every event was taken: {:?}",
                    receipt.items.iter().find(|i| !taken(i.outcome))
                );
                seen.acknowledged.fetch_add(events as u64, Ordering::SeqCst);
                return Ok(());
            }
            Err(error) => {
                ensure!(
                    error.kind == ErrorKind::Unavailable,
                    "a full disk was answered with {error:?}"
                );
                seen.refused.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
}
