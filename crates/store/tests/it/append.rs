//! Appending to the log.

use domain::Instant;
use store::log::{Body, ItemMark};
use store::{Head, StoreError};

use crate::support::{db_test, event, inbox, item};

db_test! {
    async fn what_was_appended_is_read_back_unchanged(t) {
        let events: Vec<_> = (1..=1_300).map(|seq| event(seq, &format!("k{seq}"))).collect();
        let mut tx = t.store.log.begin_append().await.unwrap();
        assert_eq!(tx.head, Head::default());
        tx.insert_inbox(&[inbox(1, 1)]).await.unwrap();
        tx.insert_events(&events).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(t.store.log.list_events(0, 10_000).await.unwrap(), events);
        assert_eq!(t.store.log.list_events(1_290, 5).await.unwrap(), events[1_290..1_295]);
        let some = t.store.log.get_events(&[700, 3, 3, 9_999]).await.unwrap();
        assert_eq!(some.iter().map(|e| e.seq).collect::<Vec<_>>(), [3, 700]);
        let head = t.store.log.head().await.unwrap();
        assert_eq!(head, Head { last_seq: 1_300, last_inbox_id: 1, last_received_at: Instant(1_300_000_000) });
    }

    async fn an_append_that_is_not_committed_did_not_happen(t) {
        let mut tx = t.store.log.begin_append().await.unwrap();
        tx.insert_events(&[event(1, "a")]).await.unwrap();
        drop(tx);
        assert_eq!(t.store.log.begin_append().await.unwrap().head, Head::default());
    }

    async fn a_place_in_the_log_is_taken_once(t) {
        let mut tx = t.store.log.begin_append().await.unwrap();
        tx.insert_events(&[event(1, "a")]).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = t.store.log.begin_append().await.unwrap();
        let again = tx.insert_events(&[event(1, "b")]).await;
        assert!(matches!(again, Err(StoreError::Exists(_))), "{again:?}");
    }

    async fn an_append_of_which_a_statement_failed_cannot_be_committed(t) {
        let mut tx = t.store.log.begin_append().await.unwrap();
        tx.insert_events(&[event(5, "e")]).await.unwrap();
        // The first of these rows is new, the second is not.
        assert!(tx.insert_events(&[event(4, "d"), event(5, "again")]).await.is_err());
        let refused = tx.commit().await;
        assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");
        assert_eq!(t.store.log.head().await.unwrap(), Head::default());
        let mut tx = t.store.log.begin_append().await.unwrap();
        tx.insert_events(&[event(1, "a")]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(t.store.log.head().await.unwrap().last_seq, 1);
    }

    async fn a_second_appender_waits_and_sees_the_first_ones_head(t) {
        let mut first = t.store.log.begin_append().await.unwrap();
        let log = t.store.log.clone();
        let second = tokio::spawn(async move { log.begin_append().await.unwrap().head.last_seq });
        first.insert_events(&[event(1, "a"), event(2, "b")]).await.unwrap();
        tokio::task::yield_now().await;
        first.commit().await.unwrap();
        assert_eq!(second.await.unwrap(), 2);
    }

    async fn items_are_found_by_key_with_every_content(t) {
        let mut other = item(1, 1, "a");
        other.content = vec![2; 32];
        let stored = [item(1, 0, "a"), other, item(1, 2, "b")];
        let mut tx = t.store.log.begin_append().await.unwrap();
        tx.insert_items(&stored).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = t.store.log.begin_append().await.unwrap();
        let mut found = tx.get_items(&[(1, "a"), (1, "a"), (2, "b"), (1, "zz")]).await.unwrap();
        found.sort_by_key(|i| i.ordinal);
        assert_eq!(found, stored[..2]);
        let again = tx.insert_items(&stored[..1]).await;
        assert!(matches!(again, Err(StoreError::Exists(_))), "{again:?}");
    }

    async fn a_parked_item_is_retried_and_stays_on_the_page_of_its_arrival(t) {
        let parked: Vec<_> = (0..3)
            .map(|n| {
                let mut i = item(1, n, &format!("p{n}"));
                (i.outcome, i.noted, i.fault, i.parked_on) = (3, true, Some("{}".into()), Some("map:erp".into()));
                i
            })
            .collect();
        let mut arrival = inbox(1, 1);
        (arrival.accepted, arrival.parked) = (0, 3);
        let mut tx = t.store.log.begin_append().await.unwrap();
        tx.insert_inbox(&[arrival]).await.unwrap();
        tx.insert_items(&parked).await.unwrap();
        tx.commit().await.unwrap();
        let log = &t.store.log;
        assert_eq!(log.list_parked_items(1, -1, 10).await.unwrap(), parked);
        assert_eq!(log.list_parked_items(1, 0, 1).await.unwrap(), parked[1..2]);
        assert_eq!(log.list_items_parked_on("map:erp", (1, 0), 10).await.unwrap(), parked[1..]);
        assert!(log.list_items_parked_on("map:other", (0, 0), 10).await.unwrap().is_empty());

        let mut tx = log.begin_append().await.unwrap();
        tx.insert_events(&[event(1, "p1")]).await.unwrap();
        let mark = ItemMark { outcome: 0, seq: Some(1), ..ItemMark::default() };
        assert!(tx.mark_item(&parked[1].address(), &mark).await.unwrap());
        assert!(!tx.mark_item(&item(1, 0, "unknown").address(), &mark).await.unwrap());
        assert!(tx.mark_inbox_parked(1, -1).await.unwrap());
        assert!(!tx.mark_inbox_parked(99, -1).await.unwrap());
        tx.commit().await.unwrap();

        let left = log.list_parked_items(1, -1, 10).await.unwrap();
        assert_eq!(left.iter().map(|i| i.ordinal).collect::<Vec<_>>(), [0, 2]);
        let noted = log.list_noted_items(1, 10).await.unwrap();
        assert_eq!(noted.iter().map(|i| (i.ordinal, i.seq)).collect::<Vec<_>>(), [(0, None), (1, Some(1)), (2, None)]);
        let arrival = log.get_inbox(1).await.unwrap().unwrap();
        assert_eq!((arrival.accepted, arrival.parked), (1, 2));
        let totals = log.list_source_totals().await.unwrap();
        assert_eq!((totals[0].arrivals, totals[0].accepted, totals[0].parked), (1, 1, 2));
        let of = log.get_item_of_event(&event(1, "p1")).await.unwrap().unwrap();
        assert_eq!(of.ordinal, 1);
        assert_eq!(log.list_items_of_events(1, 1, 10).await.unwrap(), [of]);
    }

    async fn an_arrival_kept_first_is_read_later(t) {
        let mut arrival = inbox(1, 4);
        (arrival.state, arrival.accepted, arrival.duplicate) = (0, 0, 0);
        let mut tx = t.store.log.begin_append().await.unwrap();
        tx.insert_inbox(&[arrival.clone(), inbox(2, 4)]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(t.store.log.list_open_inbox(0, 10).await.unwrap(), std::slice::from_ref(&arrival));
        (arrival.state, arrival.accepted, arrival.first_seq, arrival.last_seq) = (2, 5, Some(1), Some(5));
        let mut tx = t.store.log.begin_append().await.unwrap();
        tx.mark_inbox(&arrival).await.unwrap();
        tx.commit().await.unwrap();
        assert!(t.store.log.list_open_inbox(0, 10).await.unwrap().is_empty());
        assert_eq!(t.store.log.get_inbox(1).await.unwrap(), Some(arrival));
        let totals = t.store.log.list_source_totals().await.unwrap();
        assert_eq!((totals[0].arrivals, totals[0].accepted, totals[0].duplicate), (2, 8, 1));
        assert_eq!(totals[0].last_heard_at, Instant(2_000_000));
    }

    async fn a_body_is_kept_once(t) {
        let body = Body {
            month: 24_310,
            hash: vec![7; 32],
            region: "eu".into(),
            codec: 1,
            key_id: None,
            bytes: vec![0, 255, 1],
            expires_at: Some(Instant(5)),
        };
        let large = Body { hash: vec![8; 32], bytes: vec![3; 3 << 20], ..body.clone() };
        let mut tx = t.store.log.begin_append().await.unwrap();
        tx.insert_bodies(&[body.clone(), large.clone()]).await.unwrap();
        tx.insert_bodies(&[Body { bytes: vec![1], ..body.clone() }]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(t.store.log.get_body(24_310, &[7; 32]).await.unwrap(), Some(body));
        assert_eq!(t.store.log.get_body(24_310, &[8; 32]).await.unwrap(), Some(large));
        assert_eq!(t.store.log.get_body(24_311, &[7; 32]).await.unwrap(), None);
    }

    async fn of_two_acts_on_one_version_one_is_told_so(t) {
        let mut tx = t.store.log.begin_append().await.unwrap();
        assert!(tx.insert_stream("case:1", 2, 10).await.unwrap());
        assert!(!tx.insert_stream("case:1", 2, 11).await.unwrap());
        assert!(tx.insert_stream("case:1", 3, 12).await.unwrap());
    }

    async fn the_last_event_known_at_an_instant_is_found(t) {
        let log = &t.store.log;
        assert_eq!(log.last_seq_received_by(Instant(i64::MAX)).await.unwrap(), 0);
        // Event n is received at second n; 3, 4 and 5 at once; then a gap in the instants.
        let mut events: Vec<_> = (1..=40).map(|seq| event(seq, &format!("k{seq}"))).collect();
        events[2].received_at = Instant(5_000_000);
        events[3].received_at = Instant(5_000_000);
        let mut tx = log.begin_append().await.unwrap();
        tx.insert_events(&events).await.unwrap();
        tx.commit().await.unwrap();
        for at in 0..=45_i64 {
            let expected = events.iter().filter(|e| e.received_at.0 <= at * 1_000_000).map(|e| e.seq).max().unwrap_or(0);
            assert_eq!(log.last_seq_received_by(Instant(at * 1_000_000)).await.unwrap(), expected, "second {at}");
        }
    }
}
