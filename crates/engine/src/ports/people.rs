//! People: who is there, who comes in, who may not any more. What they may do is a governed record.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use domain::Instant;
use domain::access::Permission;
use domain::governance::{AccessBody, Body, GovernedKind, Refusal};
use store::log::{AuditRow, Member, Person, StandIn};
use views::errors::Result;
use views::governance::{NewPerson, NewRequest, PersonAct, PersonRow, PersonView, SessionRow, StandInRow};
use views::{AppError, Caller, ErrorKind, Scope};

use super::access::{AccessPort, insert_person};
use super::governance::{GovernancePort, covers, empty_handed, roles_of, scope_of};
use crate::error::refused;

/// The port of people.
pub(crate) struct PeoplePort {
    pub(crate) access: Arc<AccessPort>,
    pub(crate) governance: Arc<GovernancePort>,
}

impl PeoplePort {
    async fn person(&self, caller: &Caller, user: &str) -> Result<Person> {
        let found = self.access.store.log.get_person(user).await.map_err(refused)?;
        let person = found.ok_or_else(AppError::not_found)?;
        if covers(caller, &scope_of(&person)) {
            Ok(person)
        } else {
            Err(AppError::not_found())
        }
    }

    /// Could somebody other than the caller agree to what roles a person has?
    fn somebody_else_decides(caller: &Caller, people: &[Person]) -> bool {
        let decides = |p: &Person| Permission::GovernAccess.best(&roles_of(p)).decides();
        people
            .iter()
            .any(|p| p.login != caller.id && p.blocked_at.is_none() && decides(p))
    }

    fn said(&self, caller: &Caller, action: &str, object: String, more: &[(&str, String)]) -> AuditRow {
        let mut detail = caller.audit_detail();
        detail.more = more
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        AuditRow::done(self.access.clock.now(), &caller.id, action, object).with_detail(detail.to_text())
    }
}

fn row(person: &Person, seen: &HashMap<String, Instant>, open: u64) -> PersonRow {
    PersonRow {
        user: person.login.clone(),
        name: person.name.clone(),
        roles: roles_of(person),
        scope: scope_of(person),
        blocked_at: person.blocked_at,
        seen_at: seen.get(&person.login).copied(),
        open,
    }
}

#[async_trait]
impl views::ports::People for PeoplePort {
    async fn list(&self, caller: &Caller) -> Result<Vec<PersonRow>> {
        caller.require(Permission::SeePeople)?;
        let log = &self.access.store.log;
        let people = log.list_people().await.map_err(refused)?;
        let seen: HashMap<String, Instant> = log.list_people_seen().await.map_err(refused)?.into_iter().collect();
        let open = self.governance.open_by_record().await?;
        let count = |login: &str| open.get(&("access".to_owned(), login.to_owned())).copied().unwrap_or(0);
        let shown = people.iter().filter(|p| covers(caller, &scope_of(p)));
        Ok(shown.map(|p| row(p, &seen, count(&p.login))).collect())
    }

    async fn get(&self, caller: &Caller, user: &str) -> Result<PersonView> {
        caller.require(Permission::SeePeople)?;
        let person = self.person(caller, user).await?;
        let log = &self.access.store.log;
        let now = self.access.clock.now();
        let sessions = log.list_sessions(user).await.map_err(refused)?;
        let seen = sessions.iter().map(|s| (s.login.clone(), s.seen_at)).take(1).collect();
        let record = self.governance.record(caller, GovernedKind::Access, user).await?;
        let member: BTreeSet<String> = log
            .list_memberships(user)
            .await
            .map_err(refused)?
            .into_iter()
            .map(|m| m.team)
            .collect();
        let teams = log.list_teams().await.map_err(refused)?;
        let stand_ins = log.list_stand_ins_of(user).await.map_err(refused)?;
        let sessions = sessions.into_iter().filter(|s| s.expires_at > now).map(|s| SessionRow {
            id: s.session_id,
            method: s.method,
            client: s.client,
            ip: s.ip,
            since: s.created_at,
            seen_at: s.seen_at,
        });
        Ok(PersonView {
            row: row(&person, &seen, record.row.open),
            sessions: sessions.collect(),
            teams: teams
                .into_iter()
                .map(|t| {
                    let is_in = member.contains(&t.team);
                    (t.team, t.title, is_in)
                })
                .collect(),
            stand_ins: stand_ins
                .into_iter()
                .filter(|s| s.to_at > now)
                .map(|s| StandInRow {
                    user: s.stand_in,
                    from: s.from_at,
                    to: s.to_at,
                })
                .collect(),
            record,
            may_manage: caller.may(Permission::ManagePeople),
        })
    }

