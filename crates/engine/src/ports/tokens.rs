//! Tokens of sources and services: who may make, replace and revoke them, and whom a service's token stands for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use domain::access::tokens::service_scope;
use domain::{Clock, Instant};
use store::Store;
use store::log::{AuditRow, Change, Source, Token};
use views::errors::Result;
use views::tokens::{
    DAYS, IssuedToken, LONGEST_OVERLAP, NewService, ServiceRow, Services, SourceView, TokenOf, TokenRotation, TokenRow,
    TokenWarning, TokenWish,
};
use views::{AppError, Caller, ErrorKind, Origin, Permission, Scope, SignedInBy};

use super::access::hash_of;
use super::sources::{SourcesPort, is_name};
use crate::error::refused;
use crate::randomness::Randomness;
use crate::sealer::Sealer;
use crate::tokens::{self, Grant, Quotas, SERVICE_MARK, Wanted};

/// Largest quota that can be asked for.
const LARGEST_QUOTA: u32 = 1_000_000;
/// Warnings at most: more are no use to anybody.
const MOST_WARNINGS: usize = 200;

/// The port of tokens.
pub(crate) struct TokensPort {
    pub(crate) store: Arc<Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Randomness,
    pub(crate) sealer: Sealer,
    pub(crate) sources: Arc<SourcesPort>,
    pub(crate) quotas: Arc<Quotas>,
}

fn invalid(key: &'static str) -> AppError {
    AppError::new(ErrorKind::Invalid, key)
}

fn days(days: u16) -> Result<u16> {
    if (1..=DAYS).contains(&days) {
        Ok(days)
    } else {
        Err(invalid("error-token-days"))
    }
}

fn quota(wanted: Option<u32>) -> Result<Option<i64>> {
    match wanted {
        Some(0) => Err(invalid("error-token-quota-range")),
        Some(n) if n > LARGEST_QUOTA => Err(invalid("error-token-quota-range")),
        other => Ok(other.map(i64::from)),
    }
}

/// Whose a token is, and under which name it stands in the audit.
fn object(of: &TokenOf) -> String {
    match of {
        TokenOf::Source(name) => format!("source:{name}"),
        TokenOf::Service(name) => format!("service:{name}"),
    }
}

/// The audit row of an act on a token.
fn said(caller: &Caller, at: Instant, action: &str, of: &TokenOf, token: &Token) -> AuditRow {
    let mut detail = caller.audit_detail();
    let mut fact = |name: &str, value: String| detail.more.insert(name.to_owned(), value);
    fact("token", token.prefix.clone());
    fact("scopes", tokens::scopes_of(token).join(" "));
    if let Some(end) = token.expires_at {
        fact("expires_at", end.to_string());
    }
    if let Some(end) = token.overlap_until {
        fact("overlap_until", end.to_string());
    }
    if let Some(quota) = token.quota_per_minute {
        fact("quota_per_minute", quota.to_string());
    }
    AuditRow::done(at, &caller.id, action, object(of)).with_detail(detail.to_text())
}

impl TokensPort {
    /// The source, when the caller may know of it.
    async fn known_source(&self, caller: &Caller, name: &str) -> Result<Source> {
        let found = self.store.log.get_source_by_name(name).await.map_err(refused)?;
        found
            .filter(|source| caller.scope.contains(&source.scope_key()))
            .ok_or_else(AppError::not_found)
    }

    /// A token with whose it is, when the caller may manage it.
    async fn managed(&self, caller: &Caller, id: i64) -> Result<(Token, TokenOf)> {
        caller.require(Permission::ManageTokens)?;
        let found = self.store.log.get_token_by_id(id).await.map_err(refused)?;
        let token = found.ok_or_else(AppError::not_found)?;
        let of = match (token.source_id, &token.service) {
            (Some(source_id), _) => {
                let source = self.store.log.get_source(source_id).await.map_err(refused)?;
                let source = source.filter(|source| caller.scope.contains(&source.scope_key()));
                TokenOf::Source(source.ok_or_else(AppError::not_found)?.name)
            }
            (None, Some(service)) => {
                let grant = Grant::of(&token).filter(|grant| within(&grant.rows, &caller.scope));
                grant.ok_or_else(AppError::not_found)?;
                TokenOf::Service(service.clone())
            }
            (None, None) => return Err(AppError::not_found()),
        };
        Ok((token, of))
    }

    fn issued(kept: &Token, of: TokenOf, token: String) -> IssuedToken {
        IssuedToken {
            id: kept.token_id,
            of,
            token,
            expires_at: kept.expires_at.unwrap_or_default(),
        }
    }

