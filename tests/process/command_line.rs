//! What an operator registers by command is what the running node works with.

use std::time::Duration;

use super::http::Person;
use super::node::{Place, secret, within};

/// A node looks for changes once a second.
const SOON: Duration = Duration::from_secs(2);

#[tokio::test]
async fn a_client_and_an_account_registered_while_the_node_runs_are_usable_within_2_s() {
    let place = Place::furnished().await;
    let node = place.start().await;
    let contract = place
        .run(&[
            "contract",
            "add",
            "--brand",
            "VX7",
            "--name",
            "新規株式会社",
            "--plan",
            "trial",
            "--second-factor",
            "disabled",
        ])
        .await;
    let contract = contract["contract_id"].as_str().unwrap().to_owned();
    let claims = r#"{"given_name": "太郎", "family_name": "端場", "zoneinfo": "Asia/Tokyo", "website": "https://taro.example",
                     "address": {"locality": "松山市", "country": "JP"}}"#;
    let claims = place.write("claims.json", claims);
    let added =
        place.add_account(&contract, "taro@vx7.example", &["--claims-file", &claims, "--role", "contractor"]).await;
    place.add_client("late", &["--secret-stdin", "--scope", "address"]).await;
    let callback = within(SOON, "the new client", async || {
        let mut person = Person::at(&node.http);
        let page = person.open(&super::http::authorize("late")).await;
        let page = (page.status == 200).then_some(page)?;
        Some(person.submit(&page, "taro@vx7.example", super::node::PASSWORD).await)
    })
    .await;
    let code = crate::support::Callback::of(&callback).code().to_owned();
    let tokens = node.http.redeem("late", &code).await.json();
    let userinfo = node.http.userinfo(tokens["access_token"].as_str().unwrap()).await.json();
    assert_eq!(userinfo["sub"], added["sub"]);
    assert_eq!((&userinfo["given_name"], &userinfo["zoneinfo"]), (&"太郎".into(), &"Asia/Tokyo".into()));
}

#[tokio::test]
async fn the_verbs_of_accounts_and_clients_do_what_they_say_and_print_no_secret_twice() {
    let place = Place::furnished().await;
    let node = place.start().await;
    let made = place
        .run(&["client", "add", "--brand", "VX7", "--name", "m", "--id", "made", "--grant-type", "client_credentials"])
        .await;
    let first = made["client_secret"].as_str().unwrap().to_owned();
    let named = ["--brand", "VX7", "--id", "made"];
    let shown = place.run(&[&["client", "show"], &named[..]].concat()).await;
    assert_eq!(shown["client_id"], "made");
    assert!(!shown.to_string().contains(&first));
    let rotated = place.run(&[&["client", "rotate-secret"], &named[..], &["--overlap", "0s"]].concat()).await;
    let second = rotated["client_secret"].as_str().unwrap().to_owned();
    let grant = [("grant_type", "client_credentials")];
    let ask = async |secret: &str| {
        let basic = crate::support::program::basic("made", secret);
        node.http.post("/VX7/token", &grant, &[("authorization", &basic)]).await.status.as_u16()
    };
    within(SOON, "the new secret", async || (ask(&second).await == 200).then_some(())).await;
    assert_eq!(ask(&first).await, 401, "the former secret is over at once");

    let named = ["--brand", "VX7", "--email", "hanako@vx7.example"];
    place
        .run_with(&[&["account", "set-password"], &named[..], &["--password-stdin"]].concat(), "Another-Horse-8")
        .await;
    let mut person = Person::at(&node.http);
    let page = person.open(&super::http::authorize("web")).await;
    assert_eq!(person.submit(&page, "hanako@vx7.example", super::node::PASSWORD).await.status, 422);
    assert_eq!(person.submit(&page, "hanako@vx7.example", "Another-Horse-8").await.status, 303);
    for (verb, state) in [("suspend", "suspended"), ("resume", "active")] {
        place.run(&[&["account", verb], &named[..]].concat()).await;
        let shown = place.run(&[&["account", "show"], &named[..]].concat()).await;
        assert_eq!(shown["state"], state);
        assert!(!shown.to_string().contains("argon2"), "{shown}");
    }
    for (arguments, words) in [
        (
            &["client", "add", "--brand", "VX7", "--name", "x", "--id", "web", "--redirect-uri", "https://x.example/"]
                [..],
            "already",
        ),
        (&["client", "show", "--brand", "VX7", "--id", "none"], "no client none"),
        (&["account", "show", "--brand", "VX7", "--email", "nobody@vx7.example"], "nobody"),
        (&["contract", "list", "--brand", "VX8"], "VX8"),
    ] {
        let output = place.try_run(arguments, &secret("x")).await;
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {told}");
        assert!(told.contains(words), "{arguments:?}: {told}");
    }
}

