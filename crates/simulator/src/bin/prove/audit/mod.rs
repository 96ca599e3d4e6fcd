//! The audit: how long the check of a million rows takes, and whether it names every row that was tampered with.

mod tampers;

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use domain::audit::{Anchor, Checked, Finding};
use domain::time::FixedClock;
use engine::Sealer;
use engine::audit::{anchors, seal_all, verify};
use simulator::tools::place::{self, Base};
use simulator::tools::report::{Part, table, whole};
use simulator::tools::say;
use store::Store;
use store::log::AuditRow;

/// When the first row is written, a second before the next.
const BEGIN: domain::Instant = domain::Instant(1_772_438_400_000_000);
/// Rows written at once.
const CHUNK: i64 = 10_000;
/// How long the check of a million rows may take.
const BAR: Duration = Duration::from_secs(30);

/// Proves it.
pub(crate) fn run(quick: bool, began: Instant) -> Result<Part> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (rows, tries) = if quick { (20_000, 300) } else { (1_000_000, 10_000) };
    let mut text = String::from(
        "Rows as people's acts leave them are written through the store and sealed as the server does. Then the whole is \
         checked: every row's hash, every seal.\n\n",
    );
    let mut measured = Vec::new();
    for base in Base::both("prove_audit") {
        let took = runtime
            .block_on(long(&base, rows, began))
            .with_context(|| format!("on {}", base.name()))?;
        measured.push(took);
    }
    let head = [
        "engine",
        "rows",
        "seals",
        "written in",
        "sealed in",
        "checked in",
        "rows/s checked",
    ];
    text.push_str(&table(&head, &measured));
    let found = runtime.block_on(tampered(tries, began))?;
    text.push_str(&format!(
        "\nThen a chain of {} rows under {} seals is tampered with {} times on SQLite, by SQL from outside, each time in one way \
         drawn at random, and put right again. Each time the check must name the very row or seal, and say what was done to it; \
         one that is not found fails the run. Untouched, it finds nothing.\n\n",
        tampers::ROWS,
        tampers::ROWS / tampers::SEGMENT,
        whole(tries),
    ));
    let by_kind: Vec<Vec<String>> = found
        .into_iter()
        .map(|(kind, n)| vec![kind.to_owned(), whole(n), whole(n)])
        .collect();
    text.push_str(&table(&["what was done", "times", "found and named"], &by_kind));
    Ok(Part {
        name: "audit",
        title: "What was changed in the audit is named".to_owned(),
        text,
    })
}

fn sealer() -> Sealer {
    Sealer::from_key([7; 32], "prove")
}

