//! Tokens: made, looked at, counted. What may be shown of one is in `views::tokens`.

mod quota;

use std::collections::BTreeSet;

use domain::Instant;
use domain::access::tokens::{INGEST, days_left, service_scope, warned};
use domain::access::{Permission, Scope};
use serde::{Deserialize, Serialize};
use store::log::Token;
use views::tokens::{TokenOf, TokenRow, TokenState, TokenWarning};

use crate::ports::access::{hash_of, secret};
use crate::randomness::Randomness;
use crate::sealer::Sealer;

pub(crate) use quota::Quotas;

/// Sources' tokens begin with this, so that one found in a log or a repository is recognised.
const SOURCE_MARK: &str = "dkt_";
/// Services' tokens begin with this: no other is looked up as one.
pub(crate) const SERVICE_MARK: &str = "dks_";
/// Characters of a token that may be shown.
const SHOWN: usize = 12;

/// What a service's token says of its service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Grant {
    /// Who answers for the service.
    pub(crate) owner: String,
    /// What it may read.
    pub(crate) scopes: BTreeSet<String>,
    /// The rows it may know of.
    pub(crate) rows: Scope,
}

impl Grant {
    /// The grant of a token. One that cannot be read grants nothing.
    pub(crate) fn of(token: &Token) -> Option<Self> {
        serde_json::from_str(&token.scopes).ok()
    }

    pub(crate) fn permissions(&self) -> BTreeSet<Permission> {
        self.scopes.iter().filter_map(|word| service_scope(word)).collect()
    }
}

/// What a token is good for, in words of the API.
pub(crate) fn scopes_of(token: &Token) -> Vec<String> {
    if token.service.is_none() {
        return token.scopes.split_whitespace().map(str::to_owned).collect();
    }
    Grant::of(token).map_or_else(Vec::new, |grant| grant.scopes.into_iter().collect())
}

/// Does this token let its source hand something in?
pub(crate) fn lets_in(token: &Token, now: Instant) -> bool {
    token.works_at(now) && token.source_id.is_some() && token.scopes.split_whitespace().any(|word| word == INGEST)
}

/// A token as it is wished for.
pub(crate) struct Wanted<'a> {
    pub(crate) by: &'a str,
    pub(crate) title: &'a str,
    pub(crate) now: Instant,
    pub(crate) days: u16,
    pub(crate) quota_per_minute: Option<i64>,
}

/// A fresh token of a source, to be shown once, and what is kept of it. None when it cannot be sealed.
pub(crate) fn of_source(
    randomness: &Randomness,
    sealer: &Sealer,
    source_id: i64,
    wanted: &Wanted<'_>,
) -> Option<(String, Token)> {
    let (token, kept) = fresh(randomness, SOURCE_MARK, wanted);
    let kept = Token {
        source_id: Some(source_id),
        scopes: INGEST.to_owned(),
        hmac_sealed: Some(sealer.seal_secret(&token).ok()?),
        ..kept
    };
    Some((token, kept))
}

/// A fresh token of a service.
pub(crate) fn of_service(
    randomness: &Randomness,
    service: &str,
    grant: &Grant,
    wanted: &Wanted<'_>,
) -> (String, Token) {
    let (token, kept) = fresh(randomness, SERVICE_MARK, wanted);
    let kept = Token {
        service: Some(service.to_owned()),
        scopes: serde_json::to_string(grant).unwrap_or_default(),
        ..kept
    };
    (token, kept)
}

fn fresh(randomness: &Randomness, mark: &str, wanted: &Wanted<'_>) -> (String, Token) {
    let token = format!("{mark}{}", secret(randomness));
    let kept = Token {
        token_id: 0,
        source_id: None,
        service: None,
        title: wanted.title.to_owned(),
        scopes: String::new(),
        prefix: token.chars().take(SHOWN).collect(),
        hash: hash_of(&token),
        hmac_sealed: None,
        created_by: wanted.by.to_owned(),
        created_at: wanted.now,
        expires_at: Some(wanted.now.plus(i64::from(wanted.days) * Instant::DAY)),
        revoked_at: None,
        overlap_until: None,
        last_used_at: None,
        quota_per_minute: wanted.quota_per_minute,
    };
    (token, kept)
}

/// A token as people see it.
pub(crate) fn row(token: &Token, now: Instant) -> TokenRow {
    let state = match (token.revoked_at, token.works_at(now), token.overlap_until) {
        (Some(_), ..) => TokenState::Revoked,
        (None, false, _) => TokenState::Ended,
        (None, true, Some(_)) => TokenState::Replaced,
        (None, true, None) => TokenState::Works,
    };
    let near = token.expires_at.filter(|end| warned(*end, now).is_some());
    TokenRow {
        id: token.token_id,
        title: token.title.clone(),
        prefix: token.prefix.clone(),
        state,
        scopes: scopes_of(token),
        created_by: token.created_by.clone(),
        created_at: token.created_at,
        expires_at: token.expires_at,
        ends_in_days: near
            .filter(|_| state == TokenState::Works)
            .map(|end| days_left(end, now)),
        overlap_until: token.overlap_until,
        revoked_at: token.revoked_at,
        last_used_at: token.last_used_at,
        quota_per_minute: token.quota_per_minute.and_then(|n| u32::try_from(n).ok()),
    }
}

/// What is to be told of a token whose end is near; nothing of one that was replaced or revoked.
pub(crate) fn warning(token: &Token, of: TokenOf, now: Instant) -> Option<TokenWarning> {
    let end = token.expires_at?;
    if token.revoked_at.is_some() || token.overlap_until.is_some() {
        return None;
    }
    warned(end, now).map(|_| TokenWarning {
        of,
        title: token.title.clone(),
        prefix: token.prefix.clone(),
        ends_in_days: days_left(end, now),
    })
}
