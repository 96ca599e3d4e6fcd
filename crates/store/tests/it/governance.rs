//! Governed records and proposals.

use domain::Instant;
use store::StoreError;
use store::log::{Governed, Log, Proposal};

use crate::support::{db_test, did, event};

fn rate(key: &str, version: i64, from: i64, to: Option<i64>) -> Governed {
    Governed {
        kind: "currency_rate".into(),
        key: key.into(),
        version,
        valid_from: Instant(from),
        valid_to: to.map(Instant),
        body: Some(format!("{{\"rate\":\"{version}\"}}")),
        hash: vec![u8::try_from(version).unwrap(); 32],
        seq: 0,
        by_login: "ada".into(),
        at: Instant(1),
    }
}

fn proposal(subject: &str, requester: &str, until: i64) -> Proposal {
    Proposal {
        proposal_id: 0,
        kind: "currency_rate".into(),
        subject: subject.into(),
        base_version: 2,
        valid_from: Instant(7),
        body: Some("{}".into()),
        hash: vec![3; 32],
        requester: requester.into(),
        reason: "Month end".into(),
        ticket: "CHG-7".into(),
        emergency: false,
        decisions: "[]".into(),
        state: Proposal::OPEN,
        created_at: Instant(1),
        expires_at: Instant(until),
        decided_at: None,
        review_by: None,
        seq: None,
        version: 1,
    }
}

fn ids(proposals: &[Proposal]) -> Vec<i64> {
    proposals.iter().map(|p| p.proposal_id).collect()
}

async fn publish(log: &Log, record: &Governed) -> Result<(), StoreError> {
    let mut change = log.begin_change().await?;
    change.insert_governed(record).await?;
    change.commit(&[did("rate.published")]).await.map(drop)
}

