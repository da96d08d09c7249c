//! What the pages of an account's life promise beyond being sound: the manuals' words, and where Enter leads.

use askama::Template as _;
use scraper::{ElementRef, Html, Selector};

use super::check::{faces, frame};
use super::*;
use crate::web::page::{Frame, Page};
use crate::web::{Face, Lang};

const RULE: &str = "パスワードは英大文字、英小文字、数字、記号から3種類以上を含め8文字以上で設定してください";

fn ja() -> Frame {
    frame(&faces()[0], Lang::Ja)
}

fn pages<P: Page>(samples: fn(&Frame) -> Vec<P>) -> Vec<String> {
    samples(&ja()).iter().map(|page| page.render().unwrap()).collect()
}

fn elements(html: &str, selector: &str) -> Vec<Vec<(String, String)>> {
    let page = Html::parse_document(html);
    let attributes = |e: ElementRef<'_>| e.value().attrs().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
    page.select(&Selector::parse(selector).unwrap()).map(attributes).collect()
}

fn attribute(html: &str, selector: &str, name: &str) -> Vec<Option<String>> {
    let value = |all: Vec<(String, String)>| all.into_iter().find(|(n, _)| n == name).map(|(_, value)| value);
    elements(html, selector).into_iter().map(value).collect()
}

/// The texts stand in the page in this order.
fn has_in_order(page: &str, texts: &[&str]) {
    let mut rest = page;
    for text in texts {
        let (_, after) = rest.split_once(text).unwrap_or_else(|| panic!("{text} is missing or too early in {page}"));
        rest = after;
    }
}

#[test]
fn the_login_page_of_the_account_menu_has_its_own_title_color_and_way_back() {
    let page = &pages(LoginPage::samples)[2];
    has_in_order(
        page,
        &[
            "<h1>認証・契約情報変更ログイン</h1>",
            "ログインの方はこちらからログインしてください。",
            "メールアドレス",
            "<button class=\"button accent\" type=\"submit\">ログイン</button>",
            "パスワードを忘れた方はこちら",
        ],
    );
}

#[test]
fn enter_on_the_login_page_signs_in_and_does_not_ask_for_a_new_password() {
    // A brand that offers no password has no such form.
    for page in pages(LoginPage::samples).into_iter().filter(|page| page.contains("name=\"password\"")) {
        let buttons = "main > form:first-of-type button[type=submit]";
        let ways = attribute(&page, buttons, "formaction");
        assert_eq!(ways, [None, Some("/VX7/lo/forgot".to_owned())]);
        let unchecked = attribute(&page, buttons, "formnovalidate");
        assert_eq!(unchecked, [None, Some(String::new())]);
    }
}

#[test]
fn a_passkey_is_offered_only_to_browsers_with_script() {
    for page in pages(LoginPage::samples).into_iter().chain(pages(FactorPasskeyPage::samples)) {
        assert!(attribute(&page, "form[data-passkey]", "hidden").iter().all(Option::is_some));
    }
    let offered = &pages(LoginPage::samples)[1];
    assert_eq!(attribute(offered, "form[data-passkey] input[name=credential]", "type"), [Some("hidden".to_owned())]);
    assert!(!pages(LoginPage::samples)[0].contains("passkey"));
}

#[test]
fn every_page_that_sets_a_password_prints_the_rule_and_leaves_judging_to_the_server() {
    let all = [
        pages(NewPasswordPage::samples),
        pages(RegistrationPage::samples),
        pages(MethodPasswordPage::samples),
        pages(ChangePasswordPage::samples),
    ];
    for page in all.concat() {
        assert!(page.contains(RULE));
        let described = attribute(&page, "input[name=password]", "aria-describedby");
        assert!(described[0].as_deref().is_some_and(|ids| ids.split(' ').any(|id| id == "rule")));
        assert_eq!(attribute(&page, "input[name=again]", "autocomplete"), [Some("new-password".to_owned())]);
        assert_eq!(attribute(&page, "input[autocomplete=username]", "hidden"), [Some(String::new())]);
        assert!(elements(&page, "input[minlength], input[maxlength], input[pattern]").is_empty());
    }
}

