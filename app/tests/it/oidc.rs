//! To the identity provider and back, with cookies and redirects as a browser sees them.

use axum::http::{StatusCode, header};
use views::Role;

use crate::browser::{Answer, Browser};

fn cookies(answer: &Answer) -> Vec<&str> {
    let lines = answer.headers.get_all(header::SET_COOKIE).iter();
    lines.map(|line| line.to_str().unwrap()).collect()
}

#[tokio::test]
async fn the_door_offers_the_identity_provider_where_there_is_one() {
    let html = Browser::nobody().get("/sign-in?next=/orders").await.html;
    assert!(html.contains("Sign in with Nordwind"), "{html}");
    assert!(html.contains("href=\"/sign-in/oidc?next=%2Forders\""), "{html}");
    let without = Browser::nobody().in_an_empty_house().get("/sign-in").await.html;
    assert!(!without.contains("/sign-in/oidc"), "{without}");
}

#[tokio::test]
async fn a_browser_leaves_with_a_cookie_of_its_own_and_the_page_it_wanted() {
    let browser = Browser::nobody();
    let left = browser.get("/sign-in/oidc?next=%2Forders%3Fq%3D45").await;
    assert_eq!(left.status, StatusCode::SEE_OTHER);
    assert_eq!(left.header(header::LOCATION), "https://id.example/authorize?state=7");
    let cookies = cookies(&left);
    assert!(
        cookies.len() == 1
            && cookies[0].starts_with("__Host-docket_errand=errand; ")
            && cookies[0].contains("HttpOnly"),
        "{cookies:?}"
    );
    assert_eq!(browser.asked.all(), ["a browser leaves and wants /orders?q=45"]);
}

#[tokio::test]
async fn no_other_site_can_be_wanted() {
    for next in [
        "https:%2F%2Fevil.example",
        "%2F%2Fevil.example",
        "%2F%5Cevil.example",
        "evil",
        "%2Fa%0d%0ab",
    ] {
        let browser = Browser::nobody();
        browser.get(&format!("/sign-in/oidc?next={next}")).await;
        assert_eq!(browser.asked.all(), ["a browser leaves and wants /"], "{next}");
        // Whatever was kept meanwhile is looked at again.
        let path = format!("/sign-in/oidc/callback?state=7&code={next}");
        let back = browser.get_with("__Host-docket_errand=errand", &path).await;
        assert_eq!(back.header(header::LOCATION), "/", "{next}");
    }
}

#[tokio::test]
async fn who_comes_back_with_the_cookie_has_a_session_and_who_comes_without_has_none() {
    let path = "/sign-in/oidc/callback?state=7&code=%2Forders";
    let back = Browser::nobody().get_with("__Host-docket_errand=errand", path).await;
    assert_eq!(back.header(header::LOCATION), "/orders");
    let set = cookies(&back);
    assert!(
        set.iter().any(|c| c.starts_with("__Host-docket_session=s3cret; ")),
        "{set:?}"
    );
    assert!(
        set.iter()
            .any(|c| c.starts_with("__Host-docket_errand=; ") && c.contains("1970")),
        "{set:?}"
    );
    for cookie in ["__Host-docket_errand=another", "docket_errand=errand", "x=y"] {
        let refused = Browser::nobody().get_with(cookie, path).await;
        assert_eq!(
            refused.header(header::LOCATION),
            "/sign-in?error=error-oidc-expired",
            "{cookie}"
        );
        assert_eq!(cookies(&refused), Vec::<&str>::new());
    }
}

#[tokio::test]
async fn who_signed_out_is_shown_the_way_out_at_the_provider() {
    let html = Browser::nobody().get("/sign-in?done=done-signed-out").await.html;
    assert!(html.contains("href=\"https://id.example/end\""), "{html}");
    assert!(!Browser::nobody().get("/sign-in").await.html.contains("id.example/end"));
}

#[tokio::test]
async fn an_installation_that_is_not_production_says_so_on_every_page() {
    let browser = Browser::of(&[Role::Support]);
    assert!(!browser.get("/orders").await.html.contains("class=\"banner"));
    for (environment, words) in [
        (views::Environment::Test, "This is the test installation."),
        (views::Environment::Demo, "This is the demo"),
    ] {
        let html = Browser::of(&[Role::Support])
            .within(environment)
            .get("/orders")
            .await
            .html;
        assert!(html.contains("class=\"banner") && html.contains(words), "{html}");
    }
}
