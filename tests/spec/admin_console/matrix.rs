//! Every route of the console × who asks × whose ids: what is not one's own is not there, and nothing changes.

use std::collections::BTreeMap;

use http::{Method, StatusCode};
use tegata::account::{AccountState, Role};

use super::scene::{Clerk as _, Console};
use crate::support::{Answer, Browser, TestAccount, sql};

/// Every route with its methods; `{subject}`, `{act}` and `{line}` are filled in.
const ROUTES: &[(&str, &[Method])] = &[
    ("/admin", &[Method::GET]),
    ("/admin/users", &[Method::GET]),
    ("/admin/users/invite", &[Method::GET, Method::POST]),
    ("/admin/users/import", &[Method::GET, Method::POST]),
    ("/admin/users/import/send", &[Method::POST]),
    ("/admin/users/import/lines.csv", &[Method::POST]),
    ("/admin/users/{subject}", &[Method::GET]),
    ("/admin/users/{subject}/email", &[Method::GET, Method::POST]),
    ("/admin/users/{subject}/email/cancel", &[Method::POST]),
    ("/admin/users/{subject}/{act}", &[Method::GET, Method::POST]),
    ("/admin/sign-ins", &[Method::GET]),
    ("/admin/sign-ins.csv", &[Method::GET]),
    ("/admin/line-authentication", &[Method::GET, Method::POST]),
    ("/admin/line-authentication/done", &[Method::GET]),
    ("/admin/line-authentication/{line}", &[Method::GET]),
    ("/admin/line-authentication/{line}/label", &[Method::POST]),
    ("/admin/line-authentication/{line}/remove", &[Method::POST]),
];

const ACTS: [&str; 10] = [
    "invite-again",
    "unlock",
    "reset-second-factor",
    "end-sessions",
    "make-administrator",
    "make-user",
    "transfer-contractor",
    "suspend",
    "resume",
    "delete",
];

/// What the database holds, but for what looking and refusing write down.
async fn contents(console: &Console) -> BTreeMap<String, Vec<String>> {
    let mut contents = sql::contents(&console.provider).await;
    contents.retain(|table, _| !table.starts_with("audit") && table != "interaction");
    contents
}

/// A form with all that any page of the console sends, and a token that is good for it.
fn fields<'a>(token: &'a str, email: &'a str) -> Vec<(&'static str, &'a str)> {
    vec![
        ("csrf", token),
        ("name", "侵入者"),
        ("email", email),
        ("role", "administrator"),
        ("confirmed", "yes"),
        ("step", "confirm"),
        ("from", "line_and_internet"),
        ("access_path", "line_only"),
        ("number-1", "CAF9999999999"),
        ("label", "x"),
    ]
}

/// The token's purpose at a path.
fn purpose(path: &str) -> String {
    let last = path.rsplit('/').next().unwrap_or_default();
    match path {
        path if path.contains("/import") => "admin/import".to_owned(),
        path if path.contains("/line-authentication") => "admin/lines".to_owned(),
        _ => format!("admin/{last}"),
    }
}

async fn ask(console: &Console, browser: &mut Browser, method: &Method, path: &str) -> Answer {
    let path = format!("/VX7{path}");
    if *method == Method::GET {
        return browser.get(&path).await;
    }
    let secret = browser.cookies.get("__Host-tegata-browser-VX7").cloned().unwrap_or_default();
    let token = console.provider.app.csrf.token(&secret, &purpose(&path));
    if path.contains("/import") {
        let page =
            Answer { body: format!("<input name=\"csrf\" value=\"{token}\">"), ..browser.get("/VX7/admin").await };
        return browser.upload(&page, &path, &[("lines", b"name,address\nA,shinnyu@vx7.example\n")]).await;
    }
    browser.post(&path, &fields(&token, "shinnyu@vx7.example")).await
}

/// Every path of a route for one target.
fn paths(route: &str, subject: &str, line: &str) -> Vec<String> {
    let path = route.replace("{subject}", subject).replace("{line}", line);
    if !path.contains("{act}") {
        return vec![path];
    }
    ACTS.iter().map(|act| path.replace("{act}", act)).collect()
}

/// A line of the other contract.
async fn foreign_line(console: &Console) -> String {
    let mut stranger = console.sign_in(&console.stranger).await;
    let page = stranger.get("/VX7/admin/line-authentication").await;
    let from = page.field("from").unwrap();
    let token = page.field("csrf").unwrap();
    let fields = [
        ("csrf", token.as_str()),
        ("from", from.as_str()),
        ("access_path", from.as_str()),
        ("number-1", "COP12345678"),
    ];
    stranger.post("/VX7/admin/line-authentication", &fields).await;
    sql::texts(&console.provider, "SELECT id FROM contract_line").await.remove(0)
}

/// People of the other contract in every state, so that every act would have somebody.
async fn foreigners(console: &Console) -> Vec<TestAccount> {
    let mut people = vec![console.stranger.clone()];
    for (n, (role, state)) in [
        (Role::User, AccountState::Active),
        (Role::User, AccountState::Invited),
        (Role::User, AccountState::Locked),
        (Role::Administrator, AccountState::Suspended),
    ]
    .into_iter()
    .enumerate()
    {
        let change = |account: &mut tegata::account::Account| {
            (account.role, account.state) = (role, state);
            account.contract_id = console.other_contract.clone();
        };
        people.push(console.provider.account_with(&format!("yoso{n}@vx7.example"), change).await);
    }
    // And of another brand altogether.
    let change = |account: &mut tegata::account::Account| {
        account.contract_id = console.other_contract.clone();
        account.brand = tegata::id::BrandCode::new("VX9");
    };
    people.push(console.provider.account_with("vx9@vx9.example", change).await);
    people
}

