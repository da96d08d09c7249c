use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::*;
use crate::clock::Timestamp;
use crate::id::BrandCode;
use crate::jose::{Algorithm, SigningKey, sign_compact};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
const EAST: PeerCertificate = PeerCertificate::from_bytes([1; 32]);
const WEST: PeerCertificate = PeerCertificate::from_bytes([2; 32]);
const APP: PeerCertificate = PeerCertificate::from_bytes([3; 32]);

struct World {
    gateways: Gateways,
    east: SigningKey,
    west: SigningKey,
    brand: BrandCode,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let [east, west] = [Algorithm::Es256, Algorithm::EdDsa].map(|alg| SigningKey::generate(alg).unwrap());
        let gateway = |name: &str, byte: u8, key: Option<&SigningKey>, areas: &[LineArea]| LineGatewayConfig {
            name: name.to_owned(),
            certificates: vec![format!("{byte:02x}").repeat(32)],
            keys_file: key.map(|key| {
                let path = folder.path().join(name);
                std::fs::write(&path, json!({ "keys": [key.public_jwk()] }).to_string()).unwrap();
                path
            }),
            areas: areas.to_vec(),
        };
        let gateways = Gateways::load(&[
            gateway("linegw-east-1", 1, Some(&east), &[LineArea::East]),
            gateway("linegw-west-1", 2, Some(&west), &[LineArea::West]),
            gateway("storage", 3, None, &[]),
        ]);
        Self { gateways: gateways.unwrap(), east, west, brand: BrandCode::new("VX7") }
    }

    fn request<'a>(&'a self, headers: &'a HeaderMap) -> LineRequest<'a> {
        LineRequest {
            on_line_listener: true,
            peer: Some(EAST),
            source: None,
            brand: &self.brand,
            origin: "https://login.line.example",
            base: "/VX7",
            method: "GET",
            path: "/VX7/line/5d1f",
            headers,
            interaction: None,
            now: NOW,
        }
    }

    fn refusal(&self, token: &str) -> Option<LineReject> {
        let headers = carrying(token);
        read(&self.gateways, &self.request(&headers)).err()
    }
}

