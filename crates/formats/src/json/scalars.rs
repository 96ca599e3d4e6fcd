//! Numbers and texts of the reader.

use super::Reader;
use crate::fault::{Fault, FaultCode};

impl Reader<'_> {
    /// A number exactly as written.
    pub(super) fn number(&mut self) -> Result<String, Fault> {
        let from = self.at;
        let len = self
            .rest()
            .iter()
            .take_while(|b| matches!(b, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'))
            .count();
        let written = String::from_utf8_lossy(&self.rest()[..len]).into_owned();
        if len > self.limits.number {
            return Err(self
                .fault(FaultCode::JsonNumberTooLong, from, &written)
                .with("limit", self.limits.number));
        }
        if !is_number(&written) {
            return Err(self.fault(FaultCode::JsonNumberForm, from, &written));
        }
        self.at += len;
        Ok(written)
    }

    /// A text from its opening quote on.
    pub(super) fn string(&mut self) -> Result<String, Fault> {
        let from = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            let plain = self
                .rest()
                .iter()
                .take_while(|b| **b >= 0x20 && **b != b'"' && **b != b'\\')
                .count();
            let bytes = self.bytes;
            let run = &bytes[self.at..self.at + plain];
            match std::str::from_utf8(run) {
                Ok(run) => text.push_str(run),
                Err(e) => {
                    let at = self.at + e.valid_up_to();
                    let byte = self.bytes.get(at).map(|b| format!("0x{b:02X}")).unwrap_or_default();
                    return Err(self.fault(FaultCode::NotText, at, &byte));
                }
            }
            self.at += plain;
            if text.len() > self.limits.text {
                return Err(self
                    .fault(FaultCode::JsonTextTooLong, from, &text)
                    .with("limit", self.limits.text));
            }
            match self.rest().first() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => text.push(self.escape()?),
                Some(control) => {
                    let value = char::from(*control).to_string();
                    return Err(self.fault(FaultCode::JsonControlCharacter, self.at, &value));
                }
                None => return Err(self.unexpected("text")),
            }
        }
    }

    /// A character written with a backslash.
    fn escape(&mut self) -> Result<char, Fault> {
        let from = self.at;
        let Some(kind) = self.bytes.get(from + 1) else {
            self.at = self.bytes.len();
            return Err(self.unexpected("text"));
        };
        self.at += 2;
        Ok(match kind {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{C}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.hex(from)?;
                if let Some(c) = char::from_u32(first) {
                    return Ok(c);
                }
                // Characters beyond the first 65,536 are written as two halves.
                let half = |s: &Self| s.fault(FaultCode::JsonHalfCharacter, from, &s.lossy(from, 6));
                if first >= 0xDC00 || !self.rest().starts_with(b"\\u") {
                    return Err(half(self));
                }
                self.at += 2;
                let second = self.hex(from)?;
                if !(0xDC00..0xE000).contains(&second) {
                    return Err(half(self));
                }
                char::from_u32(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)).ok_or_else(|| half(self))?
            }
            _ => return Err(self.fault(FaultCode::JsonEscape, from, &self.lossy(from, 2))),
        })
    }

    fn hex(&mut self, from: usize) -> Result<u32, Fault> {
        let digits = self.rest().get(..4).filter(|d| d.iter().all(u8::is_ascii_hexdigit));
        let code = digits
            .and_then(|d| std::str::from_utf8(d).ok())
            .and_then(|d| u32::from_str_radix(d, 16).ok());
        let Some(code) = code else {
            return Err(self.fault(FaultCode::JsonEscape, from, &self.lossy(from, 6)));
        };
        self.at += 4;
        Ok(code)
    }
}

/// Whether a text is a number by the grammar of JSON.
#[must_use]
pub fn is_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |b: &[u8]| b.iter().take_while(|b| b.is_ascii_digit()).count();
    let mut rest = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest[0] == b'0') {
        return false;
    }
    rest = &rest[whole..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let n = digits(fraction);
        if n == 0 {
            return false;
        }
        rest = &fraction[n..];
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let exponent = exponent
            .strip_prefix(b"+")
            .or_else(|| exponent.strip_prefix(b"-"))
            .unwrap_or(exponent);
        let n = digits(exponent);
        return n > 0 && n == exponent.len();
    }
    rest.is_empty()
}
