//! Proposals: who may ask, who may decide, and how they end.

use std::collections::BTreeSet;

use domain::Instant;
use domain::access::{Grade, Role};
use domain::calendars::Calendar;
use domain::governance::{Ask, Body, Decider, EmergencyPolicy, GovernedKind, Proposal, Refusal, State, Verdict};
use proptest::prelude::{Strategy, any, proptest};

pub(crate) const NOW: Instant = Instant(1_800_000_000_000_000);

pub(crate) fn roles(roles: &[Role]) -> BTreeSet<Role> {
    roles.iter().copied().collect()
}

fn person<'a>(login: &'a str, roles: &'a BTreeSet<Role>) -> Decider<'a> {
    Decider {
        login,
        roles,
        on_behalf_of: None,
    }
}

pub(crate) fn body(kind: GovernedKind) -> Body {
    let text = match kind {
        GovernedKind::Access => r#"{"roles":["support"],"scope":{"entities":["DE01"]}}"#,
        GovernedKind::Source => r#"{"title":"WMS Lodz","lane":"warehouse","entity":"PL02"}"#,
        GovernedKind::RoutingRule => r#"{"class":"MA-01","team":"procurement","person":"maria","stand_in":"jan"}"#,
        GovernedKind::CurrencyRate => r#"{"rate":"0.9213","publisher":"ECB"}"#,
        GovernedKind::Calendar => r#"{"zone":"Europe/Warsaw","hours":{"mon":[{"from":"08:00","to":"16:00"}]}}"#,
    };
    Body::read(kind, text).unwrap()
}

pub(crate) fn key(kind: GovernedKind) -> &'static str {
    match kind {
        GovernedKind::Access => "nina",
        GovernedKind::Source => "wms-lodz",
        GovernedKind::RoutingRule => "prices to procurement",
        GovernedKind::CurrencyRate => "USD/EUR",
        GovernedKind::Calendar => "PL",
    }
}

fn ask(kind: GovernedKind) -> Ask {
    Ask {
        kind,
        key: key(kind).into(),
        base_version: 3,
        current: None,
        body: Some(body(kind)),
        valid_from: NOW,
        reason: "as agreed in the review".into(),
        ticket: "CHG-7".into(),
    }
}

/// The roles that ask for, and those that decide, a kind.
fn who(kind: GovernedKind) -> (BTreeSet<Role>, BTreeSet<Role>) {
    let permission = kind.permission();
    let of = |enough: fn(Grade) -> bool| permission.roles_where(enough).into_iter().take(1).collect();
    (of(Grade::proposes), of(Grade::decides))
}

fn open(kind: GovernedKind) -> Proposal {
    Proposal::ask(person("ada", &who(kind).0), &ask(kind), NOW).unwrap()
}

#[test]
fn every_kind_is_asked_for_by_one_person_and_agreed_by_another() {
    for kind in GovernedKind::ALL {
        assert_eq!(GovernedKind::parse(kind.as_str()), Some(kind));
        let open = open(kind);
        let (_, decides) = who(kind);
        let agreed = open
            .decide(person("ben", &decides), true, "", &open.hash, 3, NOW.plus(5))
            .unwrap();
        assert_eq!((agreed.state, agreed.version), (State::Agreed, 2), "{kind:?}");
        assert_eq!(agreed.decisions[0].by, "ben");
        assert_eq!(agreed.decisions[0].verdict, Verdict::Agree);
        assert!(agreed.effective_from() >= Some(NOW));
        assert_eq!(
            Body::read(kind, agreed.body.as_deref().unwrap()),
            Ok(body(kind)),
            "what is agreed is what was asked"
        );
    }
}

#[test]
fn who_may_not_ask_does_not_ask_and_who_may_not_decide_does_not_decide() {
    for kind in GovernedKind::ALL {
        let permission = kind.permission();
        let open = open(kind);
        for role in Role::ALL {
            let one = roles(&[role]);
            let grade = permission.grade(role);
            let asked = Proposal::ask(person("eve", &one), &ask(kind), NOW);
            assert_eq!(asked.is_ok(), grade.proposes(), "{kind:?} {role:?}: {asked:?}");
            let decided = open.decide(person("eve", &one), true, "", &open.hash, 3, NOW);
            assert_eq!(decided.is_ok(), grade.decides(), "{kind:?} {role:?}: {decided:?}");
            if let Err(refusal) = decided {
                assert_eq!(refusal, Refusal::NotAllowed(permission.roles_where(Grade::decides)));
                assert!(refusal.is_about_the_person());
            }
        }
    }
}

