//! The rules between the settings of mail and SMS.

use std::collections::BTreeSet;

use super::brand::BrandConfig;
use super::check::{Complaint, complain, is_loopback};
use super::model::Config;
use super::notify::{SmsRouteConfig, SmtpConfig, SmtpSecurity};

/// Letters (UTF-16 units) that the rest of an SMS leaves to the brand's name; `notify` has a test that they fit.
pub const SMS_NAME_UNITS: usize = 24;

/// Everything about mail and SMS.
pub fn check(config: &Config, out: &mut Vec<Complaint>) {
    for (section, timeout, most) in [("mail", config.mail.timeout, 30), ("sms", config.sms.timeout, 15)] {
        if timeout.0.is_zero() || timeout.0.as_secs() > most {
            complain(out, &[section, "timeout"], format!("write a time-out between 1ms and {most}s"));
        }
    }
    let mut names = BTreeSet::new();
    for (i, sender) in config.mail.sender.iter().enumerate() {
        let mut wrong = |key: &str, why: String| complain(out, &["mail", "sender", &i.to_string(), key], why);
        if !is_name(&sender.name) || !names.insert(sender.name.as_str()) {
            wrong("name", "each sender needs a name of its own: letters, digits, - and _".to_owned());
        }
        check_sender(sender, &mut wrong);
    }
    let mut names = BTreeSet::new();
    for (i, route) in config.sms.route.iter().enumerate() {
        let mut wrong = |key: &str, why: String| complain(out, &["sms", "route", &i.to_string(), key], why);
        if !is_name(&route.name) || !names.insert(route.name.as_str()) {
            wrong("name", "each route needs a name of its own: letters, digits, - and _".to_owned());
        }
        check_route(route, &mut wrong);
    }
    for (i, brand) in config.brand.iter().enumerate() {
        check_brand(config, brand, &mut |key, why| complain(out, &["brand", &i.to_string(), key], why));
    }
}

