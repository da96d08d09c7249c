//! Client applications.

use serde_json::{Value, json};

use super::{full, new_client};
use crate::support::flow::VERIFIER;
use crate::support::{Answer, AuthorizeRequest, Operators, SignIn as _, TestClient};

async fn make(ops: &Operators, key: &str, id: &str) -> Answer {
    let answer = ops.call(key, "post", "/api/v1/clients", Some(&new_client(id))).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer
}

#[tokio::test]
async fn a_registered_client_signs_people_in_with_the_secret_it_was_given() {
    let ops = Operators::start().await;
    let key = full(&ops).await;
    let made = make(&ops, &key, "files").await.json();
    ops.provider.app.clients.reload(ops.provider.db()).await.unwrap();
    let account = ops.provider.account("hanako@vx7.example").await;
    let client = TestClient {
        id: "files".to_owned(),
        secret: made["client_secret"].as_str().map(str::to_owned),
        redirect_uri: "https://files.example/cb".to_owned(),
        registration: tegata::client::Registration::default(),
    };
    let request = AuthorizeRequest::of(&client).with("scope", "openid email");
    let mut browser = ops.provider.browser();
    let login = browser.open_login(&request).await;
    let answer = browser.submit(&login, account.email(), crate::support::provider::PASSWORD).await;
    let consent = browser.follow(answer).await;
    let answer = browser.consent(&consent, "allow").await;
    let callback = crate::support::Callback::of(&answer);
    let tokens = ops.provider.program().exchange(&client, callback.code()).await.ok();
    assert_eq!(tokens.id_token()["aud"], "files");
    assert!(!VERIFIER.is_empty());
}

#[tokio::test]
async fn a_secret_is_shown_once_and_by_nothing_else() {
    let ops = Operators::start().await;
    let key = full(&ops).await;
    let made = make(&ops, &key, "files").await;
    let first = made.json()["client_secret"].as_str().unwrap().to_owned();
    let rotated = ops.call(&key, "post", "/api/v1/clients/files/secret", Some(&json!({ "overlap_seconds": 60 }))).await;
    assert_eq!(rotated.status, 201, "{}", rotated.body);
    let second = rotated.json()["client_secret"].as_str().unwrap().to_owned();
    assert!(first.len() == 43 && second.len() == 43 && first != second);
    let mut shown = String::new();
    for path in ["/api/v1/clients", "/api/v1/clients/files", "/api/v1/audit-events", "/api/v1/settings"] {
        shown.push_str(&ops.call(&key, "get", path, None).await.body);
    }
    shown.push_str(&ops.audit_of(&made).await);
    shown.push_str(&ops.audit_of(&rotated).await);
    for secret in [&first, &second, &key] {
        assert!(!shown.contains(secret.as_str()));
    }
    let client = ops.call(&key, "get", "/api/v1/clients/files", None).await.json();
    assert!(client["former_secret_until"].is_string(), "the former one is good for a minute: {client}");
}

#[tokio::test]
async fn all_metadata_is_replaced_held_to_what_was_read_and_checked() {
    let ops = Operators::start().await;
    let key = full(&ops).await;
    make(&ops, &key, "files").await;
    let read = ops.call(&key, "get", "/api/v1/clients/files", None).await;
    let (etag, mut registration) = (read.header("etag").to_owned(), read.json()["registration"].clone());
    registration["redirect_uris"] = json!(["https://files.example/new"]);
    registration["line_redirect_uris"] = json!(["https://files.line.example/cb"]);
    registration["post_logout_redirect_uris"] = json!(["https://files.example/bye"]);
    registration["lifetimes"]["access_token"] = json!(300);
    registration["logo_uri"] = json!("https://files.example/logo.svg");
    let put = |body: Value, etag: Option<String>| {
        let (ops, key) = (&ops, &key);
        async move {
            let headers: Vec<_> = etag.as_deref().map(|etag| ("if-match", etag)).into_iter().collect();
            ops.call_with(key, ("put", "/api/v1/clients/files"), Some(&body), &headers).await
        }
    };
    assert_eq!(put(registration.clone(), None).await.json()["code"], "precondition_required");
    let changed = put(registration.clone(), Some(etag.clone())).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(changed.json()["client"]["registration"], registration);
    assert!(changed.json().get("client_secret").is_none(), "its secret stays");
    assert_eq!(put(registration.clone(), Some(etag)).await.json()["code"], "precondition_failed");
    let etag = changed.header("etag").to_owned();
    registration["redirect_uris"] = json!(["http://files.example/#x"]);
    registration["resources"] = json!(["api"]);
    let refused = put(registration.clone(), Some(etag.clone())).await;
    assert_eq!(refused.status, 422);
    let errors = refused.json()["errors"].to_string();
    assert!(errors.contains("registration.redirect_uris") && errors.contains("registration.resources"), "{errors}");
    registration["zzz"] = json!(1);
    assert_eq!(put(registration, Some(etag)).await.json()["code"], "body_invalid");
}

#[tokio::test]
async fn of_two_who_write_at_once_one_is_told() {
    let ops = Operators::start().await;
    let key = full(&ops).await;
    make(&ops, &key, "files").await;
    let read = ops.call(&key, "get", "/api/v1/clients/files", None).await;
    let (etag, registration) = (read.header("etag").to_owned(), read.json()["registration"].clone());
    let writes = (0..16).map(|n| {
        let (ops, key, etag) = (&ops, &key, etag.clone());
        let mut body = registration.clone();
        body["client_name"] = json!(format!("writer {n}"));
        async move {
            let headers = [("if-match", etag.as_str())];
            ops.call_with(key, ("put", "/api/v1/clients/files"), Some(&body), &headers).await.status.as_u16()
        }
    });
    let statuses = crate::support::operators::together(writes).await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 200 | 409 | 412)), "{statuses:?}");
}

#[tokio::test]
async fn the_secret_follows_the_way_a_client_proves_itself() {
    let ops = Operators::start().await;
    let key = full(&ops).await;
    make(&ops, &key, "files").await;
    for (method, has_secret) in [("none", false), ("client_secret_post", true)] {
        let read = ops.call(&key, "get", "/api/v1/clients/files", None).await;
        let mut registration = read.json()["registration"].clone();
        registration["token_endpoint_auth_method"] = json!(method);
        let headers = [("if-match", read.header("etag"))];
        let changed = ops.call_with(&key, ("put", "/api/v1/clients/files"), Some(&registration), &headers).await;
        assert_eq!(changed.json()["client_secret"].is_string(), has_secret, "{method}: {}", changed.body);
        let rotated = ops.call(&key, "post", "/api/v1/clients/files/secret", Some(&json!({}))).await;
        assert_eq!(rotated.status == 201, has_secret, "{method}: {}", rotated.body);
    }
}

#[tokio::test]
async fn a_disabled_client_is_stopped_and_can_be_enabled_again() {
    let ops = Operators::start().await;
    let key = full(&ops).await;
    make(&ops, &key, "files").await;
    for (state, status) in [("disabled", 200), ("disabled", 409), ("active", 200)] {
        let body = json!({ "state": state });
        let answer = ops.call(&key, "put", "/api/v1/clients/files/state", Some(&body)).await;
        assert_eq!(answer.status.as_u16(), status, "{state}");
    }
    let listed = ops.call(&key, "get", "/api/v1/clients?state=active&brand=VX7", None).await.json();
    assert_eq!(listed["items"][0]["client_id"], "files");
}
