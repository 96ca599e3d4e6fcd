//! Sources and their tokens.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use domain::Clock;
use store::log::Source;
use store::{Store, StoreError};
use views::errors::Result;
use views::sources::{NewSource, NewToken, SourceRow};
use views::{AppError, Caller, ErrorKind, Permission, Scope};

use super::access::{hash_of, secret};
use crate::error::refused;
use crate::randomness::Randomness;
use crate::sealer::Sealer;

/// Lanes an event can be drawn in.
pub const LANES: [&str; 7] = [
    "procurement",
    "erp",
    "supplier",
    "carrier",
    "warehouse",
    "payables",
    "other",
];

/// Tokens begin with this, so that one found in a log or a repository is recognised.
const TOKEN_MARK: &str = "dkt_";
/// Characters of a token that may be shown.
const SHOWN: usize = 12;

/// The port of sources.
pub(crate) struct SourcesPort {
    pub(crate) store: Arc<Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Randomness,
    pub(crate) sealer: Sealer,
}

impl SourcesPort {
    /// Gives a source a fresh token; answers it once.
    fn arm(&self, source: &mut Source) -> Result<String> {
        let token = format!("{TOKEN_MARK}{}", secret(&self.randomness));
        source.token_hash = Some(hash_of(&token));
        source.token_prefix = Some(token.chars().take(SHOWN).collect());
        source.hmac_sealed = Some(self.sealer.seal_secret(&token).map_err(|_| internal())?);
        Ok(token)
    }

    /// A source of that name, made when there is none. It has no token until one is asked for.
    pub(crate) async fn ensure(&self, new: &NewSource) -> Result<Source> {
        check(new)?;
        if let Some(source) = self.store.log.get_source_by_name(&new.name).await.map_err(refused)? {
            return Ok(source);
        }
        let mut source = self.blank(new);
        match self.store.log.insert_source(&source).await {
            Ok(id) => source.source_id = id,
            // Somebody else made it meanwhile.
            Err(StoreError::Exists(_)) => {
                let known = self.store.log.get_source_by_name(&new.name).await.map_err(refused)?;
                return known.ok_or_else(internal);
            }
            Err(error) => return Err(refused(error)),
        }
        Ok(source)
    }

    fn blank(&self, new: &NewSource) -> Source {
        Source {
            source_id: 0,
            name: new.name.clone(),
            title: if new.title.trim().is_empty() {
                new.name.clone()
            } else {
                new.title.trim().to_owned()
            },
            lane: new.lane.clone(),
            entity: new.entity.trim().to_owned(),
            kind: String::new(),
            token_hash: None,
            token_prefix: None,
            hmac_sealed: None,
            created_at: self.clock.now(),
        }
    }
}

fn internal() -> AppError {
    AppError::new(ErrorKind::Internal, "error-internal")
}

fn check(new: &NewSource) -> Result<()> {
    let name = new.name.as_str();
    let good = (2..=40).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !name.starts_with('-')
        && !name.ends_with('-');
    if !good {
        return Err(AppError::new(ErrorKind::Invalid, "error-source-name"));
    }
    if !LANES.contains(&new.lane.as_str()) {
        return Err(AppError::new(ErrorKind::Invalid, "error-source-lane"));
    }
    Ok(())
}

#[async_trait]
impl views::ports::Sources for SourcesPort {
    async fn list(&self, caller: &Caller) -> Result<Vec<SourceRow>> {
        caller.require(Permission::SeeMessages)?;
        let totals: HashMap<i64, _> = self
            .store
            .log
            .list_source_totals()
            .await
            .map_err(refused)?
            .into_iter()
            .map(|t| (t.source_id, t))
            .collect();
        let administers = caller.may(Permission::Administer);
        let sources = self.store.log.list_sources().await.map_err(refused)?;
        let in_scope = |s: &&Source| match &caller.scope {
            Scope::All => true,
            Scope::Entities(entities) => entities.contains(&s.entity),
        };
        let rows = sources.iter().filter(in_scope).map(|s| {
            let total = totals.get(&s.source_id);
            let count = |n: Option<i64>| n.and_then(|n| u64::try_from(n).ok()).unwrap_or(0);
            SourceRow {
                name: s.name.clone(),
                title: s.title.clone(),
                lane: s.lane.clone(),
                entity: s.entity.clone(),
                messages: count(total.map(|t| t.arrivals)),
                parked: count(total.map(|t| t.parked)),
                last_heard: total.map(|t| t.last_heard_at),
                token_prefix: s.token_prefix.clone().filter(|_| administers),
            }
        });
        Ok(rows.collect())
    }

    async fn create(&self, caller: &Caller, new: &NewSource) -> Result<NewToken> {
        caller.require(Permission::Administer)?;
        check(new)?;
        let mut source = self.blank(new);
        let token = self.arm(&mut source)?;
        match self.store.log.insert_source(&source).await {
            Ok(_) => Ok(NewToken {
                source: source.name,
                token,
            }),
            Err(StoreError::Exists(_)) => Err(AppError::new(ErrorKind::Conflict, "error-source-taken")),
            Err(error) => Err(refused(error)),
        }
    }

    async fn set_entity(&self, caller: &Caller, name: &str, entity: &str) -> Result<()> {
        caller.require(Permission::Administer)?;
        let found = self.store.log.get_source_by_name(name).await.map_err(refused)?;
        let mut source = found.ok_or_else(AppError::not_found)?;
        entity.trim().clone_into(&mut source.entity);
        self.store.log.update_source(&source).await.map_err(refused)?;
        Ok(())
    }

    async fn rotate(&self, caller: &Caller, name: &str) -> Result<NewToken> {
        caller.require(Permission::Administer)?;
        let found = self.store.log.get_source_by_name(name).await.map_err(refused)?;
        let mut source = found.ok_or_else(AppError::not_found)?;
        let token = self.arm(&mut source)?;
        self.store.log.update_source(&source).await.map_err(refused)?;
        Ok(NewToken {
            source: source.name,
            token,
        })
    }
}