/// A name is a word: it stands in logs, metrics and the outbox.
fn is_name(name: &str) -> bool {
    (1..=32).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn check_sender(sender: &SmtpConfig, wrong: &mut dyn FnMut(&str, String)) {
    if url::Host::parse(&sender.host).is_err() {
        wrong("host", format!("`{}` is no host name", sender.host));
    }
    if sender.security == SmtpSecurity::None && !is_loopback(&sender.host) {
        wrong("security", "`none` is for a server on this machine alone: write \"starttls\" or \"tls\"".to_owned());
    }
    if sender.security == SmtpSecurity::None && sender.ca_file.is_some() {
        wrong("ca_file", "there is no certificate without TLS: remove this key".to_owned());
    }
    match (&sender.username, &sender.password_file) {
        (Some(_), None) => wrong("username", "a user needs a password: add password_file".to_owned()),
        (None, Some(_)) => wrong("password_file", "a password needs its user: add username".to_owned()),
        _ => {}
    }
    let domain = |text: &String| matches!(url::Host::parse(text), Ok(url::Host::Domain(_))) && text.is_ascii();
    if let Some(bounces) = sender.bounce_domain.as_ref().filter(|text| !domain(text)) {
        wrong("bounce_domain", format!("`{bounces}` is no domain"));
    }
}

fn check_route(route: &SmsRouteConfig, wrong: &mut dyn FnMut(&str, String)) {
    let host = route.url.host_str().unwrap_or_default();
    if route.url.scheme() != "https" && !(route.url.scheme() == "http" && is_loopback(host)) {
        wrong("url", "it must be https (http is for localhost only)".to_owned());
    }
    if !route.url.username().is_empty() || route.url.password().is_some() {
        wrong("url", "no password in the URL: write username and password_file".to_owned());
    }
    if route.from.is_empty() || route.from.chars().any(char::is_control) {
        wrong("from", "the sender as registered with the provider".to_owned());
    }
    match (&route.username, &route.password_file, &route.token_file) {
        (None, None, _) | (Some(_), Some(_), None) => {}
        (_, _, Some(_)) => wrong("token_file", "either a token or user name and password, not both".to_owned()),
        _ => wrong("username", "username and password_file belong together".to_owned()),
    }
}

fn check_brand(config: &Config, brand: &BrandConfig, wrong: &mut dyn FnMut(&str, String)) {
    if !config.mail.sender.is_empty() && brand.mail_from.is_none() {
        wrong("mail_from", "mails need a sender: write mail_from = \"no-reply@…\"".to_owned());
    }
    if let Some(unknown) = brand.mail_senders.iter().find(|name| !config.mail.sender.iter().any(|s| s.name == **name)) {
        wrong("mail_senders", format!("there is no [[mail.sender]] with the name `{unknown}`"));
    }
    if let Some(unknown) = brand.sms_routes.iter().find(|name| !config.sms.route.iter().any(|r| r.name == **name)) {
        wrong("sms_routes", format!("there is no [[sms.route]] with the name `{unknown}`"));
    }
    let (key, name) = match &brand.sms_name {
        Some(name) => ("sms_name", name),
        None => ("name", &brand.name),
    };
    let units = name.encode_utf16().count();
    // Without a route no SMS leaves, and a long name harms nobody.
    if (key == "sms_name" || !config.sms.route.is_empty()) && !(1..=SMS_NAME_UNITS).contains(&units) {
        wrong(key, format!("an SMS has room for {SMS_NAME_UNITS} letters of the name: write a shorter sms_name"));
    }
    if name.chars().any(char::is_control) {
        wrong(key, "a name has no control characters".to_owned());
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::config::load;

    const SENDER: &str = "[[mail.sender]]\nname = \"relay\"\nhost = \"mail.example\"\n";
    const ROUTE: &str =
        "[[sms.route]]\nname = \"one\"\nkind = \"json\"\nurl = \"https://sms.example/\"\nfrom = \"M-Drive\"\n";

    fn brand(name: &str, more: &str) -> String {
        format!(
            "[[brand]]\ncode = \"VX7\"\nname = \"{name}\"\nissuer = \"https://login.example/VX7\"\n\
             service_url = \"https://ff.example/VX7\"\nmail_from = \"no-reply@vx7.example\"\n{more}"
        )
    }

    fn refusal(text: &str) -> String {
        load(Path::new("tegata.toml"), text, &[]).map_or_else(|error| error.to_string(), |_| "none".to_owned())
    }

    #[test]
    fn mail_and_sms_that_can_work_are_accepted() {
        assert_eq!(refusal(&format!("{SENDER}{ROUTE}{}", brand("M-Drive", ""))), "none");
        let local = SENDER.replace("mail.example", "127.0.0.1") + "security = \"none\"\nport = 1025\n";
        assert_eq!(refusal(&format!("{local}{}", brand("M-Drive", ""))), "none");
    }

    #[test]
    fn what_cannot_work_or_would_send_in_clear_is_refused_in_plain_words() {
        let long = "とても長い名前のクラウドストレージサービスです。";
        for (text, words) in [
            (format!("{SENDER}security = \"none\"\n{}", brand("X", "")), "for a server on this machine alone"),
            (format!("{SENDER}username = \"u\"\n{}", brand("X", "")), "a user needs a password"),
            (format!("{SENDER}password_file = \"p\"\n{}", brand("X", "")), "a password needs its user"),
            (format!("{SENDER}bounce_domain = \"a b\"\n{}", brand("X", "")), "`a b` is no domain"),
            (format!("{SENDER}{SENDER}{}", brand("X", "")), "a name of its own"),
            (format!("{SENDER}{}", brand("X", "").replace("mail_from", "mail_reply_to")), "mails need a sender"),
            (format!("{SENDER}{}", brand("X", "mail_senders = [\"other\"]\n")), "with the name `other`"),
            (format!("{ROUTE}{}", brand("X", "sms_routes = [\"other\"]\n")), "with the name `other`"),
            (format!("{ROUTE}{}", brand(&long.repeat(2), "")), "write a shorter sms_name"),
            (brand("X", &format!("sms_name = \"{}\"\n", long.repeat(2))), "write a shorter sms_name"),
            (format!("{}{}", ROUTE.replace("https://", "http://"), brand("X", "")), "it must be https"),
            (format!("{}{}", ROUTE.replace("https://", "https://u:p@"), brand("X", "")), "no password in the URL"),
            (format!("{ROUTE}username = \"u\"\n{}", brand("X", "")), "belong together"),
            (
                format!("{ROUTE}username = \"u\"\npassword_file = \"p\"\ntoken_file = \"t\"\n{}", brand("X", "")),
                "not both",
            ),
            (format!("[mail]\ntimeout = \"10m\"\n{}", brand("X", "")), "write a time-out"),
            (brand("X", "").replace("no-reply@vx7.example", "no-reply"), "is no mailbox"),
        ] {
            assert!(refusal(&text).contains(words), "{words}: {}", refusal(&text));
        }
    }
}
