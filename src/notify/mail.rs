//! From a wish to a mail: subject, text and HTML.
//!
//! Both parts say the same. The HTML part is the text, paragraph by paragraph; the line that is nothing but the link
//! becomes a button, and the address under it stays readable, for whoever does not trust buttons. A URL among the
//! arguments leads where it says. A line whose argument is empty is left out of both.

use askama::Template;

use super::clean;
use super::message::{Body, Content, Mail, MailBody, MailKind};
use crate::web::{Face, Lang};

/// A line of a paragraph.
enum Line {
    Text(String),
    Link(String),
    /// Words, and a URL of the arguments.
    Address(String, String),
}

/// Stands for an argument that is empty; nothing that was cleaned holds it.
const ABSENT: &str = "\0";

#[derive(Template)]
#[template(path = "mail/message.html")]
struct HtmlPart<'a> {
    lang: &'static str,
    subject: &'a str,
    brand: &'a str,
    primary: String,
    on_primary: String,
    button: String,
    paragraphs: Vec<Vec<Line>>,
}

/// Composes a mail in the words of a brand.
pub fn compose_mail(face: &Face, mail: &Mail<'_>) -> Content {
    let is_given = |wanted: &&str| mail.args.iter().any(|(key, _)| key == wanted);
    debug_assert!(mail.kind.args().iter().all(is_given), "the text of {} lacks a word", mail.kind);
    let texts = face.texts(mail.lang);
    let name = match clean::name(mail.name) {
        // Nobody is addressed as nobody.
        empty if empty.is_empty() => clean::line(mail.to),
        name => name,
    };
    let link = mail.link.map(clean_link);
    let cleaned: Vec<_> = mail.args.iter().map(|(key, value)| (*key, clean_argument(mail.kind, key, value))).collect();
    let mut args: Vec<(&str, &str)> = vec![("name", &name)];
    args.extend(cleaned.iter().map(|(key, value)| (*key, value.as_str())));
    if let Some(link) = &link {
        args.push(("link", link));
    }
    let key = |part: &str| format!("mail-{}-{part}", mail.kind.as_str());
    let subject = clean::line(&texts.text_with(&key("subject"), &args));
    let text = without_absent(&texts.text_with(&key("body"), &args));
    let button = if mail.kind.has_link() { texts.text(&key("button")).into_owned() } else { String::new() };
    let urls = cleaned.iter().filter(|(key, _)| mail.kind.urls().contains(key)).map(|(_, url)| url.as_str());
    let links = Links { button, link: link.as_deref(), urls: urls.collect() };
    let html = render(face, mail.lang, (&subject, &text), links);
    let body = MailBody { to: mail.to.to_owned(), lang: mail.lang.tag().to_owned(), subject, text, html };
    Content { kind: mail.kind.as_str(), body: Body::Mail(body) }
}

/// A link of ours holds none of these; were one to get in, it must not end the line or the attribute it stands in.
fn clean_link(link: &str) -> String {
    link.chars().filter(|c| c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\'')).collect()
}

fn clean_argument(kind: MailKind, key: &str, value: &str) -> String {
    let cleaned = if kind.urls().contains(&key) { clean_link(value) } else { clean::line(value) };
    if cleaned.is_empty() { ABSENT.to_owned() } else { cleaned }
}

fn without_absent(text: &str) -> String {
    let lines: Vec<_> = text.trim().lines().filter(|line| !line.contains(ABSENT)).collect();
    lines.join("\n") + "\n"
}

/// What leads somewhere.
struct Links<'a> {
    /// The words of the button.
    button: String,
    /// Where it leads.
    link: Option<&'a str>,
    /// The URLs among the arguments.
    urls: Vec<&'a str>,
}

impl Links<'_> {
    fn line(&self, line: &str) -> Line {
        if self.link == Some(line) {
            return Line::Link(line.to_owned());
        }
        let address =
            |url: &&str| line.strip_suffix(url).map(|words| Line::Address(words.to_owned(), (*url).to_owned()));
        self.urls.iter().find_map(address).unwrap_or_else(|| Line::Text(line.to_owned()))
    }
}

fn render(face: &Face, lang: Lang, (subject, text): (&str, &str), links: Links<'_>) -> String {
    let line = |line: &str| links.line(line);
    let paragraphs = text.split("\n\n").map(|p| p.lines().filter(|l| !l.is_empty()).map(line).collect()).collect();
    let part = HtmlPart {
        lang: lang.tag(),
        subject,
        brand: &face.name,
        primary: face.color("primary"),
        on_primary: face.color("on-primary"),
        button: links.button,
        paragraphs,
    };
    // Writing to memory does not fail.
    part.render().unwrap_or_default()
}

#[cfg(test)]
#[path = "mail_tests.rs"]
mod tests;
