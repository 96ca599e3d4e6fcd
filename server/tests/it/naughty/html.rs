//! What a browser would find in a page.

/// A tag: its name, its attributes and their values.
pub(super) type Tag<'h> = (&'h str, Vec<(&'h str, &'h str)>);

/// Every tag that a browser would find, but for what stands inside of scripts.
pub(super) fn tags(html: &str) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once('<') {
        rest = after;
        if !after.starts_with(|next: char| next.is_ascii_alphabetic()) {
            continue;
        }
        let end = after
            .find(|c: char| c.is_whitespace() || c == '>' || c == '/')
            .unwrap_or(after.len());
        let (name, mut inside) = after.split_at(end);
        let mut attributes = Vec::new();
        loop {
            inside = inside.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            if inside.is_empty() || inside.starts_with('>') {
                break;
            }
            let end = inside
                .find(|c: char| c.is_whitespace() || c == '=' || c == '>')
                .unwrap_or(inside.len());
            let (key, after) = inside.split_at(end.max(1));
            inside = after;
            let mut value = "";
            if let Some(after) = inside.strip_prefix('=') {
                let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
                let (found, left) = match quote {
                    Some(quote) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
                    None => after.split_at(after.find([' ', '>']).unwrap_or(after.len())),
                };
                (value, inside) = (found, left);
            }
            attributes.push((key, value));
        }
        rest = inside;
        if name.eq_ignore_ascii_case("script") {
            rest = rest.split_once("</script>").map_or("", |(_, after)| after);
        }
        tags.push((name, attributes));
    }
    tags
}

/// What in a tag could run what a sender wrote.
pub(super) fn harmful((name, attributes): Tag<'_>) -> Option<String> {
    let plain = |text: &str| {
        text.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_' || b == b':')
    };
    if !plain(name)
        || matches!(
            name.to_ascii_lowercase().as_str(),
            "iframe" | "object" | "embed" | "base" | "frame"
        )
    {
        return Some(format!("has a tag {name}"));
    }
    // Ours is marked for the browser by a number that nobody knows before.
    if name.eq_ignore_ascii_case("script")
        && !attributes
            .iter()
            .any(|(key, value)| *key == "nonce" && value.len() > 16)
    {
        return Some("has a script that is not ours".to_owned());
    }
    attributes.into_iter().find_map(|(key, value)| {
        let scheme: String = value
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || *c == ':')
            .take(12)
            .collect();
        let scheme = scheme.to_ascii_lowercase();
        let runs = scheme.starts_with("javascript:") || scheme.starts_with("data:") || scheme.starts_with("vbscript:");
        let leads = matches!(key, "href" | "src" | "action" | "formaction") && runs;
        let bad =
            !plain(key) || key.to_ascii_lowercase().starts_with("on") || leads || key == "style" || key == "srcdoc";
        bad.then(|| format!("has {key}={value:?} in {name}"))
    })
}

#[test]
fn what_could_run_is_found_and_what_is_escaped_is_not() {
    let found = |html: &str| tags(html).into_iter().find_map(harmful);
    for bad in [
        "<p><script>alert(1)</script>",
        "<a href=\"javascript:alert(1)\">x</a>",
        "<a href='java\tscript:alert(1)'>x</a>",
        "<input value=\"\" onfocus=\"alert(1)\">",
        "<input value=\"\"><svg/onload=alert(1)>",
        "<p style=\"x\">",
        "<iframe src=\"/x\">",
        "<input value=\"a\"b\"c\">",
    ] {
        assert!(found(bad).is_some(), "{bad}");
    }
    for good in [
        "<p>&lt;a href=\"javascript:alert(1)\"&gt;</p>",
        "<input value=\"&quot; onfocus=&quot;alert(1)\" disabled>",
        "<script type=\"module\" nonce=\"AAAAAAAAAAAAAAAAAAAAAA\">if (1 < 2) alert()</script><p>a</p>",
        "<a href=\"/orders?q=javascript:1\">x</a>",
    ] {
        assert_eq!(found(good), None, "{good}");
    }
}
