//! What changed, for pages that stay open: server-sent events, at most four a second.
//!
//! A note's id is the place in the log up to which its reader has heard everything, so that a reader who comes back with
//! it misses nothing; what they may hear twice does no harm.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use futures_util::stream::unfold;
use http::HeaderMap;
use serde::Deserialize;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::time::{Instant, MissedTickBehavior, interval};
use utoipa::{IntoParams, ToSchema};
use views::live::{Note, Topic};
use views::{AppError, Caller, ErrorKind, Permission, Scope};

use crate::rest::answer::Asked;
use crate::rest::problem::{Problem, ProblemBody};
use crate::session::SignedIn;
use crate::state::Server;

/// At most four a second.
const PACE: Duration = Duration::from_millis(250);
/// More ids than this are `many`.
const MOST_IDS: usize = 50;
/// A stream ends after this long: who comes back is asked again who they are.
const LONGEST: Duration = Duration::from_secs(600);

/// What a reader wants to hear.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
pub struct LiveQuery {
    /// `orders`, `exceptions`, `messages`, apart by commas; without it, all the caller may see.
    topics: String,
    /// Last id heard, for readers that cannot send `Last-Event-ID`.
    after: Option<i64>,
}

/// An event of the stream.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what axum writes")]
struct LiveEvent {
    /// `note` or `reset`.
    event: String,
    /// The place in the log up to which the reader has heard everything then.
    id: Option<String>,
    /// A note as JSON: topic, and ids or `many`.
    data: String,
}

/// What changed, as server-sent events: `note` (id: place in the log, data: a note), `reset` when the reader was away too
/// long and should load its page again.
#[utoipa::path(get, path = "/v1/live", tag = "live", params(LiveQuery, ("Last-Event-ID" = Option<i64>, Header, description = "Last id heard")),
    responses((status = 200, content_type = "text/event-stream", body = LiveEvent), (status = "4XX", body = ProblemBody)))]
pub async fn stream(
    State(server): State<Server>,
    SignedIn(caller): SignedIn,
    Asked(query): Asked<LiveQuery>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let topics = topics(&query.topics, &caller)?;
    let sent = headers
        .get("last-event-id")
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.parse().ok());
    // Listen first, then look back: nothing falls between.
    let notes = server.engine.notes();
    let mut reader = Reader::new(caller.scope, topics);
    if let Some(seq) = sent.or(query.after) {
        match server.engine.notes_since(seq) {
            Some(missed) => missed.into_iter().for_each(|note| reader.hear(note)),
            None => reader.lost = true,
        }
    }
    let mut pace = interval(PACE);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let state = Open {
        reader,
        notes,
        pace,
        until: Instant::now() + LONGEST,
        server,
    };
    Ok(Sse::new(unfold(state, next)).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))))
}

struct Open {
    reader: Reader,
    notes: Receiver<Note>,
    pace: tokio::time::Interval,
    until: Instant,
    server: Server,
}

async fn next(mut open: Open) -> Option<(Result<Event, Infallible>, Open)> {
    let closing = open.server.closing.clone();
    loop {
        let until = open.until;
        tokio::select! {
            biased;
            () = closing.cancelled() => return None,
            () = tokio::time::sleep_until(until) => return None,
            () = heard(&mut open) => {}
        }
        if let Some(event) = open.reader.say() {
            return Some((Ok(event), open));
        }
    }
}

/// Waits for something to say and for the pace.
async fn heard(open: &mut Open) {
    if open.reader.is_silent() {
        match open.notes.recv().await {
            Ok(note) => open.reader.hear(note),
            Err(RecvError::Lagged(_)) => open.reader.lost = true,
            Err(RecvError::Closed) => return std::future::pending().await,
        }
    }
    open.pace.tick().await;
    loop {
        match open.notes.try_recv() {
            Ok(note) => open.reader.hear(note),
            Err(TryRecvError::Lagged(_)) => open.reader.lost = true,
            Err(TryRecvError::Empty | TryRecvError::Closed) => return,
        }
    }
}

fn topics(asked: &str, caller: &Caller) -> Result<BTreeSet<Topic>, Problem> {
    const ALL: [(&str, Topic, Permission); 3] = [
        ("orders", Topic::Orders, Permission::SeeOrders),
        ("exceptions", Topic::Exceptions, Permission::SeeExceptions),
        ("messages", Topic::Messages, Permission::SeeMessages),
    ];
    let mut topics = BTreeSet::new();
    for word in asked.split(',').map(str::trim).filter(|w| !w.is_empty()) {
        let Some((_, topic, permission)) = ALL.into_iter().find(|(name, ..)| *name == word) else {
            return Err(AppError::new(ErrorKind::Invalid, "error-topic")
                .with("topic", word)
                .into());
        };
        caller.require(permission)?;
        topics.insert(topic);
    }
    if topics.is_empty() {
        topics = ALL
            .into_iter()
            .filter(|(.., permission)| caller.may(*permission))
            .map(|(_, topic, _)| topic)
            .collect();
    }
    Ok(topics)
}

