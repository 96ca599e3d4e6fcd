//! The reader.

use std::io::BufRead;
use std::sync::Arc;

use quick_xml::errors::{IllFormedError, SyntaxError};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Error, Reader};

use super::attributes::{self, Attributes};
use super::input::Input;
use super::key::Keys;
use super::{Case, Item, XesEvent};
use crate::fault::{Fault, FaultCode, Place};

/// What an event or case is called.
const NAME: &str = "concept:name";
/// When an event happened.
const TIME: &str = "time:timestamp";

/// How much an event log may hold at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Elements in one another.
    pub depth: usize,
    /// Bytes of one element, and of the attributes of one event or case.
    pub size: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 64,
            size: 1 << 20,
        }
    }
}

/// Reads an event log, plain or gzip.
pub fn read<R: BufRead>(reader: R, limits: &Limits) -> Events<R> {
    let mut xml = Reader::from_reader(Input::new(reader));
    xml.config_mut().expand_empty_elements = true;
    Events {
        xml,
        buffer: Vec::new(),
        limits: *limits,
        open: Vec::new(),
        state: State::New,
        case: Attributes::default(),
        shared: None,
        case_fault: None,
        in_case: 0,
        in_file: 0,
        event: Attributes::default(),
        fault: None,
        from: 0,
        keys: Keys::default(),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    New,
    Reading,
    Ended,
}

/// What an open element is to us.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Open {
    Log,
    Case,
    Event,
    /// An attribute of a case or event, by its path.
    Attribute(String),
    /// Something that is not looked into.
    Other,
}

/// The iterator of [`read`]. Ends after the first fault that leaves nothing to go on from.
#[derive(Debug)]
pub struct Events<R: BufRead> {
    xml: Reader<Input<R>>,
    buffer: Vec<u8>,
    limits: Limits,
    open: Vec<Open>,
    state: State,
    case: Attributes,
    shared: Option<Arc<Case>>,
    case_fault: Option<Fault>,
    in_case: u64,
    in_file: u64,
    event: Attributes,
    fault: Option<Fault>,
    from: u64,
    keys: Keys,
}

/// What one step through the XML means.
enum Step {
    On,
    Event,
    End,
    Stop(Fault),
}

impl<R: BufRead> Iterator for Events<R> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        if self.state == State::New {
            self.state = State::Reading;
            let stop = match self.xml.get_mut().open() {
                Ok(None) => Some(FaultCode::Empty),
                Ok(Some([0xFF, 0xFE] | [0xFE, 0xFF] | [0, _] | [b'<', 0])) => Some(FaultCode::OtherEncoding),
                Ok(Some(_)) => None,
                Err(_) if self.xml.get_ref().is_packed() => Some(FaultCode::GzipBroken),
                Err(_) => Some(FaultCode::BreaksOff),
            };
            if let Some(code) = stop {
                let value = if code == FaultCode::OtherEncoding { "UTF-16" } else { "" };
                return Some(self.stop(Fault::new(code, Place::Whole, value)));
            }
        }
        while self.state == State::Reading {
            match self.step() {
                Step::On => {}
                Step::Event => return Some(self.event()),
                Step::End => self.state = State::Ended,
                Step::Stop(fault) => return Some(self.stop(fault)),
            }
        }
        None
    }
}

