//! Who sends: a source's token as bearer, as basic password, or as the key of a signature (Standard Webhooks).

use std::io::Read;

use axum::body::{Body, to_bytes};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use engine::{Engine, Signed, SourceInfo};
use http::{HeaderMap, StatusCode, header};
use sha2::{Digest, Sha256};
use views::{AppError, ErrorKind};

use super::problem::Problem;
use crate::config::Limits;
use crate::state::Server;

/// A packed body may unpack to this many bytes however short it was.
const FREE_OF_RATIO: usize = 1 << 20;

/// The source that a request comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// Its id.
    pub source_id: i64,
    /// Its name in addresses.
    pub name: String,
}

impl From<SourceInfo> for Sender {
    fn from(source: SourceInfo) -> Self {
        Self {
            source_id: source.source_id,
            name: source.name,
        }
    }
}

/// Who sends, by the token in the headers; when `named`, it must be that source.
///
/// # Errors
/// 401 when there is no token of a source, or of another one.
pub async fn by_token(engine: &Engine, headers: &HeaderMap, named: Option<&str>) -> Result<Sender, Problem> {
    let refused = || Problem::from(AppError::new(ErrorKind::SignInNeeded, "error-source-token"));
    let token = bearer(headers)
        .map(str::to_owned)
        .or_else(|| basic_password(headers))
        .ok_or_else(refused)?;
    let source = engine.source_by_token(&token).await?.ok_or_else(refused)?;
    if named.is_some_and(|name| name != source.name) {
        return Err(refused());
    }
    Ok(source.into())
}

/// The signature in the headers of a signed delivery.
#[must_use]
pub fn signature(headers: &HeaderMap) -> Option<Signed<'_>> {
    let text = |header: &str| headers.get(header).and_then(|v| v.to_str().ok());
    Some(Signed {
        id: text("webhook-id")?,
        timestamp: text("webhook-timestamp")?,
        signature: text("webhook-signature")?,
    })
}

/// The source of that name, when it signed this body.
///
/// # Errors
/// 401 when the signature does not fit.
pub async fn by_signature(engine: &Engine, name: &str, signed: Signed<'_>, body: &[u8]) -> Result<Sender, Problem> {
    let source = engine.source_by_signature(name, signed, body).await?;
    let refused = || AppError::new(ErrorKind::SignInNeeded, "error-source-signature");
    source.map(Sender::from).ok_or_else(|| refused().into())
}

/// The token of `Authorization: Bearer …`.
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The password of `Authorization: Basic …`; the user name may be anything.
fn basic_password(headers: &HeaderMap) -> Option<String> {
    let (scheme, coded) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(coded.trim()).ok()?).ok()?;
    text.split_once(':').map(|(_, password)| password.to_owned())
}

/// Whether two secrets are the same; how long it takes tells nothing.
#[must_use]
pub fn same_secret(a: &str, b: &str) -> bool {
    Sha256::digest(a) == Sha256::digest(b)
}

/// Takes one of the source's tokens for a request.
///
/// # Errors
/// 429 with the seconds to wait.
pub fn within_rate(server: &Server, sender: &Sender) -> Result<(), Problem> {
    server.per_source.take(sender.source_id).map_err(|seconds| {
        server.metrics.refused("rate");
        Problem::too_many("error-source-rate", seconds)
    })
}

/// The body, as far as it may be long, unpacked when it says that it is packed.
///
/// # Errors
/// 413 when it is longer; 400 when the connection broke off; 415 when it is packed in a way that is not known.
pub async fn body(headers: &HeaderMap, body: Body, limits: &Limits) -> Result<Vec<u8>, Problem> {
    let limit = limits.body_bytes;
    let declared = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.parse::<u64>().ok());
    if declared.is_some_and(|n| usize::try_from(n).map_or(true, |n| n > limit)) {
        return Err(Problem::too_large(limit));
    }
    match to_bytes(body, limit).await {
        Ok(bytes) => unpacked(headers, bytes.into(), limits),
        Err(error) if is_length(&error) => Err(Problem::too_large(limit)),
        Err(_) => Err(Problem::with_status(StatusCode::BAD_REQUEST, "error-body-broken-off")),
    }
}