#[test]
fn nobody_decides_about_their_own_access() {
    let all = roles(&Role::ALL);
    let open = open(GovernedKind::Access);
    let decided = open.decide(person("Nina", &all), true, "", &open.hash, 3, NOW);
    assert_eq!(decided, Err(Refusal::OwnAccess));
    let policy = EmergencyPolicy { allowed: true };
    let alone = Proposal::act_alone(
        person("nina", &all),
        &ask(GovernedKind::Access),
        policy,
        &Calendar::default(),
        NOW,
    );
    assert_eq!(alone, Err(Refusal::OwnAccess));
}

#[test]
fn a_proposal_ends_once() {
    let kind = GovernedKind::Source;
    let (asks, decides) = who(kind);
    let open = open(kind);
    let ada = person("ada", &asks);
    let ben = person("ben", &decides);
    let declined = open.decide(ben, false, "not yet", &open.hash, 3, NOW).unwrap();
    let withdrawn = open.withdraw(ada, "", NOW).unwrap();
    let expired = open.settled(3, open.expires_at).unwrap();
    let void = open.settled(4, NOW).unwrap();
    for (ended, state) in [
        (declined, State::Declined),
        (withdrawn, State::Withdrawn),
        (expired, State::Expired),
        (void, State::Void),
    ] {
        assert_eq!(ended.state, state);
        assert_eq!(State::parse(state.as_str()), Some(state));
        assert_eq!(State::from_code(state.code()), Some(state));
        assert_eq!(
            ended.decide(ben, true, "", &ended.hash, 3, NOW),
            Err(Refusal::NotOpen(state))
        );
        assert_eq!(ended.withdraw(ada, "", NOW), Err(Refusal::NotOpen(state)));
        assert_eq!(ended.settled(9, NOW.plus(Instant::DAY * 99)), None);
        assert_eq!(ended.effective_from(), None, "only what was agreed becomes so");
    }
}

#[test]
fn what_changed_meanwhile_is_not_decided() {
    let kind = GovernedKind::Calendar;
    let (_, decides) = who(kind);
    let ben = person("ben", &decides);
    let open = open(kind);
    let decide = |proposal: &Proposal, seen: &[u8], version, at| proposal.decide(ben, true, "", seen, version, at);
    assert_eq!(decide(&open, &[0; 32], 3, NOW), Err(Refusal::OtherContent));
    assert_eq!(decide(&open, &open.hash, 4, NOW), Err(Refusal::RecordChanged));
    assert_eq!(
        decide(&open, &open.hash, 3, open.expires_at),
        Err(Refusal::NotOpen(State::Expired))
    );
    let mut altered = open.clone();
    altered.body = altered.body.map(|b| b.replace("16:00", "18:00"));
    assert_eq!(
        decide(&altered, &open.hash, 3, NOW),
        Err(Refusal::OtherContent),
        "the stored proposal was changed behind its hash"
    );
    assert!(Refusal::RecordChanged.is_about_the_state());
}

#[test]
fn only_who_asked_takes_it_back() {
    let open = open(GovernedKind::RoutingRule);
    let all = roles(&Role::ALL);
    assert!(open.withdraw(person("ben", &all), "", NOW).is_err());
    let none = roles(&[]);
    assert!(open.withdraw(person("ADA", &none), "", NOW).is_ok());
}

#[test]
fn asking_needs_a_reason_and_a_change() {
    let kind = GovernedKind::CurrencyRate;
    let (asks, _) = who(kind);
    let ada = person("ada", &asks);
    let silent = Ask {
        reason: "  ".into(),
        ..ask(kind)
    };
    assert_eq!(Proposal::ask(ada, &silent, NOW), Err(Refusal::NoReason));
    let same = Ask {
        current: Some(body(kind)),
        ..ask(kind)
    };
    assert_eq!(Proposal::ask(ada, &same, NOW), Err(Refusal::NothingChanges));
    let none = Ask {
        body: None,
        ..ask(kind)
    };
    assert_eq!(
        Proposal::ask(ada, &none, NOW),
        Err(Refusal::NothingChanges),
        "there is none to end"
    );
    let other = Ask {
        body: Some(body(GovernedKind::Source)),
        ..ask(kind)
    };
    assert!(matches!(Proposal::ask(ada, &other, NOW), Err(Refusal::Unsound(_))));
    let end = Ask {
        current: Some(body(kind)),
        body: None,
        ..ask(kind)
    };
    assert_eq!(Proposal::ask(ada, &end, NOW).unwrap().body, None);
}

#[test]
fn declining_says_why() {
    let open = open(GovernedKind::Source);
    let (_, decides) = who(GovernedKind::Source);
    let ben = person("ben", &decides);
    assert_eq!(open.decide(ben, false, " ", &open.hash, 3, NOW), Err(Refusal::NoReason));
}

