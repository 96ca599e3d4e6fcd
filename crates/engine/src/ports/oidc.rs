//! Signing in at the identity provider: a browser goes away with an errand that only it can bring back, once, in time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use domain::Instant;
use domain::access::incompatible;
use store::StoreError;
use store::log::{AuditRow, Change, Person};
use views::access::{NewSession, OidcDeparture, OidcEntered, OidcReturn};
use views::errors::Result;
use views::{AppError, ErrorKind};

use super::access::{AccessPort, hash_of, secret, user_name};
use super::identity::{Errand, Identity, IdentityError, IdentityProvider};
use crate::audit;
use crate::error::refused;

/// How long a person may take at the provider.
const AWAY: i64 = 10 * Instant::MINUTE;
/// Browsers that may be away at once; of more, the one that left first is forgotten.
const MOST: usize = 10_000;

/// A browser that is away.
struct Away {
    /// Hash of the secret in its cookie.
    browser: Vec<u8>,
    errand: Errand,
    return_to: String,
    until: Instant,
}

/// The identity provider, when there is one, and the browsers that are on their way to it and back.
#[derive(Default)]
pub(crate) struct Oidc {
    provider: OnceLock<Arc<dyn IdentityProvider>>,
    /// By the hash of the errand's state.
    away: Mutex<HashMap<Vec<u8>, Away>>,
}

impl Oidc {
    /// From now on people may sign in there. The first one stays.
    pub(crate) fn set(&self, provider: Arc<dyn IdentityProvider>) {
        if self.provider.set(provider).is_err() {
            tracing::error!("there is an identity provider already");
        }
    }

    /// Its name for people.
    pub(crate) fn title(&self) -> Option<String> {
        self.provider.get().map(|provider| provider.title().to_owned())
    }

    /// Where a person can end their session there too.
    pub(crate) async fn sign_out_address(&self) -> Option<String> {
        self.provider.get()?.sign_out_address().await
    }

    fn provider(&self) -> Result<&Arc<dyn IdentityProvider>> {
        let off = || AppError::new(ErrorKind::NotFound, "error-oidc-off");
        self.provider.get().ok_or_else(off)
    }

    fn away(&self) -> MutexGuard<'_, HashMap<Vec<u8>, Away>> {
        self.away.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn leaves(&self, browser: Away, now: Instant) {
        let mut away = self.away();
        if away.len() >= MOST {
            away.retain(|_, other| other.until > now);
        }
        if away.len() >= MOST
            && let Some(first) = away
                .iter()
                .min_by_key(|(_, other)| other.until)
                .map(|(state, _)| state.clone())
        {
            away.remove(&first);
        }
        away.insert(hash_of(&browser.errand.state), browser);
    }

    /// The browser that comes back, when it is the one that left with this state and not too late. It comes back once.
    fn returns(&self, state: &str, browser: &str, now: Instant) -> Option<Away> {
        let mut away = self.away();
        let state = hash_of(state);
        // Somebody else's browser takes nothing away from the right one.
        if away.get(&state)?.browser != hash_of(browser) {
            return None;
        }
        away.remove(&state).filter(|found| found.until > now)
    }
}

/// What a person is told of a failure; the cause is for the log.
fn told(error: &IdentityError) -> AppError {
    let (kind, key) = match error {
        IdentityError::Away(_) => (ErrorKind::Unavailable, "error-oidc-away"),
        IdentityError::Refused(_) => (ErrorKind::SignInNeeded, "error-oidc-refused"),
        IdentityError::Untrusted(_) => (ErrorKind::SignInNeeded, "error-oidc-untrusted"),
        IdentityError::NoRole(_) => (ErrorKind::NotAllowed, "error-oidc-no-role"),
    };
    tracing::warn!(%error, "nobody was signed in by the identity provider");
    AppError::new(kind, key)
}

impl AccessPort {
    pub(super) async fn leave(&self, return_to: &str) -> Result<OidcDeparture> {
        let provider = self.oidc.provider()?;
        let fresh = || secret(&self.randomness);
        let errand = Errand {
            state: fresh(),
            nonce: fresh(),
            verifier: fresh(),
        };
        let address = provider.begin(&errand).await.map_err(|error| told(&error))?;
        let (browser, now) = (fresh(), self.clock.now());
        let until = now.plus(AWAY);
        let away = Away {
            browser: hash_of(&browser),
            errand,
            return_to: return_to.to_owned(),
            until,
        };
        self.oidc.leaves(away, now);
        Ok(OidcDeparture {
            address,
            secret: browser,
            until,
        })
    }

    pub(super) async fn come_back(&self, back: &OidcReturn) -> Result<OidcEntered> {
        let provider = self.oidc.provider()?;
        let found = self.oidc.returns(&back.state, &back.secret, self.clock.now());
        let Some(away) = found else {
            return Err(AppError::new(ErrorKind::SignInNeeded, "error-oidc-expired"));
        };
        let who = match (&back.code, &back.refusal) {
            (Some(code), None) => provider.finish(&away.errand, code, back.issuer.as_deref()).await,
            (_, refusal) => Err(IdentityError::Refused(refusal.clone().unwrap_or_default())),
        };
        let entered = match who {
            Ok(who) => self.enter(&who).await,
            Err(error) => Err(told(&error)),
        };
        match entered {
            Ok(session) => Ok(OidcEntered {
                session,
                return_to: away.return_to,
            }),
            Err(error) => {
                let act = audit::act_of(audit::ANONYMOUS, self.clock.now(), "session.refused", "sign-in:oidc");
                let row = act.signed_in_by("oidc").refused(error.sentence.clone()).row();
                self.store.log.append_audit(&[row]).await.map_err(refused)?;
                Err(error)
            }
        }
    }

