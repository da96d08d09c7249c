//! Every mail of every brand in every language, with hostile words wherever the outside reaches it; and the manuals'.

use scraper::{Html, Selector};

use super::*;
use crate::notify::MailKind;
use crate::web::pages::check::faces;

const LINK: &str = "https://login.example/VX7/lo/reset?ticket=abc_DEF-123&x=1";

/// What people, or those who enter them, may call themselves.
const NAMES: [&str; 7] = [
    "端場 花子",
    "<script>alert(1)</script>\"'&",
    "a\r\nBcc: victim@vx7.example\r\n\r\nbody",
    "\u{202e}gnirts\u{2066}\u{2028}x\u{0}",
    "https://evil.example/login",
    "あなたの口座 www.evil.example をご確認 evil@evil.example",
    "",
];

fn all(kind: MailKind) -> Vec<(&'static str, String)> {
    let value = |arg: &&'static str| match kind.urls().contains(arg) {
        true => format!("https://login.example/{arg}\"<>\r\n\u{202e}?x=1&y=2"),
        false => format!("<b>{arg}</b>\r\n\u{202e}"),
    };
    kind.args().iter().map(|arg| (*arg, value(arg))).collect()
}

/// Where the link and the URLs among the arguments lead.
fn ways(kind: MailKind) -> Vec<String> {
    let urls = kind.urls().iter().map(|arg| format!("https://login.example/{arg}?x=1&y=2"));
    kind.has_link().then(|| LINK.to_owned()).into_iter().chain(urls).collect()
}