db_test! {
    async fn in_force_is_the_highest_version_whose_dates_include_the_instant(t) {
        let log = &t.store.log;
        for r in [rate("PLN", 1, 100, None), rate("PLN", 2, 200, Some(300)), rate("PLN", 3, 150, None), rate("PLN", 4, 250, Some(260))] {
            publish(log, &r).await.unwrap();
        }
        publish(log, &rate("CZK", 1, 50, Some(60))).await.unwrap();
        let version = async |key: &str, at: i64| {
            log.get_governed_at("currency_rate", key, Instant(at)).await.unwrap().map(|g| g.version)
        };
        for (at, expected) in [(99, None), (100, Some(1)), (149, Some(1)), (150, Some(3)), (250, Some(4)), (259, Some(4)), (260, Some(3)), (999, Some(3))] {
            assert_eq!(version("PLN", at).await, expected, "{at}");
        }
        assert_eq!((version("CZK", 59).await, version("CZK", 60).await, version("USD", 60).await), (Some(1), None, None));
        assert_eq!(log.get_governed_at("calendar", "PLN", Instant(999)).await.unwrap(), None);

        let all = async |at: i64, after: &str, limit| {
            let all = log.list_governed_at("currency_rate", Instant(at), after, limit).await.unwrap();
            all.into_iter().map(|g| (g.key, g.version)).collect::<Vec<_>>()
        };
        publish(log, &Governed { body: None, ..rate("AUD", 1, 0, None) }).await.unwrap();
        assert_eq!(log.get_governed_at("currency_rate", "AUD", Instant(0)).await.unwrap().unwrap().body, None);
        let of = |key: &str, version: i64| (key.to_owned(), version);
        assert_eq!(all(55, "", 10).await, [of("AUD", 1), of("CZK", 1)]);
        assert_eq!(all(255, "", 10).await, [of("AUD", 1), of("PLN", 4)]);
        assert_eq!(all(255, "AUD", 10).await, [of("PLN", 4)]);
        assert_eq!(all(255, "", 1).await, [of("AUD", 1)]);

        let versions = |found: Vec<Governed>| found.into_iter().map(|g| g.version).collect::<Vec<_>>();
        assert_eq!(versions(log.list_governed_history("currency_rate", "PLN", i64::MAX, 2).await.unwrap()), [4, 3]);
        assert_eq!(versions(log.list_governed_history("currency_rate", "PLN", 3, 10).await.unwrap()), [2, 1]);
        assert_eq!(log.get_governed("currency_rate", "PLN", 2).await.unwrap(), Some(rate("PLN", 2, 200, Some(300))));
        assert_eq!(log.get_governed_version("currency_rate", "PLN").await.unwrap(), 4);
        assert_eq!(log.get_governed_version("currency_rate", "USD").await.unwrap(), 0);
    }

    async fn of_two_who_make_the_next_version_one_is_told_so(t) {
        let log = &t.store.log;
        publish(log, &rate("PLN", 1, 100, None)).await.unwrap();
        let race = async |log: Log| publish(&log, &rate("PLN", 2, 200, None)).await;
        let (one, two) = tokio::join!(race(log.clone()), race(log.clone()));
        let lost = [&one, &two].into_iter().filter(|r| matches!(r, Err(StoreError::Conflict(_)))).count();
        assert_eq!((one.is_ok() || two.is_ok(), lost), (true, 1), "{one:?} {two:?}");
        let gap = publish(log, &rate("PLN", 4, 1, None)).await;
        assert!(matches!(gap, Err(StoreError::Conflict(_))), "{gap:?}");
        let mut tx = log.begin_append().await.unwrap();
        tx.insert_events(&[event(1, "k")]).await.unwrap();
        let taken = tx.insert_governed(&rate("PLN", 2, 1, None)).await;
        assert!(matches!(taken, Err(StoreError::Conflict(_))), "{taken:?}");
        // A conflict is an answer, not a failure: the append goes on.
        tx.insert_governed(&Governed { seq: 1, ..rate("PLN", 3, 300, None) }).await.unwrap();
        tx.insert_audit(&[did("rate.published")]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(log.get_governed_at("currency_rate", "PLN", Instant(300)).await.unwrap().unwrap().seq, 1);
        let mut change = log.begin_change().await.unwrap();
        assert_eq!(change.get_governed_version("currency_rate", "PLN").await.unwrap(), 3);
    }

    async fn a_proposal_is_decided_from_the_version_that_was_seen(t) {
        let log = &t.store.log;
        let mut change = log.begin_change().await.unwrap();
        let id = change.insert_proposal(&proposal("PLN", "ada", 100)).await.unwrap();
        change.commit(&[did("proposal.made")]).await.unwrap();
        let seen = log.get_proposal(id).await.unwrap().unwrap();
        assert_eq!(seen, Proposal { proposal_id: 1, ..proposal("PLN", "ada", 100) });
        let agreed = Proposal {
            decisions: "[{\"by\":\"bob\"}]".into(),
            state: 1,
            decided_at: Some(Instant(9)),
            review_by: Some(Instant(20)),
            seq: Some(5),
            // What was asked for stays as it was.
            body: Some("{\"rate\":\"99\"}".into()),
            version: 2,
            ..seen.clone()
        };
        let mut change = log.begin_change().await.unwrap();
        change.update_proposal(&agreed).await.unwrap();
        change.commit(&[did("proposal.agreed")]).await.unwrap();
        let now = log.get_proposal(id).await.unwrap().unwrap();
        assert_eq!(now, Proposal { body: Some("{}".into()), ..agreed });
        let mut change = log.begin_change().await.unwrap();
        let late = change.update_proposal(&Proposal { state: 2, version: 2, ..seen }).await;
        assert!(matches!(late, Err(StoreError::Conflict(_))), "{late:?}");
        drop(change);
        assert_eq!(log.get_proposal(id).await.unwrap().as_ref(), Some(&now));
        assert_eq!(ids(&log.list_proposals_to_review(Instant(20), 10).await.unwrap()), [id]);
        assert!(log.list_proposals_to_review(Instant(19), 10).await.unwrap().is_empty());
        let mut tx = log.begin_append().await.unwrap();
        let again = tx.get_proposal(id).await.unwrap().unwrap();
        tx.update_proposal(&Proposal { review_by: None, version: 3, ..again }).await.unwrap();
        tx.commit().await.unwrap();
        assert!(log.list_proposals_to_review(Instant(20), 10).await.unwrap().is_empty());
        assert_eq!(log.get_proposal(9).await.unwrap(), None);
    }

    async fn proposals_are_listed_by_state_and_requester(t) {
        let log = &t.store.log;
        let mut change = log.begin_change().await.unwrap();
        let all: Vec<Proposal> = (1..=100)
            .map(|n| Proposal {
                proposal_id: n,
                state: n * n % 7 % 4,
                ..proposal(["PLN", "CZK", "USD"][usize::try_from(n % 3).unwrap()], ["ada", "bob"][usize::try_from(n % 2).unwrap()], 10)
            })
            .collect();
        for p in &all {
            change.insert_proposal(p).await.unwrap();
        }
        change.commit(&[did("proposal.made")]).await.unwrap();
        for states in [None, Some([0].as_slice()), Some(&[1, 2]), Some(&[3]), Some(&[])] {
            for requester in [None, Some("ada"), Some("eva")] {
                let mut expected: Vec<i64> = all
                    .iter()
                    .filter(|p| states.is_none_or(|s| s.contains(&p.state)) && requester.is_none_or(|r| r == p.requester))
                    .map(|p| p.proposal_id)
                    .collect();
                expected.reverse();
                let mut got = Vec::new();
                loop {
                    let before = got.last().copied();
                    let page = match requester {
                        None => log.list_proposals(states, before, 8).await.unwrap(),
                        Some(by) => log.list_proposals_by(by, states.unwrap_or(&[0, 1, 2, 3]), before, 8).await.unwrap(),
                    };
                    if page.is_empty() {
                        break;
                    }
                    got.extend(ids(&page));
                }
                assert_eq!(got, expected, "{states:?} {requester:?}");
            }
        }
        let open_of: Vec<i64> = all.iter().filter(|p| p.state == 0 && p.subject == "CZK").map(|p| p.proposal_id).collect();
        assert_eq!(ids(&log.list_open_proposals_of("currency_rate", "CZK").await.unwrap()), open_of);
        assert!(log.list_open_proposals_of("calendar", "CZK").await.unwrap().is_empty());
        let mut tx = log.begin_append().await.unwrap();
        assert_eq!(ids(&tx.list_open_proposals_of("currency_rate", "CZK").await.unwrap()), open_of);
        drop(tx);
        let mut change = log.begin_change().await.unwrap();
        assert_eq!(ids(&change.list_open_proposals_of("currency_rate", "CZK").await.unwrap()), open_of);
        drop(change);
        let open = all.iter().filter(|p| p.state == 0).count() as u64;
        assert_eq!(log.count_proposals(0).await.unwrap(), open);
    }

    async fn what_nobody_decided_expires(t) {
        let log = &t.store.log;
        let mut change = log.begin_change().await.unwrap();
        for until in [30, 10, 20, 40] {
            change.insert_proposal(&proposal("PLN", "ada", until)).await.unwrap();
        }
        change.insert_proposal(&Proposal { state: 1, ..proposal("PLN", "ada", 5) }).await.unwrap();
        change.commit(&[did("proposal.made")]).await.unwrap();
        assert_eq!(ids(&log.list_proposals_due(Instant(30), 10).await.unwrap()), [2, 3, 1]);
        let mut change = log.begin_change().await.unwrap();
        let gone = change.expire_proposals(Instant(30), 4, 2).await.unwrap();
        assert_eq!(ids(&gone), [2, 3]);
        change.commit(&[did("proposal.expired"), did("proposal.expired")]).await.unwrap();
        let mut change = log.begin_change().await.unwrap();
        assert_eq!(ids(&change.expire_proposals(Instant(30), 4, 2).await.unwrap()), [1]);
        change.commit(&[did("proposal.expired")]).await.unwrap();
        assert_eq!(ids(&log.list_proposals(Some(&[0]), None, 10).await.unwrap()), [4]);
        let expired = log.get_proposal(2).await.unwrap().unwrap();
        assert_eq!(expired, gone[0]);
        assert_eq!((expired.state, expired.version, expired.decided_at), (4, 2, Some(Instant(30))));
        assert_eq!(log.get_proposal(5).await.unwrap().unwrap().state, 1);
    }
}
