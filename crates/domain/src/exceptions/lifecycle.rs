//! The life of a case: opened by a finding, healed by a later event, worked by people (domain §4.2).

use super::case::{Case, CaseId, Entry, Resolution, Status};
use super::class::Class;
use super::finding::Finding;
use crate::Sentence;
use crate::events::{EventType, Seq};
use crate::time::Instant;

/// A case found again this soon after it closed is the same case come back; later it is a new one (domain §4.2).
const COMES_BACK_WITHIN: i64 = 7 * Instant::DAY;

/// The log entry being judged.
#[derive(Clone, Copy, Debug)]
pub struct At {
    /// Its place.
    pub seq: Seq,
    /// When we received it.
    pub at: Instant,
    /// What it was, to name what healed a case.
    pub kind: EventType,
}

/// Brings the cases of one subject in line with what is found now. Answers which cases changed, by index;
/// new ones are appended. `next_id` gives ids to new cases.
pub fn reconcile(
    cases: &mut Vec<Case>,
    findings: &[Finding],
    at: At,
    mut next_id: impl FnMut() -> CaseId,
) -> Vec<usize> {
    let mut changed = Vec::new();
    for (i, case) in cases.iter_mut().enumerate() {
        let found = findings.iter().find(|f| f.fingerprint == case.fingerprint);
        if case.is_open() && found.is_none() {
            close(case, Status::Healed, at);
            enter(
                case,
                at,
                None,
                Sentence::new("case-healed").with("event", at.kind),
                None,
            );
            changed.push(i);
        }
    }
    for finding in findings {
        // The newest case of this fingerprint is the one that can hold, come back, or be succeeded.
        let known = cases.iter().rposition(|c| c.fingerprint == finding.fingerprint);
        match known {
            Some(i) => {
                let Some(case) = cases.get_mut(i) else { continue };
                if case.is_open() {
                    if case.evidence_key != finding.evidence_key || case.impact != finding.impact {
                        adopt(case, finding);
                        enter(case, at, None, Sentence::new("case-more").with("event", at.kind), None);
                        changed.push(i);
                    }
                } else if holds(case, finding) {
                    // Closed for these very facts: stays closed.
                } else if case
                    .closed_at
                    .is_some_and(|closed| at.at.since(closed) > COMES_BACK_WITHIN)
                {
                    cases.push(open(finding, at, next_id()));
                    changed.push(cases.len().saturating_sub(1));
                } else {
                    case.status = Status::Open;
                    case.closed_at = None;
                    case.closed_seq = None;
                    adopt(case, finding);
                    enter(
                        case,
                        at,
                        None,
                        Sentence::new("case-came-back").with("event", at.kind),
                        None,
                    );
                    changed.push(i);
                }
            }
            None => {
                cases.push(open(finding, at, next_id()));
                changed.push(cases.len().saturating_sub(1));
            }
        }
    }
    changed.sort_unstable();
    changed.dedup();
    changed
}

/// Accepted and not-an-issue bind to the evidence; fixed does not: if the rule fires again, it was not.
fn holds(case: &Case, finding: &Finding) -> bool {
    matches!(
        case.status,
        Status::Resolved(Resolution::Accepted | Resolution::NotAnIssue)
    ) && case.evidence_key == finding.evidence_key
}

fn open(finding: &Finding, at: At, id: CaseId) -> Case {
    let mut case = Case {
        id,
        fingerprint: finding.fingerprint,
        class: finding.class.code.to_owned(),
        rule: finding.rule.clone(),
        subject: finding.subject.clone(),
        severity: finding.severity,
        status: Status::Open,
        impact: finding.impact.clone(),
        evidence: finding.evidence.clone(),
        evidence_key: finding.evidence_key.clone(),
        opened_at: at.at,
        opened_seq: at.seq,
        closed_seq: None,
        closed_at: None,
        version: 0,
        history: Vec::new(),
    };
    enter(
        &mut case,
        at,
        None,
        Sentence::new("case-opened").with("team", finding.class.team.as_str()),
        None,
    );
    case
}

fn adopt(case: &mut Case, finding: &Finding) {
    case.impact = finding.impact.clone();
    case.evidence.clone_from(&finding.evidence);
    case.evidence_key.clone_from(&finding.evidence_key);
}

fn close(case: &mut Case, status: Status, at: At) {
    case.status = status;
    case.closed_seq = Some(at.seq);
    case.closed_at = Some(at.at);
}

fn enter(case: &mut Case, at: At, actor: Option<&str>, what: Sentence, comment: Option<&str>) {
    case.version = case.version.saturating_add(1);
    case.history.push(Entry {
        at: at.at,
        seq: at.seq,
        actor: actor.map(str::to_owned),
        what,
        comment: comment.filter(|c| !c.trim().is_empty()).map(str::to_owned),
    });
}

/// What a person does to a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Give it another class.
    Classify(&'static Class),
    /// Note that its message was processed again.
    Retry,
    /// Close it.
    Resolve(Resolution),
}

/// Why an act does not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActRefused {
    /// The case changed since the person saw it.
    #[error("the case changed since it was shown")]
    Changed,
    /// It is closed already.
    #[error("the case is closed")]
    Closed,
    /// Fixed, but the rule still holds (domain §4.2).
    #[error("the rule still holds")]
    StillHolds,
    /// S1 and S2 need a comment (domain §4.2).
    #[error("a comment is needed")]
    CommentNeeded,
    /// It has that class already.
    #[error("the case has that class")]
    SameClass,
}

/// Does an act to a case as it was at `version`. An open case's rule holds by construction: a case whose rule no longer
/// holds has healed. So *fixed* is answered with [`ActRefused::StillHolds`].
///
/// # Errors
/// [`ActRefused`]; the case is unchanged then.
pub fn act(case: &mut Case, act: &Act, version: i64, actor: &str, comment: &str, at: At) -> Result<(), ActRefused> {
    if case.version != version {
        return Err(ActRefused::Changed);
    }
    if !case.is_open() {
        return Err(ActRefused::Closed);
    }
    match act {
        Act::Classify(class) => {
            if case.class == class.code {
                return Err(ActRefused::SameClass);
            }
            let what = Sentence::new("case-classified")
                .with("from", &case.class)
                .with("to", class.code);
            class.code.clone_into(&mut case.class);
            case.severity = class.severity;
            enter(case, at, Some(actor), what, Some(comment));
        }
        Act::Retry => enter(case, at, Some(actor), Sentence::new("case-retried"), Some(comment)),
        Act::Resolve(resolution) => {
            if *resolution == Resolution::Fixed {
                return Err(ActRefused::StillHolds);
            }
            if case.severity <= super::Severity::S2 && comment.trim().is_empty() {
                return Err(ActRefused::CommentNeeded);
            }
            close(case, Status::Resolved(*resolution), at);
            let what = Sentence::new("case-resolved").with("how", resolution.as_str());
            enter(case, at, Some(actor), what, Some(comment));
        }
    }
    Ok(())
}
