//! The exception queue: list, look, and act.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use domain::EventType;
use domain::exceptions::{CLASSES, Case, Class, Resolution, Severity, Subject};
use store::views::{Exception, ExceptionFilter};
use views::errors::Result;
use views::exceptions::{ActView, CaseAct, CaseEntry, CaseFilter, CaseRow, CaseView, EvidenceView};
use views::{AppError, Caller, ErrorKind, Page, Permission, Scope};

use super::messages::MessagesPort;
use super::redaction::Reader;
use super::{UseCase, place, read_place};
use crate::error::refused;
use crate::fold::acts::{self, CaseActed};
use crate::fold::load::case_of;

/// The port of exceptions.
pub(crate) struct ExceptionsPort {
    pub(crate) use_case: UseCase,
    pub(crate) messages: Arc<MessagesPort>,
}

/// A case as lists show it.
pub(crate) fn row(case: &Case, order: Option<(String, String)>) -> CaseRow {
    let (line, message_id) = match &case.subject {
        Subject::Order { line, .. } => (line.clone(), None),
        Subject::Arrival { inbox_id } => (None, Some(*inbox_id)),
        Subject::Waiting { .. } => (None, None),
    };
    CaseRow {
        id: case.id,
        class: case.class.clone(),
        rule: case.rule.clone(),
        severity: case.severity.as_str().to_owned(),
        state: case.status.as_str().to_owned(),
        impact: case.impact.clone(),
        order,
        line,
        message_id,
        team: case.class().map_or("", |c| c.team.as_str()).to_owned(),
        opened_at: case.opened_at,
        version: case.version,
    }
}

impl ExceptionsPort {
    pub(crate) async fn rows(&self, caller: &Caller, found: &[Exception]) -> Result<Vec<CaseRow>> {
        let ids: BTreeSet<i64> = found.iter().filter_map(|e| e.order_id).collect();
        let ids: Vec<i64> = ids.into_iter().collect();
        let orders = self
            .use_case
            .store
            .views()
            .list_orders_by_id(&caller.scope, &ids)
            .await
            .map_err(refused)?;
        let orders: HashMap<i64, (String, String)> =
            orders.into_iter().map(|o| (o.order_id, (o.entity, o.po_no))).collect();
        let mut rows = Vec::with_capacity(found.len());
        for exception in found {
            let case = case_of(exception).map_err(AppError::from)?;
            rows.push(row(&case, exception.order_id.and_then(|id| orders.get(&id).cloned())));
        }
        Ok(rows)
    }

    async fn case(&self, caller: &Caller, id: i64) -> Result<(Exception, Case)> {
        let views = self.use_case.store.views();
        let found = views.get_exception(&caller.scope, id).await.map_err(refused)?;
        let Some(found) = found else {
            let there =
                caller.scope != Scope::All && views.get_exception(&Scope::All, id).await.map_err(refused)?.is_some();
            return Err(if there {
                self.use_case.out_of_scope(caller, format!("case:{id}"))
            } else {
                AppError::not_found()
            });
        };
        let case = case_of(&found).map_err(AppError::from)?;
        Ok((found, case))
    }

    async fn view(&self, caller: &Caller, id: i64) -> Result<CaseView> {
        let (found, case) = self.case(caller, id).await?;
        let mut rows = self.rows(caller, std::slice::from_ref(&found)).await?;
        let row = rows.pop().ok_or_else(AppError::not_found)?;
        let evidence = case.evidence.iter().map(|e| EvidenceView {
            what: e.what.clone(),
            at: e.at,
            seq: e.seq,
        });
        let reader = Reader::of(caller, &self.use_case.sealer);
        let people = self.use_case.store.log.list_people().await.map_err(refused)?;
        let name = |login: &String| {
            let known = people.iter().find(|p| p.login == *login);
            known.map_or_else(|| login.clone(), |p| p.name.clone())
        };
        let history = case.history.iter().map(|e| CaseEntry {
            at: e.at,
            seq: e.seq,
            actor: e.actor.as_ref().map(name),
            what: e.what.clone(),
            comment: reader.comment(e.comment.as_deref()),
        });
        let resolution = match case.status {
            domain::exceptions::Status::Resolved(how) => Some(how.as_str().to_owned()),
            _ => None,
        };
        Ok(CaseView {
            row,
            evidence: evidence.collect(),
            history: history.collect(),
            acts: acts_of(&case, caller),
            classes: CLASSES.iter().map(|c| c.code.to_owned()).collect(),
            resolution,
            as_of: self.use_case.clock.now(),
        })
    }
}

/// What can be done with a case, and if not by this caller now, why not.
fn acts_of(case: &Case, caller: &Caller) -> Vec<ActView> {
    let about_message = matches!(case.subject, Subject::Arrival { .. });
    let offers = [
        ("classify", Permission::Triage, true),
        ("retry", Permission::Retry, about_message),
        ("resolve", Permission::Resolve, true),
    ];
    let view = |(act, permission, fits): (&str, Permission, bool)| {
        let why_not = if !case.is_open() {
            Some(AppError::new(ErrorKind::Conflict, "error-case-closed"))
        } else if !fits {
            Some(AppError::new(ErrorKind::Conflict, "error-nothing-to-retry"))
        } else {
            caller.require(permission).err()
        };
        ActView {
            act: act.to_owned(),
            allowed: why_not.is_none(),
            why_not: why_not.map(|e| e.sentence),
        }
    };
    offers.into_iter().map(view).collect()
}

