//! What every provider does between the authorization request and the answer: who is signed in, the page, silence.
//!
//! ```text
//! authorize ──good──▶ signed in? ──yes, no page wanted──▶ code
//!     │                  │ no
//!     └─bad─▶ refusal    ├─ prompt=none ─▶ refusal
//!                        └─ page ──▶ POST /__sim/sign-in ──▶ code, or the answer to "cancel"
//! ```

use super::answer::{Answer, found, with, with_query};
use super::code;
use super::host::Host;
use super::model::Client;
use super::page;
use super::request::Received;
use super::state::{Asked, Mode, Pending, Session};
use crate::random;
use axum::http::{Method, StatusCode, Uri, header};

/// Where the page posts to.
pub const SIGN_IN: &str = "/__sim/sign-in";
/// Forgets who is signed in.
pub const SIGN_OUT: &str = "/__sim/sign-out";
const COOKIE: &str = "sim_session";

/// Answers an authorization request.
pub fn authorize(host: &Host, request: &Received) -> Answer {
    let play = host.kind().play();
    let asked = match play.check(host, request) {
        Ok(asked) => asked,
        Err(refusal) => return *refusal,
    };
    let silent = asked.prompt.iter().any(|prompt| prompt == "none");
    let session = match signed_in(host, request) {
        None => match play.integrated(host, request) {
            Ok(None) => None,
            Ok(Some(user)) => Some(open_session(host, &user)),
            Err(challenge) if !silent => return *challenge,
            Err(_) => None,
        },
        found => found,
    };
    let fresh = |session: &Session| asked.max_age.is_none_or(|age| host.now() - session.since <= age && age > 0);
    if let (true, Some(error)) = (silent, host.settings().silent_error) {
        return play.refuse_silence(host, &asked, &error);
    }
    match session.filter(|(_, session)| fresh(session)) {
        Some((id, session)) if silent || !play.wants_page(&asked) => finish(host, asked, &id, &session),
        _ if silent => play.refuse_silence(host, &asked, "login_required"),
        known => {
            let pending = Pending { request: request.path_and_query(), shown: host.now() };
            let login = random::token();
            host.state().pending.insert(login.clone(), pending);
            page::sign_in(host, &asked, &login, known.map(|(_, session)| session.user))
        }
    }
}

/// Answers what the page posted: `login`, and `user` or `cancel`.
pub fn submit(host: &Host, request: &Received) -> Answer {
    let play = host.kind().play();
    let form = request.form();
    let pending = host.state().pending.get(form.text("login")).cloned();
    let Some(pending) = pending.filter(|_| request.method == Method::POST) else {
        return page::trouble(
            host,
            StatusCode::BAD_REQUEST,
            "ページの有効期限が切れています / This page has expired",
            "",
        );
    };
    // The request is checked again: what was registered or allowed may have changed while the page was open.
    let asked = match play.check(host, &again(request, &pending.request)) {
        Ok(asked) => asked,
        Err(refusal) => return *refusal,
    };
    if form.has("cancel") {
        return play.cancel(host, &asked);
    }
    if host.now() > pending.shown + host.settings().page_lifetime
        && let Some(answer) = play.late(host, &asked)
    {
        return answer;
    }
    let Some(user) = host.user(form.text("user")) else {
        return page::trouble(
            host,
            StatusCode::BAD_REQUEST,
            "このアカウントはありません / No such account",
            form.text("user"),
        );
    };
    let (id, session) = open_session(host, &user.name);
    finish(host, asked, &id, &session)
}

/// Forgets who is signed in; id of the session that ends.
pub fn forget(host: &Host, request: &Received) -> Option<String> {
    let id = request.cookie(COOKIE)?;
    host.state().sessions.remove(&id).map(|_| id)
}

/// Says who is signed in.
pub fn home(host: &Host, request: &Received) -> Answer {
    page::home(host, signed_in(host, request).and_then(|(_, session)| host.user(&session.user)))
}

/// Forgets who is signed in, and says so.
pub fn sign_out(host: &Host, request: &Received) -> Answer {
    forget(host, request);
    page::signed_out_with(host, Vec::new())
}

/// A sign-out at the provider (RP-Initiated Logout §2, Front-Channel Logout §3): who is told by frames, then where it
/// leads if that is registered.
pub fn end_session(host: &Host, request: &Received) -> Answer {
    end_session_with(host, request, |client, target| client.post_logout_redirect_uris.iter().any(|uri| uri == target))
}

/// The same with another rule for what is registered.
pub fn end_session_with(host: &Host, request: &Received, registered: impl Fn(&Client, &str) -> bool) -> Answer {
    let sid = forget(host, request).map(|id| code::session_name(&id)).unwrap_or_default();
    let clients: Vec<Client> = host.state().clients.values().cloned().collect();
    let frames = clients.iter().filter_map(|client| client.front_channel_logout_uri.as_deref());
    let frames: Vec<String> = frames.map(|uri| with_query(uri, &[("sid", &sid)])).collect();
    let params = request.params();
    let target = params.text("post_logout_redirect_uri");
    let known = clients.iter().any(|client| registered(client, target));
    match params.get("state") {
        _ if !known || !frames.is_empty() => page::signed_out_with(host, frames),
        Some(state) => found(&with_query(target, &[("state", state)])),
        None => found(target),
    }
}

/// Session id and session of the browser.
pub fn signed_in(host: &Host, request: &Received) -> Option<(String, Session)> {
    let id = request.cookie(COOKIE)?;
    let session = host.state().sessions.get(&id).cloned()?;
    Some((id, session))
}

fn open_session(host: &Host, user: &str) -> (String, Session) {
    let session = Session { user: user.to_owned(), since: host.now() };
    let id = random::token();
    host.state().sessions.insert(id.clone(), session.clone());
    (id, session)
}

fn finish(host: &Host, asked: Asked, id: &str, session: &Session) -> Answer {
    let play = host.kind().play();
    let answer = match host.user(&session.user).map(|user| play.admit(host, &asked, &user)) {
        Some(Err(refusal)) => *refusal,
        _ => {
            let (code, grant) = code::issue(host, asked, id, session);
            play.permit(host, &grant, &code)
        }
    };
    with(answer, header::SET_COOKIE, &format!("{COOKIE}={id}; Path=/; HttpOnly; SameSite=Lax"))
}

fn again(request: &Received, path_and_query: &str) -> Received {
    let uri: Uri = path_and_query.parse().unwrap_or_default();
    Received {
        method: Method::GET,
        path: uri.path().to_owned(),
        query: uri.query().unwrap_or_default().to_owned(),
        body: bytes::Bytes::new(),
        ..request.clone()
    }
}

/// Sends the browser back to the client.
pub fn back(host: &Host, asked: &Asked, params: &[(&str, &str)]) -> Answer {
    let mut params = params.to_vec();
    if let Some(state) = &asked.state {
        params.push(("state", state));
    }
    match asked.mode {
        Mode::Query => found(&with_query(&asked.redirect_uri, &params)),
        Mode::Fragment => {
            let query = with_query("", &params);
            found(&format!("{}#{}", asked.redirect_uri, query.trim_start_matches('?')))
        }
        Mode::FormPost => page::form_post(host, &asked.redirect_uri, &params),
    }
}

/// `response_mode` by name.
pub fn mode(name: Option<&str>) -> Option<Mode> {
    match name {
        None | Some("query") => Some(Mode::Query),
        Some("fragment") => Some(Mode::Fragment),
        Some("form_post") => Some(Mode::FormPost),
        _ => None,
    }
}
