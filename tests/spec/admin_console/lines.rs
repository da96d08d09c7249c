//! 回線認証 in the console: access path and line numbers (manual, chapter 4.2).

use http::StatusCode;
use tegata::id::BrandCode;
use tegata::line::{LineKey, LineNumber};
use tokio::task::JoinSet;

use super::scene::{Clerk as _, Console};
use crate::support::{Answer, AuthorizeRequest, Browser, Person as _, SignIn as _, sql};

const PATH: &str = "/VX7/admin/line-authentication";
const CAF: &str = "CAF1234567890";

async fn save(browser: &mut Browser, page: &Answer, path: &str, fields: &[(&str, &str)]) -> Answer {
    browser.fill_in(page, &[&[("access_path", path)], fields].concat()).await
}

async fn setting(console: &Console) -> String {
    let contract = console.provider.usual_contract();
    sql::texts(&console.provider, &format!("SELECT access_path FROM contract WHERE id = '{contract}'")).await.remove(0)
}

async fn lines(console: &Console) -> Vec<String> {
    sql::texts(&console.provider, "SELECT label || ' ' || tail FROM contract_line ORDER BY tail DESC").await
}

/// The page of the only line.
async fn only_line(console: &Console) -> String {
    format!("{PATH}/{}", sql::texts(&console.provider, "SELECT id FROM contract_line").await[0])
}

/// The sessions of a person stand on a line from now on, as after a sign-in over it.
async fn put_on_line(console: &Console, number: &str) {
    let number = LineNumber::parse(number).unwrap();
    let key = LineKey::of(&console.provider.app.master, &BrandCode::new("VX7"), &number);
    let hex: String = key.hash().as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let sqlite = console.provider.database.url().starts_with("sqlite:");
    let blob = if sqlite { format!("X'{hex}'") } else { format!("'\\x{hex}'::bytea") };
    let whose = format!("account_id = '{}'", console.user.account.id);
    for table in ["session", "token_family"] {
        sql::execute(&console.provider, &format!("UPDATE {table} SET line_hash = {blob} WHERE {whose}")).await;
    }
}

