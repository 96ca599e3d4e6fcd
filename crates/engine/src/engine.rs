//! Everything running together.

use std::io::Read;
use std::sync::Arc;

use domain::governance::EmergencyPolicy;
use domain::{Clock, DocKey, EventType};
use formats::json::Limits;
use store::Store;
use tokio::sync::{broadcast, watch};
use tokio::task::JoinHandle;
use views::errors::Result;
use views::ingest::{FileSummary, Receipt};
use views::live::Note;
use views::sources::NewSource;
use views::tokens::TokenWarning;
use views::{AppError, Caller, ErrorKind, Permission, Ports, Role, Scope};

use crate::arrival::Arrival;
use crate::audit::{self, Refusals};
use crate::error::{EngineError, refused};
use crate::fold::{self, acts};
use crate::ingest::{self, Appender, SourceInfo};
use crate::notes::Notes;
use crate::ports::access::{AccessPort, DEMO, SessionLength};
use crate::ports::audit::AuditPort;
use crate::ports::governance::{self, GovernancePort};
use crate::ports::identity::IdentityProvider;
use crate::ports::people::PeoplePort;
use crate::ports::selections::{self, SelectionsPort};
use crate::ports::tokens::TokensPort;
use crate::ports::{exceptions::ExceptionsPort, messages::MessagesPort, orders::OrdersPort, sources::SourcesPort};
use crate::randomness::Randomness;
use crate::rebuild::{self, RebuildReport};
use crate::retention::{self, Sweep};
use crate::sealer::Sealer;
use crate::senders::{self, Signed};
use crate::subjects::Subjects;
use crate::tokens::Quotas;

/// The two clocks (DESIGN §1.7).
#[derive(Clone)]
pub struct Clocks {
    /// Of the business: stamps what is received, fires timers. The demo speeds it up.
    pub business: Arc<dyn Clock>,
    /// Of the machine: sessions, tokens, signatures.
    pub system: Arc<dyn Clock>,
}

/// How an engine runs.
#[derive(Clone)]
pub struct Options {
    /// Requests that may wait for the append loop; more are answered 503.
    pub queue: usize,
    /// Limits on what is read.
    pub limits: Limits,
    /// Seals bodies and secrets.
    pub sealer: Sealer,
    /// Where secrets come from.
    pub randomness: Randomness,
    /// How long a session lasts.
    pub sessions: SessionLength,
    /// May one person act alone in an emergency?
    pub emergency: EmergencyPolicy,
}

/// How it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    /// The last entry of the log.
    pub head: i64,
    /// The last entry folded.
    pub folded: i64,
    /// Requests waiting for the append loop.
    pub queued: usize,
    /// Both loops are running.
    pub running: bool,
}

/// A running Docket, without HTTP.
pub struct Engine {
    store: Arc<Store>,
    pub(crate) clocks: Clocks,
    pub(crate) options: Options,
    appender: Appender,
    folded: watch::Receiver<i64>,
    appended: watch::Receiver<i64>,
    stop: watch::Sender<bool>,
    /// Held while a batch is folded, and while a rebuild swaps generations.
    gate: Arc<tokio::sync::Mutex<()>>,
    notes: Arc<Notes>,
    pub(crate) refusals: Refusals,
    access: Arc<AccessPort>,
    sources: Arc<SourcesPort>,
    governance: Arc<GovernancePort>,
    tokens: Arc<TokensPort>,
    quotas: Arc<Quotas>,
    ports: Ports,
    tasks: std::sync::Mutex<Vec<JoinHandle<()>>>,
}