    /// Lets in whom the provider vouches for: as it knows them now, whatever we knew.
    async fn enter(&self, who: &Identity) -> Result<NewSession> {
        if incompatible(&who.roles).next().is_some() {
            return Err(AppError::new(ErrorKind::NotAllowed, "error-oidc-roles"));
        }
        let known = self
            .store
            .log
            .get_person_by_subject(&who.subject)
            .await
            .map_err(refused)?;
        if known.as_ref().is_some_and(|person| person.blocked_at.is_some()) {
            return Err(AppError::new(ErrorKind::NotAllowed, "error-person-blocked"));
        }
        let now = self.clock.now();
        let person = Person {
            login: known
                .as_ref()
                .map_or_else(|| login_of(who), |person| person.login.clone()),
            name: who.name.clone(),
            password_hash: known.as_ref().and_then(|person| person.password_hash.clone()),
            roles: who.roles.iter().map(|r| r.as_str()).collect::<Vec<_>>().join(" "),
            scope: serde_json::to_string(&who.scope)
                .map_err(|_| AppError::new(ErrorKind::Internal, "error-internal"))?,
            created_at: known.as_ref().map_or(now, |person| person.created_at),
            email: who.email.clone(),
            blocked_at: None,
            oidc_subject: Some(who.subject.clone()),
        };
        let mut change = self.store.log.begin_change().await.map_err(refused)?;
        let mut rows = Vec::new();
        match &known {
            None => rows.push(insert(&mut change, &person, now).await?),
            Some(before) if *before == person => {}
            Some(before) => {
                change.upsert_person(&person).await.map_err(refused)?;
                rows.push(changed(before, &person, now));
            }
        }
        let (session, opened) = self.insert_session(&mut change, &person, "oidc").await?;
        rows.push(opened);
        change.commit(&rows).await.map_err(refused)?;
        Ok(session)
    }
}

/// Adds somebody who comes for the first time. A user name that somebody has already stays theirs: a name at the provider
/// proves nothing about an account here.
async fn insert(change: &mut Change, person: &Person, now: Instant) -> Result<AuditRow> {
    let taken = || AppError::new(ErrorKind::Conflict, "error-oidc-taken");
    if change.get_person(&person.login).await.map_err(refused)?.is_some() {
        return Err(taken());
    }
    match change.insert_person(person).await {
        Ok(()) => {}
        Err(StoreError::Exists(_)) => return Err(taken()),
        Err(error) => return Err(refused(error)),
    }
    let act = audit::act_of(&person.login, now, "person.created", format!("person:{}", person.login));
    Ok(act.signed_in_by("oidc").all_changed(audit::person(None, person)).row())
}

fn changed(before: &Person, after: &Person, now: Instant) -> AuditRow {
    let act = audit::act_of(&after.login, now, "person.changed", format!("person:{}", after.login));
    act.signed_in_by("oidc")
        .all_changed(audit::person(Some(before), after))
        .row()
}

/// A user name of ours, as near as can be to the one at the provider.
fn login_of(who: &Identity) -> String {
    let plain = |letter: char| match letter.to_ascii_lowercase() {
        letter @ ('a'..='z' | '0'..='9' | '.' | '-' | '@') => letter,
        _ => '-',
    };
    let near: String = who.login.chars().map(plain).take(60).collect();
    user_name(near.trim_matches('-')).unwrap_or_else(|_| {
        let digest = hex::encode(hash_of(&who.subject));
        format!("oidc-{}", digest.chars().take(12).collect::<String>())
    })
}

#[cfg(test)]
mod tests {
    use domain::Instant;

    use super::{AWAY, Away, Errand, MOST, Oidc, hash_of};

    fn away(n: usize, now: Instant) -> Away {
        Away {
            browser: hash_of("cookie"),
            errand: Errand {
                state: format!("state {n}"),
                nonce: String::new(),
                verifier: String::new(),
            },
            return_to: "/".into(),
            until: now.plus(AWAY),
        }
    }

    #[test]
    fn a_browser_comes_back_once_with_its_own_cookie_and_in_time() {
        let oidc = Oidc::default();
        let now = Instant(0);
        oidc.leaves(away(1, now), now);
        assert!(oidc.returns("state 2", "cookie", now).is_none());
        assert!(oidc.returns("state 1", "another cookie", now).is_none());
        assert!(
            oidc.returns("state 1", "cookie", now).is_some(),
            "a stranger took nothing away"
        );
        assert!(oidc.returns("state 1", "cookie", now).is_none(), "once");
        oidc.leaves(away(3, now), now);
        assert!(oidc.returns("state 3", "cookie", now.plus(AWAY)).is_none(), "too late");
    }

    #[test]
    fn of_too_many_browsers_the_one_that_left_first_is_forgotten() {
        let oidc = Oidc::default();
        for n in 0..=MOST {
            let now = Instant(i64::try_from(n).unwrap());
            oidc.leaves(away(n, now), now);
        }
        let now = Instant(0);
        assert_eq!(oidc.away().len(), MOST);
        assert!(oidc.returns("state 0", "cookie", now).is_none());
        assert!(oidc.returns("state 1", "cookie", now).is_some());
    }
}
