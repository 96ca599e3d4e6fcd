//! Requests that another site made a browser send are refused. What a token authenticates is exempt: no browser adds one
//! by itself. The rule is that of `tower_http::csrf`; the session adds that a cookie counts for an unsafe method only
//! when the browser says where the request comes from.

use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{Method, header};
use tower_http::csrf::{CsrfLayer, ProtectionError};
use views::{AppError, ErrorKind};

use crate::rest::problem::Problem;

/// Header by which browsers say where a request comes from.
const FETCH_SITE: &str = "sec-fetch-site";

/// The layer. `base_url` is trusted too, for a proxy that changes the `Host` header.
pub fn layer(base_url: &str) -> CsrfLayer<fn(ProtectionError) -> Response> {
    let layer = CsrfLayer::new();
    let layer = match layer.clone().add_trusted_origin(origin(base_url)) {
        Ok(trusting) => trusting,
        Err(error) => {
            tracing::warn!(config.base_url = base_url, %error, "base_url is not an origin");
            layer
        }
    };
    layer.with_rejection_response(refuse)
}

fn refuse(_: ProtectionError) -> Response {
    Problem::from(AppError::new(ErrorKind::NotAllowed, "error-other-site")).into_response()
}

/// `scheme://host[:port]` of an address, as browsers write an origin.
fn origin(base_url: &str) -> String {
    let (scheme, rest) = base_url.split_once("://").unwrap_or(("http", base_url));
    let host = rest.split('/').next().unwrap_or_default().to_ascii_lowercase();
    let host = match scheme {
        "https" => host.strip_suffix(":443").unwrap_or(&host),
        _ => host.strip_suffix(":80").unwrap_or(&host),
    };
    format!("{scheme}://{host}")
}

/// Whether the session's cookie may speak for this request.
#[must_use]
pub fn cookie_counts(request: &Parts) -> bool {
    let safe = matches!(request.method, Method::GET | Method::HEAD | Method::OPTIONS);
    safe || request.headers.contains_key(FETCH_SITE) || request.headers.contains_key(header::ORIGIN)
}

#[cfg(test)]
mod tests {
    use super::origin;

    #[test]
    fn an_origin_has_no_path_and_no_usual_port() {
        assert_eq!(origin("https://Docket.example:443/p2p"), "https://docket.example");
        assert_eq!(origin("http://10.0.0.7:8417"), "http://10.0.0.7:8417");
    }
}