impl Engine {
    /// Starts both loops on a store.
    ///
    /// # Errors
    /// The store's.
    pub async fn start(store: Store, clocks: Clocks, options: Options) -> std::result::Result<Arc<Self>, EngineError> {
        let store = Arc::new(store);
        rebuild::bring_to_this_version(&store).await?;
        let head = store.log.head().await?.last_seq;
        let cursor = store.views().cursor().await?;
        let (appended_to, appended) = watch::channel(head);
        let (folded_to, folded) = watch::channel(cursor);
        let (stop, stopping) = watch::channel(false);
        let notes = Arc::new(Notes::new(cursor));
        let tail = ingest::Tail::default();
        let subjects = Arc::new(Subjects::new(options.sealer.clone(), options.randomness.clone()));
        let (appender, appending) = Appender::start(
            Arc::clone(&store),
            Arc::clone(&clocks.business),
            Arc::clone(&subjects),
            options.queue,
            ingest::Appended {
                head: appended_to,
                tail: tail.clone(),
            },
        );
        let gate = Arc::new(tokio::sync::Mutex::new(()));
        let folding = fold::start(
            Arc::clone(&store),
            tail,
            appended.clone(),
            folded_to,
            Arc::clone(&notes),
            Arc::clone(&gate),
            stopping.clone(),
        );
        let refusals = Refusals::default();
        let noting = refusals.start(Arc::clone(&store), stopping.clone());
        let sealing = audit::start_sealing(
            Arc::clone(&store),
            Arc::clone(&clocks.system),
            options.sealer.clone(),
            stopping.clone(),
        );
        let ticking = fold::start_ticking(
            Arc::clone(&store),
            Arc::clone(&clocks.business),
            appender.clone(),
            stopping.clone(),
        );
        let sweeping = retention::start(Arc::clone(&store), clocks.clone(), stopping);
        let decoy = crate::ports::passwords::hash_password(&options.randomness, "nobody has this password").await;
        let access = Arc::new(AccessPort {
            store: Arc::clone(&store),
            clock: Arc::clone(&clocks.system),
            randomness: options.randomness.clone(),
            length: options.sessions,
            oidc: crate::ports::oidc::Oidc::default(),
            refusals: refusals.clone(),
            decoy: decoy.unwrap_or_default(),
        });
        let sources = Arc::new(SourcesPort {
            store: Arc::clone(&store),
            clock: Arc::clone(&clocks.system),
            randomness: options.randomness.clone(),
            sealer: options.sealer.clone(),
        });
        let quotas = Arc::new(Quotas::default());
        let tokens = Arc::new(TokensPort {
            store: Arc::clone(&store),
            clock: Arc::clone(&clocks.system),
            randomness: options.randomness.clone(),
            sealer: options.sealer.clone(),
            sources: Arc::clone(&sources),
            quotas: Arc::clone(&quotas),
        });
        let governing = Arc::new(GovernancePort {
            store: Arc::clone(&store),
            business: Arc::clone(&clocks.business),
            system: Arc::clone(&clocks.system),
            appender: appender.clone(),
            policy: options.emergency,
        });
        let expiring = governance::start_expiring(Arc::clone(&governing), stop.subscribe());
        let people = Arc::new(PeoplePort {
            access: Arc::clone(&access),
            governance: Arc::clone(&governing),
        });
        let use_case = crate::ports::UseCase {
            store: Arc::clone(&store),
            clock: Arc::clone(&clocks.business),
            system: Arc::clone(&clocks.system),
            refusals: refusals.clone(),
            appender: appender.clone(),
            folded: folded.clone(),
            sealer: options.sealer.clone(),
            subjects,
            limits: options.limits,
        };
        let messages = Arc::new(MessagesPort(use_case.clone()));
        let exceptions = Arc::new(ExceptionsPort {
            use_case: use_case.clone(),
            messages: Arc::clone(&messages),
        });
        selections::resume(&use_case).await?;
        let ports = Ports {
            audit: Arc::new(AuditPort(use_case.clone())),
            orders: Arc::new(OrdersPort(use_case.clone())),
            exceptions: Arc::clone(&exceptions) as _,
            selections: Arc::new(SelectionsPort { use_case, exceptions }),
            messages,
            sources: Arc::clone(&sources) as _,
            tokens: Arc::clone(&tokens) as _,
            access: Arc::clone(&access) as _,
            governance: Arc::clone(&governing) as _,
            people,
        };
        Ok(Arc::new(Self {
            store,
            clocks,
            options,
            appender,
            folded,
            appended,
            stop,
            gate,
            notes,
            access,
            sources,
            governance: governing,
            tokens,
            quotas,
            ports,
            refusals,
            tasks: std::sync::Mutex::new(vec![appending, folding, ticking, sweeping, expiring, noting, sealing]),
        }))
    }

    /// The ports, for pages and API.
    #[must_use]
    pub fn ports(&self) -> Ports {
        self.ports.clone()
    }

    /// Takes in a delivery; answers after it is durable.
    ///
    /// # Errors
    /// `Unavailable` when the queue is full or the disk is; nothing was taken then.
    pub async fn receive(&self, arrival: Arrival) -> Result<Receipt> {
        let source = self.source(arrival.source_id).await?;
        let decoded = ingest::decode(arrival, &source, &self.options.limits, &self.options.sealer)
            .map_err(|_| refused(EngineError::damaged("a body could not be compressed")))?;
        self.appender.arrival(decoded).await
    }

    /// Ingests a file to its end, telling after each chunk how far it is.
    ///
    /// # Errors
    /// `Invalid` when the file cannot be read to its end; what was read is kept.
    pub async fn ingest_file(
        &self,
        source_id: i64,
        file: &str,
        reader: Box<dyn Read + Send>,
        progress: impl FnMut(&FileSummary),
    ) -> Result<FileSummary> {
        let source = self.source(source_id).await?;
        ingest::ingest_file(&self.appender, &source, &self.options.sealer, file, reader, progress).await
    }

