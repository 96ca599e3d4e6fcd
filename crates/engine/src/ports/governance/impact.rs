//! What would happen if a request were agreed to, in sentences with counts.

use std::collections::BTreeSet;

use domain::Sentence;
use domain::access::{MATRIX, Permission, Scope};
use domain::calendars::Calendar;
use domain::governance::{AccessBody, Body, CurrencyRateBody, GovernedKind, Proposal, RoutingRuleBody, SourceBody};
use store::views::ExceptionFilter;
use views::Role;
use views::errors::Result;

use super::GovernancePort;
use crate::error::refused;

/// Open cases looked at for a rule.
const CASES: usize = 2_000;

/// What a set of roles allows.
fn allowed(roles: &BTreeSet<Role>) -> BTreeSet<Permission> {
    let rows = MATRIX.iter().map(|(permission, _)| *permission);
    rows.filter(|p| p.best(roles).allows()).collect()
}

fn entities(scope: &Scope) -> String {
    match scope.bounds() {
        None => "all".to_owned(),
        Some(bounds) => {
            let parts = [&bounds.entities, &bounds.sites, &bounds.categories, &bounds.regions];
            let named = parts.into_iter().flatten().map(|part| {
                let names: Vec<&str> = part.iter().map(String::as_str).collect();
                if names.is_empty() {
                    "none".to_owned()
                } else {
                    names.join(", ")
                }
            });
            named.collect::<Vec<_>>().join("; ")
        }
    }
}

fn listed(key: &'static str, permissions: Vec<&Permission>) -> Option<Sentence> {
    let words: Vec<&str> = permissions.iter().map(|p| p.as_str()).collect();
    (!words.is_empty()).then(|| Sentence::new(key).with("permissions", words.join(", ")))
}

fn access(before: Option<&AccessBody>, after: Option<&AccessBody>, sessions: usize, said: &mut Vec<Sentence>) {
    let of = |body: Option<&AccessBody>| body.map(|b| allowed(&b.roles)).unwrap_or_default();
    let (had, has) = (of(before), of(after));
    said.extend(listed("impact-access-gains", has.difference(&had).collect()));
    said.extend(listed("impact-access-loses", had.difference(&has).collect()));
    let scope = |body: Option<&AccessBody>| body.map_or_else(|| "none".to_owned(), |b| entities(&b.scope));
    let (saw, sees) = (scope(before), scope(after));
    said.push(if saw == sees {
        Sentence::new("impact-access-scope-same").with("scope", sees)
    } else {
        Sentence::new("impact-access-scope")
            .with("before", saw)
            .with("after", sees)
    });
    let ends = after.is_none_or(|b| b.roles.is_empty());
    let key = if ends {
        "impact-access-sessions-end"
    } else {
        "impact-access-sessions"
    };
    said.push(Sentence::new(key).with("n", sessions));
}

fn minutes(calendar: &Calendar) -> i64 {
    let of = |hours: &domain::calendars::Hours| {
        let length = hours.to.signed_duration_since(hours.from).num_minutes();
        if length <= 0 { length + 24 * 60 } else { length }
    };
    calendar.hours.values().flatten().map(of).sum()
}

fn calendar(before: Option<&Calendar>, after: &Calendar, said: &mut Vec<Sentence>) {
    let hours = |c: &Calendar| format!("{}", minutes(c) / 60);
    let mut week = Sentence::new("impact-calendar-week").with("after", hours(after));
    if let Some(before) = before.filter(|b| minutes(b) != minutes(after)) {
        week = Sentence::new("impact-calendar-week-changed")
            .with("before", hours(before))
            .with("after", hours(after));
    }
    said.push(week);
    let days = |c: &Calendar| c.holidays.keys().copied().collect::<BTreeSet<_>>();
    let (had, has) = (before.map(days).unwrap_or_default(), days(after));
    let (more, fewer) = (has.difference(&had).count(), had.difference(&has).count());
    if more + fewer > 0 {
        said.push(
            Sentence::new("impact-calendar-holidays")
                .with("more", more)
                .with("fewer", fewer),
        );
    }
}

fn rate(key: &str, before: Option<&CurrencyRateBody>, after: &CurrencyRateBody, said: &mut Vec<Sentence>) {
    let (from, to) = key.split_once('/').unwrap_or((key, ""));
    let sentence = match before {
        None => Sentence::new("impact-rate"),
        Some(before) => Sentence::new("impact-rate-changed").with("before", before.rate),
    };
    said.push(sentence.with("from", from).with("to", to).with("rate", after.rate));
}