fn conflict(key: &'static str) -> AppError {
    AppError::new(ErrorKind::Conflict, key)
}

#[async_trait]
impl views::ports::Exceptions for ExceptionsPort {
    async fn list(&self, caller: &Caller, filter: &CaseFilter) -> Result<Page<CaseRow>> {
        caller.require(Permission::SeeExceptions)?;
        let closed = filter.state == "closed";
        let wanted = ExceptionFilter {
            class: Some(filter.class.as_str()).filter(|c| !c.is_empty()),
            closed,
        };
        let after = match filter.after.as_deref() {
            None | Some("") => None,
            text => read_place(text, if closed { 2 } else { 3 })?,
        };
        let limit = filter.limit.rows();
        let views = self.use_case.store.views();
        let mut found = views
            .list_exceptions(&caller.scope, wanted, after.as_deref(), limit.saturating_add(1))
            .await
            .map_err(refused)?;
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|last| place(&last.position()));
        Ok(Page {
            rows: self.rows(caller, &found).await?,
            next,
        })
    }

    async fn counts(&self, caller: &Caller) -> Result<Vec<(String, u64)>> {
        caller.require(Permission::SeeExceptions)?;
        let counted = self
            .use_case
            .store
            .views()
            .count_exceptions_by_severity(&caller.scope)
            .await
            .map_err(refused)?;
        let count = |s: Severity| (s.as_str().to_owned(), counted.get(&s.code()).copied().unwrap_or(0));
        Ok(Severity::ALL.into_iter().map(count).collect())
    }

    async fn get(&self, caller: &Caller, id: i64) -> Result<CaseView> {
        caller.require(Permission::SeeExceptions)?;
        self.view(caller, id).await
    }

    async fn act(&self, caller: &Caller, id: i64, version: i64, act: CaseAct) -> Result<CaseView> {
        caller.require(Permission::SeeExceptions)?;
        let (_, case) = self.case(caller, id).await?;
        let mut acted = CaseActed {
            case_id: id,
            version,
            class: None,
            resolution: None,
            comment: String::new(),
        };
        // Refused before it is written where that can be known; the fold decides again, in log order.
        if case.version != version {
            return Err(conflict("error-case-changed"));
        }
        if !case.is_open() {
            return Err(conflict("error-case-closed"));
        }
        let said = |action| self.use_case.act(caller, action, format!("case:{id}")).version(version);
        let (kind, said) = match act {
            CaseAct::Classify { class, comment } => {
                caller.require(Permission::Triage)?;
                let known = Class::by_code(&class);
                let known = known.ok_or_else(|| AppError::new(ErrorKind::Invalid, "error-unknown-class"))?;
                if known.code == case.class {
                    return Err(conflict("error-same-class"));
                }
                let said = said("case.classified").changed("class", Some(&case.class), Some(&class));
                acted.class = Some(class);
                acted.comment = comment;
                (EventType::CaseClassified, said)
            }
            CaseAct::Resolve { resolution, comment } => {
                caller.require(Permission::Resolve)?;
                if resolution == Resolution::Fixed {
                    return Err(conflict("error-still-holds"));
                }
                if case.severity <= Severity::S2 && comment.trim().is_empty() {
                    return Err(AppError::new(ErrorKind::Invalid, "error-comment-needed"));
                }
                let said = said("case.resolved").changed("resolution", None, Some(resolution.as_str()));
                acted.resolution = Some(resolution);
                acted.comment = comment;
                (EventType::CaseResolved, said)
            }
            CaseAct::Retry { comment } => {
                let Subject::Arrival { inbox_id } = case.subject else {
                    return Err(conflict("error-nothing-to-retry"));
                };
                acted.comment = comment;
                self.messages.retry_as(caller, inbox_id, Some(acted)).await?;
                return self.view(caller, id).await;
            }
        };
        let draft = acts::draft(kind, self.use_case.clock.now(), Some(&caller.id), &acted);
        let said = said.comment(&acted.comment);
        let seq = self.use_case.appender.act(draft, said).await?;
        self.use_case.wait(seq).await?;
        let after = self.view(caller, id).await?;
        // Somebody else's act came first in the log: this one had no effect.
        if after.history.iter().any(|e| e.seq == seq) {
            return Ok(after);
        }
        let late = conflict("error-case-changed");
        let act = self.use_case.act(caller, "case.unchanged", format!("case:{id}"));
        let act = act.version(version).seq(seq).failed(late.sentence.clone());
        let noted = self.use_case.store.log.append_audit(&[act.row()]).await;
        noted.map_err(refused)?;
        Err(late)
    }
}
