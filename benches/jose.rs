//! How many tokens one core signs and verifies. `cargo bench --bench jose` prints a table; nothing is asserted.
//!
//! `raw` is the library's signature over bytes of the same length: the rate that nothing can exceed. The best of several
//! rounds is shown, since other work on the machine only ever slows a round down. The rows of josekit start from claims
//! that are serialized already; ours serialize them each time.

#![expect(clippy::print_stdout, reason = "the table is what a bench is for")]
#![expect(clippy::expect_used, reason = "a bench that cannot make its keys has nothing to measure")]
#![expect(clippy::disallowed_methods, reason = "a bench measures real time")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding,
    RsaKeyPair,
};
use josekit::jwk::alg::{ec::EcCurve, ec::EcKeyPair, ed::EdKeyPair, rsa::RsaKeyPair as OpensslRsa};
use josekit::jws::{EdDSA, JwsHeader, JwsSigner};
use tegata::clock::Timestamp;
use tegata::id::ClientId;
use tegata::jose::{Algorithm, SigningKey, sign_compact, typ};
use tegata::keys::{KeySet, KeyState};
use tegata::token::claims::AccessTokenClaims;
use tegata::token::mint::{AccessTokenFacts, MintFacts, access_token_claims, mint_access_token};
use tegata::token::verify::{AccessTokenVerifier, verify_access_token};

const ISSUER: &str = "https://id.example.com/VX7";
const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);
const ROUNDS: usize = 7;

fn main() {
    // `cargo test --all-targets` runs this as well, without the argument: then once around is enough.
    let round = if std::env::args().any(|arg| arg == "--bench") { Duration::from_millis(200) } else { Duration::ZERO };
    println!("{:<7} {:<42} {:>12}", "alg", "operation", "per second");
    for &alg in Algorithm::ALL {
        measure_algorithm(alg, round);
    }
}

fn measure_algorithm(alg: Algorithm, round: Duration) {
    let key = SigningKey::generate(alg).expect("a key can be made");
    let keys = KeySet::from_keys(vec![(KeyState::Current, key.clone())]);
    let claims = claims();
    let token = mint_access_token(&keys, alg, &claims).expect("a token can be minted");
    let (message, _) = token.rsplit_once('.').expect("a token has parts");
    let payload = serde_json::to_vec(&claims).expect("claims serialize");
    let verifier = AccessTokenVerifier::new(1000, Duration::from_secs(600));
    let mut header = JwsHeader::new();
    header.set_token_type(typ::ACCESS_TOKEN);
    let openssl = openssl_signer(&key);

    let report = |operation: &str, rate: f64| println!("{alg:<7} {operation:<42} {rate:>12.0}");
    let raw = raw_signer(&key);
    report("raw: aws-lc-rs signs bytes", rate(round, || raw(message.as_bytes())));
    report("sign_compact", rate(round, || drop(black_box(sign_compact(&key, Some(typ::ACCESS_TOKEN), &claims)))));
    report("claims made and signed", rate(round, || drop(black_box(mint_access_token(&keys, alg, &self::claims())))));
    report(
        "josekit serializes, aws-lc-rs signs",
        rate(round, || {
            drop(black_box(josekit::jws::serialize_compact(&payload, &header, &key)));
        }),
    );
    report(
        "josekit serializes, OpenSSL signs",
        rate(round, || {
            drop(black_box(josekit::jws::serialize_compact(&payload, &header, &*openssl)));
        }),
    );
    report(
        "verify_access_token",
        rate(round, || {
            drop(black_box(verify_access_token(&keys, ISSUER, &token, NOW)));
        }),
    );
    report("the same, remembered", rate(round, || drop(black_box(verifier.verify(&keys, ISSUER, &token, NOW)))));
}

fn claims() -> AccessTokenClaims {
    let client_id = ClientId::new("9c1f1d0e-2f53-4f6e-8f0c-0f4b8f1c2a77");
    let audience = ["https://storage.example.com/VX7".to_owned()];
    let facts = MintFacts {
        issuer: ISSUER,
        client_id: &client_id,
        subject: client_id.as_str(),
        authentication: None,
        now: NOW,
    };
    let lifetime = Duration::from_secs(600);
    let access =
        AccessTokenFacts { audience: &audience, scope: "files.read files.write", family: None, brand: None, lifetime };
    access_token_claims(&facts, &access, "8b0f6a5e-7e0c-4f43-9a59-1c3f5b1a9d10".to_owned())
}

/// Operations per second in the best of [`ROUNDS`] rounds.
fn rate(round: Duration, mut operation: impl FnMut()) -> f64 {
    let mut best: f64 = 0.0;
    for _ in 0..ROUNDS {
        let (start, mut count) = (Instant::now(), 0_u32);
        loop {
            operation();
            count += 1;
            if count.is_multiple_of(16) && start.elapsed() >= round {
                break;
            }
        }
        best = best.max(f64::from(count) / start.elapsed().as_secs_f64());
    }
    best
}

type RawSigner = Box<dyn Fn(&[u8])>;

fn raw_signer(key: &SigningKey) -> RawSigner {
    let der = key.to_pkcs8().expect("a key can be written");
    let der = der.expose();
    let rng = SystemRandom::new();
    let rsa = |encoding: &'static dyn RsaEncoding| -> RawSigner {
        let pair = RsaKeyPair::from_pkcs8(der).expect("our own key");
        Box::new(move |message| {
            let mut signature = [0; 256];
            pair.sign(encoding, &SystemRandom::new(), message, &mut signature).expect("a signature");
            black_box(signature);
        })
    };
    match key.alg() {
        Algorithm::Es256 => {
            let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).expect("our own key");
            Box::new(move |message| {
                let _ = black_box(pair.sign(&rng, message));
            })
        }
        Algorithm::EdDsa => {
            let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).expect("our own key");
            Box::new(move |message| {
                let _ = black_box(pair.try_sign(message));
            })
        }
        Algorithm::Rs256 => rsa(&RSA_PKCS1_SHA256),
        Algorithm::Ps256 => rsa(&RSA_PSS_SHA256),
    }
}

fn openssl_signer(key: &SigningKey) -> Box<dyn JwsSigner> {
    let der = key.to_pkcs8().expect("a key can be written");
    let der = der.expose();
    let jwk = match key.alg() {
        Algorithm::Es256 => EcKeyPair::from_der(der, Some(EcCurve::P256)).map(|pair| pair.to_jwk_key_pair()),
        Algorithm::EdDsa => EdKeyPair::from_der(der).map(|pair| pair.to_jwk_key_pair()),
        Algorithm::Rs256 | Algorithm::Ps256 => OpensslRsa::from_der(der).map(|pair| pair.to_jwk_key_pair()),
    }
    .expect("our own key");
    match key.alg() {
        Algorithm::Es256 => Box::new(josekit::jws::ES256.signer_from_jwk(&jwk).expect("our own key")),
        Algorithm::EdDsa => Box::new(EdDSA.signer_from_jwk(&jwk).expect("our own key")),
        Algorithm::Rs256 => Box::new(josekit::jws::RS256.signer_from_jwk(&jwk).expect("our own key")),
        Algorithm::Ps256 => Box::new(josekit::jws::PS256.signer_from_jwk(&jwk).expect("our own key")),
    }
}