fn read<T>(kind: GovernedKind, text: Option<&str>, pick: impl Fn(Body) -> Option<T>) -> Option<T> {
    text.and_then(|t| Body::read(kind, t).ok()).and_then(pick)
}

impl GovernancePort {
    /// What will happen, or has happened, by this request.
    pub(super) async fn impact(&self, p: &Proposal, base: Option<&str>) -> Result<Vec<Sentence>> {
        let (kind, after) = (p.kind, p.body.as_deref());
        let mut said = Vec::new();
        match kind {
            GovernedKind::Access => {
                let pick = |body| if let Body::Access(b) = body { Some(b) } else { None };
                let sessions = self.store.log.list_sessions(&p.key).await.map_err(refused)?;
                let now = self.system.now();
                let open = sessions.iter().filter(|s| s.expires_at > now).count();
                let (before, after) = (read(kind, base, pick), read(kind, after, pick));
                access(before.as_ref(), after.as_ref(), open, &mut said);
            }
            GovernedKind::Source => {
                let pick = |body| if let Body::Source(b) = body { Some(b) } else { None };
                let after: Option<SourceBody> = read(kind, after, pick);
                self.source(&p.key, after.as_ref(), &mut said).await?;
            }
            GovernedKind::RoutingRule => {
                let pick = |body| if let Body::RoutingRule(b) = body { Some(b) } else { None };
                match read(kind, after, pick) {
                    Some(rule) => self.routing(&rule, &mut said).await?,
                    None => said.push(Sentence::new("impact-routing-end")),
                }
            }
            GovernedKind::CurrencyRate => {
                let pick = |body| {
                    if let Body::CurrencyRate(b) = body {
                        Some(b)
                    } else {
                        None
                    }
                };
                match read(kind, after, pick) {
                    Some(after) => rate(&p.key, read(kind, base, pick).as_ref(), &after, &mut said),
                    None => said.push(Sentence::new("impact-rate-end")),
                }
            }
            GovernedKind::Calendar => {
                let pick = |body| if let Body::Calendar(b) = body { Some(b) } else { None };
                match read(kind, after, pick) {
                    Some(after) => calendar(read(kind, base, pick).as_ref(), &after, &mut said),
                    None => said.push(Sentence::new("impact-calendar-end")),
                }
            }
        }
        Ok(said)
    }

    async fn source(&self, name: &str, after: Option<&SourceBody>, said: &mut Vec<Sentence>) -> Result<()> {
        let Some(source) = self.store.log.get_source_by_name(name).await.map_err(refused)? else {
            said.push(Sentence::new("impact-source-new"));
            return Ok(());
        };
        let totals = self.store.log.list_source_totals().await.map_err(refused)?;
        let total = totals.iter().find(|t| t.source_id == source.source_id);
        said.push(Sentence::new("impact-source-messages").with("n", total.map_or(0, |t| t.arrivals)));
        let parked = total.map_or(0, |t| t.parked);
        if after.is_none_or(|a| a.stopped) {
            said.push(Sentence::new("impact-source-stops"));
        } else if after.is_some_and(|a| a.entity != source.entity) && parked > 0 {
            said.push(Sentence::new("impact-source-parked").with("n", parked));
        }
        Ok(())
    }

    async fn routing(&self, rule: &RoutingRuleBody, said: &mut Vec<Sentence>) -> Result<()> {
        let filter = ExceptionFilter {
            class: Some(rule.class.as_str()).filter(|c| !c.is_empty()),
            closed: false,
        };
        let some = |text: &String| (!text.is_empty()).then(|| BTreeSet::from([text.clone()]));
        let scope = Scope::from(domain::access::Bounds {
            entities: some(&rule.entity),
            sites: some(&rule.site),
            ..domain::access::Bounds::default()
        });
        let views = self.store.views();
        let found = views
            .list_exceptions(&scope, filter, None, CASES)
            .await
            .map_err(refused)?;
        let narrower = !rule.supplier.is_empty() || !rule.buyer.is_empty();
        let team = |code: &str| domain::exceptions::Class::by_code(code).map_or("", |c| c.team.as_str());
        let moving = found.iter().filter(|case| team(&case.class) != rule.team).count();
        let key = match (found.len() == CASES, narrower) {
            (true, _) => "impact-routing-many",
            (false, true) => "impact-routing-at-most",
            (false, false) => "impact-routing",
        };
        said.push(
            Sentence::new(key)
                .with("n", found.len())
                .with("moving", moving)
                .with("to", &rule.team),
        );
        Ok(())
    }
}
