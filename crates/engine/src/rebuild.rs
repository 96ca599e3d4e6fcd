//! Views are a function of the log: the next generation is filled beside the live one, compared, and swapped in.

use store::Store;
use store::views::{Difference, Folder, Views};
use tokio::sync::Mutex;

use crate::error::EngineError;
use crate::fold::{FOLD_VERSION, fold_batch};

/// Events in one batch of a rebuild: nobody waits for it.
const BATCH: usize = 16_000;

/// What a rebuild found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RebuildReport {
    /// The generation pages read now.
    pub generation: i64,
    /// Log entries folded.
    pub events: i64,
    /// The first row that was not the same as in the live views; none: they were the same bytes.
    /// Not asked when the live views were made by another version of the fold.
    pub difference: Option<Difference>,
    /// The live views were made by this version of the fold, so they were compared.
    pub compared: bool,
}

/// Rebuilds the views while the live ones go on.
pub(crate) async fn rebuild(
    store: &Store,
    gate: &Mutex<()>,
    mut progress: impl FnMut(i64, i64),
) -> Result<RebuildReport, EngineError> {
    let next = store.start_generation(FOLD_VERSION).await?;
    let head = store.log.head().await?.last_seq;
    // One right to fold for both passes: on Postgres it is free again only some time after it was given back.
    let busy = || EngineError::damaged("another process folds into the generation that is being rebuilt");
    let mut folder = next.folder().await?.ok_or_else(busy)?;
    fill(store, &next, &mut folder, head, &mut progress).await?;
    // From here the live fold stands still: the rest is what came meanwhile.
    let _turn = gate.lock().await;
    let live = store.views();
    let cursor = live.cursor().await?;
    fill(store, &next, &mut folder, cursor, &mut progress).await?;
    drop(folder);
    let compared = live.fold_version() == FOLD_VERSION && next.cursor().await? == cursor;
    let same = !compared || live.digest().await? == next.digest().await?;
    let difference = if same {
        None
    } else {
        live.first_difference(&next).await?
    };
    store.swap(&next).await?;
    store.drop_older().await?;
    Ok(RebuildReport {
        generation: next.number(),
        events: next.cursor().await?,
        difference,
        compared,
    })
}

/// Folds the log into a generation up to at least `until`.
async fn fill(
    store: &Store,
    views: &Views,
    folder: &mut Folder,
    until: i64,
    progress: &mut impl FnMut(i64, i64),
) -> Result<(), EngineError> {
    loop {
        let cursor = views.cursor().await?;
        progress(cursor, until.max(cursor));
        let left = usize::try_from(until.saturating_sub(cursor)).unwrap_or(0);
        if left == 0 || fold_batch(&store.log, None, folder, left.min(BATCH)).await?.is_none() {
            return Ok(());
        }
    }
}

/// Views of another version of the fold are rebuilt before anything reads them.
pub(crate) async fn bring_to_this_version(store: &Store) -> Result<(), EngineError> {
    if store.views().fold_version() == FOLD_VERSION {
        return Ok(());
    }
    tracing::info!(
        from = store.views().fold_version(),
        to = FOLD_VERSION,
        "views are of another version: rebuilding"
    );
    rebuild(store, &Mutex::new(()), |done, of| {
        tracing::info!(done, of, "rebuilding views")
    })
    .await?;
    Ok(())
}
