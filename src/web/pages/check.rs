//! What every page must be, whoever wrote it: read by a browser's parser, for every brand and language.
//!
//! A room with pages of its own calls [`sound`] once per page type in its unit tests.

use std::collections::BTreeSet;
use std::sync::Arc;

use scraper::{ElementRef, Html, Selector};

use crate::web::page::{Frame, Page};
use crate::web::{Face, FaceSpec, Lang};

const BRANDS: [(&str, &str); 5] = [
    ("VX7", "M-Drive"),
    ("VX4", "おまかせクラウドストレージ"),
    ("VW5", "WORKSDRIVE"),
    ("VX8", "どこでもBOX"),
    ("VX9", "コーデックストレージ"),
];
const TOKEN: &str = "token-\"of<this>page";
const TAGS: [&str; 51] = [
    "html", "head", "meta", "title", "link", "script", "noscript", "body", "header", "img", "main", "section", "h1",
    "h2", "p", "br", "a", "form", "input", "div", "label", "button", "ul", "ol", "li", "footer", "nav", "span", "svg",
    "path", "rect", "dl", "dt", "dd", "strong", "code", "details", "summary", "textarea", "table", "thead", "tbody",
    "tr", "th", "td", "select", "option", "fieldset", "legend", "caption", "pre",
];

/// The built-in faces and the neutral one.
pub fn faces() -> Vec<Arc<Face>> {
    let named = BRANDS.iter().map(|(code, name)| {
        let spec = FaceSpec { code: (*code).to_owned(), name: (*name).to_owned(), ..FaceSpec::default() };
        Face::load(&spec, None).unwrap()
    });
    named.chain([Face::neutral().unwrap()]).map(Arc::new).collect()
}

/// A frame with hostile values wherever the outside reaches it.
pub fn frame(face: &Arc<Face>, lang: Lang) -> Frame {
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

/// One rendered sample.
pub struct Sample {
    /// Brand, language, page and number.
    pub name: String,
    /// The page.
    pub html: String,
    lang: Lang,
    targets: Vec<String>,
}

/// All samples of a page, for every brand and language.
pub fn render_all<P: Page>(name: &str, faces: &[Arc<Face>], samples: fn(&Frame) -> Vec<P>) -> Vec<Sample> {
    let mut out = Vec::new();
    for (face, lang) in faces.iter().flat_map(|face| Lang::ALL.map(|lang| (face, lang))) {
        let code = if face.code.is_empty() { "neutral" } else { &face.code };
        for (i, page) in samples(&frame(face, lang)).iter().enumerate() {
            let name = format!("{code}-{}-{name}-{i}", lang.tag());
            out.push(Sample { name, html: page.render().unwrap(), lang, targets: page.form_targets() });
        }
    }
    out
}

/// Checks all samples of a page; `given` are the hosts (`https://storage.example/`) its links may lead to.
pub fn sound<P: Page>(name: &str, given: &[&str], samples: fn(&Frame) -> Vec<P>) {
    let faces = faces();
    for sample in render_all(name, &faces, samples) {
        let page = Html::parse_document(&sample.html);
        structure(&sample, &page);
        fields(&sample, &page);
        forms(&sample, &page);
        nothing_inline(&sample, &page);
        links(&sample, &page, given);
        assert!(!sample.html.contains(['\u{2068}', '\u{2069}']), "{}", sample.name);
    }
    for (face, lang) in faces.iter().flat_map(|face| Lang::ALL.map(|lang| (face, lang))) {
        assert_eq!(face.texts(lang).missing(), Vec::<String>::new(), "{name}: {} {}", face.code, lang.tag());
    }
}

fn select<'h>(html: &'h Html, selector: &str) -> Vec<ElementRef<'h>> {
    html.select(&Selector::parse(selector).unwrap()).collect()
}

fn structure(Sample { name, html, lang, .. }: &Sample, page: &Html) {
    assert!(page.errors.is_empty(), "{name}: {:?}", page.errors);
    assert_eq!(page.root_element().attr("lang"), Some(lang.tag()), "{name}");
    for once in ["h1", "title", "main"] {
        assert_eq!(select(page, once).len(), 1, "{name}: {once}");
    }
    assert!(select(page, "img").iter().all(|i| i.attr("alt").is_some_and(|alt| !alt.is_empty())), "{name}");
    let ids: Vec<_> = select(page, "[id]").iter().filter_map(|e| e.attr("id")).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{name}: an id is there twice");
    // The parser closes a paragraph or item by itself; our templates must not rely on it.
    for tag in ["p", "li", "div", "ul", "ol", "form", "dl", "dt", "dd", "span", "a", "button", "section", "details"] {
        let opened = html.matches(&format!("<{tag}>")).count() + html.matches(&format!("<{tag} ")).count();
        assert_eq!(opened, html.matches(&format!("</{tag}>")).count(), "{name}: <{tag}>");
    }
}

