//! How clients prove who they are at the token, introspection and revocation endpoints (§2.3, security.md line 30).

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use tegata::protocol::client_metadata::TokenEndpointAuthMethod;

use crate::spec::scene::{ClientKey, ISSUER, Scene, assert_error, change_secret};
use crate::support::program::basic;
use crate::support::{Answer, Provider, TestClient};

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Each endpoint with fields under which an authenticated client hears something else than `invalid_client`.
const ENDPOINTS: [(&str, &[(&str, &str)]); 3] = [
    ("/VX7/token", &[("grant_type", "refresh_token"), ("refresh_token", "unknown")]),
    ("/VX7/introspect", &[("token", "unknown")]),
    ("/VX7/revoke", &[("token", "unknown")]),
];

fn is_recognized(answer: &Answer) -> bool {
    match answer.status.as_u16() {
        200 => true,
        400 => answer.json()["error"] == "invalid_grant",
        _ => false,
    }
}

/// An answer that refuses the client and says nothing about why.
#[track_caller]
fn assert_refused(answer: &Answer, what: &str) {
    assert_error(answer, 401, "invalid_client", what);
    assert!(answer.header("www-authenticate").starts_with("Basic realm="), "{what}: {:?}", answer.headers);
}

async fn basic_header(provider: &Provider, path: &str, header: &str) -> Answer {
    let (_, fields) = ENDPOINTS.iter().find(|(own, _)| *own == path).unwrap();
    provider.program().post(path, fields, &[("authorization", header)]).await
}

fn encoded(bytes: &[u8]) -> String {
    format!("Basic {}", STANDARD.encode(bytes))
}

// security.md 30: a secret of one kind opens nothing of another kind.
#[tokio::test]
async fn a_client_is_recognized_by_its_registered_method_alone() {
    let provider = Provider::start().await;
    let key = ClientKey::new("k1");
    for &registered in TokenEndpointAuthMethod::ALL {
        let id = format!("client-{}", registered.as_str());
        let client = provider
            .client(&id, |r| {
                r.metadata.token_endpoint_auth_method = registered;
                r.metadata.jwks = Some(json!({"keys": [key.public]}));
            })
            .await;
        let secret = client.secret.clone().unwrap_or_else(|| "none".to_owned());
        for &used in TokenEndpointAuthMethod::ALL {
            for (path, fields) in ENDPOINTS {
                let claims = json!({"iss": id, "sub": id, "aud": ISSUER, "exp": 1_795_132_860, "jti": format!("{used:?} {path}")});
                let (assertion, header) = (key.assertion(&claims), basic(&id, &secret));
                let mut fields = fields.to_vec();
                let mut headers = Vec::new();
                match used {
                    TokenEndpointAuthMethod::None => fields.push(("client_id", &id)),
                    TokenEndpointAuthMethod::ClientSecretBasic => headers.push(("authorization", header.as_str())),
                    TokenEndpointAuthMethod::ClientSecretPost => {
                        fields.extend([("client_id", id.as_str()), ("client_secret", &secret)]);
                    }
                    TokenEndpointAuthMethod::PrivateKeyJwt => {
                        fields.extend([("client_assertion_type", JWT_BEARER), ("client_assertion", assertion.as_str())])
                    }
                }
                let answer = provider.program().post(path, &fields, &headers).await;
                let what = format!("{registered} registered, {used} used at {path}");
                // RFC 7662 §2.1: whoever introspects must prove who it is.
                let may = used == registered && !(registered.is_public() && path == "/VX7/introspect");
                if may {
                    assert!(is_recognized(&answer), "{what}: {} {}", answer.status, answer.body);
                } else {
                    assert_refused(&answer, &what);
                }
            }
        }
    }
}

// security.md 63: an unknown client and a wrong secret look alike.
#[tokio::test]
async fn an_unknown_client_and_a_wrong_secret_get_the_same_answer() {
    let scene = Scene::confidential().await;
    let wrong = basic_header(&scene.provider, "/VX7/token", &basic(&scene.client.id, "wrong")).await;
    let unknown = basic_header(&scene.provider, "/VX7/token", &basic("nobody", "wrong")).await;
    assert_refused(&wrong, "a wrong secret");
    assert_eq!((wrong.status, &wrong.body), (unknown.status, &unknown.body));
}

#[tokio::test]
async fn a_broken_basic_header_is_refused() {
    let scene = Scene::confidential().await;
    let (id, secret) = (&scene.client.id, scene.client.secret.clone().unwrap());
    let good = format!("{id}:{secret}");
    for (path, _) in ENDPOINTS {
        for header in [
            "Basic".to_owned(),
            "Basic ".to_owned(),
            "Basic !!!".to_owned(),
            "Basic YWJj".to_owned(),
            encoded(b":"),
            encoded(format!(":{secret}").as_bytes()),
            encoded(format!("{id}:").as_bytes()),
            encoded(format!("{id}:{secret}x").as_bytes()),
            encoded(format!("{id} :{secret}").as_bytes()),
            encoded(format!("{id}:{secret}\n").as_bytes()),
            encoded(format!("{id}\0:{secret}").as_bytes()),
            encoded(b"storage-app:\xff\xfe"),
            encoded(b"storage-app:%ff"),
            format!("Basic {}", STANDARD.encode(&good).replace('=', "-")).replace("Basic c", "Basic _"),
            format!("Digest {}", STANDARD.encode(&good)),
            format!("Bearer {}", STANDARD.encode(&good)),
            good.clone(),
        ] {
            assert_refused(&basic_header(&scene.provider, path, &header).await, &format!("{path} {header}"));
        }
    }
    assert!(is_recognized(&basic_header(&scene.provider, "/VX7/token", &encoded(good.as_bytes())).await));
}

