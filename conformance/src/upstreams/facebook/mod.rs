//! Facebook Login by the code flow, and as much of the Graph API as it takes: OAuth 2.0 without ID tokens, ids that
//! differ per app, addresses that may be missing, errors in a shape of its own.
//!
//! | host | paths, each also without version |
//! |---|---|
//! | `fb` | `/vNN.0/dialog/oauth`, `/.well-known/openid-configuration/` |
//! | `graph` | `/vNN.0/oauth/access_token`, `/vNN.0/me`, `/vNN.0/debug_token` |
//!
//! [`callback`] sends what Facebook sends by itself: deauthorizations and wishes for deletion.
//!
//! People: `taro` (name and address), `hanako`, `noemail` (has none), `declined` (permission `email` declined), `bigid`
//! (id beyond 2^53).

pub mod callback;
mod graph;

use super::answer::{Answer, found, not_found, ok, with_query};
use super::host::Host;
use super::jose::derived;
use super::kind::Play;
use super::model::User;
use super::page;
use super::request::Received;
use super::state::{Asked, Grant};
use crate::random;
use axum::http::StatusCode;
use serde_json::{Value, json};
use url::Url;

/// Facebook.
pub struct Facebook;

const PERMISSIONS: &[&str] = &["public_profile", "email", "openid"];

impl Play for Facebook {
    fn title(&self, _host: &Host) -> String {
        "Facebook".to_owned()
    }

    fn users(&self, _host: &Host) -> Vec<User> {
        let person = |name: &str, title: &str, note: &str| {
            User::new(name, title, note).with(json!({ "name": title, "email": format!("{name}@mail.example") }))
        };
        vec![
            person("taro", "山田 太郎", ""),
            person("hanako", "佐藤 花子", ""),
            person("noemail", "鈴木 一郎", "電話番号で登録 / signed up by telephone, no address")
                .with(json!({ "email": null })),
            person("declined", "田中 実", "メールアドレスの許可なし / address not permitted")
                .quirky(|quirks| quirks.email_declined = true),
            person("bigid", "高橋 健", "2^53を超えるID / id beyond 2^53")
                .quirky(|quirks| drop(quirks.ids.insert("*".to_owned(), "9007199254740993123".to_owned()))),
        ]
    }

    fn is_authorize(&self, request: &Received) -> bool {
        request.role.is_empty() && versionless(&request.path).1 == "/dialog/oauth"
    }

    fn answer(&self, host: &Host, request: &Received) -> Answer {
        let (version, path) = versionless(&request.path);
        match (request.role, path) {
            ("", "/.well-known/openid-configuration") => ok(&discovery(host)),
            ("graph", path) => graph::answer_request(host, request, version, path),
            _ => not_found(),
        }
    }

    fn check(&self, host: &Host, request: &Received) -> Result<Asked, Box<Answer>> {
        let params = request.params();
        let refuse =
            |heading: &str, text: &str| Err(Box::new(page::trouble(host, StatusCode::BAD_REQUEST, heading, text)));
        if is_gone(host, versionless(&request.path).0) {
            return refuse("エラー / Error", "You are calling a deprecated version of the dialog.");
        }
        let Some(client) = host.client(params.text("client_id")) else {
            return refuse("無効なアプリID / Invalid App ID", "The provided app ID does not look like a valid app ID.");
        };
        let redirect_uri = params.text("redirect_uri").to_owned();
        if !client.redirect_uris.contains(&redirect_uri) {
            return refuse(
                "ブロックされたURL / URL Blocked",
                "This redirect failed because the redirect URI is not white-listed.",
            );
        }
        if !is_secure(&redirect_uri) {
            return refuse(
                "安全でないURL / Insecure URL",
                "Facebook has detected that the app is not using a secure connection.",
            );
        }
        // Both separators are in use.
        let scope: Vec<String> =
            params.text("scope").split([',', ' ']).filter(|scope| !scope.is_empty()).map(str::to_owned).collect();
        if let Some(unknown) = scope.iter().find(|scope| !PERMISSIONS.contains(&scope.as_str())) {
            return refuse("無効な許可 / Invalid Scopes", unknown);
        }
        if params.get("response_type").is_some_and(|kind| kind != "code") {
            return refuse("エラー / Error", "Only the response type code is played here.");
        }
        let auth_type = params.text("auth_type");
        let prompt = ["reauthenticate", "rerequest"].into_iter().filter(|kind| auth_type.contains(kind));
        Ok(Asked {
            client: client.id,
            redirect_uri,
            state: params.get("state").map(str::to_owned),
            scope,
            prompt: prompt.map(str::to_owned).collect(),
            extra: [("return_scopes", params.text("return_scopes").to_owned())].into(),
            ..Asked::default()
        })
    }

