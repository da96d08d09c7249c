//! The attacker's host: it answers every request, offers its own keys, and notes who came. That nobody does is what
//! tests assert (`jku`, redirects, a foreign token endpoint).

use super::answer::{Answer, answer, found, ok};
use super::host::Host;
use super::jose::{Key, key};
use super::kind::Play;
use super::model::User;
use super::request::Received;
use super::state::{Asked, Grant};
use axum::http::StatusCode;
use serde_json::json;

/// The attacker.
pub struct Attacker;

impl Play for Attacker {
    fn title(&self, _host: &Host) -> String {
        "攻撃者 (attacker)".to_owned()
    }

    fn users(&self, _host: &Host) -> Vec<User> {
        Vec::new()
    }

    fn is_authorize(&self, _request: &Received) -> bool {
        false
    }

    fn answer(&self, _host: &Host, request: &Received) -> Answer {
        if request.path.ends_with("/keys") {
            let mut jwk = Key::Rsa(key::attacker()).public_members().unwrap_or_default();
            jwk["kid"] = json!("attacker");
            jwk["use"] = json!("sig");
            return ok(&json!({ "keys": [jwk] }));
        }
        ok(&json!({ "access_token": "attacker", "token_type": "Bearer", "expires_in": 3600, "id_token": "a.b.c" }))
    }

    fn check(&self, _host: &Host, _request: &Received) -> Result<Asked, Box<Answer>> {
        Err(Box::new(answer(StatusCode::FORBIDDEN, "text/plain", "")))
    }

    fn permit(&self, _host: &Host, grant: &Grant, _code: &str) -> Answer {
        found(&grant.asked.redirect_uri)
    }

    fn cancel(&self, _host: &Host, asked: &Asked) -> Answer {
        found(&asked.redirect_uri)
    }

    fn refuse_silence(&self, _host: &Host, asked: &Asked, _error: &str) -> Answer {
        found(&asked.redirect_uri)
    }
}
