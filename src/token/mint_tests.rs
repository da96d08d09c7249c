use serde_json::json;

use super::*;
use crate::id::{BrandCode, ContractId, SessionId};
use crate::keys::KeyState;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_999);
const MINUTES_10: Duration = Duration::from_secs(600);

fn keys() -> KeySet {
    let key = |alg| (KeyState::Current, SigningKey::generate(alg).unwrap());
    KeySet::from_keys(vec![key(Algorithm::Es256), key(Algorithm::EdDsa)])
}

fn signed_in() -> Authentication {
    Authentication {
        auth_time: Some(1_699_999_000),
        acr: Some("urn:example:1".into()),
        amr: vec!["pwd".into()],
        sid: Some(SessionId::new("sid-1")),
    }
}

fn facts<'a>(client_id: &'a ClientId, authentication: Option<&'a Authentication>) -> MintFacts<'a> {
    MintFacts { issuer: "https://id.example/VX7", client_id, subject: "sub-1", authentication, now: NOW }
}

fn payload(token: &str) -> Value {
    use base64::Engine as _;
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[test]
fn an_access_token_of_a_user_says_what_rfc_9068_wants() {
    let (client, authentication) = (ClientId::new("client-1"), signed_in());
    let family = TokenFamilyId::new("family-1");
    let brand = BrandClaims {
        contract_id: Some(ContractId::new("contract-1")),
        role: Some("administrator".into()),
        brand: Some(BrandCode::new("VX7")),
        access_path: Some("internet".into()),
    };
    let audience = ["https://storage.example".to_owned(), "https://api.example".to_owned()];
    let access = AccessTokenFacts {
        audience: &audience,
        scope: "openid files",
        family: Some(&family),
        brand: Some(&brand),
        lifetime: MINUTES_10,
    };
    let claims = access_token_claims(&facts(&client, Some(&authentication)), &access, "jti-1".into());
    let token = mint_access_token(&keys(), Algorithm::Es256, &claims).unwrap();
    insta::assert_json_snapshot!(payload(&token), @r#"
    {
      "iss": "https://id.example/VX7",
      "sub": "sub-1",
      "aud": [
        "https://storage.example",
        "https://api.example"
      ],
      "client_id": "client-1",
      "scope": "openid files",
      "iat": 1700000000,
      "exp": 1700000600,
      "jti": "jti-1",
      "auth_time": 1699999000,
      "acr": "urn:example:1",
      "amr": [
        "pwd"
      ],
      "sid": "sid-1",
      "family": "family-1",
      "contract_id": "contract-1",
      "role": "administrator",
      "brand": "VX7",
      "access_path": "internet"
    }
    "#);
    assert_eq!(serde_json::from_value::<AccessTokenClaims>(payload(&token)).unwrap(), claims);
    assert!(claims.has_scope("files") && !claims.has_scope("file") && !claims.has_scope(""));
}

#[test]
fn an_access_token_of_a_client_says_nothing_of_a_user() {
    let client = ClientId::new("client-1");
    let audience = ["https://storage.example".to_owned()];
    let access = AccessTokenFacts { audience: &audience, scope: "", family: None, brand: None, lifetime: MINUTES_10 };
    let claims = access_token_claims(&facts(&client, None), &access, "jti-1".into());
    insta::assert_json_snapshot!(claims, @r#"
    {
      "iss": "https://id.example/VX7",
      "sub": "sub-1",
      "aud": "https://storage.example",
      "client_id": "client-1",
      "iat": 1700000000,
      "exp": 1700000600,
      "jti": "jti-1"
    }
    "#);
    assert_eq!(serde_json::from_value::<AccessTokenClaims>(json!(claims)).unwrap(), claims);
}

#[test]
fn an_id_token_says_what_openid_connect_wants_and_what_was_asked_for() {
    let (client, authentication) = (ClientId::new("client-1"), signed_in());
    let id = IdTokenFacts {
        nonce: Some("n-0S6_WzA2Mj"),
        access_token: Some("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"),
        requested: json!({"email": "a@example.com", "email_verified": true}).as_object().unwrap().clone(),
        lifetime: MINUTES_10,
        ..IdTokenFacts::default()
    };
    let token = mint_id_token(&keys(), Algorithm::Es256, &facts(&client, Some(&authentication)), id).unwrap();
    insta::assert_json_snapshot!(payload(&token), @r#"
    {
      "iss": "https://id.example/VX7",
      "sub": "sub-1",
      "aud": "client-1",
      "exp": 1700000600,
      "iat": 1700000000,
      "nonce": "n-0S6_WzA2Mj",
      "at_hash": "77QmUPtjPfzWtF2AnpK9RQ",
      "auth_time": 1699999000,
      "acr": "urn:example:1",
      "amr": [
        "pwd"
      ],
      "sid": "sid-1",
      "email": "a@example.com",
      "email_verified": true
    }
    "#);
}

#[test]
fn a_requested_claim_cannot_replace_one_of_the_token() {
    let (client, authentication) = (ClientId::new("client-1"), signed_in());
    let requested: Map<String, Value> = RESERVED.iter().map(|name| ((*name).to_owned(), json!("forged"))).collect();
    let id = IdTokenFacts { requested, lifetime: MINUTES_10, ..IdTokenFacts::default() };
    let claims = id_token_claims(Algorithm::Es256, &facts(&client, Some(&authentication)), id);
    let text = serde_json::to_string(&claims).unwrap();
    assert!(!text.contains("forged"), "{text}");
    let keys = keys();
    let facts = facts(&client, None);
    let forged = json!({"iss": "forged", "sub": "forged", "aud": "forged", "name": "N"});
    let userinfo = mint_userinfo(&keys, Algorithm::EdDsa, &facts, forged.as_object().unwrap().clone()).unwrap();
    let expected = json!({"iss": "https://id.example/VX7", "sub": "sub-1", "aud": "client-1", "name": "N"});
    assert_eq!(payload(&userinfo), expected);
}

#[test]
fn a_further_audience_makes_the_authorized_party_explicit() {
    let client = ClientId::new("client-1");
    let further = ["other".to_owned()];
    let id = IdTokenFacts {
        further_audience: &further,
        access_token: Some("t"),
        code: Some("c"),
        lifetime: MINUTES_10,
        ..IdTokenFacts::default()
    };
    let token = mint_id_token(&keys(), Algorithm::EdDsa, &facts(&client, None), id).unwrap();
    let claims = payload(&token);
    assert_eq!((&claims["aud"], &claims["azp"]), (&json!(["client-1", "other"]), &json!("client-1")));
    // Ed25519 goes with SHA-512: half of it is 32 bytes.
    assert_eq!(claims["at_hash"].as_str().unwrap().len(), 43);
    assert_eq!(claims["c_hash"], Algorithm::EdDsa.half_hash("c"));
}

#[test]
fn an_algorithm_without_a_key_mints_nothing() {
    let refused = mint_signed(&keys(), Algorithm::Rs256, typ::LOGOUT_TOKEN, &json!({}));
    assert_eq!(refused, Err(MintError::NoKey(Algorithm::Rs256)));
}

#[test]
fn an_opaque_token_tells_its_kind_and_nothing_else() {
    let random = Random::seeded(1);
    for kind in OpaqueToken::ALL {
        let token = kind.mint(&random);
        assert_eq!(token.len(), 47);
        assert!(token.starts_with(kind.prefix()));
        assert_eq!(OpaqueToken::of(&token), Some(kind));
        assert_ne!(token, kind.mint(&random));
        let ((_, headless), (short, _)) = (token.split_at(1), token.split_at(46));
        for bad in [headless, short, &format!("{token}A"), &token.replace("tg", "TG"), &format!("{short} ")] {
            assert_eq!(OpaqueToken::of(bad), None, "{bad}");
        }
    }
    assert_eq!(OpaqueToken::of("eyJhbGciOiJFUzI1NiJ9.e30.AAAA"), None);
    assert_eq!(OpaqueToken::of(""), None);
}
