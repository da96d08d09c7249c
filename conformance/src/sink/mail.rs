//! From the bytes of a mail (RFC 5322, MIME) to a message of the inbox.

use super::store::{Draft, Kind};
use mail_parser::MessageParser;

/// Envelope of a mail, RFC 5321 §2.3.1: who really gets it, whatever its header says.
#[derive(Default)]
pub struct Envelope {
    pub from: String,
    pub to: Vec<String>,
    pub authenticated: Option<String>,
}

/// Reads `bytes`; a mail that is none becomes its own text, so that it is seen and not lost.
pub fn parse(envelope: Envelope, bytes: &[u8]) -> Draft {
    let mut draft = Draft {
        kind: Kind::Mail,
        from: envelope.from,
        to: envelope.to,
        subject: None,
        text: String::new(),
        html: None,
        headers: Vec::new(),
        authenticated: envelope.authenticated,
        idempotency_key: None,
    };
    // RFC 5321 §4.4: whoever delivers a mail for good notes its envelope sender.
    draft.headers.push(("Return-Path".to_owned(), format!("<{}>", draft.from)));
    let Some(mail) = MessageParser::default().parse(bytes) else {
        draft.text = String::from_utf8_lossy(bytes).into_owned();
        return draft;
    };
    if let Some(from) = mail.from().and_then(|from| from.first()).and_then(|first| first.address()) {
        from.clone_into(&mut draft.from);
    }
    draft.subject = mail.subject().map(str::to_owned);
    draft.text = mail.body_text(0).map(|text| text.into_owned()).unwrap_or_default();
    // `body_html` would make HTML out of the text of a mail that has none.
    let has_html = mail.parts.iter().any(|part| matches!(part.body, mail_parser::PartType::Html(_)));
    draft.html = if has_html { mail.body_html(0).map(|html| html.into_owned()) } else { None };
    draft.headers.extend(mail.headers_raw().map(|(name, value)| (name.to_owned(), value.trim().to_owned())));
    draft
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_japanese_mail_with_two_parts() {
        let mail = "From: =?UTF-8?B?44K144Od44O844OI?= <support@vx7.example>\r\nTo: a@vx7.example\r\n\
            Subject: =?UTF-8?B?44OR44K544Ov44O844OJ?=\r\nMIME-Version: 1.0\r\n\
            Content-Type: multipart/alternative; boundary=b\r\n\r\n\
            --b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n44GC\r\n\
            --b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>x</p>\r\n--b--\r\n";
        let draft = parse(Envelope::default(), mail.as_bytes());
        assert_eq!(draft.subject.as_deref(), Some("パスワード"));
        assert_eq!((draft.text.trim(), draft.from.as_str()), ("あ", "support@vx7.example"));
        assert_eq!(draft.html.as_deref().map(str::trim), Some("<p>x</p>"));
    }

    #[test]
    fn makes_no_html_out_of_a_text_mail() {
        let draft = parse(Envelope::default(), b"Subject: a\r\n\r\nhello\r\n");
        assert_eq!((draft.html, draft.text.trim()), (None, "hello"));
    }
}
