//! Lists of orders and arrivals, and search.

use domain::{DocKey, DocKind, Instant};
use store::log::{InboxFilter, ScopeKey, Source};
use store::views::Order;

use crate::support::{db_test, did, doc_key, entities, inbox, order, scopes};

fn ids(orders: &[store::views::OrderSummary]) -> Vec<i64> {
    orders.iter().map(|o| o.order_id).collect()
}

db_test! {
    async fn pages_of_orders_merge_many_scopes(t) {
        // 150 scopes of two entities, unevenly filled; some orders merged away.
        let keys: Vec<ScopeKey> = (0..150)
            .map(|n| ScopeKey { entity: format!("E{}", n % 2), site: format!("S{n}"), ..ScopeKey::default() })
            .collect();
        let scope_ids = t.store.log.intern_scopes(&keys).await.unwrap();
        let views = t.store.views();
        let mut folder = views.folder().await.unwrap().unwrap();
        let orders: Vec<Order> = (0..900)
            .map(|id| {
                // A third of all orders in one scope, so that its first keys are not enough.
                let n = if id % 3 == 0 { 4 } else { usize::try_from(id * 7 % 150).unwrap() };
                let merged_into = (id % 11 == 5).then_some(1);
                Order { merged_into, ..order(id, &keys[n].entity, &format!("P{id}"), scope_ids[n]) }
            })
            .collect();
        let mut tx = folder.begin_fold().await.unwrap();
        tx.upsert_orders(&orders).await.unwrap();
        tx.commit().await.unwrap();
        let mut sorted: Vec<&Order> = orders.iter().filter(|o| o.merged_into.is_none()).collect();
        sorted.sort_by_key(|o| std::cmp::Reverse((o.opened_at, o.order_id)));
        let all = ::views::Scope::All;
        for (scope, entity, mine) in [
            (all.clone(), "", vec!["E0", "E1"]),
            (all, "E0", vec!["E0"]),
            (entities(&["E1"]), "", vec!["E1"]),
            (entities(&["E0", "E1"]), "E1", vec!["E1"]),
            (entities(&["E1"]), "E0", vec![]),
        ] {
            let expected: Vec<i64> =
                sorted.iter().filter(|o| mine.contains(&o.entity.as_str())).map(|o| o.order_id).collect();
            for limit in [1_000, 50, 7] {
                let mut got: Vec<i64> = Vec::new();
                let mut after: Option<(Instant, i64)> = None;
                loop {
                    let page = views.list_orders(&scope, entity, after, limit).await.unwrap();
                    assert!(page.len() <= limit);
                    let Some(last) = page.last() else { break };
                    after = Some((last.opened_at, last.order_id));
                    got.extend(ids(&page));
                }
                assert_eq!(got, expected, "{scope:?} {entity:?} {limit}");
            }
        }
    }

    async fn an_order_is_found_by_the_beginning_of_any_key(t) {
        let s = scopes(&t.store, &[("1000", ""), ("2000", "")]).await;
        let views = t.store.views();
        let mut folder = views.folder().await.unwrap().unwrap();
        let mut tx = folder.begin_fold().await.unwrap();
        let merged = Order { merged_into: Some(1), ..order(3, "1000", "4500-3", s[0]) };
        tx.upsert_orders(&[order(1, "1000", "4500-1", s[0]), order(2, "2000", "4500-2", s[1]), merged]).await.unwrap();
        tx.upsert_doc_keys(&[
            doc_key(DocKind::PurchaseOrder, "4500-1", 1),
            doc_key(DocKind::PurchaseOrder, "4500-2", 2),
            doc_key(DocKind::PurchaseOrder, "4500-3", 3),
            doc_key(DocKind::Invoice, "RE-%_1", 2),
            doc_key(DocKind::Invoice, "Rę", 2),
        ])
        .await
        .unwrap();
        tx.commit().await.unwrap();
        let all = ::views::Scope::All;
        let find = async |scope: &::views::Scope, q: &str, limit: usize| {
            let found = views.find_orders_by_key(scope, q, limit).await.unwrap();
            found.into_iter().map(|m| (m.key.value, m.order.order_id)).collect::<Vec<_>>()
        };
        let hit = |key: &str, id: i64| (key.to_owned(), id);
        assert_eq!(find(&all, "4500", 10).await, [hit("4500-1", 1), hit("4500-2", 2)]);
        assert_eq!(find(&all, "4500", 1).await, [hit("4500-1", 1)]);
        assert_eq!(find(&all, "4500-3", 10).await, [hit("4500-3", 1)], "a merged order is followed");
        assert_eq!(find(&all, "R", 10).await, [hit("RE-%_1", 2)]);
        assert_eq!(find(&all, "Rę", 10).await, [hit("Rę", 2)]);
        assert!(find(&all, "%", 10).await.is_empty());
        assert!(find(&all, "", 10).await.is_empty());
        assert_eq!(find(&entities(&["1000"]), "4500", 10).await, [hit("4500-1", 1)]);
        assert!(find(&entities(&["1000"]), "RE", 10).await.is_empty());
        let key = DocKey::new(DocKind::PurchaseOrder, "1000", "4500-3");
        assert_eq!(ids(&views.list_orders_by_alias(&all, &key).await.unwrap()), [1]);
        assert!(views.list_orders_by_alias(&entities(&["2000"]), &key).await.unwrap().is_empty());
    }

    async fn arrivals_are_listed_by_source_and_trouble(t) {
        let log = &t.store.log;
        for (name, entity) in [("a", "1000"), ("b", "2000"), ("c", "1000")] {
            let source = Source {
                source_id: 0,
                name: name.into(),
                title: name.into(),
                lane: "erp".into(),
                entity: entity.into(),
                kind: "api".into(),
                created_at: Instant(1),
                stopped_at: None,
            };
            let mut change = log.begin_change().await.unwrap();
            change.insert_source(&source).await.unwrap();
            change.commit(&[did("source.created")]).await.unwrap();
        }
        let mut arrivals: Vec<_> = (1..=90).map(|id| inbox(id, id % 3 + 1)).collect();
        arrivals.iter_mut().filter(|a| a.inbox_id % 4 == 0).for_each(|a| a.parked = 2);
        let mut tx = log.begin_append().await.unwrap();
        tx.insert_inbox(&arrivals).await.unwrap();
        tx.commit().await.unwrap();
        arrivals.reverse();
        for (scope, sources) in [
            (::views::Scope::All, vec![1, 2, 3]),
            (entities(&["1000"]), vec![1, 3]),
            (entities(&["2000"]), vec![2]),
            (entities(&["9"]), vec![]),
        ] {
            for parked in [false, true] {
                for source_id in [None, Some(1), Some(2), Some(77)] {
                    let filter = InboxFilter { parked, source_id };
                    let expected: Vec<_> = arrivals
                        .iter()
                        .filter(|a| sources.contains(&a.source_id) && (!parked || a.parked > 0))
                        .filter(|a| source_id.is_none_or(|s| s == a.source_id))
                        .cloned()
                        .collect();
                    let mut got = Vec::new();
                    let mut after = None;
                    loop {
                        let page = log.list_inbox(&scope, filter, after, 11).await.unwrap();
                        let Some(last) = page.last() else { break };
                        after = Some(last.inbox_id);
                        got.extend(page);
                    }
                    assert_eq!(got, expected, "{scope:?} {filter:?}");
                }
            }
        }
    }
}