#[tokio::test]
async fn a_client_registered_with_its_keys_proves_itself_by_assertion() {
    let place = Place::furnished().await;
    let key = tegata::jose::SigningKey::generate(tegata::jose::Algorithm::Es256).unwrap();
    let jwks = serde_json::json!({"keys": [key.public_jwk()]}).to_string();
    let file = place.write("jwks.json", &jwks);
    let more = ["--auth-method", "private_key_jwt", "--jwks-file", &file, "--grant-type", "client_credentials"];
    place.add_client("keyed", &more).await;
    let node = place.start().await;
    let claims = serde_json::json!({
        "iss": "keyed", "sub": "keyed", "aud": "https://login.example/VX7", "jti": "one",
        "exp": tegata::clock::Clock::system().now().as_seconds() + 60,
    });
    let assertion = tegata::jose::sign_compact(&key, None, &claims).unwrap();
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", assertion.as_str()),
    ];
    assert_eq!(node.http.post("/VX7/token", &fields, &[]).await.status, 200);
    let again = node.http.post("/VX7/token", &fields, &[]).await;
    assert_eq!((again.status.as_u16(), &again.json()["error"]), (401, &"invalid_client".into()), "once only");
    let private = serde_json::json!({"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}).to_string();
    let file = place.write("private.json", &private);
    let refused =
        ["client", "add", "--brand", "VX7", "--name", "x", "--auth-method", "private_key_jwt", "--jwks-file", &file];
    assert_eq!(place.try_run(&refused, "").await.status.code(), Some(1), "a shared secret is no public key");
}

#[tokio::test]
async fn a_rotation_publishes_the_next_key_and_with_now_signs_with_it_while_the_old_one_still_verifies() {
    let place = Place::furnished().await;
    let node = place.start().await;
    let kids = async || -> Vec<String> {
        let jwks = node.http.get("/VX7/jwks.json").await.json();
        let es256 = jwks["keys"].as_array().unwrap().iter().filter(|key| key["alg"] == "ES256");
        es256.map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
    };
    let signed_with = async || {
        let token = node.http.client_credentials("web").await.json()["access_token"].as_str().unwrap().to_owned();
        (header_of(&token)["kid"].as_str().unwrap().to_owned(), token)
    };
    let before = kids().await;
    let (old, token) = signed_with().await;
    place.run(&["keys", "rotate", "--alg", "ES256"]).await;
    within(SOON, "the next key", async || (kids().await.len() > before.len()).then_some(())).await;
    assert_eq!(signed_with().await.0, old, "published before its first use");
    place.run(&["keys", "rotate", "--alg", "ES256", "--now"]).await;
    within(SOON, "the new key", async || (signed_with().await.0 != old).then_some(())).await;
    assert!(kids().await.contains(&old), "tokens of the old key still verify");
    let introspected = node.http.post_as("web", "/VX7/introspect", &[("token", &token)]).await.json();
    assert_eq!(introspected["active"], true);
    let listed = place.try_run(&["keys", "list", "--json"], "").await;
    assert!(String::from_utf8_lossy(&listed.stdout).contains(&old));
}

fn header_of(jwt: &str) -> serde_json::Value {
    use base64::Engine as _;
    let header = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(jwt.split('.').next().unwrap()).unwrap();
    serde_json::from_slice(&header).unwrap()
}
