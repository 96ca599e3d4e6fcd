//! Scopes: (entity, site, category, region), interned once as a number that stands on every row a person can see.

use std::collections::{BTreeMap, HashMap};

pub use domain::access::ScopeKey;

use super::Log;
use crate::bulk::{self, Record, record};
use crate::db::{Conn, Sql, statements};
use crate::error::Result;

statements! {
    AFTER = Sql::Select(ScopeRow::TABLE, "WHERE scope_id > $1 ORDER BY scope_id");
}

record! {
    /// A scope's row.
    pub(crate) struct ScopeRow in "scopes", key 1 {
        /// Its number.
        scope_id: i64,
        /// Buying entity.
        entity: String,
        /// Site.
        site: String,
        /// Buying category.
        category: String,
        /// Region.
        region: String,
    }
}

/// The scopes this node has seen.
#[derive(Debug, Default)]
pub(crate) struct Interned {
    last: i64,
    ids: HashMap<ScopeKey, i64>,
    by_entity: BTreeMap<String, Vec<(i64, ScopeKey)>>,
}

impl Interned {
    fn add(&mut self, row: ScopeRow) {
        if row.scope_id <= self.last {
            return;
        }
        self.last = row.scope_id;
        let key = ScopeKey {
            entity: row.entity,
            site: row.site,
            category: row.category,
            region: row.region,
        };
        let of_entity = self.by_entity.entry(key.entity.clone()).or_default();
        of_entity.push((row.scope_id, key.clone()));
        self.ids.insert(key, row.scope_id);
    }
}

/// The scope numbers a caller's scope stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Selected {
    /// No restriction; the numbers are those known.
    All(Vec<i64>),
    /// Only these.
    Some(Vec<i64>),
}

impl Selected {
    pub(crate) fn ids(&self) -> &[i64] {
        match self {
            Self::All(ids) | Self::Some(ids) => ids,
        }
    }

    pub(crate) fn has(&self, scope_id: i64) -> bool {
        match self {
            Self::All(_) => true,
            Self::Some(ids) => ids.binary_search(&scope_id).is_ok(),
        }
    }
}

impl Log {
    /// The numbers of these scopes, in their order; new ones are added.
    ///
    /// # Errors
    /// The database's.
    pub async fn intern_scopes(&self, keys: &[ScopeKey]) -> Result<Vec<i64>> {
        if let Some(ids) = self.known(keys) {
            return Ok(ids);
        }
        let mut conn = self.begin_small().await?;
        self.refresh(&mut conn).await?;
        let mut missing: Vec<&ScopeKey> = Vec::new();
        let mut next = 0;
        self.with_scopes(|known| {
            next = known.last;
            missing = keys.iter().filter(|k| !known.ids.contains_key(k)).collect();
        });
        // In the order they were first asked for: the same log interns the same numbers.
        let mut rows: Vec<ScopeRow> = Vec::new();
        let mut taken = std::collections::HashSet::new();
        for key in missing {
            if taken.insert(key) {
                next += 1;
                rows.push(ScopeRow {
                    scope_id: next,
                    entity: key.entity.clone(),
                    site: key.site.clone(),
                    category: key.category.clone(),
                    region: key.region.clone(),
                });
            }
        }
        bulk::insert(&mut conn, &rows).await?;
        conn.commit().await?;
        if let Ok(mut known) = self.scopes.write() {
            rows.into_iter().for_each(|row| known.add(row));
        }
        self.known(keys)
            .ok_or_else(|| crate::StoreError::Corrupt("a scope that was just added".into()))
    }

    fn known(&self, keys: &[ScopeKey]) -> Option<Vec<i64>> {
        let known = self.scopes.read().ok()?;
        keys.iter().map(|k| known.ids.get(k).copied()).collect()
    }

    fn with_scopes(&self, see: impl FnOnce(&Interned)) {
        if let Ok(known) = self.scopes.read() {
            see(&known);
        }
    }

    /// Learns the scopes that were added since, by this node or another.
    async fn refresh(&self, conn: &mut Conn<'_>) -> Result<()> {
        let mut last = 0;
        self.with_scopes(|known| last = known.last);
        let rows = conn.rows(AFTER, [last.into()], ScopeRow::read).await?;
        if !rows.is_empty()
            && let Ok(mut known) = self.scopes.write()
        {
            rows.into_iter().for_each(|row| known.add(row));
        }
        Ok(())
    }

    /// The numbers a caller may see, and of these only `entity`'s when it is named.
    pub(crate) async fn select_scopes(&self, scope: &::views::Scope, entity: &str) -> Result<Selected> {
        self.refresh(&mut self.pools.read.acquire().await?).await?;
        let mut ids: Vec<i64> = Vec::new();
        let all = *scope == ::views::Scope::All && entity.is_empty();
        self.with_scopes(|known| {
            if all {
                ids.extend(1..=known.last);
                return;
            }
            let mine = |rows: &Vec<(i64, ScopeKey)>| {
                let within = rows.iter().filter(|(_, key)| scope.contains(key));
                ids.extend(within.map(|(id, _)| *id));
            };
            match scope.bounds().and_then(|bounds| bounds.entities.as_ref()) {
                _ if !entity.is_empty() => known.by_entity.get(entity).into_iter().for_each(mine),
                Some(names) => names.iter().filter_map(|n| known.by_entity.get(n)).for_each(mine),
                None => known.by_entity.values().for_each(mine),
            }
        });
        ids.sort_unstable();
        Ok(if all { Selected::All(ids) } else { Selected::Some(ids) })
    }
}
