use std::path::Path;

use crate::config::load;

const TLS: &str = "listen = \"127.0.0.1:8444\"\ntls_certificate_file = \"line.pem\"\ntls_key_file = \"line.key\"\n";
const BRAND: &str = "[[brand]]\ncode = \"VX7\"\nname = \"M-Drive\"\nissuer = \"https://login.example/VX7\"\n\
                     service_url = \"https://ff.example/VX7\"\n\
                     line_issuer = \"https://login.line.example/VX7\"\n";

fn refusal(section: &str) -> String {
    let text = format!("[line]\n{TLS}{section}\n{BRAND}");
    load(Path::new("tegata.toml"), &text, &[]).map_or_else(|error| error.to_string(), |_| "none".to_owned())
}

fn gateway(name: &str, digit: char, rest: &str) -> String {
    let certificate: String = std::iter::repeat_n(digit, 64).collect();
    format!("[[line.gateway]]\nname = \"{name}\"\ncertificates = [\"{certificate}\"]\n{rest}\n")
}

const ASSERTION: &str = "method = \"signed_assertion\"\nclient_ca_file = \"ca.pem\"\n";
const EAST: &str = "keys_file = \"east.json\"\nareas = [\"east\"]";

fn notifier() -> String {
    "method = \"redirect_notifier\"\nnotifier_url = \"https://carrier.example/n\"\nnotifier_issuer = \"carrier\"\n\
     notifier_client_id = \"us\"\nnotifier_keys_file = \"carrier.json\"\n"
        .to_owned()
}

fn table() -> String {
    "method = \"prefix_table\"\nprefix_table_file = \"lines.csv\"\nprefix_table_signature_file = \"lines.jws\"\n\
     prefix_table_issuer = \"carrier\"\nprefix_table_keys_file = \"carrier.json\"\n"
        .to_owned()
}

#[test]
fn each_method_with_what_it_needs_is_accepted() {
    for section in [
        format!("{ASSERTION}{}{}", gateway("linegw-east-1", 'a', EAST), gateway("storage", 'b', "")),
        notifier(),
        format!("{}client_ca_file = \"ca.pem\"\n{}", notifier(), gateway("edge", 'a', "")),
        format!("{}proxy_protocol_from = [\"10.0.0.0/8\"]\nprefix_table_max_age = \"3d\"\n", table()),
    ] {
        assert_eq!(refusal(&section), "none", "{section}");
    }
}

#[test]
fn what_cannot_work_is_refused_in_plain_words() {
    let east = gateway("linegw-east-1", 'a', EAST);
    for (section, words) in [
        ("method = \"header\"".to_owned(), "expected one of"),
        ("method = \"signed_assertion\"".to_owned(), "line.client_ca_file: `signed_assertion` needs it"),
        (ASSERTION.to_owned(), "nobody could connect"),
        (format!("{ASSERTION}{}", gateway("storage", 'b', "")), "needs a [[line.gateway]] with areas"),
        (format!("{ASSERTION}number_forms = [\"caf+10\"]\n{east}"), "write it as \"CAF+10\""),
        (format!("{ASSERTION}number_forms = []\n{east}"), "write at least one form"),
        (format!("{ASSERTION}west_notification_url = \"http://west.example/\"\n{east}"), "write an https address"),
        (format!("{ASSERTION}notifier_url = \"https://n.example\"\n{east}"), "is for `redirect_notifier` alone"),
        (notifier().replace("notifier_issuer = \"carrier\"\n", ""), "line.notifier_issuer: `redirect_notifier` needs"),
        (notifier().replace("https://carrier", "http://carrier"), "line.notifier_url: write an https address"),
        (format!("{}{}", notifier(), gateway("edge", 'a', "")), "gateways are known by their certificates"),
        (format!("{}prefix_table_max_age = \"0s\"\n", table()), "between 1s and 92d"),
        (format!("{}prefix_table_max_shrink = 101\n", table()), "write percent"),
        (format!("{}client_ca_file = \"c\"\n{east}", table()), "with method `signed_assertion` alone"),
        (format!("{ASSERTION}{east}{}", gateway("linegw-east-1", 'b', EAST)), "a name of its own"),
        (format!("{ASSERTION}{east}{}", gateway("linegw-east-2", 'a', EAST)), "belongs to one gateway"),
        (format!("{ASSERTION}{}", gateway("EAST", 'a', EAST)), "small letters"),
        (format!("{ASSERTION}{}", gateway("east", 'x', EAST)), "64 hex digits"),
        (format!("{ASSERTION}{}", gateway("east", 'a', "areas = [\"north\"]")), "expected one of"),
        (format!("{ASSERTION}{}", gateway("east", 'a', "areas = [\"east\"]")), "needs keys"),
        (format!("{ASSERTION}{east}{}", gateway("app", 'b', "keys_file = \"k\"")), "asserts nothing"),
    ] {
        assert!(refusal(&section).contains(words), "{section}: {}", refusal(&section));
    }
}

#[test]
fn the_line_listener_is_not_the_main_listener() {
    let line = format!("[line]\n{TLS}{ASSERTION}{}", gateway("linegw-east-1", 'a', EAST));
    let refusal = |server: &str| {
        let text = format!("{line}[server]\n{server}\n{BRAND}");
        load(Path::new("tegata.toml"), &text, &[]).map_or_else(|error| error.to_string(), |_| "none".to_owned())
    };
    assert!(refusal("listen = \"127.0.0.1:8444\"").contains("line.listen: the line listener needs an address"));
    assert!(refusal("metrics_listen = \"127.0.0.1:8444\"").contains("line.listen: the line listener needs an address"));
    let shared = refusal("tls_certificate_file = \"line.pem\"\ntls_key_file = \"line.key\"");
    assert!(shared.contains("line.tls_certificate_file: the line listener needs a certificate of its own"), "{shared}");
}

#[test]
fn a_line_issuer_and_the_line_listener_need_each_other() {
    let alone = load(Path::new("tegata.toml"), BRAND, &[]).map(drop).unwrap_err().to_string();
    assert!(alone.contains("brand.line_issuer: there is no [line]"), "{alone}");
    let line = format!("[line]\n{TLS}{ASSERTION}{}", gateway("linegw-east-1", 'a', EAST));
    let brand = BRAND.replace("line_issuer = \"https://login.line.example/VX7\"\n", "");
    let idle = load(Path::new("tegata.toml"), &format!("{line}{brand}"), &[]).map(drop).unwrap_err().to_string();
    assert!(idle.contains("line.listen: no brand has a line_issuer"), "{idle}");
}
