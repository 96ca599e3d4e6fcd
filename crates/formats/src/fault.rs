//! Why a message is parked: what is wrong, where, what stands there, and whose turn it is.

use std::collections::BTreeMap;

use domain::Sentence;
use serde::{Deserialize, Serialize};

/// At most this many characters of what stands at the place are kept.
const SHOWN: usize = 40;

/// Where in a message something stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "in", rename_all = "snake_case")]
pub enum Place {
    /// Nowhere in particular: the message as a whole.
    #[default]
    Whole,
    /// A line and a column of the text, both from 1; the column counts characters.
    Spot {
        /// Line.
        line: u64,
        /// Column.
        column: u64,
    },
    /// A field by its path, such as `data.lines[2].quantity` (lists count from 1).
    Field {
        /// The path.
        path: String,
    },
    /// A header of the request.
    Header {
        /// Its name.
        header: String,
    },
    /// An item of a batch or a line of a file, from 1.
    Item {
        /// Which.
        number: u64,
    },
    /// An event of a case in an event log.
    Event {
        /// The case's name in the file.
        case: String,
        /// The event's number within the case, from 1.
        number: u64,
    },
}

impl Place {
    /// An event of a case, its name shortened.
    #[must_use]
    pub fn event(case: &str, number: u64) -> Self {
        Self::Event {
            case: short(case, 3),
            number,
        }
    }

    /// The field at `path`.
    pub fn field(path: impl Into<String>) -> Self {
        Self::Field { path: path.into() }
    }

    /// Line and column of byte `at` of `bytes`.
    #[must_use]
    pub fn spot(bytes: &[u8], at: usize) -> Self {
        let before = bytes.get(..at).unwrap_or(bytes);
        let line_from = before.iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1);
        let line = before.iter().filter(|b| **b == b'\n').count() as u64 + 1;
        // Bytes that continue a character are not columns of their own.
        let column = before.iter().skip(line_from).filter(|b| **b & 0xC0 != 0x80).count() as u64 + 1;
        Self::Spot { line, column }
    }

    /// The place in words, by the catalogue's `place`.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        self.stand_in(Sentence::new("place"))
    }

    fn stand_in(&self, sentence: Sentence) -> Sentence {
        match self {
            Self::Whole => sentence.with("place-kind", "whole"),
            Self::Spot { line, column } => sentence
                .with("place-kind", "spot")
                .with("line", line)
                .with("column", column),
            Self::Field { path } => sentence.with("place-kind", "field").with("path", path),
            Self::Header { header } => sentence.with("place-kind", "header").with("header", header),
            Self::Item { number } => sentence.with("place-kind", "item").with("number", number),
            Self::Event { case, number } => sentence
                .with("place-kind", "event")
                .with("case", case)
                .with("number", number),
        }
    }
}

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// The sender corrects the message and sends it again.
    Sender,
    /// Mapping support adds or corrects a rule; parked messages are then retried.
    Mapping,
}

impl Who {
    /// The word for it; the catalogue's key is `fault-who-<word>`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sender => "sender",
            Self::Mapping => "mapping",
        }
    }
}

/// Why one message, or one item of it, could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What is wrong.
    pub code: FaultCode,
    /// Where.
    pub at: Place,
    /// What stands there: at most 40 characters, control characters shown, not kept.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// What else the sentence names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub args: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    /// What this message waits for, when a new rule of ours would free it.
    pub parked_on: Option<String>,
}

impl Fault {
    /// A fault at a place where `value` stands.
    pub fn new(code: FaultCode, at: Place, value: impl AsRef<str>) -> Self {
        Self {
            code,
            at,
            value: shown(value.as_ref()),
            args: BTreeMap::new(),
            parked_on: None,
        }
    }

    /// The same fault, its sentence also naming `value` as `name`.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.args.insert(name.to_owned(), short(&value.to_string(), 3));
        self
    }

    /// The fault in words, by the catalogue's `fault-<code>`.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        let mut said = Sentence::new(format!("fault-{}", self.code.as_str())).with("value", &self.value);
        for (name, value) in &self.args {
            said = said.with(name.clone(), value);
        }
        self.at.stand_in(said)
    }

    /// The same fault, of a message that a new rule of ours would free: `map:<type>`, `format:<media type>`.
    #[must_use]
    pub fn waiting_for(mut self, rule: &str, name: &str) -> Self {
        self.parked_on = Some(format!("{rule}:{name}"));
        self
    }

    /// What this message waits for. A fault that only the sender can mend waits for nothing.
    #[must_use]
    pub fn parked_on(&self) -> Option<&str> {
        self.parked_on.as_deref()
    }
}

/// A value as it may be shown: shortened, control characters and broken bytes made visible.
#[must_use]
pub fn shown(value: &str) -> String {
    short(value, 6)
}