fn claims() -> Value {
    json!({
        "iss": "linegw-east-1", "aud": "https://login.line.example", "sub": "CAF0123456789", "area": "east",
        "cip": "2408:210::1", "st": "notified", "htm": "GET", "htu": "/VX7/line/5d1f", "rid": "r",
        "jti": "0123456789abcdef", "iat": 1_800_000_000, "exp": 1_800_000_030,
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    match value {
        Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
        value => claims[name] = value,
    }
    claims
}

fn carrying(token: &str) -> HeaderMap {
    let value = HeaderValue::from_str(token).unwrap();
    [(HeaderName::from_static("line-assertion"), value)].into_iter().collect()
}

fn signed(key: &SigningKey, claims: &Value) -> String {
    sign_compact(key, Some("line+jwt"), claims).unwrap()
}

#[test]
fn a_good_assertion_is_read() {
    let world = World::new();
    assert_eq!(world.refusal(&signed(&world.east, &claims())), None);
}

#[test]
fn each_claim_is_about_this_very_request() {
    let world = World::new();
    for (name, value, expected) in [
        ("iss", json!("linegw-west-1"), LineReject::WrongIssuer),
        ("aud", json!("https://login.example"), LineReject::WrongAudience),
        ("aud", json!(["https://login.line.example"]), LineReject::Malformed),
        ("aud", json!("https://login.line.example/"), LineReject::WrongAudience),
        ("htm", json!("POST"), LineReject::WrongMethod),
        ("htu", json!("/VX7/line/5d1e"), LineReject::WrongPath),
        ("htu", json!("/VX7/line/5d1f?x=1"), LineReject::WrongPath),
        ("htu", Value::Null, LineReject::Malformed),
        ("jti", Value::Null, LineReject::Malformed),
        ("area", json!("north"), LineReject::Malformed),
        ("st", json!("ok"), LineReject::Malformed),
        ("exp", json!("1800000030"), LineReject::Malformed),
        ("exp", Value::Null, LineReject::Malformed),
        ("exp", json!(1_800_086_400), LineReject::LivesTooLong),
        ("exp", json!(1_800_000_061), LineReject::LivesTooLong),
        ("exp", json!(1_800_000_000), LineReject::LivesTooLong),
        ("iat", json!(1_800_000_006), LineReject::NotYetValid),
    ] {
        assert_eq!(world.refusal(&signed(&world.east, &with(name, value.clone()))), Some(expected), "{name}: {value}");
    }
}

#[test]
fn a_clock_may_differ_by_five_seconds() {
    let world = World::new();
    for (iat, expected) in [
        (1_800_000_005, None),
        (1_800_000_006, Some(LineReject::NotYetValid)),
        (1_799_999_966, None),
        (1_799_999_965, Some(LineReject::Expired)),
        (1_799_913_600, Some(LineReject::Expired)),
    ] {
        let mut claims = with("iat", json!(iat));
        claims["exp"] = json!(iat + 30);
        assert_eq!(world.refusal(&signed(&world.east, &claims)), expected, "{iat}");
    }
}

#[test]
fn the_key_is_the_gateways_own_and_the_kind_of_token_is_right() {
    let world = World::new();
    let stranger = SigningKey::generate(Algorithm::Es256).unwrap();
    let rsa = SigningKey::generate(Algorithm::Rs256).unwrap();
    for (what, token, expected) in [
        ("another gateway's key", signed(&world.west, &claims()), LineReject::UnknownKey),
        ("nobody's key", signed(&stranger, &claims()), LineReject::UnknownKey),
        ("RSA", signed(&rsa, &claims()), LineReject::Algorithm),
        ("no kind", sign_compact(&world.east, None, &claims()).unwrap(), LineReject::WrongType),
        ("an ID token", sign_compact(&world.east, Some("JWT"), &claims()).unwrap(), LineReject::WrongType),
        ("no token", "CAF0123456789".to_owned(), LineReject::Malformed),
        ("two in one", format!("{0}, {0}", signed(&world.east, &claims())), LineReject::Malformed),
        ("too long", "a".repeat(5000), LineReject::TooLarge),
    ] {
        assert_eq!(world.refusal(&token), Some(expected), "{what}");
    }
    let unsigned = |header: Value| {
        let part = |value: &Value| crate::secret::base64url(value.to_string().as_bytes());
        format!("{}.{}.", part(&header), part(&claims()))
    };
    let kid = world.east.public_jwk()["kid"].clone();
    for alg in ["none", "HS256"] {
        let token = unsigned(json!({ "alg": alg, "typ": "line+jwt", "kid": kid }));
        assert_eq!(world.refusal(&token), Some(LineReject::Algorithm), "{alg}");
    }
    let good = signed(&world.east, &claims());
    let (rest, signature) = good.rsplit_once('.').unwrap();
    let other = if signature.starts_with('A') { "B" } else { "A" };
    assert_eq!(world.refusal(&format!("{rest}.{other}{}", &signature[1..])), Some(LineReject::BadSignature));
}

#[test]
fn whoever_brings_it_must_be_the_gateway() {
    let world = World::new();
    let headers = carrying(&signed(&world.east, &claims()));
    let read = |peer| {
        let request = LineRequest { peer, ..world.request(&headers) };
        read(&world.gateways, &request).err()
    };
    assert_eq!(read(Some(EAST)), None);
    assert_eq!(read(Some(WEST)), Some(LineReject::UnknownKey));
    assert_eq!(read(Some(APP)), Some(LineReject::PeerMayNotAssert));
    assert_eq!(read(Some(PeerCertificate::from_bytes([9; 32]))), Some(LineReject::UnknownPeer));
    assert_eq!(read(None), Some(LineReject::UnknownPeer));
}

#[test]
fn what_the_carrier_could_not_tell_is_no_line() {
    let world = World::new();
    let headers = HeaderMap::new();
    let request = world.request(&headers);
    let concluded = |claims: &Value| {
        let statement: Statement = serde_json::from_value(claims.clone()).unwrap();
        match conclude(&statement, LineMethodName::SignedAssertion, &NumberRule::default(), &request) {
            LineOutcome::Verified(evidence) => evidence.number.as_str().to_owned(),
            LineOutcome::NotNotified { area } => format!("not notified {area}"),
            LineOutcome::Declined => "declined".to_owned(),
            LineOutcome::Unavailable { why, .. } => why.as_str().to_owned(),
            LineOutcome::Rejected(reject) => reject.as_str().to_owned(),
            LineOutcome::Redirect { .. } | LineOutcome::NotOnLine => "?".to_owned(),
        }
    };
    for (claims, expected) in [
        (claims(), "CAF0123456789"),
        (with("sub", Value::Null), "line_number_missing"),
        (with("sub", json!("CAF012345678")), "line_number_malformed"),
        (with("sub", json!("caf0123456789")), "line_number_malformed"),
        (with("sub", json!("COP0123456789")), "line_number_malformed"),
        (with("st", json!("not_set")), "not notified east"),
        (with("st", json!("declined")), "declined"),
        (with("st", json!("unknown")), "line_number_missing"),
        (with("st", json!("unavailable")), "line_carrier_unavailable"),
    ] {
        assert_eq!(concluded(&claims), expected, "{claims}");
    }
}

#[test]
fn what_an_assertion_is_noted_by_is_the_gateways_and_its_own() {
    let noted = |claims: &Value| serde_json::from_value::<Statement>(claims.clone()).unwrap().once();
    let first = noted(&claims()).unwrap();
    assert_eq!(first.1, Timestamp::from_seconds(1_800_000_035), "as long as it could be used");
    assert_ne!(first.0, noted(&with("iss", json!("linegw-west-1"))).unwrap().0);
    assert_ne!(first.0, noted(&with("jti", json!("0123456789abcdeg"))).unwrap().0);
    for jti in ["", "short", "with a blank inside", "0123456789abcde\n", &"a".repeat(129)] {
        assert_eq!(noted(&with("jti", json!(jti))).err(), Some(LineReject::Malformed), "{jti:?}");
    }
}
