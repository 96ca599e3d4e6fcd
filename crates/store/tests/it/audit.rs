//! Audit rows and their seals.

use domain::Instant;
use store::log::{AuditFilter, AuditRow, Log, Seal};
use store::{Store, StoreError};

use crate::support::{db_test, did, event};

fn row(at: i64, chain: i64, actor: &str, action: &str, object: &str, outcome: i64) -> AuditRow {
    AuditRow {
        chain,
        region: "eu".into(),
        outcome,
        ..AuditRow::done(Instant(at), actor, action, object)
    }
    .with_detail("{\"n\":1}")
}

fn ids(rows: &[AuditRow]) -> Vec<i64> {
    rows.iter().map(|r| r.audit_id).collect()
}

/// 300 rows over three chains, five actors, four actions, seven objects; one second each.
async fn fill(log: &Log) -> Vec<AuditRow> {
    let rows: Vec<AuditRow> = (1..=300)
        .map(|n: i64| {
            let (actor, action) = (format!("p{}", n % 5), format!("thing.done{}", n % 4));
            row(
                n * Instant::SECOND,
                n % 11 % 3,
                &actor,
                &action,
                &format!("order:{}", n % 7),
                i64::from(n % 13 == 0),
            )
        })
        .collect();
    for chunk in rows.chunks(70) {
        log.append_audit(chunk).await.unwrap();
    }
    rows.into_iter()
        .zip(1..)
        .map(|(r, audit_id)| AuditRow { audit_id, ..r })
        .collect()
}

