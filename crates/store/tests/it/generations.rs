//! Generations of views, restarts, versions, backup.

use domain::DocKind;
use store::views::Exception;
use store::{Store, StoreConfig, StoreError, Views};
use tempfile::TempDir;

use crate::support::{FOLD, TestStore, caught, db_test, doc_key, entities, event, exception, order, scopes};

async fn fill(views: &Views, headline: &str) {
    let mut folder = views.folder().await.unwrap().unwrap();
    let mut tx = folder.begin_fold().await.unwrap();
    let mut first = order(1, "1000", "A", 1);
    first.headline = headline.into();
    tx.upsert_orders(&[first, order(2, "1000", "B", 1)]).await.unwrap();
    tx.upsert_doc_keys(&[doc_key(DocKind::PurchaseOrder, "A", 1)])
        .await
        .unwrap();
    tx.upsert_exceptions(&[Exception {
        closed_seq: None,
        ..exception(1, 1, "GO-04")
    }])
    .await
    .unwrap();
    tx.set_cursor(2).await.unwrap();
    tx.commit().await.unwrap();
}

async fn append_two(store: &Store) {
    let mut tx = store.log.begin_append().await.unwrap();
    tx.insert_events(&[event(1, "a"), event(2, "b")]).await.unwrap();
    tx.commit().await.unwrap();
}

db_test! {
    async fn equal_content_has_equal_digests_and_a_difference_is_shown(t) {
        let live = t.store.views();
        fill(&live, "approved").await;
        let same = t.store.start_generation(FOLD).await.unwrap();
        fill(&same, "approved").await;
        assert_eq!(live.digest().await.unwrap(), same.digest().await.unwrap());
        assert_eq!(live.first_difference(&same).await.unwrap(), None);
        let other = t.store.start_generation(FOLD).await.unwrap();
        fill(&other, "closed").await;
        let (a, b) = (live.digest().await.unwrap(), other.digest().await.unwrap());
        let differ: Vec<_> = a.keys().filter(|k| a[*k] != b[*k]).collect();
        assert_eq!(differ, ["orders"]);
        let found = live.first_difference(&other).await.unwrap().unwrap();
        assert_eq!(found.table, "orders");
        assert!(found.here.unwrap().contains("headline=\"approved\""));
        assert!(found.there.unwrap().contains("headline=\"closed\""));
    }

    async fn a_rebuilt_generation_is_swapped_in_and_survives_a_restart(t) {
        append_two(&t.store).await;
        scopes(&t.store, &[("1000", "")]).await;
        let old = t.store.views();
        assert_eq!((old.number(), old.fold_version()), (1, FOLD));
        fill(&old, "approved").await;
        let new = t.store.start_generation(FOLD + 1).await.unwrap();
        fill(&new, "closed").await;
        assert_eq!(t.store.views().number(), 1, "pages read the old one until the swap");
        t.store.swap(&new).await.unwrap();
        assert_eq!((t.store.views().number(), t.store.views().fold_version()), (2, FOLD + 1));
        let read_on = old.get_order(&entities(&["1000"]), 1).await.unwrap().unwrap();
        assert_eq!(read_on.headline, "approved");
        assert_eq!(t.store.drop_older().await.unwrap(), 1);
        assert_eq!(t.store.drop_older().await.unwrap(), 0);
        t.reopen().await;
        let views = t.store.views();
        assert_eq!((views.number(), views.fold_version(), views.cursor().await.unwrap()), (2, FOLD + 1, 2));
        let order = views.get_order(&entities(&["1000"]), 1).await.unwrap().unwrap();
        assert_eq!(order.headline, "closed");
    }

    async fn a_rebuild_that_was_cut_short_leaves_the_live_views(t) {
        append_two(&t.store).await;
        fill(&t.store.views(), "approved").await;
        let cut = t.store.start_generation(FOLD).await.unwrap();
        assert_eq!(cut.number(), 2);
        t.reopen().await;
        assert_eq!(t.store.views().number(), 1);
        assert_eq!(t.store.start_generation(FOLD).await.unwrap().number(), 3);
    }

    async fn views_ahead_of_the_log_are_folded_anew(t) {
        fill(&t.store.views(), "approved").await;
        t.reopen().await;
        assert_eq!(t.store.views().number(), 2);
        assert_eq!(t.store.views().cursor().await.unwrap(), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_docket_is_told_that_the_folder_is_open() {
    let t = TestStore::sqlite().await;
    let second = Store::open(&t.config, FOLD).await;
    assert!(matches!(second, Err(StoreError::Locked(_))), "{second:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_node_folds_and_the_next_takes_over() {
    let Some(t) = TestStore::postgres().await else { return };
    let other = Store::open(&t.config, FOLD).await.unwrap();
    let test = async {
        let folder = t.store.views().folder().await.unwrap().unwrap();
        assert!(other.views().folder().await.unwrap().is_none());
        drop(folder);
        let mut taken = None;
        for _ in 0..200 {
            taken = other.views().folder().await.unwrap();
            if taken.is_some() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        assert!(taken.is_some(), "the lock goes with the connection");
        // A swap by one node is followed by the other.
        let new = t.store.start_generation(FOLD).await.unwrap();
        t.store.swap(&new).await.unwrap();
        assert!(other.follow().await.unwrap());
        assert!(!other.follow().await.unwrap());
        assert_eq!(other.views().number(), new.number());
        new.close().await;
    };
    let outcome = caught(test).await;
    other.close().await;
    t.finish(outcome).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_is_restored_and_folds_anew() {
    let t = TestStore::sqlite().await;
    append_two(&t.store).await;
    fill(&t.store.views(), "approved").await;
    let file = t.dir.path().join("backup.db");
    t.store.backup(&file).await.unwrap();
    assert!(
        matches!(t.store.backup(&file).await, Err(StoreError::Refused(_))),
        "an old backup is not overwritten"
    );
    let place = TempDir::new().unwrap();
    let dir = place.path().join("restored");
    store::restore(&file, &dir).await.unwrap();
    let restored = Store::open(&StoreConfig::Sqlite { dir: dir.clone() }, FOLD)
        .await
        .unwrap();
    assert_eq!(
        restored.log.list_events(0, 10).await.unwrap(),
        t.store.log.list_events(0, 10).await.unwrap()
    );
    assert_eq!(restored.views().cursor().await.unwrap(), 0);
    restored.close().await;
    drop(restored);
    let again = store::restore(&file, &dir).await;
    assert!(
        matches!(again, Err(StoreError::Refused(_))),
        "a log is not overwritten: {again:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_no_log_is_not_restored() {
    let place = TempDir::new().unwrap();
    let file = place.path().join("letter.txt");
    std::fs::write(&file, "Dear Sir or Madam, ".repeat(1_000)).unwrap();
    let dir = place.path().join("data");
    let outcome = store::restore(&file, &dir).await;
    assert!(matches!(outcome, Err(StoreError::Corrupt(_))), "{outcome:?}");
    assert!(!dir.join("log.db").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_backup_names_pg_dump() {
    let Some(t) = TestStore::postgres().await else { return };
    let test = async {
        let said = t.store.backup(&t.dir.path().join("x")).await.unwrap_err().to_string();
        assert!(said.contains("pg_dump"), "{said}");
    };
    let outcome = caught(test).await;
    t.finish(outcome).await;
}