#[test]
fn the_cursor_waits_in_the_first_wrong_field() {
    let all = [
        pages(FactorSmsPage::samples),
        pages(FactorCodePage::samples),
        pages(FactorAuthenticatorPage::samples),
        pages(RecoveryEntryPage::samples),
        pages(RecoveryCodePage::samples),
        pages(ForgottenPage::samples),
        pages(NewPasswordPage::samples),
        pages(RegistrationPage::samples),
        pages(ChangeEmailPage::samples),
        pages(ConnectionIdPage::samples),
        pages(MethodPasswordPage::samples),
        pages(ActiveDirectorySettingsPage::samples),
    ];
    for page in all.concat() {
        let wrong = attribute(&page, "[aria-invalid]", "autofocus");
        assert!(wrong.first().is_none_or(Option::is_some), "{page}");
    }
    // Passwords come back empty: the present one has to be typed first again, whichever was wrong.
    for page in pages(ChangePasswordPage::samples).iter().skip(2) {
        assert_eq!(attribute(page, "input[autofocus]", "name"), [Some("current".to_owned())]);
    }
}

#[test]
fn a_code_can_be_filled_in_by_the_phone_and_pasted_with_blanks() {
    for page in pages(FactorCodePage::samples).into_iter().chain(pages(FactorAuthenticatorPage::samples)) {
        for (name, value) in [("autocomplete", "one-time-code"), ("inputmode", "numeric"), ("maxlength", "40")] {
            assert_eq!(attribute(&page, "input[name=code]", name), [Some(value.to_owned())]);
        }
    }
}

#[test]
fn two_step_verification_speaks_the_words_of_the_manual() {
    has_in_order(&pages(FactorSmsPage::samples)[0], &["電話番号", "次へ", "QRコードでの認証はこちら"]);
    let code = &pages(FactorCodePage::samples)[1];
    has_in_order(code, &["このブラウザを一定期間、記憶する", "次へ", "デバイスを紛失した場合はこちら"]);
    let recovery = &pages(RecoveryCodePage::samples)[0];
    has_in_order(recovery, &["7K3Q-9P2M-XW4T-B8ND-HR6F", "リカバリコードを保存しました", "次へ"]);
    has_in_order(&pages(FactorDonePage::samples)[0], &["2段階認証完了", "ログインする"]);
}

#[test]
fn a_registration_is_confirmed_without_showing_the_password() {
    let page = &pages(RegistrationConfirmPage::samples)[0];
    let facts = ["登録方法", "メールアドレス・パスワードで登録", "メールアドレス", "taro@example.jp", "(非表示)"];
    has_in_order(page, &["申込確認", "以下の内容でお間違えはないでしょうか？"]);
    has_in_order(page, &facts);
    has_in_order(page, &["キャンセル", "確認"]);
    assert_eq!(attribute(page, "button", "formaction"), [Some("/VX7/registration/cancel".to_owned()), None]);
}

#[test]
fn the_menu_shows_what_it_is_given_and_no_empty_section() {
    let menus = pages(AccountMenuPage::samples);
    let all = [
        "&#60;認証情報の変更&#62;",
        "パスワード変更",
        "&#60;認証情報の設定&#62;",
        "&#60;契約情報の変更&#62;",
        "トップ画面へ",
    ];
    has_in_order(&menus[0], &all);
    assert!(!menus[1].contains("契約情報の変更&"), "{}", menus[1]);
    assert!(elements(&menus[2], "section").is_empty());
}

#[test]
fn only_a_stale_link_for_a_locked_or_lost_password_leads_to_a_new_one() {
    use TicketRefusal::{Expired, Replaced, Unknown, Used};
    for purpose in ["unblock", "password_reset", "password-reset"] {
        assert!([Unknown, Expired].into_iter().all(|why| TicketRefusedPage::leads_to_reset(purpose, why)));
        assert!(![Used, Replaced].into_iter().any(|why| TicketRefusedPage::leads_to_reset(purpose, why)));
    }
    assert!(!TicketRefusedPage::leads_to_reset("invitation", Expired));
}

#[test]
fn the_answer_to_a_forgotten_password_tells_nothing_about_the_address() {
    let page = &pages(DonePage::samples)[0];
    assert!(page.contains("ご利用が確認できた場合は") && !page.contains('@'), "{page}");
}

#[test]
fn a_brand_can_word_any_of_these_pages_itself() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("SIX")).unwrap();
    std::fs::write(dir.path().join("SIX/texts.ja.ftl"), "done-registered-note = { $brand }へようこそ。\n").unwrap();
    let spec = crate::web::FaceSpec { code: "SIX".into(), name: "第六".into(), ..crate::web::FaceSpec::default() };
    let face = std::sync::Arc::new(Face::load(&spec, Some(dir.path())).unwrap());
    let done = |face| DonePage { frame: frame(face, Lang::Ja), done: Done::Registered, href: "/".into() };
    assert!(done(&face).render().unwrap().contains("第六へようこそ。"));
    assert!(!done(&faces()[0]).render().unwrap().contains("ようこそ"));
}
