//! A proposal: what one person asks for and another decides.

use serde::{Deserialize, Serialize};

use super::body::Body;
use super::kind::GovernedKind;
use super::refusal::Refusal;
use super::state::{Decider, Decision, State, Verdict};
use crate::access::Grade;
use crate::calendars::Calendar;
use crate::canonical::Canonical;
use crate::time::Instant;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Kind of record.
    pub kind: GovernedKind,
    /// Which record.
    pub key: String,
    /// The version it is to follow; 0: there is none yet.
    pub base_version: i64,
    /// What it is now; absent: there is none, or it was ended.
    pub current: Option<Body>,
    /// What it is to become; absent: it is to end.
    pub body: Option<Body>,
    /// From when on; in the past: as soon as it is agreed, but for rates and calendars, which are dated.
    pub valid_from: Instant,
    /// Why.
    pub reason: String,
    /// Number of the ticket elsewhere.
    pub ticket: String,
}

/// May one person act alone in an emergency? Off unless a company says otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmergencyPolicy {
    /// They may, with a reason and a ticket, reviewed by another person the next working day.
    pub allowed: bool,
}

/// A proposal as it is stored; a decision gives the proposal after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Kind of record.
    pub kind: GovernedKind,
    /// Which record.
    pub key: String,
    /// The version it is to follow; 0: there is none yet.
    pub base_version: i64,
    /// What it is to become, as text; absent: it is to end.
    pub body: Option<String>,
    /// From when on.
    pub valid_from: Instant,
    /// SHA-256 of what is proposed: kind, key, base version, body and date.
    pub hash: [u8; 32],
    /// Who asks.
    pub requester: String,
    /// Why.
    pub reason: String,
    /// Number of the ticket elsewhere.
    pub ticket: String,
    /// Done alone, in an emergency.
    pub emergency: bool,
    /// What was said of it, in order.
    pub decisions: Vec<Decision>,
    /// Where it stands.
    pub state: State,
    /// When it was asked for.
    pub created_at: Instant,
    /// Until when it can be decided.
    pub expires_at: Instant,
    /// When it was decided.
    pub decided_at: Option<Instant>,
    /// Done alone: by when another person must have looked at it; absent: nobody must, or somebody did.
    pub review_by: Option<Instant>,
    /// Raised by one with each change.
    pub version: i64,
}

/// How long a proposal can be decided (default).
const OPEN_FOR: i64 = 14 * Instant::DAY;
/// Characters of a reason for acting alone, at least.
const REASON_ALONE: usize = 10;

impl Proposal {
    /// Asks for a change.
    ///
    /// # Errors
    /// [`Refusal`] when the person may not ask, does not say why, or what is asked for is not sound or changes nothing.
    pub fn ask(by: Decider<'_>, ask: &Ask, now: Instant) -> Result<Self, Refusal> {
        by.needs(ask.kind, Grade::proposes)?;
        if ask.reason.trim().is_empty() {
            return Err(Refusal::NoReason);
        }
        if ask.body == ask.current {
            return Err(Refusal::NothingChanges);
        }
        let faults = match &ask.body {
            Some(body) if body.kind() != ask.kind => vec![crate::Sentence::new("error-record-name")],
            Some(body) => body.faults(&ask.key, ask.valid_from),
            None => Vec::new(),
        };
        if !faults.is_empty() {
            return Err(Refusal::Unsound(faults));
        }
        let body = ask.body.as_ref().map(Body::to_text);
        Ok(Self {
            kind: ask.kind,
            key: ask.key.clone(),
            base_version: ask.base_version,
            hash: hash_of(ask.kind, &ask.key, ask.base_version, body.as_deref(), ask.valid_from),
            body,
            valid_from: ask.valid_from,
            requester: by.login.to_owned(),
            reason: ask.reason.trim().to_owned(),
            ticket: ask.ticket.trim().to_owned(),
            emergency: false,
            decisions: Vec::new(),
            state: State::Open,
            created_at: now,
            expires_at: now.plus(OPEN_FOR),
            decided_at: None,
            review_by: None,
            version: 1,
        })
    }

    /// Does it alone, in an emergency: agreed at once, to be reviewed by somebody else by the end of the next working day.
    ///
    /// # Errors
    /// As [`Proposal::ask`]; and when the policy does not allow it, they could not decide this kind either, it is about
    /// their own access, or reason or ticket are missing.
    pub fn act_alone(
        by: Decider<'_>,
        ask: &Ask,
        policy: EmergencyPolicy,
        calendar: &Calendar,
        now: Instant,
    ) -> Result<Self, Refusal> {
        if !policy.allowed {
            return Err(Refusal::AloneNotAllowed);
        }
        let asked = Self::ask(by, ask, now)?;
        by.needs(ask.kind, Grade::decides)?;
        asked.not_their_own_access(by)?;
        if asked.reason.chars().count() < REASON_ALONE {
            return Err(Refusal::NoReason);
        }
        if asked.ticket.is_empty() {
            return Err(Refusal::NoTicket);
        }
        Ok(Self {
            emergency: true,
            state: State::Agreed,
            decided_at: Some(now),
            review_by: Some(calendar.end_of_next_working_day(now)),
            ..asked
        })
    }

    fn not_their_own_access(&self, by: Decider<'_>) -> Result<(), Refusal> {
        if self.kind == GovernedKind::Access && by.is_or_stands_in_for(&self.key) {
            return Err(Refusal::OwnAccess);
        }
        Ok(())
    }

