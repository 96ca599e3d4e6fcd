//! Messages in: what came, what became of it, and trying again.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use domain::access::FieldClass;
use domain::{Event, Sentence};
use store::log::{Inbox, InboxFilter, Item, Source};
use views::errors::Result;
use views::messages::{ItemView, MessageFilter, MessageRow, MessageView, Outcome, RetryResult};
use views::{AppError, Caller, ErrorKind, Page, Permission};

use super::redaction::Reader;
use super::{UseCase, place, read_place};
use crate::error::refused;
use crate::fold::acts::CaseActed;
use crate::ingest::{Redecoded, Retried, arrival_of, items};

/// Items of a message shown.
const ITEMS_SHOWN: usize = 200;

/// The port of messages.
pub(crate) struct MessagesPort(pub(crate) UseCase);

impl MessagesPort {
    async fn inbox(&self, caller: &Caller, id: i64) -> Result<(Inbox, Source)> {
        let found = self
            .0
            .store
            .log
            .get_inbox(id)
            .await
            .map_err(refused)?
            .ok_or_else(AppError::not_found)?;
        let source = self.0.store.log.get_source(found.source_id).await.map_err(refused)?;
        let source = source.ok_or_else(AppError::not_found)?;
        if caller.scope.contains(&source.scope_key()) {
            Ok((found, source))
        } else {
            Err(self.0.out_of_scope(caller, format!("message:{id}")))
        }
    }

    /// Decodes what is parked of an arrival again and appends what can be read now.
    pub(crate) async fn retry_as(&self, caller: &Caller, id: i64, case: Option<CaseActed>) -> Result<Retried> {
        caller.require(Permission::Retry)?;
        let (inbox, source) = self.inbox(caller, id).await?;
        if inbox.parked == 0 {
            return Err(AppError::new(ErrorKind::Conflict, "error-nothing-parked"));
        }
        let body = self
            .0
            .body(&inbox)
            .await?
            .ok_or_else(|| AppError::new(ErrorKind::Conflict, "error-body-expired"))?;
        let arrival = arrival_of(
            inbox.source_id,
            inbox.media_type.clone(),
            inbox.trace.as_deref(),
            inbox.file.clone(),
            body,
        );
        let act = self.0.act(caller, "message.retried", format!("message:{id}"));
        let mut acts = vec![act.more("source", &source.name)];
        if let Some(case) = &case {
            let act = self.0.act(caller, "case.retried", format!("case:{}", case.case_id));
            acts.push(act.version(case.version).comment(&case.comment).more("message", id));
        }
        let again = Redecoded {
            inbox_id: id,
            source_id: inbox.source_id,
            source: source.name,
            entity: source.entity.clone(),
            items: items(&arrival, &source.entity, &self.0.limits),
            subjects: Vec::new(),
            actor: caller.id.clone(),
            case,
            acts,
        };
        let retried = self.0.appender.retry(again).await?;
        self.0.wait(retried.last_seq).await?;
        Ok(retried)
    }

    async fn addresses(&self, caller: &Caller, events: &[Event]) -> Result<BTreeMap<i64, Vec<(String, String)>>> {
        let mut keys: BTreeSet<_> = BTreeSet::new();
        for event in events {
            keys.extend(event.said.refs.iter().map(|r| r.key.clone()));
        }
        let views = self.0.store.views();
        let mut known = BTreeMap::new();
        let wanted: Vec<_> = keys.into_iter().collect();
        for found in views
            .find_orders_of_keys(&caller.scope, &wanted)
            .await
            .map_err(refused)?
        {
            known
                .entry(found.key)
                .or_insert_with(Vec::new)
                .push((found.order.entity, found.order.po_no));
        }
        let of = |event: &Event| {
            let mut orders: Vec<_> = event
                .said
                .refs
                .iter()
                .filter_map(|r| known.get(&r.key))
                .flatten()
                .cloned()
                .collect();
            orders.sort_unstable();
            orders.dedup();
            (event.seq, orders)
        };
        Ok(events.iter().map(of).collect())
    }
}

fn row(inbox: &Inbox, source: &str) -> MessageRow {
    let count = |n: i64| u64::try_from(n).unwrap_or(0);
    MessageRow {
        id: inbox.inbox_id,
        source: source.to_owned(),
        received_at: inbox.received_at,
        media_type: inbox.media_type.clone(),
        bytes: count(inbox.bytes),
        file: inbox.file.clone(),
        accepted: count(inbox.accepted),
        duplicate: count(inbox.duplicate),
        conflict: count(inbox.conflict),
        parked: count(inbox.parked),
    }
}

