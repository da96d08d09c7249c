//! Every page, for every brand and language, read by a browser's parser.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use askama::Template as _;
use http::StatusCode;
use scraper::{ElementRef, Html, Selector};

use super::*;
use crate::web::headers::SecurityHeaders;
use crate::web::page::{Frame, Page, render};
use crate::web::problem::Problem;
use crate::web::{Face, FaceSpec, Lang};

const BRANDS: [(&str, &str); 5] = [
    ("VX7", "M-Drive"),
    ("VX4", "おまかせクラウドストレージ"),
    ("VW5", "WORKSDRIVE"),
    ("VX8", "どこでもBOX"),
    ("VX9", "コーデックストレージ"),
];
const TOKEN: &str = "token-\"of<this>page";

fn faces() -> Vec<Arc<Face>> {
    let named = BRANDS.iter().map(|(code, name)| {
        let spec = FaceSpec { code: (*code).to_owned(), name: (*name).to_owned(), ..FaceSpec::default() };
        Face::load(&spec, None).unwrap()
    });
    named.chain([Face::neutral().unwrap()]).map(Arc::new).collect()
}

/// A rendered sample: what it is called, its HTML, the URLs it may name, and whether it is the form of a response.
struct Sample {
    name: String,
    html: String,
    targets: Vec<String>,
    is_response: bool,
    frame: Frame,
}

fn collect<P: Page>(name: &str, pages: Vec<P>, out: &mut Vec<Sample>) {
    for (i, page) in pages.into_iter().enumerate() {
        let frame = page.frame();
        let code = if frame.face.code.is_empty() { "neutral" } else { &frame.face.code };
        out.push(Sample {
            name: format!("{code}-{}-{name}-{i}", frame.lang.tag()),
            html: page.render().unwrap(),
            targets: page.form_targets(),
            is_response: name == "form_post",
            frame: frame.clone(),
        });
    }
}

fn samples_of(frame: &Frame) -> Vec<Sample> {
    let mut out = Vec::new();
    collect("login", LoginPage::samples(frame), &mut out);
    collect("consent", ConsentPage::samples(frame), &mut out);
    collect("logout", LogoutPage::samples(frame), &mut out);
    collect("logged_out", LoggedOutPage::samples(frame), &mut out);
    collect("form_post", FormPostPage::samples(frame), &mut out);
    collect("info", InfoPage::samples(frame), &mut out);
    collect("error", ErrorPage::samples(frame), &mut out);
    out
}

fn frame(face: &Arc<Face>, lang: Lang) -> Frame {
    let base = if face.code.is_empty() { String::new() } else { format!("/{}", face.code) };
    Frame {
        face: face.clone(),
        lang,
        here: format!("{base}/login/5d1f?a=1&b=\"><script>"),
        base,
        csrf: TOKEN.to_owned(),
        request_id: "7K3Q-9P2M".to_owned(),
    }
}

fn all_samples(faces: &[Arc<Face>]) -> Vec<Sample> {
    faces.iter().flat_map(|face| Lang::ALL.map(|lang| samples_of(&frame(face, lang)))).flatten().collect()
}

fn select<'h>(html: &'h Html, selector: &str) -> Vec<ElementRef<'h>> {
    html.select(&Selector::parse(selector).unwrap()).collect()
}

#[test]
fn every_page_is_well_formed_html_in_its_language_with_one_heading() {
    for Sample { name, html, frame, .. } in all_samples(&faces()) {
        let page = Html::parse_document(&html);
        assert!(page.errors.is_empty(), "{name}: {:?}", page.errors);
        assert_eq!(page.root_element().attr("lang"), Some(frame.lang.tag()), "{name}");
        assert_eq!(select(&page, "h1").len(), 1, "{name}");
        assert_eq!(select(&page, "title").len(), 1, "{name}");
        assert_eq!(select(&page, "main").len(), 1, "{name}");
        assert!(select(&page, "img").iter().all(|i| i.attr("alt").is_some_and(|alt| !alt.is_empty())), "{name}");
        let ids: Vec<_> = select(&page, "[id]").iter().filter_map(|e| e.attr("id")).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{name}: an id is there twice");
        for (tag, closing) in [("<div", "</div>"), ("<p>", "</p>"), ("<ul", "</ul>"), ("<form", "</form>")] {
            assert!(html.matches(tag).count() <= html.matches(closing).count(), "{name}: {tag}");
        }
    }
}

