//! Acts on records and requests.

use std::collections::BTreeSet;

use domain::Instant;
use leptos::prelude::{ServerFnError, server};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use views::governance::{NewDecision, NewRequest};
use views::{AppError, ErrorKind, Scope};

use super::record_link;
use crate::acts::{finish, ports, signed_in};

/// What the form of a kind sends; what it does not have stays empty.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct AskForm {
    kind: String,
    key: String,
    version: Option<i64>,
    back_to: Option<i64>,
    end: bool,
    alone: bool,
    valid_from: String,
    reason: String,
    ticket: String,
    roles: Vec<String>,
    entities: String,
    sites: String,
    categories: String,
    regions: String,
    title: String,
    lane: String,
    entity: String,
    stopped: bool,
    class: String,
    site: String,
    supplier: String,
    buyer: String,
    team: String,
    person: String,
    stand_in: String,
    rate: String,
    publisher: String,
    zone: String,
    mon: String,
    tue: String,
    wed: String,
    thu: String,
    fri: String,
    sat: String,
    sun: String,
    holidays: String,
}

/// Names that stand in a field, apart by commas or blanks; none: no bound.
pub(crate) fn names(text: &str) -> Option<BTreeSet<String>> {
    let names: BTreeSet<String> = text
        .split([',', ' ', ';'])
        .map(str::trim)
        .filter(|n| !n.is_empty())
        .map(str::to_owned)
        .collect();
    (!names.is_empty()).then_some(names)
}

fn invalid(key: &'static str) -> AppError {
    AppError::new(ErrorKind::Invalid, key)
}

impl AskForm {
    fn body(&self) -> Result<Value, AppError> {
        Ok(match self.kind.as_str() {
            "access" => {
                let scope = Scope::from(views::caller::Bounds {
                    entities: names(&self.entities),
                    sites: names(&self.sites),
                    categories: names(&self.categories),
                    regions: names(&self.regions),
                });
                json!({ "roles": self.roles, "scope": scope })
            }
            "source" => {
                json!({ "title": self.title.trim(), "lane": self.lane, "entity": self.entity.trim(), "stopped": self.stopped })
            }
            "routing_rule" => json!({
                "class": self.class, "entity": self.entity.trim(), "site": self.site.trim(), "supplier": self.supplier.trim(),
                "buyer": self.buyer.trim(), "team": self.team, "person": self.person.trim(), "stand_in": self.stand_in.trim(),
            }),
            "currency_rate" => {
                json!({ "rate": self.rate.trim().replace(',', "."), "publisher": self.publisher.trim() })
            }
            "calendar" => self.calendar()?,
            _ => return Err(AppError::not_found()),
        })
    }

    fn calendar(&self) -> Result<Value, AppError> {
        let days = [
            ("mon", &self.mon),
            ("tue", &self.tue),
            ("wed", &self.wed),
            ("thu", &self.thu),
            ("fri", &self.fri),
            ("sat", &self.sat),
            ("sun", &self.sun),
        ];
        let mut hours = Map::new();
        for (day, text) in days {
            let mut spans = Vec::new();
            for span in text.split(',').map(str::trim).filter(|s| !s.is_empty()) {
                let (from, to) = span.split_once('-').ok_or_else(|| invalid("error-form-hours"))?;
                spans.push(json!({ "from": from.trim(), "to": to.trim().replace("24:00", "00:00") }));
            }
            if !spans.is_empty() {
                hours.insert(day.to_owned(), Value::Array(spans));
            }
        }
        let mut holidays = Map::new();
        for line in self.holidays.lines().map(str::trim).filter(|l| !l.is_empty()) {
            let (date, title) = line.split_once(' ').unwrap_or((line, ""));
            holidays.insert(date.to_owned(), Value::String(title.trim().to_owned()));
        }
        Ok(json!({ "zone": self.zone.trim(), "hours": hours, "holidays": holidays }))
    }

    fn request(&self) -> Result<NewRequest, AppError> {
        let from = match self.valid_from.trim() {
            "" => None,
            date => Some(Instant::parse(&format!("{date}T00:00:00Z")).ok_or_else(|| invalid("error-moment"))?),
        };
        let made = self.back_to.is_none() && !self.end;
        Ok(NewRequest {
            kind: self.kind.clone(),
            key: self.key.trim().to_owned(),
            version: self.version,
            body: if made { Some(self.body()?) } else { None },
            back_to: self.back_to,
            end: self.end,
            valid_from: from,
            reason: self.reason.trim().to_owned(),
            ticket: self.ticket.trim().to_owned(),
            alone: self.alone,
        })
    }
}

/// Asks for a change of a record.
#[server(prefix = "/act", endpoint = "governance/ask")]
pub(crate) async fn ask(#[server(default)] ask: AskForm) -> Result<(), ServerFnError> {
    let result = async {
        let caller = signed_in()?;
        ports().governance.ask(&caller, &ask.request()?).await
    };
    match result.await {
        Ok(made) => {
            let done = if made.row.alone { "done-alone" } else { "done-asked" };
            finish(Ok(done), &format!("/requests/{}", made.row.id))
        }
        Err(error) if ask.version == Some(0) && ask.kind != "access" => {
            finish(Err(error), &format!("/governance/{}", crate::links::encoded(&ask.kind)))
        }
        Err(error) => finish(Err(error), &record_link(&ask.kind, &ask.key)),
    }
}

/// Decides, withdraws or reviews a request.
#[server(prefix = "/act", endpoint = "governance/decide")]
pub(crate) async fn decide(
    id: i64,
    #[server(default)] verdict: String,
    #[server(default)] hash: String,
    #[server(default)] version: i64,
    #[server(default)] comment: String,
) -> Result<(), ServerFnError> {
    let result = async {
        let caller = signed_in()?;
        let decision = NewDecision {
            verdict: verdict.clone(),
            hash,
            version,
            comment,
        };
        ports().governance.decide(&caller, id, &decision).await?;
        Ok(match verdict.as_str() {
            "agree" => "done-agreed",
            "decline" => "done-declined",
            "withdraw" => "done-withdrawn",
            _ => "done-reviewed",
        })
    };
    finish(result.await, &format!("/requests/{id}"))
}
