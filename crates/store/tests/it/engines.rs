//! What must hold of the statements and schemas themselves.

use crate::support::{TestStore, caught, db_test};

db_test! {
    async fn every_statement_prepares(t) {
        let count = t.store.prepare_all().await.unwrap();
        assert!(count > 150, "{count}");
    }

    async fn no_declared_list_scans_or_sorts(t) {
        let plans = t.store.explain_lists().await.unwrap();
        assert!(plans.len() > 15, "{}", plans.len());
        for plan in plans {
            let bad = plan.steps.iter().find(|s| {
                let s = s.trim();
                s.contains("TEMP B-TREE")
                    || s.contains("Seq Scan")
                    || s.contains("Sort")
                    || (s.starts_with("SCAN") && !s.starts_with("SCAN (subquery"))
                    // A walk along an index that narrows nothing down is a scan too.
                    || (s.contains("Index") && s.contains("Scan") && !plan.steps.iter().any(|s| s.contains("Index Cond")))
            });
            assert!(bad.is_none(), "{}\n{}\n{:#?}", plan.list, plan.sql, plan.steps);
        }
    }
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
