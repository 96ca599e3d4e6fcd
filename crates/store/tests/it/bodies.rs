//! Bodies, and how they go.

use std::collections::BTreeSet;

use domain::Instant;
use store::log::{Body, Inbox, InboxState, Swept};

use crate::support::{TestStore, db_test, inbox};

fn body(n: u8, until: Option<i64>) -> Body {
    Body {
        month: 24_310,
        hash: vec![n; 32],
        region: "eu".into(),
        codec: 1,
        key_id: Some("k1".into()),
        bytes: vec![n; 700],
        expires_at: until.map(Instant),
    }
}

async fn append(t: &TestStore, bodies: &[Body], arrivals: &[Inbox]) {
    let mut tx = t.store.log.begin_append().await.unwrap();
    tx.insert_bodies(bodies).await.unwrap();
    tx.insert_inbox(arrivals).await.unwrap();
    tx.commit().await.unwrap();
}

async fn left(t: &TestStore, of: std::ops::RangeInclusive<u8>) -> Vec<u8> {
    let mut left = Vec::new();
    for n in of {
        if t.store.log.get_body(24_310, &[n; 32]).await.unwrap().is_some() {
            left.push(n);
        }
    }
    left
}

db_test! {
    async fn bodies_go_when_their_time_is_over_chunk_by_chunk(t) {
        // 1 to 9 end at 10 to 90, 10 never.
        let bodies: Vec<Body> = (1..=10).map(|n| body(n, (n < 10).then_some(i64::from(n) * 10))).collect();
        append(t, &bodies, &[]).await;
        let log = &t.store.log;
        assert_eq!(log.count_bodies_over(Instant(70)).await.unwrap(), 7);
        let none = BTreeSet::new();
        let mut steps = Vec::new();
        let mut after = None;
        loop {
            let Swept { deleted, spared, next } = log.delete_bodies_over(Instant(70), after.as_ref(), 3, &none).await.unwrap();
            steps.push((deleted, spared));
            after = next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(steps, [(3, 0), (3, 0), (1, 0)]);
        assert_eq!(left(t, 1..=10).await, [8, 9, 10]);
        assert_eq!(log.count_bodies_over(Instant(70)).await.unwrap(), 0);
    }

    async fn what_is_parked_unread_or_held_is_spared_and_goes_later(t) {
        let bodies: Vec<Body> = (1..=6).map(|n| body(n, Some(10))).collect();
        let arrival = |n: i64, parked: i64, state: InboxState| Inbox { parked, state: state.code(), ..inbox(n, 1) };
        let arrivals = [
            arrival(1, 0, InboxState::Done),
            arrival(2, 3, InboxState::Done),
            arrival(3, 0, InboxState::Kept),
            arrival(4, 0, InboxState::Done),
            // The body of 5 came twice: once it went well, once it is parked.
            arrival(5, 0, InboxState::Done),
            Inbox { hash: vec![5; 32], ..arrival(55, 1, InboxState::Done) },
        ];
        append(t, &bodies, &arrivals).await;
        let log = &t.store.log;
        let held = log.list_inbox_by_id(&[4, 99]).await.unwrap();
        assert_eq!(held, [arrivals[3].clone()]);
        let held: BTreeSet<(i64, Vec<u8>)> = held.into_iter().map(|a| (a.month, a.hash)).collect();
        let swept = log.delete_bodies_over(Instant(10), None, 100, &held).await.unwrap();
        assert_eq!(swept, Swept { deleted: 2, spared: 4, next: None });
        assert_eq!(left(t, 1..=6).await, [2, 3, 4, 5]);
        // A chunk of nothing but spared ones does not stop the sweep.
        let first = log.delete_bodies_over(Instant(10), None, 2, &held).await.unwrap();
        assert_eq!((first.deleted, first.spared), (0, 2));
        let second = log.delete_bodies_over(Instant(10), first.next.as_ref(), 2, &held).await.unwrap();
        assert_eq!((second.deleted, second.spared), (0, 2));
        let third = log.delete_bodies_over(Instant(10), second.next.as_ref(), 2, &held).await.unwrap();
        assert_eq!(third, Swept::default());
        let mut tx = log.begin_append().await.unwrap();
        tx.mark_inbox_parked(2, -3).await.unwrap();
        tx.mark_inbox_parked(55, -1).await.unwrap();
        tx.commit().await.unwrap();
        let swept = log.delete_bodies_over(Instant(10), None, 100, &BTreeSet::new()).await.unwrap();
        assert_eq!((swept.deleted, swept.spared), (3, 1));
        assert_eq!(left(t, 1..=6).await, [3]);
    }

    async fn a_body_that_comes_again_stays_as_long_as_the_last_one(t) {
        append(t, &[body(1, Some(10)), body(2, Some(10)), body(3, None)], &[]).await;
        let again = [body(1, Some(50)), body(2, Some(5)), body(3, Some(60)), body(4, Some(20))];
        append(t, &again, &[]).await;
        let log = &t.store.log;
        for (n, until) in [(1, 50), (2, 10), (3, 60), (4, 20)] {
            let kept = log.get_body(24_310, &[n; 32]).await.unwrap().unwrap();
            assert_eq!(kept, body(n, Some(until)));
        }
        append(t, &[body(1, None), body(1, Some(40))], &[]).await;
        assert_eq!(log.get_body(24_310, &[1; 32]).await.unwrap().unwrap().expires_at, Some(Instant(50)));
        let due = log.list_bodies_over(Instant(20), None, 10).await.unwrap();
        assert_eq!(due.iter().map(|d| d.hash[0]).collect::<Vec<_>>(), [2, 4]);
    }

    async fn a_body_that_came_again_since_it_was_listed_is_not_deleted(t) {
        append(t, &[body(1, Some(10)), body(2, Some(10))], &[]).await;
        let log = &t.store.log;
        let mut bringing = log.begin_append().await.unwrap();
        let other = log.clone();
        let sweep = tokio::spawn(async move { other.delete_bodies_over(Instant(10), None, 10, &BTreeSet::new()).await });
        // It has listed both by now, or will not find the first.
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        bringing.insert_bodies(&[body(1, Some(90))]).await.unwrap();
        bringing.commit().await.unwrap();
        assert_eq!(sweep.await.unwrap().unwrap().deleted, 1);
        assert_eq!(left(t, 1..=2).await, [1]);
    }
}
