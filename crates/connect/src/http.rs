//! The HTTP client of everything here: TLS by rustls with the machine's roots, no redirects, short patience, short answers.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use ::http::{Request, Response};
use openidconnect::AsyncHttpClient;
use reqwest::redirect::Policy;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a whole answer may take.
const ANSWER: Duration = Duration::from_secs(10);
/// Bytes of an answer.
const MOST: usize = 1 << 20;

/// Which addresses a client may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schemes {
    /// Only over TLS.
    Https,
    /// In the clear too: for what runs on this machine.
    HttpToo,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// No connection, no TLS, or not in time.
    #[error("{}", .0.as_ref().without_address())]
    Failed(#[from] Box<reqwest::Error>),
    /// The answer is longer than an answer may be.
    #[error("the answer has more than {MOST} bytes")]
    TooLong,
    /// The request or the answer cannot be written as one.
    #[error("{0}")]
    Malformed(String),
}

/// The causes of a failure without its address, which may carry a secret.
trait WithoutAddress {
    fn without_address(&self) -> String;
}

impl WithoutAddress for reqwest::Error {
    fn without_address(&self) -> String {
        let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(self);
        let mut text = if self.is_timeout() {
            "no answer in time"
        } else {
            "no answer"
        }
        .to_owned();
        while let Some(error) = cause {
            text = format!("{text}: {error}");
            cause = error.source();
        }
        text
    }
}

impl From<reqwest::Error> for HttpError {
    fn from(error: reqwest::Error) -> Self {
        Self::Failed(Box::new(error))
    }
}

/// A client. Cloning shares its connections.
#[derive(Clone, Debug)]
pub struct Client(reqwest::Client);

impl Client {
    /// A client that asks what `schemes` allows.
    ///
    /// # Errors
    /// When the machine's TLS roots cannot be read.
    pub fn new(schemes: Schemes) -> Result<Self, HttpError> {
        let client = reqwest::Client::builder()
            .user_agent(concat!("docket/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .referer(false)
            .connect_timeout(CONNECT)
            .timeout(ANSWER)
            .https_only(schemes == Schemes::Https);
        // A proxy for the world knows nothing of this machine.
        let client = match schemes {
            Schemes::Https => client,
            Schemes::HttpToo => client.no_proxy(),
        };
        Ok(Self(client.build()?))
    }

    /// Sends one request and reads the answer to its end.
    ///
    /// # Errors
    /// [`HttpError`]; a redirect is an answer like any other.
    pub async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError> {
        let mut answer = self.0.execute(request.try_into()?).await?;
        let mut head = Response::builder().status(answer.status());
        if let Some(headers) = head.headers_mut() {
            headers.clone_from(answer.headers());
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            if body.len() + chunk.len() > MOST {
                return Err(HttpError::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        head.body(body).map_err(|error| HttpError::Malformed(error.to_string()))
    }
}

impl<'c> AsyncHttpClient<'c> for Client {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Vec<u8>>, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: Request<Vec<u8>>) -> Self::Future {
        Box::pin(self.send(request))
    }
}
