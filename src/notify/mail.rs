//! From a wish to a mail: subject, text and HTML.
//!
//! Both parts say the same. The HTML part is the text, paragraph by paragraph; the line that is nothing but the link
//! becomes a button, and the address under it stays readable, for whoever does not trust buttons.

use askama::Template;

use super::clean;
use super::message::{Body, Content, Mail, MailBody};
use crate::web::{Face, Lang};

/// A line of a paragraph.
enum Line {
    Text(String),
    Link(String),
}

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
    let cleaned: Vec<_> = mail.args.iter().map(|(key, value)| (*key, clean::line(value))).collect();
    let mut args: Vec<(&str, &str)> = vec![("name", &name)];
    args.extend(cleaned.iter().map(|(key, value)| (*key, value.as_str())));
    if let Some(link) = &link {
        args.push(("link", link));
    }
    let key = |part: &str| format!("mail-{}-{part}", mail.kind.as_str());
    let subject = clean::line(&texts.text_with(&key("subject"), &args));
    let text = texts.text_with(&key("body"), &args).trim().to_owned() + "\n";
    let button = if mail.kind.has_link() { texts.text(&key("button")).into_owned() } else { String::new() };
    let html = render(face, mail.lang, (&subject, &text), (button, link.as_deref()));
    let body = MailBody { to: mail.to.to_owned(), lang: mail.lang.tag().to_owned(), subject, text, html };
    Content { kind: mail.kind.as_str(), body: Body::Mail(body) }
}

/// A link of ours holds none of these; were one to get in, it must not end the line or the attribute it stands in.
fn clean_link(link: &str) -> String {
    link.chars().filter(|c| c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\'')).collect()
}

fn render(face: &Face, lang: Lang, (subject, text): (&str, &str), (button, link): (String, Option<&str>)) -> String {
    let line = |line: &str| match link {
        Some(link) if line == link => Line::Link(link.to_owned()),
        _ => Line::Text(line.to_owned()),
    };
    let paragraphs = text.split("\n\n").map(|p| p.lines().filter(|l| !l.is_empty()).map(line).collect()).collect();
    let part = HtmlPart {
        lang: lang.tag(),
        subject,
        brand: &face.name,
        primary: face.color("primary"),
        on_primary: face.color("on-primary"),
        button,
        paragraphs,
    };
    // Writing to memory does not fail.
    part.render().unwrap_or_default()
}

#[cfg(test)]
#[path = "mail_tests.rs"]
mod tests;
