//! Sources and tokens.

use domain::Instant;
use store::StoreError;
use store::log::{Source, Token};

use crate::support::{db_test, did, source};

fn token(n: u8, source_id: Option<i64>, service: Option<&str>) -> Token {
    Token {
        token_id: 0,
        source_id,
        service: service.map(str::to_owned),
        title: "Nightly export".into(),
        scopes: "ingest".into(),
        prefix: format!("dkt_{n}"),
        hash: vec![n; 32],
        hmac_sealed: Some(vec![n]),
        created_by: "ada".into(),
        created_at: Instant(1),
        expires_at: None,
        revoked_at: None,
        overlap_until: None,
        last_used_at: None,
        quota_per_minute: Some(600),
    }
}

fn ids(tokens: &[Token]) -> Vec<i64> {
    tokens.iter().map(|t| t.token_id).collect()
}

db_test! {
    async fn sources_are_found_by_id_and_name(t) {
        let log = &t.store.log;
        let mut change = log.begin_change().await.unwrap();
        assert_eq!(change.insert_source(&source("b")).await.unwrap(), 1);
        assert_eq!(change.insert_source(&source("a")).await.unwrap(), 2);
        change.commit(&[did("source.created"), did("source.created")]).await.unwrap();
        let mut change = log.begin_change().await.unwrap();
        let taken = change.insert_source(&source("a")).await;
        assert!(matches!(taken, Err(StoreError::Exists(_))), "{taken:?}");
        drop(change);
        let names: Vec<_> = log.list_sources().await.unwrap().into_iter().map(|s| s.name).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(log.get_source(2).await.unwrap().unwrap().name, "a");
        assert_eq!(log.get_source(3).await.unwrap(), None);
        assert_eq!(log.get_source_by_name("b").await.unwrap().unwrap().source_id, 1);
        let moved = Source { source_id: 2, entity: "2000".into(), ..source("a") };
        let mut change = log.begin_change().await.unwrap();
        assert!(change.update_source(&moved).await.unwrap());
        assert!(!change.update_source(&Source { source_id: 50, ..source("z") }).await.unwrap());
        change.commit(&[did("source.changed")]).await.unwrap();
        assert_eq!(log.get_source_by_name("a").await.unwrap(), Some(moved));
        assert_eq!(log.get_source_by_name("z").await.unwrap(), None);
    }

    async fn a_token_stands_for_its_source_until_it_is_revoked(t) {
        let log = &t.store.log;
        let mut change = log.begin_change().await.unwrap();
        let wms = change.insert_source(&source("wms")).await.unwrap();
        let erp = change.insert_source(&source("erp")).await.unwrap();
        let of_wms = change.insert_token(&token(1, Some(wms), None)).await.unwrap();
        change.insert_token(&token(2, Some(erp), None)).await.unwrap();
        change.insert_token(&token(3, None, Some("bi"))).await.unwrap();
        change.commit(&[did("token.created")]).await.unwrap();
        let mut change = log.begin_change().await.unwrap();
        let same = change.insert_token(&token(1, Some(erp), None)).await;
        assert!(matches!(same, Err(StoreError::Exists(_))), "{same:?}");
        drop(change);

        let (found, kept) = log.get_source_by_token(&[1; 32]).await.unwrap().unwrap();
        assert_eq!((found.name.as_str(), &kept), ("wms", &Token { token_id: of_wms, ..token(1, Some(wms), None) }));
        assert!(log.get_source_by_token(&[9; 32]).await.unwrap().is_none());
        assert!(log.get_source_by_token(&[3; 32]).await.unwrap().is_none(), "a service is no source");
        assert_eq!(log.get_token(&[3; 32]).await.unwrap().unwrap().service.as_deref(), Some("bi"));
        assert_eq!(log.get_token_by_id(2).await.unwrap().unwrap().hash, [2; 32]);
        assert_eq!(ids(&log.list_tokens().await.unwrap()), [1, 2, 3]);
        assert_eq!(ids(&log.list_tokens_of_source(erp).await.unwrap()), [2]);
        assert_eq!(ids(&log.list_tokens_of_service("bi").await.unwrap()), [3]);

        let mut change = log.begin_change().await.unwrap();
        assert!(change.mark_token_revoked(of_wms, Instant(9)).await.unwrap());
        assert!(!change.mark_token_revoked(of_wms, Instant(10)).await.unwrap());
        assert!(!change.mark_token_revoked(77, Instant(10)).await.unwrap());
        change.commit(&[did("token.revoked")]).await.unwrap();
        let revoked = log.get_token(&[1; 32]).await.unwrap().unwrap();
        assert_eq!(revoked.revoked_at, Some(Instant(9)));
        assert!(!revoked.works_at(Instant(0)), "revoked is revoked, whatever a clock says");
    }

    async fn a_rotated_token_works_on_until_the_overlap_is_over(t) {
        let log = &t.store.log;
        let mut change = log.begin_change().await.unwrap();
        for n in [1, 2, 3] {
            change.insert_token(&token(n, Some(7), None)).await.unwrap();
        }
        change.insert_token(&token(4, Some(8), None)).await.unwrap();
        change.insert_token(&token(5, None, Some("bi"))).await.unwrap();
        change.mark_token_revoked(1, Instant(5)).await.unwrap();
        let newest = Token { token_id: 3, ..token(3, Some(7), None) };
        assert_eq!(change.mark_tokens_replaced(&newest, Instant(100)).await.unwrap(), 1);
        let newest = Token { token_id: 6, ..token(6, None, Some("bi")) };
        assert_eq!(change.insert_token(&newest).await.unwrap(), 6);
        assert_eq!(change.mark_tokens_replaced(&newest, Instant(50)).await.unwrap(), 1);
        // A second rotation shortens what is left, and never lengthens it.
        assert_eq!(change.mark_tokens_replaced(&newest, Instant(60)).await.unwrap(), 0);
        assert_eq!(change.mark_tokens_replaced(&newest, Instant(40)).await.unwrap(), 1);
        change.commit(&[did("token.rotated")]).await.unwrap();
        let until: Vec<_> = log.list_tokens().await.unwrap().into_iter().map(|t| t.overlap_until.map(|at| at.0)).collect();
        assert_eq!(until, [None, Some(100), None, None, Some(40), None]);
        let old = log.get_token(&[2; 32]).await.unwrap().unwrap();
        assert!(old.works_at(Instant(99)) && !old.works_at(Instant(100)));
    }

    async fn tokens_that_end_soon_are_listed_first_to_end_first(t) {
        let log = &t.store.log;
        let mut change = log.begin_change().await.unwrap();
        for (n, end) in [(1, Some(300)), (2, None), (3, Some(100)), (4, Some(200)), (5, Some(50))] {
            change.insert_token(&Token { expires_at: end.map(Instant), ..token(n, Some(1), None) }).await.unwrap();
        }
        change.mark_token_revoked(5, Instant(2)).await.unwrap();
        change.commit(&[did("token.created")]).await.unwrap();
        assert_eq!(ids(&log.list_tokens_expiring(Instant(300), 10).await.unwrap()), [3, 4]);
        assert_eq!(ids(&log.list_tokens_expiring(Instant(301), 2).await.unwrap()), [3, 4]);
        let ending = log.get_token(&[3; 32]).await.unwrap().unwrap();
        assert!(ending.works_at(Instant(99)) && !ending.works_at(Instant(100)));
    }

    async fn the_last_use_is_written_once_a_minute(t) {
        let log = &t.store.log;
        let mut change = log.begin_change().await.unwrap();
        change.insert_token(&token(1, Some(1), None)).await.unwrap();
        change.commit(&[did("token.created")]).await.unwrap();
        let stale = log.get_token(&[1; 32]).await.unwrap().unwrap();
        let now = Instant(1_000 * Instant::MINUTE);
        assert!(log.mark_token_used(&stale, now).await.unwrap());
        assert!(!log.mark_token_used(&stale, now.plus(5)).await.unwrap(), "another request wrote it just now");
        let fresh = log.get_token(&[1; 32]).await.unwrap().unwrap();
        assert_eq!(fresh.last_used_at, Some(now));
        assert!(!log.mark_token_used(&fresh, now.plus(Instant::MINUTE - 1)).await.unwrap());
        assert!(log.mark_token_used(&fresh, now.plus(Instant::MINUTE)).await.unwrap());
    }
}