impl<R: BufRead> Events<R> {
    /// Bytes of the unpacked file read so far.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.xml.get_ref().at()
    }

    fn step(&mut self) -> Step {
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        let size = self.limits.size;
        self.xml.get_mut().refill(size);
        let from = self.xml.get_ref().at();
        let step = match self.xml.read_event_into(&mut buffer) {
            Ok(Event::Start(start)) => self.start(&start, from),
            Ok(Event::End(_)) => self.end(),
            Ok(Event::Decl(decl)) => match decl.encoding() {
                Some(Ok(name)) => self.encoding(&name),
                _ => Step::On,
            },
            Ok(Event::DocType(text)) if text.contains('[') => {
                Step::Stop(Fault::new(FaultCode::XmlDefinitions, self.xml.get_ref().place(), ""))
            }
            Ok(Event::Text(text)) if self.open.is_empty() && !text.trim().is_empty() => Step::Stop(Fault::new(
                FaultCode::NotAnEventLog,
                self.xml.get_ref().place(),
                text.trim(),
            )),
            Ok(Event::Eof) => Step::Stop(match self.open.is_empty() {
                true => Fault::new(FaultCode::Empty, Place::Whole, ""),
                false => Fault::new(FaultCode::XmlBreaksOff, self.xml.get_ref().place(), ""),
            }),
            Ok(_) => Step::On,
            Err(error) => Step::Stop(self.broken(&error)),
        };
        self.buffer = buffer;
        step
    }

    fn encoding(&mut self, name: &str) -> Step {
        match name.to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" | "us-ascii" | "ascii" => Step::On,
            "iso-8859-1" | "latin1" | "latin-1" | "windows-1252" | "cp1252" => {
                self.xml.get_mut().read_single_bytes();
                Step::On
            }
            _ => Step::Stop(Fault::new(
                FaultCode::OtherEncoding,
                Place::Spot { line: 1, column: 1 },
                name,
            )),
        }
    }

    fn start(&mut self, start: &BytesStart<'_>, from: u64) -> Step {
        if self.open.len() == self.limits.depth {
            let fault = Fault::new(FaultCode::XmlTooDeep, self.xml.get_ref().place(), "");
            return Step::Stop(fault.with("limit", self.limits.depth));
        }
        let local = start.local_name();
        let name: &str = local.as_ref();
        let open = match (self.open.last(), name) {
            (None, "log") => Open::Log,
            (None, _) => {
                return Step::Stop(Fault::new(FaultCode::NotAnEventLog, self.xml.get_ref().place(), name));
            }
            (Some(Open::Log), "trace") => {
                self.new_case();
                Open::Case
            }
            (Some(outer @ (Open::Log | Open::Case)), "event") => {
                if *outer == Open::Log {
                    self.new_case();
                }
                if self.in_case == 0 {
                    self.keys.case(self.case.said(NAME).unwrap_or_default());
                }
                self.in_case += 1;
                self.in_file += 1;
                self.event = Attributes::default();
                self.fault = None;
                self.from = from;
                Open::Event
            }
            (Some(Open::Case | Open::Event), _) => self.attribute(start, None),
            (Some(Open::Attribute(path)), _) => {
                let path = path.clone();
                self.attribute(start, Some(&path))
            }
            (Some(Open::Log | Open::Other), _) => Open::Other,
        };
        self.open.push(open);
        Step::On
    }

    fn new_case(&mut self) {
        self.case = Attributes::default();
        self.shared = None;
        self.case_fault = None;
        self.in_case = 0;
    }

    fn end(&mut self) -> Step {
        match self.open.pop() {
            Some(Open::Event) => Step::Event,
            Some(Open::Log) => Step::End,
            _ => Step::On,
        }
    }

    /// An attribute of the open case or event, or one inside another.
    fn attribute(&mut self, start: &BytesStart<'_>, outer: Option<&str>) -> Open {
        let attribute = match attributes::read(start, outer) {
            Ok(attribute) => attribute,
            Err((FaultCode::TooLarge, _)) => {
                self.refuse(self.too_large());
                return Open::Other;
            }
            Err((code, value)) => {
                self.refuse(Fault::new(code, self.here(), value));
                return Open::Other;
            }
        };
        let Some(path) = attribute.path else { return Open::Other };
        if let Some(value) = attribute.value {
            let into = if self.in_event() {
                &mut self.event
            } else {
                &mut self.case
            };
            if !into.keep(&path, value, self.limits.size) {
                self.refuse(self.too_large());
            }
        }
        Open::Attribute(path)
    }

    fn in_event(&self) -> bool {
        self.open.contains(&Open::Event)
    }

    /// Refuses the open event, or every event of the open case.
    fn refuse(&mut self, fault: Fault) {
        let of = if self.in_event() {
            &mut self.fault
        } else {
            &mut self.case_fault
        };
        of.get_or_insert(fault);
    }

    fn too_large(&self) -> Fault {
        Fault::new(FaultCode::TooLarge, self.here(), "").with("limit", self.limits.size)
    }

    /// The place of the open event, or where the reader is.
    fn here(&self) -> Place {
        match self.case.said(NAME) {
            Some(case) if self.in_event() => Place::event(case, self.in_case),
            _ => self.xml.get_ref().place(),
        }
    }

    /// The event whose end was just read.
    fn event(&mut self) -> Item {
        let attributes = std::mem::take(&mut self.event);
        let case = self.case.said(NAME).unwrap_or_default().to_owned();
        let item_key = self.keys.row(&case, attributes.values());
        let at = match case.as_str() {
            "" => Place::Item { number: self.in_file },
            case => Place::event(case, self.in_case),
        };
        let fault = self.fault.take().or_else(|| self.case_fault.clone());
        let result = match (fault, attributes.said(NAME), attributes.said(TIME)) {
            (Some(fault), ..) => Err(fault),
            _ if case.is_empty() => Err(Fault::new(FaultCode::EventWithoutCase, at, "")),
            (None, None, _) => Err(Fault::new(FaultCode::EventWithoutName, at, "")),
            (None, Some(activity), None) => Err(Fault::new(FaultCode::EventWithoutTime, at, activity)),
            (None, Some(activity), Some(time)) => Ok(XesEvent {
                case: self.whole_case(&case),
                ordinal_in_case: self.in_case,
                ordinal_in_file: self.in_file,
                activity: activity.to_owned(),
                time: time.to_owned(),
                attributes: attributes.into_values(),
            }),
        };
        Item {
            ordinal: self.in_file,
            byte_from: self.from,
            byte_to: self.xml.get_ref().at(),
            item_key,
            result,
        }
    }

    /// The open case, shared by its events; made anew when attributes follow after the first of them.
    fn whole_case(&mut self, id: &str) -> Arc<Case> {
        let values = self.case.values();
        match &self.shared {
            Some(shared) if shared.attributes.len() == values.len() => Arc::clone(shared),
            _ => {
                let made = Arc::new(Case {
                    id: id.to_owned(),
                    attributes: values.clone(),
                });
                self.shared = Some(Arc::clone(&made));
                made
            }
        }
    }

    /// The rest of the file as one item that could not be read.
    fn stop(&mut self, fault: Fault) -> Item {
        self.state = State::Ended;
        let inside = self.in_event();
        self.in_file += u64::from(!inside);
        let at = self.xml.get_ref().at();
        let from = if inside { self.from } else { at };
        Item {
            ordinal: self.in_file,
            byte_from: from,
            byte_to: at,
            item_key: format!("rest:{from}"),
            result: Err(fault),
        }
    }

    fn broken(&self, error: &Error) -> Fault {
        let input = self.xml.get_ref();
        let code = match error {
            Error::Io(_) if input.is_spent() => {
                return self.too_large();
            }
            Error::Io(_) if input.is_packed() => FaultCode::GzipBroken,
            Error::Io(_) => FaultCode::BreaksOff,
            Error::Syntax(SyntaxError::InvalidBangMarkup) => FaultCode::XmlBroken,
            Error::Syntax(_) => FaultCode::XmlBreaksOff,
            Error::IllFormed(
                IllFormedError::MismatchedEndTag { found, .. } | IllFormedError::UnmatchedEndTag(found),
            ) => {
                return Fault::new(FaultCode::XmlClosesNothing, input.place(), format!("</{found}>"));
            }
            _ => FaultCode::XmlBroken,
        };
        Fault::new(code, input.place(), "")
    }
}