    /// Keeps a new token, and says so.
    async fn keep(&self, caller: &Caller, mut kept: Token, token: String, of: TokenOf) -> Result<IssuedToken> {
        let mut change = self.begin().await?;
        kept.token_id = change.insert_token(&kept).await.map_err(refused)?;
        let row = said(caller, kept.created_at, "token.created", &of, &kept);
        change.commit(&[row]).await.map_err(refused)?;
        Ok(Self::issued(&kept, of, token))
    }

    async fn begin(&self) -> Result<Change> {
        self.store.log.begin_change().await.map_err(refused)
    }

    /// Tokens whose end is near, of sources and services within the scope; those that end first stand first.
    pub(crate) async fn ending(&self, scope: &Scope) -> Result<Vec<TokenWarning>> {
        let now = self.clock.now();
        let longest = domain::access::tokens::WARN_DAYS.into_iter().max().unwrap_or_default();
        let before = now.plus(longest * Instant::DAY + 1);
        let found = self.store.log.list_tokens_expiring(before, MOST_WARNINGS).await;
        let found = found.map_err(refused)?;
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let sources = self.store.log.list_sources().await.map_err(refused)?;
        let of = |token: &Token| match (token.source_id, &token.service) {
            (Some(id), _) => {
                let source = sources.iter().find(|source| source.source_id == id)?;
                scope
                    .contains(&source.scope_key())
                    .then(|| TokenOf::Source(source.name.clone()))
            }
            (None, Some(service)) => {
                let rows = Grant::of(token)?.rows;
                within(&rows, scope).then(|| TokenOf::Service(service.clone()))
            }
            (None, None) => None,
        };
        Ok(found
            .iter()
            .filter_map(|token| tokens::warning(token, of(token)?, now))
            .collect())
    }
}

/// Is every row of `rows` in the scope too?
fn within(rows: &Scope, scope: &Scope) -> bool {
    rows.and(scope) == *rows
}

fn newest_first(found: &[Token], now: Instant) -> Vec<TokenRow> {
    found.iter().rev().map(|token| tokens::row(token, now)).collect()
}

#[async_trait]
impl views::ports::Tokens for TokensPort {
    async fn source(&self, caller: &Caller, name: &str) -> Result<SourceView> {
        let may_manage = caller.may(Permission::ManageTokens);
        if !may_manage {
            caller.require(Permission::SeeMessages)?;
        }
        let source = self.known_source(caller, name).await?;
        let row = self.sources.row(caller, &source).await?;
        let now = self.clock.now();
        let found = if may_manage {
            self.store.log.list_tokens_of_source(source.source_id).await
        } else {
            Ok(Vec::new())
        };
        Ok(SourceView {
            row,
            tokens: newest_first(&found.map_err(refused)?, now),
            may_manage,
            as_of: now,
        })
    }

    async fn services(&self, caller: &Caller) -> Result<Services> {
        caller.require(Permission::ManageTokens)?;
        let now = self.clock.now();
        let found = self.store.log.list_tokens().await.map_err(refused)?;
        let mut by_name: BTreeMap<String, Vec<Token>> = BTreeMap::new();
        for token in found {
            if let Some(service) = &token.service {
                by_name.entry(service.clone()).or_default().push(token);
            }
        }
        // What a service may is what its newest token says.
        let rows = by_name.into_iter().filter_map(|(name, found)| {
            let grant = found.last().and_then(Grant::of)?;
            within(&grant.rows, &caller.scope).then(|| ServiceRow {
                name,
                owner: grant.owner,
                scopes: grant.scopes.into_iter().collect(),
                rows: grant.rows,
                tokens: newest_first(&found, now),
            })
        });
        Ok(Services {
            rows: rows.collect(),
            as_of: now,
        })
    }

    async fn issue_for_source(&self, caller: &Caller, name: &str, wish: &TokenWish) -> Result<IssuedToken> {
        caller.require(Permission::ManageTokens)?;
        let source = self.known_source(caller, name).await?;
        let title = wish.title.trim();
        let wanted = Wanted {
            by: &caller.id,
            title: if title.is_empty() { &source.title } else { title },
            now: self.clock.now(),
            days: days(wish.days)?,
            quota_per_minute: quota(wish.quota_per_minute)?,
        };
        let made = tokens::of_source(&self.randomness, &self.sealer, source.source_id, &wanted);
        let (token, kept) = made.ok_or_else(|| AppError::new(ErrorKind::Internal, "error-internal"))?;
        self.keep(caller, kept, token, TokenOf::Source(source.name)).await
    }

