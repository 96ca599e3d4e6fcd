//! Sources and their tokens.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
pub use domain::governance::LANES;
use domain::{Clock, Instant};
use store::log::{AuditRow, Source, Token};
use store::{Store, StoreError};
use views::errors::Result;
use views::sources::{NewSource, NewToken, SourceRow};
use views::{AppError, Caller, ErrorKind, Permission};

use super::access::{hash_of, secret};
use crate::error::refused;
use crate::randomness::Randomness;
use crate::sealer::Sealer;

/// Tokens begin with this, so that one found in a log or a repository is recognised.
const TOKEN_MARK: &str = "dkt_";
/// Characters of a token that may be shown.
const SHOWN: usize = 12;
/// What a source's token is good for.
const INGEST: &str = "ingest";

/// The port of sources.
pub(crate) struct SourcesPort {
    pub(crate) store: Arc<Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Randomness,
    pub(crate) sealer: Sealer,
}

impl SourcesPort {
    /// A fresh token, to be shown once, and what is kept of it.
    fn token(&self, by: &str) -> Result<(String, Token)> {
        let token = format!("{TOKEN_MARK}{}", secret(&self.randomness));
        let kept = Token {
            token_id: 0,
            source_id: None,
            service: None,
            title: String::new(),
            scopes: INGEST.to_owned(),
            prefix: token.chars().take(SHOWN).collect(),
            hash: hash_of(&token),
            hmac_sealed: Some(self.sealer.seal_secret(&token).map_err(|_| internal())?),
            created_by: by.to_owned(),
            created_at: self.clock.now(),
            expires_at: None,
            revoked_at: None,
            overlap_until: None,
            last_used_at: None,
            quota_per_minute: None,
        };
        Ok((token, kept))
    }

    /// Adds a source, perhaps with its token. Of two at once, one is told that the name is taken.
    async fn insert(&self, source: &Source, token: Option<Token>, by: &str) -> std::result::Result<i64, StoreError> {
        let mut change = self.store.log.begin_change().await?;
        let source_id = change.insert_source(source).await?;
        let mut rows = vec![said(source, by, "source.created", source.created_at)];
        if let Some(token) = token {
            let token = Token {
                source_id: Some(source_id),
                title: source.title.clone(),
                ..token
            };
            change.insert_token(&token).await?;
            rows.push(issued(source, &token, "token.created"));
        }
        change.commit(&rows).await?;
        Ok(source_id)
    }

    /// A source of that name, made when there is none. It has no token until one is asked for.
    pub(crate) async fn ensure(&self, new: &NewSource) -> Result<Source> {
        check(new)?;
        if let Some(source) = self.store.log.get_source_by_name(&new.name).await.map_err(refused)? {
            return Ok(source);
        }
        let mut source = self.blank(new);
        match self.insert(&source, None, "console").await {
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
            created_at: self.clock.now(),
            stopped_at: None,
        }
    }
}

fn said(source: &Source, by: &str, action: &str, at: Instant) -> AuditRow {
    let detail = serde_json::json!({ "title": source.title, "lane": source.lane, "entity": source.entity });
    AuditRow::done(at, by, action, format!("source:{}", source.name)).with_detail(detail.to_string())
}

fn issued(source: &Source, token: &Token, action: &str) -> AuditRow {
    let detail = serde_json::json!({ "prefix": token.prefix });
    let object = format!("source:{}", source.name);
    AuditRow::done(token.created_at, &token.created_by, action, object).with_detail(detail.to_string())
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
        let now = self.clock.now();
        let tokens = self.store.log.list_tokens().await.map_err(refused)?;
        // The newest of those that work.
        let prefixes: HashMap<i64, String> = tokens
            .into_iter()
            .filter(|t| t.works_at(now))
            .filter_map(|t| Some((t.source_id?, t.prefix)))
            .collect();
        let sources = self.store.log.list_sources().await.map_err(refused)?;
        let in_scope = |s: &&Source| caller.scope.contains(&s.scope_key());
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
                token_prefix: prefixes.get(&s.source_id).cloned().filter(|_| administers),
            }
        });
        Ok(rows.collect())
    }

    async fn create(&self, caller: &Caller, new: &NewSource) -> Result<NewToken> {
        caller.require(Permission::Administer)?;
        check(new)?;
        let source = self.blank(new);
        let (token, kept) = self.token(&caller.id)?;
        match self.insert(&source, Some(kept), &caller.id).await {
            Ok(_) => Ok(NewToken {
                source: source.name,
                token,
            }),
            Err(StoreError::Exists(_)) => Err(AppError::new(ErrorKind::Conflict, "error-source-taken")),
            Err(error) => Err(refused(error)),
        }
    }

    async fn rotate(&self, caller: &Caller, name: &str) -> Result<NewToken> {
        caller.require(Permission::Administer)?;
        let found = self.store.log.get_source_by_name(name).await.map_err(refused)?;
        let source = found.ok_or_else(AppError::not_found)?;
        let (token, kept) = self.token(&caller.id)?;
        let mut kept = Token {
            source_id: Some(source.source_id),
            title: source.title.clone(),
            ..kept
        };
        let mut change = self.store.log.begin_change().await.map_err(refused)?;
        kept.token_id = change.insert_token(&kept).await.map_err(refused)?;
        // The old one ends now.
        change
            .mark_tokens_replaced(&kept, kept.created_at)
            .await
            .map_err(refused)?;
        let row = issued(&source, &kept, "token.rotated");
        change.commit(&[row]).await.map_err(refused)?;
        Ok(NewToken {
            source: source.name,
            token,
        })
    }
}
