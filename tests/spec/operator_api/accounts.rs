//! A contract's people, as support sees and helps them.

use serde_json::json;
use tegata::account::AccountState;
use tegata::operator::{OperatorRole, Permission};

use crate::support::operators::configure;
use crate::support::{Operators, Provider, Scene};

#[tokio::test]
async fn support_finds_suspends_resumes_and_unlocks_a_person() {
    let ops = Operators::start().await;
    let key = ops.key(OperatorRole::Support, &[Permission::AccountsRead, Permission::AccountsSupport]).await;
    let account = ops.provider.account("hanako@vx7.example").await;
    ops.provider.account("taro@vx7.example").await;
    let contract = ops.provider.usual_contract().clone();
    let list = format!("/api/v1/contracts/{contract}/accounts?search=hanako");
    let found = ops.call(&key, "get", &list, None).await.json();
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    let sub = found["items"][0]["sub"].as_str().unwrap().to_owned();
    let at = |verb: &str| format!("/api/v1/contracts/{contract}/accounts/{sub}{verb}");
    for (method, verb, status, state) in [
        ("post", "/resume", 409, "active"),
        ("post", "/unlock", 409, "active"),
        ("post", "/suspend", 200, "suspended"),
        ("post", "/suspend", 409, "suspended"),
        ("post", "/resume", 200, "active"),
        ("delete", "/second-factor", 409, "active"),
    ] {
        let answer = ops.call(&key, method, &at(verb), None).await;
        assert_eq!(answer.status.as_u16(), status, "{verb}: {}", answer.body);
        let now = ops.call(&key, "get", &at(""), None).await.json();
        assert_eq!(now["state"], state, "{verb}");
        if status == 200 {
            assert!(ops.audit_of(&answer).await.contains("api_key "), "{verb}: who did it");
        }
    }
    ops.provider.set_account_state(&account, AccountState::Active, AccountState::Locked).await;
    assert_eq!(ops.call(&key, "post", &at("/unlock"), None).await.json()["state"], "active");
}

#[tokio::test]
async fn a_suspension_ends_what_the_person_has_open() {
    let ops = Operators::of(Provider::with_inbox_and(configure).await);
    let key = ops.key(OperatorRole::Support, &[Permission::AccountsSupport]).await;
    let mut scene = Scene::at(ops.provider).await;
    let callback = scene.sign_in().await;
    let tokens = scene.tokens(&callback).await;
    let access = tokens.get("access_token");
    assert_eq!(scene.provider.program().userinfo(&access).await.status, 200);
    let (contract, sub) = (scene.provider.usual_contract().clone(), scene.account.sub().to_owned());
    let ops = Operators::of(scene.provider);
    let path = format!("/api/v1/contracts/{contract}/accounts/{sub}/suspend");
    assert_eq!(ops.call(&key, "post", &path, None).await.status, 200);
    assert_eq!(ops.provider.program().userinfo(&access).await.status, 401);
}

#[tokio::test]
async fn a_sign_in_is_explained_check_by_check() {
    let ops = Operators::start().await;
    let key = ops.key(OperatorRole::ReadOnly, &[Permission::AccountsRead]).await;
    let account = ops.provider.account("hanako@vx7.example").await;
    ops.provider.storage_app().await;
    let question = json!({ "brand": "VX7", "email": account.email(), "access_path": "internet",
        "client_id": "storage-app", "address": "192.0.2.7" });
    let ask = || ops.call(&key, "post", "/api/v1/explanations", Some(&question));
    let answer = ask().await;
    assert_eq!((answer.status.as_u16(), &answer.json()["verdict"]), (200, &json!("let_in")), "{}", answer.body);
    ops.provider.set_account_state(&account, AccountState::Active, AccountState::Suspended).await;
    let refused = ask().await.json();
    assert_eq!((&refused["verdict"], &refused["check"]), (&json!("refused"), &json!("state")), "{refused}");
    let wrong = json!({ "brand": "VX7", "email": "x", "access_path": "internet", "address": "x", "purpose": "y" });
    let errors = ops.call(&key, "post", "/api/v1/explanations", Some(&wrong)).await.json()["errors"].clone();
    assert_eq!(errors.as_array().unwrap().len(), 2, "{errors}");
}

#[tokio::test]
async fn a_person_of_another_contract_is_not_found() {
    let ops = Operators::start().await;
    let key = ops.key(OperatorRole::Full, Permission::ALL).await;
    let account = ops.provider.account("hanako@vx7.example").await;
    let other = ops.provider.contract("別の会社", tegata::contract::Plan::Basic).await;
    for path in ["", "/suspend", "/unlock"] {
        let method = if path.is_empty() { "get" } else { "post" };
        let at = format!("/api/v1/contracts/{other}/accounts/{}{path}", account.sub());
        assert_eq!(ops.call(&key, method, &at, None).await.status, 404, "{path}");
    }
    let at = format!("/api/v1/contracts/{other}/accounts?cursor=c29tZWJvZHk");
    assert_eq!(ops.call(&key, "get", &at, None).await.json()["code"], json!("query_invalid"));
}