// §2.3.1: both halves are form-encoded before they are joined by the colon.
#[tokio::test]
async fn client_id_and_secret_may_hold_any_character() {
    let provider = Provider::start().await;
    let callback = vec!["https://odd.example/callback".to_owned()];
    let client = provider.client("odd:client %+&", |r| r.metadata.redirect_uris = callback).await;
    for secret in ["with:colon", "100%25", "a+b c", "ひみつ", "%41"] {
        let client = change_secret(&provider, &client, secret, Duration::ZERO).await;
        let answer = basic_header(&provider, "/VX7/token", &basic(&client.id, secret)).await;
        assert!(is_recognized(&answer), "{secret}: {}", answer.body);
    }
    // Only the first colon parts them: libraries that do not encode send such a secret as it is.
    let client = TestClient { id: "plain".to_owned(), ..provider.client("plain", |_| {}).await };
    change_secret(&provider, &client, "a:b:c", Duration::ZERO).await;
    assert!(is_recognized(&basic_header(&provider, "/VX7/token", &encoded(b"plain:a:b:c")).await));
}

// §2.3: a client must not use more than one method at once.
#[tokio::test]
async fn two_methods_at_once_are_refused() {
    let scene = Scene::confidential().await;
    let (id, secret) = (scene.client.id.as_str(), scene.client.secret.clone().unwrap());
    let header = basic(id, &secret);
    let one_header: &[(&str, &str)] = &[("authorization", &header)];
    let two_headers: &[(&str, &str)] = &[("authorization", &header), ("authorization", &header)];
    let post: &[(&str, &str)] = &[("client_id", id), ("client_secret", &secret)];
    let assertion: &[(&str, &str)] = &[("client_assertion_type", JWT_BEARER), ("client_assertion", "a.b.c")];
    let kind: &[(&str, &str)] = &[("client_assertion_type", JWT_BEARER)];
    for (path, fields) in ENDPOINTS {
        for (headers, further, what) in [
            (one_header, post.to_vec(), "header and secret"),
            (one_header, assertion.to_vec(), "header and assertion"),
            (one_header, kind.to_vec(), "header and assertion type"),
            (&[], [post, assertion].concat(), "secret and assertion"),
            (two_headers, Vec::new(), "two headers"),
            (one_header, vec![("client_id", "another")], "header and another client_id"),
            (&[], [post, post].concat(), "everything twice"),
        ] {
            let answer = scene.program.post(path, &[fields, &further].concat(), headers).await;
            assert_error(&answer, 400, "invalid_request", &format!("{path}: {what}"));
        }
        let answer = scene.program.post(path, &[fields, &[("client_id", id)]].concat(), one_header).await;
        assert!(is_recognized(&answer), "{path}: its own client_id beside the header does no harm");
    }
}

#[tokio::test]
async fn whoever_does_not_authenticate_is_refused() {
    let scene = Scene::confidential().await;
    for (path, fields) in ENDPOINTS {
        assert_refused(&scene.program.post(path, fields, &[]).await, path);
    }
}

// A secret in the query would end in logs: only header and body are read.
#[tokio::test]
async fn credentials_in_the_query_are_not_read() {
    let provider = Provider::start().await;
    let method = TokenEndpointAuthMethod::ClientSecretPost;
    let client = provider.client("poster", |r| r.metadata.token_endpoint_auth_method = method).await;
    let query = format!("client_id=poster&client_secret={}", client.secret.unwrap());
    for (path, fields) in ENDPOINTS {
        let answer = provider.program().post(&format!("{path}?{query}"), fields, &[]).await;
        assert_refused(&answer, path);
    }
}

#[tokio::test]
async fn a_replaced_secret_stays_good_for_the_overlap_and_no_longer() {
    let scene = Scene::confidential().await;
    let old = scene.client.clone();
    let overlap = Duration::from_hours(1);
    let new = scene.change_secret("the-next-secret", overlap).await;
    for client in [&old, &new] {
        assert_eq!(scene.program.introspect(client, "unknown").await, json!({"active": false}));
    }
    scene.wait(overlap - Duration::from_millis(1));
    scene.program.introspect(&old, "unknown").await;
    scene.wait(Duration::from_millis(1));
    let refused = scene.program.post_as(&old, "/VX7/introspect", &[("token", "unknown")]).await;
    assert_refused(&refused, "the former secret");
    scene.program.introspect(&new, "unknown").await;
}

// security.md 34, 70: what the database keeps does not open anything.
#[tokio::test]
async fn a_client_of_another_brand_does_not_exist_here() {
    let scene = Scene::confidential().await;
    let header = basic(&scene.client.id, scene.client.secret.as_ref().unwrap());
    for endpoint in ["token", "introspect", "revoke"] {
        let path = format!("/VX9/{endpoint}");
        let fields = [("grant_type", "client_credentials"), ("token", "unknown")];
        let answer = scene.program.post(&path, &fields, &[("authorization", &header)]).await;
        assert_error(&answer, 401, "invalid_client", &path);
        assert!(answer.header("www-authenticate").contains("https://login.example/VX9"));
    }
}

#[tokio::test]
async fn a_client_that_was_switched_off_is_refused() {
    let scene = Scene::confidential().await;
    scene.disable_client().await;
    for (path, fields) in ENDPOINTS {
        assert_refused(&scene.program.post_as(&scene.client, path, fields).await, path);
    }
}
