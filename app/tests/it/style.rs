//! The style sheet and the sources fit each other.

use std::collections::BTreeSet;
use std::path::Path;

fn read(folder: &Path, extension: &str, out: &mut String) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            read(&path, extension, out);
        } else if path.extension().is_some_and(|e| e == extension) {
            out.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// The class names in a style sheet.
fn styled(css: &str) -> BTreeSet<&str> {
    css.match_indices('.')
        .filter_map(|(at, _)| {
            let name: &str = css[at + 1..]
                .split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))
                .next()?;
            name.starts_with(|c: char| c.is_ascii_lowercase()).then_some(name)
        })
        .collect()
}

#[test]
fn no_rule_of_the_style_sheet_is_for_a_class_that_no_page_has() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut css, mut code) = (String::new(), String::new());
    read(&root.join("../style"), "css", &mut css);
    read(&root.join("src"), "rs", &mut code);
    // Files are imported by name, not classes.
    let css: String = css
        .lines()
        .filter(|line| !line.starts_with("@import"))
        .flat_map(|line| [line, "\n"])
        .collect();
    let known = |class: &str| {
        let made = class
            .rsplit_once("--")
            .is_some_and(|(base, _)| code.contains(&format!("{base}--{{")));
        made || code
            .split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))
            .any(|word| word == class)
    };
    let unused: Vec<_> = styled(&css).into_iter().filter(|class| !known(class)).collect();
    assert!(styled(&css).len() > 40, "the scan finds the rules");
    assert!(unused.is_empty(), "{unused:?}");
}

#[test]
fn every_style_file_is_imported() {
    let style = Path::new(env!("CARGO_MANIFEST_DIR")).join("../style");
    let main = std::fs::read_to_string(style.join("main.css")).unwrap();
    for folder in ["", "pages"] {
        for entry in std::fs::read_dir(style.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(&style).unwrap().display().to_string();
            if name.ends_with(".css") && name != "main.css" {
                assert!(
                    main.contains(&format!("\"{name}\"")),
                    "style/main.css does not import {name}"
                );
            }
        }
    }
}
