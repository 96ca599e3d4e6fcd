//! Free text and names as those see them who may not see everything in them (domain §8.2).

use hmac::{Hmac, Mac};
use sha2::Sha256;

/// What stands in place of something hidden.
const HIDDEN: &str = "••••";

/// The text with what looks like a bank account (IBAN), a payment card or a mail address hidden.
#[must_use]
pub fn redact(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        // Patterns begin where a word begins: a digit in the middle of a number is not the start of a card.
        let begins = shown.chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        match begins.then(|| hidden(rest)).flatten() {
            Some(bytes) => {
                shown.push_str(HIDDEN);
                rest = rest.get(bytes..).unwrap_or_default();
            }
            None => {
                shown.push(first);
                rest = rest.get(first.len_utf8()..).unwrap_or_default();
            }
        }
    }
    shown
}

/// Bytes at the beginning of the text that are to be hidden.
fn hidden(text: &str) -> Option<usize> {
    mail(text).or_else(|| iban(text)).or_else(|| card(text))
}

/// Letters and digits at the beginning, with single spaces or hyphens between them: each with the bytes up to its end.
fn run(text: &str, most: usize, fits: impl Fn(u8) -> bool) -> Vec<(u8, usize)> {
    let mut found: Vec<(u8, usize)> = Vec::new();
    let mut gap = true;
    for (at, byte) in text.bytes().enumerate() {
        if fits(byte) && found.len() < most {
            found.push((byte, at + 1));
            gap = false;
        } else if matches!(byte, b' ' | b'-') && !gap {
            gap = true;
        } else {
            break;
        }
    }
    found
}

/// Nothing of a word or number goes on after these bytes.
fn ends(text: &str, bytes: usize) -> bool {
    let after = text.get(bytes..).unwrap_or_default();
    after.chars().next().is_none_or(|c| !c.is_alphanumeric())
}

/// An IBAN (ISO 13616): two letters, two check digits, 15 to 34 characters, rest 1 when divided by 97.
fn iban(text: &str) -> Option<usize> {
    let letters = |byte: u8| byte.is_ascii_alphanumeric();
    let characters = run(text, 34, letters);
    let good_head = matches!(
        characters.as_slice(),
        [(a, _), (b, _), (c, _), (d, _), ..]
            if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() && c.is_ascii_digit() && d.is_ascii_digit()
    );
    if !good_head {
        return None;
    }
    // Words may follow after a space: the longest beginning that checks and ends where a word ends.
    (15..=characters.len()).rev().find_map(|length| {
        let part = characters.get(..length)?;
        let (_, bytes) = *part.last()?;
        (ends(text, bytes) && rest_of_97(part) == 1).then_some(bytes)
    })
}

fn rest_of_97(characters: &[(u8, usize)]) -> u32 {
    let (head, tail) = characters.split_at(4.min(characters.len()));
    tail.iter().chain(head).fold(0, |rest, (byte, _)| {
        let value = char::from(*byte).to_digit(36).unwrap_or(0);
        let shift = if value < 10 { 10 } else { 100 };
        (rest * shift + value) % 97
    })
}

/// A payment card: 15, 16 or 19 digits of which the first names an issuer of cards and the last is a check digit that fits
/// (ISO 7812, Luhn).
fn card(text: &str) -> Option<usize> {
    let digits = run(text, 19, |byte| byte.is_ascii_digit());
    if !matches!(digits.first(), Some((b'2'..=b'6', _))) {
        return None;
    }
    [19, 16, 15].into_iter().find_map(|length| {
        let part = digits.get(..length)?;
        let (_, bytes) = *part.last()?;
        (ends(text, bytes) && luhn(part)).then_some(bytes)
    })
}

fn luhn(digits: &[(u8, usize)]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, (byte, _))| {
            let digit = u32::from(byte - b'0');
            match place % 2 {
                0 => digit,
                _ if digit > 4 => digit * 2 - 9,
                _ => digit * 2,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// A mail address.
fn mail(text: &str) -> Option<usize> {
    let of_name = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-' | '\'');
    let at = text.find(|c: char| !of_name(c))?;
    let domain = text.get(at..)?.strip_prefix('@')?;
    let of_domain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-');
    let length = domain.find(|c: char| !of_domain(c)).unwrap_or(domain.len());
    let domain = domain.get(..length)?.trim_end_matches(['.', '-']);
    (at > 0 && domain.split_once('.').is_some_and(|(_, top)| top.len() > 1)).then_some(at + 1 + domain.len())
}

/// Letters and digits that are not mistaken for each other (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Another name for a person that is always the same for the same name and key, such as `7KQ2MX`; without the key nobody
/// finds the name again.
#[must_use]
pub fn pseudonym(key: &[u8], name: &str) -> String {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    mac.update(b"docket pseudonym\0");
    mac.update(name.as_bytes());
    let letters = mac.finalize().into_bytes().into_iter().take(6);
    letters
        .map(|byte| ALPHABET.get(usize::from(byte % 32)).map_or('0', |c| char::from(*c)))
        .collect()
}
