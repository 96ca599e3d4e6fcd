//! A command that finds a server holding the data folder asks that server to do the work.

use std::net::SocketAddr;

use domain::Sentence;
use http::{Method, Request, header};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper_util::rt::TokioIo;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::net::TcpStream;

use crate::config::reachable;
use crate::home::Holder;

/// Sends one request over a connection of its own.
///
/// # Errors
/// When the server cannot be reached or does not speak HTTP.
pub async fn send(address: SocketAddr, request: Request<Full<Bytes>>) -> anyhow::Result<http::Response<Incoming>> {
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "connection ended");
        }
    });
    Ok(sender.send_request(request).await?)
}

/// Asks the holder of the data folder for `what` and hears every line of its answer.
///
/// # Errors
/// A sentence on what to do instead.
pub async fn ask<T: DeserializeOwned>(
    holder: Option<&Holder>,
    path: &str,
    what: &impl Serialize,
    mut hear: impl FnMut(T),
) -> Result<(), Sentence> {
    let held = || Sentence::new("home-held").with("pid", holder.map_or(0, |h| h.pid));
    let Some(Holder {
        address: Some(address),
        secret: Some(secret),
        ..
    }) = holder
    else {
        return Err(held());
    };
    let broken = |problem: String| Sentence::new("talk-broken").with("problem", problem);
    let body = serde_json::to_vec(what).map_err(|e| broken(e.to_string()))?;
    let request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(header::HOST, address.to_string())
        .header(header::AUTHORIZATION, format!("Bearer {secret}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Full::new(Bytes::from(body)))
        .map_err(|e| broken(e.to_string()))?;
    let response = send(reachable(*address), request)
        .await
        .map_err(|e| broken(e.to_string()))?;
    if !response.status().is_success() {
        return Err(broken(format!("{} {path}", response.status())));
    }
    let mut body = response.into_body();
    let mut waiting = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|e| broken(e.to_string()))?;
        let Some(data) = frame.data_ref() else { continue };
        waiting.extend_from_slice(data);
        while let Some(end) = waiting.iter().position(|b| *b == b'\n') {
            let line: Vec<u8> = waiting.drain(..=end).collect();
            hear(serde_json::from_slice(&line).map_err(|e| broken(e.to_string()))?);
        }
    }
    Ok(())
}