#[test]
fn every_route_of_the_console_is_in_the_table() {
    let source = include_str!("../../../src/router/admin.rs");
    let mut routes: Vec<&str> = source.split('"').filter(|text| text.starts_with("/admin")).collect();
    routes.push(tegata::admin_console::IMPORT);
    routes.sort_unstable();
    let mut known: Vec<&str> = ROUTES.iter().map(|(route, _)| *route).collect();
    known.sort_unstable();
    assert_eq!(routes, known);
}

#[tokio::test]
async fn nobody_and_users_reach_nothing_and_change_nothing() {
    let console = Console::open().await;
    let line = foreign_line(&console).await;
    let mut nobody = console.provider.browser();
    nobody.get("/VX7/admin").await;
    let mut user = console.provider.browser();
    user.open_console(console.user.email()).await;
    let before = contents(&console).await;
    for (route, methods) in ROUTES {
        for path in paths(route, console.administrator.sub(), &line) {
            for method in *methods {
                let answer = ask(&console, &mut nobody, method, &path).await;
                if *route == "/admin/line-authentication/done" {
                    assert_eq!(answer.status, StatusCode::OK, "says the same to everybody");
                    continue;
                }
                assert!(answer.location().starts_with("/VX7/interaction/"), "{method} {path}: to the login page");
                let answer = ask(&console, &mut user, method, &path).await;
                assert_eq!((answer.status, answer.problem()), (StatusCode::FORBIDDEN, "forbidden"), "{method} {path}");
            }
        }
    }
    assert_eq!(contents(&console).await, before);
}

#[tokio::test]
async fn what_belongs_to_another_contract_or_brand_is_not_there() {
    let console = Console::open().await;
    let line = foreign_line(&console).await;
    let people = foreigners(&console).await;
    for actor in [&console.contractor, &console.administrator] {
        let mut browser = console.sign_in(actor).await;
        let before = contents(&console).await;
        for (route, methods) in ROUTES.iter().filter(|(route, _)| route.contains('{')) {
            for target in &people {
                for path in paths(route, target.sub(), &line) {
                    for method in *methods {
                        let answer = ask(&console, &mut browser, method, &path).await;
                        let seen = (answer.status, answer.problem());
                        assert_eq!(seen, (StatusCode::NOT_FOUND, "not_found"), "{method} {path}");
                    }
                }
            }
        }
        for target in &people {
            let sub = target.sub();
            for query in [
                format!("/users?after={sub}"),
                format!("/users?before={sub}&by=name"),
                format!("/sign-ins?user={sub}"),
                format!("/sign-ins.csv?user={sub}"),
            ] {
                browser.get(&format!("/VX7/admin{query}")).await.shows(StatusCode::NOT_FOUND, "not_found");
            }
        }
        assert_eq!(contents(&console).await, before, "{}", actor.email());
    }
}

#[tokio::test]
async fn ids_that_are_none_are_not_there() {
    let console = Console::open().await;
    let mut browser = console.sign_in(&console.contractor).await;
    let before = contents(&console).await;
    let row = console.user.account.id.as_str();
    for id in ["0", "x'--", row, "00000000-0000-4000-8000-000000000000", &"a".repeat(500)] {
        for path in [
            format!("/admin/users/{id}"),
            format!("/admin/users/{id}/delete"),
            format!("/admin/line-authentication/{id}"),
        ] {
            let answer = ask(&console, &mut browser, &Method::GET, &path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
    for act in ["become-operator", "email%2fx", "Suspend"] {
        let answer = browser.get(&Console::path(&console.user, &format!("/{act}"))).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{act}");
    }
    assert_eq!(contents(&console).await, before);
}

#[tokio::test]
async fn a_contract_named_in_a_form_is_nobodys_wish() {
    let console = Console::open().await;
    let mut browser = console.sign_in(&console.administrator).await;
    let token = browser.get("/VX7/admin/users/invite").await.field("csrf").unwrap();
    let other = console.other_contract.as_str();
    let fields = [
        ("csrf", token.as_str()),
        ("name", "新人"),
        ("email", "shinjin@vx7.example"),
        ("role", "user"),
        ("contract", other),
        ("contract_id", other),
        ("brand", "VX9"),
        ("subject", console.stranger.sub()),
        ("actor", console.stranger.sub()),
    ];
    browser.post("/VX7/admin/users/invite", &fields).await;
    let record = console.provider.record_of("shinjin@vx7.example").await;
    assert_eq!(record.contract.id, *console.provider.usual_contract());
}

#[tokio::test]
async fn a_session_of_one_brand_is_none_at_another() {
    let console = Console::open().await;
    let mut browser = console.sign_in(&console.contractor).await;
    let stolen: Vec<_> = browser.cookies.clone().into_iter().collect();
    for (name, value) in stolen {
        browser.cookies.insert(name.replace("VX7", "VX9"), value);
    }
    let before = contents(&console).await;
    for path in ["/VX9/admin", "/VX9/admin/users", "/VX9/admin/sign-ins"] {
        let answer = browser.get(path).await;
        assert!(answer.location().starts_with("/VX9/interaction/"), "{path}");
    }
    assert_eq!(contents(&console).await, before);
}
