//! Each act does what its page says, once, and leaves an event.

use tegata::operator::OperatorRole;

use super::{Scene, submit};
use crate::support::{Answer, sql};

async fn reasons(scene: &Scene, event: &str) -> Vec<String> {
    scene.ops.provider.app.audit.flush().await;
    let query =
        format!("SELECT COALESCE(reason, '') || ' ' || detail FROM audit_event WHERE event = '{event}' ORDER BY id");
    sql::texts(&scene.ops.provider, &query).await
}

fn is_done(answer: &Answer) -> bool {
    answer.status == 303 && answer.location().contains("?done=")
}

#[tokio::test]
async fn a_contract_is_made_and_its_contractor_invited() {
    let scene = Scene::start().await;
    let mut browser = scene.browser(OperatorRole::Full).await;
    let good = [
        ("brand", "VX7"),
        ("name", "株式会社ひので"),
        ("id", "hinode-1"),
        ("plan", "trial"),
        ("contractor", "日の出 太郎"),
        ("email", "taro@hinode.example"),
    ];
    for (field, value) in
        [("name", ""), ("id", "a b"), ("contractor", "https://x.example"), ("email", "nobody"), ("brand", "VXX")]
    {
        let fields = good.map(|(name, given)| (name, if name == field { value } else { given }));
        let answer = submit(&mut browser, "/contracts/new", &fields).await;
        assert_eq!(answer.status, 422, "{field}");
        assert!(
            answer.body.contains("aria-invalid=\"true\"")
                && answer.body.contains("taro@hinode.example") != (field == "email")
        );
    }
    let answer = submit(&mut browser, "/contracts/new", &good).await;
    assert_eq!(answer.location(), "/contracts/hinode-1?done=contract-opened");
    let page = browser.follow(answer).await;
    assert!(page.body.contains("株式会社ひので") && page.body.contains("日の出 太郎"), "{}", page.body);
    assert_eq!(sql::count(&scene.ops.provider, "outbox", "kind = 'invitation'").await, 1);
    let again = submit(&mut browser, "/contracts/new", &good).await;
    assert_eq!(again.status, 409);
    let taken = good.map(|(name, given)| (name, if name == "id" { "hinode-2" } else { given }));
    assert_eq!(submit(&mut browser, "/contracts/new", &taken).await.status, 409, "the address is taken");
    assert_eq!(sql::count(&scene.ops.provider, "contract", "id LIKE 'hinode%'").await, 1);
}

#[tokio::test]
async fn a_contract_is_changed_after_it_was_confirmed_and_only_as_it_was_shown() {
    let scene = Scene::start().await;
    let mut browser = scene.browser(OperatorRole::Full).await;
    let path = format!("/contracts/{}", scene.account.account.contract_id);
    for (act, to) in [("access-path", "line_only"), ("second-factor", "enabled"), ("cancel", "")] {
        let url = format!("{path}/{act}");
        let unconfirmed = submit(&mut browser, &url, &[("to", to)]).await;
        assert_eq!(unconfirmed.status, 409, "{act}");
        let stale = submit(&mut browser, &url, &[("to", to), ("confirm", "on"), ("shown", "something else")]).await;
        assert_eq!(stale.status, 409, "{act}");
        assert!(is_done(&submit(&mut browser, &url, &[("to", to), ("confirm", "on")]).await), "{act}");
    }
    let query = "SELECT access_path || second_factor || state FROM contract WHERE id LIKE '%'";
    assert!(sql::texts(&scene.ops.provider, query).await.contains(&"line_onlyenabledcancelled".to_owned()));
    assert!(is_done(&submit(&mut browser, &format!("{path}/reinstate"), &[("confirm", "on")]).await));
    assert!(is_done(&submit(&mut browser, &format!("{path}/name"), &[("to", "新しい名前")]).await));
    let back = submit(&mut browser, &format!("{path}/plan"), &[("to", "trial"), ("confirm", "on")]).await;
    assert_eq!(back.status, 409, "there is no way back to the trial");
    let said = reasons(&scene, "contract_changed").await;
    for word in ["access_path", "second_factor", "cancelled", "reinstated", "renamed"] {
        let by_whom = said.iter().any(|line| line.starts_with(word) && line.contains("operator "));
        assert!(by_whom, "{word}: {said:?}");
    }
}

#[tokio::test]
async fn support_helps_a_person_back_in() {
    let scene = Scene::start().await;
    let mut browser = scene.browser(OperatorRole::Support).await;
    let account = &scene.account.account;
    let path = format!("/contracts/{}/accounts/{}", account.contract_id, account.subject);
    let state = async || {
        let query = format!("SELECT state FROM account WHERE id = '{}'", account.id);
        sql::texts(&scene.ops.provider, &query).await.remove(0)
    };
    assert_eq!(submit(&mut browser, &format!("{path}/unlock"), &[]).await.status, 409, "there is no lock");
    assert!(is_done(&submit(&mut browser, &format!("{path}/suspend"), &[]).await));
    assert_eq!(state().await, "suspended");
    assert!(is_done(&submit(&mut browser, &format!("{path}/resume"), &[]).await));
    assert_eq!(state().await, "active");
    let lock = format!("UPDATE account SET state = 'locked' WHERE id = '{}'", account.id);
    sql::execute(&scene.ops.provider, &lock).await;
    assert!(is_done(&submit(&mut browser, &format!("{path}/unlock"), &[]).await));
    assert_eq!(state().await, "active");
    let foreign = format!("/contracts/other/accounts/{}", account.subject);
    assert_eq!(browser.get(&foreign).await.status, 404, "a person is found in their own contract alone");
}

