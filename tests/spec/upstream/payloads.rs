//! Forty ways to write another host where a path of ours is expected (S8; RFC 9700 §4.11). What a browser makes of each
//! is decided by the WHATWG URL parser, as in a browser.

use url::Url;

use crate::support::Answer;

/// The forty.
pub const PAYLOADS: [&str; 40] = [
    "https://evil.example/",
    "http://evil.example/",
    "HTTPS://EVIL.EXAMPLE/",
    "//evil.example",
    "///evil.example",
    "////evil.example/%2f..",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/%5Cevil.example",
    "/%2F/evil.example",
    "/\t/evil.example",
    "/%09/evil.example",
    "/\r\n/evil.example",
    "\t//evil.example",
    " https://evil.example",
    "\u{b}https://evil.example",
    "\u{0}//evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:\\\\evil.example",
    "https://login.example@evil.example/",
    "https://login.example:443@evil.example/",
    "https://login.example%40evil.example/",
    "//ff.example@evil.example/VX7",
    "https://ff.example.evil.example/VX7",
    "https://login.example.evil.example/VX7",
    "https://evil.example\\.login.example/",
    "https://evil.example#.login.example",
    "https://evil.example?https://login.example/",
    "/VX7//evil.example",
    "/VX7/..//evil.example",
    "login/../..//evil.example",
    "login/x?from=//evil.example",
    "https://ｅｖｉｌ.example",
    "//evil。example",
    "https://evil.example/%0d%0aLocation:%20https://evil.example",
    "javascript:location='//evil.example'",
    "data:text/html,<meta http-equiv=refresh content=0;url=//evil.example>",
    "\"><a href=\"//evil.example\">",
];

/// The payload as a value of a query or a segment of a path.
pub fn encoded(payload: &str) -> String {
    payload.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Asserts that an answer leads to us, to the service or nowhere: by its redirect, its links, its forms, its resources.
#[track_caller]
pub fn leads_only_home(answer: &Answer, at: &str, what: &str) {
    let base = Url::parse(&format!("https://login.example{at}")).unwrap_or_else(|error| panic!("{error}: {at}"));
    let check = |kind: &str, link: &str| {
        let link = unescape(link);
        let url = base.join(&link).unwrap_or_else(|error| panic!("{what}: {kind}={link}: {error}"));
        let home = matches!(url.host_str(), Some("login.example" | "ff.example" | "storage-app.example"));
        assert!(home && url.scheme() == "https" && url.username().is_empty(), "{what}: {kind}={link} is {url}");
    };
    for location in answer.headers.get_all("location") {
        check("location", location.to_str().expect("readable"));
    }
    assert!(!answer.headers.contains_key("refresh"), "{what}");
    for kind in ["href", "action", "src", "formaction", "srcset"] {
        for rest in answer.body.split(&format!(" {kind}=\"")).skip(1) {
            check(kind, rest.split('"').next().unwrap_or_default());
        }
    }
    assert!(!answer.body.contains("<meta http-equiv"), "{what}");
}

fn unescape(text: &str) -> String {
    [("&#34;", "\""), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\"")]
        .iter()
        .fold(text.to_owned(), |text, (entity, letter)| text.replace(entity, letter))
        .replace("&#38;", "&")
        .replace("&amp;", "&")
}

#[test]
fn the_check_finds_each_payload_where_it_stands_as_it_is() {
    let answer = |link: &str| Answer {
        status: http::StatusCode::OK,
        headers: http::HeaderMap::new(),
        body: format!("<a href=\"{}\">", link.replace('&', "&amp;").replace('"', "&#34;")),
    };
    let found = |payload: &&&str| {
        std::panic::catch_unwind(|| leads_only_home(&answer(payload), "/VX7/login/x", payload)).is_err()
    };
    // Ten are harmless as they stand: they stay on our host unless somebody decodes or cuts them first.
    let harmless: Vec<_> = PAYLOADS.iter().filter(|payload| !found(payload)).collect();
    assert_eq!(harmless.len(), 10, "{harmless:?}");
    leads_only_home(&answer("/VX7/account?x=//evil.example"), "/VX7/login/x", "ours");
}
