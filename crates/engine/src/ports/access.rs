//! People at the door: passwords, sessions, the first administrator.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use domain::access::SignedInBy;
use domain::{Clock, Instant};
use rand::RngCore;
use sha2::{Digest, Sha256};
use store::log::{AuditRow, Change, Person, Session};
use store::{Store, StoreError};
use views::access::{DemoPerson, Door, NewSession, OidcDeparture, OidcEntered, OidcReturn};
use views::errors::Result;
use views::{AppError, Caller, ErrorKind, Origin, Permission, Role, Scope};

use super::oidc::Oidc;
use super::passwords::{hash_password, verify};
use crate::audit::{self, Refusals};
use crate::error::refused;
use crate::randomness::Randomness;

/// The setting that holds the hash of the first administrator's one-time secret.
const CLAIM: &str = "first_administrator_claim";
/// The setting that marks a demo store.
pub(crate) const DEMO: &str = "demo";

/// How long a session lasts.
#[derive(Clone, Copy, Debug)]
pub struct SessionLength {
    /// Without being used, in microseconds.
    pub idle: i64,
    /// In all, in microseconds.
    pub absolute: i64,
}

impl Default for SessionLength {
    fn default() -> Self {
        Self {
            idle: 8 * Instant::HOUR,
            absolute: 7 * Instant::DAY,
        }
    }
}

/// The port of sign-in.
pub(crate) struct AccessPort {
    pub(crate) store: Arc<Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Randomness,
    pub(crate) length: SessionLength,
    pub(crate) oidc: Oidc,
    pub(crate) refusals: Refusals,
    /// Verified when the user is unknown, so that the answer takes as long.
    pub(crate) decoy: String,
}

/// A fresh secret of 256 bits, as hexadecimal text.
pub(crate) fn secret(randomness: &Randomness) -> String {
    let mut bytes = [0; 32];
    randomness.with(|rng| rng.fill_bytes(&mut bytes));
    hex::encode(bytes)
}

/// What is kept of a secret.
pub(crate) fn hash_of(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// Letters of a name that nobody has which the audit keeps.
const LONGEST_NAME: usize = 60;

fn wrong() -> AppError {
    AppError::new(ErrorKind::SignInNeeded, "error-sign-in")
}

pub(super) fn user_name(user: &str) -> Result<String> {
    let user = user.trim().to_lowercase();
    let good = (2..=60).contains(&user.len())
        && user
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'@'));
    if good {
        Ok(user)
    } else {
        Err(AppError::new(ErrorKind::Invalid, "error-person-name"))
    }
}

pub(crate) fn caller_of(person: &Person) -> Caller {
    let roles: BTreeSet<Role> = person.roles.split_whitespace().filter_map(Role::parse).collect();
    // A scope that cannot be read shows nothing rather than everything.
    let scope = serde_json::from_str(&person.scope).unwrap_or_else(|_| Scope::nothing());
    Caller {
        id: person.login.clone(),
        name: person.name.clone(),
        roles,
        scope,
        origin: Origin::default(),
    }
}

fn roles_text(roles: &[Role]) -> String {
    roles.iter().map(|r| r.as_str()).collect::<Vec<_>>().join(" ")
}

/// Whether they may come in, or stay.
fn may_enter(person: &Person) -> bool {
    person.blocked_at.is_none()
}

/// Whether somebody can let others in. People whom the identity provider vouches for may come before them.
fn is_administered(people: &[Person]) -> bool {
    people
        .iter()
        .map(caller_of)
        .any(|caller| caller.may(Permission::Administer))
}

pub(super) async fn insert_person(change: &mut Change, person: &Person, by: &str) -> Result<AuditRow> {
    match change.insert_person(person).await {
        Ok(()) => {}
        Err(StoreError::Exists(_)) => return Err(AppError::new(ErrorKind::Conflict, "error-person-taken")),
        Err(error) => return Err(refused(error)),
    }
    let act = audit::act_of(
        by,
        person.created_at,
        "person.created",
        format!("person:{}", person.login),
    );
    Ok(act.all_changed(audit::person(None, person)).row())
}

impl AccessPort {
    async fn open_session(&self, person: &Person, method: &str) -> Result<NewSession> {
        let mut change = self.store.log.begin_change().await.map_err(refused)?;
        let (opened, row) = self.insert_session(&mut change, person, method).await?;
        change.commit(&[row]).await.map_err(refused)?;
        self.store
            .log
            .delete_sessions_over(self.clock.now())
            .await
            .map_err(refused)?;
        Ok(opened)
    }

