//! The token endpoint: a code for an ID token, or at Facebook for an access token (RFC 6749 §4.1.3).
//!
//! The request is the `oauth2` crate's; the way to the endpoint is ours (`outbound`). A code is never tried twice: it is
//! good once, and whether a request that broke off has used it, nobody knows.

use std::future::Future;
use std::pin::Pin;

use http::StatusCode;
use oauth2::basic::{BasicErrorResponse, BasicTokenType};
use oauth2::{
    AsyncHttpClient, AuthType, AuthUrl, AuthorizationCode, Client, ClientId, ClientSecret, EmptyExtraTokenFields,
    EndpointNotSet, ExtraTokenFields, HttpRequest, HttpResponse, PkceCodeVerifier, RedirectUrl, RequestTokenError,
    StandardRevocableToken, StandardTokenIntrospectionResponse, StandardTokenResponse, TokenResponse as _, TokenUrl,
};
use serde::{Deserialize, Serialize};

use super::callback::{code_in, code_word};
use super::connection::{Connection, Credentials};
use super::profile::ClientProof;
use super::refusal::{Refusal, Refused};
use super::transaction::Secrets;
use crate::account::LoginMethod;
use crate::clock::Timestamp;
use crate::jose::{SigningKey, sign_assertion};
use crate::outbound::{Failure, Line};
use crate::secret::Secret;

/// What a code was exchanged for. Lives as long as the callback, and no longer.
pub struct Redeemed {
    /// The ID token; Facebook has none.
    pub id_token: Option<Secret<String>>,
    /// The access token.
    pub access_token: Secret<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct IdTokenField {
    #[serde(default)]
    id_token: Option<String>,
}

impl ExtraTokenFields for IdTokenField {}

type Answer = StandardTokenResponse<IdTokenField, BasicTokenType>;
type TokenClient<A, T> = Client<
    BasicErrorResponse,
    Answer,
    StandardTokenIntrospectionResponse<EmptyExtraTokenFields, BasicTokenType>,
    StandardRevocableToken,
    oauth2::basic::BasicRevocationErrorResponse,
    A,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    T,
>;

/// Exchanges a code.
///
/// # Errors
/// [`Refused`]: the endpoint cannot be reached, refuses, or answers what no token response is.
pub async fn redeem(
    connection: &Connection,
    line: &Line,
    (code, secrets): (&Secret<String>, &Secrets),
    assertion: Option<String>,
) -> Result<Redeemed, Refused> {
    let malformed = |_| Refused::from(Refusal::MalformedAnswer);
    let client: TokenClient<_, _> = Client::new(ClientId::new(connection.client_id.clone()));
    let auth_type = match connection.profile.proof {
        ClientProof::Basic => AuthType::BasicAuth,
        ClientProof::Post | ClientProof::Assertion => AuthType::RequestBody,
    };
    let mut client = client
        .set_auth_uri(AuthUrl::new(connection.endpoints.authorization.to_string()).map_err(malformed)?)
        .set_token_uri(TokenUrl::new(connection.endpoints.token.to_string()).map_err(malformed)?)
        .set_redirect_uri(RedirectUrl::new(secrets.redirect_uri.clone()).map_err(malformed)?)
        .set_auth_type(auth_type);
    if let Credentials::Secret(secret) = &connection.credentials {
        client = client.set_client_secret(ClientSecret::new(secret.expose().clone()));
    }
    let mut request = client.exchange_code(AuthorizationCode::new(code.expose().clone()));
    if connection.profile.pkce {
        request = request.set_pkce_verifier(PkceCodeVerifier::new(secrets.verifier.clone()));
    }
    if let Some(assertion) = assertion {
        request = request
            .add_extra_param("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
            .add_extra_param("client_assertion", assertion);
    }
    let answer = request.request_async(&OverLine(line)).await.map_err(|error| refused(connection.method, error))?;
    Ok(Redeemed {
        id_token: answer.extra_fields().id_token.clone().map(Secret::new),
        access_token: Secret::new(answer.access_token().secret().clone()),
    })
}

/// The assertion by which we prove ourselves where a key stands in for a secret (RFC 7523 §3).
pub fn assertion(connection: &Connection, jti: &str, now: Timestamp) -> Option<String> {
    let Credentials::Key(key, x5t) = &connection.credentials else { return None };
    client_assertion(key, x5t.as_deref(), (&connection.client_id, connection.endpoints.token.as_str()), (jti, now))
}

fn client_assertion(
    key: &SigningKey,
    x5t: Option<&str>,
    (client_id, audience): (&str, &str),
    (jti, now): (&str, Timestamp),
) -> Option<String> {
    let now = now.as_seconds();
    let claims = serde_json::json!({
        "iss": client_id, "sub": client_id, "aud": audience, "jti": jti, "iat": now, "nbf": now, "exp": now + 60,
    });
    sign_assertion(key, x5t, &claims).ok()
}

/// Ways to the endpoint, in the words of the `oauth2` crate.
struct OverLine<'l>(&'l Line);

/// Why there is nothing to be read.
#[derive(Debug, thiserror::Error)]
enum Silence {
    #[error(transparent)]
    Failure(#[from] Failure),
    #[error("status {0}")]
    Absent(StatusCode),
}

/// Whether a status says that nobody is there who could judge a request, whatever the body says: a token endpoint
/// answers with 200, 400 or 401 (RFC 6749 §5.1, §5.2).
pub(super) fn is_absent(status: StatusCode) -> bool {
    status.is_server_error() || matches!(status, StatusCode::NOT_FOUND | StatusCode::TOO_MANY_REQUESTS)
}

impl<'c> AsyncHttpClient<'c> for OverLine<'_> {
    type Error = Silence;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Silence>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let answer = self.0.send(request, None).await?;
            if is_absent(answer.status()) {
                return Err(Silence::Absent(answer.status()));
            }
            let (parts, body) = answer.into_parts();
            Ok(http::Response::from_parts(parts, body.to_vec()))
        })
    }
}

