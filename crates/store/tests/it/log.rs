//! Requests and scopes.

use domain::Instant;
use store::log::{Request, ScopeKey};

use crate::support::{db_test, scopes};

db_test! {
    async fn the_first_answer_to_a_request_stays(t) {
        let log = &t.store.log;
        let first = Request {
            caller: "ada POST /v1/x".into(),
            key: "1".into(),
            body: vec![1; 32],
            status: 201,
            answer: "{}".into(),
            expires_at: Instant(10),
        };
        assert!(log.insert_request(&first).await.unwrap());
        assert!(!log.insert_request(&Request { status: 500, ..first.clone() }).await.unwrap());
        assert_eq!(log.get_request("ada POST /v1/x", "1").await.unwrap(), Some(first));
        assert_eq!(log.delete_requests_over(Instant(9)).await.unwrap(), 0);
        assert_eq!(log.delete_requests_over(Instant(10)).await.unwrap(), 1);
        assert_eq!(log.get_request("ada POST /v1/x", "1").await.unwrap(), None);
    }

    async fn scopes_are_interned_once_and_survive_a_restart(t) {
        let first = scopes(&t.store, &[("1000", "LDZ"), ("2000", ""), ("1000", "LDZ")]).await;
        assert_eq!(first, [1, 2, 1]);
        assert_eq!(scopes(&t.store, &[("2000", ""), ("3000", "X")]).await, [2, 3]);
        t.reopen().await;
        assert_eq!(scopes(&t.store, &[("3000", "X"), ("1000", "LDZ"), ("4000", "")]).await, [3, 1, 4]);
        let long = "x".repeat(200);
        let keys: Vec<_> = (0..700).map(|n| ScopeKey { entity: format!("{long}{n}"), ..ScopeKey::default() }).collect();
        let ids = t.store.log.intern_scopes(&keys).await.unwrap();
        assert_eq!(ids, (5..705).collect::<Vec<_>>());
    }

    async fn two_who_intern_the_same_scopes_agree(t) {
        let (a, b) = (t.store.clone(), t.store.clone());
        let one = tokio::spawn(async move { scopes(&a, &[("1", ""), ("2", ""), ("3", "")]).await });
        let two = tokio::spawn(async move { scopes(&b, &[("3", ""), ("2", ""), ("1", "")]).await });
        let (one, mut two) = (one.await.unwrap(), two.await.unwrap());
        two.reverse();
        assert_eq!(one, two);
    }
}
