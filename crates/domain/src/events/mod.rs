//! The canonical event: what a source says happened, in the vocabulary of the trade, exactly as it is kept in the log.

mod payload;
mod types;

use serde::{Deserialize, Serialize};

pub use payload::{LineData, Party, Payload};
pub use types::EventType;

use crate::keys::Ref;
use crate::time::{Instant, Precision};

/// A place in the log's one total order. The first event is 1.
pub type Seq = i64;

/// Who caused an event (domain §1.7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// The source did not say.
    #[default]
    Unknown,
    /// A person.
    Human,
    /// A batch job.
    Batch,
    /// A trading partner.
    Partner,
    /// A service or interface user.
    Service,
}

impl ActorKind {
    /// The number stored for it.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            Self::Unknown => 0,
            Self::Human => 1,
            Self::Batch => 2,
            Self::Partner => 3,
            Self::Service => 4,
        }
    }

    /// The kind stored as `code`; unknown numbers read as unknown.
    #[must_use]
    pub const fn from_code(code: i64) -> Self {
        match code {
            1 => Self::Human,
            2 => Self::Batch,
            3 => Self::Partner,
            4 => Self::Service,
            _ => Self::Unknown,
        }
    }
}

/// What a decoder makes of a message: an event that has not been admitted yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// What happened.
    pub kind: EventType,
    /// The source's own word for it.
    pub activity: String,
    /// When it happened in the world, as the source says.
    pub occurred_at: Instant,
    /// How exactly the source knew.
    pub precision: Precision,
    /// The IANA zone or fixed offset (`+01:00`) the source wrote in, when it said.
    pub zone: Option<String>,
    /// The source's own running number, or the place in its file; 0 when it has none.
    pub source_seq: i64,
    /// When the source committed it.
    pub source_recorded_at: Option<Instant>,
    /// Who caused it.
    pub actor_kind: ActorKind,
    /// The source's id of that person or job.
    pub actor: Option<String>,
    /// Correlates messages of one business conversation.
    pub correlation_id: Option<String>,
    /// The keys it claims.
    pub refs: Vec<Ref>,
    /// What it says.
    pub payload: Payload,
}

/// An admitted event, immutable, at its place in the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Its place in the log.
    pub seq: Seq,
    /// The source that sent it.
    pub source_id: i64,
    /// The sender's id of the item; unique per source, content and part.
    pub item_key: String,
    /// One item may say several things; this is which.
    pub part: i64,
    /// When we received it; never decreases along `seq`.
    pub received_at: Instant,
    /// Sort key, first field: fixed at admission (domain §1.7, see [`sort_at`]).
    pub sort_at: Instant,
    /// The arrival that carried it; 0 for Docket's own events.
    pub inbox_id: i64,
    /// What the source said.
    #[serde(flatten)]
    pub said: Draft,
}

/// The event order: total, and independent of arrival (domain §1.7). Compared field by field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SortKey {
    /// The instant; for a day, local midnight plus `sort_rank` hours; for a minute, its start.
    pub sort_at: Instant,
    /// Causal rank.
    pub sort_rank: i64,
    /// The source.
    pub source_id: i64,
    /// The source's running number.
    pub source_seq: i64,
    /// The item's key.
    pub item_key: String,
    /// The part of the item.
    pub part: i64,
}

impl Event {
    /// Admits a draft at a place in the log.
    #[must_use]
    pub fn admit(
        seq: Seq,
        source_id: i64,
        item_key: String,
        part: i64,
        received_at: Instant,
        inbox_id: i64,
        said: Draft,
    ) -> Self {
        let sort_at = sort_at(said.occurred_at, said.precision, said.kind);
        Self {
            seq,
            source_id,
            item_key,
            part,
            received_at,
            sort_at,
            inbox_id,
            said,
        }
    }

    /// Its place in the event order.
    #[must_use]
    pub fn sort_key(&self) -> SortKey {
        SortKey {
            sort_at: self.sort_at,
            sort_rank: self.said.kind.sort_rank(),
            source_id: self.source_id,
            source_seq: self.said.source_seq,
            item_key: self.item_key.clone(),
            part: self.part,
        }
    }
}

/// Where an event sorts in time. `occurred_at` of a day is already local midnight of the event's own zone.
#[must_use]
pub fn sort_at(occurred_at: Instant, precision: Precision, kind: EventType) -> Instant {
    match precision {
        Precision::Instant => occurred_at,
        Precision::Minute => Instant(occurred_at.0.saturating_sub(occurred_at.0.rem_euclid(Instant::MINUTE))),
        Precision::Day => occurred_at.plus(kind.sort_rank().saturating_mul(Instant::HOUR)),
    }
}
