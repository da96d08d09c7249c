//! The pages of this room, and what only they promise.

use std::collections::BTreeSet;
use std::path::Path;

use askama::Template as _;
use http::StatusCode;

use super::check::{faces, frame, render_all, sound};
use super::*;
use crate::web::headers::SecurityHeaders;
use crate::web::page::render;
use crate::web::problem::Problem;
use crate::web::{Face, FaceSpec, Lang};

const SERVICE: &str = "https://storage.example/";

#[test]
fn the_login_page_is_sound() {
    sound("login", &[], LoginPage::samples);
}

#[test]
fn the_consent_page_is_sound() {
    sound("consent", &["https://kintai.example/"], ConsentPage::samples);
}

#[test]
fn the_logout_pages_are_sound() {
    sound("logout", &[], LogoutPage::samples);
    sound("logged_out", &[SERVICE], LoggedOutPage::samples);
}

#[test]
fn the_form_of_a_response_is_sound() {
    sound("form_post", &[], FormPostPage::samples);
}

#[test]
fn the_error_page_is_sound() {
    sound("error", &[SERVICE], ErrorPage::samples);
}

#[test]
fn the_pages_of_two_step_verification_are_sound() {
    sound("factor_sms", &[], FactorSmsPage::samples);
    sound("factor_authenticator", &[], FactorAuthenticatorPage::samples);
    sound("factor_code", &[], FactorCodePage::samples);
    sound("factor_passkey", &[], FactorPasskeyPage::samples);
    sound("factor_done", &[], FactorDonePage::samples);
    sound("recovery_code", &[], RecoveryCodePage::samples);
    sound("recovery_entry", &[], RecoveryEntryPage::samples);
}

#[test]
fn the_pages_of_mailed_links_are_sound() {
    sound("forgotten", &[], ForgottenPage::samples);
    sound("new_password", &[], NewPasswordPage::samples);
    sound("unblock", &[], UnblockPage::samples);
    sound("registration", &[], RegistrationPage::samples);
    sound("registration_confirm", &[], RegistrationConfirmPage::samples);
    sound("email_change", &[], EmailChangeConfirmPage::samples);
    sound("ticket_refused", &[], TicketRefusedPage::samples);
    sound("done", &[], DonePage::samples);
}

#[test]
fn the_pages_of_the_account_menu_are_sound() {
    sound("account_menu", &[SERVICE], AccountMenuPage::samples);
    sound("change_password", &[], ChangePasswordPage::samples);
    sound("change_email", &[], ChangeEmailPage::samples);
    sound("passkeys", &[], PasskeysPage::samples);
}

#[test]
fn the_pages_of_operators_are_sound() {
    sound("operator_sign_in", &[], OperatorSignInPage::samples);
    sound("operator_factor", &[], OperatorFactorPage::samples);
    sound("operator_enrolment", &[], OperatorEnrolmentPage::samples);
    sound("operator_enrolment_factor", &[], OperatorEnrolmentFactorPage::samples);
    sound("operator_notice", &[], OperatorNoticePage::samples);
    sound("api_reference", &[], ApiReferencePage::samples);
    sound("operator_console", &["https://kintai.example/"], operator_console::ConsolePage::samples);
}

#[test]
fn both_languages_have_the_same_texts() {
    let face = Face::neutral().unwrap();
    let keys = |lang| face.texts(lang).plain_keys().map(str::to_owned).collect::<BTreeSet<_>>();
    assert_eq!(keys(Lang::Ja), keys(Lang::En));
    assert!(keys(Lang::Ja).len() > 80);
}

#[test]
fn the_login_page_keeps_the_order_of_the_manual() {
    let page = LoginPage::samples(&frame(&faces()[0], Lang::Ja)).remove(0).render().unwrap();
    let order = [
        "<h1>ログイン</h1>",
        "パスワード変更、その他認証・契約情報の変更はこちら",
        "メールアドレス",
        "for=\"password\">パスワード",
        "<button class=\"button primary\" type=\"submit\">ログイン</button>",
        "パスワードを忘れた方はこちら",
        "<span aria-hidden=\"true\">---</span>または<span aria-hidden=\"true\">---</span>",
        "Googleアカウントでログイン",
        "Facebookアカウントでログイン",
        "Microsoftアカウントでログイン",
        "dアカウントでログイン",
        "Active Directoryアカウントでログイン",
    ];
    let mut rest = page.as_str();
    for text in order {
        let (_, after) = rest.split_once(text).unwrap_or_else(|| panic!("{text} is missing or too early"));
        rest = after;
    }
}