    fn wants_page(&self, asked: &Asked) -> bool {
        !asked.prompt.is_empty()
    }

    fn permit(&self, host: &Host, grant: &Grant, code: &str) -> Answer {
        let mut params = vec![("code", code)];
        let (granted, denied) = host.user(&grant.user).map(|user| permissions(&user, grant)).unwrap_or_default();
        if grant.asked.extra.get("return_scopes").is_some_and(|value| value == "true") {
            params.push(("granted_scopes", &granted));
            params.push(("denied_scopes", &denied));
        }
        back(&grant.asked, &params)
    }

    fn cancel(&self, _host: &Host, asked: &Asked) -> Answer {
        let params = [
            ("error", "access_denied"),
            ("error_code", "200"),
            ("error_description", "Permissions error"),
            ("error_reason", "user_denied"),
        ];
        back(asked, &params)
    }

    fn refuse_silence(&self, host: &Host, asked: &Asked, _error: &str) -> Answer {
        // There is no `prompt=none` in this flow.
        self.cancel(host, asked)
    }

    fn code(&self) -> String {
        format!("AQ{}{}", random::token(), random::token())
    }
}

/// Back to the app, with the fragment that Facebook appends.
fn back(asked: &Asked, params: &[(&str, &str)]) -> Answer {
    let mut params = params.to_vec();
    if let Some(state) = &asked.state {
        params.push(("state", state));
    }
    found(&format!("{}#_=_", with_query(&asked.redirect_uri, &params)))
}

/// Version (`v23.0` is 23) and the rest of a path, without a closing slash.
fn versionless(path: &str) -> (Option<u32>, &str) {
    let path = path.trim_end_matches('/');
    let found = path.strip_prefix("/v").and_then(|rest| rest.split_once('/')).and_then(|(version, rest)| {
        let major = version.strip_suffix(".0").unwrap_or(version).parse().ok()?;
        Some((major, path.len() - rest.len() - 1))
    });
    match found {
        Some((major, start)) => (Some(major), path.split_at(start).1),
        None => (None, path),
    }
}

fn is_gone(host: &Host, version: Option<u32>) -> bool {
    version.is_some_and(|version| version < host.settings().oldest_version)
}

/// Live apps take `https` only; `localhost` is let through as for apps in development.
fn is_secure(redirect_uri: &str) -> bool {
    Url::parse(redirect_uri).is_ok_and(|url| {
        let host = url.host_str().unwrap_or_default();
        url.scheme() == "https" || host == "localhost" || host.ends_with(".localhost") || host == "127.0.0.1"
    })
}

/// Permissions granted and denied, by comma.
fn permissions(user: &User, grant: &Grant) -> (String, String) {
    let declined = |scope: &&String| user.quirks.email_declined && *scope == "email";
    let (denied, granted): (Vec<&String>, Vec<&String>) = grant.asked.scope.iter().partition(declined);
    let join = |list: Vec<&String>| list.into_iter().map(String::as_str).collect::<Vec<_>>().join(",");
    (join(granted), join(denied))
}

/// The id of a person at an app: digits, another for every app.
pub fn scoped_id(user: &User, app: &str) -> String {
    if let Some(id) = user.quirks.ids.get(app).or_else(|| user.quirks.ids.get("*")) {
        return id.clone();
    }
    let hash = derived(&["facebook", app, &user.name]);
    let number = hash.iter().take(6).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("1{number:016}")
}

fn discovery(host: &Host) -> Value {
    let origin = host.origin();
    json!({
        "issuer": origin,
        "authorization_endpoint": format!("{origin}/dialog/oauth/"),
        "jwks_uri": format!("{origin}/.well-known/oauth/openid/jwks/"),
        "response_types_supported": ["id_token", "token id_token"],
        "subject_types_supported": "pairwise",
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": ["iss", "aud", "sub", "iat", "exp", "jti", "nonce", "at_hash", "name", "given_name", "middle_name", "family_name", "email", "picture"],
    })
}

#[cfg(test)]
mod tests {
    use super::versionless;

    #[test]
    fn a_version_is_taken_off() {
        assert_eq!(versionless("/v23.0/dialog/oauth/"), (Some(23), "/dialog/oauth"));
        assert_eq!(versionless("/me"), (None, "/me"));
        assert_eq!(versionless("/vfoo/me"), (None, "/vfoo/me"));
    }
}
