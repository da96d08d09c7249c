//! URLs and the many ways to write an address.

use super::*;

/// What becomes of a text; one that is no URL at all cannot be asked either.
fn verdict(text: &str, permitted: &[&str]) -> Result<(), Refusal> {
    let permitted: Vec<IpNet> = permitted.iter().map(|network| network.parse().unwrap()).collect();
    let url = Url::parse(text).map_err(|_| Refusal::Url)?;
    check_url(&url, &[443, 8443], &permitted)
}

#[test]
fn a_name_over_https_may_be_asked() {
    for text in [
        "https://accounts.google.com/.well-known/openid-configuration",
        "https://login.microsoftonline.com/common/v2.0?a=b#c",
        "https://conf.uw.docomo.ne.jp:443/",
        "https://fs.customer.example:8443/adfs",
        "HTTPS://FS.Customer.Example/",
        "https://日本.example/",
        "https://xn--wgv71a.example/",
        "https://intranet/",
        "https://1.2.3.4.example/",
        "https://127.0.0.1.nip.example/", // its address is checked when it is looked up
        "https://0x7f.example/",
        "https://localhost.example/",
        "https://notlocalhost/",
    ] {
        assert_eq!(verdict(text, &[]), Ok(()), "{text}");
    }
}

const LITERAL: Result<(), Refusal> = Err(Refusal::Literal);
const SCHEME: Result<(), Refusal> = Err(Refusal::Scheme);
const USER_INFO: Result<(), Refusal> = Err(Refusal::UserInfo);
const HOST: Result<(), Refusal> = Err(Refusal::Host);
const PORT: Result<(), Refusal> = Err(Refusal::Port);
const ADDRESS: Result<(), Refusal> = Err(Refusal::Address);
const URL: Result<(), Refusal> = Err(Refusal::Url);

const REFUSED: &[(&str, Result<(), Refusal>)] = &[
    // IPv4, as people write it and as they do not.
    ("https://127.0.0.1/", LITERAL),
    ("https://8.8.8.8/", LITERAL),
    ("https://10.0.0.1:8443/", LITERAL),
    ("https://169.254.169.254/latest/meta-data/", LITERAL),
    ("https://127.1/", LITERAL),
    ("https://127.0.1/", LITERAL),
    ("https://127.0.0.1./", LITERAL),
    ("https://2130706433/", LITERAL),
    ("https://0x7f000001/", LITERAL),
    ("https://0x7f.0x0.0x0.0x1/", LITERAL),
    ("https://0X7F.1/", LITERAL),
    ("https://0177.0.0.1/", LITERAL),
    ("https://017700000001/", LITERAL),
    ("https://0x7f.0.1/", LITERAL),
    ("https://0/", LITERAL),
    ("https://0x0/", LITERAL),
    ("https://00000000000000000000177.1/", LITERAL),
    ("https://4294967295/", LITERAL),
    ("https://１２７.0.0.1/", LITERAL),
    ("https://127。0。0。1/", LITERAL),
    ("https://①②⑦.0.0.1/", LITERAL),
    ("https://%31%32%37.0.0.1/", LITERAL),
    ("https://%EF%BC%91%EF%BC%92%EF%BC%97.0.0.1/", LITERAL),
    ("https://127.0.0.\t1/", LITERAL),
    ("https:\\\\127.0.0.1\\", LITERAL),
    ("https:127.0.0.1", LITERAL),
    ("https:///127.0.0.1/", LITERAL),
    ("https://256.0.0.1/", URL),
    ("https://127.0.0.0x1ff/", URL),
    ("https://4294967296/", URL),
    ("https://1.2.3.4.5/", URL),
    ("https://example.1/", URL),
    // IPv6.
    ("https://[::1]/", LITERAL),
    ("https://[::]/", LITERAL),
    ("https://[::ffff:127.0.0.1]/", LITERAL),
    ("https://[::ffff:7f00:1]/", LITERAL),
    ("https://[::127.0.0.1]/", LITERAL),
    ("https://[64:ff9b::127.0.0.1]/", LITERAL),
    ("https://[2002:7f00:1::]/", LITERAL),
    ("https://[2001:4860:4860::8888]/", LITERAL),
    ("https://[fd00:ec2::254]/", LITERAL),
    ("https://[0:0:0:0:0:0:0:1]:443/", LITERAL),
    ("https://[fe80::1%25eth0]/", URL),
    ("https://[fe80::1%eth0]/", URL),
    ("https://[v1.fe80::1]/", URL),
    ("https://[::1/", URL),
    ("https://::1/", URL),
    // Somebody's name and password, and what looks like a host in front of the real one.
    ("https://user@fs.customer.example/", USER_INFO),
    ("https://user:secret@fs.customer.example/", USER_INFO),
    ("https://:secret@fs.customer.example/", USER_INFO),
    ("https://accounts.google.com@fs.evil.example/", USER_INFO),
    ("https://accounts.google.com%2f@fs.evil.example/", USER_INFO),
    ("https://accounts.google.com@127.0.0.1/", LITERAL),
    // Hosts that are none.
    ("https://fs.customer.example./", HOST),
    ("https://./", HOST),
    ("https://fs..customer.example/", HOST),
    ("https://-fs-.-/", HOST),
    ("https://localhost./", HOST),
    ("https://*.customer.example/", HOST),
    ("https:///", URL),
    ("https://", URL),
    ("https://fs.customer%00.example/", URL),
    ("https://fs customer.example/", URL),
    ("https://fs.customer.example%2f.evil.example/", URL),
    ("fs.customer.example", URL),
    ("//fs.customer.example/", URL),
    ("", URL),
    // Ports and schemes.
    ("https://fs.customer.example:22/", PORT),
    ("https://fs.customer.example:80/", PORT),
    ("https://fs.customer.example:0/", PORT),
    ("https://fs.customer.example:65536/", URL),
    ("https://fs.customer.example:-443/", URL),
    ("http://fs.customer.example/", SCHEME),
    ("http://fs.customer.example:443/", SCHEME),
    ("ftp://fs.customer.example/", SCHEME),
    ("ws://fs.customer.example/", SCHEME),
    ("gopher://fs.customer.example:443/", SCHEME),
    ("ldap://fs.customer.example/", SCHEME),
    ("file:///etc/passwd", SCHEME),
    ("data:text/html,x", SCHEME),
    ("unix:/run/docker.sock", SCHEME),
    ("jar:https://fs.customer.example/", SCHEME),
];

