//! Facebook's Graph: who an access token is about, and whether it was made for us (`upstreams.md` §1.2).

use aws_lc_rs::hmac;
use http::{Method, Request, header};
use serde::Deserialize;
use url::Url;

use crate::outbound::Line;
use crate::secret::Secret;
use crate::upstream::connection::Connection;
use crate::upstream::exchange::{is_absent, of_graph};
use crate::upstream::person::Person;
use crate::upstream::refusal::{Refusal, Refused};

/// What `/me` answers. `id` is a text: it does not fit a number.
#[derive(Deserialize)]
struct Me {
    id: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    email: Option<String>,
}

#[derive(Deserialize)]
struct Debug {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    #[serde(default)]
    app_id: String,
    #[serde(default)]
    user_id: String,
    #[serde(default)]
    is_valid: bool,
}

/// `hex(HMAC-SHA256(app secret, access token))`: without it a stolen token could be used by anybody.
pub fn appsecret_proof(secret: &Secret<String>, access_token: &Secret<String>) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes());
    let tag = hmac::sign(&key, access_token.expose().as_bytes());
    tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Asks who the token is about. A token of another application answers `/me` just as well, so that the Graph is asked
/// first whom it was made for (drudge/passport-facebook-token#65).
///
/// # Errors
/// [`Refused`]: the Graph cannot be reached, refuses, or knows the token as somebody else's.
pub async fn ask(connection: &Connection, line: &Line, token: &Secret<String>) -> Result<Person, Refused> {
    let graph = connection.endpoints.graph.as_ref().ok_or(Refusal::MalformedAnswer)?;
    let secret = connection.secret().ok_or(Refusal::ClientRefused)?;
    let app_token = format!("{}|{}", connection.client_id, secret.expose());
    let debug = url(graph, "debug_token", &[("input_token", token.expose()), ("access_token", &app_token)])?;
    let Debug { data } = get(line, &debug).await?;
    if !data.is_valid || data.app_id != connection.client_id {
        return Err(Refusal::TokenOfAnotherClient.into());
    }
    let proof = appsecret_proof(secret, token);
    let fields = [("fields", "id,name,email"), ("access_token", token.expose()), ("appsecret_proof", &proof)];
    let me: Me = get(line, &url(graph, "me", &fields)?).await?;
    if data.user_id != me.id {
        return Err(Refusal::TokenOfAnotherClient.into());
    }
    let subject = connection.subject_key(&me.id).ok_or(Refusal::TokenSubject)?;
    Ok(Person {
        subject,
        upstream_sub: Some(me.id),
        name: Person::presentable(me.name),
        email: Person::presentable(me.email),
        auth_time: None,
    })
}

fn url(graph: &Url, path: &str, query: &[(&str, &str)]) -> Result<Url, Refusal> {
    let mut url = graph.clone();
    url.path_segments_mut().map_err(|()| Refusal::MalformedAnswer)?.pop_if_empty().push(path);
    url.query_pairs_mut().extend_pairs(query);
    Ok(url)
}

async fn get<T: serde::de::DeserializeOwned>(line: &Line, url: &Url) -> Result<T, Refused> {
    let request = Request::builder().method(Method::GET).uri(url.as_str()).header(header::ACCEPT, "application/json");
    let request = request.body(Vec::new()).map_err(|_| Refusal::MalformedAnswer)?;
    let answer = line.send(request, None).await.map_err(Refusal::Outbound)?;
    if is_absent(answer.status()) {
        return Err(Refused::with(Refusal::UpstreamDown, &format!("status {}", answer.status().as_u16())));
    }
    if answer.status() != http::StatusCode::OK {
        return Err(of_graph(answer.body()));
    }
    serde_json::from_slice(answer.body()).map_err(|_| Refusal::MalformedAnswer.into())
}
