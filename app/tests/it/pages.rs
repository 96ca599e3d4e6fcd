//! Pages as they are read.

use app::routes::pages;
use app::state::Needs;
use axum::http::{Method, StatusCode, header};
use insta::assert_snapshot;
use views::Role;

use crate::browser::Browser;
use crate::fixtures::HASH;

/// An address for every path of the table.
fn address(path: &str) -> String {
    path.replace("{entity}", "PL02")
        .replace("{po_no}", "4500018823")
        .replace("{seq}", "402")
        .replace("{name}", "wms-lodz")
        .replace("{login}", "mk")
        .replace("{kind}", "source")
        .replace("{key}", "wms-lodz")
        .replace("{id}", if path.starts_with("/messages") { "5513" } else { "41" })
}

#[tokio::test]
async fn every_page_that_needs_a_person_sends_nobody_to_the_door() {
    for route in pages() {
        let browser = Browser::nobody();
        let path = address(route.path);
        let answer = if route.method == Method::POST {
            browser.post(&path, "").await
        } else {
            browser.get(&path).await
        };
        if route.needs == Needs::Nothing {
            assert_ne!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
            continue;
        }
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
        assert!(
            answer.header(header::LOCATION).starts_with("/sign-in?next=%2F"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn every_page_opens_for_the_roles_that_may_and_for_no_other() {
    for route in pages() {
        for role in Role::ALL {
            let browser = Browser::of(&[role]);
            let path = address(route.path);
            let answer = if route.method == Method::POST {
                browser.post(&path, "name=a&title=b&format=csv").await
            } else {
                browser.get(&path).await
            };
            let expected = match route.needs {
                Needs::Permission(permission) if !permission.roles().contains(&role) => StatusCode::FORBIDDEN,
                Needs::Nothing => StatusCode::SEE_OTHER,
                _ => StatusCode::OK,
            };
            assert_eq!(answer.status, expected, "{path} as {role:?}");
            assert!(
                !answer.main().contains('['),
                "a word is missing on {path}: {}",
                answer.main()
            );
        }
    }
}

#[tokio::test]
async fn a_page_has_no_inline_style_and_script_only_with_the_nonce() {
    for path in [
        "/",
        "/orders",
        "/orders/PL02/4500018823",
        "/orders/PL02/4500000001",
        "/exceptions",
        "/messages",
        "/messages/5513",
    ] {
        let html = Browser::of(&[Role::Support]).get(path).await.html;
        assert!(!html.contains(" style=") && !html.contains("<style"), "{path}");
        assert_eq!(
            html.matches("<script").count(),
            html.matches("<script type=\"module\" nonce=\"n0nce\">").count(),
            "{path}"
        );
        assert_eq!(
            html.contains("<script"),
            html.contains("<leptos-island"),
            "{path} loads script without an island"
        );
    }
}

#[tokio::test]
async fn the_order_page_tells_the_whole_story() {
    assert_snapshot!(
        Browser::of(&[Role::Procurement])
            .get("/orders/PL02/4500018823")
            .await
            .main()
    );
}

#[tokio::test]
async fn an_order_of_the_past_says_what_it_hides() {
    let path = "/orders/PL02/4500018823?world=2026-02-28T12:00&known=2026-02-28T12:00";
    let main = Browser::of(&[Role::Procurement]).get(path).await.main();
    assert!(
        main.starts_with("You see 28 Feb 2026 12:00 UTC as we knew it then. 4 later events are hidden."),
        "{main}"
    );
}

#[tokio::test]
async fn a_moment_that_is_no_date_is_refused_in_words() {
    let answer = Browser::of(&[Role::Procurement])
        .get("/orders/PL02/4500018823?world=yesterday")
        .await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.main().contains("This is no date and time."), "{}", answer.main());
}

#[tokio::test]
async fn an_address_that_moved_leads_to_the_order_at_the_same_moment() {
    let answer = Browser::of(&[Role::Procurement])
        .get("/orders/DE01/PO-77120?world=2026-02-28T12:00")
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(
        answer.header(header::LOCATION),
        "/orders/PL02/4500018823?world=2026-02-28T12%3A00"
    );
}

#[tokio::test]
async fn who_may_not_see_prices_gets_a_page_without_them() {
    for path in ["/orders", "/orders/PL02/4500018823"] {
        assert!(
            Browser::of(&[Role::Procurement])
                .get(path)
                .await
                .html
                .contains("84,200.00"),
            "{path}"
        );
        let html = Browser::of(&[Role::Warehouse]).get(path).await.html;
        assert!(
            !html.contains("84,200") && !html.contains("2,310") && !html.contains("Price") && !html.contains("Value"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn an_order_of_many_events_is_shown_a_hundred_at_a_time() {
    let browser = Browser::of(&[Role::Procurement]);
    let rows = |html: &str| html.matches("<tr id=\"event-").count();
    let first = browser.get("/orders/PL02/4500000001").await.html;
    assert_eq!(rows(&first), 100);
    assert!(first.len() < 400_000, "{} bytes", first.len());
    let last = browser.get("/orders/PL02/4500000001?events=15").await.html;
    assert!(last.contains("id=\"event-2499\""));
    assert_eq!(
        rows(&browser.get("/orders/PL02/4500000001?events=all").await.html),
        1_500
    );
}

#[tokio::test]
async fn every_mark_of_the_lanes_leads_to_an_event_that_is_there() {
    let browser = Browser::of(&[Role::Procurement]);
    let html = browser.get("/orders/PL02/4500000001").await.html;
    let clusters = html
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|href| href.contains("#event-"));
    let mut seen = 0;
    for href in clusters.step_by(9) {
        let (path, anchor) = href.split_once('#').unwrap();
        let page = browser.get(&path.replace("&amp;", "&")).await.html;
        assert!(page.contains(&format!("id=\"{anchor}\"")), "{href}");
        seen += 1;
    }
    assert!(seen > 3, "the drawing has clusters");
}

#[tokio::test]
async fn what_a_source_sent_is_shown_as_text_and_only_to_who_may() {
    let path = "/orders/PL02/4500018823/events/402";
    let html = Browser::of(&[Role::Support]).get(path).await.html;
    assert!(html.contains("&lt;88213&gt;") && !html.contains("<88213>"));
    let main = Browser::of(&[Role::Procurement]).get(path).await.main();
    assert!(
        main.contains("The bytes are not shown here. Only support, auditor may do this."),
        "{main}"
    );
}

#[tokio::test]
async fn a_case_says_what_it_means_why_and_what_to_do() {
    assert_snapshot!(Browser::of(&[Role::Procurement]).get("/exceptions/41").await.main());
}

#[tokio::test]
async fn who_may_not_act_sees_the_button_disabled_with_who_may() {
    let html = Browser::of(&[Role::Executive]).get("/exceptions/41").await.html;
    assert_eq!(html.matches("<button disabled").count(), 2);
    let main = Browser::of(&[Role::Procurement]).get("/messages/5513").await.main();
    assert!(
        main.contains("Retry what is parked Only support may do this."),
        "{main}"
    );
}

#[tokio::test]
async fn going_from_case_to_case_keeps_the_list() {
    let html = Browser::of(&[Role::Procurement])
        .get("/exceptions/43?class=IT-07")
        .await
        .html;
    assert!(html.contains("href=\"/exceptions/45?class=IT-07#case-45\""));
    assert!(!html.contains("/exceptions/41"));
}

#[tokio::test]
async fn an_arrival_says_what_became_of_each_item() {
    assert_snapshot!(Browser::of(&[Role::Support]).get("/messages/5513").await.main());
}

#[tokio::test]
async fn the_overview_begins_with_what_needs_somebody() {
    let main = Browser::of(&[Role::Procurement]).get("/").await.main();
    assert!(
        main.starts_with("2 exceptions need somebody now. 1,215 are open in all."),
        "{main}"
    );
}

#[tokio::test]
async fn an_empty_house_says_so_and_how_to_begin() {
    let browser = Browser::of(&[Role::Administrator]).in_an_empty_house();
    let main = browser.get("/").await.main();
    assert!(
        main.starts_with("Nothing has arrived yet.") && main.contains("Connect a system"),
        "{main}"
    );
    let browser = Browser::of(&[Role::Procurement]).in_an_empty_house();
    assert!(
        browser
            .get("/orders")
            .await
            .main()
            .contains("Orders appear here as soon as")
    );
    assert!(
        browser
            .get("/exceptions")
            .await
            .main()
            .contains("No exception is open.")
    );
    let main = Browser::of(&[Role::Procurement]).get("/orders?q=nothing").await.main();
    assert!(main.contains("No order matches."), "{main}");
}

#[tokio::test]
async fn a_search_keeps_its_words_and_cannot_write_into_the_page() {
    let html = Browser::of(&[Role::Procurement])
        .get("/orders?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
        .await
        .html;
    assert!(!html.contains("<script>alert"), "{html}");
    assert!(
        html.contains("&lt;script&gt;alert(1)") || html.contains("&lt;script>alert(1)"),
        "{html}"
    );
}

#[tokio::test]
async fn an_address_can_only_make_a_page_say_sentences_of_ours() {
    let browser = Browser::of(&[Role::Procurement]);
    let done = browser.get("/exceptions/41?done=done-resolved").await.main();
    assert!(done.starts_with("Done The case is closed."), "{done}");
    for query in [
        "done=You+won",
        "error=You+lost",
        "done=error-internal",
        "error=nav-home",
    ] {
        let main = browser.get(&format!("/exceptions/41?{query}")).await.main();
        assert!(
            !main.contains("You ") && !main.starts_with("Done") && !main.starts_with("Not done"),
            "{query}: {main}"
        );
    }
}

#[tokio::test]
async fn a_new_token_is_on_the_page_once_and_in_no_address() {
    let browser = Browser::of(&[Role::Administrator]);
    let answer = browser
        .post("/sources", "name=wms-leeds&title=Leeds&lane=warehouse&entity=GB03")
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    assert_eq!(answer.header(header::LOCATION), "");
    assert!(answer.main().contains("dkt_3f9a7c51e2b84d06"));
}

#[tokio::test]
async fn a_page_that_does_not_exist_is_not_found_in_words() {
    for path in ["/nowhere", "/orders/PL02/1", "/exceptions/abc", "/messages/999"] {
        let answer = Browser::of(&[Role::Support]).get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(
            answer
                .main()
                .contains("There is no such page, or it is not yours to see."),
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_door_of_the_demo_offers_its_people() {
    let main = Browser::nobody().get("/sign-in?next=/orders").await.main();
    assert!(
        main.contains("Maria Keller Procurement") && main.contains("Jonas Brandt Support"),
        "{main}"
    );
    let main = Browser::nobody().in_an_empty_house().get("/welcome?key=abc").await.html;
    assert!(main.contains("name=\"key\" value=\"abc\""));
}

#[tokio::test]
async fn tokens_are_shown_without_their_secrets_to_who_may_manage_them() {
    let page = Browser::of(&[Role::Administrator]).get("/sources/wms-lodz").await;
    let text = page.main();
    for seen in [
        "7 days left",
        "Replaced, still works",
        "dkt_3f9a0004",
        "1,200 requests a minute",
    ] {
        assert!(text.contains(seen), "{seen}: {text}");
    }
    assert!(page.html.contains("action=\"/tokens/4/rotate\"") && !page.html.contains("/tokens/3/rotate"));
    let buyer = Browser::of(&[Role::Procurement]).get("/sources/wms-lodz").await;
    assert_eq!(buyer.status, StatusCode::OK);
    assert!(!buyer.html.contains("dkt_3f9a") && buyer.main().contains("administrator"));
    let home = Browser::of(&[Role::Administrator]).get("/").await;
    assert!(home.main().contains("dkt_3f9a0004… of wms-lodz ends in 7 days"));
    assert!(
        !Browser::of(&[Role::Support])
            .get("/")
            .await
            .html
            .contains("dkt_3f9a0004")
    );
}

#[tokio::test]
async fn a_service_is_asked_for_by_a_plain_form() {
    let browser = Browser::of(&[Role::Administrator]);
    let form = "name=dash&owner=ada&orders%3Aread=on&audit%3Aread=on&entities=DE01%2C+PL02&token_title=&days=30&quota_per_minute=";
    let answer = browser.post("/services", form).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    let asked = browser.asked.all().join("");
    for part in [
        "orders:read",
        "audit:read",
        "\"DE01\", \"PL02\"",
        "days: 30",
        "quota_per_minute: None",
    ] {
        assert!(asked.contains(part), "{part}: {asked}");
    }
    let refused = browser.post("/services", "name=dash&days=many").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_selection_says_what_was_done_and_what_was_left_and_why() {
    let page = Browser::of(&[Role::Procurement]).get("/selections/41").await;
    let text = page.main();
    for seen in [
        "1,204 exceptions, frozen",
        "EUR 10,770.00",
        "1,202 were done, 2 were left as they are",
        "Changed since it was chosen",
        "Close 1,204 exceptions",
    ] {
        assert!(text.contains(seen), "{seen}: {text}");
    }
    assert!(page.html.contains(&format!("name=\"hash\" value=\"{HASH}\"")) || page.html.contains(HASH));
    let support = Browser::of(&[Role::Support]).get("/selections/41").await;
    assert!(!support.main().contains("EUR"), "who may not see prices sees no sum");
    let other = Browser::of(&[Role::Procurement]).get("/selections/42").await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_table_of_a_selection_runs_nothing_in_a_spreadsheet() {
    let answer = Browser::of(&[Role::Procurement]).get("/selections/41/export.csv").await;
    assert_eq!(answer.header(header::CONTENT_TYPE), "text/csv; charset=utf-8");
    assert!(answer.header(header::CONTENT_DISPOSITION).contains("exceptions-41.csv"));
    assert!(answer.html.contains("\"'=HYPERLINK(\"\"x\"\")\""), "{}", answer.html);
    assert!(answer.html.contains("changed since it was frozen") && answer.html.contains("99,2,"));
    assert_eq!(
        answer.html.lines().count(),
        1 + crate::fixtures::selection_export().rows.len()
    );
    let support = Browser::of(&[Role::Support]).get("/selections/41/export.csv").await;
    assert_eq!(support.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn cases_are_ticked_and_taken_by_a_plain_form() {
    let browser = Browser::of(&[Role::Procurement]);
    let page = browser.get("/exceptions").await;
    assert!(page.html.contains("form=\"selecting\"") && page.main().contains("Take all 1,215 that match"));
    let answer = browser
        .post(
            "/act/selections/freeze",
            "what=ticked&cases[]=41_3&cases[]=44_1&class=&state=",
        )
        .await;
    assert_eq!(answer.header(header::LOCATION), "/selections/41?done=done-frozen");
    let all = browser
        .post("/act/selections/freeze", "what=all&cases[]=41_3&class=GO-04")
        .await;
    assert_eq!(all.header(header::LOCATION), "/selections/41?done=done-frozen");
    let none = browser.post("/act/selections/freeze", "what=ticked&class=GO-04").await;
    assert_eq!(
        none.header(header::LOCATION),
        "/exceptions?class=GO-04&error=error-selection-none-ticked"
    );
    let act = format!("id=41&hash={HASH}&resolution=accepted&comment=agreed");
    let done = browser.post("/act/selections/resolve", &act).await;
    assert_eq!(done.header(header::LOCATION), "/selections/41?done=done-selection-some");
    let other = browser
        .post("/act/selections/resolve", "id=41&hash=00&resolution=accepted&comment=x")
        .await;
    assert_eq!(
        other.header(header::LOCATION),
        "/selections/41?error=error-act-conflict"
    );
    let asked = browser.asked.all();
    assert_eq!(asked.len(), 3, "{asked:?}");
    assert!(asked[0].contains("id: 41, version: 3") && asked[0].contains("id: 44, version: 1"));
    assert!(asked[1].contains("cases: []") && asked[1].contains("GO-04"));
    let executive = Browser::of(&[Role::Administrator]).get("/sources").await;
    assert!(!executive.html.contains("selecting"));
}

#[tokio::test]
async fn an_entry_of_the_audit_says_what_changed_and_where_it_came_from() {
    let auditor = Browser::of(&[Role::Auditor]);
    let list = auditor.get("/audit?outcome=refused").await;
    assert!(
        list.main().contains("Was refused Order 4500018823") || list.main().contains("Was refused"),
        "{}",
        list.main()
    );
    assert!(list.html.contains("href=\"/audit/41\"") && !list.html.contains("href=\"/audit/40\""));
    assert!(
        list.html.contains("name=\"outcome\" value=\"refused\""),
        "the export takes the filter along"
    );
    let main = auditor.get("/audit/40").await.main();
    for said in [
        "MD-04",
        "IT-01",
        "INC-7",
        "Signed in by password",
        "Roles held procurement, warehouse",
        "Some new fact x",
    ] {
        assert!(main.contains(said), "{said} is missing: {main}");
    }
    let wrong = auditor.get("/audit?from=yesterday").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(wrong.main().contains("This is no date and time."), "{}", wrong.main());
    let bar = |html: &str| html.contains("href=\"/audit\" ");
    assert!(bar(&list.html) && !bar(&Browser::of(&[Role::Procurement]).get("/").await.html));
}

#[tokio::test]
async fn the_audit_is_taken_out_as_a_file_that_no_spreadsheet_runs() {
    let auditor = Browser::of(&[Role::Auditor]);
    let csv = auditor.post("/audit/export", "format=csv&outcome=").await;
    assert_eq!(
        csv.header(header::CONTENT_DISPOSITION),
        "attachment; filename=\"audit.csv\""
    );
    assert_eq!(csv.html.lines().count(), 4, "{}", csv.html);
    assert!(csv.html.contains("\"'=the map; was \"\"wrong\"\"\""), "{}", csv.html);
    assert!(csv.html.contains("class: MD-04 -> IT-01"));
    let lines = auditor.post("/audit/export", "format=jsonl&outcome=refused").await;
    assert_eq!(lines.html.lines().count(), 1, "{}", lines.html);
    assert_eq!(
        auditor.asked.all(),
        ["mk takes out the audit as csv", "mk takes out the audit as jsonl"]
    );
}