fn refused(method: LoginMethod, error: RequestTokenError<Silence, BasicErrorResponse>) -> Refused {
    match error {
        RequestTokenError::Request(Silence::Failure(failure)) => Refusal::Outbound(failure).into(),
        RequestTokenError::Request(Silence::Absent(status)) => {
            Refused::with(Refusal::UpstreamDown, &format!("status {}", status.as_u16()))
        }
        RequestTokenError::ServerResponse(answer) => {
            let error = answer.error().as_ref().to_owned();
            let number = answer.error_description().and_then(|text| code_in(text)).unwrap_or_default();
            Refused::with(of_error(&error), format!("{} {number}", code_word(&error)).trim())
        }
        RequestTokenError::Parse(_, body) if method == LoginMethod::Facebook => of_graph(&body),
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => Refusal::MalformedAnswer.into(),
    }
}

fn of_error(error: &str) -> Refusal {
    match error {
        "invalid_grant" => Refusal::CodeRefused,
        "invalid_client" | "unauthorized_client" => Refusal::ClientRefused,
        "server_error" | "temporarily_unavailable" => Refusal::UpstreamDown,
        _ => Refusal::UpstreamError,
    }
}

/// The Graph's own shape of an error (`upstreams.md` §1.2).
pub(super) fn of_graph(body: &[u8]) -> Refused {
    #[derive(Deserialize)]
    struct Outer {
        error: Inner,
    }
    #[derive(Deserialize)]
    struct Inner {
        code: i64,
        #[serde(default)]
        message: String,
        #[serde(default)]
        fbtrace_id: String,
    }
    let Ok(Outer { error }) = serde_json::from_slice(body) else { return Refusal::MalformedAnswer.into() };
    let why = match error.code {
        100 | 190 => Refusal::CodeRefused,
        // A wrong app secret has the number of an unknown error, and these words.
        1 if error.message.contains("client secret") => Refusal::ClientRefused,
        1 | 2 | 4 | 17 | 32 | 341 | 613 => Refusal::UpstreamDown,
        101 => Refusal::ClientRefused,
        _ => Refusal::UpstreamError,
    };
    let trace: String = error.fbtrace_id.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
    Refused::with(why, format!("code {} {trace}", error.code).trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jose::{Algorithm, TypeRule, VerifyingKeys, verify_compact};

    #[test]
    fn an_assertion_names_us_the_endpoint_and_the_certificate_and_lives_a_minute() {
        let key = SigningKey::generate(Algorithm::Rs256).unwrap();
        let now = Timestamp::from_seconds(1_800_000_000);
        let (endpoint, thumbprint) = ("https://login.example/token", crate::secret::base64url(&[7; 32]));
        let token = client_assertion(&key, Some(&thumbprint), ("our-client", endpoint), ("id", now)).unwrap();
        let keys = VerifyingKeys::foreign(vec![key.verifying_key()]);
        let verified = verify_compact(&token, &keys, &[Algorithm::Rs256], TypeRule::CLIENT_ASSERTION).unwrap();
        let claims: serde_json::Value = verified.claims().unwrap();
        assert_eq!(claims["iss"], "our-client");
        assert_eq!(
            (&claims["sub"], &claims["aud"], &claims["jti"]),
            (&"our-client".into(), &endpoint.into(), &"id".into())
        );
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 60);
        use base64::Engine as _;
        let header = token.split('.').next().unwrap();
        let header = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(header).unwrap();
        let header: serde_json::Value = serde_json::from_slice(&header).unwrap();
        assert_eq!((&header["x5t#S256"], &header["typ"]), (&thumbprint.as_str().into(), &"JWT".into()));
    }

    #[test]
    fn the_graphs_errors_are_told_apart_by_their_numbers() {
        let of = |code: i64| {
            of_graph(format!(r#"{{"error":{{"message":"x","code":{code},"fbtrace_id":"Ab<1"}}}}"#).as_bytes())
        };
        assert_eq!((of(100).why, of(190).why), (Refusal::CodeRefused, Refusal::CodeRefused));
        assert_eq!(
            (of(4).why, of(101).why, of(7).why),
            (Refusal::UpstreamDown, Refusal::ClientRefused, Refusal::UpstreamError)
        );
        assert_eq!(of(100).hint, "code 100 Ab1");
        assert_eq!(of_graph(b"<html>").why, Refusal::MalformedAnswer);
    }
}