db_test! {
    async fn rows_are_numbered_in_the_order_they_come(t) {
        let log = &t.store.log;
        assert_eq!(log.append_audit(&[row(5, 0, "ada", "a.b", "x", 0), row(7, 0, "bob", "a.b", "y", 1)]).await.unwrap(), 2);
        let mut tx = log.begin_append().await.unwrap();
        tx.insert_events(&[event(1, "k")]).await.unwrap();
        assert_eq!(tx.insert_audit(&[row(8, 1, "eva", "case.closed", "case:1", 0)]).await.unwrap(), 3);
        tx.commit().await.unwrap();
        let mut change = log.begin_change().await.unwrap();
        change.upsert_setting("k", "v").await.unwrap();
        assert_eq!(change.commit(&[row(9, 0, "ada", "setting.changed", "k", 0)]).await.unwrap(), 4);
        let all = log.list_audit_after(0, 10).await.unwrap();
        assert_eq!(all[2], AuditRow { audit_id: 3, ..row(8, 1, "eva", "case.closed", "case:1", 0) });
        assert_eq!(ids(&all), [1, 2, 3, 4]);
        assert_eq!(ids(&log.list_audit_after(1, 2).await.unwrap()), [2, 3]);
    }

    async fn an_append_that_is_dropped_takes_its_audit_rows_along(t) {
        let log = &t.store.log;
        let mut tx = log.begin_append().await.unwrap();
        tx.insert_audit(&[did("a.b")]).await.unwrap();
        drop(tx);
        assert!(log.list_audit_after(0, 10).await.unwrap().is_empty());
        assert_eq!(log.append_audit(&[did("a.b")]).await.unwrap(), 1);
    }

    async fn a_clock_that_goes_back_does_not_date_a_row_before_the_one_before_it(t) {
        let log = &t.store.log;
        log.append_audit(&[row(100, 0, "ada", "a.b", "x", 0), row(90, 0, "ada", "a.b", "x", 0)]).await.unwrap();
        log.append_audit(&[row(95, 0, "ada", "a.b", "x", 0), row(101, 0, "ada", "a.b", "x", 0)]).await.unwrap();
        let at: Vec<i64> = log.list_audit_after(0, 10).await.unwrap().iter().map(|r| r.at.0).collect();
        assert_eq!(at, [100, 100, 100, 101]);
    }

    async fn the_order_of_ids_is_the_order_of_commits(t) {
        let (a, b, c) = (t.store.clone(), t.store.clone(), t.store.clone());
        let reads = |store: Store| async move {
            for n in 0..20 {
                store.log.append_audit(&[row(n, 0, "read", "a.b", "x", 0)]).await.unwrap();
            }
        };
        let changes = |store: Store| async move {
            for n in 0..20 {
                let mut change = store.log.begin_change().await.unwrap();
                change.upsert_setting("k", &n.to_string()).await.unwrap();
                change.commit(&[row(n, 0, "change", "a.b", "x", 0)]).await.unwrap();
            }
        };
        let appends = |store: Store| async move {
            for n in 1..=20 {
                let mut tx = store.log.begin_append().await.unwrap();
                tx.insert_events(&[event(n, &n.to_string())]).await.unwrap();
                tx.insert_audit(&[row(n, 0, "append", "a.b", "x", 0)]).await.unwrap();
                tx.commit().await.unwrap();
            }
        };
        // Whoever reads up to a row never finds one before it later.
        let watching = t.store.clone();
        let watch = tokio::spawn(async move {
            let mut seen = Vec::new();
            while seen.len() < 60 {
                let last = seen.last().map_or(0, |r: &AuditRow| r.audit_id);
                seen.extend(watching.log.list_audit_after(last, 100).await.unwrap());
                tokio::task::yield_now().await;
            }
            seen
        });
        tokio::join!(reads(a), changes(b), appends(c));
        let seen = watch.await.unwrap();
        assert_eq!(ids(&seen), (1..=60).collect::<Vec<_>>());
        assert!(seen.is_sorted_by_key(|r| r.at));
    }

    async fn rows_are_listed_by_whatever_is_asked(t) {
        let log = &t.store.log;
        let rows = fill(log).await;
        assert_eq!(log.list_audit_chains().await.unwrap(), [0, 1, 2]);
        let second = |n: i64| Some(Instant(n * Instant::SECOND));
        let filters = [
            AuditFilter::default(),
            AuditFilter { actor: Some("p3"), ..AuditFilter::default() },
            AuditFilter { object: Some("order:2"), action: Some("thing.done1"), ..AuditFilter::default() },
            AuditFilter { action: Some("thing.done0"), outcome: Some(1), ..AuditFilter::default() },
            AuditFilter { outcome: Some(1), ..AuditFilter::default() },
            AuditFilter { actor: Some("p3"), object: Some("order:2"), outcome: Some(0), ..AuditFilter::default() },
            AuditFilter { actor: Some("nobody"), ..AuditFilter::default() },
        ];
        let dates = [(None, None), (second(50), None), (None, second(200)), (second(50), second(51)), (second(99), second(222)), (second(400), None)];
        for filter in filters {
            for (from, to) in dates {
                for chains in [None, Some([1].as_slice()), Some(&[0, 2]), Some(&[]), Some(&[9])] {
                    let filter = AuditFilter { from, to, chains, ..filter };
                    let mut expected: Vec<&AuditRow> = rows
                        .iter()
                        .filter(|r| chains.is_none_or(|c| c.contains(&r.chain)))
                        .filter(|r| filter.actor.is_none_or(|a| a == r.actor) && filter.object.is_none_or(|o| o == r.object))
                        .filter(|r| filter.action.is_none_or(|a| a == r.action) && filter.outcome.is_none_or(|o| o == r.outcome))
                        .filter(|r| from.is_none_or(|f| r.at >= f) && to.is_none_or(|t| r.at < t))
                        .collect();
                    expected.reverse();
                    let mut got = Vec::new();
                    let mut before = None;
                    loop {
                        let page = log.list_audit(filter, before, 37).await.unwrap();
                        assert!(page.len() <= 37);
                        let Some(last) = page.last() else { break };
                        before = Some(last.audit_id);
                        got.extend(page);
                    }
                    assert_eq!(got.iter().collect::<Vec<_>>(), expected, "{filter:?}");
                }
            }
        }
    }

    async fn all_rows_are_read_chunk_by_chunk(t) {
        let log = &t.store.log;
        let rows: Vec<AuditRow> = (0..12_345).map(|n| row(n, 0, "ada", "a.b", "x", 0)).collect();
        log.append_audit(&rows).await.unwrap();
        let mut next = 1;
        let last = log
            .each_audit_row(0, |r| {
                assert_eq!((r.audit_id, r.at.0), (next, next - 1));
                next += 1;
                Ok::<(), StoreError>(())
            })
            .await
            .unwrap();
        assert_eq!((last, next), (12_345, 12_346));
        let stopped = log.each_audit_row(12_000, |_| Err(StoreError::Refused("enough".into()))).await;
        assert!(matches!(stopped, Err(StoreError::Refused(_))), "{stopped:?}");
    }

    async fn a_chain_is_sealed_once_row_after_row(t) {
        let log = &t.store.log;
        let rows = fill(log).await;
        let of = |chain| ids(&rows.iter().filter(|r| r.chain == chain).cloned().collect::<Vec<_>>());
        assert_eq!(log.get_last_seal(1).await.unwrap(), None);
        let unsealed = log.list_audit_of_chain(1, 0, 1_000).await.unwrap();
        assert_eq!(ids(&unsealed), of(1));
        let seal = |from_id, to_id, prev: u8, hash: u8| Seal {
            chain: 1,
            to_id,
            from_id,
            prev: vec![prev; 32],
            hash: vec![hash; 32],
            at: Instant(9),
            rows: vec![1, 2, 3],
        };
        let first = seal(of(1)[0], of(1)[9], 0, 1);
        assert!(log.insert_seal(&first).await.unwrap());
        assert!(!log.insert_seal(&Seal { hash: vec![9; 32], ..first.clone() }).await.unwrap(), "another node did");
        assert!(!log.insert_seal(&seal(of(1)[9], of(1)[12], 1, 2)).await.unwrap(), "a row sealed twice");
        assert!(!log.insert_seal(&seal(of(1)[10], of(1)[12], 7, 2)).await.unwrap(), "on another seal");
        let second = seal(of(1)[10], of(1)[12], 1, 2);
        assert!(log.insert_seal(&second).await.unwrap());
        assert_eq!(log.get_last_seal(1).await.unwrap().as_ref(), Some(&second));
        assert_eq!(log.get_last_seal(2).await.unwrap(), None);
        let left = log.list_audit_of_chain(1, second.to_id, 5).await.unwrap();
        assert_eq!(ids(&left), of(1)[13..18]);
        assert_eq!(log.list_seals(1, 0, 10).await.unwrap(), [first.clone(), second.clone()]);
        assert_eq!(log.list_seals(1, first.to_id, 10).await.unwrap(), [second]);
        assert_eq!(log.list_seals(1, 0, 1).await.unwrap(), [first]);
    }
}
