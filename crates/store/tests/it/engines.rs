//! What must hold of the statements and schemas themselves.

use domain::DocKind;
use store::views::Exception;
use store::{Dialect, Plan};

use crate::support::{TestStore, caught, db_test, doc_key, exception};

db_test! {
    async fn every_statement_prepares(t) {
        let count = t.store.prepare_all().await.unwrap();
        assert!(count > 300, "{count}");
    }

    async fn no_declared_list_scans_or_sorts(t) {
        let plans = t.store.explain_lists().await.unwrap();
        assert!(plans.len() > 30, "{}", plans.len());
        for plan in plans {
            let bad = plan.steps.iter().find(|s| sorts(s) || scans(s, &plan.steps));
            assert!(bad.is_none(), "{}\n{}\n{:#?}", plan.list, plan.sql, plan.steps);
        }
    }

    async fn no_walk_over_the_log_scans_or_sorts(t) {
        let plans = t.store.explain_walks().await.unwrap();
        assert!(plans.len() > 12, "{}", plans.len());
        for plan in plans {
            let bad = plan.steps.iter().find(|s| sorts(s) || scans(s, &plan.steps));
            assert!(bad.is_none(), "{}\n{}\n{:#?}", plan.list, plan.sql, plan.steps);
        }
    }

    async fn rows_are_found_by_key_without_a_scan(t) {
        // Postgres weighs indexes by what it counted: with nothing in a table, one is as good as the other.
        let views = t.store.views();
        let mut folder = views.folder().await.unwrap().unwrap();
        let mut tx = folder.begin_fold().await.unwrap();
        let cases: Vec<_> = (0..3_000)
            .map(|id| Exception { order_id: Some(id / 3), inbox_id: (id % 2 == 0).then_some(id), ..exception(id, id % 1_000, "GO-04") })
            .collect();
        tx.upsert_exceptions(&cases).await.unwrap();
        let keys: Vec<_> = (0..3_000).map(|id| doc_key(DocKind::Invoice, &format!("R{id}"), id / 3)).collect();
        tx.upsert_doc_keys(&keys).await.unwrap();
        tx.commit().await.unwrap();
        views.analyze().await.unwrap();
        let plans = t.store.explain_keys().await.unwrap();
        assert!(plans.len() > 40, "{}", plans.len());
        let filled = |p: &Plan| p.list.starts_with("exceptions") || p.list.starts_with("doc_keys");
        for plan in plans.iter().filter(|p| t.store.dialect() == Dialect::Sqlite || filled(p)) {
            let bad = plan.steps.iter().find(|s| scans(s, &plan.steps));
            assert!(bad.is_none(), "{}\n{}\n{:#?}", plan.list, plan.sql, plan.steps);
        }
    }
}

fn sorts(step: &str) -> bool {
    step.contains("TEMP B-TREE") || step.contains("Sort")
}

/// SQLite says SCAN of a table (but not of a subquery or of the keys asked for), Postgres says Seq Scan. A walk along a
/// whole index is a scan too.
fn scans(step: &str, steps: &[String]) -> bool {
    let step = step.trim();
    let whole = step.contains("Index") && step.contains("Scan") && !steps.iter().any(|s| s.contains("Index Cond"));
    let of_keys = step.starts_with("SCAN (subquery") || step.ends_with("VALUES CLAUSE");
    (step.starts_with("SCAN") && !of_keys) || step.contains("Seq Scan") || whole
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_engines_have_the_same_tables_columns_and_indexes() {
    let Some(postgres) = TestStore::postgres().await else {
        return;
    };
    let sqlite = TestStore::sqlite().await;
    let compare = async {
        let (a, b) = (
            sqlite.store.describe().await.unwrap(),
            postgres.store.describe().await.unwrap(),
        );
        assert!(a.len() > 20, "{}", a.len());
        assert_eq!(a, b);
    };
    let outcome = caught(compare).await;
    postgres.finish(outcome).await;
}
