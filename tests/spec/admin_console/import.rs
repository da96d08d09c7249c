//! Many invitations at once.

use http::StatusCode;

use super::scene::{Clerk as _, Console};
use crate::support::{Answer, Browser, sql};

const PATH: &str = "/VX7/admin/users/import";
const SEND: &str = "/VX7/admin/users/import/send";

/// Name, address, role and verdict of each line of a report.
fn verdicts(answer: &Answer) -> Vec<(String, String)> {
    let page = scraper::Html::parse_document(&answer.body);
    let select = |selector: &str| scraper::Selector::parse(selector).unwrap();
    let text = |element: scraper::ElementRef<'_>| element.text().collect::<String>().trim().to_owned();
    let rows = select("tbody tr");
    page.select(&rows)
        .map(|row| {
            let cells: Vec<_> = row.select(&select("td")).map(text).collect();
            (cells[1].clone(), cells[3].clone())
        })
        .collect()
}

/// The content of the hidden or visible field with the lines.
fn lines(answer: &Answer, selector: &str) -> String {
    let page = scraper::Html::parse_document(&answer.body);
    let found = page.select(&scraper::Selector::parse(selector).unwrap()).next().expect("the lines");
    found.attr("value").map_or_else(|| found.text().collect(), str::to_owned)
}

async fn open(console: &Console) -> (Browser, Answer) {
    let mut browser = console.sign_in(&console.administrator).await;
    let page = browser.get(PATH).await;
    (browser, page)
}

#[tokio::test]
async fn every_line_is_judged_before_and_told_of_after() {
    let console = Console::open().await;
    console.provider.invite("jiro@vx7.example").await;
    let (mut browser, page) = open(&console).await;
    let file = "氏名,メールアドレス,権限\n新人 一,ichi@vx7.example,利用者\n新人 二,ni@vx7.example,管理者\n\
                二重,ICHI@vx7.example,\n登録済み,riyou@vx7.example,\n招待済み,jiro@vx7.example,\n\
                よそ,yoso@vx7.example,\n,mumei@vx7.example,\n悪い住所,xxx,\n悪い役,yaku@vx7.example,社長\n";
    let preview = browser.upload(&page, PATH, &[("file", file.as_bytes()), ("lines", b"")]).await;
    let expected = [
        ("ichi@vx7.example", "招待します"),
        ("ni@vx7.example", "招待します"),
        ("ICHI@vx7.example", "同じメールアドレスが上の行にあります"),
        ("riyou@vx7.example", "登録済みのユーザです"),
        ("jiro@vx7.example", "招待済みです"),
        ("yoso@vx7.example", "このメールアドレスは使用できません"),
        ("mumei@vx7.example", "氏名が正しくありません"),
        ("xxx", "メールアドレスが正しくありません"),
        ("yaku@vx7.example", "権限が正しくありません"),
    ]
    .map(|(email, verdict)| (email.to_owned(), verdict.to_owned()));
    assert_eq!(verdicts(&preview), expected, "{}", preview.body);
    assert!(console.provider.subjects("ichi@vx7.example").await.is_empty(), "nothing is sent by looking");
    let all = lines(&preview, "input[name=lines]");
    let report = browser.upload(&preview, SEND, &[("lines", all.as_bytes())]).await;
    assert_eq!(verdicts(&report)[0].1, "招待しました", "{}", report.body);
    assert_eq!(verdicts(&report)[2..], expected[2..]);
    for email in ["ichi@vx7.example", "ni@vx7.example"] {
        assert_eq!(console.provider.subjects(email).await.len(), 1);
        assert_eq!(console.provider.record_of(email).await.account.state.as_str(), "invited");
    }
    assert_eq!(console.provider.record_of("ni@vx7.example").await.account.role.as_str(), "administrator");
    // Sent twice, they are invited once.
    let again = browser.upload(&preview, SEND, &[("lines", all.as_bytes())]).await;
    assert_eq!(verdicts(&again)[0].1, "招待済みです");
    assert_eq!(console.provider.subjects("ichi@vx7.example").await.len(), 1);
}