/// This machine by definition.
const LOCAL: &[(&str, Result<(), Refusal>)] = &[
    ("https://localhost/", ADDRESS),
    ("https://LOCALHOST:8443/", ADDRESS),
    ("https://a.b.localhost/", ADDRESS),
    ("https://ｌｏｃａｌｈｏｓｔ/", ADDRESS),
    ("http://google.localhost:4000/", SCHEME),
];

#[test]
fn whatever_is_not_a_name_over_https_may_not() {
    let wrong: Vec<_> = REFUSED
        .iter()
        .chain(LOCAL)
        .map(|(text, expected)| (text, expected, verdict(text, &[])))
        .filter(|(_, expected, found)| *expected != found)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(REFUSED.len() >= 60);
}

#[test]
fn a_permitted_network_does_not_open_a_literal_a_port_or_plain_http() {
    let everything = ["0.0.0.0/0", "::/0"];
    for (text, expected) in REFUSED {
        assert_eq!(verdict(text, &everything), *expected, "{text}");
    }
}

#[test]
fn a_connection_with_loopback_reaches_this_machine_on_any_port_and_in_clear() {
    for permitted in [&["127.0.0.0/8"][..], &["::1/128"], &["127.0.0.1/32", "10.0.0.0/8"]] {
        for text in [
            "http://google.localhost:4000/",
            "http://localhost/",
            "https://adfs-a.localhost:4001/adfs",
            "https://localhost/",
        ] {
            assert_eq!(verdict(text, permitted), Ok(()), "{text} {permitted:?}");
        }
        for (text, expected) in [
            ("http://127.0.0.1:4000/", LITERAL),
            ("http://[::1]:4000/", LITERAL),
            ("http://google.sim.test:4000/", SCHEME),
            ("http://localhost.sim.test/", SCHEME),
            ("http://user@google.localhost:4000/", USER_INFO),
            ("http://google.localhost.:4000/", SCHEME),
            ("ftp://google.localhost/", SCHEME),
        ] {
            assert_eq!(verdict(text, permitted), expected, "{text} {permitted:?}");
        }
    }
    assert_eq!(verdict("http://google.localhost:4000/", &["127.0.0.2/32", "10.0.0.0/8"]), SCHEME);
    assert_eq!(verdict("https://google.localhost:4000/", &["127.0.0.2/32"]), ADDRESS);
}
