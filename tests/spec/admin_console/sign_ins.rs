//! ログイン履歴.

use http::StatusCode;
use tegata::contract::Plan;

use super::scene::{Clerk as _, Console};
use crate::support::{Answer, AuthorizeRequest, Person as _, SignIn as _, sql};

const PATH: &str = "/VX7/admin/sign-ins";

/// Name, outcome and reason of each line.
fn lines(page: &Answer) -> Vec<(String, String, String)> {
    let html = scraper::Html::parse_document(&page.body);
    let select = |selector: &str| scraper::Selector::parse(selector).unwrap();
    let text = |element: scraper::ElementRef<'_>| element.text().collect::<Vec<_>>().join(" ").trim().to_owned();
    let (rows, cells) = (select("tbody tr"), select("td"));
    html.select(&rows)
        .map(|row| {
            let cells: Vec<_> = row.select(&cells).map(text).collect();
            (cells[0].split_whitespace().last().unwrap_or_default().to_owned(), cells[1].clone(), cells[2].clone())
        })
        .collect()
}

fn line(email: &str, outcome: &str, why: &str) -> (String, String, String) {
    (email.to_owned(), outcome.to_owned(), why.to_owned())
}

/// The user guessed wrong twice and then signed in; a stranger signed in at another contract.
async fn some_sign_ins(console: &Console) {
    let client = console.provider.storage_app().await;
    let mut user = console.provider.browser();
    let login = user.open_login(&AuthorizeRequest::of(&client)).await;
    user.guess(&login, console.user.email(), 2).await;
    console.provider.clock.advance(std::time::Duration::from_secs(1));
    let answer = user.submit(&login, console.user.email(), crate::support::provider::PASSWORD).await;
    user.follow(answer).await;
    let mut stranger = console.provider.browser();
    let login = stranger.open_login(&AuthorizeRequest::of(&client)).await;
    stranger.guess(&login, console.stranger.email(), 1).await;
    stranger.guess(&login, "nobody@vx7.example", 1).await;
    console.provider.clock.advance(std::time::Duration::from_secs(1));
    console.provider.app.audit.flush().await;
}

#[tokio::test]
async fn the_history_says_who_came_in_and_why_somebody_did_not() {
    let console = Console::open().await;
    some_sign_ins(&console).await;
    let mut browser = console.sign_in(&console.administrator).await;
    let page = browser.get(PATH).await;
    let wrong = line("riyou@vx7.example", "ログイン失敗", "パスワードが正しくありません");
    let expected = [
        line("kanri@vx7.example", "ログイン成功", ""),
        line("riyou@vx7.example", "ログイン成功", ""),
        wrong.clone(),
        wrong.clone(),
    ];
    assert_eq!(lines(&page), expected, "{}", page.body);
    assert!(page.body.contains("インターネット"), "{}", page.body);
    let refused = browser.get(&format!("{PATH}?outcome=refused")).await;
    assert_eq!(lines(&refused), [wrong.clone(), wrong.clone()]);
    let person = browser.get(&format!("{PATH}?person=RIYOU%40vx7.example&outcome=allowed")).await;
    assert_eq!(lines(&person), [line("riyou@vx7.example", "ログイン成功", "")]);
    let by_link = browser.get(&format!("{PATH}?user={}", console.user.sub())).await;
    assert_eq!(lines(&by_link).len(), 3);
    browser.language = "en";
    let english = browser.get(&format!("{PATH}?outcome=refused")).await;
    assert!(english.body.contains("Wrong password"), "{}", english.body);
}

#[tokio::test]
async fn nothing_of_another_contract_is_seen() {
    let console = Console::open().await;
    some_sign_ins(&console).await;
    let mut browser = console.sign_in(&console.contractor).await;
    for query in ["", "?outcome=refused", "?person=yoso%40vx7.example", "?person=nobody%40vx7.example"] {
        let page = browser.get(&format!("{PATH}{query}")).await;
        assert!(lines(&page).iter().all(|(email, ..)| email.starts_with("keiyaku") || email.starts_with("riyou")));
        let csv = browser.get(&format!("{PATH}.csv{query}")).await;
        assert!(csv.status == StatusCode::OK && !csv.body.contains("yoso"), "{}", csv.body);
    }
    let nobody = browser.get(&format!("{PATH}?person=yoso%40vx7.example")).await;
    assert!(nobody.body.contains("ご契約内に、このメールアドレスのユーザはいません。"), "{}", nobody.body);
    for path in [PATH.to_owned(), format!("{PATH}.csv")] {
        let answer = browser.get(&format!("{path}?user={}", console.stranger.sub())).await;
        answer.shows(StatusCode::NOT_FOUND, "not_found");
    }
    browser.get(&format!("{PATH}?after=x")).await.shows(StatusCode::NOT_FOUND, "not_found");
}