    pub(super) async fn insert_session(
        &self,
        change: &mut Change,
        person: &Person,
        method: &str,
    ) -> Result<(NewSession, AuditRow)> {
        let now = self.clock.now();
        let opened = NewSession {
            secret: secret(&self.randomness),
            expires_at: now.plus(self.length.absolute),
            caller: caller_of(person),
        };
        let session = Session {
            hash: hash_of(&opened.secret),
            session_id: secret(&self.randomness).chars().take(16).collect(),
            login: person.login.clone(),
            method: method.to_owned(),
            ip: None,
            client: None,
            created_at: now,
            rotated_at: now,
            seen_at: now,
            expires_at: opened.expires_at,
        };
        change.insert_session(&session).await.map_err(refused)?;
        let object = format!("session:{}", session.session_id);
        let act = audit::act_of(&person.login, now, "session.opened", object);
        Ok((opened, act.signed_in_by(method).row()))
    }

    /// Adds a person with a password, or (in the demo) without; `by` whom is written down.
    pub(crate) async fn add(
        &self,
        user: &str,
        name: &str,
        roles: &[Role],
        scope: &Scope,
        password: Option<&str>,
        by: &str,
    ) -> Result<Person> {
        let person = self.person(user, name, roles, scope, password).await?;
        let mut change = self.store.log.begin_change().await.map_err(refused)?;
        let row = insert_person(&mut change, &person, by).await?;
        change.commit(&[row]).await.map_err(refused)?;
        Ok(person)
    }

    /// A person as they would be added.
    pub(super) async fn person(
        &self,
        user: &str,
        name: &str,
        roles: &[Role],
        scope: &Scope,
        password: Option<&str>,
    ) -> Result<Person> {
        let login = user_name(user)?;
        if roles.is_empty() {
            return Err(AppError::new(ErrorKind::Invalid, "error-person-roles"));
        }
        let password_hash = match password {
            Some(p) if p.chars().count() < 12 => {
                return Err(AppError::new(ErrorKind::Invalid, "error-password-short"));
            }
            Some(p) => Some(hash_password(&self.randomness, p).await?),
            None => None,
        };
        Ok(Person {
            login,
            name: if name.trim().is_empty() {
                user.trim().to_owned()
            } else {
                name.trim().to_owned()
            },
            password_hash,
            roles: roles_text(roles),
            scope: serde_json::to_string(scope).unwrap_or_default(),
            created_at: self.clock.now(),
            email: None,
            blocked_at: None,
            oidc_subject: None,
        })
    }

    /// A new one-time secret for the first administrator; none when somebody can sign in already. The one before is void.
    pub(crate) async fn new_claim(&self) -> Result<Option<String>> {
        let secret = secret(&self.randomness);
        let mut change = self.store.log.begin_change().await.map_err(refused)?;
        if is_administered(&change.list_people().await.map_err(refused)?) {
            return Ok(None);
        }
        change
            .upsert_setting(CLAIM, &hex::encode(hash_of(&secret)))
            .await
            .map_err(refused)?;
        let row = AuditRow::done(self.clock.now(), "console", "claim.created", "installation");
        change.commit(&[row]).await.map_err(refused)?;
        Ok(Some(secret))
    }

    async fn is_demo(&self) -> Result<bool> {
        Ok(self.store.log.get_setting(DEMO).await.map_err(refused)?.is_some())
    }
}

#[async_trait]
impl views::ports::Access for AccessPort {
    async fn door(&self) -> Result<Door> {
        let people = self.store.log.list_people().await.map_err(refused)?;
        let demo_people = if self.is_demo().await? {
            let offered = people.iter().map(caller_of).map(|c| DemoPerson {
                user: c.id,
                name: c.name,
                role: c.roles.first().map_or_else(String::new, |r| r.as_str().to_owned()),
            });
            offered.collect()
        } else {
            Vec::new()
        };
        Ok(Door {
            identity_provider: self.oidc.title(),
            needs_first_administrator: !is_administered(&people) && demo_people.is_empty(),
            demo_people,
        })
    }

