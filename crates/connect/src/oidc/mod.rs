//! OpenID Connect: authorization code with PKCE. What the provider is and which keys it has is asked once and kept; a token
//! signed by a key that is not known makes us ask again.

mod claims;
mod settings;
mod verify;

use std::sync::Arc;

use async_trait::async_trait;
use domain::{Clock, Instant};
use engine::{Errand, Identity, IdentityError, IdentityProvider};
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod};
use openidconnect::{
    AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    IssuerUrl, LogoutRequest, Nonce, PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl,
    ProviderMetadataWithLogout, RedirectUrl, RequestTokenError, Scope,
};
use tokio::sync::Mutex;

use crate::http::{Client, HttpError, Schemes};

pub use settings::{ClaimNames, Settings};

/// How long what the provider said of itself is believed.
const GOOD_FOR: i64 = Instant::HOUR;
/// A key that is not known makes us ask again, but not more often than this: tokens are anybody's to send.
const ASK_AGAIN: i64 = 10 * Instant::SECOND;

type Metadata = ProviderMetadataWithLogout;
type Oidc = CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// What the provider said of itself.
struct Known {
    metadata: Arc<Metadata>,
    said_at: Instant,
    /// When we last asked, with an answer or without.
    asked_at: Instant,
}

/// One identity provider.
pub struct OidcProvider {
    settings: Settings,
    issuer: IssuerUrl,
    http: Client,
    clock: Arc<dyn Clock>,
    known: Mutex<Option<Known>>,
}

impl OidcProvider {
    /// A provider that is asked when it is first needed. `clock`: the machine's.
    ///
    /// # Errors
    /// `Away` when the issuer is not an address, or in the clear anywhere but on this machine.
    pub fn new(settings: Settings, clock: Arc<dyn Clock>) -> Result<Self, IdentityError> {
        let schemes = match settings.is_on_this_machine() {
            true => Schemes::HttpToo,
            false if settings.issuer.starts_with("https://") => Schemes::Https,
            false => return Err(IdentityError::Away("the issuer is not an https:// address".to_owned())),
        };
        let issuer = IssuerUrl::new(settings.issuer.clone()).map_err(away)?;
        let http = Client::new(schemes).map_err(away)?;
        Ok(Self {
            settings,
            issuer,
            http,
            clock,
            known: Mutex::new(None),
        })
    }

    /// What the provider is and which keys it has. `anew`: something did not fit what we know.
    async fn metadata(&self, anew: bool) -> Result<Arc<Metadata>, IdentityError> {
        let now = self.clock.now();
        // Held while we ask: those who come meanwhile wait for the one answer.
        let mut known = self.known.lock().await;
        if let Some(known) = known.as_ref() {
            let good = !anew && now.since(known.said_at) < GOOD_FOR;
            if good || now.since(known.asked_at) < ASK_AGAIN {
                return Ok(Arc::clone(&known.metadata));
            }
        }
        match (self.discover().await, known.as_mut()) {
            (Ok(metadata), _) => {
                let metadata = Arc::new(metadata);
                *known = Some(Known {
                    metadata: Arc::clone(&metadata),
                    said_at: now,
                    asked_at: now,
                });
                Ok(metadata)
            }
            // A provider that rests for a moment locks nobody out whose token still verifies.
            (Err(error), Some(known)) => {
                tracing::warn!(%error, "the identity provider was not asked anew");
                known.asked_at = now;
                Ok(Arc::clone(&known.metadata))
            }
            (Err(error), None) => Err(error),
        }
    }

    async fn discover(&self) -> Result<Metadata, IdentityError> {
        let metadata = Metadata::discover_async(self.issuer.clone(), &self.http)
            .await
            .map_err(causes)?;
        let secure = |address: &str| self.settings.is_on_this_machine() || address.starts_with("https://");
        let token = metadata.token_endpoint().map(|address| address.as_str());
        if !secure(metadata.authorization_endpoint().as_str()) || !token.is_some_and(secure) {
            return Err(IdentityError::Away(
                "it names a place in the clear, or none for tokens".to_owned(),
            ));
        }
        Ok(metadata)
    }

