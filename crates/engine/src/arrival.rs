//! What a sender hands in, before anything is made of it.

/// How the body is wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Envelope {
    /// One CloudEvent as JSON.
    Structured,
    /// A JSON array of CloudEvents.
    Batch,
    /// One structured CloudEvent a line.
    Lines,
    /// One CloudEvent: attributes in `ce-` headers, data in the body.
    Binary,
    /// Anything: what it is follows from media type, file name and content.
    Any,
}

/// One delivery by a source: a request's body or a finished file (or a chunk of one).
#[derive(Clone, Debug)]
pub struct Arrival {
    /// The authenticated source.
    pub source_id: i64,
    /// How the body is wrapped.
    pub envelope: Envelope,
    /// Media type as sent.
    pub media_type: String,
    /// `ce-` headers, lower-case names without the prefix, for [`Envelope::Binary`].
    pub attributes: Vec<(String, String)>,
    /// W3C `traceparent` of the request.
    pub traceparent: Option<String>,
    /// File name, when it came as a file.
    pub file: Option<String>,
    /// The bytes.
    pub body: Vec<u8>,
}
