//! The moment a reader looks at: "what was true on W as we knew it on K" (domain §1.7).

use domain::Instant;
use serde::{Deserialize, Serialize};

/// Both time axes of a question; absent means now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
pub struct Moment {
    /// What was true at this instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>, format = DateTime))]
    pub world: Option<Instant>,
    /// As we knew it at this instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>, format = DateTime))]
    pub known: Option<Instant>,
}

impl Moment {
    /// Now, on both axes.
    pub const NOW: Self = Self {
        world: None,
        known: None,
    };

    /// Neither axis is set back.
    #[must_use]
    pub const fn is_now(&self) -> bool {
        self.world.is_none() && self.known.is_none()
    }
}
