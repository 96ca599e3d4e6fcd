//! All words come from the catalogue: the sources of the pages hold none.

use std::path::Path;

fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let code = std::fs::read_to_string(&path).unwrap();
            let code = code.split("#[cfg(test)]").next().unwrap().to_owned();
            found.push((path.display().to_string(), code));
        }
    }
}

/// The text literals that stand as content inside `view! { … }`, or in an attribute that is read aloud.
fn literals(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (start, call) in code.match_indices("view!") {
        let view = &code[start + call.len()..];
        let mut depth = 0_usize;
        let mut before = ' ';
        let mut tag_word = String::new();
        let mut letters = view.char_indices();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '{' | '(' => depth += 1,
                '}' | ')' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        break;
                    }
                }
                '"' => {
                    let text: String = view[at + 1..].chars().take_while(|c| *c != '"').collect();
                    for _ in 0..=text.chars().count() {
                        letters.next();
                    }
                    let spoken = ["title", "placeholder", "alt", "aria-label", "data-label", "label"]
                        .contains(&tag_word.trim_end_matches('='));
                    let content = matches!(before, '>' | '{' | '}') || (before == '=' && spoken);
                    if content && text.chars().any(char::is_alphabetic) {
                        found.push(text);
                    }
                }
                _ => {}
            }
            if letter.is_whitespace() {
                if before != '=' {
                    tag_word.clear();
                }
            } else {
                before = letter;
                tag_word.push(letter);
            }
        }
    }
    found
}

#[test]
fn no_page_holds_words_of_its_own() {
    let mut found = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(
        found
            .iter()
            .map(|(_, code)| code.matches("view!").count())
            .sum::<usize>()
            > 80,
        "the scan finds the views"
    );
    let offences: Vec<_> = found
        .iter()
        .flat_map(|(path, code)| literals(code).into_iter().map(move |text| format!("{path}: {text}")))
        .collect();
    assert!(offences.is_empty(), "these belong into the catalogue: {offences:#?}");
}

#[test]
fn the_scan_finds_words_and_leaves_names_alone() {
    let code = r#"view! { <p class="lede" title="Spoken">"Content" {t("key")} " " <a href="/orders" aria-label="Also">{format!("{n}")}</a></p> }"#;
    assert_eq!(literals(code), ["Spoken", "Content", "Also"]);
}
