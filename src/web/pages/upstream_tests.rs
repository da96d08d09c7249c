//! What the pages of accounts elsewhere promise beyond being sound.

use askama::Template as _;
use scraper::{Html, Selector};

use super::check::{faces, frame, sound};
use super::*;
use crate::web::page::{Frame, Page};
use crate::web::{Face, Lang};

fn pages<P: Page>(samples: fn(&Frame) -> Vec<P>) -> Vec<String> {
    samples(&frame(&faces()[0], Lang::Ja)).iter().map(|page| page.render().unwrap()).collect()
}

/// What stands in the elements, without markup.
fn words(html: &str, selector: &str) -> Vec<String> {
    let page = Html::parse_document(html);
    let words = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    page.select(&Selector::parse(selector).unwrap()).map(|element| words(element.text().collect())).collect()
}

/// An attribute of the elements that have it.
fn attributes(html: &str, selector: &str, name: &str) -> Vec<String> {
    let page = Html::parse_document(html);
    page.select(&Selector::parse(selector).unwrap()).filter_map(|e| e.attr(name)).map(str::to_owned).collect()
}

#[test]
fn the_pages_of_accounts_elsewhere_are_sound() {
    sound("link_confirm", &[], LinkConfirmPage::samples);
    sound("connection_id", &[], ConnectionIdPage::samples);
    sound("connection_confirm", &[], ConnectionConfirmPage::samples);
    sound("active_directory_entry", &["https://storage.example/"], ActiveDirectoryEntryPage::samples);
    sound("login_method", &[], LoginMethodPage::samples);
    sound("method_password", &[], MethodPasswordPage::samples);
    sound("deletion_status", &[], DeletionStatusPage::samples);
}

#[test]
fn the_settings_of_active_directory_are_sound() {
    sound("active_directory_settings", &[], ActiveDirectorySettingsPage::samples);
}

#[test]
fn every_kind_of_account_has_words_in_every_language() {
    for (face, lang) in faces().iter().flat_map(|face| Lang::ALL.map(|lang| (face, lang))) {
        let frame = frame(face, lang);
        for kind in UpstreamKind::ALL {
            let own = *kind == UpstreamKind::OpenIdConnect;
            let offers =
                [Offer::Login, Offer::Register, Offer::Change].map(|offer| kind.label(&frame, offer, "Keycloak"));
            for said in offers.into_iter().chain([kind.account(&frame, "Keycloak")]) {
                assert!(!said.contains('[') && said.contains("Keycloak") == own, "{said}");
            }
        }
        assert_eq!(face.texts(lang).missing(), Vec::<String>::new());
    }
}

#[test]
fn each_button_is_a_form_of_its_own_that_carries_the_ticket() {
    for (page, ticket) in [
        (&pages(LoginPage::samples)[0], None),
        (&pages(RegistrationPage::samples)[0], Some("cGVuZw\"><script>")),
        (&pages(LoginMethodPage::samples)[1], Some("cGVuZw\"><script>")),
    ] {
        assert_eq!(attributes(page, ".upstream form[action]", "action").len(), UpstreamKind::ALL.len());
        assert_eq!(attributes(page, ".upstream form > button:only-of-type", "type").len(), UpstreamKind::ALL.len());
        let tickets = attributes(page, ".upstream form > input[name=ticket]", "value");
        assert_eq!(tickets.len(), ticket.map_or(0, |_| UpstreamKind::ALL.len()));
        assert!(tickets.iter().all(|carried| Some(carried.as_str()) == ticket));
        assert!(attributes(page, "img:not(.logo)", "src").is_empty(), "nothing of a vendor's is loaded");
    }
}

#[test]
fn a_page_announces_where_its_buttons_lead() {
    let frame = frame(&faces()[0], Lang::Ja);
    let targets = LoginPage::samples(&frame)[0].form_targets();
    assert_eq!(targets[0], "https://storage.example/VX7/callback");
    assert_eq!(targets.len(), 1 + UpstreamKind::ALL.len());
    let mut own = LoginMethodPage::samples(&frame).swap_remove(1);
    own.upstream.iter_mut().for_each(|button| button.origin = String::new());
    assert_eq!(own.form_targets(), Vec::<String>::new(), "a page of ours needs no announcement");
    assert_eq!(ConnectionConfirmPage::samples(&frame)[0].form_targets(), ["https://adfs.customer.example"]);
    assert_eq!(LinkConfirmPage::samples(&frame)[0].form_targets(), ["https://adfs.customer.example"]);
}