    async fn source(&self, source_id: i64) -> Result<SourceInfo> {
        let found = self.store.log.get_source(source_id).await.map_err(refused)?;
        let found = found.ok_or_else(|| AppError::new(ErrorKind::NotFound, "error-source-unknown"))?;
        if found.stopped_at.is_some() {
            return Err(AppError::new(ErrorKind::NotAllowed, "error-source-stopped"));
        }
        Ok(senders::info(&found))
    }

    /// The source whose token this is.
    ///
    /// # Errors
    /// `TooMany` when the token's quota is used up; the store's.
    pub async fn source_by_token(&self, token: &str) -> Result<Option<SourceInfo>> {
        senders::by_token(&self.store, &*self.clocks.system, &self.quotas, token).await
    }

    /// The source of that name.
    ///
    /// # Errors
    /// The store's.
    pub async fn source_by_name(&self, name: &str) -> Result<Option<SourceInfo>> {
        let found = self.store.log.get_source_by_name(name).await.map_err(refused)?;
        Ok(found.as_ref().map(senders::info))
    }

    /// The source of that name, when this body was signed with its token just now.
    ///
    /// # Errors
    /// `TooMany` when the token's quota is used up; the store's.
    pub async fn source_by_signature(&self, name: &str, signed: Signed<'_>, body: &[u8]) -> Result<Option<SourceInfo>> {
        let Some(source) = self.store.log.get_source_by_name(name).await.map_err(refused)? else {
            return Ok(None);
        };
        let tokens = self.store.log.list_tokens_of_source(source.source_id).await;
        let now = self.clocks.system.now();
        let fits = |t: &&store::log::Token| senders::is_signed(t, &self.options.sealer, signed, body, now);
        let tokens = tokens.map_err(refused)?;
        let Some(token) = tokens.iter().find(fits) else {
            return Ok(None);
        };
        senders::used(&self.store, &self.quotas, token, now).await?;
        Ok(Some(senders::info(&source)))
    }

    /// A source of that name, made when there is none.
    ///
    /// # Errors
    /// `Invalid` when the name or lane is not one.
    pub async fn ensure_source(&self, new: &NewSource) -> Result<SourceInfo> {
        self.sources
            .ensure(new)
            .await
            .as_ref()
            .map(senders::info)
            .map_err(Clone::clone)
    }

    /// Tokens that end within thirty days, or have ended and were not replaced; those that end first stand first.
    ///
    /// # Errors
    /// The store's.
    pub async fn ending_tokens(&self) -> Result<Vec<TokenWarning>> {
        self.tokens.ending(&Scope::All).await
    }

    /// Ends the requests whose time is over; answers how many. Done once a minute by itself.
    ///
    /// # Errors
    /// The store's.
    pub async fn expire_requests(&self) -> Result<usize> {
        self.governance.expire().await
    }

    /// For who watches: requests that wait, acts alone not reviewed yet, those of them overdue, acts alone ever.
    ///
    /// # Errors
    /// The store's.
    pub async fn request_figures(&self) -> Result<[u64; 4]> {
        self.governance.figures().await
    }

    /// From now on people may sign in at this identity provider.
    pub fn use_identity_provider(&self, provider: Arc<dyn IdentityProvider>) {
        self.access.oidc.set(provider);
    }

    /// A new one-time secret for the first administrator; none when somebody can sign in already.
    ///
    /// # Errors
    /// The store's.
    pub async fn first_administrator_secret(&self) -> Result<Option<String>> {
        self.access.new_claim().await
    }

