//! A report is a Markdown file of parts. A run replaces the parts it measured and leaves the others, each with the date,
//! commit and machine of its own run.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::machine;

/// A table or a few sentences under a title.
#[derive(Clone, Debug)]
pub struct Part {
    /// Names the part in the file.
    pub name: &'static str,
    /// Its title.
    pub title: String,
    /// Markdown.
    pub text: String,
}

/// Puts parts into `docs/<file>`, after those that are there already.
///
/// # Errors
/// When the file cannot be written.
pub fn write(file: &str, title: &str, introduction: &str, parts: &[Part]) -> Result<PathBuf> {
    let path = docs()?.join(file);
    let before = std::fs::read_to_string(&path).unwrap_or_default();
    let mut known = split(&before);
    for part in parts {
        let text = format!("## {}\n\n*{}*\n\n{}\n", part.title, machine::line(), part.text.trim());
        match known.iter_mut().find(|(name, _)| name == part.name) {
            Some(old) => old.1 = text,
            None => known.push((part.name.to_owned(), text)),
        }
    }
    let mut out = format!("# {title}\n\n{}\n", introduction.trim());
    for (name, text) in known {
        out.push_str(&format!("\n<!-- part {name} -->\n{}\n", text.trim()));
    }
    std::fs::write(&path, out).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

fn split(text: &str) -> Vec<(String, String)> {
    let parts = text.split("<!-- part ").skip(1);
    parts
        .filter_map(|p| p.split_once(" -->"))
        .map(|(n, t)| (n.to_owned(), t.trim().to_owned()))
        .collect()
}

/// `docs` of the project: where the workspace's manifest is.
fn docs() -> Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let folder = if here.is_dir() { here } else { PathBuf::from("docs") };
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// A table of Markdown.
#[must_use]
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head: Vec<String> = head.iter().map(|h| (*h).to_owned()).collect();
    let rule: Vec<String> = head.iter().map(|_| "---".to_owned()).collect();
    let mut out = line(&head) + &line(&rule);
    rows.iter().for_each(|row| out.push_str(&line(row)));
    out
}

/// A whole number with its thousands apart.
#[must_use]
pub fn whole(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{split, whole};

    #[test]
    fn thousands_stand_apart() {
        assert_eq!([whole(7), whole(1_234), whole(1_234_567)], ["7", "1,234", "1,234,567"]);
    }

    #[test]
    fn parts_of_a_report_are_found_again() {
        let parts = split("# T\n\n<!-- part a -->\n## A\n\n<!-- part b -->\n## B\n");
        assert_eq!(
            parts,
            [("a".to_owned(), "## A".to_owned()), ("b".to_owned(), "## B".to_owned())]
        );
    }
}