/// The body without its `Content-Encoding`. What it unpacks to is as limited as what is sent plain, and by how many times
/// as long as it was sent it is: a few bytes that stand for gigabytes are nobody's message.
fn unpacked(headers: &HeaderMap, body: Vec<u8>, limits: &Limits) -> Result<Vec<u8>, Problem> {
    let coding = headers
        .get(header::CONTENT_ENCODING)
        .map(|v| v.as_bytes().to_ascii_lowercase());
    match coding.as_deref() {
        None | Some(b"" | b"identity") => Ok(body),
        Some(b"gzip" | b"x-gzip") => {
            let by_ratio = body.len().saturating_mul(limits.unpack_ratio).max(FREE_OF_RATIO);
            let limit = limits.body_bytes.min(by_ratio);
            let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
            let mut plain = Vec::new();
            flate2::read::MultiGzDecoder::new(body.as_slice())
                .take(most)
                .read_to_end(&mut plain)
                .map_err(|_| Problem::with_status(StatusCode::BAD_REQUEST, "error-body-broken-off"))?;
            match plain.len() > limit {
                true if limit < limits.body_bytes => Err(AppError::new(ErrorKind::TooLarge, "error-body-ratio")
                    .with("times", limits.unpack_ratio)
                    .into()),
                true => Err(Problem::too_large(limit)),
                false => Ok(plain),
            }
        }
        Some(_) => Err(Problem::with_status(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "error-body-coding",
        )),
    }
}

fn is_length(error: &axum::Error) -> bool {
    std::error::Error::source(error).is_some_and(|e| e.is::<http_body_util::LengthLimitError>())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use http::{HeaderMap, HeaderValue, StatusCode, header};

    use super::{FREE_OF_RATIO, basic_password, bearer, unpacked};
    use crate::config::Limits;

    fn headers(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_static(value))])
    }

    #[test]
    fn a_token_comes_as_bearer_or_as_basic_password() {
        assert_eq!(bearer(&headers("bearer abc")), Some("abc"));
        assert_eq!(basic_password(&headers("Basic d21zOmE6Yg==")).as_deref(), Some("a:b"));
        assert_eq!(bearer(&headers("Basic d21zOmE6Yg==")), None);
        assert_eq!(basic_password(&headers("Basic !!")), None);
        assert_eq!(bearer(&HeaderMap::new()), None);
    }

    fn packed(plain: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_body_that_unpacks_to_far_more_than_was_sent_is_refused_and_a_short_one_is_not() {
        let gzip = HeaderMap::from_iter([(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"))]);
        let limits = Limits::default();
        let unpack = |plain: &[u8]| unpacked(&gzip, packed(plain), &limits);
        assert_eq!(unpack(&vec![b' '; FREE_OF_RATIO]).unwrap().len(), FREE_OF_RATIO);
        let bomb = unpack(&vec![b' '; 4 * FREE_OF_RATIO]).unwrap_err();
        assert_eq!(bomb.status(), StatusCode::PAYLOAD_TOO_LARGE);
        assert!(format!("{bomb:?}").contains("error-body-ratio"), "{bomb:?}");
        let huge = unpack(&vec![b' '; limits.body_bytes * 2]).unwrap_err();
        assert_eq!(huge.status(), StatusCode::PAYLOAD_TOO_LARGE);
        let in_two = [
            packed(&vec![b' '; 2 * FREE_OF_RATIO]),
            packed(&vec![b' '; 2 * FREE_OF_RATIO]),
        ]
        .concat();
        let members = unpacked(&gzip, in_two, &limits).unwrap_err();
        assert_eq!(
            members.status(),
            StatusCode::PAYLOAD_TOO_LARGE,
            "members of one file count together"
        );
        let ordinary: Vec<u8> = (0..3_000_000_u32)
            .map(|n| b'a' + (n.wrapping_mul(2_654_435_761) >> 27) as u8 % 26)
            .collect();
        assert_eq!(unpack(&ordinary).unwrap(), ordinary);
    }
}
