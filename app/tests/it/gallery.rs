//! Writes the pages with their style to a folder, to be looked at: `DOCKET_GALLERY=folder cargo test -p app gallery`.

use std::path::Path;

use views::Role;

use crate::browser::Browser;

fn style() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../style");
    let main = std::fs::read_to_string(folder.join("main.css")).unwrap();
    let lines =
        main.lines().map(
            |line| match line.strip_prefix("@import \"").and_then(|rest| rest.split('"').next()) {
                Some(file) => std::fs::read_to_string(folder.join(file)).unwrap(),
                None => line.to_owned(),
            },
        );
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_gallery_of_pages_is_written_where_one_is_asked_for() {
    let buyer = || Browser::of(&[Role::Procurement]);
    let pages = [
        ("home", "/", buyer()),
        (
            "home-empty",
            "/",
            Browser::of(&[Role::Administrator]).in_an_empty_house(),
        ),
        ("orders", "/orders", buyer()),
        ("orders-none", "/orders?q=nothing", buyer()),
        ("order", "/orders/PL02/4500018823", buyer()),
        (
            "order-past",
            "/orders/PL02/4500018823?world=2026-02-28T12:00&known=2026-02-28T12:00",
            buyer(),
        ),
        ("order-large", "/orders/PL02/4500000001", buyer()),
        (
            "event",
            "/orders/PL02/4500018823/events/402",
            Browser::of(&[Role::Support]),
        ),
        ("exceptions", "/exceptions", buyer()),
        (
            "case",
            "/exceptions/44?done=done-classified",
            Browser::of(&[Role::Support]),
        ),
        ("selection", "/selections/41", buyer()),
        ("messages", "/messages", buyer()),
        (
            "message",
            "/messages/5513?error=error-act-refused",
            Browser::of(&[Role::Support]),
        ),
        ("sources", "/sources", Browser::of(&[Role::Administrator])),
        ("source", "/sources/wms-lodz", Browser::of(&[Role::Administrator])),
        ("services", "/services", Browser::of(&[Role::Administrator])),
        ("people", "/people", Browser::of(&[Role::Administrator])),
        ("person", "/people/jonas", Browser::of(&[Role::Administrator])),
        ("governance", "/governance", Browser::of(&[Role::Administrator])),
        (
            "governance-list",
            "/governance/calendar",
            Browser::of(&[Role::Administrator]),
        ),
        (
            "record",
            "/governance/source/wms-lodz",
            Browser::of(&[Role::Administrator]),
        ),
        (
            "record-calendar",
            "/governance/calendar/company",
            Browser::of(&[Role::Administrator]),
        ),
        ("requests", "/requests", Browser::of(&[Role::SecurityAdministrator])),
        ("request", "/requests/41", Browser::of(&[Role::Administrator])),
        ("request-own", "/requests/42", Browser::of(&[Role::Administrator])),
        ("sign-in", "/sign-in", Browser::nobody()),
        ("not-found", "/nowhere", buyer()),
    ];
    let folder = std::env::var("DOCKET_GALLERY").ok();
    for (name, path, browser) in pages {
        let html = browser.get(path).await.html;
        assert!(html.contains("</html>"), "{name} is a whole document");
        let Some(folder) = &folder else { continue };
        let html = html.replace(
            "<link rel=\"stylesheet\" href=\"/style/abc.css\">",
            &format!("<style>{}</style>", style()),
        );
        std::fs::create_dir_all(folder).unwrap();
        std::fs::write(Path::new(folder).join(format!("{name}.html")), &html).unwrap();
        std::fs::write(
            Path::new(folder).join(format!("{name}-dark.html")),
            html.replace("<html ", "<html data-theme=\"dark\" "),
        )
        .unwrap();
    }
}