/// At most 40 characters and so many words: a sentence around it stays a sentence.
fn short(value: &str, most_words: usize) -> String {
    let mut out = String::new();
    let mut words = 0;
    for (n, c) in value.chars().enumerate() {
        let next_word = c.is_whitespace() && !out.ends_with(char::is_whitespace);
        words += usize::from(next_word && !out.is_empty());
        let last = n == SHOWN - 1 && value.chars().nth(SHOWN).is_some();
        if last || (words == most_words && !value.trim_end().is_empty()) {
            out.push('…');
            break;
        }
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || turns(c) => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// Marks that turn the direction of writing would rearrange the sentence around them.
const fn turns(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

macro_rules! fault_codes {
    ($($variant:ident = $name:literal, $who:ident;)*) => {
        /// What is wrong with a message. Each has a sentence in the catalogue, `fault-<code>`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum FaultCode {
            $(#[doc = concat!("`", $name, "`")] #[serde(rename = $name)] $variant,)*
        }

        impl FaultCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The code as it is stored and answered.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Whose turn it is.
            #[must_use]
            pub const fn who(self) -> Who {
                match self { $(Self::$variant => Who::$who,)* }
            }
        }
    };
}

fault_codes! {
    // The text as such.
    Empty = "empty", Sender;
    NotText = "not-text", Sender;
    OtherEncoding = "other-encoding", Sender;
    TooLarge = "too-large", Sender;
    BreaksOff = "breaks-off", Sender;
    // JSON.
    JsonUnexpected = "json-unexpected", Sender;
    JsonBreaksOff = "json-breaks-off", Sender;
    JsonMoreAfterEnd = "json-more-after-end", Sender;
    JsonTooDeep = "json-too-deep", Sender;
    JsonTooMany = "json-too-many", Sender;
    JsonNumberForm = "json-number-form", Sender;
    JsonNumberTooLong = "json-number-too-long", Sender;
    JsonTextTooLong = "json-text-too-long", Sender;
    JsonControlCharacter = "json-control-character", Sender;
    JsonEscape = "json-escape", Sender;
    JsonHalfCharacter = "json-half-character", Sender;
    JsonNameTwice = "json-name-twice", Sender;
    // CloudEvents.
    MediaTypeUnknown = "media-type-unknown", Mapping;
    NotAnEvent = "not-an-event", Sender;
    NotABatch = "not-a-batch", Sender;
    AttributeMissing = "attribute-missing", Sender;
    AttributeEmpty = "attribute-empty", Sender;
    AttributeNotText = "attribute-not-text", Sender;
    AttributeName = "attribute-name", Sender;
    AttributeTooLong = "attribute-too-long", Sender;
    AttributeTooMany = "attribute-too-many", Sender;
    AttributeTwice = "attribute-twice", Sender;
    AttributeEncoding = "attribute-encoding", Sender;
    SpecVersion = "spec-version", Sender;
    TimeUnreadable = "time-unreadable", Sender;
    AddressUnreadable = "address-unreadable", Sender;
    DataTwice = "data-twice", Sender;
    DataBase64 = "data-base64", Sender;
    // Docket's own data contract.
    NoRuleForType = "no-rule-for-type", Mapping;
    UnknownType = "unknown-type", Mapping;
    UnknownTypeVersion = "unknown-type-version", Mapping;
    TypeIsOurs = "type-is-ours", Sender;
    DataMissing = "data-missing", Sender;
    DataNotJson = "data-not-json", Sender;
    NotAGroup = "not-a-group", Sender;
    NotAList = "not-a-list", Sender;
    ListTooLong = "list-too-long", Sender;
    FieldMissing = "field-missing", Sender;
    FieldEmpty = "field-empty", Sender;
    FieldNotText = "field-not-text", Sender;
    FieldTooLong = "field-too-long", Sender;
    NotANumber = "not-a-number", Sender;
    NumberTooLong = "number-too-long", Sender;
    NotAWholeNumber = "not-a-whole-number", Sender;
    QuantityNegative = "quantity-negative", Sender;
    PriceUnitNotPositive = "price-unit-not-positive", Sender;
    NotYesNo = "not-yes-no", Sender;
    DateUnreadable = "date-unreadable", Sender;
    DateAbsurd = "date-absurd", Sender;
    DateWithoutZone = "date-without-zone", Sender;
    TimeMissing = "time-missing", Sender;
    ZoneUnknown = "zone-unknown", Sender;
    CurrencyUnknown = "currency-unknown", Sender;
    DocumentKindUnknown = "document-kind-unknown", Sender;
    ActorKindUnknown = "actor-kind-unknown", Sender;
    OrderMissing = "order-missing", Sender;
    EntityMissing = "entity-missing", Mapping;
    DocumentMissing = "document-missing", Sender;
    KeysMissing = "keys-missing", Sender;
    // Event logs.
    GzipBroken = "gzip-broken", Sender;
    XmlBroken = "xml-broken", Sender;
    XmlAttribute = "xml-attribute", Sender;
    XmlClosesNothing = "xml-closes-nothing", Sender;
    XmlBreaksOff = "xml-breaks-off", Sender;
    XmlDefinitions = "xml-definitions", Sender;
    XmlReference = "xml-reference", Sender;
    XmlTooDeep = "xml-too-deep", Sender;
    NotAnEventLog = "not-an-event-log", Sender;
    EventWithoutCase = "event-without-case", Sender;
    EventWithoutName = "event-without-name", Sender;
    EventWithoutTime = "event-without-time", Sender;
}