/// What one reader has not been told yet.
struct Reader {
    scope: Scope,
    topics: BTreeSet<Topic>,
    /// The oldest place not told, and what changed, per topic.
    waiting: BTreeMap<Topic, (i64, Note)>,
    /// Topics in the order in which they speak.
    turn: VecDeque<Topic>,
    /// The last place heard of.
    heard: i64,
    lost: bool,
}

impl Reader {
    fn new(scope: Scope, topics: BTreeSet<Topic>) -> Self {
        Self {
            scope,
            topics,
            waiting: BTreeMap::new(),
            turn: VecDeque::new(),
            heard: 0,
            lost: false,
        }
    }

    fn is_silent(&self) -> bool {
        !self.lost && self.waiting.is_empty()
    }

    fn hear(&mut self, mut note: Note) {
        if !self.topics.contains(&note.topic) || !self.concerns(&mut note) {
            return;
        }
        self.heard = self.heard.max(note.seq);
        match self.waiting.get_mut(&note.topic) {
            Some((_, waiting)) => {
                waiting.seq = waiting.seq.max(note.seq);
                waiting.many |= note.many;
                for id in note.ids {
                    if !waiting.ids.contains(&id) {
                        waiting.ids.push(id);
                    }
                }
                if waiting.ids.len() > MOST_IDS {
                    waiting.many = true;
                }
                if waiting.many {
                    waiting.ids.clear();
                }
            }
            None => {
                self.turn.push_back(note.topic);
                self.waiting.insert(note.topic, (note.seq, note));
            }
        }
    }

    /// Keeps the ids that the reader may know of. Orders carry their entity; what carries none is only counted.
    fn concerns(&self, note: &mut Note) -> bool {
        let Some(bounds) = self.scope.bounds() else {
            return true;
        };
        if note.many {
            return true;
        }
        match note.topic {
            Topic::Orders if bounds.is_of_entities_only() => {
                let mine = |id: &String| {
                    id.split_once('/')
                        .is_some_and(|(entity, _)| self.scope.knows_entity(entity))
                };
                note.ids.retain(mine);
                !note.ids.is_empty()
            }
            // Its place is not said in a note: that something changed is told, but not what.
            Topic::Orders | Topic::Exceptions | Topic::Messages => {
                note.ids.clear();
                note.many = true;
                true
            }
        }
    }

    fn say(&mut self) -> Option<Event> {
        if std::mem::take(&mut self.lost) {
            self.waiting.clear();
            self.turn.clear();
            return Some(Event::default().event("reset").data("{}"));
        }
        let (id, note) = self.next_note()?;
        let data = serde_json::to_string(&note).ok()?;
        Some(Event::default().event("note").id(id.to_string()).data(data))
    }

    /// The next note, and the place up to which everything has been told with it.
    fn next_note(&mut self) -> Option<(i64, Note)> {
        let topic = self.turn.pop_front()?;
        let (_, note) = self.waiting.remove(&topic)?;
        let told = self
            .waiting
            .values()
            .map(|(oldest, _)| oldest - 1)
            .fold(self.heard, i64::min);
        Some((told, note))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use views::Scope;
    use views::live::{Note, Topic};

    use super::Reader;

    fn note(seq: i64, topic: Topic, ids: &[&str]) -> Note {
        Note {
            seq,
            topic,
            ids: ids.iter().map(|id| (*id).to_owned()).collect(),
            many: false,
        }
    }

    fn reader(scope: Scope) -> Reader {
        Reader::new(scope, BTreeSet::from([Topic::Orders, Topic::Exceptions]))
    }

    #[test]
    fn notes_of_a_topic_are_joined_and_an_id_promises_nothing_untold() {
        let mut reader = reader(Scope::All);
        reader.hear(note(5, Topic::Orders, &["DE01/1"]));
        reader.hear(note(6, Topic::Exceptions, &["7"]));
        reader.hear(note(9, Topic::Orders, &["DE01/1", "DE01/2"]));
        let (id, first) = reader.next_note().unwrap();
        assert_eq!((id, first.seq, first.ids.len()), (5, 9, 2), "6 has not been told yet");
        let (id, second) = reader.next_note().unwrap();
        assert_eq!((id, second.topic), (9, Topic::Exceptions));
        assert!(reader.is_silent());
    }

    #[test]
    fn above_fifty_ids_a_note_says_many() {
        let mut reader = reader(Scope::All);
        for n in 0..51 {
            reader.hear(note(n, Topic::Orders, &[&format!("DE01/{n}")]));
        }
        let (_, note) = reader.next_note().unwrap();
        assert!(note.many && note.ids.is_empty());
    }

    #[test]
    fn a_reader_hears_only_of_orders_of_their_entities() {
        let mut reader = reader(Scope::entities(["PL02"]));
        reader.hear(note(1, Topic::Orders, &["DE01/1"]));
        assert!(reader.is_silent());
        reader.hear(note(2, Topic::Orders, &["DE01/1", "PL02/2"]));
        reader.hear(note(3, Topic::Messages, &["9"]));
        assert_eq!(reader.next_note().unwrap().1.ids, ["PL02/2"]);
        assert!(reader.is_silent(), "messages were not asked for");
    }
}
