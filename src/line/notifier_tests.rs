use http::HeaderMap;
use serde_json::{Value, json};

use super::*;
use crate::clock::Timestamp;
use crate::id::BrandCode;
use crate::jose::{Algorithm, SigningKey, sign_compact};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

struct World {
    notifier: Notifier,
    key: SigningKey,
    headers: HeaderMap,
    brand: BrandCode,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let file = folder.path().join("carrier.json");
        std::fs::write(&file, json!({ "keys": [key.public_jwk()] }).to_string()).unwrap();
        let witness = Witness::load("carrier", &file).unwrap();
        let url = "https://carrier.example/notify?v=1".parse().unwrap();
        let notifier = Notifier { url, client_id: "tegata".to_owned(), witness };
        Self { notifier, key, headers: HeaderMap::new(), brand: BrandCode::new("VX7") }
    }

    fn request(&self) -> LineRequest<'_> {
        LineRequest {
            on_line_listener: true,
            peer: None,
            source: None,
            brand: &self.brand,
            origin: "https://login.line.example",
            base: "/VX7",
            method: "GET",
            path: "/VX7/line/5d1f/return",
            headers: &self.headers,
            interaction: None,
            now: NOW,
        }
    }

    fn refusal(&self, claims: &Value) -> Option<LineReject> {
        let response = sign_compact(&self.key, Some("line-answer+jwt"), claims).unwrap();
        read(&self.notifier, &TokenHash::of("nonce"), &self.request(), &response).err()
    }
}

fn claims() -> Value {
    json!({
        "iss": "carrier", "aud": "tegata", "nonce": "nonce", "sub": "CAF0123456789", "area": "west", "st": "notified",
        "jti": "0123456789abcdef", "iat": 1_800_000_000, "exp": 1_800_000_060,
    })
}

#[test]
fn an_answer_is_to_our_question_and_from_the_notifier() {
    let world = World::new();
    assert_eq!(world.refusal(&claims()), None);
    for (name, value, expected) in [
        ("iss", "other", LineReject::WrongIssuer),
        ("aud", "another client", LineReject::WrongAudience),
        ("nonce", "another", LineReject::WrongNonce),
    ] {
        let mut claims = claims();
        claims[name] = json!(value);
        assert_eq!(world.refusal(&claims), Some(expected), "{name}");
    }
    let mut old = claims();
    (old["iat"], old["exp"]) = (json!(1_799_999_900), json!(1_799_999_960));
    assert_eq!(world.refusal(&old), Some(LineReject::Expired));
    let assertion = sign_compact(&world.key, Some("line+jwt"), &claims()).unwrap();
    let nonce = TokenHash::of("nonce");
    let read = |response: &str| read(&world.notifier, &nonce, &world.request(), response).err();
    assert_eq!(read(&assertion), Some(LineReject::WrongType), "an assertion is no answer");
    assert_eq!(read("CAF0123456789"), Some(LineReject::Malformed));
}

#[test]
fn the_way_there_names_us_and_the_way_back_and_nothing_else_leads_it() {
    let world = World::new();
    let pending = pending(&Random::seeded(7));
    let (state, nonce) = (pending.state.expose().clone(), pending.nonce.expose().clone());
    let interaction = InteractionId::new("5d1f");
    let LineOutcome::Redirect { url, .. } = redirect(&world.notifier, pending, &interaction, &world.request()) else {
        panic!("a way there");
    };
    let sent: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let expected = [
        ("v", "1"),
        ("client_id", "tegata"),
        ("redirect_uri", "https://login.line.example/VX7/line/5d1f/return"),
        ("state", &state),
        ("nonce", &nonce),
        ("ts", "1800000000"),
    ];
    assert_eq!(sent, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_ne!(state, nonce);
}