    async fn issue_for_service(&self, caller: &Caller, new: &NewService) -> Result<IssuedToken> {
        caller.require(Permission::ManageTokens)?;
        if !is_name(&new.name) {
            return Err(invalid("error-service-name"));
        }
        if new.scopes.is_empty() || new.scopes.iter().any(|word| service_scope(word).is_none()) {
            return Err(invalid("error-service-scopes"));
        }
        // Nobody hands out rows that they may not know of themselves.
        if !within(&new.rows, &caller.scope) {
            return Err(AppError::new(ErrorKind::NotAllowed, "error-service-rows"));
        }
        let owner = new.owner.trim().to_lowercase();
        let known = self.store.log.get_person(&owner).await.map_err(refused)?;
        if known.is_none_or(|person| person.blocked_at.is_some()) {
            return Err(invalid("error-service-owner"));
        }
        let before = self
            .store
            .log
            .list_tokens_of_service(&new.name)
            .await
            .map_err(refused)?;
        if !before.is_empty() {
            return Err(AppError::new(ErrorKind::Conflict, "error-service-taken"));
        }
        let grant = Grant {
            owner,
            scopes: new.scopes.iter().cloned().collect::<BTreeSet<_>>(),
            rows: new.rows.clone(),
        };
        let title = new.token.title.trim();
        let wanted = Wanted {
            by: &caller.id,
            title: if title.is_empty() { &new.name } else { title },
            now: self.clock.now(),
            days: days(new.token.days)?,
            quota_per_minute: quota(new.token.quota_per_minute)?,
        };
        let (token, kept) = tokens::of_service(&self.randomness, &new.name, &grant, &wanted);
        self.keep(caller, kept, token, TokenOf::Service(new.name.clone())).await
    }

    async fn rotate(&self, caller: &Caller, id: i64, how: TokenRotation) -> Result<IssuedToken> {
        let (old, of) = self.managed(caller, id).await?;
        if how.overlap_hours > LONGEST_OVERLAP {
            return Err(invalid("error-token-overlap"));
        }
        let now = self.clock.now();
        let wanted = Wanted {
            by: &caller.id,
            title: &old.title,
            now,
            days: days(how.days)?,
            quota_per_minute: old.quota_per_minute,
        };
        let made = match (old.source_id, Grant::of(&old)) {
            (Some(source_id), _) => tokens::of_source(&self.randomness, &self.sealer, source_id, &wanted),
            (None, Some(grant)) => Some(tokens::of_service(&self.randomness, of.name(), &grant, &wanted)),
            (None, None) => None,
        };
        let (token, mut kept) = made.ok_or_else(|| AppError::new(ErrorKind::Internal, "error-internal"))?;
        let until = now.plus(i64::from(how.overlap_hours) * Instant::HOUR);
        let mut change = self.begin().await?;
        // Of two who replace it at once, one is told.
        if !change.mark_token_replaced(id, until).await.map_err(refused)? {
            return Err(AppError::new(ErrorKind::Conflict, "error-token-over"));
        }
        kept.token_id = change.insert_token(&kept).await.map_err(refused)?;
        let replaced = Token {
            overlap_until: Some(until),
            ..old
        };
        let rows = [
            said(caller, now, "token.replaced", &of, &replaced),
            said(caller, now, "token.created", &of, &kept),
        ];
        change.commit(&rows).await.map_err(refused)?;
        Ok(Self::issued(&kept, of, token))
    }

    async fn revoke(&self, caller: &Caller, id: i64) -> Result<TokenOf> {
        let (token, of) = self.managed(caller, id).await?;
        let now = self.clock.now();
        let mut change = self.begin().await?;
        if !change.mark_token_revoked(id, now).await.map_err(refused)? {
            return Err(AppError::new(ErrorKind::Conflict, "error-token-over"));
        }
        let row = said(caller, now, "token.revoked", &of, &token);
        change.commit(&[row]).await.map_err(refused)?;
        Ok(of)
    }

    async fn ending(&self, caller: &Caller) -> Result<Vec<TokenWarning>> {
        caller.require(Permission::ManageTokens)?;
        Self::ending(self, &caller.scope).await
    }

    async fn service(&self, secret: &str) -> Result<Option<Caller>> {
        if !secret.starts_with(SERVICE_MARK) {
            return Ok(None);
        }
        let found = self.store.log.get_token(&hash_of(secret)).await.map_err(refused)?;
        let now = self.clock.now();
        let Some(token) = found.filter(|token| token.works_at(now)) else {
            return Ok(None);
        };
        let (Some(service), Some(grant)) = (token.service.clone(), Grant::of(&token)) else {
            return Ok(None);
        };
        self.quotas.take(&token, now)?;
        // Worth a note, but not a request.
        if let Err(error) = self.store.log.mark_token_used(&token, now).await {
            tracing::debug!(%error, "the use of a token was not written down");
        }
        Ok(Some(Caller {
            // No person's user name has a colon.
            id: format!("service:{service}"),
            name: service,
            roles: BTreeSet::new(),
            scope: grant.rows.clone(),
            origin: Origin {
                method: SignedInBy::Token,
                session: token.prefix.clone(),
                only: Some(grant.permissions()),
                ..Origin::default()
            },
        }))
    }
}
