//! A server with nothing in it: the ceiling of this machine, this runtime and this load generator.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use std::sync::Arc;
use tokio::net::TcpListener;

struct Keys {
    es256: EcdsaKeyPair,
    rs256: RsaKeyPair,
    random: SystemRandom,
}

/// `GET /hello`, `POST /sign/es256`, `POST /sign/rs256`, until the future is dropped.
///
/// # Errors
/// Keys cannot be made, or the listener breaks.
pub async fn serve(listener: TcpListener) -> anyhow::Result<()> {
    let keys = Arc::new(Keys {
        es256: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?,
        rs256: RsaKeyPair::generate(KeySize::Rsa2048)?,
        random: SystemRandom::new(),
    });
    let router = Router::new()
        .route("/hello", get(|| async { "hello" }))
        .route("/readyz", get(|| async { "ready" }))
        .route("/sign/es256", post(es256))
        .route("/sign/rs256", post(rs256))
        .with_state(keys);
    Ok(axum::serve(listener, router).await?)
}

async fn es256(State(keys): State<Arc<Keys>>) -> Response {
    let input = signing_input("ES256");
    match keys.es256.sign(&keys.random, input.as_bytes()) {
        Ok(signature) => answer(&input, signature.as_ref()),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn rs256(State(keys): State<Arc<Keys>>) -> Response {
    let input = signing_input("RS256");
    let mut signature = vec![0; keys.rs256.public_modulus_len()];
    match keys.rs256.sign(&RSA_PKCS1_SHA256, &keys.random, input.as_bytes(), &mut signature) {
        Ok(()) => answer(&input, &signature),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Header and claims of an access token as RFC 9068 wants it, about the size a provider issues.
fn signing_input(algorithm: &str) -> String {
    let header = json!({"typ": "at+jwt", "alg": algorithm, "kid": "0123456789abcdef"});
    let claims = json!({
        "iss": "http://localhost:8080/VX7", "sub": "bench", "aud": "http://localhost:8080/VX7", "client_id": "bench",
        "scope": "openid profile email", "iat": 1_800_000_000, "exp": 1_800_000_600,
        "jti": URL_SAFE_NO_PAD.encode(crate::random::bytes::<16>()),
    });
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()))
}

fn answer(input: &str, signature: &[u8]) -> Response {
    let body = json!({
        "access_token": format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature)),
        "token_type": "Bearer",
        "expires_in": 600,
    });
    ([(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}