#[tokio::test]
async fn lines_to_correct_come_back_in_a_field_and_as_a_file() {
    let console = Console::open().await;
    let (mut browser, page) = open(&console).await;
    let pasted = "name\taddress\trole\n新人, \"一\"\tichi\tuser\n新人 二\tni@vx7.example\t\n";
    let preview = browser.upload(&page, PATH, &[("lines", pasted.as_bytes())]).await;
    let bad = lines(&preview, "textarea");
    assert!(bad.contains("ichi") && !bad.contains("ni@vx7"), "{bad}");
    let csv = browser.upload(&preview, "/VX7/admin/users/import/lines.csv", &[("lines", bad.as_bytes())]).await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert!(csv.header("content-disposition").starts_with("attachment; filename="), "{:?}", csv.headers);
    assert!(csv.body.starts_with('\u{feff}') && csv.body.contains("ichi"));
    // The file as it was downloaded, corrected.
    let corrected = csv.body.replace("ichi", "ichi@vx7.example");
    let preview = browser.upload(&page, PATH, &[("file", corrected.as_bytes())]).await;
    assert_eq!(verdicts(&preview), [("ichi@vx7.example".to_owned(), "招待します".to_owned())]);
}

#[tokio::test]
async fn a_file_of_excel_is_understood() {
    let console = Console::open().await;
    let (mut browser, page) = open(&console).await;
    let (bytes, ..) =
        encoding_rs::SHIFT_JIS.encode("氏名,メールアドレス,権限\r\n髙橋 花子,hana@vx7.example,利用者\r\n");
    let preview = browser.upload(&page, PATH, &[("file", &bytes)]).await;
    assert!(preview.body.contains("髙橋 花子"), "{}", preview.body);
}

#[tokio::test]
async fn what_is_no_table_is_refused_with_the_reason() {
    let console = Console::open().await;
    let (mut browser, page) = open(&console).await;
    let many = format!("name,address\n{}", "A,a@b.jp\n".repeat(1001));
    for (parts, words) in [
        (&[("file", &b""[..]), ("lines", b"")][..], "CSVファイルを選択するか"),
        (&[("file", b"name,address\n"), ("lines", b"name,address\n")], "どちらか一方のみ"),
        (&[("file", b"\xff\xfe\xff\xff\xd8\x00x")], "文字コードを判別できません"),
        (&[("lines", b"A,a@b.jp\n")], "1行目に見出し"),
        (&[("lines", b"name,address\n")], "記載されていません"),
        (&[("lines", many.as_bytes())], "1,000人まで"),
    ] {
        let answer = browser.upload(&page, PATH, parts).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
        assert!(answer.body.contains(words), "{words}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_thousand_people_are_invited_at_once() {
    let console = Console::open().await;
    let (mut browser, page) = open(&console).await;
    let mut file = "name,address,role\n".to_owned();
    for n in 0..1000 {
        file.push_str(&format!(
            "とても長い名前の人 その{n},person-with-a-long-address-{n}@department.vx7.example,user\n"
        ));
    }
    let preview = browser.upload(&page, PATH, &[("file", file.as_bytes())]).await;
    let all = lines(&preview, "input[name=lines]");
    let report = browser.upload(&preview, SEND, &[("lines", all.as_bytes())]).await;
    assert!(verdicts(&report).iter().all(|(_, verdict)| verdict == "招待しました"), "{}", report.body);
    assert_eq!(sql::count(&console.provider, "account", "state = 'invited'").await, 1000);
}

#[tokio::test]
async fn only_our_own_form_in_a_sensible_size_is_read() {
    let console = Console::open().await;
    let (mut browser, mut page) = open(&console).await;
    let long = vec![b'a'; 1024 * 1024];
    browser.upload(&page, PATH, &[("file", &long)]).await.shows(StatusCode::PAYLOAD_TOO_LARGE, "request_too_large");
    let plain = browser.post(PATH, &[("lines", "name,address\nA,a@b.jp\n")]).await;
    plain.shows(StatusCode::BAD_REQUEST, "request_malformed");
    page.body = page.body.replace("name=\"csrf\" value=\"", "name=\"csrf\" value=\"x");
    for path in [PATH, SEND, "/VX7/admin/users/import/lines.csv"] {
        let answer = browser.upload(&page, path, &[("lines", b"name,address\nA,a@b.jp\n")]).await;
        answer.shows(StatusCode::FORBIDDEN, "csrf_failed");
    }
    assert_eq!(sql::count(&console.provider, "account", "email = 'a@b.jp'").await, 0);
}