#[test]
fn every_field_has_a_label_and_every_description_exists() {
    for Sample { name, html, .. } in all_samples(&faces()) {
        let page = Html::parse_document(&html);
        for field in select(&page, "input:not([type=hidden])") {
            let label = format!("label[for=\"{}\"]", field.attr("id").unwrap());
            assert_eq!(select(&page, &label).len(), 1, "{name}: {label}");
            if let Some(id) = field.attr("aria-describedby") {
                assert_eq!(select(&page, &format!("#{id}[role=alert]")).len(), 1, "{name}: {id}");
                assert_eq!(field.attr("aria-invalid"), Some("true"), "{name}");
            }
        }
    }
}

#[test]
fn every_form_of_ours_carries_its_token_and_the_response_form_none() {
    for Sample { name, html, is_response, .. } in all_samples(&faces()) {
        let page = Html::parse_document(&html);
        for form in select(&page, "form") {
            assert_eq!(form.attr("method"), Some("post"), "{name}");
            let field = Selector::parse("input[type=hidden][name=csrf]").unwrap();
            let tokens: Vec<_> = form.select(&field).filter_map(|f| f.attr("value")).collect();
            // The client must not learn a token of ours.
            assert_eq!(tokens, if is_response { vec![] } else { vec![TOKEN] }, "{name}");
            assert!(is_response || form.attr("action").unwrap().starts_with('/'), "{name}");
        }
    }
}

#[test]
fn hostile_values_stay_text_and_nothing_runs_inline() {
    for Sample { name, html, .. } in all_samples(&faces()) {
        let page = Html::parse_document(&html);
        let known = [
            "html", "head", "meta", "title", "link", "script", "body", "header", "img", "main", "h1", "p", "a", "form",
            "input", "div", "label", "button", "ul", "li", "footer", "nav", "span", "svg", "path", "dl", "dt", "dd",
            "strong", "code",
        ];
        for element in page.root_element().descendent_elements() {
            let tag = element.value().name();
            assert!(known.contains(&tag), "{name}: <{tag}>");
            for (attribute, value) in element.value().attrs() {
                assert!(!attribute.starts_with("on") && attribute != "style", "{name}: {attribute}");
                assert!(!value.trim().to_ascii_lowercase().starts_with("javascript:"), "{name}: {value}");
            }
            if tag == "script" {
                assert!(element.attr("src").is_some_and(|src| src.starts_with('/')), "{name}");
                assert_eq!(element.text().collect::<String>().trim(), "", "{name}");
            }
            assert!(tag != "svg" || element.attr("aria-hidden") == Some("true"), "{name}");
        }
    }
}

#[test]
fn no_page_names_another_host_but_those_it_was_given() {
    for Sample { name, html, targets, .. } in all_samples(&faces()) {
        let page = Html::parse_document(&html);
        for element in select(&page, "link, script, img") {
            let url = element.attr("href").or(element.attr("src")).unwrap();
            assert!(url.starts_with('/') && !url.starts_with("//"), "{name}: {url}");
        }
        for element in select(&page, "a, form") {
            let url = element.attr("href").or(element.attr("action")).unwrap();
            let given =
                ["https://storage.example/", "https://kintai.example/"].iter().any(|host| url.starts_with(host));
            let own = url.starts_with('/') && !url.starts_with("//");
            assert!(own || given || targets.iter().any(|t| t == url), "{name}: {url}");
        }
    }
}

#[test]
fn no_text_is_missing_and_no_isolation_mark_is_left() {
    let faces = faces();
    for Sample { name, html, .. } in all_samples(&faces) {
        assert!(!html.contains(['\u{2068}', '\u{2069}']), "{name}");
    }
    for face in &faces {
        for lang in Lang::ALL {
            assert_eq!(face.texts(lang).missing(), Vec::<String>::new(), "{} {}", face.code, lang.tag());
        }
    }
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
        "---または---",
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
    assert!(!page.contains("または---") && !page.contains("class=\"upstream\""));
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

/// For the designer: `cargo test writes_every_page -- --ignored`, then serve `target/pages` and look.
#[tokio::test]
#[ignore = "writes files for looking at"]
async fn writes_every_page_to_target_pages() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/pages");
    let faces = faces();
    for face in &faces {
        let assets = root.join(&face.code).join("assets");
        std::fs::create_dir_all(&assets).unwrap();
        for file in ["base.css", "theme.css", "logo.svg", "favicon.svg", "form-post.js", "password-eye.js"] {
            let answer = face.assets.respond(file, &http::HeaderMap::new()).unwrap();
            let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
            std::fs::write(assets.join(face.assets.href(file)), bytes).unwrap();
        }
    }
    for Sample { name, html, .. } in all_samples(&faces) {
        std::fs::write(root.join(format!("{name}.html")), html).unwrap();
    }
}