#[tokio::test]
async fn keys_are_replaced_and_only_a_retired_one_is_withdrawn() {
    let scene = Scene::start().await;
    let mut browser = scene.browser(OperatorRole::Full).await;
    let kid = sql::texts(&scene.ops.provider, "SELECT kid FROM signing_key WHERE alg = 'ES256' AND state = 'current'")
        .await
        .remove(0);
    let path = format!("/keys/{kid}/withdraw");
    assert_eq!(submit(&mut browser, &path, &[("confirm", "on")]).await.status, 409, "it signs");
    assert_eq!(submit(&mut browser, "/keys/rotate", &[("alg", "ES256"), ("now", "on")]).await.status, 409);
    let fields = [("alg", "ES256"), ("now", "on"), ("confirm", "on")];
    assert!(is_done(&submit(&mut browser, "/keys/rotate", &fields).await));
    assert!(is_done(&submit(&mut browser, &path, &[("confirm", "on")]).await));
    assert_eq!(browser.get(&path).await.status, 404);
    assert!(reasons(&scene, "keys_rotated").await.iter().any(|line| line.starts_with("withdrawn")));
}

#[tokio::test]
async fn an_operator_is_made_with_a_link_that_is_shown_once_and_nobody_changes_themselves() {
    let scene = Scene::start().await;
    let mut browser = scene.browser(OperatorRole::Full).await;
    let fields = [("name", "新任 花子"), ("email", "new@staff.example"), ("role", "support")];
    let answer = submit(&mut browser, "/operators/new", &fields).await;
    assert_eq!(answer.status, 200);
    let link = answer.between("https://ops.example/enrolment", "<").expect("the link is shown").to_owned();
    assert!(!browser.get("/operators").await.body.contains(&link));
    assert_eq!(submit(&mut browser, "/operators/new", &fields).await.status, 422, "the address is taken");
    let other = format!("/operators/{}", scene.other.operator.id);
    assert!(is_done(&submit(&mut browser, &format!("{other}/role"), &[("role", "read_only")]).await));
    assert!(is_done(&submit(&mut browser, &format!("{other}/suspend"), &[]).await));
    assert_eq!(submit(&mut browser, &format!("{other}/reset"), &[]).await.status, 409, "suspended");
    assert!(is_done(&submit(&mut browser, &format!("{other}/resume"), &[]).await));
    let reset = submit(&mut browser, &format!("{other}/reset"), &[]).await;
    assert!(reset.body.contains("https://ops.example/enrolment"));
    let own =
        sql::texts(&scene.ops.provider, "SELECT id FROM operator WHERE email = 'full@staff.example'").await.remove(0);
    for act in ["role", "suspend", "reset"] {
        let answer = submit(&mut browser, &format!("/operators/{own}/{act}"), &[("role", "read_only")]).await;
        assert_eq!(answer.status, 409, "{act}");
    }
}

#[tokio::test]
async fn an_api_key_is_shown_once_works_and_is_revoked() {
    let scene = Scene::start().await;
    let mut browser = scene.browser(OperatorRole::Full).await;
    let good = [("name", "契約システム"), ("role", "read_only"), ("days", "30"), ("scope-brands-read", "on")];
    for (fields, why) in [
        (vec![("name", "x"), ("role", "full"), ("days", "30")], "no scope"),
        (vec![("name", "x"), ("role", "full"), ("days", "367"), ("scope-brands-read", "on")], "too long"),
        (vec![("name", "x"), ("role", "read_only"), ("days", "1"), ("scope-keys-rotate", "on")], "beyond its role"),
        (vec![("name", ""), ("role", "full"), ("days", "1"), ("scope-brands-read", "on")], "no name"),
    ] {
        assert_eq!(submit(&mut browser, "/api-keys/new", &fields).await.status, 422, "{why}");
    }
    let answer = submit(&mut browser, "/api-keys/new", &good).await;
    let key = answer.between("<code id=\"api-key\" translate=\"no\">", "</code>").expect("it is shown").to_owned();
    assert_eq!(scene.ops.call(&key, "get", "/api/v1/brands", None).await.status, 200);
    assert!(!browser.get("/operators").await.body.contains(&key));
    let id =
        sql::texts(&scene.ops.provider, "SELECT id FROM operator_api_key WHERE name = '契約システム'").await.remove(0);
    assert!(is_done(&submit(&mut browser, &format!("/api-keys/{id}/revoke"), &[]).await));
    assert_eq!(scene.ops.call(&key, "get", "/api/v1/brands", None).await.status, 401);
    assert_eq!(submit(&mut browser, &format!("/api-keys/{id}/revoke"), &[]).await.status, 409);
}