#[test]
fn what_an_upstream_says_of_a_person_is_shown_in_bounds() {
    let hostile = &pages(LinkConfirmPage::samples)[4];
    assert!(!hostile.contains('\u{202e}'));
    let shown = words(hostile, ".identity .who");
    assert!(shown[0].chars().count() <= 100 && shown[0].starts_with("<script>"), "{shown:?}");
    assert!(pages(LinkConfirmPage::samples)[2].contains("提供されていません"));
}

#[test]
fn a_link_is_confirmed_in_the_words_of_the_account() {
    let page = &pages(LinkConfirmPage::samples)[0];
    assert_eq!(
        words(page, "main button, main p.side"),
        ["このGoogleアカウントで登録", "別のアカウントを使う", "キャンセル"]
    );
    let change = &pages(LinkConfirmPage::samples)[1];
    assert_eq!(words(change, "main button.primary"), ["このActive Directoryアカウントに変更"]);
}

#[test]
fn the_connection_id_is_confirmed_in_the_words_of_the_manual() {
    let all = pages(ConnectionConfirmPage::samples);
    let keep = "※接続IDは、ログインの際に必要となりますので、メモを取り安全な場所に保管してください。";
    assert!(all[0].contains(keep) && all[1].contains(keep) && !all[2].contains(keep));
    assert!(all[0].contains("契約者から周知された接続IDとなっているかご確認のうえ、「確認」をクリック"));
    assert_eq!(words(&all[0], "#connection-id"), ["adfs-0a1B2c3D4e5F6g7H"]);
    assert_eq!(words(&all[2], ".facts dd"), ["adfs.a-department.a-very-long-company-name.example.co.jp:8443"]);
    assert!(words(&all[3], ".facts dd").is_empty());
}

#[test]
fn the_login_method_is_chosen_in_the_words_of_the_manual() {
    let all = pages(LoginMethodPage::samples);
    assert_eq!(
        words(&all[0], "h1, .facts dd"),
        ["ログイン方法の設定", "メールアドレス・パスワード", "taro@example.jp"]
    );
    let facebook = "※登録済みの「Facebookアカウント」から異なるFacebookアカウントへは切り替えできません。\
                    異なるFacebookアカウントに変更したい場合は、一度別のログイン方法に変更してください。";
    assert!(all[0].contains(facebook) && all[1].contains(facebook) && !all[2].contains(facebook));
    let contractor = "契約者は、Active Directoryアカウントは選択できません。";
    assert!(all[0].contains(contractor) && !all[1].contains(contractor));
    let password = &pages(MethodPasswordPage::samples)[0];
    assert_eq!(words(password, "main h1, main .button"), ["メールアドレス・パスワード認証の設定", "登録", "戻る"]);
}

#[test]
fn a_secret_goes_in_and_never_comes_out() {
    let all = pages(ActiveDirectorySettingsPage::samples);
    for page in &all {
        assert!(attributes(page, "input[type=password]", "value").is_empty());
        assert_eq!(attributes(page, "input[type=password]", "name"), ["client_secret"]);
    }
    assert_eq!(attributes(&all[1], "input[type=password]", "placeholder"), ["設定済み"]);
    assert!(attributes(&all[1], "input[type=password]", "required").is_empty());
    assert!(attributes(&all[0], "input[type=password]", "placeholder").is_empty());
    assert_eq!(attributes(&all[0], "input[type=password]", "required").len(), 1);
}

#[test]
fn enter_saves_and_the_other_button_only_tests() {
    let page = &pages(ActiveDirectorySettingsPage::samples)[1];
    assert_eq!(words(page, "form button"), ["保存", "接続テスト"]);
    assert_eq!(attributes(page, "form button", "formaction"), ["/VX7/account/active-directory/test"]);
}

