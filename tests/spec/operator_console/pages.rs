//! Every page in both languages: complete, without a text missing, and never telling a secret.

use tegata::operator::OperatorRole;

use super::{Scene, all, submit};
use crate::support::sql;

#[tokio::test]
async fn every_page_has_all_its_words_in_both_languages() {
    let scene = Scene::start().await;
    let mut browser = scene.browser(OperatorRole::Full).await;
    for lang in ["ja", "en"] {
        for route in all() {
            for path in scene.paths(&route).iter().filter(|path| !path.contains("nobody")) {
                let answer = browser.get(&format!("{path}?lang={lang}")).await;
                assert_eq!(answer.status, 200, "{path}");
                if path == "/audit/export" {
                    continue;
                }
                assert!(answer.body.contains(&format!("<html lang=\"{lang}\"")), "{path}");
                for missing in ["[console-", "[explain-", "[operator-"] {
                    assert!(!answer.body.contains(missing), "{path} {lang}: {}", after(&answer.body, missing));
                }
                assert_eq!(answer.body.matches("<h1>").count(), 1, "{path}");
            }
        }
    }
}

fn after<'a>(text: &'a str, word: &str) -> &'a str {
    text.split_once(word).map_or("", |(_, rest)| rest.get(..60).unwrap_or(rest))
}

#[tokio::test]
async fn contracts_are_found_by_what_is_known_of_them() {
    let scene = Scene::start().await;
    let mut browser = scene.browser(OperatorRole::ReadOnly).await;
    let contract = scene.account.account.contract_id.as_str();
    for (query, found) in [("", true), ("?brand=VX7", true), ("?brand=VX9", false), ("?state=cancelled", false)] {
        let page = browser.get(&format!("/contracts{query}")).await;
        assert_eq!(page.body.contains(&format!("<code translate=\"no\">{contract}</code>")), found, "{query}");
    }
    let page = browser.get(&format!("/contracts/{contract}?q=hanako")).await;
    assert!(page.body.contains("hanako@vx7.example"));
    let page = browser.get(&format!("/contracts/{contract}?q=nobody")).await;
    assert!(!page.body.contains("hanako@vx7.example"));
}

#[tokio::test]
async fn the_audit_log_is_searched_paged_and_carried_away() {
    let scene = Scene::start().await;
    let mut browser = scene.browser(OperatorRole::ReadOnly).await;
    let mut wrong = scene.ops.provider.browser();
    let refused = wrong.get("/VX7/authorize?client_id=nobody&response_type=code&redirect_uri=https://x.example/").await;
    scene.ops.provider.app.audit.flush().await;
    let page = browser.get(&format!("/audit?reference={}", refused.reference().to_lowercase())).await;
    assert!(page.body.contains("unknown_client"), "{}", page.body);
    let page = browser.get("/audit?event=authorization_refused&brand=VX9").await;
    assert!(!page.body.contains("unknown_client"));
    for hostile in ["%27%22%3E%3Cscript%3E", "%00", "%25", "2027-13-45T99:99"] {
        for name in
            ["brand", "contract", "account", "client", "event", "reason", "reference", "address", "from", "after"]
        {
            let page = browser.get(&format!("/audit?{name}={hostile}")).await;
            assert!(matches!(page.status.as_u16(), 200 | 400), "{name}={hostile}: {}", page.status);
            assert!(!page.body.contains("<script>"), "{name}={hostile}");
        }
    }
    let export = browser.get("/audit/export?event=authorization_refused").await;
    assert_eq!(export.header("content-type"), "application/jsonl");
    let lines: Vec<serde_json::Value> = export.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), sql::count(&scene.ops.provider, "audit_event", "event = 'authorization_refused'").await);
    assert_eq!(lines[0]["reason"], "unknown_client");
    assert_eq!(sql::count(&scene.ops.provider, "audit_event", "event = 'audit_exported'").await, 1);
}

#[tokio::test]
async fn explain_answers_without_an_address_or_a_line_in_a_url_and_counts_nothing() {
    let scene = Scene::start().await;
    let mut browser = scene.browser(OperatorRole::ReadOnly).await;
    let fields = [
        ("brand", "VX7"),
        ("account", "hanako@vx7.example"),
        ("path", "internet"),
        ("client", scene.client.id.as_str()),
        ("address", "192.0.2.1"),
    ];
    for _ in 0..30 {
        let page = submit(&mut browser, "/explain?lang=en", &fields).await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains("This sign-in would succeed."), "{}", page.body);
    }
    let contract = scene.account.account.contract_id.as_str();
    let cancel = format!("UPDATE contract SET state = 'cancelled' WHERE id = '{contract}'");
    sql::execute(&scene.ops.provider, &cancel).await;
    let page = submit(&mut browser, "/explain", &fields).await;
    assert!(page.body.contains("This sign-in would be refused.") && page.body.contains("contract_cancelled"));
}

#[tokio::test]
async fn settings_show_no_password() {
    let scene = Scene::start().await;
    let mut browser = scene.browser(OperatorRole::ReadOnly).await;
    let page = browser.get("/settings").await;
    assert!(page.body.contains("audit.retention") && page.body.contains("396d"));
    assert!(!page.body.contains("://tegata:"), "a database is shown without its password");
}
