//! Sources, people, sessions, settings, requests, scopes.

use domain::Instant;
use store::StoreError;
use store::log::{Person, Request, ScopeKey, Session, Source};

use crate::support::{db_test, scopes};

fn source(name: &str, token: u8) -> Source {
    Source {
        source_id: 0,
        name: name.into(),
        title: "Warehouse Łódź".into(),
        lane: "warehouse".into(),
        entity: "1000".into(),
        kind: "api".into(),
        token_hash: Some(vec![token; 32]),
        token_prefix: Some("dk_1".into()),
        hmac_sealed: None,
        created_at: Instant(1),
    }
}

db_test! {
    async fn sources_are_found_by_id_name_and_token(t) {
        let log = &t.store.log;
        let b = log.insert_source(&source("b", 2)).await.unwrap();
        let a = log.insert_source(&source("a", 1)).await.unwrap();
        assert_eq!((b, a), (1, 2));
        let taken = log.insert_source(&source("a", 3)).await;
        assert!(matches!(taken, Err(StoreError::Exists(_))), "{taken:?}");
        let names: Vec<_> = log.list_sources().await.unwrap().into_iter().map(|s| s.name).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(log.get_source(2).await.unwrap().unwrap().name, "a");
        assert_eq!(log.get_source_by_name("b").await.unwrap().unwrap().source_id, 1);
        assert_eq!(log.get_source_by_token(&[1; 32]).await.unwrap().unwrap().name, "a");
        let rotated = Source { source_id: 2, token_hash: Some(vec![9; 32]), ..source("a", 1) };
        assert!(log.update_source(&rotated).await.unwrap());
        assert!(!log.update_source(&Source { source_id: 50, ..rotated.clone() }).await.unwrap());
        assert_eq!(log.get_source_by_token(&[1; 32]).await.unwrap(), None);
        assert_eq!(log.get_source_by_token(&[9; 32]).await.unwrap(), Some(rotated));
    }

    async fn people_sign_in_and_out(t) {
        let log = &t.store.log;
        let ada = Person {
            login: "ada".into(),
            name: "Ada".into(),
            password_hash: Some("$argon2id$".into()),
            roles: "finance support".into(),
            scope: "*".into(),
            created_at: Instant(1),
        };
        log.insert_person(&ada).await.unwrap();
        assert!(matches!(log.insert_person(&ada).await, Err(StoreError::Exists(_))));
        let changed = Person { password_hash: None, ..ada };
        log.upsert_person(&changed).await.unwrap();
        assert_eq!(log.get_person("ada").await.unwrap().as_ref(), Some(&changed));
        assert_eq!(log.get_person("bob").await.unwrap(), None);
        assert_eq!(log.list_people().await.unwrap(), [changed]);

        let session = |n: u8, until| Session {
            hash: vec![n; 32],
            login: "ada".into(),
            created_at: Instant(1),
            seen_at: Instant(1),
            expires_at: Instant(until),
        };
        for (n, until) in [(1, 10), (2, 20), (3, 30), (4, 40)] {
            log.insert_session(&session(n, until)).await.unwrap();
        }
        assert!(log.mark_session_seen(&[1; 32], Instant(7)).await.unwrap());
        assert!(!log.mark_session_seen(&[9; 32], Instant(7)).await.unwrap());
        assert_eq!(log.get_session(&[1; 32]).await.unwrap().unwrap().seen_at, Instant(7));
        assert_eq!(log.delete_sessions_over(Instant(20)).await.unwrap(), 2);
        assert_eq!(log.get_session(&[2; 32]).await.unwrap(), None);
        assert!(log.delete_session(&[3; 32]).await.unwrap());
        assert!(!log.delete_session(&[3; 32]).await.unwrap());
        assert_eq!(log.delete_sessions_of("ada").await.unwrap(), 1);
    }

    async fn a_setting_claimed_once_is_claimed(t) {
        let log = &t.store.log;
        assert_eq!(log.get_setting("k").await.unwrap(), None);
        assert!(log.insert_setting("k", "first").await.unwrap());
        assert!(!log.insert_setting("k", "second").await.unwrap());
        assert_eq!(log.get_setting("k").await.unwrap().as_deref(), Some("first"));
        log.upsert_setting("k", "third").await.unwrap();
        assert_eq!(log.get_setting("k").await.unwrap().as_deref(), Some("third"));
        assert!(log.delete_setting("k").await.unwrap());
        assert!(!log.delete_setting("k").await.unwrap());
    }

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
