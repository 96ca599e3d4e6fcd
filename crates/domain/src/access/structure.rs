//! What a source sent, without what it says: names of fields and the shape of values (domain §8.2, raw message).
//!
//! It reads letter by letter instead of parsing, because what people look at is mostly what could not be parsed. When in
//! doubt something is a value.

/// The shape of a value: every digit a 9, every letter an `a` or `A`; what stands between stays, so that a wrong separator
/// or a missing digit is seen.
#[must_use]
pub fn shape(value: &str) -> String {
    value.chars().map(shape_of).collect()
}

fn shape_of(c: char) -> char {
    if c.is_numeric() {
        '9'
    } else if c.is_uppercase() {
        'A'
    } else if c.is_alphabetic() {
        'a'
    } else {
        c
    }
}

/// The structure of a body: of JSON the keys, of XML the names of elements and attributes, of CSV the first line (of a
/// body from its beginning, `whole`), of EDIFACT and X12 the segment tags; of all else the shape only.
#[must_use]
pub fn structure(media_type: &str, text: &str, whole: bool) -> String {
    let media_type = media_type.to_ascii_lowercase();
    let begins = text.trim_start();
    // What it looks like counts before what it was declared as: mostly what was declared wrongly is looked at.
    if begins.starts_with('<') {
        xml(text)
    } else if media_type.contains("json") || begins.starts_with(['{', '[']) {
        json(text)
    } else if media_type.contains("xml") {
        xml(text)
    } else if whole && media_type.contains("csv") {
        csv(text)
    } else if ["UNA", "UNB", "UNH", "ISA", "GS", "ST"]
        .iter()
        .any(|tag| begins.starts_with(tag))
    {
        segments(text)
    } else {
        shape(text)
    }
}

/// A name given by those who made the format, not by those who filled it in: letters first, few digits, no spaces.
fn is_name(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '$'))
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '$'))
        && text.chars().filter(|c| c.is_numeric()).count() <= 3
}

fn name_or_shape(text: &str) -> String {
    if is_name(text) { text.to_owned() } else { shape(text) }
}

fn json(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c == '"' {
            let (inside, after) = quoted(rest.get(1..).unwrap_or_default());
            let is_key = after.is_some_and(|after| after.trim_start().starts_with(':'));
            shown.push('"');
            shown.push_str(&if is_key { name_or_shape(inside) } else { shape(inside) });
            if after.is_some() {
                shown.push('"');
            }
            rest = after.unwrap_or_default();
        } else {
            let length = rest
                .find(|c: char| !c.is_alphanumeric())
                .unwrap_or(rest.len())
                .max(c.len_utf8());
            let word = rest.get(..length).unwrap_or_default();
            match word {
                "true" | "false" | "null" => shown.push_str(word),
                _ => shown.push_str(&shape(word)),
            }
            rest = rest.get(length..).unwrap_or_default();
        }
    }
    shown
}

/// What stands up to the closing quote, and what comes after it; nothing comes after a quote that is never closed.
fn quoted(text: &str) -> (&str, Option<&str>) {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return (text.get(..at).unwrap_or_default(), text.get(at + 1..)),
            _ => {}
        }
    }
    (text, None)
}

fn xml(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        shown.push_str(&shape(before));
        // Comments and character data are what somebody wrote.
        let written = [("<!--", "-->"), ("<![CDATA[", "]]>")]
            .into_iter()
            .find(|(open, _)| tag.starts_with(open));
        let length = if let Some((open, close)) = written {
            let inside = tag.get(open.len()..).unwrap_or_default();
            let end = inside.find(close).unwrap_or(inside.len());
            shown.push_str(open);
            shown.push_str(&shape(inside.get(..end).unwrap_or_default()));
            open.len() + end
        } else {
            let end = end_of_tag(tag);
            shown.push_str(&tag_names(tag.get(..end).unwrap_or_default()));
            end
        };
        rest = tag.get(length..).unwrap_or_default();
    }
    shown.push_str(&shape(rest));
    shown
}

/// Bytes up to the `>` that closes the tag, or to where the next one begins.
fn end_of_tag(tag: &str) -> usize {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate().skip(1) {
        match (quote, byte) {
            (None, b'>' | b'<') => return at,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    tag.len()
}

/// A tag with the names of its element and attributes; what is quoted, or is no name, in its shape. An attribute is what
/// an equals sign follows.
fn tag_names(tag: &str) -> String {
    let mut shown = String::with_capacity(tag.len());
    let mut rest = tag;
    let mut first = true;
    while let Some(c) = rest.chars().next() {
        let length = if matches!(c, '"' | '\'') {
            let inside = rest.get(1..).unwrap_or_default();
            let end = inside.find(c).map_or(rest.len(), |at| at + 2);
            shown.push_str(&shape(rest.get(..end).unwrap_or_default()));
            end
        } else if is_sign(c) {
            shown.push(c);
            c.len_utf8()
        } else {
            let end = rest
                .find(|c: char| is_sign(c) || matches!(c, '"' | '\''))
                .unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            let is_value = shown.trim_end().ends_with('=');
            let is_name = first || (!is_value && after.trim_start().starts_with('='));
            shown.push_str(&if is_name { name_or_shape(word) } else { shape(word) });
            first = false;
            end
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    shown
}

/// A sign between the names of a tag.
fn is_sign(c: char) -> bool {
    c.is_whitespace() || matches!(c, '<' | '/' | '?' | '!' | '=' | '>')
}

/// The first line stays when it is one of names: a table without a head begins with values.
fn csv(text: &str) -> String {
    let (head, lines) = text.split_at(text.find('\n').unwrap_or(text.len()));
    let is_column = |cell: &str| is_name(&cell.trim().trim_matches('"').replace(' ', "_"));
    if head.split([',', ';', '\t']).all(is_column) {
        head.to_owned() + &shape(lines)
    } else {
        shape(text)
    }
}

fn segments(text: &str) -> String {
    let ends = |c: char| matches!(c, '\'' | '~' | '\n');
    text.split_inclusive(ends)
        .map(|segment| {
            let lead = segment.len() - segment.trim_start().len();
            let length = segment
                .get(lead..)
                .unwrap_or_default()
                .find(|c: char| !c.is_ascii_alphanumeric())
                .unwrap_or(0);
            let (tag, data) = segment.split_at(lead + length);
            let is_tag = (2..=3).contains(&length) && tag.trim_start().starts_with(|c: char| c.is_ascii_uppercase());
            let tag = if is_tag { tag.to_owned() } else { shape(tag) };
            tag + &shape(data)
        })
        .collect()
}
