//! A company's identity provider, as a real HTTP server on loopback: discovery, keys, the authorization code flow with
//! PKCE, and the end of a session. What it says can be spoiled, value by value, to see that nobody believes it.

mod answers;
mod token;

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::{Clock, Instant};
use p256::ecdsa::SigningKey;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// How a token is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Signature {
    /// ES256 by the key that the provider publishes.
    #[default]
    Own,
    /// `alg: none`, no signature.
    None,
    /// HS256 by the published key, as if it were a shared secret.
    PublicKeyAsSecret,
    /// ES256 by a key of somebody else, under the name of the published one.
    Stranger,
}

/// What the provider says of whoever signs in next. An absent value is the right one.
#[derive(Clone, Debug)]
pub struct Says {
    /// `sub`, `name`, `preferred_username`, `email`, `groups`, and whatever else is said.
    pub claims: Value,
    /// Another nonce.
    pub nonce: Option<String>,
    /// Another audience.
    pub audience: Option<Value>,
    /// Another issuer.
    pub issuer: Option<String>,
    /// Seconds from now at which the token was issued.
    pub issued_in: i64,
    /// Seconds for which it is good.
    pub good_for: i64,
    /// How it is signed.
    pub signature: Signature,
}

impl Default for Says {
    fn default() -> Self {
        Self {
            claims: json!({
                "sub": "8f14e45f",
                "name": "Maria Keller",
                "preferred_username": "maria.keller",
                "email": "maria.keller@nordwind.example",
                "email_verified": true,
                "groups": ["p2p-buyers"]
            }),
            nonce: None,
            audience: None,
            issuer: None,
            issued_in: 0,
            good_for: 300,
            signature: Signature::Own,
        }
    }
}

/// What was promised for a code.
struct Promise {
    redirect: String,
    challenge: String,
    nonce: String,
}

/// What the provider knows.
struct Desk {
    issuer: String,
    client: String,
    secret: String,
    clock: Arc<dyn Clock>,
    key: u64,
    away: bool,
    says: Says,
    codes: HashMap<String, Promise>,
    given: u64,
    asked: HashMap<&'static str, usize>,
}

impl Desk {
    fn count(&mut self, what: &'static str) {
        *self.asked.entry(what).or_default() += 1;
    }

    fn key_name(&self) -> String {
        format!("key-{}", self.key)
    }

    fn key(&self) -> Option<SigningKey> {
        token::key(self.key)
    }

    fn now(&self) -> i64 {
        self.clock.now().0.div_euclid(Instant::SECOND)
    }
}

#[derive(Clone)]
struct Shared(Arc<Mutex<Desk>>);

impl Shared {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running provider. It ends when it is dropped.
pub struct Provider {
    address: SocketAddr,
    shared: Shared,
    serving: JoinHandle<()>,
}

impl Provider {
    /// Starts on a free port of loopback, with one client.
    ///
    /// # Errors
    /// When there is no port.
    pub async fn start(client: &str, secret: &str, clock: Arc<dyn Clock>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let shared = Shared(Arc::new(Mutex::new(Desk {
            issuer: format!("http://{address}"),
            client: client.to_owned(),
            secret: secret.to_owned(),
            clock,
            key: 1,
            away: false,
            says: Says::default(),
            codes: HashMap::new(),
            given: 0,
            asked: HashMap::new(),
        })));
        let router = answers::router(shared.clone());
        let serving = tokio::spawn(async move {
            // It ends with the test that started it.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self {
            address,
            shared,
            serving,
        })
    }

    /// Its name in tokens: its address.
    #[must_use]
    pub fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Changes what it says of whoever signs in next.
    pub fn say(&self, change: impl FnOnce(&mut Says)) {
        change(&mut self.shared.desk().says);
    }

    /// From now on it signs with a new key and no longer publishes the old one.
    pub fn rotate(&self) {
        self.shared.desk().key += 1;
    }

    /// Whether it answers 503 to everything.
    pub fn rest(&self, away: bool) {
        self.shared.desk().away = away;
    }

    /// How often `what` was asked for: `discovery`, `keys`, `authorize`, `token`, `end`.
    #[must_use]
    pub fn asked(&self, what: &'static str) -> usize {
        self.shared.desk().asked.get(what).copied().unwrap_or_default()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
