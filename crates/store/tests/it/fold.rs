//! Folding into views.

use domain::{DocKey, DocKind, Instant};
use store::StoreError;
use store::views::{Edge, Order, Timer, Waiting};

use crate::support::{db_test, doc_key, order, scopes};

fn edge(order_id: i64, a: &str, b: &str) -> Edge {
    Edge {
        order_id,
        a_kind: DocKind::PurchaseOrder,
        a_scheme: "1000".into(),
        a_key: a.into(),
        b_kind: DocKind::OrderAlias,
        b_scheme: "portal".into(),
        b_key: b.into(),
        by_seq: order_id,
    }
}

fn timer(due_at: i64, order_id: i64) -> Timer {
    Timer {
        due_at: Instant(due_at),
        order_id,
        line_no: String::new(),
        kind: 1,
        seq: 1,
    }
}

db_test! {
    async fn orders_are_written_and_changed_in_bulk(t) {
        let views = t.store.views();
        let mut folder = views.folder().await.unwrap().unwrap();
        let mut orders: Vec<Order> = (1..=700).map(|id| order(id, "1000", &format!("45{id}"), 1)).collect();
        let mut tx = folder.begin_fold().await.unwrap();
        assert!(tx.get_orders(&[1, 2]).await.unwrap().is_empty());
        tx.upsert_orders(&orders).await.unwrap();
        tx.set_cursor(700).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(views.cursor().await.unwrap(), 700);

        let ids: Vec<i64> = (1..=700).collect();
        let mut tx = folder.begin_fold().await.unwrap();
        let mut found = tx.get_orders(&ids).await.unwrap();
        found.sort_by_key(|o| o.order_id);
        assert_eq!(found, orders);
        for o in &mut orders {
            o.headline = "received".into();
            o.value = None;
            o.updated_seq += 1;
            o.state = vec![5; 10];
            if o.order_id % 100 == 0 {
                o.scope_id = 2;
                o.opened_at = Instant(1);
            }
        }
        tx.upsert_orders(&orders).await.unwrap();
        tx.set_cursor(701).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = folder.begin_fold().await.unwrap();
        let mut found = tx.get_orders(&ids).await.unwrap();
        found.sort_by_key(|o| o.order_id);
        assert_eq!(found, orders);
    }

    async fn a_batch_that_is_not_committed_did_not_happen(t) {
        let views = t.store.views();
        let mut folder = views.folder().await.unwrap().unwrap();
        let mut tx = folder.begin_fold().await.unwrap();
        tx.upsert_orders(&[order(1, "1000", "1", 1)]).await.unwrap();
        tx.set_cursor(1).await.unwrap();
        drop(tx);
        let mut tx = folder.begin_fold().await.unwrap();
        assert_eq!(tx.cursor().await.unwrap(), 0);
        assert!(tx.get_orders(&[1]).await.unwrap().is_empty());
    }

    async fn the_cursor_does_not_go_back(t) {
        let views = t.store.views();
        let mut folder = views.folder().await.unwrap().unwrap();
        let mut tx = folder.begin_fold().await.unwrap();
        tx.set_cursor(5).await.unwrap();
        assert!(matches!(tx.set_cursor(4).await, Err(StoreError::Refused(_))));
        tx.set_cursor(5).await.unwrap();
    }

    async fn addresses_may_change_hands_within_a_batch(t) {
        let views = t.store.views();
        let mut folder = views.folder().await.unwrap().unwrap();
        let mut tx = folder.begin_fold().await.unwrap();
        let (mut a, mut b, mut c) = (order(1, "E", "X", 1), order(2, "E", "Y", 1), order(3, "E", "Z", 1));
        tx.upsert_orders(&[a.clone(), b.clone(), c.clone()]).await.unwrap();
        tx.commit().await.unwrap();

        // Two swap their numbers, the third is merged and a new order takes its number, all at once.
        let mut tx = folder.begin_fold().await.unwrap();
        tx.get_orders(&[1, 2, 3]).await.unwrap();
        (a.po_no, b.po_no, c.merged_into) = ("Y".into(), "X".into(), Some(1));
        let d = order(4, "E", "Z", 1);
        tx.upsert_orders(&[d.clone(), a.clone(), b.clone(), c.clone()]).await.unwrap();
        tx.commit().await.unwrap();
        let all = ::views::Scope::All;
        assert_eq!(views.get_order_by_address(&all, "E", "Y").await.unwrap(), Some(a.clone()));
        assert_eq!(views.get_order_by_address(&all, "E", "X").await.unwrap(), Some(b.clone()));
        assert_eq!(views.get_order_by_address(&all, "E", "Z").await.unwrap(), Some(d.clone()));

        // And back: the merge is withdrawn.
        let mut tx = folder.begin_fold().await.unwrap();
        tx.get_orders(&[1, 2, 3, 4]).await.unwrap();
        (a.po_no, b.po_no, c.merged_into) = ("X".into(), "Y".into(), None);
        tx.delete_orders(&[4]).await.unwrap();
        tx.upsert_orders(&[a.clone(), b, c.clone()]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(views.get_order_by_address(&all, "E", "X").await.unwrap(), Some(a));
        assert_eq!(views.get_order_by_address(&all, "E", "Z").await.unwrap(), Some(c));
    }

    async fn two_orders_cannot_have_one_address(t) {
        let views = t.store.views();
        let mut folder = views.folder().await.unwrap().unwrap();
        let mut tx = folder.begin_fold().await.unwrap();
        let both = tx.upsert_orders(&[order(1, "E", "X", 1), order(2, "E", "X", 1)]).await;
        assert!(matches!(both, Err(StoreError::Exists(_))), "{both:?}");
    }

    async fn keys_links_and_waiting_events_come_and_go(t) {
        let views = t.store.views();
        let mut folder = views.folder().await.unwrap().unwrap();
        let mut tx = folder.begin_fold().await.unwrap();
        let keys = [
            doc_key(DocKind::PurchaseOrder, "45-1", 1),
            doc_key(DocKind::Invoice, "R-9", 1),
            doc_key(DocKind::Invoice, "R-9", 2),
        ];
        tx.upsert_doc_keys(&keys).await.unwrap();
        let later = [store::views::DocKeyRow { by_seq: 77, ..keys[0].clone() }];
        tx.upsert_doc_keys(&later).await.unwrap();
        let invoice = DocKey::new(DocKind::Invoice, "1000", "R-9");
        let mut found = tx.get_doc_keys(&[invoice.clone(), DocKey::new(DocKind::Invoice, "1000", "R")]).await.unwrap();
        found.sort_by_key(|k| k.order_id);
        assert_eq!(found, keys[1..]);
        let mut of = tx.list_doc_keys_of(&[1]).await.unwrap();
        of.sort_by_key(|k| k.kind);
        assert_eq!(of, [later[0].clone(), keys[1].clone()]);
        tx.delete_doc_keys(&keys[1..2]).await.unwrap();
        assert_eq!(tx.get_doc_keys(std::slice::from_ref(&invoice)).await.unwrap(), keys[2..]);

        let wait: Vec<Waiting> = (1..=3)
            .map(|seq| Waiting { kind: DocKind::Invoice, scheme: "1000".into(), key: "R-9".into(), seq })
            .collect();
        tx.insert_waiting(&wait).await.unwrap();
        tx.insert_waiting(&wait[..1]).await.unwrap();
        tx.delete_waiting(&wait[1..2]).await.unwrap();
        let mut waits: Vec<i64> = tx.get_waiting(&[invoice]).await.unwrap().iter().map(|w| w.seq).collect();
        waits.sort_unstable();
        assert_eq!(waits, [1, 3]);

        let edges = [edge(1, "a", "b"), edge(1, "a", "c"), edge(2, "x", "y"), edge(3, "x", "y")];
        tx.insert_edges(&edges).await.unwrap();
        tx.insert_edges(&edges[..1]).await.unwrap();
        tx.delete_edges(&edges[1..2]).await.unwrap();
        assert_eq!(tx.list_edges(&[1]).await.unwrap(), edges[..1]);
        tx.delete_edges_of(&[1, 2]).await.unwrap();
        assert_eq!(tx.list_edges(&[1, 2, 3]).await.unwrap(), edges[3..]);
    }

    async fn timers_fire_in_order(t) {
        let views = t.store.views();
        assert_eq!(views.next_due().await.unwrap(), None);
        let mut folder = views.folder().await.unwrap().unwrap();
        let mut tx = folder.begin_fold().await.unwrap();
        let timers = [timer(30, 1), timer(10, 2), timer(10, 1), timer(20, 9)];
        tx.upsert_timers(&timers).await.unwrap();
        tx.delete_timers(&[Timer { seq: 99, ..timers[3].clone() }]).await.unwrap();
        let due = tx.list_due_timers(Instant(29), 10).await.unwrap();
        assert_eq!(due, [timers[2].clone(), timers[1].clone()]);
        assert_eq!(tx.list_due_timers(Instant(30), 1).await.unwrap().len(), 1);
        tx.commit().await.unwrap();
        assert_eq!(views.next_due().await.unwrap(), Some(Instant(10)));
    }

    async fn an_order_is_read_only_within_its_scope(t) {
        let ids = scopes(&t.store, &[("1000", ""), ("2000", "")]).await;
        let views = t.store.views();
        let mut folder = views.folder().await.unwrap().unwrap();
        let mut tx = folder.begin_fold().await.unwrap();
        tx.upsert_orders(&[order(1, "1000", "A", ids[0]), order(2, "2000", "B", ids[1])]).await.unwrap();
        tx.commit().await.unwrap();
        let mine = crate::support::entities(&["1000"]);
        assert!(views.get_order(&mine, 1).await.unwrap().is_some());
        assert!(views.get_order(&mine, 2).await.unwrap().is_none());
        assert!(views.get_order_by_address(&mine, "2000", "B").await.unwrap().is_none());
        assert!(views.get_order_by_address(&::views::Scope::All, "2000", "B").await.unwrap().is_some());
        let listed = views.list_orders_by_id(&mine, &[2, 1]).await.unwrap();
        assert_eq!(listed.iter().map(|o| o.order_id).collect::<Vec<_>>(), [1]);
    }
}