fn fields(Sample { name, .. }: &Sample, page: &Html) {
    // One with `hidden` only tells the browser's password store whose password it is.
    for field in select(page, "input:not([type=hidden]):not([hidden]), textarea, select") {
        let label = format!("label[for=\"{}\"]", field.attr("id").unwrap());
        assert_eq!(select(page, &label).len(), 1, "{name}: {label}");
        let descriptions: Vec<_> = field.attr("aria-describedby").unwrap_or_default().split_whitespace().collect();
        for id in &descriptions {
            assert_eq!(select(page, &format!("#{id}")).len(), 1, "{name}: {id}");
        }
        if field.attr("aria-invalid").is_some() {
            // What is wrong: the alert of the page, or the field's own words beside it.
            let faults = |id: &&&str| !select(page, &format!("#{id}[role=alert], #{id}.fault")).is_empty();
            assert_eq!(descriptions.iter().filter(faults).count(), 1, "{name}: {descriptions:?}");
        }
    }
    assert!(select(page, "[autofocus]").len() <= 1, "{name}: two fields want the cursor");
}

fn forms(Sample { name, .. }: &Sample, page: &Html) {
    for form in select(page, "form") {
        // A search changes nothing: it may be sent again, kept and shared, and needs no token.
        let searches = form.attr("method") == Some("get");
        assert!(searches || form.attr("method") == Some("post"), "{name}");
        let field = Selector::parse("input[type=hidden][name=csrf]").unwrap();
        let tokens: Vec<_> = form.select(&field).filter_map(|f| f.attr("value")).collect();
        // A form that leads to a client must not hand it a token of ours.
        let ours = form.attr("action").unwrap().starts_with('/');
        assert!(ours || !searches, "{name}: what is searched for stays here");
        assert_eq!(tokens, if ours && !searches { vec![TOKEN] } else { vec![] }, "{name}");
    }
}

fn nothing_inline(Sample { name, .. }: &Sample, page: &Html) {
    for element in page.root_element().descendent_elements() {
        let tag = element.value().name();
        assert!(TAGS.contains(&tag), "{name}: <{tag}>");
        for (attribute, value) in element.value().attrs() {
            assert!(!attribute.starts_with("on") && attribute != "style", "{name}: {attribute}");
            assert!(!value.trim().to_ascii_lowercase().starts_with("javascript:"), "{name}: {value}");
        }
        if tag == "script" {
            assert_eq!(element.text().collect::<String>().trim(), "", "{name}");
        }
        assert!(tag != "svg" || element.attr("aria-hidden") == Some("true") || is_a_picture(element), "{name}");
    }
}

/// A drawing that says something stands in an element that says it in words.
fn is_a_picture(svg: ElementRef<'_>) -> bool {
    let around = svg.parent().and_then(ElementRef::wrap);
    around.is_some_and(|e| e.attr("role") == Some("img") && e.attr("aria-label").is_some_and(|label| !label.is_empty()))
}

fn links(Sample { name, targets, .. }: &Sample, page: &Html, given: &[&str]) {
    let own = |url: &str| url.starts_with('/') && !url.starts_with("//") && !url.starts_with("/\\");
    for element in select(page, "link, script, img") {
        let url = element.attr("href").or(element.attr("src")).unwrap();
        assert!(own(url), "{name}: {url}");
    }
    for element in select(page, "a, form") {
        let url = element.attr("href").or(element.attr("action")).unwrap();
        let known = given.iter().any(|host| url.starts_with(host)) || targets.iter().any(|target| target == url);
        assert!(own(url) || known, "{name}: {url}");
    }
    for element in select(page, "[formaction], [data-options]") {
        let url = element.attr("formaction").or(element.attr("data-options")).unwrap();
        assert!(own(url), "{name}: {url}");
    }
    for section in select(page, "section") {
        let heading = format!("h2#{}", section.attr("aria-labelledby").unwrap());
        assert_eq!(select(page, &heading).len(), 1, "{name}: {heading}");
    }
}
