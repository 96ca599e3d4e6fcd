//! Order and list pages of a large store, idle and while 5,000 events arrive a second.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use simulator::dice::Dice;
use simulator::load::{Load, STEPS};
use simulator::tools::client::Client;
use simulator::tools::docket::Docket;
use simulator::tools::place::{self, Base};
use simulator::tools::report::{Part, table, whole};
use simulator::tools::{percentile, say};

use crate::ingest::{receive, source};
use crate::posts::{PACE, traffic};

/// A kind of page: its name, and the address of the n-th one asked for.
type Kind = (&'static str, fn(u64) -> String);

/// Kinds of pages that are asked for.
const PAGES: [Kind; 7] = [
    ("orders, first page", |_| "/orders".to_owned()),
    ("orders of one entity", |n| {
        format!(
            "/orders?entity={}",
            ["DE01", "PL02", "GB03"][usize::try_from(n % 3).unwrap_or(0)]
        )
    }),
    ("search for an order", |n| format!("/orders?q={}", 7_000_000_000 + n)),
    ("one order", |n| {
        format!(
            "/orders/{}/{}",
            ["DE01", "PL02", "GB03"][usize::try_from(n % 3).unwrap_or(0)],
            7_000_000_000 + n
        )
    }),
    ("exceptions", |_| "/exceptions".to_owned()),
    ("messages in", |_| "/messages".to_owned()),
    ("REST: list of orders", |_| "/v1/orders".to_owned()),
];

/// Measures the pages of a store with so many orders, on SQLite and Postgres.
pub(crate) async fn run(orders: u64, quick: bool, began: Instant) -> Result<Part> {
    let mut rows = Vec::new();
    let mut notes = Vec::new();
    for base in Base::both("bench_pages") {
        base.clear().await?;
        let dir = place::folder()?;
        let data = dir.path().join("data");
        std::fs::create_dir(&data)?;
        let keys = place::prepare(&base, &data).await?;
        let took = fill(&base, &data, orders, began).await?;
        notes.push(format!(
            "{}: filled with {:.0} events/s",
            base.name(),
            (orders * STEPS) as f64 / took.as_secs_f64()
        ));
        let docket = Docket::start(&base, &data).await?;
        let session = format!("Cookie: docket_session={}", keys.session);
        let times = if quick { 40 } else { 300 };
        let idle = ask(&docket, &session, orders, times)
            .await
            .with_context(|| base.name())?;
        say(
            began,
            format!("{}, {} orders: idle pages measured", base.name(), whole(orders)),
        );
        let stop = Arc::new(AtomicBool::new(false));
        let sending = tokio::spawn(traffic(
            docket.address,
            keys.token.clone(),
            Arc::clone(&stop),
            500_000_000,
        ));
        tokio::time::sleep(Duration::from_secs(2)).await;
        let start = Instant::now();
        let busy = ask(&docket, &session, orders, times).await;
        let lasted = start.elapsed() + Duration::from_secs(2);
        stop.store(true, Ordering::Relaxed);
        let sent = sending.await.map_err(|e| anyhow!("the traffic panicked: {e}"))??;
        let busy = busy.with_context(|| format!("{} under load", base.name()))?;
        let rate = sent as f64 / lasted.as_secs_f64();
        notes.push(format!("{:.0} of them arrived each second", rate));
        say(
            began,
            format!(
                "{}, {} orders: pages under {rate:.0} events/s measured",
                base.name(),
                whole(orders)
            ),
        );
        let memory = docket.memory();
        notes.push(format!("{} MB of memory", memory / 1_000_000));
        docket.kill()?;
        base.clear().await?;
        for ((name, _), (idle, busy)) in PAGES.iter().zip(idle.iter().zip(&busy)) {
            let cell = |t: &[f64]| format!("{:.1} / {:.1} ms", percentile(t, 50), percentile(t, 99));
            rows.push(vec![base.name().to_owned(), (*name).to_owned(), cell(idle), cell(busy)]);
        }
    }
    let head = [
        "engine",
        "page",
        "idle p50 / p99",
        &format!("while {} events/s are sent p50 / p99", whole(PACE)),
    ];
    let text = format!(
        "{} orders of {} events each. Time from the request to the last byte of the answer over loopback, one request at a \
         time, random orders.\n\n{}\n{}.",
        whole(orders),
        STEPS,
        table(&head, &rows),
        notes.join("; ")
    );
    let name = if orders >= 1_000_000 { "pages-million" } else { "pages" };
    Ok(Part {
        name,
        title: format!("Pages at {} orders", whole(orders)),
        text,
    })
}

/// Fills a store in this process, in large batches.
async fn fill(base: &Base, data: &std::path::Path, orders: u64, began: Instant) -> Result<Duration> {
    let engine = place::engine(base, data).await?;
    let source = source(&engine).await?;
    let mut load = Load::new(0, orders);
    let (mut sent, start) = (0_u64, Instant::now());
    let mut said = Instant::now();
    let mut flying = tokio::task::JoinSet::new();
    while let Some((body, n)) = load.batch(4_000) {
        sent += n as u64;
        let shared = Arc::clone(&engine);
        flying.spawn(async move { receive(&shared, source, body, n).await });
        while flying.len() >= 4 {
            flying
                .join_next()
                .await
                .context("nothing is on its way")?
                .map_err(|e| anyhow!("{e}"))??;
        }
        // The fold may not fall behind further than a page's patience.
        let health = engine.health();
        if health.head - health.folded > 100_000 {
            engine
                .wait_folded(health.head - 20_000)
                .await
                .map_err(|e| anyhow!("{e:?}"))?;
        }
        if said.elapsed() > Duration::from_secs(10) {
            said = Instant::now();
            let of = whole(orders * STEPS);
            say(
                began,
                format!(
                    "{}: {} of {of} events, {:.0} /s",
                    base.name(),
                    whole(sent),
                    sent as f64 / start.elapsed().as_secs_f64()
                ),
            );
        }
    }
    while let Some(one) = flying.join_next().await {
        one.map_err(|e| anyhow!("{e}"))??;
    }
    engine
        .wait_folded(engine.health().head)
        .await
        .map_err(|e| anyhow!("{e:?}"))?;
    let took = start.elapsed();
    place::close(engine).await;
    Ok(took)
}

/// Asks for every kind of page so many times; milliseconds, sorted.
async fn ask(docket: &Docket, session: &str, orders: u64, times: usize) -> Result<Vec<Vec<f64>>> {
    let mut client = Client::connect(docket.address, &[session.to_owned()]).await?;
    let mut dice = Dice::new(9, 9);
    let mut all: Vec<Vec<f64>> = vec![Vec::with_capacity(times); PAGES.len()];
    // The first few warm the connections of the server, as a person's first page would.
    for round in 0..times + 5 {
        for (n, (name, path)) in PAGES.iter().enumerate() {
            let order = u64::try_from(dice.between(0, i64::try_from(orders)? - 1))?;
            let start = Instant::now();
            let answer = client.get(&path(order)).await?;
            let took = start.elapsed().as_secs_f64() * 1e3;
            ensure!(answer.status == 200, "{name} is answered {}", answer.status);
            if round >= 5 {
                all[n].push(took);
            }
        }
    }
    all.iter_mut().for_each(|times| times.sort_unstable_by(f64::total_cmp));
    Ok(all)
}
