//! Tests of `client_metadata`.

use super::*;
use serde_json::json;

fn client(changes: Value) -> ClientMetadata {
    let mut metadata = json!({"client_name": "Storage", "redirect_uris": ["https://app.example/cb"]});
    for (name, value) in changes.as_object().unwrap() {
        metadata[name] = value.clone();
    }
    serde_json::from_value(metadata).unwrap()
}

fn fields(changes: Value) -> Vec<&'static str> {
    client(changes).validate().err().unwrap_or_default().iter().map(|problem| problem.field).collect()
}

#[test]
fn the_defaults_are_those_of_the_specifications_and_valid() {
    let client = client(json!({}));
    assert_eq!(client.validate(), Ok(()));
    assert_eq!(client.token_endpoint_auth_method, TokenEndpointAuthMethod::ClientSecretBasic);
    assert_eq!(client.id_token_signed_response_alg, SigningAlgorithm::Rs256);
    assert!(client.allows(GrantType::AuthorizationCode) && !client.allows(GrantType::RefreshToken));
}

#[test]
fn each_problem_names_its_field() {
    let public = json!({"keys": [{"kty": "EC", "crv": "P-256", "x": "", "y": ""}]});
    let table: Vec<(Value, &[&str])> = vec![
        (json!({"client_name": " "}), &["client_name"]),
        (json!({"redirect_uris": []}), &["redirect_uris"]),
        (json!({"redirect_uris": ["http://app.example/cb"]}), &["redirect_uris"]),
        (json!({"redirect_uris": ["https://a.example/", "https://a.example/"]}), &["redirect_uris"]),
        (json!({"post_logout_redirect_uris": ["https://*.example/"]}), &["post_logout_redirect_uris"]),
        (json!({"grant_types": []}), &["grant_types", "response_types", "redirect_uris"]),
        (json!({"grant_types": ["client_credentials"], "response_types": [], "redirect_uris": []}), &[]),
        (
            json!({"grant_types": ["authorization_code", "client_credentials"], "token_endpoint_auth_method": "none"}),
            &["grant_types"],
        ),
        (
            json!({"grant_types": ["client_credentials", "refresh_token"], "response_types": [], "redirect_uris": []}),
            &["grant_types"],
        ),
        (json!({"token_endpoint_auth_method": "private_key_jwt"}), &["jwks"]),
        (json!({"token_endpoint_auth_method": "private_key_jwt", "jwks": public}), &[]),
        (json!({"jwks": {"keys": [{"kty": "EC", "d": "secret"}]}}), &["jwks"]),
        (json!({"jwks": {"keys": [{"kty": "oct", "k": "secret"}]}}), &["jwks"]),
        (json!({"jwks": []}), &["jwks"]),
        (json!({"token_endpoint_auth_signing_alg": "ES256"}), &["token_endpoint_auth_signing_alg"]),
        (json!({"logo_uri": "javascript:alert(1)", "tos_uri": "http://a.example"}), &["logo_uri", "tos_uri"]),
    ];
    for (changes, expected) in table {
        assert_eq!(fields(changes.clone()), expected, "{changes}");
    }
}

#[test]
fn the_password_grant_cannot_be_written_down() {
    assert_eq!(GrantType::parse("password"), None);
}

#[test]
fn a_bad_redirect_uri_has_its_own_error_code() {
    let problems = client(json!({"redirect_uris": ["http://app.example/cb"]})).validate().unwrap_err();
    let error = Error::from(problems[0].clone());
    assert_eq!(error.code(), ErrorCode::InvalidRedirectUri);
    assert!(error.description().starts_with("redirect_uris: http://app.example/cb may use http only"));
}

#[test]
fn the_type_follows_from_the_redirect_uris_when_nobody_says_it() {
    assert_eq!(ApplicationType::of(&["https://a.example/".to_owned()]), ApplicationType::Web);
    assert_eq!(ApplicationType::of(&["http://localhost:1/".to_owned()]), ApplicationType::Native);
}
