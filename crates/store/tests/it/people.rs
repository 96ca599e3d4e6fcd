//! People, sessions, failed sign-ins, teams, stand-ins, users of source systems.

use domain::Instant;
use store::StoreError;
use store::log::{MappedActor, Member, Person, Session, SignInAttempts, StandIn, Team};

use crate::support::{db_test, did, person};

fn session(n: u8, until: i64) -> Session {
    Session {
        hash: vec![n; 32],
        session_id: format!("s{n}"),
        login: "ada".into(),
        method: "password".into(),
        ip: Some("2001:db8::1".into()),
        client: None,
        created_at: Instant(1),
        rotated_at: Instant(1),
        seen_at: Instant(1),
        expires_at: Instant(until),
    }
}

db_test! {
    async fn people_are_added_once_and_changed(t) {
        let log = &t.store.log;
        let ada = Person { oidc_subject: Some("https://id.example|7".into()), email: Some("ada@example.org".into()), ..person("ada") };
        let mut change = log.begin_change().await.unwrap();
        assert_eq!(change.list_people().await.unwrap(), []);
        change.insert_person(&ada).await.unwrap();
        change.insert_person(&person("bob")).await.unwrap();
        assert_eq!(change.get_person("ada").await.unwrap().as_ref(), Some(&ada));
        change.commit(&[did("person.created")]).await.unwrap();

        let mut change = log.begin_change().await.unwrap();
        let again = change.insert_person(&person("ada")).await;
        assert!(matches!(again, Err(StoreError::Exists(_))), "{again:?}");
        drop(change);
        let mut change = log.begin_change().await.unwrap();
        let same_subject = change.upsert_person(&Person { oidc_subject: ada.oidc_subject.clone(), ..person("bob") }).await;
        assert!(matches!(same_subject, Err(StoreError::Exists(_))), "{same_subject:?}");
        let refused = change.commit(&[did("person.changed")]).await;
        assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");

        let changed = Person { password_hash: None, blocked_at: Some(Instant(5)), ..ada };
        let mut change = log.begin_change().await.unwrap();
        change.upsert_person(&changed).await.unwrap();
        change.commit(&[did("person.changed")]).await.unwrap();
        assert_eq!(log.get_person("ada").await.unwrap().as_ref(), Some(&changed));
        assert_eq!(log.get_person("carl").await.unwrap(), None);
        let by = log.get_person_by_subject("https://id.example|7").await.unwrap();
        assert_eq!(by.as_ref(), Some(&changed));
        assert_eq!(log.get_person_by_subject("https://id.example|8").await.unwrap(), None);
        assert_eq!(log.list_people().await.unwrap(), [changed, person("bob")]);
    }

    async fn sessions_are_listed_rotated_and_ended(t) {
        let log = &t.store.log;
        let mut change = log.begin_change().await.unwrap();
        for (n, until) in [(1, 10), (2, 20), (3, 30), (4, 40), (5, 50)] {
            change.insert_session(&session(n, until)).await.unwrap();
        }
        change.insert_session(&Session { login: "bob".into(), ..session(9, 90) }).await.unwrap();
        change.commit(&[did("session.opened")]).await.unwrap();
        let mut change = log.begin_change().await.unwrap();
        let same_id = change.insert_session(&Session { session_id: "s1".into(), ..session(6, 60) }).await;
        assert!(matches!(same_id, Err(StoreError::Exists(_))), "{same_id:?}");
        drop(change);

        assert!(log.mark_session_seen(&[1; 32], Instant(7)).await.unwrap());
        assert!(!log.mark_session_seen(&[99; 32], Instant(7)).await.unwrap());
        let ids = |sessions: &[Session]| sessions.iter().map(|s| s.session_id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&log.list_sessions("ada").await.unwrap()), ["s1", "s5", "s4", "s3", "s2"]);

        let mut change = log.begin_change().await.unwrap();
        assert!(change.mark_session_rotated(&[5; 32], &[55; 32], Instant(8)).await.unwrap());
        assert!(!change.mark_session_rotated(&[5; 32], &[56; 32], Instant(8)).await.unwrap());
        assert!(!change.delete_session_by_id("bob", "s4").await.unwrap(), "of somebody else");
        assert!(change.delete_session_by_id("ada", "s4").await.unwrap());
        change.commit(&[did("session.closed")]).await.unwrap();
        assert_eq!(log.get_session(&[5; 32]).await.unwrap(), None);
        let rotated = Session { hash: vec![55; 32], rotated_at: Instant(8), ..session(5, 50) };
        assert_eq!(log.get_session(&[55; 32]).await.unwrap(), Some(rotated));

        assert!(!log.delete_session_over(&[3; 32], Instant(29), Instant(0)).await.unwrap(), "neither over nor idle");
        assert!(log.delete_session_over(&[3; 32], Instant(29), Instant(1)).await.unwrap(), "idle");
        assert_eq!(log.delete_sessions_over(Instant(20)).await.unwrap(), 2);
        let mut change = log.begin_change().await.unwrap();
        assert!(change.delete_session(&[55; 32]).await.unwrap());
        assert!(!change.delete_session(&[55; 32]).await.unwrap());
        assert_eq!(change.delete_sessions_of("bob").await.unwrap(), 1);
        change.commit(&[did("session.closed")]).await.unwrap();
        assert_eq!(log.list_sessions("ada").await.unwrap(), []);
    }

    async fn failed_sign_ins_are_counted_each_and_forgotten(t) {
        let log = &t.store.log;
        let (a, b) = (log.clone(), log.clone());
        let many = |log: store::Log| async move {
            for _ in 0..10 {
                log.count_sign_in_failure("ada", Instant(100), Instant(50)).await.unwrap();
            }
        };
        tokio::join!(many(a), many(b));
        let known = log.get_sign_in_attempts("ada").await.unwrap().unwrap();
        assert_eq!(known, SignInAttempts { key: "ada".into(), failures: 20, first_at: Instant(100), until_at: None });
        log.upsert_sign_in_attempts(&SignInAttempts { until_at: Some(Instant(400)), ..known }).await.unwrap();
        let later = log.count_sign_in_failure("ada", Instant(200), Instant(99)).await.unwrap();
        assert_eq!((later.failures, later.first_at, later.until_at), (21, Instant(100), Some(Instant(400))));
        let anew = log.count_sign_in_failure("ada", Instant(300), Instant(100)).await.unwrap();
        assert_eq!((anew.failures, anew.first_at), (1, Instant(300)));
        assert_eq!(log.delete_sign_in_attempts_over(Instant(300), Instant(399)).await.unwrap(), 0, "locked still");
        assert_eq!(log.delete_sign_in_attempts_over(Instant(300), Instant(400)).await.unwrap(), 1);
        log.count_sign_in_failure("bob", Instant(1), Instant(0)).await.unwrap();
        assert!(log.delete_sign_in_attempts("bob").await.unwrap());
        assert!(!log.delete_sign_in_attempts("bob").await.unwrap());
        assert_eq!(log.get_sign_in_attempts("bob").await.unwrap(), None);
    }

    async fn teams_have_members_who_go_with_them(t) {
        let log = &t.store.log;
        let team = |team: &str, title: &str| Team { team: team.into(), title: title.into(), entity: "1000".into() };
        let member = |team: &str, login: &str, lead| Member { team: team.into(), login: login.into(), lead };
        let mut change = log.begin_change().await.unwrap();
        change.upsert_team(&team("ap", "Payables")).await.unwrap();
        change.upsert_team(&team("wh", "Warehouse")).await.unwrap();
        change.upsert_team(&team("ap", "Accounts payable")).await.unwrap();
        for m in [member("ap", "ada", false), member("ap", "bob", false), member("wh", "ada", false), member("ap", "ada", true)] {
            change.upsert_member(&m).await.unwrap();
        }
        assert!(change.delete_member("ap", "bob").await.unwrap());
        assert!(!change.delete_member("ap", "bob").await.unwrap());
        change.commit(&[did("team.changed")]).await.unwrap();
        assert_eq!(log.list_teams().await.unwrap(), [team("ap", "Accounts payable"), team("wh", "Warehouse")]);
        assert_eq!(log.list_members().await.unwrap(), [member("ap", "ada", true), member("wh", "ada", false)]);
        let mut change = log.begin_change().await.unwrap();
        assert!(change.delete_team("ap").await.unwrap());
        assert!(!change.delete_team("ap").await.unwrap());
        change.commit(&[did("team.deleted")]).await.unwrap();
        assert_eq!(log.list_memberships("ada").await.unwrap(), [member("wh", "ada", false)]);
    }

    async fn a_stand_in_acts_only_within_the_dates(t) {
        let log = &t.store.log;
        let of = |login: &str, stand_in: &str, from: i64, to: i64| StandIn {
            login: login.into(),
            stand_in: stand_in.into(),
            from_at: Instant(from),
            to_at: Instant(to),
        };
        let mut change = log.begin_change().await.unwrap();
        for s in [of("ada", "bob", 10, 20), of("carl", "bob", 15, 30), of("ada", "dora", 5, 8), of("ada", "bob", 10, 25)] {
            change.upsert_stand_in(&s).await.unwrap();
        }
        change.commit(&[did("stand-in.changed")]).await.unwrap();
        assert_eq!(log.list_stands_in_for("bob", Instant(9)).await.unwrap(), []);
        assert_eq!(log.list_stands_in_for("bob", Instant(15)).await.unwrap(), [of("ada", "bob", 10, 25), of("carl", "bob", 15, 30)]);
        assert_eq!(log.list_stands_in_for("bob", Instant(25)).await.unwrap(), [of("carl", "bob", 15, 30)]);
        assert_eq!(log.list_stand_ins_of("ada").await.unwrap(), [of("ada", "dora", 5, 8), of("ada", "bob", 10, 25)]);
        assert_eq!(log.list_stand_ins(Instant(8)).await.unwrap(), [of("ada", "bob", 10, 25), of("carl", "bob", 15, 30)]);
        let mut change = log.begin_change().await.unwrap();
        assert!(change.delete_stand_in("ada", "bob", Instant(10)).await.unwrap());
        assert!(!change.delete_stand_in("ada", "bob", Instant(10)).await.unwrap());
        change.commit(&[did("stand-in.withdrawn")]).await.unwrap();
        assert_eq!(log.list_stand_ins(Instant(8)).await.unwrap(), [of("carl", "bob", 15, 30)]);
    }

    async fn a_user_of_a_source_system_is_one_of_us(t) {
        let log = &t.store.log;
        let of = |source_id, actor: &str, login: &str| MappedActor { source_id, actor: actor.into(), login: login.into() };
        let mut change = log.begin_change().await.unwrap();
        for a in [of(1, "KOWALSKA", "ada"), of(2, "KOWALSKA", "eva"), of(1, "BOB", "ada"), of(1, "BOB", "bob")] {
            change.upsert_actor(&a).await.unwrap();
        }
        change.commit(&[did("actor.mapped")]).await.unwrap();
        assert_eq!(log.get_login_of_actor(1, "KOWALSKA").await.unwrap().as_deref(), Some("ada"));
        assert_eq!(log.get_login_of_actor(2, "KOWALSKA").await.unwrap().as_deref(), Some("eva"));
        assert_eq!(log.get_login_of_actor(1, "kowalska").await.unwrap(), None);
        assert_eq!(log.list_actors(1).await.unwrap(), [of(1, "BOB", "bob"), of(1, "KOWALSKA", "ada")]);
        assert_eq!(log.list_actors_of("ada").await.unwrap(), [of(1, "KOWALSKA", "ada")]);
        let mut change = log.begin_change().await.unwrap();
        assert!(change.delete_actor(1, "BOB").await.unwrap());
        assert!(!change.delete_actor(1, "BOB").await.unwrap());
        change.commit(&[did("actor.unmapped")]).await.unwrap();
        assert_eq!(log.get_login_of_actor(1, "BOB").await.unwrap(), None);
    }
}