#[tokio::test]
async fn numbers_are_registered_several_at_once_however_they_are_typed() {
    let console = Console::open().await;
    let mut browser = console.sign_in(&console.administrator).await;
    let page = browser.get(PATH).await;
    for words in ["アクセス経路選択", "回線番号登録", "CAFで始まる13桁またはCOPで始まる11桁", ">保存</button>"]
    {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    let fields = [
        ("number-1", " ｃａｆ１２３４－５６７８９０ "),
        ("label-1", "本社"),
        ("number-3", "COP12345678"),
        ("label-3", "<b>支店</b>"),
    ];
    let page = save(&mut browser, &page, "line_and_internet", &fields).await;
    assert!(page.body.contains("保存しました。") && page.body.contains("末尾 890"), "{}", page.body);
    assert!(!page.body.contains("CAF123") && !page.body.contains("<b>支店"), "{}", page.body);
    assert_eq!(lines(&console).await, ["本社 890", "<b>支店</b> 678"]);
    let events = "event = 'contract_changed' AND reason = 'line_registered'";
    assert_eq!(sql::count(&console.provider, "audit_event", events).await, 2);
    let detail = sql::texts(&console.provider, &format!("SELECT detail FROM audit_event WHERE {events}")).await;
    assert!(detail.iter().all(|text| text.contains(console.administrator.account.id.as_str())), "{detail:?}");
    assert!(detail.iter().all(|text| !text.contains("1234567")), "{detail:?}");
}

#[tokio::test]
async fn what_is_wrong_stands_at_its_field_and_nothing_is_saved() {
    let console = Console::open().await;
    let mut browser = console.sign_in(&console.contractor).await;
    let page = browser.get(PATH).await;
    save(&mut browser, &page, "line_and_internet", &[("number-1", CAF)]).await;
    for (number, label, words) in [
        ("CAF123", "", "回線番号が正しくありません。CAFで始まる13桁またはCOPで始まる11桁の英数字で入力してください。"),
        ("", "支店", "回線番号を入力してください。"),
        ("caf-1234567890", "", "この回線番号は登録済みです。"),
        ("COP87654321", "", "同じ回線番号が複数入力されています。"),
    ] {
        let fields = [("number-1", "COP87654321"), ("number-2", number), ("label-2", label)];
        let answer = save(&mut browser, &page, "line_and_internet", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{number}");
        let row = answer.body.split_once("id=\"number-2-fault\"").map(|(_, rest)| rest.to_owned()).unwrap_or_default();
        assert!(row.contains(words), "{number}: {}", answer.body);
        assert!(answer.body.contains("value=\"COP87654321\""), "what was typed is kept");
    }
    assert_eq!(lines(&console).await, [" 890"]);
    let nothing = save(&mut browser, &page, "line_and_internet", &[]).await;
    assert!(nothing.body.contains("変更された項目がありません。"), "{}", nothing.body);
}

#[tokio::test]
async fn a_number_of_another_contract_is_refused_and_not_said_whose_it_is() {
    let console = Console::open().await;
    let mut stranger = console.sign_in(&console.stranger).await;
    let page = stranger.get(PATH).await;
    save(&mut stranger, &page, "line_and_internet", &[("number-1", CAF)]).await;
    let theirs = only_line(&console).await;
    let mut browser = console.sign_in(&console.contractor).await;
    let page = browser.get(PATH).await;
    let answer = save(&mut browser, &page, "line_and_internet", &[("number-1", CAF)]).await;
    assert!(answer.body.contains("この回線番号は登録できません。"), "{}", answer.body);
    assert!(!answer.body.contains("よその会社") && lines(&console).await.len() == 1);
    browser.get(&theirs).await.shows(StatusCode::NOT_FOUND, "not_found");
    let token = page.field("csrf").unwrap();
    for path in [format!("{theirs}/label"), format!("{theirs}/remove")] {
        let fields = [("csrf", token.as_str()), ("label", "x"), ("confirmed", "on")];
        browser.post(&path, &fields).await.shows(StatusCode::NOT_FOUND, "not_found");
    }
    assert_eq!(lines(&console).await, [" 890"]);
}

#[tokio::test]
async fn a_line_that_goes_takes_what_stands_on_it() {
    let console = Console::open().await;
    let client = console.provider.storage_app().await;
    let mut user = console.provider.browser();
    let callback = user.sign_in(&AuthorizeRequest::of(&client), &console.user).await;
    let tokens = console.provider.program().exchange(&client, callback.code()).await.ok();
    let mut browser = console.sign_in(&console.contractor).await;
    let page = browser.get(PATH).await;
    save(&mut browser, &page, "line_and_internet", &[("number-1", CAF), ("label-1", "本社")]).await;
    put_on_line(&console, CAF).await;
    let line = only_line(&console).await;
    let page = browser.get(&line).await;
    assert!(
        page.body.contains(CAF) && page.body.contains("この回線でログイン中の1件のログインが終了します。"),
        "{}",
        page.body
    );
    let renamed = browser.fill_in(&page, &[("label", "本社 2階")]).await;
    assert!(renamed.body.contains("名称を変更しました。") && renamed.body.contains("本社 2階"), "{}", renamed.body);
    let token = page.field("csrf").unwrap();
    let answer = browser.post(&format!("{line}/remove"), &[("csrf", &token)]).await;
    let page = browser.follow(answer).await;
    assert!(page.body.contains("この回線でログイン中の1件のログインを終了しました。"), "{}", page.body);
    assert_eq!(lines(&console).await, Vec::<String>::new());
    user.open(&AuthorizeRequest::of(&client)).await.is_login();
    let refreshed = console.provider.program().refresh(&client, &tokens.get("refresh_token")).await;
    assert_eq!(refreshed.error(), "invalid_grant");
}

#[tokio::test]
async fn line_only_says_first_what_it_will_do_and_wants_a_tick_when_no_line_was_seen() {
    let console = Console::open().await;
    let client = console.provider.storage_app().await;
    let mut user = console.provider.browser();
    user.sign_in(&AuthorizeRequest::of(&client), &console.user).await;
    let mut browser = console.sign_in(&console.contractor).await;
    let page = browser.get(PATH).await;
    let fields = [("number-1", CAF), ("label-1", "本社")];
    let confirm = save(&mut browser, &page, "line_only", &fields).await;
    assert!(confirm.body.contains("アクセス経路変更確認") && confirm.body.contains("まだ一度も確認されていません"));
    assert!(confirm.body.contains("過去30日間にインターネット経由でログインしたユーザ：2名"), "{}", confirm.body);
    assert_eq!((setting(&console).await.as_str(), lines(&console).await.len()), ("line_and_internet", 0));
    let again = [&[("step", "confirm")], &fields[..]].concat();
    let unticked = save(&mut browser, &confirm, "line_only", &again).await;
    assert_eq!(unticked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(setting(&console).await, "line_and_internet");
    let ticked = [&[("confirmed", "on")], &again[..]].concat();
    let done = save(&mut browser, &confirm, "line_only", &ticked).await;
    assert!(done.status == StatusCode::OK && done.body.contains("アクセス経路"), "{}", done.body);
    assert_eq!((setting(&console).await.as_str(), lines(&console).await.len()), ("line_only", 1));
    // Nobody comes over the internet any more, the one who did it included; the contractor repairs it in the menu.
    let answer = user.open(&AuthorizeRequest::of(&client)).await;
    answer.is_login();
    let mut again = console.provider.browser();
    let refused = again.open_console(console.contractor.email()).await;
    assert!(!refused.body.contains("<h1>管理コンソール</h1>"), "{}", refused.body);
    let menu = again.open_menu(&console.contractor, crate::support::provider::PASSWORD).await;
    assert!(menu.body.contains("認証・契約情報変更メニュー</h1>"), "{}", menu.body);
}

#[tokio::test]
async fn a_setting_that_was_changed_elsewhere_is_not_overwritten() {
    let console = Console::open().await;
    let mut browser = console.sign_in(&console.contractor).await;
    let token = browser.get(PATH).await.field("csrf").unwrap();
    // The page was drawn when the setting was another one.
    let stale =
        [("csrf", token.as_str()), ("from", "line_only"), ("access_path", "line_and_internet"), ("number-1", CAF)];
    let answer = browser.post(PATH, &stale).await;
    assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.body);
    assert!(answer.body.contains("設定が他の画面で変更されました。"), "{}", answer.body);
    assert_eq!(lines(&console).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_register_one_number_one_has_it() {
    let console = Console::open().await;
    let mut tasks = JoinSet::new();
    for n in 0..32 {
        let people = [&console.contractor, &console.administrator, &console.stranger];
        let mut browser = console.sign_in(people[n % 3]).await;
        let token = browser.get(PATH).await.field("csrf").unwrap();
        tasks.spawn(async move {
            let fields = [
                ("csrf", token.as_str()),
                ("from", "line_and_internet"),
                ("access_path", "line_and_internet"),
                ("number-1", CAF),
            ];
            browser.post(PATH, &fields).await.status
        });
    }
    let statuses = tasks.join_all().await;
    assert_eq!(statuses.iter().filter(|status| **status == StatusCode::SEE_OTHER).count(), 1, "{statuses:?}");
    assert_eq!(lines(&console).await.len(), 1);
}