fn each(check: impl Fn(MailKind, &'static str, Lang, &Face, &Content)) {
    for (face, lang) in faces().iter().flat_map(|face| Lang::ALL.map(|lang| (face, lang))) {
        for (kind, name) in MailKind::ALL.iter().flat_map(|kind| NAMES.map(|name| (*kind, name))) {
            let args = all(kind);
            let args: Vec<_> = args.iter().map(|(key, value)| (*key, value.as_str())).collect();
            let link = kind.has_link().then_some(LINK);
            let mail = Mail { kind, to: "hanako@vx7.example", name, lang, link, args: &args };
            check(kind, name, lang, face, &compose_mail(face, &mail));
        }
        assert_eq!(face.texts(lang).missing(), Vec::<String>::new(), "{} {lang:?}", face.code);
    }
}

#[test]
fn no_name_becomes_markup_a_header_a_line_or_a_link() {
    each(|kind, name, _, face, content| {
        let (subject, html) = content.mail_parts().unwrap();
        let told = format!("{kind} {} {name:?}\n{}", face.code, content.text());
        assert!(!subject.contains(char::is_control) && subject.contains(&face.name), "{told}");
        for part in [subject, content.text(), html] {
            assert!(!part.contains(['\r', '\0', '\u{202e}', '\u{2066}', '\u{2028}', '\u{2068}', '\u{2069}']), "{told}");
            assert!(!part.contains("evil.example") && !part.contains("\nBcc"), "{told}");
        }
        let links = content.text().matches("://").count();
        assert_eq!(links, ways(kind).len(), "{told}");
        assert!(content.text().starts_with(|c: char| !c.is_whitespace()), "{told}");
    });
}

#[test]
fn the_html_part_is_sound_says_the_same_and_leads_nowhere_else() {
    let select = |page: &Html, what: &str| -> Vec<String> {
        let selector = Selector::parse(what).unwrap();
        page.select(&selector).map(|element| element.html()).collect()
    };
    each(|kind, name, lang, face, content| {
        let (subject, html) = content.mail_parts().unwrap();
        let told = format!("{kind} {} {name:?}\n{html}", face.code);
        let page = Html::parse_document(html);
        assert!(page.errors.is_empty(), "{told}\n{:?}", page.errors);
        assert_eq!(page.root_element().attr("lang"), Some(lang.tag()), "{told}");
        let title = page.select(&Selector::parse("title").unwrap()).next().unwrap();
        assert_eq!(title.text().collect::<String>(), subject, "{told}");
        for foreign in ["script", "img", "link", "style", "iframe", "form", "b", "[src]", "[background]"] {
            assert_eq!(select(&page, foreign), Vec::<String>::new(), "{told}");
        }
        let anchors: Vec<_> = page.select(&Selector::parse("a").unwrap()).collect();
        let led: Vec<_> = anchors.iter().filter_map(|a| a.attr("href")).collect();
        assert_eq!(led, ways(kind), "{told}");
        assert!(anchors.iter().all(|a| !a.text().collect::<String>().trim().is_empty()), "{told}");
        let words = |text: &str| text.split_whitespace().collect::<String>();
        let body = page.select(&Selector::parse("body").unwrap()).next().unwrap();
        let shown = words(&body.text().collect::<String>());
        for line in content.text().lines() {
            assert!(shown.contains(&words(line)), "{told}\nlacks {line}");
        }
    });
}

#[test]
fn what_was_sealed_reads_as_what_was_composed() {
    let face = &faces()[0];
    let mail = Mail {
        kind: MailKind::Unblock,
        to: "hanako@vx7.example",
        name: "端場 花子",
        lang: Lang::Ja,
        link: Some(LINK),
        args: &[],
    };
    let content = compose_mail(face, &mail);
    let read: Content = serde_json::from_slice(&serde_json::to_vec(&content).unwrap()).unwrap();
    assert_eq!((read.to(), read.text()), (content.to(), content.text()));
    assert_eq!(read.mail_parts(), content.mail_parts());
}

/// The words of a mail without the line breaks that a figure of a manual happens to have.
fn words(brand: &str, kind: MailKind) -> (String, String) {
    let face = faces().into_iter().find(|face| face.code == brand).unwrap();
    let args = [
        ("inviter", "keiyaku@vx7.example"),
        ("internet_url", "https://login.example/ad"),
        ("line_url", "https://login.line.example/ad"),
        ("connection_id", "adfs-0a1B2c3D4e5F6g7H"),
    ];
    let link = Some("URL");
    let mail = Mail { kind, to: "hanako@vx7.example", name: "端場 花子", lang: Lang::Ja, link, args: &args };
    let content = compose_mail(&face, &mail);
    let text = content.text().lines().filter(|line| *line != "=====").collect::<String>();
    (content.mail_parts().unwrap().0.to_owned(), text)
}

#[test]
fn the_mails_of_m_drive_have_the_manuals_words() {
    for (kind, subject, text) in [
        (
            MailKind::Invitation,
            "【M-Drive】利用者登録のご案内",
            "端場 花子 様こちらは、M-Driveシステムです。keiyaku@vx7.exampleより端場 花子様が本サービスの利用者として登録されました。\
             本メール受領後、14日以内に下記URLへアクセスして利用者登録を完了してください。■利用者登録用URLURL\
             本メールは「M-Drive」のシステムより自動的に送信しております。\
             送信専用となっておりますので、ご返信いただきましてもご対応いたしかねますので予めご了承ください。",
        ),
        (
            MailKind::ActiveDirectoryLogin,
            "【M-Drive】Active Directoryアカウントのログイン用URL・接続ID通知",
            "端場 花子様平素より、M-Driveをご利用いただき誠にありがとうございます。\
             Active Directoryアカウントのログイン用URLおよび接続IDをご連絡いたします。\
             ※契約者の方は、Active Directoryアカウントでログインをする利用者に対して、事前に接続IDを通知してください。\
             利用者がログイン方法のActive Directoryアカウントに設定する際に、接続IDの入力が必要となります。\
             ■ Active Directoryアカウントのログイン用URL・インターネット用 : https://login.example/ad\
             ・回線認証用 : https://login.line.example/ad\
             ■ Active Directoryアカウントのログイン設定に必要な接続ID・Active Directoryの接続ID : adfs-0a1B2c3D4e5F6g7H\
             M-Driveへログイン時に、接続IDの入力画面が表示された場合、上記の接続IDを入力してください。",
        ),
        (
            MailKind::EmailChange,
            "【M-Drive】メールアドレス変更登録",
            "端場 花子様平素より、M-Driveをご利用いただき誠にありがとうございます。\
             下記URLへアクセスし、ご登録いただきましたメールアドレスへの変更を完了してください。URL\
             本メール受領後、14日間以内にアクセスが完了しない場合は変更処理がキャンセルとなりますのでご注意ください。",
        ),
        (
            MailKind::LoginMethodChange,
            "【M-Drive】ログイン方法の設定変更",
            "端場 花子様平素より、M-Driveをご利用いただき誠にありがとうございます。\
             下記URLへアクセスし、ログイン方法の設定変更を完了してください。URL\
             ログイン方法に認証連携しているサービスアカウントを設定する場合は、当該サービスのアカウントからログアウトした後に、\
             本メールに記載のリンクにアクセスし、M-Driveのログイン設定を進めることを推奨します。\
             ※お客様が意図しない認証連携サービスのアカウントに紐づいてしまうことを防ぐため\
             本メール受領後、14日間以内にログイン方法の設定変更が完了しない場合は変更処理がキャンセルとなりますのでご注意ください。",
        ),
        (
            MailKind::Unblock,
            "【M-Drive】アカウントロック",
            "端場 花子様平素より、M-Driveをご利用いただき誠にありがとうございます。\
             サービスへのログインが規定回数以上失敗したため、アカウントをロックしました。\
             下記URLへアクセスすることでロックを解除できます。URL※有効期限: 本メール受領後14日間\
             なお、上記URLが有効期限切れの場合、ポータルサイトのログイン画面よりパスワード変更を行うことによりロックを解除できます。",
        ),
        (
            MailKind::PasswordReset,
            "【M-Drive】パスワードリセット",
            "端場 花子様平素より、M-Driveをご利用いただき誠にありがとうございます。パスワードリセットについて承りました。\
             下記URLへアクセスし新しいパスワードを登録ください。URL\
             本メール受領後、14日間以内に新しいパスワードの登録が完了しない場合は処理がキャンセルとなりますのでご注意ください。",
        ),
    ] {
        assert_eq!(words("VX7", kind), (subject.to_owned(), text.to_owned()));
    }
}

#[test]
fn the_other_manuals_differ_where_they_differ() {
    for (brand, kind, part) in [
        ("VX4", MailKind::Unblock, "おまかせクラウドストレージサービスをご利用いただき"),
        ("VX4", MailKind::PasswordReset, "おまかせクラウドストレージサービスをご利用いただき"),
        ("VX4", MailKind::EmailChange, "おまかせクラウドストレージをご利用いただき"),
        ("VX4", MailKind::EmailChange, "完了しない場合は、変更処理がキャンセル"),
        ("VX4", MailKind::LoginMethodChange, "お客さまが意図しない"),
        ("VW5", MailKind::Invitation, "WORKSDRIVEの利用者として登録されました。"),
        ("VW5", MailKind::Unblock, "WORKSDRIVEサービスをご利用いただき"),
        ("VW5", MailKind::EmailChange, "完了しない場合は変更処理がキャンセル"),
        ("VX8", MailKind::Invitation, "本サービスの利用者として登録されました。"),
        ("VX8", MailKind::EmailChange, "完了しない場合は変更がキャンセル"),
        ("VX8", MailKind::PasswordReset, "どこでもBOXサービスをご利用いただき"),
        ("VX9", MailKind::Unblock, "コーデックストレージサービスをご利用いただき"),
        ("VX9", MailKind::EmailChange, "コーデックストレージをご利用いただき"),
        ("VX9", MailKind::LoginMethodChange, "お客さまが意図しない"),
    ] {
        let (_, text) = words(brand, kind);
        assert!(text.contains(part), "{brand} {kind}: {text}");
    }
}

#[test]
fn a_line_without_its_value_is_left_out() {
    let line = |line_url| {
        let args = [("internet_url", "https://login.example/ad"), ("line_url", line_url), ("connection_id", "adfs-1")];
        let kind = MailKind::ActiveDirectoryLogin;
        let mail = Mail { kind, to: "hanako@vx7.example", name: "端場", lang: Lang::Ja, link: None, args: &args };
        let content = compose_mail(&faces()[0], &mail);
        let (_, html) = content.mail_parts().unwrap();
        assert_eq!(content.text().contains("回線認証用"), html.contains("回線認証用"));
        assert!(content.text().contains("・インターネット用 : https://login.example/ad\n"));
        assert!(html.contains(">https://login.example/ad</a>"));
        content.text().contains("回線認証用")
    };
    assert!(line("https://login.line.example/ad"));
    assert!(!line(""));
}

#[test]
fn a_long_url_is_not_cut() {
    let url = format!("https://login.{}.example/VX7/ad/adfs-0a1B2c3D4e5F6g7H", "a".repeat(120));
    let args = [("internet_url", url.as_str()), ("line_url", ""), ("connection_id", "adfs-1")];
    let kind = MailKind::ActiveDirectoryLogin;
    let mail = Mail { kind, to: "hanako@vx7.example", name: "端場", lang: Lang::En, link: None, args: &args };
    assert!(compose_mail(&faces()[0], &mail).text().contains(&url));
}
