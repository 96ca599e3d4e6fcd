//! Raw bodies go when their time is over (domain §8.2), but for those that something still needs: what is parked, the
//! evidence of open cases, what is on hold.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use domain::events::Seq;
use domain::orders::OrderState;
use store::Store;
use store::views::ExceptionFilter;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use views::Scope;

use crate::audit;
use crate::engine::Clocks;
use crate::error::EngineError;
use crate::fold::load::case_of;

/// How often bodies are looked at.
const EVERY: Duration = Duration::from_secs(3_600);
/// The first look comes when what else there is to do at the start is done.
const FIRST: Duration = Duration::from_secs(60);
/// Bodies deleted in one statement: nobody appends meanwhile.
const AT_ONCE: usize = 200;
/// Cases and events read at once.
const CHUNK: usize = 500;

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sweep {
    /// Bodies deleted.
    pub deleted: u64,
    /// Bodies whose time is over, but that something needs.
    pub spared: u64,
}

/// Starts the sweeps.
pub(crate) fn start(store: Arc<Store>, clocks: Clocks, mut stopping: watch::Receiver<bool>) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut pause = FIRST;
        loop {
            tokio::select! {
                _ = stopping.changed() => return,
                () = tokio::time::sleep(pause) => {}
            }
            pause = EVERY;
            match sweep(&store, &clocks).await {
                Ok(Sweep { deleted: 0, .. }) => {}
                Ok(swept) => tracing::info!(deleted = swept.deleted, spared = swept.spared, "bodies went"),
                Err(error) => tracing::warn!(error = %error, "bodies could not be deleted; trying again later"),
            }
        }
    })
}

/// Deletes the bodies whose time is over and that nothing needs.
pub(crate) async fn sweep(store: &Store, clocks: &Clocks) -> Result<Sweep, EngineError> {
    let now = clocks.business.now();
    let mut swept = Sweep::default();
    if store.log.count_bodies_over(now).await? == 0 {
        return Ok(swept);
    }
    let Some(needed) = needed(store).await? else {
        return Ok(swept);
    };
    let mut after = None;
    loop {
        let step = store
            .log
            .delete_bodies_over(now, after.as_ref(), AT_ONCE, &needed)
            .await?;
        swept.deleted = swept.deleted.saturating_add(step.deleted);
        swept.spared = swept.spared.saturating_add(step.spared);
        after = step.next;
        if after.is_none() {
            break;
        }
    }
    if swept.deleted > 0 {
        let act = audit::act_of("docket", clocks.system.now(), "bodies.expired", "bodies");
        let act = act.more("deleted", swept.deleted).more("spared", swept.spared);
        store.log.append_audit(&[act.row()]).await?;
    }
    Ok(swept)
}

/// Where the bodies are that open cases and holds need; none: everything is on hold.
async fn needed(store: &Store) -> Result<Option<BTreeSet<(i64, Vec<u8>)>>, EngineError> {
    let mut arrivals: BTreeSet<i64> = BTreeSet::new();
    let mut seqs: BTreeSet<Seq> = BTreeSet::new();
    let mut after: Option<Vec<i64>> = None;
    loop {
        let page = store
            .views()
            .list_exceptions(&Scope::All, ExceptionFilter::default(), after.as_deref(), CHUNK)
            .await?;
        for row in &page {
            arrivals.extend(row.inbox_id);
            seqs.extend(case_of(row)?.evidence.iter().filter_map(|e| e.seq));
        }
        if page.len() < CHUNK {
            break;
        }
        after = page.last().map(store::views::Exception::position);
    }
    for hold in store.log.list_open_holds().await? {
        match hold.kind.as_str() {
            "order" => seqs.extend(history(store, &hold.key).await?),
            "arrival" => arrivals.extend(hold.key.parse::<i64>()),
            // A hold on a source or on everything keeps all bodies: which are its own only their arrivals say.
            _ => return Ok(None),
        }
    }
    let seqs: Vec<Seq> = seqs.into_iter().collect();
    for chunk in seqs.chunks(CHUNK) {
        let events = store.log.get_events(chunk).await?;
        arrivals.extend(events.iter().map(|e| e.inbox_id).filter(|id| *id != 0));
    }
    let mut needed = BTreeSet::new();
    let arrivals: Vec<i64> = arrivals.into_iter().collect();
    for chunk in arrivals.chunks(CHUNK) {
        let found = store.log.list_inbox_by_id(chunk).await?;
        needed.extend(found.into_iter().map(|a| (a.month, a.hash)));
    }
    Ok(Some(needed))
}

/// The events of an order, by its address.
async fn history(store: &Store, address: &str) -> Result<Vec<Seq>, EngineError> {
    let Some((entity, po_no)) = address.split_once('/') else {
        return Ok(Vec::new());
    };
    let Some(order) = store.views().get_order_by_address(&Scope::All, entity, po_no).await? else {
        return Ok(Vec::new());
    };
    let state = OrderState::decode(&order.state, &order.history).map_err(EngineError::damaged)?;
    Ok(state.seqs().collect())
}
