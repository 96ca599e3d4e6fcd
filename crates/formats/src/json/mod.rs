//! JSON, strictly, with places: every value knows its bytes, numbers stay as they are written, a name stands once.
//!
//! Own, because what is needed together is found in no library: exact numbers, byte ranges, refusal of repeated
//! names, limits, and reading on after an item of a batch that cannot be kept.

mod read;
mod scalars;

pub use read::{Reader, read};
pub use scalars::is_number;

/// How much one message may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Levels of lists and objects in one another.
    pub depth: usize,
    /// Characters of a number.
    pub number: usize,
    /// Bytes of a text or name.
    pub text: usize,
    /// Values of one message, lists and objects included.
    pub values: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 64,
            number: 100,
            text: 1 << 20,
            values: 200_000,
        }
    }
}

/// A value and the bytes it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Json {
    /// Its first byte.
    pub from: usize,
    /// The byte after its last.
    pub to: usize,
    /// The value.
    pub value: Value,
}

/// What a JSON text can say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A number exactly as written.
    Number(String),
    /// A text.
    Text(String),
    /// Values in order.
    List(Vec<Json>),
    /// Named values in the order written; no name twice.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// The value of that name, when this is an object that has it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.members().iter().find(|(n, _)| n == name).map(|(_, v)| v)
    }

    /// The named values, when this is an object.
    #[must_use]
    pub fn members(&self) -> &[(String, Self)] {
        if let Value::Object(members) = &self.value {
            members
        } else {
            &[]
        }
    }

    /// The text, when this is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        if let Value::Text(text) = &self.value {
            Some(text)
        } else {
            None
        }
    }

    /// Nothing is said here.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.value == Value::Null
    }

    /// The value in short, as it may be shown: texts bare, lists and objects as canonical JSON.
    #[must_use]
    pub fn plain(&self) -> String {
        match &self.value {
            Value::Text(text) => text.clone(),
            _ => String::from_utf8_lossy(&self.canonical()).into_owned(),
        }
    }

    /// The same value always as the same bytes: names sorted, no space between, numbers as written.
    #[must_use]
    pub fn canonical(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.to.saturating_sub(self.from));
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut Vec<u8>) {
        match &self.value {
            Value::Null => out.extend_from_slice(b"null"),
            Value::Bool(true) => out.extend_from_slice(b"true"),
            Value::Bool(false) => out.extend_from_slice(b"false"),
            Value::Number(number) => out.extend_from_slice(number.as_bytes()),
            Value::Text(text) => write_text(text, out),
            Value::List(items) => {
                out.push(b'[');
                for (n, item) in items.iter().enumerate() {
                    if n > 0 {
                        out.push(b',');
                    }
                    item.write(out);
                }
                out.push(b']');
            }
            Value::Object(members) => {
                let mut sorted: Vec<_> = members.iter().collect();
                sorted.sort_by(|a, b| a.0.cmp(&b.0));
                out.push(b'{');
                for (n, (name, value)) in sorted.into_iter().enumerate() {
                    if n > 0 {
                        out.push(b',');
                    }
                    write_text(name, out);
                    out.push(b':');
                    value.write(out);
                }
                out.push(b'}');
            }
        }
    }
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            0..0x20 => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}
