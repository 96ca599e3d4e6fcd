//! What a message is, by what it says of itself and by its first bytes.

use crate::cloudevents::Mode;
use crate::fault::{Fault, FaultCode, Place};
use crate::xes;

/// A format that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// CloudEvents.
    CloudEvents(Mode),
    /// An event log in XES, plain or gzip.
    Xes,
}

/// The format of a message: by media type and headers, else by its file's name, else by its first bytes.
///
/// # Errors
/// A message nothing is known about is parked until a rule says how to read it.
pub fn recognise<'h>(
    media_type: &str,
    headers: impl IntoIterator<Item = (&'h str, &'h str)>,
    file: Option<&str>,
    body: &[u8],
) -> Result<Format, Fault> {
    if body.iter().all(u8::is_ascii_whitespace) && Mode::of(media_type, []).is_none() {
        return Err(Fault::new(FaultCode::Empty, Place::Whole, ""));
    }
    if let Some(mode) = Mode::of(media_type, headers) {
        return Ok(Format::CloudEvents(mode));
    }
    let name = file.unwrap_or_default().to_ascii_lowercase();
    if name.ends_with(".xes") || name.ends_with(".xes.gz") || xes::looks_like(body) {
        return Ok(Format::Xes);
    }
    if [".ndjson", ".jsonl"].iter().any(|end| name.ends_with(end)) {
        return Ok(Format::CloudEvents(Mode::Lines));
    }
    if let Some(mode) = Mode::guess(body) {
        return Ok(Format::CloudEvents(mode));
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| format!(".{ending}"));
    let known_as = Some(
        media_type
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase(),
    );
    let media = known_as
        .filter(|m| !m.is_empty())
        .or(ending)
        .unwrap_or_else(|| "unknown".to_owned());
    Err(Fault::new(FaultCode::MediaTypeUnknown, Place::Whole, &media).waiting_for("format", &media))
}
