//! What holds for every page: no frame, no stranger's resource, a policy without inline script (RFC 9700 §4.16, §4.2.4;
//! ASVS 3.4). Security lines 6, 7 and 86.

use scraper::{Html, Selector};

use crate::support::{Answer, AuthorizeRequest, Scene, SignIn as _};

/// One of each page a browser can meet, with its name.
pub async fn every_page() -> Vec<(&'static str, Answer)> {
    let mut scene = Scene::start().await;
    let third = scene.provider.third_party().await;
    let login = scene.open(&AuthorizeRequest::of(&third)).await;
    let action = login.action().to_owned();
    let again = scene.browser.submit(&login, "nobody@vx7.example", "wrong").await;
    let forged = scene.browser.post(&action, &[("csrf", "x")]).await;
    let consent = scene.log_in(&login).await;
    let form_post = scene.open(&scene.request().with("response_mode", "form_post")).await;
    let question = scene.browser.get("/VX7/logout").await;
    let csrf = question.field("csrf").unwrap_or_default();
    let stayed = scene.browser.post("/VX7/logout/confirm", &[("csrf", &csrf), ("answer", "no")]).await;
    let gone = scene.browser.post("/VX7/logout/confirm", &[("csrf", &csrf), ("answer", "yes")]).await;
    let mut stranger = scene.provider.browser();
    stranger.host = "evil.example";
    vec![
        ("login", login),
        ("login again", again),
        ("forged form", forged),
        ("consent", consent),
        ("form_post", form_post),
        ("logout question", question),
        ("stayed", stayed),
        ("logged out", gone),
        ("unknown client", scene.open(&scene.request().with("client_id", "nobody")).await),
        ("redirect URI", scene.open(&scene.request().with("redirect_uri", "https://evil.example/")).await),
        ("malformed", scene.browser.get("/VX7/authorize?state=%ff").await),
        ("no interaction", scene.browser.get("/VX7/login/nothing").await),
        ("not found", scene.browser.get("/VX7/nowhere").await),
        ("no brand", scene.browser.get("/nowhere").await),
        ("unknown host", stranger.get("/VX7/authorize").await),
        ("method", scene.browser.post("/VX7/account", &[]).await),
        ("forgotten password", scene.browser.get("/VX7/lo/forgot").await),
        ("forgotten password, sent", scene.browser.get("/VX7/lo/forgot/sent").await),
        ("a link of nobody", scene.browser.get("/VX7/lo/reset?ticket=x").await),
    ]
}