#[async_trait]
impl views::ports::Messages for MessagesPort {
    async fn list(&self, caller: &Caller, filter: &MessageFilter) -> Result<Page<MessageRow>> {
        caller.require(Permission::SeeMessages)?;
        let sources = self.0.sources().await?;
        let source_id = match filter.source.as_str() {
            "" => None,
            name => match sources.values().find(|s| s.name == name) {
                Some(source) => Some(source.source_id),
                None => return Err(AppError::new(ErrorKind::NotFound, "error-source-unknown")),
            },
        };
        let after = read_place(filter.after.as_deref(), 1)?.and_then(|p| p.first().copied());
        let wanted = InboxFilter {
            parked: filter.parked,
            source_id,
        };
        let limit = filter.limit.rows();
        let mut found = self
            .0
            .store
            .log
            .list_inbox(&caller.scope, wanted, after, limit.saturating_add(1))
            .await
            .map_err(refused)?;
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|last| place(&[last.inbox_id]));
        let name = |id: i64| sources.get(&id).map_or("", |s| s.name.as_str());
        Ok(Page {
            rows: found.iter().map(|i| row(i, name(i.source_id))).collect(),
            next,
        })
    }

    async fn get(&self, caller: &Caller, id: i64) -> Result<MessageView> {
        caller.require(Permission::SeeMessages)?;
        let (inbox, source) = self.inbox(caller, id).await?;
        let log = &self.0.store.log;
        let noted = log.list_noted_items(id, ITEMS_SHOWN).await.map_err(refused)?;
        let taken = match (inbox.first_seq, inbox.last_seq) {
            (Some(first), Some(last)) => log
                .list_items_of_events(first, last, ITEMS_SHOWN)
                .await
                .map_err(refused)?,
            _ => Vec::new(),
        };
        let mut items: BTreeMap<i64, Item> = BTreeMap::new();
        for item in noted.into_iter().chain(taken) {
            items.insert(item.ordinal, item);
        }
        let seqs: Vec<i64> = items.values().filter_map(|i| i.seq).collect();
        let events = log.get_events(&seqs).await.map_err(refused)?;
        let orders = self.addresses(caller, &events).await?;
        let cases = self
            .0
            .store
            .views()
            .list_exceptions_of_inbox(&caller.scope, id)
            .await
            .map_err(refused)?;
        let reader = Reader::of(caller, &self.0.sealer);
        let case_id = cases.iter().find(|c| c.closed_seq.is_none()).map(|c| c.exception_id);
        let mut shown: Vec<ItemView> = items
            .into_values()
            .map(|item| {
                let outcome = Outcome::from_code(item.outcome).unwrap_or(Outcome::Accepted);
                let parked = outcome == Outcome::Parked;
                let fault = item
                    .fault
                    .as_deref()
                    .and_then(|f| serde_json::from_str::<Sentence>(f).ok());
                ItemView {
                    ordinal: item.ordinal,
                    key: item.item_key,
                    outcome,
                    fault: fault.filter(|_| parked).map(|fault| reader.fault(fault)),
                    seq: item.seq,
                    orders: item.seq.and_then(|s| orders.get(&s).cloned()).unwrap_or_default(),
                    case_id: case_id.filter(|_| parked),
                }
            })
            .collect();
        shown.sort_by_key(|i| (i.outcome != Outcome::Parked, i.ordinal));
        shown.truncate(ITEMS_SHOWN);
        let raw = if reader.sees_raw() {
            reader.raw(self.0.raw(&inbox, None).await?, true)
        } else {
            None
        };
        if raw.is_some() {
            self.0.viewed(caller, format!("message:{id}"), FieldClass::Raw).await?;
        }
        Ok(MessageView {
            row: row(&inbox, &source.name),
            items: shown,
            raw,
            may_retry: caller.may(Permission::Retry) && inbox.parked > 0,
            as_of: self.0.clock.now(),
        })
    }

    async fn retry(&self, caller: &Caller, id: i64) -> Result<RetryResult> {
        let retried = self.retry_as(caller, id, None).await?;
        Ok(RetryResult {
            tried: retried.tried,
            processed: retried.processed,
            parked: retried.tried.saturating_sub(retried.processed),
        })
    }
}
