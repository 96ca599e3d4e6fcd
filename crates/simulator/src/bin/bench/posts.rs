//! Single POSTs from 128 clients against the real server: as fast as it answers, and at 5,000 a second, with how long an
//! acknowledged event takes until pages show it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use simulator::load::Load;
use simulator::tools::client::Client;
use simulator::tools::docket::Docket;
use simulator::tools::place::{self, Base, Keys};
use simulator::tools::report::{Part, table, whole};
use simulator::tools::{percentile, say};

pub(crate) const CLIENTS: u64 = 128;
/// Events a second of the paced run.
pub(crate) const PACE: u64 = 5_000;

/// One acknowledged event.
#[derive(Clone, Copy, Debug)]
struct Acknowledged {
    at: Instant,
    took: Duration,
    seq: i64,
}

/// What the clients saw.
#[derive(Debug)]
struct Seen {
    rate: f64,
    /// Milliseconds until the answer, sorted.
    answers: Vec<f64>,
    /// Milliseconds from the answer until the event was folded, sorted.
    lags: Vec<f64>,
    refused: u64,
}

/// Measures every engine.
pub(crate) async fn run(quick: bool, began: Instant) -> Result<Part> {
    let long = Duration::from_secs(if quick { 4 } else { 20 });
    let mut rows = Vec::new();
    for base in Base::both("bench_posts") {
        for pace in [None, Some(PACE)] {
            base.clear().await?;
            let dir = place::folder()?;
            let data = dir.path().join("data");
            std::fs::create_dir(&data)?;
            let keys = place::prepare(&base, &data).await?;
            let docket = Docket::start(&base, &data).await?;
            let seen = measure(&docket, &keys, pace, long).await.with_context(|| base.name())?;
            let memory = docket.memory();
            docket.kill()?;
            base.clear().await?;
            let mode = pace.map_or("as fast as answered".to_owned(), |p| format!("{} a second", whole(p)));
            say(began, format!("{}, {mode}: {:.0} /s", base.name(), seen.rate));
            rows.push(vec![
                base.name().to_owned(),
                mode,
                whole(seen.rate as u64),
                format!(
                    "{:.1} / {:.1} ms",
                    percentile(&seen.answers, 50),
                    percentile(&seen.answers, 99)
                ),
                format!(
                    "{:.1} / {:.1} ms",
                    percentile(&seen.lags, 50),
                    percentile(&seen.lags, 99)
                ),
                whole(seen.refused),
                format!("{} MB", memory / 1_000_000),
            ]);
        }
    }
    let head = [
        "engine",
        "clients send",
        "acknowledged /s",
        "answer p50 / p99",
        "fold lag p50 / p99",
        "told to wait",
        "memory",
    ];
    let text = format!(
        "{CLIENTS} clients, one event a request, {} s, each event durable before its answer. The fold lag of an event is the \
         time from its answer until the server says that it is folded, asked every 5 ms over HTTP; 0 when it was folded \
         before the client had its answer.\n\n{}",
        long.as_secs(),
        table(&head, &rows)
    );
    Ok(Part {
        name: "posts",
        title: format!("Single POSTs from {CLIENTS} clients"),
        text,
    })
}

async fn measure(docket: &Docket, keys: &Keys, pace: Option<u64>, long: Duration) -> Result<Seen> {
    let address = docket.address;
    let stop = Arc::new(AtomicBool::new(false));
    let watching = tokio::spawn(watch(address, Arc::clone(&stop)));
    let start = Instant::now();
    let mut clients = tokio::task::JoinSet::new();
    for n in 0..CLIENTS {
        let (token, stop) = (keys.token.clone(), Arc::clone(&stop));
        clients.spawn(client(n, address, token, pace, stop, 0));
    }
    tokio::time::sleep(long).await;
    stop.store(true, Ordering::Relaxed);
    let took = start.elapsed();
    let (mut all, mut refused) = (Vec::new(), 0);
    while let Some(client) = clients.join_next().await {
        let (acknowledged, told) = client.map_err(|e| anyhow!("a client panicked: {e}"))??;
        all.extend(acknowledged);
        refused += told;
    }
    let folded = watching.await.map_err(|e| anyhow!("the watcher panicked: {e}"))??;
    ensure!(!all.is_empty(), "nothing was acknowledged");
    let mut answers: Vec<f64> = all.iter().map(|a| a.took.as_secs_f64() * 1e3).collect();
    let mut lags = Vec::with_capacity(all.len());
    for a in &all {
        let at = folded.partition_point(|(_, seq)| *seq < a.seq);
        let (seen, _) = folded.get(at).context("an acknowledged event was not folded in time")?;
        lags.push(seen.saturating_duration_since(a.at).as_secs_f64() * 1e3);
    }
    answers.sort_unstable_by(f64::total_cmp);
    lags.sort_unstable_by(f64::total_cmp);
    Ok(Seen {
        rate: all.len() as f64 / took.as_secs_f64(),
        answers,
        lags,
        refused,
    })
}