    fn client(&self, metadata: &Metadata) -> Result<Oidc, IdentityError> {
        let settings = &self.settings;
        let redirect = RedirectUrl::new(settings.redirect.clone()).map_err(away)?;
        let client = CoreClient::from_provider_metadata(
            metadata.clone(),
            ClientId::new(settings.client_id.clone()),
            settings.client_secret.clone().map(ClientSecret::new),
        );
        // Basic is what a provider takes that says nothing of it.
        let methods = metadata.token_endpoint_auth_methods_supported();
        let takes = |method| methods.is_none_or(|methods| methods.contains(&method));
        let auth = if takes(CoreClientAuthMethod::ClientSecretBasic) {
            AuthType::BasicAuth
        } else {
            AuthType::RequestBody
        };
        Ok(client.set_redirect_uri(redirect).set_auth_type(auth))
    }
}

#[async_trait]
impl IdentityProvider for OidcProvider {
    fn title(&self) -> &str {
        &self.settings.title
    }

    async fn begin(&self, errand: &Errand) -> Result<String, IdentityError> {
        let client = self.client(&*self.metadata(false).await?)?;
        let (state, nonce) = (errand.state.clone(), errand.nonce.clone());
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(errand.verifier.clone()));
        let question = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(state),
                move || Nonce::new(nonce),
            )
            .set_pkce_challenge(challenge)
            .add_scopes(self.settings.scopes.iter().cloned().map(Scope::new));
        Ok(question.url().0.into())
    }

    async fn finish(&self, errand: &Errand, code: &str, issuer: Option<&str>) -> Result<Identity, IdentityError> {
        if issuer.is_some_and(|issuer| issuer != self.settings.issuer) {
            return Err(IdentityError::Untrusted("another provider answered".to_owned()));
        }
        let metadata = self.metadata(false).await?;
        let client = self.client(&metadata)?;
        let answer = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(away)?
            .set_pkce_verifier(PkceCodeVerifier::new(errand.verifier.clone()))
            .request_async(&self.http)
            .await;
        let answer = answer.map_err(|error| match error {
            RequestTokenError::ServerResponse(said) => IdentityError::Refused(said.error().to_string()),
            RequestTokenError::Request(error) => away(error),
            RequestTokenError::Parse(error, _) => IdentityError::Untrusted(error.inner().to_string()),
            RequestTokenError::Other(problem) => IdentityError::Untrusted(problem),
        })?;
        let token = answer
            .extra_fields()
            .id_token()
            .ok_or_else(|| IdentityError::Untrusted("there is no ID token".to_owned()))?;
        let nonce = Nonce::new(errand.nonce.clone());
        let rules = verify::Rules {
            client_id: &self.settings.client_id,
            now: self.clock.now(),
            skew: self.settings.skew,
        };
        let verified = match rules.verify(&client, token, &nonce) {
            Err(verify::Doubt::UnknownKey) => {
                let metadata = self.metadata(true).await?;
                rules.verify(&self.client(&metadata)?, token, &nonce)
            }
            first => first,
        };
        let claims = verified.map_err(|doubt| IdentityError::Untrusted(doubt.to_string()))?;
        claims::identity(&self.settings, &claims)
    }

    async fn sign_out_address(&self) -> Option<String> {
        let metadata = self.metadata(false).await.ok()?;
        let place = metadata.additional_metadata().end_session_endpoint.clone()?;
        let back = PostLogoutRedirectUrl::new(self.settings.after_sign_out.clone()).ok()?;
        let request = LogoutRequest::from(place)
            .set_client_id(ClientId::new(self.settings.client_id.clone()))
            .set_post_logout_redirect_uri(back);
        Some(request.http_get_url().into())
    }

    async fn check(&self) -> Result<(), IdentityError> {
        self.discover().await.map(drop)
    }
}

fn away(error: impl std::fmt::Display) -> IdentityError {
    IdentityError::Away(error.to_string())
}

/// A failed discovery with its causes.
fn causes(error: openidconnect::DiscoveryError<HttpError>) -> IdentityError {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    IdentityError::Away(text)
}
