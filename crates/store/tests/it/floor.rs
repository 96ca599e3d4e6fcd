//! Changes and their audit rows; settings, selections, subjects, holds.

use domain::Instant;
use store::StoreError;
use store::log::{Hold, Selection, Subject};

use crate::support::{db_test, did, person};

fn selection(owner: &str, until: i64) -> Selection {
    Selection {
        selection_id: 0,
        owner: owner.into(),
        kind: "messages".into(),
        filter: "{\"parked\":true}".into(),
        taken_at: Instant(1),
        at_seq: 77,
        count: 3,
        sum: 12_345_678,
        currency: "EUR".into(),
        hash: vec![7; 32],
        rows: vec![0, 255, 1],
        expires_at: Instant(until),
    }
}

fn subject(name: &str) -> Subject {
    Subject {
        subject: name.into(),
        region: "eu".into(),
        key_sealed: Some(vec![1, 2, 3]),
        value_sealed: vec![9; 60],
        created_at: Instant(1),
        erased_at: None,
    }
}

fn hold(kind: &str, key: &str) -> Hold {
    Hold {
        hold_id: 0,
        kind: kind.into(),
        key: key.into(),
        reason: "Audit 2026".into(),
        by_login: "ada".into(),
        at: Instant(1),
        released_at: None,
    }
}