#[test]
fn faults_stand_at_their_fields_and_the_first_one_gets_the_cursor() {
    let frame = frame(&faces()[0], Lang::Ja);
    let all = pages(ActiveDirectorySettingsPage::samples);
    let several = &all[all.len() - 2];
    assert_eq!(attributes(several, "[aria-invalid]", "name"), ["issuer", "client_secret", "subject_claim"]);
    assert_eq!(attributes(several, "[autofocus]", "name"), ["issuer"]);
    assert_eq!(words(several, ".fault").len(), 3);
    assert_eq!(words(several, "#alert"), ["入力内容をご確認ください。設定は保存されていません。"]);
    for alert in ActiveDirectoryAlert::ALL {
        let page = ActiveDirectorySettingsPage {
            alerts: vec![alert],
            ..ActiveDirectorySettingsPage::samples(&frame).swap_remove(1)
        };
        let page = page.render().unwrap();
        let field: Vec<_> = alert.field().map(|field| field.as_str().to_owned()).into_iter().collect();
        assert_eq!(attributes(&page, "[aria-invalid]", "name"), field, "{alert:?}");
        let asks = attributes(&page, "input[type=checkbox]", "name");
        assert_eq!(asks.is_empty(), alert != ActiveDirectoryAlert::IdentityChanged, "{alert:?}");
    }
}

#[test]
fn what_has_to_be_known_elsewhere_can_be_copied() {
    let saved = &pages(ActiveDirectorySettingsPage::samples)[1];
    let there = [
        ("#connection-id", "adfs-0a1B2c3D4e5F6g7H"),
        ("#internet-url", "https://login.cloud-nas.example.net/VX7/ad/adfs-0a1B2c3D4e5F6g7H"),
        ("#line-url", "https://login.cloud-nas.example.biz/VX7/ad/adfs-0a1B2c3D4e5F6g7H"),
        ("#redirect-uri", "https://login.cloud-nas.example.net/VX7/callback/adfs-0a1B2c3D4e5F6g7H"),
    ];
    for (id, value) in there {
        assert_eq!(words(saved, id), [value]);
    }
    let copied: Vec<_> = attributes(saved, "button[data-copy]", "data-copy");
    assert_eq!(copied, there.map(|(id, _)| id.trim_start_matches('#')));
    assert_eq!(words(saved, "button[data-copy]").first().unwrap(), "コピー 接続ID");
}

#[test]
fn only_an_existing_connection_warns_of_another_claim() {
    let all = pages(ActiveDirectorySettingsPage::samples);
    let warning = "ログイン方法の再設定が必要になることがあります";
    assert!(!all[0].contains(warning) && all[1].contains(warning));
}

#[test]
fn a_report_says_of_each_step_what_became_of_it_and_what_to_do() {
    let all = pages(ActiveDirectorySettingsPage::samples);
    let passed = &all[4];
    assert_eq!(words(passed, ".report .verdict"), vec!["問題なし"; TestStepName::ALL.len()]);
    assert_eq!(words(passed, ".report [role=status]"), ["すべての項目を確認できました。"]);
    let unreachable = &all[6];
    let verdicts = ["問題なし", "要確認", "未確認", "未確認", "未確認", "未確認", "未確認"];
    assert_eq!(words(unreachable, ".report .verdict"), verdicts);
    assert_eq!(words(unreachable, ".report li .small").len(), 1);
    assert!(all.iter().any(|page| page.contains("372秒")));
}

#[test]
fn a_deletion_says_whether_it_is_done() {
    let all = pages(DeletionStatusPage::samples);
    assert!(all[0].contains("すべて削除されました") && all[0].contains("7K3Q9P2MXW4T"));
    assert!(all[1].contains("受け付けました"));
}

#[test]
fn the_neutral_face_has_these_words_too() {
    let face = std::sync::Arc::new(Face::neutral().unwrap());
    let page = DeletionStatusPage { frame: frame(&face, Lang::En), code: "X".to_owned(), done: true };
    assert!(page.render().unwrap().contains("Your Tegata account"));
}
