//! What commands on this machine ask of a running server. They prove that they can read the data folder by the secret
//! that the server left there; the answer is a line of JSON for each thing told.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;
use http::header;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use views::{AppError, ErrorKind};

use crate::ingest::{self, Job};
use crate::rest::answer::Sent;
use crate::rest::problem::Problem;
use crate::rest::senders::{bearer, same_secret};
use crate::state::Server;
use crate::{backup, doctor, rebuild, verify};

/// Refuses who cannot read the data folder or comes from elsewhere.
///
/// # Errors
/// 401.
pub fn gate(server: &Server, request: &Request) -> Result<(), Problem> {
    let here = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .is_some_and(|peer| peer.0.ip().is_loopback());
    let knows = bearer(request.headers()).is_some_and(|sent| same_secret(sent, &server.console_secret));
    if here && knows {
        Ok(())
    } else {
        Err(AppError::new(ErrorKind::SignInNeeded, "error-console").into())
    }
}

/// Takes a file of this machine.
pub async fn ingest(State(server): State<Server>, Sent(job): Sent<Job>) -> Response {
    lines(server, |server, tell| async move {
        ingest::run(&server.engine, &job, |told| tell.say(&told)).await;
    })
}

/// Builds the views anew from the log, beside the live ones.
pub async fn rebuild(State(server): State<Server>) -> Response {
    lines(server, |server, tell| async move {
        let mut told = rebuild::begin(Arc::clone(&server.engine));
        while let Some(told) = told.recv().await {
            tell.say(&told);
        }
    })
}

/// Where a backup goes.
#[derive(Debug, Serialize, Deserialize)]
pub struct BackupTo {
    /// A file that does not exist yet.
    pub to: PathBuf,
}

/// Copies the log while it is written to.
pub async fn backup(State(server): State<Server>, Sent(asked): Sent<BackupTo>) -> Response {
    lines(server, |server, tell| async move {
        let told = backup::run(&server.engine, &server.config.data, &asked.to, server.clock.now()).await;
        tell.say(&told);
    })
}

/// Checks the audit while it is written to.
pub async fn verify_audit(State(server): State<Server>) -> Response {
    lines(server, |server, tell| async move {
        verify::running(&server, |told| tell.say(told)).await;
    })
}

/// How the server is, for `docket doctor`.
pub async fn doctor(State(server): State<Server>) -> Response {
    lines(server, |server, tell| async move {
        for finding in doctor::inside(&server).await {
            tell.say(&finding);
        }
    })
}

/// Where a job says what it does.
struct Tell(UnboundedSender<Bytes>);

impl Tell {
    fn say(&self, told: &impl Serialize) {
        match serde_json::to_vec(told) {
            Ok(mut line) => {
                line.push(b'\n');
                // The command may be gone; the job stops when its future is dropped.
                let _ = self.0.send(Bytes::from(line));
            }
            Err(error) => tracing::error!(%error, "progress could not be written as JSON"),
        }
    }
}

/// Runs `job` for as long as its reader listens, and sends what it tells.
fn lines<F>(server: Server, job: impl FnOnce(Server, Tell) -> F) -> Response
where
    F: Future<Output = ()> + Send + 'static,
{
    let (tell, told) = unbounded_channel();
    let closing = server.closing.clone();
    let job = Box::pin(job(server, Tell(tell)));
    let stream = unfold(
        (told, Some(job)),
        move |(mut told, mut job): (UnboundedReceiver<Bytes>, _)| {
            let closing = closing.clone();
            async move {
                loop {
                    let line = tokio::select! {
                        biased;
                        line = told.recv() => line?,
                        () = closing.cancelled() => return None,
                        () = async { match job.as_mut() { Some(job) => job.await, None => std::future::pending().await } } => {
                            job = None;
                            continue;
                        }
                    };
                    return Some((Ok::<_, std::convert::Infallible>(line), (told, job)));
                }
            }
        },
    );
    (
        [(header::CONTENT_TYPE, "application/x-ndjson")],
        Body::from_stream(stream),
    )
        .into_response()
}