#[test]
fn acting_alone_is_off_until_allowed_and_then_needs_reason_ticket_and_review() {
    let kind = GovernedKind::Source;
    let admin = roles(&[Role::Administrator]);
    let ada = person("ada", &admin);
    let calendar = Calendar::default();
    let on = EmergencyPolicy { allowed: true };
    let alone = |ask: &Ask, policy| Proposal::act_alone(ada, ask, policy, &calendar, NOW);
    assert_eq!(
        alone(&ask(kind), EmergencyPolicy::default()),
        Err(Refusal::AloneNotAllowed)
    );
    assert_eq!(
        alone(
            &Ask {
                ticket: String::new(),
                ..ask(kind)
            },
            on
        ),
        Err(Refusal::NoTicket)
    );
    assert_eq!(
        alone(
            &Ask {
                reason: "urgent".into(),
                ..ask(kind)
            },
            on
        ),
        Err(Refusal::NoReason)
    );
    let support = roles(&[Role::Support]);
    assert!(
        matches!(
            Proposal::act_alone(person("jonas", &support), &ask(kind), on, &calendar, NOW),
            Err(Refusal::NotAllowed(_))
        ),
        "who may only ask does not act alone"
    );
    let done = alone(&ask(kind), on).unwrap();
    assert_eq!((done.state, done.emergency), (State::Agreed, true));
    // 2027-01-15 is a Friday.
    assert_eq!(NOW.to_string(), "2027-01-15T08:00:00Z");
    assert_eq!(done.review_by.unwrap().to_string(), "2027-01-18T17:00:00Z");
    assert!(done.awaits_review());
    let all = roles(&Role::ALL);
    assert_eq!(
        done.review(person("ada", &all), true, "", NOW),
        Err(Refusal::OwnRequest)
    );
    let security = roles(&[Role::SecurityAdministrator]);
    let kay = person("kay", &security);
    assert_eq!(done.review(kay, false, "", NOW), Err(Refusal::NoReason));
    let reviewed = done.review(kay, false, "could have waited", NOW.plus(9)).unwrap();
    assert!(!reviewed.awaits_review());
    assert_eq!(reviewed.review_by, None);
    assert_eq!(reviewed.effective_from(), done.effective_from(), "it stays done");
    assert_eq!(reviewed.review(kay, true, "", NOW), Err(Refusal::NothingToReview));
}

fn some_roles() -> impl Strategy<Value = BTreeSet<Role>> {
    proptest::collection::btree_set(proptest::sample::select(Role::ALL.to_vec()), 0..=8)
}

proptest! {
    #[test]
    fn the_requester_never_decides_whatever_their_roles(
        kind in proptest::sample::select(GovernedKind::ALL.to_vec()),
        held in some_roles(), more in some_roles(), upper in any::<bool>(), stands_in in any::<bool>(),
        agree in any::<bool>(), later in 0_i64..20 * Instant::DAY,
    ) {
        let asks: BTreeSet<Role> = held.union(&who(kind).0).copied().collect();
        let open = Proposal::ask(person("ada", &asks), &ask(kind), NOW).unwrap();
        let login = match (stands_in, upper) {
            (true, _) => "ben",
            (false, true) => "ADA ",
            (false, false) => "ada",
        };
        let decides: BTreeSet<Role> = more.union(&roles(&Role::ALL)).copied().collect();
        let by = Decider { login, roles: &decides, on_behalf_of: stands_in.then_some("Ada") };
        let decided = open.decide(by, agree, "because", &open.hash, 3, NOW.plus(later));
        assert_eq!(decided, Err(Refusal::OwnRequest));
        assert_eq!(open.may_decide(by), Err(Refusal::OwnRequest));
    }

    #[test]
    fn no_walk_through_the_states_leads_out_of_an_end(steps in proptest::collection::vec((0_u8..5, 0_i64..9), 1..12)) {
        let kind = GovernedKind::Source;
        let admin = roles(&[Role::Administrator]);
        let (ada, ben) = (person("ada", &admin), person("ben", &admin));
        let mut now = NOW;
        let mut proposal = Proposal::ask(ada, &ask(kind), now).unwrap();
        let mut ended: Option<State> = None;
        for (step, days) in steps {
            now = now.plus(days * Instant::DAY);
            let next = match step {
                0 => proposal.decide(ben, true, "", &proposal.hash, 3, now).ok(),
                1 => proposal.decide(ben, false, "no", &proposal.hash, 3, now).ok(),
                2 => proposal.withdraw(ada, "", now).ok(),
                3 => proposal.settled(3, now),
                _ => proposal.settled(4, now),
            };
            if let Some(next) = next {
                assert_eq!(ended, None, "nothing follows {ended:?}");
                assert_eq!(next.version, proposal.version + 1);
                if next.state == State::Agreed {
                    assert!(now < proposal.expires_at);
                }
                ended = Some(next.state);
                proposal = next;
            }
        }
    }
}