/// One client's answers, and how often it was told to wait.
type Told = (Vec<Acknowledged>, u64);

async fn client(
    n: u64,
    address: SocketAddr,
    token: String,
    pace: Option<u64>,
    stop: Arc<AtomicBool>,
    first: u64,
) -> Result<Told> {
    let mut client = Client::connect(address, &[format!("Authorization: Bearer {token}")]).await?;
    let (mut acknowledged, mut refused) = (Vec::new(), 0);
    let mut body = Vec::new();
    let every = pace.map(|p| Duration::from_secs_f64(CLIENTS as f64 / p as f64));
    // Paced clients begin one after the other, so that they do not send in bursts.
    let mut due = Instant::now() + every.unwrap_or_default().mul_f64(n as f64 / CLIENTS as f64);
    for step in Load::new(first + n * 200_000, 200_000) {
        if let Some(every) = every {
            tokio::time::sleep_until(due.into()).await;
            due += every;
        }
        if stop.load(Ordering::Relaxed) {
            break;
        }
        body.clear();
        step.write(&mut body);
        loop {
            let asked = Instant::now();
            let answer = client.post("/v1/events", "application/cloudevents+json", &body).await?;
            if matches!(answer.status, 429 | 503) {
                refused += 1;
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
            ensure!(
                answer.status == 202,
                "answered {}: {}",
                answer.status,
                String::from_utf8_lossy(&answer.body)
            );
            let at = Instant::now();
            let seq = seq_of(&answer.body).context("an answer without a place in the log")?;
            acknowledged.push(Acknowledged {
                at,
                took: at - asked,
                seq,
            });
            break;
        }
    }
    Ok((acknowledged, refused))
}

/// Keeps sending at [`PACE`] until told to stop; for pages under load. Answers how many were acknowledged.
pub(crate) async fn traffic(address: SocketAddr, token: String, stop: Arc<AtomicBool>, first: u64) -> Result<u64> {
    let mut clients = tokio::task::JoinSet::new();
    for n in 0..CLIENTS {
        clients.spawn(client(n, address, token.clone(), Some(PACE), Arc::clone(&stop), first));
    }
    let mut sent = 0;
    while let Some(client) = clients.join_next().await {
        sent += client.map_err(|e| anyhow!("a client panicked: {e}"))??.0.len() as u64;
    }
    Ok(sent)
}

/// The number after `"seq":`; reading the whole answer would cost the clients more than the server.
fn seq_of(body: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(body).ok()?;
    let rest = text.split_once("\"seq\":")?.1;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].parse().ok()
}

/// Until when the log was folded, as the server says it, until everything is folded after the stop.
async fn watch(address: SocketAddr, stop: Arc<AtomicBool>) -> Result<Vec<(Instant, i64)>> {
    let mut client = Client::connect(address, &[]).await?;
    let mut seen: Vec<(Instant, i64)> = Vec::new();
    let mut rest = 2_000;
    loop {
        let answer = client.get("/metrics").await?;
        ensure!(answer.status == 200, "/metrics answers {}", answer.status);
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let gauge = |name: &str| {
            let line = text.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(' '));
            line.and_then(|v| v.trim().parse::<f64>().ok())
        };
        let folded = gauge("docket_log_folded").context("/metrics does not say how far the fold is")?;
        let head = gauge("docket_log_head").context("/metrics does not say how far the log is")?;
        seen.push((Instant::now(), folded as i64));
        if stop.load(Ordering::Relaxed) {
            rest -= 1;
            // A little longer, for answers that are still on their way.
            if rest == 0 || (folded >= head && rest < 1_900) {
                return Ok(seen);
            }
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