    /// May they decide it, as it stands? For the page, before anybody presses anything.
    ///
    /// # Errors
    /// [`Refusal`]: it is not open, it is their own, or their roles do not decide this kind.
    pub fn may_decide(&self, by: Decider<'_>) -> Result<(), Refusal> {
        if self.state != State::Open {
            return Err(Refusal::NotOpen(self.state));
        }
        if by.is_or_stands_in_for(&self.requester) {
            return Err(Refusal::OwnRequest);
        }
        self.not_their_own_access(by)?;
        by.needs(self.kind, Grade::decides)
    }

    /// Decides it. `seen` is the hash of what the person looked at, `current_version` the record's version now.
    ///
    /// # Errors
    /// [`Refusal`]; when time or the record ended it, [`Proposal::settled`] gives the proposal to store.
    pub fn decide(
        &self,
        by: Decider<'_>,
        agree: bool,
        comment: &str,
        seen: &[u8],
        current_version: i64,
        now: Instant,
    ) -> Result<Self, Refusal> {
        self.may_decide(by)?;
        if let Some(settled) = self.settled(current_version, now) {
            return Err(match settled.state {
                State::Void => Refusal::RecordChanged,
                ended => Refusal::NotOpen(ended),
            });
        }
        if seen != self.hash || self.hash != self.hash_now() {
            return Err(Refusal::OtherContent);
        }
        if !agree && comment.trim().is_empty() {
            return Err(Refusal::NoReason);
        }
        let (state, verdict) = if agree {
            (State::Agreed, Verdict::Agree)
        } else {
            (State::Declined, Verdict::Decline)
        };
        Ok(self.after(state, now, Some((by.login, verdict, comment))))
    }

    /// Takes it back.
    ///
    /// # Errors
    /// [`Refusal`] when it is not open, or they did not ask for it.
    pub fn withdraw(&self, by: Decider<'_>, comment: &str, now: Instant) -> Result<Self, Refusal> {
        if self.state != State::Open {
            return Err(Refusal::NotOpen(self.state));
        }
        if !by.is_or_stands_in_for(&self.requester) {
            return Err(Refusal::NotAllowed(Vec::new()));
        }
        Ok(self.after(State::Withdrawn, now, Some((by.login, Verdict::Withdraw, comment))))
    }

    /// What has become of it by itself: void when the record changed, expired when its time is over; `None` when it stands.
    #[must_use]
    pub fn settled(&self, current_version: i64, now: Instant) -> Option<Self> {
        let state = match self.state {
            State::Open if current_version != self.base_version => State::Void,
            State::Open if now >= self.expires_at => State::Expired,
            _ => return None,
        };
        Some(self.after(state, now, None))
    }

    /// Done alone, and nobody else has looked at it yet.
    #[must_use]
    pub fn awaits_review(&self) -> bool {
        let reviewed = |d: &Decision| matches!(d.verdict, Verdict::Right | Verdict::Wrong);
        self.emergency && !self.decisions.iter().any(reviewed)
    }

    /// Says whether acting alone was right.
    ///
    /// # Errors
    /// [`Refusal`] when there is nothing to review, it was their own act, or their roles do not review.
    pub fn review(&self, by: Decider<'_>, right: bool, comment: &str, now: Instant) -> Result<Self, Refusal> {
        use crate::access::Permission::ReviewEmergency;
        if !self.awaits_review() {
            return Err(Refusal::NothingToReview);
        }
        if by.is_or_stands_in_for(&self.requester) {
            return Err(Refusal::OwnRequest);
        }
        if !ReviewEmergency.best(by.roles).allows() {
            return Err(Refusal::NotAllowed(ReviewEmergency.roles()));
        }
        if !right && comment.trim().is_empty() {
            return Err(Refusal::NoReason);
        }
        let verdict = if right { Verdict::Right } else { Verdict::Wrong };
        let decided_at = self.decided_at;
        let reviewed = self.after(self.state, now, Some((by.login, verdict, comment)));
        Ok(Self {
            decided_at,
            review_by: None,
            ..reviewed
        })
    }

    /// From when on the record is what was proposed, once it is agreed: rates and calendars have their own date, all else
    /// begins at the earliest when it was agreed.
    #[must_use]
    pub fn effective_from(&self) -> Option<Instant> {
        let agreed_at = self.decided_at.filter(|_| self.state == State::Agreed)?;
        Some(match self.kind {
            GovernedKind::CurrencyRate | GovernedKind::Calendar => self.valid_from,
            _ => self.valid_from.max(agreed_at),
        })
    }

    fn hash_now(&self) -> [u8; 32] {
        hash_of(
            self.kind,
            &self.key,
            self.base_version,
            self.body.as_deref(),
            self.valid_from,
        )
    }

    fn after(&self, state: State, at: Instant, said: Option<(&str, Verdict, &str)>) -> Self {
        let mut next = self.clone();
        next.state = state;
        next.decided_at = Some(at);
        next.version = next.version.saturating_add(1);
        next.decisions.extend(said.map(|(by, verdict, comment)| Decision {
            by: by.to_owned(),
            at,
            verdict,
            comment: comment.trim().to_owned(),
        }));
        next
    }
}

fn hash_of(kind: GovernedKind, key: &str, base_version: i64, body: Option<&str>, valid_from: Instant) -> [u8; 32] {
    Canonical::of("docket proposal 1")
        .text(kind.as_str())
        .text(key)
        .number(base_version)
        .text_if(body)
        .number(valid_from.0)
        .sha256()
}
