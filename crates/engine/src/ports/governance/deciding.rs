//! Deciding on a request, taking it back, reviewing what was done alone.

use domain::governance::{Proposal, Refusal, State};
use store::StoreError;
use store::log::{AuditRow, Proposal as Stored};
use views::errors::Result;
use views::governance::NewDecision;
use views::{AppError, Caller, ErrorKind};

use super::{GovernancePort, covers};
use crate::error::refused;
use crate::ingest::Publication;
use crate::proposals::{read, stored};

impl GovernancePort {
    pub(super) async fn decide_on(&self, caller: &Caller, id: i64, decision: &NewDecision) -> Result<()> {
        let row = self.visible(caller, id).await?;
        let before = read(&row).map_err(refused)?;
        let verdict = decision.verdict.as_str();
        let decided = if decision.version == before.version {
            self.decided(caller, &row, &before, decision).await
        } else if before.state == State::Open {
            Err(Refusal::OtherContent)
        } else {
            Err(Refusal::NotOpen(before.state))
        };
        let action = match verdict {
            "agree" => "request.agreed",
            "decline" => "request.declined",
            "withdraw" => "request.withdrawn",
            "right" | "wrong" => "request.reviewed",
            _ => return Err(AppError::new(ErrorKind::Invalid, "error-request-verdict")),
        };
        let object = format!("request:{id}");
        let next = match decided {
            Ok(next) => next,
            Err(refusal) => {
                if refusal.is_about_the_person() {
                    self.refusal(caller, action, object, &refusal).await?;
                }
                return Err(refusal.into());
            }
        };
        let mut detail = caller.audit_detail();
        detail.version = Some(before.version);
        detail.comment = decision.comment.trim().to_owned();
        detail.reason.clone_from(&before.reason);
        detail.ticket.clone_from(&before.ticket);
        if verdict == "agree" {
            detail.approvals = vec![caller.id.clone()];
        }
        let record = format!("{}:{}", before.kind.as_str(), before.key);
        detail.more.insert("record".into(), record);
        detail.more.insert("verdict".into(), verdict.to_owned());
        let said = AuditRow::done(self.system.now(), &caller.id, action, object).with_detail(detail.to_text());
        if verdict == "agree" {
            let publication = Publication {
                id,
                agreed: next,
                by: caller.id.clone(),
                audit: vec![said],
                at: self.system.now(),
            };
            return self.appender.publish(publication).await.map(drop);
        }
        self.update(id, &next, row.seq, said).await
    }

    /// What becomes of it; an open one that time or the record ended is stored as ended.
    async fn decided(
        &self,
        caller: &Caller,
        row: &Stored,
        before: &Proposal,
        decision: &NewDecision,
    ) -> std::result::Result<Proposal, Refusal> {
        let (by, now, comment) = (caller.as_decider(), self.business.now(), decision.comment.as_str());
        match decision.verdict.as_str() {
            "withdraw" => before.withdraw(by, comment, now),
            "right" | "wrong" => before.review(by, decision.verdict == "right", comment, now),
            verdict => {
                let version = self
                    .store
                    .log
                    .get_governed_version(&row.kind, &row.subject)
                    .await
                    .map_err(|_| Refusal::RecordChanged)?;
                let seen = hex::decode(&decision.hash).unwrap_or_default();
                let decided = before.decide(by, verdict == "agree", comment, &seen, version, now);
                if decided.is_err()
                    && let Some(over) = before.settled(version, now)
                {
                    let action = format!("request.{}", over.state.as_str());
                    let object = format!("request:{}", row.proposal_id);
                    let said = AuditRow::done(self.system.now(), "docket", &action, object);
                    // Somebody else may have stored that it is over already: the answer is the same.
                    let _ = self.update(row.proposal_id, &over, row.seq, said).await;
                }
                decided
            }
        }
    }

    async fn update(&self, id: i64, next: &Proposal, seq: Option<i64>, said: AuditRow) -> Result<()> {
        let mut change = self.store.log.begin_change().await.map_err(refused)?;
        match change.update_proposal(&stored(id, next, seq)).await {
            Ok(()) => {}
            Err(StoreError::Conflict(_)) => return Err(Refusal::OtherContent.into()),
            Err(error) => return Err(refused(error)),
        }
        change.commit(&[said]).await.map(drop).map_err(refused)
    }

    /// Why the caller may not decide, withdraw or review it; for the page, before anybody presses anything.
    pub(super) fn may_decide(caller: &Caller, p: &Proposal) -> std::result::Result<(), Refusal> {
        let by = caller.as_decider();
        if p.awaits_review() {
            return p.review(by, true, "", p.created_at).map(drop);
        }
        p.may_decide(by)?;
        if super::view::scopes(p).iter().all(|scope| covers(caller, scope)) {
            Ok(())
        } else {
            Err(Refusal::NotAllowed(
                p.kind.permission().roles_where(views::Grade::decides),
            ))
        }
    }
}
