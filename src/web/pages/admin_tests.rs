//! What the pages of the admin console promise beyond being sound.

use std::sync::Arc;

use super::admin::*;
use super::check::{Sample, faces, frame, render_all, sound};
use crate::policy::administration::Act;
use crate::web::page::{Frame, Page};
use crate::web::{Face, Lang};

/// Every page of the console, for the designer.
pub fn render_everything(faces: &[Arc<Face>]) -> Vec<Vec<Sample>> {
    vec![
        render_all("admin_top", faces, AdminTopPage::samples),
        render_all("admin_users", faces, UserListPage::samples),
        render_all("admin_user", faces, AdminUserPage::samples),
        render_all("admin_act", faces, AdminActPage::samples),
        render_all("admin_change_sign_in", faces, ChangeSignInPage::samples),
        render_all("admin_change_sign_in_confirm", faces, ChangeSignInConfirmPage::samples),
        render_all("admin_invite", faces, InvitePage::samples),
        render_all("admin_import", faces, ImportPage::samples),
        render_all("admin_import_report", faces, ImportReportPage::samples),
        render_all("admin_lines", faces, LinesPage::samples),
        render_all("admin_lines_confirm", faces, LinesConfirmPage::samples),
        render_all("admin_line", faces, LinePage::samples),
        render_all("admin_sign_ins", faces, SignInsPage::samples),
    ]
}

fn pages<P: Page>(samples: fn(&Frame) -> Vec<P>) -> Vec<String> {
    samples(&frame(&faces()[0], Lang::Ja)).iter().map(|page| page.render().unwrap()).collect()
}

#[test]
fn the_pages_of_users_are_sound() {
    sound("admin_top", &["https://storage.example/"], AdminTopPage::samples);
    sound("admin_users", &[], UserListPage::samples);
    sound("admin_user", &[], AdminUserPage::samples);
    sound("admin_act", &[], AdminActPage::samples);
}

#[test]
fn the_pages_of_invitations_and_changes_are_sound() {
    sound("admin_change_sign_in", &[], ChangeSignInPage::samples);
    sound("admin_change_sign_in_confirm", &[], ChangeSignInConfirmPage::samples);
    sound("admin_invite", &[], InvitePage::samples);
    sound("admin_import", &[], ImportPage::samples);
    sound("admin_import_report", &[], ImportReportPage::samples);
}

#[test]
fn the_pages_of_lines_and_sign_ins_are_sound() {
    sound("admin_lines", &[], LinesPage::samples);
    sound("admin_lines_confirm", &[], LinesConfirmPage::samples);
    sound("admin_line", &[], LinePage::samples);
    sound("admin_sign_ins", &[], SignInsPage::samples);
}

#[test]
fn a_change_is_asked_for_in_the_words_of_the_manual() {
    let page = &pages(ChangeSignInPage::samples)[0];
    for words in [
        "<h1>メールアドレス変更</h1>",
        "メールアドレスを変更せず、送信・OKをクリックします。ログイン方法の変更用のURLが利用者へメールされます。",
        "変更したいメールアドレスを入力し、送信・OKをクリックします。メールアドレス変更用のURLが利用者へメールされます。",
        "ログイン方法の変更とメールアドレス変更は同時に実施できません。メールアドレス変更実施後、ログイン方法の変更を実施してください。",
        ">送信</button>",
        ">キャンセル</a>",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let confirm = &pages(ChangeSignInConfirmPage::samples)[0];
    for words in ["指定されたメールアドレスに確認メールを送信します。よろしいですか？", ">OK</button>", ">Cancel</a>"]
    {
        assert!(confirm.contains(words), "{words}");
    }
}

#[test]
fn every_notice_is_found_again_by_its_word() {
    for act in Act::ALL {
        assert_eq!(UserNotice::parse(act.as_str()), Some(UserNotice::Done(*act)));
    }
    for notice in [UserNotice::Invited, UserNotice::EmailChangeSent, UserNotice::ChangeCancelled, UserNotice::Changed] {
        assert_eq!(UserNotice::parse(notice.word()), Some(notice));
    }
    assert_eq!(UserNotice::parse("\"><script>"), None);
}

#[test]
fn a_table_has_headings_and_a_region_that_scrolls() {
    let page = &pages(UserListPage::samples)[0];
    assert!(page.contains("<div class=\"scroll\" role=\"region\"") && page.contains("tabindex=\"0\""));
    assert_eq!(page.matches("scope=\"col\"").count(), 6);
    assert_eq!(page.matches("scope=\"row\"").count(), 4);
}
