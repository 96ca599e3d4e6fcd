//! The rows a caller may know of (DESIGN §1.11): entity, site, category, region.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// What stands on everything a person can see; a part that is not known is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeKey {
    /// Buying entity.
    pub entity: String,
    /// Site.
    pub site: String,
    /// Buying category.
    pub category: String,
    /// Region.
    pub region: String,
}

/// The rows a caller may know of. Every read of the store takes one: there is no call without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every row.
    All,
    /// Rows within these bounds.
    Within(Bounds),
}

/// Bounds in four directions: a row must lie within each. A direction that is absent has no bound; one that is there and
/// empty lets nothing through, and a row that does not say where it belongs lies outside.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Bounds {
    /// Buying entities.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entities: Option<BTreeSet<String>>,
    /// Sites.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sites: Option<BTreeSet<String>>,
    /// Buying categories.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub categories: Option<BTreeSet<String>>,
    /// Regions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regions: Option<BTreeSet<String>>,
}

fn within(bound: Option<&BTreeSet<String>>, value: &str) -> bool {
    bound.is_none_or(|allowed| !value.is_empty() && allowed.contains(value))
}

/// Values that both bounds let through.
fn both(one: Option<&BTreeSet<String>>, other: Option<&BTreeSet<String>>) -> Option<BTreeSet<String>> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one & other),
        (one, other) => one.or(other).cloned(),
    }
}

impl Bounds {
    /// Bounded by entity and by nothing else?
    #[must_use]
    pub const fn is_of_entities_only(&self) -> bool {
        self.sites.is_none() && self.categories.is_none() && self.regions.is_none()
    }

    /// Does a row with this key lie within?
    #[must_use]
    pub fn contains(&self, key: &ScopeKey) -> bool {
        within(self.entities.as_ref(), &key.entity)
            && within(self.sites.as_ref(), &key.site)
            && within(self.categories.as_ref(), &key.category)
            && within(self.regions.as_ref(), &key.region)
    }
}

impl From<Bounds> for Scope {
    /// Bounds that bound nothing are every row.
    fn from(bounds: Bounds) -> Self {
        if bounds == Bounds::default() {
            Self::All
        } else {
            Self::Within(bounds)
        }
    }
}

impl Scope {
    /// Rows of these buying entities.
    #[must_use]
    pub fn entities<T: Into<String>>(names: impl IntoIterator<Item = T>) -> Self {
        Self::Within(Bounds {
            entities: Some(names.into_iter().map(Into::into).collect()),
            ..Bounds::default()
        })
    }

    /// No row at all: what a scope that cannot be read is taken for.
    #[must_use]
    pub fn nothing() -> Self {
        Self::entities::<String>([])
    }

    /// The bounds, when there are any.
    #[must_use]
    pub const fn bounds(&self) -> Option<&Bounds> {
        match self {
            Self::All => None,
            Self::Within(bounds) => Some(bounds),
        }
    }

    /// May the caller know of a row with this key?
    #[must_use]
    pub fn contains(&self, key: &ScopeKey) -> bool {
        self.bounds().is_none_or(|bounds| bounds.contains(key))
    }

    /// May the caller know of this buying entity at all? Of its rows they may see fewer.
    #[must_use]
    pub fn knows_entity(&self, entity: &str) -> bool {
        self.bounds()
            .is_none_or(|bounds| within(bounds.entities.as_ref(), entity))
    }

    /// What lies in both scopes: of somebody who acts for another.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::All, rest) | (rest, Self::All) => rest.clone(),
            (Self::Within(one), Self::Within(two)) => Self::Within(Bounds {
                entities: both(one.entities.as_ref(), two.entities.as_ref()),
                sites: both(one.sites.as_ref(), two.sites.as_ref()),
                categories: both(one.categories.as_ref(), two.categories.as_ref()),
                regions: both(one.regions.as_ref(), two.regions.as_ref()),
            }),
        }
    }
}

/// As stored: the word `all`, or the bounds by name, such as `{"entities":["DE01"]}`.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Stored {
    Word(AllWord),
    Bounds(Bounds),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum AllWord {
    All,
}

impl Serialize for Scope {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All => AllWord::All.serialize(serializer),
            Self::Within(bounds) => bounds.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Stored::deserialize(deserializer)? {
            Stored::Word(AllWord::All) => Self::All,
            Stored::Bounds(bounds) => bounds.into(),
        })
    }
}