    async fn sign_in(&self, user: &str, password: &str) -> Result<NewSession> {
        let login = user.trim().to_lowercase();
        let person = self.store.log.get_person(&login).await.map_err(refused)?;
        let known = person.as_ref().and_then(|p| p.password_hash.clone());
        let fits = verify(known.clone().unwrap_or_else(|| self.decoy.clone()), password).await;
        match person {
            Some(person) if fits && known.is_some() && may_enter(&person) => {
                self.open_session(&person, "password").await
            }
            _ => {
                let object = format!("person:{}", login.chars().take(LONGEST_NAME).collect::<String>());
                let act = audit::act_of(audit::ANONYMOUS, self.clock.now(), "session.refused", object);
                self.refusals.note(act.refused(wrong().sentence));
                Err(wrong())
            }
        }
    }

    async fn sign_in_demo(&self, user: &str) -> Result<NewSession> {
        if !self.is_demo().await? {
            return Err(AppError::new(ErrorKind::NotAllowed, "error-not-demo"));
        }
        match self.store.log.get_person(user).await.map_err(refused)? {
            Some(person) if may_enter(&person) => self.open_session(&person, "demo").await,
            _ => Err(wrong()),
        }
    }

    async fn sign_in_oidc_begin(&self, return_to: &str) -> Result<OidcDeparture> {
        self.leave(return_to).await
    }

    async fn sign_in_oidc_finish(&self, back: &OidcReturn) -> Result<OidcEntered> {
        self.come_back(back).await
    }

    async fn sign_out_oidc(&self) -> Option<String> {
        self.oidc.sign_out_address().await
    }

    async fn claim(&self, secret: &str, user: &str, name: &str, password: &str) -> Result<NewSession> {
        let refuse = || AppError::new(ErrorKind::NotAllowed, "error-claim");
        let claim = self
            .store
            .log
            .get_setting(CLAIM)
            .await
            .map_err(refused)?
            .ok_or_else(refuse)?;
        if claim != hex::encode(hash_of(secret)) {
            return Err(refuse());
        }
        let roles = [Role::Administrator];
        let person = self.person(user, name, &roles, &Scope::All, Some(password)).await?;
        let mut change = self.store.log.begin_change().await.map_err(refused)?;
        // Of two who come with it at once, one is told that it is void.
        if change.get_setting(CLAIM).await.map_err(refused)? != Some(claim) {
            return Err(refuse());
        }
        change.delete_setting(CLAIM).await.map_err(refused)?;
        let created = insert_person(&mut change, &person, "anonymous").await?;
        let (session, opened) = self.insert_session(&mut change, &person, "claim").await?;
        let claimed = AuditRow::done(created.at, "anonymous", "claim.used", "installation");
        change.commit(&[claimed, created, opened]).await.map_err(refused)?;
        Ok(session)
    }

    async fn session(&self, secret: &str) -> Result<Option<Caller>> {
        let hash = hash_of(secret);
        let now = self.clock.now();
        let Some(session) = self.store.log.get_session(&hash).await.map_err(refused)? else {
            return Ok(None);
        };
        if session.expires_at <= now || now.since(session.seen_at) > self.length.idle {
            let idle = Instant(now.0.saturating_sub(self.length.idle));
            self.store
                .log
                .delete_session_over(&hash, now, idle)
                .await
                .map_err(refused)?;
            return Ok(None);
        }
        // Noted once a minute, so that reading pages does not write.
        if now.since(session.seen_at) > Instant::MINUTE {
            self.store.log.mark_session_seen(&hash, now).await.map_err(refused)?;
        }
        let person = self.store.log.get_person(&session.login).await.map_err(refused)?;
        let origin = Origin {
            method: SignedInBy::parse(&session.method).unwrap_or(SignedInBy::Password),
            session: session.session_id,
            ..Origin::default()
        };
        Ok(person
            .filter(may_enter)
            .as_ref()
            .map(caller_of)
            .map(|caller| Caller { origin, ..caller }))
    }

    async fn sign_out(&self, secret: &str) -> Result<()> {
        let hash = hash_of(secret);
        let Some(session) = self.store.log.get_session(&hash).await.map_err(refused)? else {
            return Ok(());
        };
        let mut change = self.store.log.begin_change().await.map_err(refused)?;
        if change.delete_session(&hash).await.map_err(refused)? {
            let object = format!("session:{}", session.session_id);
            let row = AuditRow::done(self.clock.now(), &session.login, "session.closed", object);
            change.commit(&[row]).await.map_err(refused)?;
        }
        Ok(())
    }
}
