//! `grant_type=client_credentials` (RFC 6749 §4.4): a client in its own name. A JWT costs no write.

use super::authorization_code::narrow;
use super::endpoint::Outcome;
use super::issue::{AccessTokenOrder, Issued, TokenResponse, access_token};
use crate::client::Client;
use crate::context::Context;
use crate::protocol::Error;
use crate::protocol::scope::{OFFLINE_ACCESS, OPENID};
use crate::protocol::token_request::ClientCredentialsRequest;
use crate::token::mint::MintFacts;

/// Issues an access token to a client.
pub async fn issue(context: &Context, client: &Client, request: ClientCredentialsRequest) -> Outcome {
    // §4.4: this grant is for confidential clients only.
    if client.is_public() {
        return Ok(Err(Error::unauthorized_client("a public client has no credentials of its own")));
    }
    // There is no user: nothing to identify and nothing to refresh.
    let open = client.metadata.scope.without(OPENID).without(OFFLINE_ACCESS);
    let scope = match request.scope {
        None => open,
        Some(asked) if asked.is_subset_of(&open) => asked,
        Some(_) => return Ok(Err(Error::invalid_scope("the scope is not open to this client"))),
    };
    let resource = match narrow(&client.settings.resources, &request.resource) {
        Ok(resource) => if request.resource.is_empty() { &[] } else { resource },
        Err(error) => return Ok(Err(error)),
    };
    let facts = MintFacts {
        issuer: &context.issuer().identifier,
        client_id: &client.id,
        // RFC 9068 §2.2: the client itself. A subject is a UUID and a client_id is not, so the two never collide.
        subject: client.id.as_str(),
        authentication: None,
        now: context.now,
    };
    let order = AccessTokenOrder { facts, scope: &scope, resource, standing: None };
    let access = access_token(context, client, &order)?;
    if access.is_stored() {
        let mut tx = context.app.db.begin().await?;
        access.store(&mut tx, context).await?;
        tx.commit().await?;
    }
    metrics::counter!("tegata_tokens_issued_total", "grant" => "client_credentials").increment(1);
    Ok(Ok(Issued::Fresh(TokenResponse {
        access_token: access.text,
        token_type: "Bearer",
        expires_in: access.lifetime.as_secs(),
        refresh_token: None,
        id_token: None,
        scope: scope.to_string(),
    })))
}