/// A row as an act leaves it.
fn row(n: i64) -> AuditRow {
    let people = ["maria.keller", "jonas.brandt", "tom.reid", "ana.silva"];
    let actions = ["case.classified", "message.retried", "session.opened", "data.viewed"];
    let pick = |from: [&'static str; 4], by: i64| from[usize::try_from(by.rem_euclid(4)).unwrap_or(0)];
    let detail = format!(
        "{{\"method\":\"password\",\"session\":\"{:016x}\",\"ip\":\"10.0.{}.{}\",\"client\":\"Mozilla/5.0\",\"roles\":[\"support\"],\
         \"scope\":\"all\",\"version\":{},\"changes\":[{{\"field\":\"class\",\"before\":\"MD-04\",\"after\":\"IT-01\"}}]}}",
        n,
        n % 200,
        n % 250,
        n % 9
    );
    let at = BEGIN.plus(n * domain::Instant::SECOND);
    AuditRow::done(at, pick(people, n), pick(actions, n / 3), format!("case:{}", n % 5_000)).with_detail(detail)
}

async fn write(store: &Store, from: i64, count: i64) -> Result<()> {
    let rows: Vec<AuditRow> = (from..from + count).map(row).collect();
    store.log.append_audit(&rows).await?;
    Ok(())
}

async fn seal(store: &Store, at: i64) -> Result<u64> {
    let clock = FixedClock(BEGIN.plus(at * domain::Instant::SECOND));
    Ok(seal_all(store, &clock, &sealer()).await?)
}

async fn check(store: &Store, anchors: Vec<Anchor>) -> Result<(Checked, Vec<Finding>)> {
    let mut found = Vec::new();
    let checked = verify(
        store,
        &sealer(),
        anchors,
        None,
        |_| {},
        |_, finding| found.push(finding),
    )
    .await?;
    Ok((checked, found))
}

async fn open(base: &Base, dir: &Path) -> Result<Store> {
    Store::open(&base.config(dir), engine::FOLD_VERSION)
        .await
        .map_err(|e| anyhow!("{e}"))
}

/// Many rows: how long each step takes.
async fn long(base: &Base, rows: i64, began: Instant) -> Result<Vec<String>> {
    base.clear().await?;
    let dir = place::folder()?;
    let store = open(base, dir.path()).await?;
    let start = Instant::now();
    for from in (0..rows).step_by(usize::try_from(CHUNK)?) {
        write(&store, from, CHUNK.min(rows - from)).await?;
    }
    let written = start.elapsed();
    let start = Instant::now();
    let sealed = seal(&store, rows).await?;
    let sealing = start.elapsed();
    ensure!(i64::try_from(sealed)? == rows, "{sealed} of {rows} rows were sealed");
    let ends = anchors(&store).await?;
    let start = Instant::now();
    let (checked, found) = check(&store, ends).await?;
    let checking = start.elapsed();
    store.close().await;
    base.clear().await?;
    ensure!(found.is_empty(), "found in an untouched audit: {found:?}");
    ensure!(
        i64::try_from(checked.rows)? == rows,
        "only {} rows were checked",
        checked.rows
    );
    ensure!(
        checking < BAR,
        "checking {rows} rows took {:.1} s",
        checking.as_secs_f64()
    );
    let seconds = |d: Duration| format!("{:.1} s", d.as_secs_f64());
    let rate = checked.rows.saturating_mul(1_000) / u64::try_from(checking.as_millis())?.max(1);
    say(
        began,
        format!(
            "audit: {} rows checked in {} on {}",
            whole(checked.rows),
            seconds(checking),
            base.name()
        ),
    );
    Ok(vec![
        base.name().to_owned(),
        whole(checked.rows),
        whole(checked.seals),
        seconds(written),
        seconds(sealing),
        seconds(checking),
        whole(rate),
    ])
}

/// A short chain, tampered with again and again; answers how often in which way.
async fn tampered(tries: u64, began: Instant) -> Result<Vec<(&'static str, u64)>> {
    let dir = place::folder()?;
    let store = open(&Base::Sqlite, dir.path()).await?;
    for from in (0..tampers::ROWS).step_by(usize::try_from(tampers::SEGMENT)?) {
        write(&store, from, tampers::SEGMENT).await?;
        seal(&store, from + tampers::SEGMENT).await?;
    }
    let ends = anchors(&store).await?;
    let mut hand = tampers::Hand::reach(dir.path()).await?;
    let mut counts: Vec<(&'static str, u64)> = Vec::new();
    for n in 0..tries {
        let (kind, expected) = hand.tamper().await.with_context(|| format!("try {n}"))?;
        let (checked, found) = check(&store, ends.clone()).await?;
        for one_of in &expected {
            ensure!(
                one_of.iter().any(|finding| found.contains(finding)),
                "try {n}, {kind}: none of {one_of:?} among {found:?}"
            );
        }
        ensure!(
            checked.findings == found.len() as u64,
            "try {n}, {kind}: found and not counted"
        );
        hand.put_right().await?;
        match counts.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, count)) => *count += 1,
            None => counts.push((kind, 1)),
        }
        if n % 500 == 0 {
            let (_, found) = check(&store, ends.clone()).await?;
            ensure!(found.is_empty(), "found in an untouched audit: {found:?}");
        }
    }
    store.close().await;
    counts.sort_unstable();
    say(began, format!("audit: {} tampers, every one named", whole(tries)));
    Ok(counts)
}
