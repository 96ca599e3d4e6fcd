//! Records and requests: pages and acts.

use axum::http::{StatusCode, header};
use views::Role;

use crate::browser::Browser;

#[tokio::test]
async fn a_request_says_who_asks_what_changes_what_will_happen_and_who_may_decide() {
    let main = Browser::of(&[Role::Administrator]).get("/requests/41").await.main();
    for words in [
        "Karin Holm",
        "Lodz moved to the Polish company",
        "DE01",
        "PL02",
        "1204 messages",
        "12 parked items",
    ] {
        assert!(main.contains(words), "{words}: {main}");
    }
    let own = Browser::of(&[Role::Administrator]).get("/requests/42").await;
    assert!(
        own.main()
            .contains("You asked for this. Another person decides. These may: Karin Holm, Lars Stein.")
    );
    let forms: Vec<&str> = own
        .html
        .split("<form")
        .filter(|f| f.contains("governance/decide"))
        .collect();
    let closed = |verdict: &str| {
        let form = forms.iter().find(|f| f.contains(&format!("value=\"{verdict}\"")));
        form.unwrap().contains("disabled")
    };
    assert!(closed("agree") && closed("decline") && !closed("withdraw"));
}

#[tokio::test]
async fn the_inbox_begins_with_what_was_done_alone_then_what_is_yours_to_decide() {
    let main = Browser::of(&[Role::SecurityAdministrator])
        .get("/requests")
        .await
        .main();
    let at = |words: &str| main.find(words).unwrap_or_else(|| panic!("{words}: {main}"));
    assert!(at("Done alone in an emergency") < at("For you to decide"));
    assert!(at("For you to decide") < at("Yours, waiting"));
    assert!(main.contains("review overdue since"), "{main}");
}

#[tokio::test]
async fn the_number_of_waiting_requests_stands_in_the_navigation_of_who_decides() {
    let html = Browser::of(&[Role::Administrator]).get("/requests").await.html;
    assert!(html.contains("<span class=\"badge badge--bad\">2</span>"));
    let html = Browser::of(&[Role::Executive]).get("/orders").await.html;
    assert!(
        !html.contains("href=\"/requests\""),
        "who governs nothing is not shown the way"
    );
}

#[tokio::test]
async fn a_decision_carries_what_was_seen() {
    let browser = Browser::of(&[Role::Administrator]);
    let answer = browser
        .post(
            "/act/governance/decide",
            "id=41&verdict=agree&hash=abab&version=1&comment=Right",
        )
        .await;
    assert_eq!(answer.header(header::LOCATION), "/requests/41?done=done-agreed");
    assert_eq!(browser.asked.all(), ["mk says agree to 41 at version 1 of abab: Right"]);
}

#[tokio::test]
async fn every_kind_has_a_form_of_its_own_and_what_it_sends_is_a_sound_body() {
    let forms = [
        (
            "access",
            "mk",
            "ask%5Broles%5D%5B%5D=support&ask%5Bentities%5D=DE01%2C+PL02",
        ),
        (
            "source",
            "wms-lodz",
            "ask%5Btitle%5D=Lodz&ask%5Blane%5D=warehouse&ask%5Bentity%5D=PL02",
        ),
        ("routing_rule", "prices", "ask%5Bclass%5D=MA-01&ask%5Bteam%5D=finance"),
        (
            "currency_rate",
            "USD/EUR",
            "ask%5Brate%5D=0%2C92&ask%5Bvalid_from%5D=2026-03-01",
        ),
        (
            "calendar",
            "company",
            "ask%5Bzone%5D=Europe%2FBerlin&ask%5Bmon%5D=08%3A00-12%3A00%2C+13%3A00-17%3A00&ask%5Bholidays%5D=2026-12-25+Christmas",
        ),
    ];
    for (kind, key, fields) in forms {
        let browser = Browser::of(&[Role::Administrator]);
        let form = format!("ask%5Bkind%5D={kind}&ask%5Bkey%5D={key}&ask%5Bversion%5D=2&ask%5Breason%5D=Why&{fields}");
        let answer = browser.post("/act/governance/ask", &form).await;
        assert_eq!(
            answer.header(header::LOCATION),
            "/requests/41?done=done-asked",
            "{kind}"
        );
        let asked = browser.asked.all().remove(0);
        let body = asked.split_once(" as ").unwrap().1;
        let kind_of = domain::governance::GovernedKind::parse(kind).unwrap();
        let body = domain::governance::Body::read(kind_of, body).unwrap_or_else(|e| panic!("{kind}: {e:?} of {body}"));
        assert_eq!(body.faults(key, domain::Instant(0)), [], "{kind}");
    }
}

#[tokio::test]
async fn the_way_back_is_a_form_at_each_version() {
    let page = Browser::of(&[Role::Administrator])
        .get("/governance/source/wms-lodz")
        .await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(
        page.html.matches("name=\"ask[back_to]\"").count(),
        1,
        "not to what holds now"
    );
    let browser = Browser::of(&[Role::Administrator]);
    let form = "ask%5Bkind%5D=source&ask%5Bkey%5D=wms-lodz&ask%5Bversion%5D=2&ask%5Bback_to%5D=1&ask%5Breason%5D=Why";
    browser.post("/act/governance/ask", form).await;
    assert_eq!(browser.asked.all(), ["mk asks for source wms-lodz back to 1"]);
}

#[tokio::test]
async fn a_person_is_blocked_and_signed_out_by_plain_forms() {
    let browser = Browser::of(&[Role::Administrator]);
    let answer = browser.post("/act/people/block", "user=jonas").await;
    assert_eq!(answer.header(header::LOCATION), "/people/jonas?done=done-blocked");
    let form = "user=jonas&stand_in=mk&from=2026-03-04&to=2026-03-05";
    browser.post("/act/people/stand-in", form).await;
    assert_eq!(browser.asked.all()[0], "jonas: Block");
    assert!(browser.asked.all()[1].starts_with("jonas: StandIn"));
}