    /// Adds one of the demo's people, who signs in with one click and knows of the rows in `scope`.
    ///
    /// # Errors
    /// `NotAllowed` when the store is not a demo's.
    pub async fn add_demo_person(&self, user: &str, name: &str, roles: &[Role], scope: &Scope) -> Result<()> {
        if !self.is_demo().await? {
            return Err(AppError::new(ErrorKind::NotAllowed, "error-not-demo"));
        }
        match self.access.add(user, name, roles, scope, None, "console").await {
            Ok(_) => Ok(()),
            Err(known) if known.kind == ErrorKind::Conflict => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Is this a demo's store?
    ///
    /// # Errors
    /// The store's.
    pub async fn is_demo(&self) -> Result<bool> {
        Ok(self.store.log.get_setting(DEMO).await.map_err(refused)?.is_some())
    }

    /// Says that two order numbers are one order.
    ///
    /// # Errors
    /// `NotAllowed`, or `Invalid` when they are not two order numbers.
    pub async fn link_orders(&self, caller: &Caller, a: DocKey, b: DocKey) -> Result<i64> {
        self.linking(EventType::LinkMade, caller, a, b).await
    }

    /// Withdraws what said that two order numbers are one order.
    ///
    /// # Errors
    /// As [`Engine::link_orders`].
    pub async fn unlink_orders(&self, caller: &Caller, a: DocKey, b: DocKey) -> Result<i64> {
        self.linking(EventType::LinkWithdrawn, caller, a, b).await
    }

    async fn linking(&self, kind: EventType, caller: &Caller, a: DocKey, b: DocKey) -> Result<i64> {
        caller.require(Permission::Triage)?;
        if a == b || !a.kind.names_order() || !b.kind.names_order() {
            return Err(AppError::new(ErrorKind::Invalid, "error-link-orders"));
        }
        let action = match kind {
            EventType::LinkMade => "order.linked",
            _ => "order.unlinked",
        };
        let act = audit::act(
            caller,
            self.clocks.system.now(),
            action,
            format!("order:{}/{}", a.scheme, a.value),
        );
        let act = act.more("other", format!("{}/{}", b.scheme, b.value));
        let draft = acts::draft(kind, self.clocks.business.now(), Some(&caller.id), &acts::Link { a, b });
        let seq = self.appender.act(draft, act).await?;
        self.wait_folded(seq).await?;
        Ok(seq)
    }

    /// Waits until the views show the log up to `seq`.
    ///
    /// # Errors
    /// `Unavailable` when Docket is stopping.
    pub async fn wait_folded(&self, seq: i64) -> Result<()> {
        let mut folded = self.folded.clone();
        folded
            .wait_for(|f| *f >= seq)
            .await
            .map(drop)
            .map_err(|_| refused(EngineError::Stopping))
    }

    /// How far the views are; changes as they follow.
    #[must_use]
    pub fn folded(&self) -> watch::Receiver<i64> {
        self.folded.clone()
    }

    /// What changes, from now on.
    #[must_use]
    pub fn notes(&self) -> broadcast::Receiver<Note> {
        self.notes.subscribe()
    }

    /// What changed after `seq`; none when that is too long ago to tell.
    #[must_use]
    pub fn notes_since(&self, seq: i64) -> Option<Vec<Note>> {
        self.notes.since(seq)
    }

    /// How it goes.
    #[must_use]
    pub fn health(&self) -> Health {
        let tasks = self.tasks.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        Health {
            head: *self.appended.borrow(),
            folded: *self.folded.borrow(),
            queued: self.appender.queued(),
            running: !tasks.iter().any(JoinHandle::is_finished),
        }
    }

    /// The store underneath, for tools.
    #[must_use]
    pub fn store(&self) -> &Arc<Store> {
        &self.store
    }

    /// Fills the next generation of views from the log, compares it with the live one, and swaps.
    ///
    /// # Errors
    /// The store's.
    pub async fn rebuild(&self, progress: impl FnMut(i64, i64)) -> std::result::Result<RebuildReport, EngineError> {
        rebuild::rebuild(&self.store, &self.gate, progress).await
    }

    /// Deletes the raw bodies whose time is over, but for those that something needs. Happens by itself every hour.
    ///
    /// # Errors
    /// The store's.
    pub async fn sweep_bodies(&self) -> std::result::Result<Sweep, EngineError> {
        retention::sweep(&self.store, &self.clocks).await
    }

    /// Erases a person that sources named so: what stands for them in events leads to nobody from then on. For good.
    /// Answers whether anybody of that name was known. Bodies that name them go when their time is over.
    ///
    /// # Errors
    /// `NotAllowed`, or the store's.
    pub async fn erase_person(&self, caller: &Caller, name: &str, reason: &str) -> Result<bool> {
        caller.require(Permission::EraseData)?;
        let subject = self.options.sealer.subject(name);
        let now = self.clocks.system.now();
        let mut change = self.store.log.begin_change().await.map_err(refused)?;
        let erased = change.erase_subject(&subject, now).await.map_err(refused)?;
        let act = audit::act(caller, now, "person.erased", format!("subject:{subject}"));
        let row = act.reason(reason).more("known", erased).row();
        change.commit(&[row]).await.map_err(refused)?;
        Ok(erased)
    }

    /// Stops the loops after what they are doing now.
    pub async fn stop(&self) {
        let _ = self.stop.send(true);
        let tasks: Vec<_> = {
            let mut tasks = self.tasks.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            tasks.drain(..).collect()
        };
        for task in tasks {
            // The append loop ends when its last handle goes; it holds nothing that is not durable.
            task.abort();
            let _ = task.await;
        }
        self.refusals.write(&self.store).await;
        if let Err(error) = audit::seal_all(&self.store, &*self.clocks.system, &self.options.sealer).await {
            tracing::warn!(%error, "the audit could not be sealed at the end");
        }
    }
}