/// Security line 6: framing refused on all pages. Security line 86: CSP, nosniff, COOP. Line 7: Referrer-Policy.
#[tokio::test]
async fn every_page_carries_every_protection() {
    for (name, page) in every_page().await {
        let policy = page.header("content-security-policy");
        assert!(page.header("content-type").starts_with("text/html"), "{name}: {}", page.header("content-type"));
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'none'"), "{name}: {policy}");
        assert!(policy.contains("base-uri 'none'"), "{name}: {policy}");
        for loose in ["unsafe", "*", "http:", "blob:"] {
            assert!(!policy.contains(loose), "{name}: {policy}");
        }
        for (header, value) in [
            ("x-frame-options", "DENY"),
            ("x-content-type-options", "nosniff"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(page.header(header), value, "{name}: {header}");
        }
        assert!(["no-referrer", "strict-origin"].contains(&page.header("referrer-policy")), "{name}");
        let year = page.header("strict-transport-security").starts_with("max-age=63072000");
        assert!(year || name == "unknown host", "{name}: HSTS");
        assert!(!page.reference().is_empty(), "{name}: a reference");
    }
}

/// Security line 7: no third-party resource on any page; a link that leaves goes to the brand's own service.
#[tokio::test]
async fn no_page_loads_or_links_anything_of_strangers() {
    let every = |selector: &str| Selector::parse(selector).unwrap();
    for (name, page) in every_page().await {
        let html = Html::parse_document(&page.body);
        for (selector, attribute) in
            [("[src]", "src"), ("link[href]", "href"), ("[srcset]", "srcset"), ("[data]", "data")]
        {
            for element in html.select(&every(selector)) {
                let value = element.attr(attribute).unwrap_or_default();
                assert!(value.starts_with('/') && !value.starts_with("//"), "{name}: {attribute}={value}");
            }
        }
        for element in html.select(&every("a[href]")) {
            let href = element.attr("href").unwrap_or_default();
            let own = href.starts_with('/') && !href.starts_with("//");
            assert!(own || href.starts_with("https://ff.example/"), "{name}: {href}");
        }
        assert_eq!(
            html.select(&every("style, [style], script:not([src]), iframe, object, embed, base")).count(),
            0,
            "{name}"
        );
        let handlers =
            page.body.split_whitespace().filter(|word| word.starts_with("on") && word.contains("=\"")).count();
        assert_eq!(handlers, 0, "{name}: inline handlers");
    }
}

/// The files a page names are there, also those of the neutral face on a host that one brand has for itself.
#[tokio::test]
async fn every_file_a_page_names_is_there() {
    let scene = Scene::start().await;
    let mut browser = scene.provider.browser();
    let every = |selector: &str| Selector::parse(selector).unwrap();
    for (name, page) in every_page().await {
        browser.host = if name == "unknown host" { "evil.example" } else { crate::support::browser::HOST };
        let html = Html::parse_document(&page.body);
        let named: Vec<_> = html
            .select(&every("link[href], script[src], img[src]"))
            .filter_map(|element| element.attr("href").or(element.attr("src")).map(str::to_owned))
            .collect();
        for path in named {
            let file = browser.get(&path).await;
            assert_eq!(file.status.as_u16(), 200, "{name}: {path}");
            assert_eq!(file.header("x-content-type-options"), "nosniff", "{name}: {path}");
        }
    }
    let mut own = scene.provider.browser();
    own.host = "id.own.example";
    let client = scene.provider.client_of("OWN", "own-app", |_| {}).await;
    let login = own.open_login(&AuthorizeRequest::of(&client).at("")).await;
    assert!(login.body.contains("href=\"/assets/"), "{}", login.body);
}

/// People read a page in their language: every page says which, and offers the other where it can be fetched again.
#[tokio::test]
async fn the_language_switch_leads_to_the_same_page_in_the_other_language() {
    let mut scene = Scene::start().await;
    let third = scene.provider.third_party().await;
    let login = scene.open(&AuthorizeRequest::of(&third)).await;
    let consent_of = |action: &str| action.replace("/login/", "/consent/");
    let consent = consent_of(login.action());
    let login_url = login.action().to_owned();
    let mut pages = vec![login_url.clone(), "/VX7/lo/forgot?from=login/x".into(), "/VX7/nowhere".into()];
    pages.push("/VX7/authorize?client_id=nobody&redirect_uri=https%3A%2F%2Fa.example%2F".into());
    for url in &pages {
        assert_switches(&mut scene, url).await;
    }
    let login = scene.browser.get(&login_url).await;
    scene.log_in(&login).await;
    assert_switches(&mut scene, &consent).await;
    assert_switches(&mut scene, "/VX7/logout?client_id=storage-app&state=a%26b").await;
}

async fn assert_switches(scene: &mut Scene, url: &str) {
    for (from, to) in [("ja", "en"), ("en", "ja")] {
        scene.browser.cookies.remove("__Host-tegata-lang");
        scene.browser.language = from;
        let page = scene.browser.get(url).await;
        assert_eq!(page.header("content-language"), from, "{url}");
        let html = Html::parse_document(&page.body);
        let link = Selector::parse(&format!("nav a[hreflang={to}]")).unwrap();
        let href =
            html.select(&link).next().unwrap_or_else(|| panic!("{url}: no switch")).attr("href").unwrap().to_owned();
        let other = scene.browser.get(&href).await;
        assert_eq!((other.status, other.problem()), (page.status, page.problem()), "{url}");
        assert_eq!((other.header("content-language"), other.action()), (to, page.action()), "{url}");
        let again = scene.browser.get(url).await;
        assert_eq!(again.header("content-language"), to, "{url}: the choice is remembered");
    }
}

/// A page that was posted cannot be fetched in another language, so it does not offer one.
#[tokio::test]
async fn a_page_that_was_posted_offers_no_switch_to_nowhere() {
    for (name, page) in every_page().await {
        let html = Html::parse_document(&page.body);
        let link = Selector::parse("nav a[hreflang]").unwrap();
        for element in html.select(&link) {
            let href = element.attr("href").unwrap_or_default();
            assert!(href.starts_with('/') && !href.contains("/logout/confirm"), "{name}: {href}");
        }
        let posted = ["forged form", "stayed", "logged out", "form_post", "method"].contains(&name);
        assert!(!posted || html.select(&link).count() == 0, "{name}");
    }
}
