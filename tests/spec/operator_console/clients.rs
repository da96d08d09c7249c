//! Client applications: registered, tried, changed, their secret replaced, stopped.

use tegata::operator::OperatorRole;

use super::{Scene, submit};
use crate::support::flow::VERIFIER;
use crate::support::program::basic;
use crate::support::{Answer, Operators, SignIn as _, sql};

const NEW: [(&str, &str); 14] = [
    ("brand", "VX7"),
    ("client_id", "kintai"),
    ("client_name", "勤怠管理"),
    ("application_type", "web"),
    ("redirect_uris", "https://kintai.example/callback\nhttps://kintai.example/other"),
    ("line_redirect_uris", "https://kintai.line.example/callback"),
    ("grant-authorization_code", "on"),
    ("grant-client_credentials", "on"),
    ("token_endpoint_auth_method", "client_secret_basic"),
    ("scope", "openid profile email"),
    ("id_token_signed_response_alg", "RS256"),
    ("access_token_format", "jwt"),
    ("access_token_signed_response_alg", "ES256"),
    ("first_party", "on"),
];

fn secret(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.between("<code id=\"client-secret\" translate=\"no\">", "</code>").expect("the secret is shown").to_owned()
}

async fn authenticates(ops: &Operators, secret: &str) -> bool {
    let authorization = basic("kintai", secret);
    let fields = [("grant_type", "client_credentials"), ("scope", "profile")];
    let answer = ops.provider.program().post("/VX7/token", &fields, &[("authorization", &authorization)]).await;
    answer.status == 200 || answer.json()["error"] != "invalid_client"
}

#[tokio::test]
async fn an_operator_registers_a_client_and_signs_in_with_the_link_on_its_page() {
    let scene = Scene::start().await;
    let ops = &scene.ops;
    let mut browser = scene.browser(OperatorRole::Full).await;
    let secret = secret(&submit(&mut browser, "/clients/new", &NEW).await);
    assert!(authenticates(ops, &secret).await);
    let page = browser.get("/clients/kintai").await;
    assert!(!page.body.contains(&secret), "it is shown once");
    let document = scraper::Html::parse_document(&page.body);
    let selector = scraper::Selector::parse("a[href*=\"/authorize?\"]").unwrap();
    let links: Vec<&str> = document.select(&selector).filter_map(|link| link.attr("href")).collect();
    assert_eq!(links.len(), 2, "one for each redirect URI of each issuer there is: {links:?}");
    let path = links[0].strip_prefix("https://login.example").expect("at the brand's issuer");
    let mut person = ops.provider.browser();
    let login = person.get(path).await;
    let login = person.follow(login).await;
    login.is_login();
    let answer = person.submit(&login, scene.account.email(), crate::support::provider::PASSWORD).await;
    let answer = person.follow(answer).await;
    assert!(answer.location().starts_with("https://kintai.example/callback?"), "{}", answer.location());
    assert!(answer.location().contains("code=") && answer.location().contains("state=console-test"));
    assert!(!VERIFIER.is_empty());
}

#[tokio::test]
async fn what_cannot_be_registered_is_said_at_its_field() {
    let scene = Scene::start().await;
    let mut browser = scene.browser(OperatorRole::Full).await;
    for (field, value) in [
        ("client_name", ""),
        ("client_id", "a b"),
        ("redirect_uris", "http://kintai.example/"),
        ("line_redirect_uris", "https://x.example/#fragment"),
        ("scope", "openid \""),
        ("application_type", "desktop"),
        ("token_endpoint_auth_method", "private_key_jwt"),
    ] {
        let fields = NEW.map(|(name, given)| (name, if name == field { value } else { given }));
        let answer = submit(&mut browser, "/clients/new", &fields).await;
        assert_eq!(answer.status, 422, "{field}");
        let wrong = if field == "token_endpoint_auth_method" { "jwks" } else { field };
        assert!(answer.body.contains(&format!("id=\"{wrong}-error\"")), "{field}: {}", answer.body);
    }
    assert_eq!(sql::count(&scene.ops.provider, "client", "id = 'kintai'").await, 0);
    let taken = NEW.map(|(name, given)| (name, if name == "client_id" { scene.client.id.as_str() } else { given }));
    assert_eq!(submit(&mut browser, "/clients/new", &taken).await.status, 422);
}

#[tokio::test]
async fn a_registration_is_changed_as_it_was_read_and_keeps_what_the_form_does_not_show() {
    let scene = Scene::start().await;
    let mut browser = scene.browser(OperatorRole::Full).await;
    secret(&submit(&mut browser, "/clients/new", &NEW).await);
    let edit = "/clients/kintai/edit";
    let renamed = NEW.map(|(name, given)| (name, if name == "client_name" { "勤怠" } else { given }));
    let stale = [renamed.as_slice(), &[("version", "99")]].concat();
    assert_eq!(submit(&mut browser, edit, &stale).await.status, 422);
    let answer = submit(&mut browser, edit, &renamed).await;
    assert_eq!(answer.location(), "/clients/kintai?done=client-changed");
    let page = browser.follow(answer).await;
    assert!(page.body.contains("<h1>勤怠</h1>") && page.body.contains("https://kintai.example/other"));
}

#[tokio::test]
async fn a_secret_is_replaced_with_an_overlap_and_a_client_is_stopped_and_started() {
    let scene = Scene::start().await;
    let ops = &scene.ops;
    let mut browser = scene.browser(OperatorRole::Full).await;
    let first = secret(&submit(&mut browser, "/clients/new", &NEW).await);
    assert_eq!(submit(&mut browser, "/clients/kintai/secret", &[("hours", "169")]).await.status, 409);
    let second = secret(&submit(&mut browser, "/clients/kintai/secret", &[("hours", "1")]).await);
    assert!(authenticates(ops, &first).await && authenticates(ops, &second).await);
    ops.provider.clock.advance(std::time::Duration::from_secs(3601));
    assert!(!authenticates(ops, &first).await && authenticates(ops, &second).await);
    let mut browser = ops.signed_in(&ops.staff("second@staff.example", OperatorRole::Full).await).await;
    let answer = submit(&mut browser, "/clients/kintai/state", &[]).await;
    assert_eq!(answer.location(), "/clients/kintai?done=client-changed");
    assert!(!authenticates(ops, &second).await, "it is stopped");
    submit(&mut browser, "/clients/kintai/state", &[]).await;
    assert!(authenticates(ops, &second).await);
}
