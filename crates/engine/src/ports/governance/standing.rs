//! What holds now of a record. People and sources stand in tables of their own from the day they were set up; what was
//! agreed on since is kept version by version.

use domain::Instant;
use domain::governance::{AccessBody, Body, GovernedKind, SourceBody};
use store::log::{Governed, Person, Source};
use views::AppError;
use views::errors::Result;

use super::{GovernancePort, roles_of, scope_of};
use crate::error::{EngineError, refused};

/// A record as it stands.
pub(crate) struct Standing {
    /// Its last version; 0: it stands as it was set up.
    pub(super) version: i64,
    /// What it says; absent: it is not there, or ended.
    pub(super) body: Option<Body>,
    /// Its name for people.
    pub(super) title: String,
    /// Since when it is so.
    pub(super) since: Instant,
    /// What stands differs from the last version, or there is none: to be kept as a version before it is changed.
    pub(super) unkept: bool,
}

pub(super) fn read(kind: GovernedKind, text: &str) -> Result<Body> {
    Body::read(kind, text).map_err(|sentence| refused(EngineError::damaged(sentence.key)))
}

pub(super) fn of_person(person: &Person, last: Option<&Governed>) -> Result<Standing> {
    let kept = last.and_then(|g| g.body.as_deref());
    let kept = kept.map(|text| read(GovernedKind::Access, text)).transpose()?;
    let compensation = match &kept {
        Some(Body::Access(body)) => body.compensation.clone(),
        _ => None,
    };
    let body = AccessBody {
        roles: roles_of(person),
        scope: scope_of(person),
        compensation,
    };
    Ok(table(
        Body::Access(body),
        kept,
        last,
        person.name.clone(),
        person.created_at,
    ))
}

pub(super) fn of_source(source: &Source, last: Option<&Governed>) -> Result<Standing> {
    let kept = last.and_then(|g| g.body.as_deref());
    let kept = kept.map(|text| read(GovernedKind::Source, text)).transpose()?;
    let body = SourceBody {
        title: source.title.clone(),
        lane: source.lane.clone(),
        entity: source.entity.clone(),
        stopped: source.stopped_at.is_some(),
    };
    Ok(table(
        Body::Source(body),
        kept,
        last,
        source.title.clone(),
        source.created_at,
    ))
}

fn table(now: Body, kept: Option<Body>, last: Option<&Governed>, title: String, created_at: Instant) -> Standing {
    let ended = last.is_some_and(|g| g.body.is_none());
    Standing {
        version: last.map_or(0, |g| g.version),
        unkept: !ended && kept.as_ref() != Some(&now),
        body: (!ended).then_some(now),
        title,
        since: last.map_or(created_at, |g| g.valid_from),
    }
}

impl GovernancePort {
    pub(super) async fn last(&self, kind: GovernedKind, key: &str) -> Result<Option<Governed>> {
        let found = self
            .store
            .log
            .list_governed_history(kind.as_str(), key, i64::MAX, 1)
            .await;
        Ok(found.map_err(refused)?.into_iter().next())
    }

    /// The record as it stands. A person that is not there is not found; everything else can be asked for.
    pub(super) async fn standing(&self, kind: GovernedKind, key: &str) -> Result<Standing> {
        let last = self.last(kind, key).await?;
        let log = &self.store.log;
        match kind {
            GovernedKind::Access => {
                let person = log.get_person(key).await.map_err(refused)?;
                of_person(&person.ok_or_else(AppError::not_found)?, last.as_ref())
            }
            GovernedKind::Source => match log.get_source_by_name(key).await.map_err(refused)? {
                Some(source) => of_source(&source, last.as_ref()),
                None => plain(kind, last.as_ref()),
            },
            _ => plain(kind, last.as_ref()),
        }
    }
}

pub(super) fn plain(kind: GovernedKind, last: Option<&Governed>) -> Result<Standing> {
    let body = last.and_then(|g| g.body.as_deref()).map(|text| read(kind, text));
    Ok(Standing {
        version: last.map_or(0, |g| g.version),
        body: body.transpose()?,
        title: String::new(),
        since: last.map_or(Instant(0), |g| g.valid_from),
        unkept: false,
    })
}
