//! The UserInfo endpoint (OpenID Connect Core §5.3): who is behind an access token.
//!
//! It answers GET and POST with the token in the header, and POST with the token in the form; never with the token in
//! the query (RFC 9700 §4.3.2). JSON, or a JWT for clients registered for one. It writes nothing.

use axum::extract::RawQuery;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::Value;

use crate::context::Context;
use crate::protocol::params::Params;
use crate::protocol::scope::OPENID;
use crate::protocol::{Error, ErrorCode, bearer, body};
use crate::storage::Fault;
use crate::token::mint::{MintFacts, mint_userinfo};
use crate::token::user_claims::{Destination, user_claims};
use crate::token::{LiveAccessToken, TokenStanding};
use crate::web::machine;

/// A refusal: with an error, or a bare challenge when no token came (RFC 6750 §3.1).
enum Refusal {
    Challenge,
    Error(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// `GET` and `POST /userinfo`.
pub async fn handle(
    context: Context,
    method: Method,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    form: Bytes,
) -> Response {
    let mut response = match answer(&context, &method, query.as_deref().unwrap_or_default(), &headers, &form).await {
        Ok(Ok(response)) => response,
        Ok(Err(refusal)) => refuse(&context, &refusal),
        Err(fault) => context.machine_fault(&fault),
    };
    machine::share(response.headers_mut());
    response
}

async fn answer(
    context: &Context,
    method: &Method,
    query: &str,
    headers: &HeaderMap,
    form: &[u8],
) -> Result<Result<Response, Refusal>, Fault> {
    let token = match read_token(method, query, headers, form) {
        Ok(Some(token)) => token,
        Ok(None) => return Ok(Err(Refusal::Challenge)),
        Err(error) => return Ok(Err(error.into())),
    };
    let keys = context.app.keys.load_full();
    let invalid = |hint: &str| Refusal::Error(Error::invalid_token("the access token is not valid").with_hint(hint));
    match context.access_tokens(&keys).find(token.expose()).await? {
        Err(reason) => Ok(Err(invalid(reason))),
        Ok(LiveAccessToken { standing: None, .. }) => Ok(Err(invalid("not_a_users_token"))),
        Ok(LiveAccessToken { claims, .. }) if !claims.aud.contains(&context.issuer().identifier) => {
            Ok(Err(invalid("access_token_for_another_audience")))
        }
        Ok(LiveAccessToken { claims, .. }) if !claims.has_scope(OPENID) => {
            let error = Error::new(ErrorCode::InsufficientScope, "the access token was not granted openid");
            Ok(Err(error.into()))
        }
        // A token of a client that was stopped meanwhile is as dead as the client (`security.md` line 89).
        Ok(LiveAccessToken { standing: Some(standing), .. }) if !is_active(context, &standing) => {
            Ok(Err(invalid("client_disabled")))
        }
        Ok(LiveAccessToken { claims, standing: Some(standing) }) => render(context, &claims.scope, &standing).map(Ok),
    }
}

fn is_active(context: &Context, standing: &TokenStanding) -> bool {
    let client = context.app.clients.find(&context.issuer().brand, &standing.family.client_id);
    client.is_some_and(|client| client.is_active())
}

fn read_token(
    method: &Method,
    query: &str,
    headers: &HeaderMap,
    form: &[u8],
) -> Result<Option<crate::secret::Secret<String>>, Error> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let authorization = values.next().map(|value| value.to_str());
    let authorization = authorization.transpose().map_err(|_| Error::invalid_request("the header cannot be read"))?;
    if values.next().is_some() {
        return Err(Error::invalid_request("there is more than one Authorization header"));
    }
    let query = Params::parse(query.as_bytes())?;
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let form = match method == Method::POST && body::is_form(content_type) {
        true => Some(Params::parse(form)?),
        false => None,
    };
    bearer::parse(authorization, &query, form.as_ref())
}

fn render(context: &Context, scope: &str, standing: &TokenStanding) -> Result<Response, Fault> {
    let family = &standing.family;
    // A refresh may have narrowed the scope: the token's own counts.
    let scope = crate::protocol::scope::Scope::parse(scope).unwrap_or_default();
    let mut claims =
        user_claims(&standing.record, (&scope, &family.facts.claims), family.facts.access_path, Destination::UserInfo);
    let subject = standing.record.account.subject.as_str();
    let client = context.app.clients.find(&context.issuer().brand, &family.client_id);
    let Some(alg) = client.and_then(|client| client.metadata.userinfo_signed_response_alg) else {
        claims.insert("sub".to_owned(), Value::from(subject));
        return Ok(machine::json(StatusCode::OK, &claims));
    };
    let facts = MintFacts {
        issuer: &context.issuer().identifier,
        client_id: &family.client_id,
        subject,
        authentication: None,
        now: context.now,
    };
    let jwt = mint_userinfo(&context.app.keys.load(), alg, &facts, claims)
        .map_err(|error| Fault::Other(format!("userinfo could not be signed: {error}")))?;
    Ok(machine::raw(StatusCode::OK, "application/jwt", jwt))
}

fn refuse(context: &Context, refusal: &Refusal) -> Response {
    let realm = &context.issuer().identifier;
    match refusal {
        Refusal::Challenge => {
            let mut response = machine::raw(StatusCode::UNAUTHORIZED, "application/json", "{}");
            let challenge = bearer::challenge(realm, None, None);
            if let Ok(value) = http::HeaderValue::from_str(&challenge) {
                response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
            }
            response
        }
        Refusal::Error(error) => {
            context.record_refusal(error, "userinfo");
            machine::error(error, Some(&bearer::challenge(realm, Some(error), Some(OPENID))))
        }
    }
}
