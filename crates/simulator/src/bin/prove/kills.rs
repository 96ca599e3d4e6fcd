//! `kill -9` of the real server while clients send. Each client writes a journal, on the disk before it sends and again
//! when it was answered. After every kill the server is started again, and every acknowledged event must be in the log
//! once; the clients send again, under the same ids, what was not acknowledged.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use simulator::dice::Dice;
use simulator::load::{Load, Step};
use simulator::tools::client::{Answer, Client};
use simulator::tools::docket::{Docket, command};
use simulator::tools::journal::Journal;
use simulator::tools::place::{self, Base, Keys};
use simulator::tools::report::{Part, table, whole};
use simulator::tools::{look, say};

const CLIENTS: u64 = 8;
/// Most events in one request.
const MOST: i64 = 40;

/// What was found on one engine.
#[derive(Debug, Default)]
struct Found {
    kills: u64,
    sent: usize,
    acknowledged: usize,
    in_log: usize,
    open_at_kill: usize,
    kept_unanswered: usize,
    slowest_start: Duration,
}

/// Proves it on every engine.
pub(crate) fn run(quick: bool, began: Instant) -> Result<Part> {
    let kills = if quick { 5 } else { 50 };
    let mut rows = Vec::new();
    for base in Base::both("prove_kills") {
        let found = prove(&base, kills, began).with_context(|| format!("on {}", base.name()))?;
        rows.push(vec![
            base.name().to_owned(),
            found.kills.to_string(),
            whole(found.sent as u64),
            whole(found.acknowledged as u64),
            "0".to_owned(),
            "0".to_owned(),
            whole(found.open_at_kill as u64),
            whole(found.kept_unanswered as u64),
            format!("{:.1} s", found.slowest_start.as_secs_f64()),
        ]);
    }
    let head = [
        "engine",
        "kills",
        "events sent",
        "acknowledged before a kill",
        "of these lost",
        "in the log twice",
        "sent, not answered when killed",
        "of these kept all the same",
        "slowest start after a kill",
    ];
    let text = format!(
        "{CLIENTS} clients send single events and batches to the real `docket serve`, each with a journal that is synced \
         before a request is sent and after it was answered. The server is killed with `kill -9` after 0.15 to 1.5 s and \
         started again; then the journals are read from the disk and compared with the log: every acknowledged event must \
         be there once, none twice, none that nobody sent. What was not acknowledged is sent again under the same id. In the \
         end everything that was sent is in the log once, and `docket rebuild` finds the views equal to the log. A deviation \
         fails the run, so that the zeros below are what was checked.\n\n{}",
        table(&head, &rows)
    );
    Ok(Part {
        name: "kills",
        title: "Killed while it takes in events".to_owned(),
        text,
    })
}

fn prove(base: &Base, kills: u64, began: Instant) -> Result<Found> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let dir = place::folder()?;
    let data = dir.path().join("data");
    std::fs::create_dir(&data)?;
    let keys = runtime.block_on(async {
        base.clear().await?;
        place::prepare(base, &data).await
    })?;
    let mut senders = (0..CLIENTS)
        .map(|n| Sender::new(n, dir.path()))
        .collect::<Result<Vec<_>>>()?;
    let mut dice = Dice::new(kills, 3);
    let mut found = Found::default();
    let mut docket = runtime.block_on(Docket::start(base, &data))?;
    for round in 1..=kills {
        let patience = Duration::from_millis(u64::try_from(dice.between(150, 1_500))?);
        senders = send_until_killed(senders, docket, &keys, patience)?;
        found.kills += 1;
        let open: HashSet<String> = senders.iter().flat_map(|s| s.pending.iter().map(|p| p.id())).collect();
        let start = Instant::now();
        docket = runtime.block_on(Docket::start(base, &data))?;
        found.slowest_start = found.slowest_start.max(start.elapsed());
        let log = runtime.block_on(look::events(base, &data, keys.source_id))?;
        let acknowledged = compare(&senders, &log, &open).with_context(|| format!("after kill {round}"))?;
        found.acknowledged = acknowledged;
        found.open_at_kill += open.len();
        found.kept_unanswered += open.iter().filter(|id| log.contains_key(*id)).count();
        say(
            began,
            format!(
                "{}: kill {round} of {kills}: {acknowledged} acknowledged, all there once",
                base.name()
            ),
        );
    }
    let address = docket.address;
    for sender in &mut senders {
        runtime.block_on(sender.finish(address, &keys.token))?;
    }
    let log = runtime.block_on(look::events(base, &data, keys.source_id))?;
    compare(&senders, &log, &HashSet::new())?;
    let sent: usize = senders
        .iter()
        .map(|s| s.journal.read().map(|t| t.sent.len()))
        .sum::<Result<usize>>()?;
    ensure!(
        sent == log.len(),
        "{sent} events were sent, {} are in the log",
        log.len()
    );
    found.sent = sent;
    found.in_log = log.len();
    docket.kill()?;
    say(
        began,
        format!(
            "{}: {sent} events sent, {} in the log; now the views",
            base.name(),
            found.in_log
        ),
    );
    let rebuilt = command(base, &data)?.arg("rebuild").arg("--data").arg(&data).output()?;
    ensure!(
        rebuilt.status.success(),
        "docket rebuild: {}",
        String::from_utf8_lossy(&rebuilt.stdout)
    );
    runtime.block_on(base.clear())?;
    Ok(found)
}

