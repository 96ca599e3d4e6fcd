//! What Docket's own events carry in `payload.act`: people's acts, links, and bookkeeping.

use domain::events::{Draft, Payload};
use domain::exceptions::Parked;
use domain::time::Precision;
use domain::{DocKey, EventType, Instant};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// Two order keys are one order, or are not any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Link {
    /// One key.
    pub(crate) a: DocKey,
    /// The other.
    pub(crate) b: DocKey,
}

/// An act on a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CaseActed {
    /// The case.
    pub(crate) case_id: i64,
    /// The version the person saw.
    pub(crate) version: i64,
    /// Class code, for `case.classified`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) class: Option<String>,
    /// How, for `case.resolved`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) resolution: Option<domain::exceptions::Resolution>,
    /// What the person wrote.
    #[serde(default)]
    pub(crate) comment: String,
}

/// What a Docket-made event is about, read from its payload.
pub(crate) fn read<T: DeserializeOwned>(payload: &Payload) -> Option<T> {
    payload
        .act
        .as_ref()
        .and_then(|v| serde_json::from_value(v.clone()).ok())
}

/// A draft of one of Docket's own events.
pub(crate) fn draft<T: Serialize>(kind: EventType, at: Instant, actor: Option<&str>, act: &T) -> Draft {
    Draft {
        kind,
        activity: kind.as_str().to_owned(),
        occurred_at: at,
        precision: Precision::Instant,
        zone: None,
        source_seq: 0,
        source_recorded_at: None,
        actor_kind: if actor.is_some() {
            domain::events::ActorKind::Human
        } else {
            domain::events::ActorKind::Service
        },
        actor: actor.map(str::to_owned),
        correlation_id: None,
        refs: Vec::new(),
        payload: Payload {
            act: serde_json::to_value(act).ok(),
            ..Payload::default()
        },
    }
}

/// The draft that says what is parked of an arrival now.
pub(crate) fn parked(kind: EventType, at: Instant, parked: &Parked) -> Draft {
    draft(kind, at, None, parked)
}
