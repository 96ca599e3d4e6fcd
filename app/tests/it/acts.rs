//! Acts as plain forms.

use app::acts::acts;
use app::state::Needs;
use axum::http::{StatusCode, header};
use views::Role;

use crate::browser::Browser;
use crate::fixtures::HASH;

#[tokio::test]
async fn resolving_a_case_carries_the_version_that_was_seen() {
    let browser = Browser::of(&[Role::Procurement]);
    let answer = browser
        .post(
            "/act/exceptions/resolve",
            "id=41&version=3&resolution=accepted&comment=Agreed+by+mail",
        )
        .await;
    assert_eq!(answer.status, StatusCode::FOUND);
    assert_eq!(answer.header(header::LOCATION), "/exceptions/41?done=done-resolved");
    assert_eq!(
        browser.asked.all(),
        [r#"mk on case 41 at version 3: Resolve { resolution: Accepted, comment: "Agreed by mail" }"#]
    );
}

#[tokio::test]
async fn an_act_on_a_case_that_changed_says_so_and_changes_nothing() {
    let browser = Browser::of(&[Role::Procurement]);
    let form = "id=41&version=2&resolution=fixed";
    let answer = browser.post("/act/exceptions/resolve", form).await;
    assert_eq!(
        answer.header(header::LOCATION),
        "/exceptions/41?error=error-case-changed"
    );
    assert_eq!(
        browser.post_for_status("/act/exceptions/resolve", form).await,
        StatusCode::CONFLICT
    );
    assert!(browser.asked.all().is_empty());
}

#[tokio::test]
async fn a_case_is_not_closed_without_saying_how() {
    let browser = Browser::of(&[Role::Procurement]);
    let answer = browser.post("/act/exceptions/resolve", "id=41&version=3").await;
    assert_eq!(
        answer.header(header::LOCATION),
        "/exceptions/41?error=error-choose-resolution"
    );
    assert!(browser.asked.all().is_empty());
}

#[tokio::test]
async fn who_may_not_retry_is_refused_whatever_the_page_showed() {
    let browser = Browser::of(&[Role::Warehouse]);
    assert_eq!(
        browser.post_for_status("/act/messages/retry", "id=5513").await,
        StatusCode::FORBIDDEN
    );
    let answer = browser.post("/act/messages/retry", "id=5513").await;
    assert_eq!(
        answer.header(header::LOCATION),
        "/messages/5513?error=error-act-not-allowed"
    );
    assert!(browser.asked.all().is_empty());
}

#[tokio::test]
async fn a_retry_says_what_is_still_parked() {
    let browser = Browser::of(&[Role::Support]);
    let answer = browser.post("/act/messages/retry", "id=5513").await;
    assert_eq!(answer.header(header::LOCATION), "/messages/5513?done=done-retry-some");
}

#[tokio::test]
async fn a_retry_after_which_the_case_is_still_open_does_not_claim_success() {
    let browser = Browser::of(&[Role::Support]);
    let answer = browser.post("/act/exceptions/retry", "id=44&version=3").await;
    assert_eq!(answer.header(header::LOCATION), "/exceptions/44?error=error-retry-none");
}

#[tokio::test]
async fn every_act_that_needs_a_person_refuses_nobody() {
    let forms = &format!(
        "id=41&version=3&class=IT-07&resolution=fixed&user=a&name=b&password=correct+horse+battery&key=d&hash={HASH}&what=all"
    );
    for act in acts() {
        let status = Browser::nobody().post_for_status(act.path, forms).await;
        if act.needs == Needs::Nothing {
            assert_ne!(status, StatusCode::UNAUTHORIZED, "{}", act.path);
            continue;
        }
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{}", act.path);
        let answer = Browser::nobody().post(act.path, forms).await;
        assert!(
            answer.header(header::LOCATION).starts_with("/sign-in?next="),
            "{}",
            act.path
        );
    }
}

#[tokio::test]
async fn every_act_refuses_roles_that_do_not_hold_its_permission() {
    let forms = &format!(
        "id=41&version=3&class=IT-07&resolution=fixed&user=a&name=b&password=c&roles[]=support&entity=X&from=2026-03-04&to=2026-03-05&hash={HASH}&what=all"
    );
    for act in acts() {
        let Needs::Permission(permission) = act.needs else {
            continue;
        };
        for role in Role::ALL {
            let browser = Browser::of(&[role]);
            let status = browser.post_for_status(act.path, forms).await;
            let may = permission.roles().contains(&role);
            assert_eq!(
                status == StatusCode::FORBIDDEN,
                !may,
                "{} as {role:?}: {status}",
                act.path
            );
            assert_eq!(browser.asked.all().is_empty(), !may, "{} as {role:?}", act.path);
        }
    }
}

#[tokio::test]
async fn signing_in_sets_a_cookie_that_script_cannot_read_and_leads_back() {
    let form = "user=jonas&password=correct+horse+battery&next=%2Forders%3Fq%3D45";
    let answer = Browser::nobody().post("/act/access/sign-in", form).await;
    assert_eq!(answer.header(header::LOCATION), "/orders?q=45");
    assert_eq!(
        answer.header(header::SET_COOKIE),
        "__Host-docket_session=s3cret; Path=/; HttpOnly; SameSite=Lax; Expires=Wed, 04 Mar 2026 09:12:00 GMT; Secure"
    );
}

#[tokio::test]
async fn signing_in_never_leads_to_another_site() {
    let form = "user=jonas&password=correct+horse+battery&next=%2F%2Felsewhere.example";
    let answer = Browser::nobody().post("/act/access/sign-in", form).await;
    assert_eq!(answer.header(header::LOCATION), "/");
}

#[tokio::test]
async fn a_wrong_password_says_so_at_the_door() {
    let answer = Browser::nobody()
        .post("/act/access/sign-in", "user=jonas&password=x&next=%2Forders")
        .await;
    assert_eq!(
        answer.header(header::LOCATION),
        "/sign-in?next=%2Forders&error=error-sign-in"
    );
    assert_eq!(answer.header(header::SET_COOKIE), "");
    assert_eq!(
        Browser::nobody()
            .post_for_status("/act/access/sign-in", "user=jonas&password=x")
            .await,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn signing_out_ends_the_session_and_forgets_the_cookie() {
    let browser = Browser::of(&[Role::Support]);
    let answer = browser.post("/act/access/sign-out", "").await;
    assert_eq!(answer.header(header::LOCATION), "/sign-in?done=done-signed-out");
    assert!(
        answer.header(header::SET_COOKIE).contains("docket_session=; "),
        "{}",
        answer.header(header::SET_COOKIE)
    );
    assert_eq!(browser.asked.all(), ["session s3cret ends"]);
}

#[tokio::test]
async fn the_first_administrator_comes_in_by_the_one_time_link() {
    let browser = Browser::nobody().in_an_empty_house();
    let answer = browser
        .post(
            "/act/access/claim",
            "key=abc&user=ada&name=Ada&password=long+enough+words",
        )
        .await;
    assert_eq!(answer.header(header::LOCATION), "/");
    assert_eq!(browser.asked.all()[0], "ada (Ada) claims with abc");
}

#[tokio::test]
async fn an_administrator_says_which_entity_a_source_speaks_for() {
    let browser = Browser::of(&[Role::Administrator]);
    let answer = browser
        .post("/act/sources/set-entity", "name=wms-lodz&entity=+PL02")
        .await;
    assert_eq!(answer.header(header::LOCATION), "/requests/41?done=done-asked");
    let asked = browser.asked.all().remove(0);
    assert!(
        asked.starts_with("mk asks for source wms-lodz as ") && asked.contains(r#""entity":"PL02""#),
        "{asked}"
    );
}

#[tokio::test]
async fn a_person_is_let_in_with_the_roles_that_were_ticked() {
    let browser = Browser::of(&[Role::Administrator]);
    let form = "user=nina&name=Nina+Vogt&password=long+enough+words&roles%5B%5D=support&roles%5B%5D=auditor";
    let answer = browser.post("/act/people/create", form).await;
    assert_eq!(answer.header(header::LOCATION), "/requests/41?done=done-person-asked");
    assert_eq!(browser.asked.all(), ["nina (Nina Vogt) as {Support, Auditor}"]);
    let answer = browser
        .post("/act/people/create", "user=nina&name=Nina&password=long+enough+words")
        .await;
    assert_eq!(answer.header(header::LOCATION), "/people?error=error-person-roles");
}
