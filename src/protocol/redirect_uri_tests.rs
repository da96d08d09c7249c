//! Tests of `redirect_uri`.

use super::*;
use ApplicationType::{Native, Web};

#[test]
fn registration_table() {
    let table: &[(&str, ApplicationType, bool)] = &[
        ("https://app.example.com/cb", Web, true),
        ("https://app.example.com:8443/cb?tenant=1", Web, true),
        ("https://app.example.com", Web, true),
        ("https://app.example.com/claimed", Native, true),
        ("http://127.0.0.1/cb", Native, true),
        ("http://127.0.0.1:8090/cb", Native, true),
        ("http://[::1]:8090/cb", Native, true),
        ("http://localhost:8090/cb", Native, true),
        ("com.example.app:/oauth", Native, true),
        ("com.example.app://oauth", Native, true),
        ("http://localhost:8090/cb", Web, false),
        ("com.example.app:/oauth", Web, false),
        ("http://app.example.com/cb", Native, false),
        ("http://127.0.0.1.example.com/cb", Native, false),
        ("http://localhost.example.com/cb", Native, false),
        ("http://localhost@example.com/cb", Native, false),
        ("http://127.1/cb", Native, false),
        ("https://app.example.com/cb#x", Web, false),
        ("https://app.example.com/cb#", Web, false),
        ("https://*.example.com/cb", Web, false),
        ("https://user@app.example.com/cb", Web, false),
        ("https://user:pw@app.example.com/cb", Web, false),
        ("https://app.example.com\\@evil.example/cb", Web, false),
        ("https:app.example.com/cb", Web, false),
        ("https:/app.example.com/cb", Web, false),
        ("https:///cb", Web, false),
        ("https://", Web, false),
        ("HTTPS://app.example.com/cb", Web, false),
        ("https://APP.example.com/cb", Web, false),
        ("https://app.example.com:0443/cb", Web, false),
        ("https://app.example.com:/cb", Web, false),
        ("https://app.example.com/a/../cb", Web, false),
        ("https://app.example.com/a/%2e%2E/cb", Web, false),
        ("https://名前.example/cb", Web, false),
        ("https://app.example.com/%41", Web, true),
        ("https://app.example.com/%4", Web, false),
        ("https://app.example.com/%zz", Web, false),
        ("https://app.example.com/a b", Web, false),
        ("https://app.example.com/\r\nx", Web, false),
        ("javascript:alert(1)", Native, false),
        ("javascript.x:alert(1)", Native, false),
        ("data:text/html,x", Native, false),
        ("file:///etc/passwd", Native, false),
        ("myapp:/cb", Native, false),
        ("/cb", Web, false),
        ("", Web, false),
    ];
    for (uri, application_type, allowed) in table {
        let result = RedirectUri::parse(uri, *application_type);
        assert_eq!(result.is_ok(), *allowed, "{uri} {application_type}: {result:?}");
    }
}

#[test]
fn matching_table() {
    let table: &[(&str, &str, ApplicationType, bool)] = &[
        ("https://a.example/cb", "https://a.example/cb", Web, true),
        ("https://a.example/cb", "https://a.example/cb/", Web, false),
        ("https://a.example/cb", "https://a.example/cb?x=1", Web, false),
        ("https://a.example/cb", "https://a.example:443/cb", Web, false),
        ("https://a.example/cb", "https://A.example/cb", Web, false),
        ("https://a.example/cb", "https://a.example/%63b", Web, false),
        ("https://a.example/cb", "https://a.example:8443/cb", Native, false),
        ("http://127.0.0.1/cb", "http://127.0.0.1:49152/cb", Native, true),
        ("http://127.0.0.1:1/cb", "http://127.0.0.1/cb", Native, true),
        ("http://[::1]/cb", "http://[::1]:49152/cb", Native, true),
        ("http://localhost/cb", "http://localhost:49152/cb", Native, true),
        ("http://127.0.0.1/cb", "http://127.0.0.1:49152/cb", Web, false),
        ("http://127.0.0.1/cb", "http://localhost:49152/cb", Native, false),
        ("http://127.0.0.1/cb", "http://127.0.0.1:49152/other", Native, false),
        ("http://127.0.0.1/cb", "http://127.0.0.1:49152/cb#x", Native, false),
        ("http://127.0.0.1/cb", "http://127.0.0.1:1@evil.example/cb", Native, false),
        ("http://127.0.0.1/cb", "http://127.0.0.1:99999/cb", Native, false),
        ("http://127.0.0.1/cb", "https://127.0.0.1:1/cb", Native, false),
        ("com.example.app:/cb", "com.example.app:/cb?x", Native, false),
    ];
    for (registered, presented, application_type, expected) in table {
        let registered = RedirectUri::from_stored(*registered);
        assert_eq!(registered.matches(presented, *application_type), *expected, "{registered:?} {presented}");
    }
}

#[test]
fn a_response_is_appended_to_what_the_uri_already_has() {
    let params = [("code", "a b"), ("iss", "https://op.example/VX7")];
    let tail = "code=a+b&iss=https%3A%2F%2Fop.example%2FVX7";
    for (uri, expected) in [
        ("https://a.example/cb", "https://a.example/cb?"),
        ("https://a.example/cb?", "https://a.example/cb?"),
        ("https://a.example/cb?x=%20y", "https://a.example/cb?x=%20y&"),
        ("https://a.example/cb?x=1&", "https://a.example/cb?x=1&"),
    ] {
        assert_eq!(with_query(uri, params), format!("{expected}{tail}"));
    }
    assert_eq!(with_fragment("https://a.example/cb?x=1", params), format!("https://a.example/cb?x=1#{tail}"));
}

proptest::proptest! {
    #[test]
    fn a_response_never_leaves_the_registered_host(
        host in "(a\\.example|127\\.0\\.0\\.1|localhost|\\[::1\\]|[a-z@:.%\\\\\\[\\]*]{0,12})",
        scheme in "(https|http|HTTP|com\\.example|javascript)",
        slashes in "(//|/|///|/\\\\)",
        rest in "[a-z@:/?#.%&=\\\\ ]{0,16}",
        presented in "(:[0-9]{1,5})?[a-z@:/?#.%\\\\]{0,8}",
    ) {
        let text = format!("{scheme}:{slashes}{host}{rest}");
        if let Ok(registered) = RedirectUri::parse(&text, Native) {
            let known = Url::parse(&text).unwrap();
            let request = format!("{scheme}:{slashes}{host}{presented}");
            for uri in [&text, &request].into_iter().filter(|uri| registered.matches(uri, Native)) {
                for location in [with_query(uri, [("code", "x")]), with_fragment(uri, [("code", "x")])] {
                    let seen = Url::parse(&location).unwrap();
                    proptest::prop_assert_eq!((seen.scheme(), seen.host_str()), (known.scheme(), known.host_str()));
                    proptest::prop_assert!(seen.username().is_empty() && seen.password().is_none());
                }
            }
        }
    }
}
