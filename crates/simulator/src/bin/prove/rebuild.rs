//! Views built anew from the log equal the live ones, byte for byte: of the demo world with everything planted in it, and
//! after orders were linked and unlinked.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, anyhow, ensure};
use domain::{DocKey, DocKind};
use engine::{Arrival, Engine, Envelope};
use simulator::World;
use simulator::tools::place::{self, Base};
use simulator::tools::report::{Part, table, whole};
use simulator::tools::say;
use views::sources::NewSource;

/// Proves it on every engine.
pub(crate) fn run(quick: bool, began: Instant) -> Result<Part> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut rows = Vec::new();
    for base in Base::both("prove_rebuild") {
        let found = runtime
            .block_on(prove(&base, quick, began))
            .with_context(|| format!("on {}", base.name()))?;
        rows.extend(found);
    }
    let text = format!(
        "The demo world is taken in; then orders are linked and unlinked by hand; then more of the world arrives. After each, \
         the views are built anew from the log and compared with the live ones, every row of every table with its bytes, case \
         histories included. A difference fails the run.\n\n{}",
        table(&["engine", "after", "log entries", "rows that differ"], &rows)
    );
    Ok(Part {
        name: "rebuild",
        title: "Views from the log equal the live ones".to_owned(),
        text,
    })
}

async fn prove(base: &Base, quick: bool, began: Instant) -> Result<Vec<Vec<String>>> {
    base.clear().await?;
    let dir = place::folder()?;
    let engine = place::engine(base, dir.path()).await?;
    let outcome = steps(base, &engine, quick, began).await;
    place::close(engine).await;
    base.clear().await?;
    outcome
}

async fn steps(base: &Base, engine: &Arc<Engine>, quick: bool, began: Instant) -> Result<Vec<Vec<String>>> {
    let wrong = |e: views::AppError| anyhow!("{e:?}");
    let world = World::new(1, World::usual_anchor());
    for source in World::sources() {
        let new = NewSource {
            name: source.name.to_owned(),
            title: source.title.to_owned(),
            lane: source.lane.to_owned(),
            entity: source.entity.to_owned(),
        };
        engine.ensure_source(&new).await.map_err(wrong)?;
    }
    let most = if quick { 1_500 } else { usize::MAX };
    let mut last = 0;
    for delivery in world.deliveries().iter().take(most) {
        last = last.max(take_in(engine, delivery).await?);
    }
    engine.wait_folded(last).await.map_err(wrong)?;
    let mut rows = vec![rebuilt(base, engine, "the demo world", began).await?];
    let caller = place::caller();
    let key = |n: i64| {
        let number = (4_500_018_000 + n).to_string();
        // The ERP's number, under each of the entities: one of the three is the order's.
        ["DE01", "PL02", "GB03"].map(|entity| DocKey::new(DocKind::PurchaseOrder, entity, number.clone()))
    };
    for n in 1..=20 {
        for (a, b) in key(n).into_iter().zip(key(n + 20)) {
            engine.link_orders(&caller, a, b).await.map_err(wrong)?;
        }
    }
    rows.push(rebuilt(base, engine, "20 pairs of orders were linked", began).await?);
    for n in 1..=14 {
        for (a, b) in key(n).into_iter().zip(key(n + 20)) {
            engine.unlink_orders(&caller, a, b).await.map_err(wrong)?;
        }
    }
    rows.push(rebuilt(base, engine, "14 of the pairs were unlinked", began).await?);
    for delivery in world.live().take(if quick { 100 } else { 1_000 }) {
        last = last.max(take_in(engine, &delivery).await?);
    }
    engine.wait_folded(last).await.map_err(wrong)?;
    rows.push(rebuilt(base, engine, "another day and a half of the world arrived", began).await?);
    Ok(rows)
}

async fn take_in(engine: &Engine, delivery: &simulator::Delivery) -> Result<i64> {
    let wrong = |e: views::AppError| anyhow!("{e:?}");
    let source = engine
        .source_by_name(delivery.source)
        .await
        .map_err(wrong)?
        .context("a source is not there")?;
    let batch = delivery.content_type.contains("batch");
    let arrival = Arrival {
        source_id: source.source_id,
        envelope: if batch { Envelope::Batch } else { Envelope::Structured },
        media_type: delivery.content_type.to_owned(),
        attributes: Vec::new(),
        traceparent: None,
        file: None,
        body: delivery.body.clone(),
    };
    let receipt = engine.receive(arrival).await.map_err(wrong)?;
    Ok(receipt.items.iter().filter_map(|i| i.seq).max().unwrap_or_default())
}

async fn rebuilt(base: &Base, engine: &Engine, after: &str, began: Instant) -> Result<Vec<String>> {
    let report = engine.rebuild(|_, _| {}).await.map_err(|e| anyhow!("{e}"))?;
    ensure!(report.compared, "the views were not compared");
    ensure!(report.difference.is_none(), "after {after}: {:?}", report.difference);
    say(
        began,
        format!(
            "{}: rebuilt after {after}: {} entries, no difference",
            base.name(),
            report.events
        ),
    );
    let entries = whole(u64::try_from(report.events).unwrap_or_default());
    Ok(vec![base.name().to_owned(), after.to_owned(), entries, "0".to_owned()])
}
