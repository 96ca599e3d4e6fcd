//! A small HTTP/1.1 client over one connection that stays open: what a sender or a browser would do, without a library's
//! cost in the figures.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// One connection.
#[derive(Debug)]
pub struct Client {
    stream: TcpStream,
    host: String,
    /// Sent with every request: `Name: value\r\n`.
    headers: String,
    out: Vec<u8>,
    inbox: Vec<u8>,
}

impl Client {
    /// Connects. `headers` go with every request, each `Name: value`.
    ///
    /// # Errors
    /// When nobody listens.
    pub async fn connect(address: SocketAddr, headers: &[String]) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let headers = headers.iter().flat_map(|h| [h.as_str(), "\r\n"]).collect();
        Ok(Self {
            stream,
            host: address.to_string(),
            headers,
            out: Vec::new(),
            inbox: Vec::new(),
        })
    }

    /// Posts a body.
    ///
    /// # Errors
    /// When the connection breaks before the whole answer is here.
    pub async fn post(&mut self, path: &str, media_type: &str, body: &[u8]) -> io::Result<Answer> {
        let (host, headers) = (&self.host, &self.headers);
        self.out.clear();
        self.out.extend_from_slice(
            format!(
                "POST {path} HTTP/1.1\r\nHost: {host}\r\n{headers}Content-Type: {media_type}\r\nContent-Length: {}\r\n\r\n",
                body.len()
            )
            .as_bytes(),
        );
        self.out.extend_from_slice(body);
        self.exchange().await
    }

    /// Gets a page.
    ///
    /// # Errors
    /// As [`Client::post`].
    pub async fn get(&mut self, path: &str) -> io::Result<Answer> {
        let (host, headers) = (&self.host, &self.headers);
        self.out.clear();
        self.out
            .extend_from_slice(format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n").as_bytes());
        self.exchange().await
    }

    async fn exchange(&mut self) -> io::Result<Answer> {
        self.stream.write_all(&self.out).await?;
        let end = loop {
            if let Some(at) = find(&self.inbox, b"\r\n\r\n") {
                break at + 4;
            }
            self.more().await?;
        };
        let head = String::from_utf8_lossy(&self.inbox[..end]).to_ascii_lowercase();
        self.inbox.drain(..end);
        let status = head.get(9..12).and_then(|s| s.parse().ok()).ok_or_else(odd)?;
        let field = |name: &str| {
            head.lines()
                .find_map(|l| l.strip_prefix(name)?.strip_prefix(':'))
                .map(str::trim)
        };
        let body = if field("transfer-encoding").is_some_and(|v| v.contains("chunked")) {
            self.chunks().await?
        } else {
            let length = field("content-length").map_or(Ok(0), |v| v.parse::<usize>().map_err(|_| odd()))?;
            self.take(length).await?
        };
        Ok(Answer { status, body })
    }

    async fn chunks(&mut self) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line = loop {
                if let Some(at) = find(&self.inbox, b"\r\n") {
                    break at;
                }
                self.more().await?;
            };
            let text = String::from_utf8_lossy(&self.inbox[..line]).into_owned();
            let size = text
                .split(';')
                .next()
                .and_then(|s| usize::from_str_radix(s.trim(), 16).ok())
                .ok_or_else(odd)?;
            self.inbox.drain(..line + 2);
            let chunk = self.take(size).await?;
            self.take(2).await?;
            if size == 0 {
                return Ok(body);
            }
            body.extend(chunk);
        }
    }

    async fn take(&mut self, length: usize) -> io::Result<Vec<u8>> {
        while self.inbox.len() < length {
            self.more().await?;
        }
        Ok(self.inbox.drain(..length).collect())
    }

    async fn more(&mut self) -> io::Result<()> {
        if self.stream.read_buf(&mut self.inbox).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|w| w == what)
}

fn odd() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "not an HTTP answer")
}