    async fn create(&self, caller: &Caller, new: &NewPerson) -> Result<Option<i64>> {
        caller.require(Permission::ManagePeople)?;
        let roles: Vec<_> = new.roles.iter().copied().collect();
        let made = self
            .access
            .person(&new.user, &new.name, &roles, &new.scope, Some(&new.password))
            .await?;
        let wanted = Body::Access(AccessBody {
            roles: new.roles.clone(),
            scope: new.scope.clone(),
            compensation: None,
        });
        let now = self.governance.business.now();
        if let Some(fault) = wanted.faults(&made.login, now).into_iter().next() {
            return Err(AppError {
                kind: ErrorKind::Invalid,
                sentence: fault,
                retry_after: None,
            });
        }
        if !covers(caller, &new.scope) {
            return Err(AppError::new(ErrorKind::NotAllowed, "error-request-scope"));
        }
        let request = NewRequest {
            kind: "access".into(),
            key: made.login.clone(),
            version: None,
            body: None,
            back_to: None,
            end: false,
            valid_from: None,
            reason: new.reason.clone(),
            ticket: String::new(),
            alone: false,
        };
        // Who may decide is read in the transaction that adds them: of two first administrators none is alone twice.
        let store = &self.access.store;
        let alone = {
            let people = store.log.list_people().await.map_err(refused)?;
            !Self::somebody_else_decides(caller, &people)
        };
        if alone {
            let mut change = store.log.begin_change().await.map_err(refused)?;
            let people = change.list_people().await.map_err(refused)?;
            if Self::somebody_else_decides(caller, &people) {
                return Err(Refusal::RecordChanged.into());
            }
            let row = insert_person(&mut change, &made, &caller.id).await?;
            let object = format!("person:{}", made.login);
            let said = self.said(caller, "access.bootstrap", object, &[("roles", made.roles.clone())]);
            change.commit(&[row, said]).await.map_err(refused)?;
            return Ok(None);
        }
        let standing = empty_handed(&made.name, now);
        let key = made.login.clone();
        let prepared = self
            .governance
            .prepare(caller, GovernedKind::Access, &key, standing, Some(wanted), &request)
            .await?;
        let waiting = Person {
            roles: String::new(),
            scope: serde_json::to_string(&Scope::nothing()).unwrap_or_default(),
            ..made
        };
        let mut change = store.log.begin_change().await.map_err(refused)?;
        let created = insert_person(&mut change, &waiting, &caller.id).await?;
        let (id, asked) = self.governance.insert(&mut change, caller, prepared).await?;
        let rows: Vec<AuditRow> = std::iter::once(created).chain(asked).collect();
        change.commit(&rows).await.map_err(refused)?;
        Ok(Some(id))
    }

    async fn act(&self, caller: &Caller, user: &str, act: &PersonAct) -> Result<()> {
        caller.require(Permission::ManagePeople)?;
        let mut person = self.person(caller, user).await?;
        let (log, now) = (&self.access.store.log, self.access.clock.now());
        let object = format!("person:{user}");
        let invalid = |key| AppError::new(ErrorKind::Invalid, key);
        let known = if let PersonAct::StandIn { user, .. } = act {
            log.get_person(user).await.map_err(refused)?.is_some()
        } else {
            true
        };
        let mut change = log.begin_change().await.map_err(refused)?;
        let row = match act {
            PersonAct::Block if user == caller.id => {
                return Err(AppError::new(ErrorKind::NotAllowed, "error-person-self"));
            }
            PersonAct::Block => {
                person.blocked_at = Some(now);
                change.upsert_person(&person).await.map_err(refused)?;
                let ended = change.delete_sessions_of(user).await.map_err(refused)?;
                self.said(caller, "person.blocked", object, &[("sessions", ended.to_string())])
            }
            PersonAct::Unblock => {
                person.blocked_at = None;
                change.upsert_person(&person).await.map_err(refused)?;
                self.said(caller, "person.unblocked", object, &[])
            }
            PersonAct::SignOut(session) => {
                if !change.delete_session_by_id(user, session).await.map_err(refused)? {
                    return Err(AppError::not_found());
                }
                self.said(
                    caller,
                    "session.ended",
                    format!("session:{session}"),
                    &[("person", user.to_owned())],
                )
            }
            PersonAct::Teams(teams) => {
                let known = log.list_teams().await.map_err(refused)?;
                let member = log.list_memberships(user).await.map_err(refused)?;
                for team in known.iter().filter(|t| teams.contains(&t.team)) {
                    if member.iter().all(|m| m.team != team.team) {
                        let member = Member {
                            team: team.team.clone(),
                            login: user.to_owned(),
                            lead: false,
                        };
                        change.upsert_member(&member).await.map_err(refused)?;
                    }
                }
                for left in member.iter().filter(|m| !teams.contains(&m.team)) {
                    change.delete_member(&left.team, user).await.map_err(refused)?;
                }
                let names: Vec<&str> = teams.iter().map(String::as_str).collect();
                self.said(caller, "person.teams", object, &[("teams", names.join(", "))])
            }
            PersonAct::StandIn { user: other, from, to } => {
                if !known {
                    return Err(invalid("error-stand-in-unknown"));
                }
                if other == user {
                    return Err(invalid("error-routing-same-person"));
                }
                if from >= to {
                    return Err(invalid("error-stand-in-dates"));
                }
                let stand_in = StandIn {
                    login: user.to_owned(),
                    stand_in: other.clone(),
                    from_at: *from,
                    to_at: *to,
                };
                change.upsert_stand_in(&stand_in).await.map_err(refused)?;
                let more = [
                    ("stand_in", other.clone()),
                    ("from", from.to_string()),
                    ("to", to.to_string()),
                ];
                self.said(caller, "person.stand_in", object, &more)
            }
        };
        change.commit(&[row]).await.map(drop).map_err(refused)
    }
}