db_test! {
    async fn a_change_without_an_audit_row_is_refused(t) {
        let log = &t.store.log;
        let mut change = log.begin_change().await.unwrap();
        change.insert_person(&person("ada")).await.unwrap();
        let refused = change.commit(&[]).await;
        assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");
        assert!(log.list_people().await.unwrap().is_empty());
        let mut change = log.begin_change().await.unwrap();
        change.insert_person(&person("ada")).await.unwrap();
        drop(change);
        assert!(log.list_people().await.unwrap().is_empty());
        assert!(log.list_audit_after(0, 10).await.unwrap().is_empty());
    }

    async fn a_change_is_kept_with_every_audit_row(t) {
        let log = &t.store.log;
        let mut change = log.begin_change().await.unwrap();
        change.insert_person(&person("ada")).await.unwrap();
        change.commit(&[did("claim.used"), did("person.created")]).await.unwrap();
        assert_eq!(log.list_people().await.unwrap().len(), 1);
        let actions: Vec<_> = log.list_audit_after(0, 10).await.unwrap().into_iter().map(|r| r.action).collect();
        assert_eq!(actions, ["claim.used", "person.created"]);
    }

    async fn a_setting_claimed_once_is_claimed(t) {
        let log = &t.store.log;
        assert_eq!(log.get_setting("k").await.unwrap(), None);
        let mut change = log.begin_change().await.unwrap();
        assert!(change.insert_setting("k", "first").await.unwrap());
        assert!(!change.insert_setting("k", "second").await.unwrap());
        assert_eq!(change.get_setting("k").await.unwrap().as_deref(), Some("first"));
        change.commit(&[did("setting.changed")]).await.unwrap();
        assert_eq!(log.get_setting("k").await.unwrap().as_deref(), Some("first"));
        let mut change = log.begin_change().await.unwrap();
        change.upsert_setting("k", "third").await.unwrap();
        change.commit(&[did("setting.changed")]).await.unwrap();
        assert_eq!(log.get_setting("k").await.unwrap().as_deref(), Some("third"));
        let mut change = log.begin_change().await.unwrap();
        assert!(change.delete_setting("k").await.unwrap());
        assert!(!change.delete_setting("k").await.unwrap());
        change.commit(&[did("setting.deleted")]).await.unwrap();
        assert_eq!(log.get_setting("k").await.unwrap(), None);
    }

    async fn changes_wait_for_each_other_and_not_for_good(t) {
        let log = t.store.log.clone();
        let mut first = log.begin_change().await.unwrap();
        assert!(first.insert_setting("k", "first").await.unwrap());
        let other = log.clone();
        let second = tokio::spawn(async move {
            let mut change = other.begin_change().await.unwrap();
            let mine = change.insert_setting("k", "second").await.unwrap();
            change.commit(&[did("setting.changed")]).await.unwrap();
            mine
        });
        tokio::task::yield_now().await;
        first.commit(&[did("setting.changed")]).await.unwrap();
        assert!(!second.await.unwrap());
        assert_eq!(log.get_setting("k").await.unwrap().as_deref(), Some("first"));
    }

    async fn a_selection_is_its_owners_until_it_expires(t) {
        let log = &t.store.log;
        let mut change = log.begin_change().await.unwrap();
        assert_eq!(change.insert_selection(&selection("ada", 10)).await.unwrap(), 1);
        let of_bob = Selection { sum: -5, ..selection("bob", 20) };
        assert_eq!(change.insert_selection(&of_bob).await.unwrap(), 2);
        assert_eq!(change.get_selection("bob", 2).await.unwrap().unwrap().sum, -5);
        change.commit(&[did("selection.taken")]).await.unwrap();
        let kept = log.get_selection("ada", 1).await.unwrap();
        assert_eq!(kept, Some(Selection { selection_id: 1, ..selection("ada", 10) }));
        assert_eq!(log.get_selection("ada", 2).await.unwrap(), None);
        assert_eq!(log.delete_selections_over(Instant(9)).await.unwrap(), 0);
        assert_eq!(log.delete_selections_over(Instant(10)).await.unwrap(), 1);
        assert_eq!(log.get_selection("ada", 1).await.unwrap(), None);
        assert!(log.get_selection("bob", 2).await.unwrap().is_some());
    }

    async fn an_erased_subject_has_no_key_and_does_not_get_one_back(t) {
        let log = &t.store.log;
        let mut tx = log.begin_append().await.unwrap();
        assert_eq!(tx.insert_subjects(&[subject("a"), subject("b")]).await.unwrap(), 2);
        assert_eq!(tx.get_subjects(&["a"]).await.unwrap(), [subject("a")]);
        tx.commit().await.unwrap();
        let mut change = log.begin_change().await.unwrap();
        assert!(change.insert_subject(&subject("c")).await.unwrap());
        assert!(change.erase_subject("a", Instant(5)).await.unwrap());
        assert!(!change.erase_subject("a", Instant(6)).await.unwrap());
        assert!(!change.erase_subject("zz", Instant(6)).await.unwrap());
        change.commit(&[did("subject.erased")]).await.unwrap();
        let erased = Subject { key_sealed: None, erased_at: Some(Instant(5)), ..subject("a") };
        assert_eq!(log.get_subject("a").await.unwrap().as_ref(), Some(&erased));
        let mut tx = log.begin_append().await.unwrap();
        assert_eq!(tx.insert_subjects(&[subject("a"), subject("d")]).await.unwrap(), 1);
        tx.commit().await.unwrap();
        let mut change = log.begin_change().await.unwrap();
        assert!(!change.insert_subject(&subject("a")).await.unwrap());
        drop(change);
        let mut found = log.get_subjects(&["a", "b", "d", "nobody"]).await.unwrap();
        found.sort_by(|x, y| x.subject.cmp(&y.subject));
        assert_eq!(found, [erased, subject("b"), subject("d")]);
        assert_eq!(log.get_subject("nobody").await.unwrap(), None);
    }

    async fn a_hold_holds_until_it_is_released(t) {
        let log = &t.store.log;
        let mut change = log.begin_change().await.unwrap();
        for (n, h) in [(1, hold("order", "7")), (2, hold("arrival", "9")), (3, hold("order", "7"))] {
            assert_eq!(change.insert_hold(&h).await.unwrap(), n);
        }
        assert_eq!(change.list_holds_of("order", "7").await.unwrap().len(), 2);
        change.commit(&[did("hold.placed")]).await.unwrap();
        let ids = |holds: Vec<Hold>| holds.into_iter().map(|h| h.hold_id).collect::<Vec<_>>();
        assert_eq!(ids(log.list_open_holds().await.unwrap()), [2, 1, 3]);
        assert_eq!(ids(log.list_holds_of("order", "7").await.unwrap()), [1, 3]);
        let mut change = log.begin_change().await.unwrap();
        assert!(change.mark_hold_released(1, Instant(5)).await.unwrap());
        assert!(!change.mark_hold_released(1, Instant(6)).await.unwrap());
        assert!(!change.mark_hold_released(9, Instant(6)).await.unwrap());
        change.commit(&[did("hold.released")]).await.unwrap();
        assert_eq!(ids(log.list_holds_of("order", "7").await.unwrap()), [3]);
        assert!(log.list_holds_of("order", "8").await.unwrap().is_empty());
        let all = log.list_holds(i64::MAX, 2).await.unwrap();
        assert_eq!(ids(all), [3, 2]);
        let rest = log.list_holds(2, 10).await.unwrap();
        assert_eq!(rest, [Hold { hold_id: 1, released_at: Some(Instant(5)), ..hold("order", "7") }]);
    }
}