#[test]
fn a_brand_without_upstream_accounts_shows_no_such_section() {
    let page = LoginPage::samples(&frame(&faces()[0], Lang::Ja)).remove(1).render().unwrap();
    assert!(!page.contains("---</span>または") && !page.contains("class=\"upstream\""));
}

#[test]
fn an_error_page_says_its_code_its_status_and_its_reference() {
    for problem in Problem::samples() {
        let frame = frame(&faces()[0], Lang::Ja);
        let html = ErrorPage::new(frame.clone(), &problem, None).render().unwrap();
        assert!(html.contains("お問い合わせ番号: 7K3Q-9P2M"), "{problem:?}");
        assert!(html.contains(&format!("data-problem=\"{}\"", problem.code())), "{problem:?}");
        let answer = problem.respond(frame, None);
        assert_eq!(answer.status(), problem.status());
        assert_eq!(answer.headers().contains_key("retry-after"), matches!(answer.status().as_u16(), 429 | 503));
        assert_eq!(answer.headers().contains_key("allow"), answer.status() == StatusCode::METHOD_NOT_ALLOWED);
    }
}

#[test]
fn a_page_is_never_stored_never_framed_and_says_its_language() {
    let mut answer = render(StatusCode::OK, &LoginPage::samples(&frame(&faces()[0], Lang::En)).remove(0));
    SecurityHeaders { https: true }.apply(answer.headers_mut());
    let header = |name: &str| answer.headers()[name].to_str().unwrap();
    assert_eq!(header("cache-control"), "no-store");
    assert_eq!(header("content-language"), "en");
    assert_eq!(header("referrer-policy"), "strict-origin");
    let policy = header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    assert!(policy.ends_with("form-action 'self' https:"), "{policy}");
}

#[test]
fn a_sixth_brand_needs_only_a_folder_or_not_even_that() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("SIX")).unwrap();
    std::fs::write(dir.path().join("SIX/theme.css"), ":root { --primary: #123456; }").unwrap();
    std::fs::write(dir.path().join("SIX/texts.ja.ftl"), "login-title = { $brand }ログイン\n").unwrap();
    let spec = FaceSpec {
        code: "SIX".into(),
        name: "第六<箱>".into(),
        colors: [("accent".to_owned(), "#a04000".to_owned())].into(),
        ..FaceSpec::default()
    };
    let face = Face::load(&spec, Some(dir.path())).unwrap();
    assert_eq!(face.texts(Lang::Ja).text("login-title"), "第六<箱>ログイン");
    assert_eq!(face.texts(Lang::En).text("login-title"), "Log in");
    let bare = Face::load(&FaceSpec { code: "SEVEN".into(), name: "Seven".into(), ..FaceSpec::default() }, None);
    assert!(bare.unwrap().assets.respond("logo.svg", &http::HeaderMap::new()).is_some());
}

#[test]
fn a_brand_that_cannot_be_read_or_named_is_refused_in_plain_words() {
    let spec = |code: &str, color: &str| FaceSpec {
        code: code.into(),
        name: "X".into(),
        colors: [("primary".to_owned(), color.to_owned())].into(),
        ..FaceSpec::default()
    };
    let error = |spec| Face::load(&spec, None).err().unwrap().to_string();
    assert!(
        error(spec("VX7", "#fff000")).starts_with("brand VX7: color \"on-primary\" on \"primary\" has a contrast of")
    );
    assert!(error(spec("../etc", "#000")).starts_with("brand code \"../etc\" must be"));
}

#[test]
fn every_brand_has_a_look_of_its_own() {
    let styles: BTreeSet<_> = faces().iter().map(|f| f.assets.href("theme.css").to_owned()).collect();
    let logos: BTreeSet<_> = faces().iter().map(|f| f.assets.href("logo.svg").to_owned()).collect();
    assert_eq!((styles.len(), logos.len()), (6, 6));
}

