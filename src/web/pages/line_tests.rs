//! What the pages of line authentication promise beyond being sound.

use askama::Template as _;

use super::check::{faces, frame, sound};
use super::*;
use crate::web::Lang;
use crate::web::page::Page as _;

#[test]
fn the_pages_of_line_authentication_are_sound() {
    sound("line_refused", &["https://storage.example/"], LineRefusedPage::samples);
    sound("line_carrier", &[], CarrierPage::samples);
    sound("line_trouble", &["https://storage.example/"], LineTroublePage::samples);
}

#[test]
fn the_error_says_what_the_manual_says_and_three_characters_of_the_number() {
    let page = LineRefusedPage::samples(&frame(&faces()[0], Lang::Ja)).remove(0).render().unwrap();
    for words in [
        "<h1>回線認証エラー</h1>",
        "契約者様または管理者権限を持つ利用者様に、下記をご確認ください。",
        "「回線認証設定」が完了しているか",
        "ご利用の回線番号を正しく登録しているか",
        "お問い合わせ番号: 7K3Q-9P2M",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert!(page.contains("末尾 7&#34;&#60;"), "{page}");
}

#[test]
fn the_way_to_the_carrier_says_what_to_choose_there_and_announces_it() {
    let pages = CarrierPage::samples(&frame(&faces()[0], Lang::Ja));
    let html = pages[0].render().unwrap();
    assert!(
        html.contains("回線情報通知設定")
            && html.contains("「通知する」を選択し、「決定」ボタンをクリックしてください。")
    );
    assert_eq!(pages[0].form_targets(), ["https://carrier.example"]);
}
