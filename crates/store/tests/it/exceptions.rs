//! Cases.

use std::collections::BTreeMap;

use store::StoreError;
use store::views::{Exception, ExceptionFilter};

use crate::support::{db_test, entities, exception, scopes};

db_test! {
    async fn an_open_case_is_the_only_one_of_its_fingerprint(t) {
        let views = t.store.views();
        let mut folder = views.folder().await.unwrap().unwrap();
        let mut tx = folder.begin_fold().await.unwrap();
        let first = exception(1, 1, "GO-04");
        tx.upsert_exceptions(std::slice::from_ref(&first)).await.unwrap();
        // Closed and opened anew in one batch, the new one first.
        let closed = Exception { closed_seq: Some(9), status: 2, version: 2, ..first.clone() };
        let next = Exception { fingerprint: first.fingerprint.clone(), ..exception(2, 1, "GO-04") };
        tx.upsert_exceptions(&[next.clone(), closed.clone()]).await.unwrap();
        let open = tx.list_open_exceptions_by_fingerprint(&[&first.fingerprint]).await.unwrap();
        assert_eq!(open, std::slice::from_ref(&next));
        tx.commit().await.unwrap();
        let mut tx = folder.begin_fold().await.unwrap();
        let again = tx.upsert_exceptions(&[Exception { exception_id: 3, ..next }]).await;
        assert!(matches!(again, Err(StoreError::Exists(_))), "{again:?}");
    }

    async fn cases_are_found_by_order_arrival_and_id(t) {
        let ids = scopes(&t.store, &[("1000", ""), ("2000", "")]).await;
        let views = t.store.views();
        let mut folder = views.folder().await.unwrap().unwrap();
        let mut tx = folder.begin_fold().await.unwrap();
        let about = |id: i64, order_id, inbox_id, closed_seq| Exception {
            order_id,
            inbox_id,
            closed_seq,
            ..exception(id, ids[usize::from(id > 3)], "IT-07")
        };
        let rows = [
            about(1, Some(7), None, None),
            about(2, Some(7), None, Some(5)),
            about(3, None, Some(70), None),
            about(4, Some(7), None, None),
        ];
        tx.upsert_exceptions(&rows).await.unwrap();
        let mut of = tx.list_exceptions_of(&[7, 8]).await.unwrap();
        of.sort_by_key(|e| e.exception_id);
        assert_eq!(of, [rows[0].clone(), rows[1].clone(), rows[3].clone()]);
        let mut open = tx.list_open_exceptions_of(&[7]).await.unwrap();
        open.sort_by_key(|e| e.exception_id);
        assert_eq!(open, [rows[0].clone(), rows[3].clone()]);
        assert_eq!(tx.list_exceptions_of_inbox(&[70]).await.unwrap(), rows[2..3]);
        assert_eq!(tx.get_exceptions(&[3, 9]).await.unwrap(), rows[2..3]);
        tx.commit().await.unwrap();

        let (all, mine) = (::views::Scope::All, entities(&["1000"]));
        assert_eq!(views.list_exceptions_of_order(&all, 7).await.unwrap().len(), 3);
        assert_eq!(views.list_exceptions_of_order(&mine, 7).await.unwrap(), rows[..2]);
        assert_eq!(views.list_exceptions_of_inbox(&mine, 70).await.unwrap(), rows[2..3]);
        assert!(views.get_exception(&mine, 4).await.unwrap().is_none());
        assert!(views.get_exception(&all, 4).await.unwrap().is_some());
        assert!(views.get_exception(&all, 40).await.unwrap().is_none());
        let mut tx = folder.begin_fold().await.unwrap();
        tx.delete_exceptions(&[1]).await.unwrap();
        assert!(tx.get_exceptions(&[1]).await.unwrap().is_empty());
    }

    async fn open_cases_are_counted_by_severity_within_scope(t) {
        let ids = scopes(&t.store, &[("1000", ""), ("2000", ""), ("1000", "LDZ")]).await;
        let views = t.store.views();
        let mut folder = views.folder().await.unwrap().unwrap();
        let mut tx = folder.begin_fold().await.unwrap();
        let rows: Vec<_> = (0..120)
            .map(|id| {
                let closed_seq = (id % 10 == 0).then_some(1);
                Exception { closed_seq, ..exception(id, ids[usize::try_from(id % 3).unwrap()], "GO-04") }
            })
            .collect();
        tx.upsert_exceptions(&rows).await.unwrap();
        tx.commit().await.unwrap();
        let expected = |mine: &[i64]| {
            let mut counts: BTreeMap<i64, u64> = BTreeMap::new();
            for e in rows.iter().filter(|e| e.closed_seq.is_none() && mine.contains(&e.scope_id)) {
                *counts.entry(e.severity).or_default() += 1;
            }
            counts
        };
        let all = ::views::Scope::All;
        assert_eq!(views.count_exceptions_by_severity(&all).await.unwrap(), expected(&ids));
        let mine = views.count_exceptions_by_severity(&entities(&["1000"])).await.unwrap();
        assert_eq!(mine, expected(&[ids[0], ids[2]]));
        assert!(views.count_exceptions_by_severity(&entities(&["none"])).await.unwrap().is_empty());
    }

    async fn a_page_of_cases_goes_on_where_the_last_one_ended(t) {
        let ids = scopes(&t.store, &[("1000", ""), ("2000", "")]).await;
        let views = t.store.views();
        let mut folder = views.folder().await.unwrap().unwrap();
        let mut tx = folder.begin_fold().await.unwrap();
        let mut rows: Vec<_> = (0..200)
            .map(|id| {
                let closed_seq = (id % 2 == 0).then_some(id % 5);
                let class = if id % 3 == 0 { "GO-04" } else { "IT-07" };
                Exception { closed_seq, ..exception(id, ids[usize::try_from((id % 2) ^ (id / 2 % 2)).unwrap()], class) }
            })
            .collect();
        tx.upsert_exceptions(&rows).await.unwrap();
        tx.commit().await.unwrap();
        rows.sort_by_key(Exception::position);
        for scope in [::views::Scope::All, entities(&["1000"]), entities(&["1000", "2000"]), entities(&[])] {
            let mine: &[i64] = match &scope {
                ::views::Scope::All => &ids,
                ::views::Scope::Within(b) => &ids[..b.entities.as_ref().map_or(0, |e| e.len())],
            };
            for class in [None, Some("GO-04"), Some("none")] {
                for closed in [false, true] {
                    let filter = ExceptionFilter { class, closed };
                    let mut expected: Vec<i64> = rows
                        .iter()
                        .filter(|e| e.closed_seq.is_some() == closed && mine.contains(&e.scope_id))
                        .filter(|e| class.is_none_or(|c| e.class == c))
                        .map(|e| e.exception_id)
                        .collect();
                    if closed {
                        expected.reverse();
                    }
                    let mut got = Vec::new();
                    let mut after: Option<Vec<i64>> = None;
                    loop {
                        let page = views.list_exceptions(&scope, filter, after.as_deref(), 13).await.unwrap();
                        let Some(last) = page.last() else { break };
                        after = Some(last.position());
                        got.extend(page.iter().map(|e| e.exception_id));
                    }
                    assert_eq!(got, expected, "{scope:?} {filter:?}");
                }
            }
        }
    }
}