/// For the designer: see `ui/README.md`.
#[tokio::test]
#[ignore = "writes files for looking at"]
async fn writes_every_page_to_target_pages() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/pages");
    let faces = faces();
    write_assets(root.as_path(), &faces).await;
    let samples = [
        render_all("login", &faces, LoginPage::samples),
        render_all("consent", &faces, ConsentPage::samples),
        render_all("logout", &faces, LogoutPage::samples),
        render_all("logged_out", &faces, LoggedOutPage::samples),
        render_all("form_post", &faces, FormPostPage::samples),
        render_all("error", &faces, ErrorPage::samples),
        render_all("factor_sms", &faces, FactorSmsPage::samples),
        render_all("factor_authenticator", &faces, FactorAuthenticatorPage::samples),
        render_all("factor_code", &faces, FactorCodePage::samples),
        render_all("factor_passkey", &faces, FactorPasskeyPage::samples),
        render_all("factor_done", &faces, FactorDonePage::samples),
        render_all("recovery_code", &faces, RecoveryCodePage::samples),
        render_all("recovery_entry", &faces, RecoveryEntryPage::samples),
        render_all("forgotten", &faces, ForgottenPage::samples),
        render_all("new_password", &faces, NewPasswordPage::samples),
        render_all("unblock", &faces, UnblockPage::samples),
        render_all("registration", &faces, RegistrationPage::samples),
        render_all("registration_confirm", &faces, RegistrationConfirmPage::samples),
        render_all("email_change", &faces, EmailChangeConfirmPage::samples),
        render_all("ticket_refused", &faces, TicketRefusedPage::samples),
        render_all("done", &faces, DonePage::samples),
        render_all("account_menu", &faces, AccountMenuPage::samples),
        render_all("change_password", &faces, ChangePasswordPage::samples),
        render_all("change_email", &faces, ChangeEmailPage::samples),
        render_all("passkeys", &faces, PasskeysPage::samples),
        render_all("link_confirm", &faces, LinkConfirmPage::samples),
        render_all("connection_id", &faces, ConnectionIdPage::samples),
        render_all("connection_confirm", &faces, ConnectionConfirmPage::samples),
        render_all("active_directory_entry", &faces, ActiveDirectoryEntryPage::samples),
        render_all("active_directory_settings", &faces, ActiveDirectorySettingsPage::samples),
        render_all("login_method", &faces, LoginMethodPage::samples),
        render_all("method_password", &faces, MethodPasswordPage::samples),
        render_all("operator_sign_in", &faces, OperatorSignInPage::samples),
        render_all("operator_factor", &faces, OperatorFactorPage::samples),
        render_all("operator_enrolment", &faces, OperatorEnrolmentPage::samples),
        render_all("operator_enrolment_factor", &faces, OperatorEnrolmentFactorPage::samples),
        render_all("operator_notice", &faces, OperatorNoticePage::samples),
        render_all("operator_console", &faces, operator_console::ConsolePage::samples),
        render_all("api_reference", &faces, ApiReferencePage::samples),
        render_all("deletion_status", &faces, DeletionStatusPage::samples),
    ];
    for sample in samples.iter().chain(&super::admin_tests::render_everything(&faces)).flatten() {
        std::fs::write(root.join(format!("{}.html", sample.name)), &sample.html).unwrap();
    }
}

async fn write_assets(root: &Path, faces: &[std::sync::Arc<Face>]) {
    for face in faces {
        let assets = root.join(&face.code).join("assets");
        std::fs::create_dir_all(&assets).unwrap();
        let scripts = ["copy.js", "form-post.js", "keep-form.js", "own-address.js", "password-eye.js"];
        for file in
            ["base.css", "admin.css", "operator.css", "theme.css", "logo.svg", "favicon.svg"].into_iter().chain(scripts)
        {
            let answer = face.assets.respond(file, &http::HeaderMap::new()).unwrap();
            let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
            std::fs::write(assets.join(face.assets.href(file)), bytes).unwrap();
        }
    }
}
