//! Who did what: how an act becomes a row of the audit, how rows are sealed, and how they are checked (domain §8.4).

mod of_engine;
mod refusals;
mod sealing;
mod verify;

use std::collections::BTreeSet;

use domain::access::{FieldClass, SignedInBy};
use domain::audit::{Changed, Detail, Outcome};
use domain::{Instant, Sentence};
use store::log::{AuditRow, Person};
use views::Caller;

pub(crate) use refusals::Refusals;
pub(crate) use sealing::start as start_sealing;
pub use sealing::{anchors, seal_all};
pub use verify::{Progress, verify};

/// A command on this machine.
pub(crate) const CONSOLE: &str = "console";
/// Somebody was refused something.
pub(crate) const REFUSED: &str = "access.refused";
/// Nobody who said who they are.
pub(crate) const ANONYMOUS: &str = "anonymous";

/// An act as the audit tells it: said step by step, written as one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Act {
    at: Instant,
    actor: String,
    action: &'static str,
    object: String,
    outcome: Outcome,
    detail: Detail,
}

/// `caller` did `action` (as `noun.done`) to `object` (as `kind:key`). `at` is the system clock's.
pub(crate) fn act(caller: &Caller, at: Instant, action: &'static str, object: impl Into<String>) -> Act {
    Act {
        at,
        actor: caller.id.clone(),
        action,
        object: object.into(),
        outcome: Outcome::Done,
        detail: caller.audit_detail(),
    }
}

/// The same of who is no caller: the console, a source, nobody.
pub(crate) fn act_of(actor: &str, at: Instant, action: &'static str, object: impl Into<String>) -> Act {
    Act {
        at,
        actor: actor.to_owned(),
        action,
        object: object.into(),
        outcome: Outcome::Done,
        detail: Detail::default(),
    }
}

/// What a person's record says, before and after.
pub(crate) fn person<'p>(
    before: Option<&'p Person>,
    after: &'p Person,
) -> [(&'p str, Option<&'p str>, Option<&'p str>); 3] {
    [
        ("name", before.map(|p| p.name.as_str()), Some(after.name.as_str())),
        ("roles", before.map(|p| p.roles.as_str()), Some(after.roles.as_str())),
        ("scope", before.map(|p| p.scope.as_str()), Some(after.scope.as_str())),
    ]
}

impl Act {
    /// On this version of the object.
    pub(crate) fn version(mut self, version: i64) -> Self {
        self.detail.version = Some(version);
        self
    }

    /// With this entry of the log.
    pub(crate) fn seq(mut self, seq: i64) -> Self {
        self.detail.seq = Some(seq);
        self
    }

    /// A field before and after; what stayed as it was is not told.
    pub(crate) fn changed(mut self, field: &str, before: Option<&str>, after: Option<&str>) -> Self {
        if before != after {
            let own = |value: Option<&str>| value.map(str::to_owned);
            self.detail.changes.push(Changed::new(field, own(before), own(after)));
        }
        self
    }

    /// Several fields, each before and after.
    pub(crate) fn all_changed<'v>(
        self,
        fields: impl IntoIterator<Item = (&'v str, Option<&'v str>, Option<&'v str>)>,
    ) -> Self {
        fields
            .into_iter()
            .fold(self, |act, (field, before, after)| act.changed(field, before, after))
    }

    /// Why they did it.
    pub(crate) fn reason(mut self, reason: &str) -> Self {
        reason.trim().clone_into(&mut self.detail.reason);
        self
    }

    /// They signed in like this; a way that has no word of its own is a fact of the act.
    pub(crate) fn signed_in_by(mut self, method: &str) -> Self {
        match SignedInBy::parse(method) {
            Some(method) => {
                self.detail.origin.method = method;
                self
            }
            None => self.more("by", method),
        }
    }

    /// What they wrote.
    pub(crate) fn comment(mut self, comment: &str) -> Self {
        comment.trim().clone_into(&mut self.detail.comment);
        self
    }

    /// The classes of data that were shown.
    pub(crate) fn viewed(mut self, classes: impl IntoIterator<Item = FieldClass>) -> Self {
        self.detail.viewed = classes.into_iter().collect::<BTreeSet<_>>();
        self
    }

    /// A fact of this kind of act.
    pub(crate) fn more(mut self, name: &str, value: impl ToString) -> Self {
        self.detail.more.insert(name.to_owned(), value.to_string());
        self
    }

    /// It was refused.
    pub(crate) fn refused(mut self, because: Sentence) -> Self {
        self.outcome = Outcome::Refused;
        self.detail.because = Some(because);
        self
    }

    /// It failed.
    pub(crate) fn failed(mut self, because: Sentence) -> Self {
        self.outcome = Outcome::Failed;
        self.detail.because = Some(because);
        self
    }

    /// As the store keeps it.
    pub(crate) fn row(self) -> AuditRow {
        AuditRow {
            outcome: self.outcome.code(),
            ..AuditRow::done(self.at, &self.actor, self.action, self.object).with_detail(self.detail.to_text())
        }
    }
}