/// Lets the clients send, kills the server, and waits until every client has noticed.
fn send_until_killed(senders: Vec<Sender>, docket: Docket, keys: &Keys, patience: Duration) -> Result<Vec<Sender>> {
    let address = docket.address;
    let threads: Vec<_> = senders
        .into_iter()
        .map(|mut sender| {
            let token = keys.token.clone();
            std::thread::spawn(move || -> Result<Sender> {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
                runtime.block_on(sender.send(address, &token))?;
                Ok(sender)
            })
        })
        .collect();
    std::thread::sleep(patience);
    docket.kill()?;
    let join = |t: std::thread::JoinHandle<Result<Sender>>| t.join().unwrap_or_else(|_| bail!("a client panicked"));
    threads.into_iter().map(join).collect()
}

/// Compares the journals with the log; answers how many events are acknowledged.
fn compare(senders: &[Sender], log: &HashMap<String, u32>, open: &HashSet<String>) -> Result<usize> {
    let mut sent = HashSet::new();
    let mut acknowledged = 0;
    for sender in senders {
        let told = sender.journal.read()?;
        let lost: Vec<&String> = told.acknowledged.iter().filter(|id| !log.contains_key(*id)).collect();
        ensure!(
            lost.is_empty(),
            "{} acknowledged events are lost, such as {:?}",
            lost.len(),
            lost.first()
        );
        let unknown = told
            .sent
            .iter()
            .find(|id| !told.acknowledged.contains(*id) && !open.contains(*id));
        ensure!(
            unknown.is_none(),
            "{unknown:?} is neither acknowledged nor waiting to be sent again"
        );
        acknowledged += told.acknowledged.len();
        sent.extend(told.sent);
    }
    let twice: Vec<&String> = log.iter().filter(|(_, n)| **n > 1).map(|(id, _)| id).collect();
    ensure!(
        twice.is_empty(),
        "{} events are in the log twice, such as {:?}",
        twice.len(),
        twice.first()
    );
    let foreign = log.keys().find(|id| !sent.contains(*id));
    ensure!(foreign.is_none(), "{foreign:?} is in the log, but nobody sent it");
    Ok(acknowledged)
}

/// One client.
struct Sender {
    journal: Journal,
    load: Load,
    dice: Dice,
    /// Sent, not acknowledged.
    pending: Vec<Step>,
}

impl Sender {
    fn new(n: u64, dir: &Path) -> Result<Self> {
        Ok(Self {
            journal: Journal::open(&dir.join(format!("client-{n}.journal")))?,
            load: Load::new(n * 1_000_000, 1_000_000),
            dice: Dice::new(n, 5),
            pending: Vec::new(),
        })
    }

    /// Sends until the connection breaks.
    async fn send(&mut self, address: SocketAddr, token: &str) -> Result<()> {
        let headers = [format!("Authorization: Bearer {token}")];
        // Killed before this client came: nothing was sent.
        let Ok(mut client) = Client::connect(address, &headers).await else {
            return Ok(());
        };
        loop {
            if self.pending.is_empty() {
                let n = if self.dice.chance(60) {
                    1
                } else {
                    self.dice.between(2, MOST)
                };
                self.pending = self.load.by_ref().take(usize::try_from(n)?).collect();
                self.journal.sending(&self.ids())?;
            }
            match self.try_once(&mut client).await? {
                Tried::Answered => {}
                Tried::Refused => tokio::time::sleep(Duration::from_millis(20)).await,
                Tried::Broken => return Ok(()),
            }
        }
    }

    /// Sends what is still open, to a server that stays.
    async fn finish(&mut self, address: SocketAddr, token: &str) -> Result<()> {
        let mut client = Client::connect(address, &[format!("Authorization: Bearer {token}")]).await?;
        for _ in 0..100 {
            if self.pending.is_empty() {
                return Ok(());
            }
            match self.try_once(&mut client).await? {
                Tried::Answered => {}
                Tried::Refused => tokio::time::sleep(Duration::from_millis(20)).await,
                Tried::Broken => bail!("the connection broke although nobody killed the server"),
            }
        }
        bail!("the server goes on refusing")
    }

    fn ids(&self) -> Vec<String> {
        self.pending.iter().map(|p| p.id()).collect()
    }

    async fn try_once(&mut self, client: &mut Client) -> Result<Tried> {
        let mut body = Vec::new();
        let answer = match self.pending.as_slice() {
            [one] => {
                one.write(&mut body);
                client.post("/v1/events", "application/cloudevents+json", &body).await
            }
            many => {
                for (n, step) in many.iter().enumerate() {
                    body.push(if n == 0 { b'[' } else { b',' });
                    step.write(&mut body);
                }
                body.push(b']');
                client
                    .post("/v1/events", "application/cloudevents-batch+json", &body)
                    .await
            }
        };
        let Ok(answer) = answer else { return Ok(Tried::Broken) };
        match answer.status {
            200 | 202 => {
                self.check(&answer)?;
                self.journal.acknowledged(&self.ids())?;
                self.pending.clear();
                Ok(Tried::Answered)
            }
            429 | 503 => Ok(Tried::Refused),
            other => bail!("answered {other}: {}", String::from_utf8_lossy(&answer.body)),
        }
    }

    /// Every event must be accepted, or known from before under the same id with the same content.
    fn check(&self, answer: &Answer) -> Result<()> {
        let json: serde_json::Value = serde_json::from_slice(&answer.body)?;
        let items = json["items"].as_array().context("an answer without items")?;
        ensure!(
            items.len() == self.pending.len(),
            "{} events, {} answers",
            self.pending.len(),
            items.len()
        );
        for (item, step) in items.iter().zip(&self.pending) {
            ensure!(
                item["id"] == step.id(),
                "the answer to {} is for {}",
                step.id(),
                item["id"]
            );
            let fine = matches!(item["outcome"].as_str(), Some("accepted" | "duplicate"));
            ensure!(fine, "{} is answered {}", step.id(), item["outcome"]);
        }
        Ok(())
    }
}

enum Tried {
    Answered,
    Refused,
    Broken,
}
