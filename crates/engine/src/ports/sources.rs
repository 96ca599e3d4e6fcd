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

use crate::audit;
use crate::error::refused;
use crate::randomness::Randomness;
use crate::sealer::Sealer;
use crate::tokens::{self, Wanted};

/// The port of sources.
pub(crate) struct SourcesPort {
    pub(crate) store: Arc<Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Randomness,
    pub(crate) sealer: Sealer,
}

impl SourcesPort {
    /// Adds a source, perhaps with its token. Of two at once, one is told that the name is taken.
    async fn insert(&self, source: &Source, token: Option<Token>, by: &str) -> std::result::Result<i64, StoreError> {
        let mut change = self.store.log.begin_change().await?;
        let source_id = change.insert_source(source).await?;
        let mut rows = vec![said(source, by, "source.created", source.created_at)];
        if let Some(token) = token {
            let token = Token {
                source_id: Some(source_id),
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

    /// A source as lists show it.
    pub(crate) async fn row(&self, caller: &Caller, source: &Source) -> Result<SourceRow> {
        let mut rows = self.rows(caller, std::slice::from_ref(source)).await?;
        rows.pop().ok_or_else(AppError::not_found)
    }

    async fn rows(&self, caller: &Caller, sources: &[Source]) -> Result<Vec<SourceRow>> {
        let totals = self.store.log.list_source_totals().await.map_err(refused)?;
        let totals: HashMap<i64, _> = totals.into_iter().map(|t| (t.source_id, t)).collect();
        let may_know = caller.may(Permission::ManageTokens);
        let now = self.clock.now();
        let tokens = self.store.log.list_tokens().await.map_err(refused)?;
        // The newest of those that work.
        let prefixes: HashMap<i64, String> = tokens
            .into_iter()
            .filter(|t| t.works_at(now))
            .filter_map(|t| Some((t.source_id?, t.prefix)))
            .collect();
        let rows = sources.iter().map(|s| {
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
                token_prefix: prefixes.get(&s.source_id).cloned().filter(|_| may_know),
            }
        });
        Ok(rows.collect())
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

fn said(source: &Source, by: &str, action: &'static str, at: Instant) -> AuditRow {
    let act = audit::act_of(by, at, action, format!("source:{}", source.name));
    let fields = [
        ("title", &source.title),
        ("lane", &source.lane),
        ("entity", &source.entity),
    ];
    act.all_changed(fields.map(|(name, value)| (name, None, Some(value.as_str()))))
        .row()
}

fn issued(source: &Source, token: &Token, action: &'static str) -> AuditRow {
    let object = format!("source:{}", source.name);
    let act = audit::act_of(&token.created_by, token.created_at, action, object);
    act.more("prefix", &token.prefix).row()
}

fn internal() -> AppError {
    AppError::new(ErrorKind::Internal, "error-internal")
}

/// Is it a name for addresses: 2 to 40 lower-case letters, digits, hyphens within?
pub(crate) fn is_name(name: &str) -> bool {
    (2..=40).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !name.starts_with('-')
        && !name.ends_with('-')
}

fn check(new: &NewSource) -> Result<()> {
    if !is_name(&new.name) {
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
        let sources = self.store.log.list_sources().await.map_err(refused)?;
        let known: Vec<Source> = sources
            .into_iter()
            .filter(|s| caller.scope.contains(&s.scope_key()))
            .collect();
        self.rows(caller, &known).await
    }

    async fn create(&self, caller: &Caller, new: &NewSource) -> Result<NewToken> {
        caller.require(Permission::Administer)?;
        check(new)?;
        let source = self.blank(new);
        let wanted = Wanted {
            by: &caller.id,
            title: &source.title,
            now: source.created_at,
            days: views::tokens::DAYS,
            quota_per_minute: None,
        };
        let made = tokens::of_source(&self.randomness, &self.sealer, 0, &wanted);
        let (token, kept) = made.ok_or_else(internal)?;
        let expires_at = kept.expires_at.unwrap_or_default();
        match self.insert(&source, Some(kept), &caller.id).await {
            Ok(_) => Ok(NewToken {
                source: source.name,
                token,
                expires_at,
            }),
            Err(StoreError::Exists(_)) => Err(AppError::new(ErrorKind::Conflict, "error-source-taken")),
            Err(error) => Err(refused(error)),
        }
    }
}