#[tokio::test]
async fn pages_turn_by_key_and_the_file_has_them_all() {
    let console = Console::open().await;
    let contract = console.provider.usual_contract().clone();
    for n in 0..120 {
        let event = format!(
            "INSERT INTO audit_event (id, at, event, reason, reference, brand, contract_id, account_id, detail) VALUES \
             ('e{n:04}', {}, 'sign_in_refused', 'account_locked', 'R-{n:04}', 'VX7', '{contract}', '{}', '{{}}')",
            1_795_132_000_000_i64 + n / 2,
            console.user.account.id
        );
        sql::execute(&console.provider, &event).await;
    }
    let mut browser = console.sign_in(&console.contractor).await;
    let mut page = browser.get(&format!("{PATH}?outcome=refused")).await;
    let mut seen = Vec::new();
    loop {
        seen.extend(page.body.match_indices("R-0").map(|(at, _)| page.body[at..at + 6].to_owned()));
        let Some((before, _)) = page.body.split_once("rel=\"next\"") else { break };
        let next = before.rsplit_once("href=\"").unwrap().1.split_once('"').unwrap().0.replace("&#38;", "&");
        page = browser.get(&next).await;
    }
    let all: Vec<_> = (0..120).rev().map(|n| format!("R-{n:04}")).collect();
    assert_eq!(seen, all, "newest first, each once");
    assert!(page.body.contains("rel=\"first\""));
    let csv = browser.get(&format!("{PATH}.csv?outcome=refused")).await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(csv.body.lines().count(), 121);
    assert!(csv.body.contains("アカウントがロックされています"), "{}", csv.body);
}

#[tokio::test]
async fn days_are_those_of_japan() {
    let console = Console::open().await;
    some_sign_ins(&console).await;
    let mut browser = console.sign_in(&console.contractor).await;
    // The clock of the tests stands at 2026-11-20 09:00 in Japan.
    for (query, expected) in
        [("?from=2026-11-20&to=2026-11-20", 4), ("?to=2026-11-19", 0), ("?from=2026-11-21", 0), ("?from=yesterday", 4)]
    {
        let page = browser.get(&format!("{PATH}{query}")).await;
        assert_eq!(lines(&page).len(), expected, "{query}: {}", page.body);
    }
}

#[tokio::test]
async fn a_deleted_person_keeps_the_name_in_the_history_and_writes_no_formula() {
    let console = Console::open().await;
    some_sign_ins(&console).await;
    let id = &console.user.account.id;
    sql::execute(&console.provider, &format!("UPDATE account SET name = '=1+1', state = 'deleted' WHERE id = '{id}'"))
        .await;
    let mut browser = console.sign_in(&console.contractor).await;
    let page = browser.get(PATH).await;
    assert!(page.body.contains("riyou@vx7.example"), "{}", page.body);
    let csv = browser.get(&format!("{PATH}.csv")).await;
    assert!(csv.body.contains(",'=1+1,") && !csv.body.contains(",=1+1"), "{}", csv.body);
}

#[tokio::test]
async fn a_locked_out_trial_has_no_console() {
    let console = Console::open().await;
    let contract = console.provider.contract("お試し", Plan::Trial).await;
    let contractor = console
        .provider
        .account_with("otameshi@vx7.example", |account| {
            account.role = tegata::account::Role::Contractor;
            account.contract_id = contract.clone();
        })
        .await;
    console.sign_in(&contractor).await;
    console.provider.clock.advance(std::time::Duration::from_secs(31 * 86_400));
    let mut browser = console.provider.browser();
    let answer = browser.open_console(contractor.email()).await;
    assert!(!answer.body.contains("<h1>管理コンソール</h1>"), "{}", answer.body);
}
