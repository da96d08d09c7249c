//! A mail on paper: header and body (RFC 5322, RFC 2045), and the recipient as SMTP wants it.

use std::time::{Duration, UNIX_EPOCH};

use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};

use super::message::MailBody;
use crate::clock::Timestamp;
use crate::config::{BrandConfig, MailboxText};
use crate::id::MessageId;
use crate::notify::clean;

/// What is the same on every mail of a brand.
#[derive(Clone)]
pub struct Letterhead {
    brand: String,
    from: Mailbox,
    reply_to: Option<Mailbox>,
}

/// Why a mail cannot be written, as the code the outbox shows.
pub type Refusal = &'static str;

impl Letterhead {
    /// Of a brand; `None` when it has no sender's address.
    pub fn of(brand: &BrandConfig) -> Option<Self> {
        let mailbox = |text: &MailboxText, otherwise: Option<&str>| {
            let name = text.name.as_deref().or(otherwise).map(clean::line);
            Some(Mailbox::new(name, text.address.parse().ok()?))
        };
        Some(Self {
            brand: brand.code.as_str().to_owned(),
            from: mailbox(brand.mail_from.as_ref()?, Some(&brand.name))?,
            reply_to: brand.mail_reply_to.as_ref().and_then(|text| mailbox(text, None)),
        })
    }

    /// The envelope sender: where a mail that cannot be delivered comes back to. With a domain for that it names the
    /// mail (VERP), so that the bounce says which one it was.
    pub fn envelope_from(&self, id: &MessageId, bounce_domain: Option<&str>) -> Address {
        bounce_domain
            .and_then(|domain| Address::new(format!("bounce+{id}"), domain).ok())
            .unwrap_or_else(|| self.from.email.clone())
    }

    /// The bytes of a mail. Written twice they differ in the MIME boundary alone.
    ///
    /// # Errors
    /// A code when the mail holds what must not stand in a header.
    pub fn write(
        &self,
        (id, kind): (&MessageId, &str),
        to: &Address,
        mail: &MailBody,
        date: Timestamp,
    ) -> Result<Vec<u8>, Refusal> {
        if breaks_a_header(&mail.subject) || breaks_a_header(&mail.lang) {
            return Err("header_refused");
        }
        let domain = self.from.email.domain();
        let millis = u64::try_from(date.as_millis()).unwrap_or(0);
        // Given, since lettre would read it out of the header, where it refuses a quoted local part.
        let envelope = Envelope::new(Some(self.from.email.clone()), vec![to.clone()]).map_err(|_| "mail_malformed")?;
        let mut builder = Message::builder()
            .envelope(envelope)
            .date(UNIX_EPOCH + Duration::from_millis(millis))
            .from(self.from.clone())
            .to(Mailbox::new(None, to.clone()))
            .subject(mail.subject.clone())
            .message_id(Some(format!("<{id}@{domain}>")));
        if let Some(reply_to) = &self.reply_to {
            builder = builder.reply_to(reply_to.clone());
        }
        let further = [
            ("Content-Language", mail.lang.clone()),
            // RFC 3834 §5, and its older relative: holiday notes and the like are not to answer.
            ("Auto-Submitted", "auto-generated".to_owned()),
            ("X-Auto-Response-Suppress", "All".to_owned()),
            ("Feedback-ID", format!("{kind}:{}:transactional:{domain}", self.brand)),
            // Keeps mail programs from folding two mails of one kind into a thread.
            ("X-Entity-Ref-ID", id.to_string()),
        ];
        for (name, value) in further {
            builder = builder.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(name), value));
        }
        let parts = MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone());
        builder.multipart(parts).map(|message| message.formatted()).map_err(|_| "mail_malformed")
    }
}

fn breaks_a_header(text: &str) -> bool {
    text.contains(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'))
}

/// The recipient as SMTP takes it: the domain in its ASCII form (RFC 5891), a local part that breaks RFC 5321's dot
/// rule in quotes. docomo and au gave out such addresses until 2009, and they are in use.
///
/// # Errors
/// A code when there is no way to write the address.
pub fn recipient(to: &str) -> Result<Address, Refusal> {
    const REFUSED: Refusal = "recipient_refused";
    let (local, domain) = to.rsplit_once('@').ok_or(REFUSED)?;
    let url::Host::Domain(domain) = url::Host::parse(domain).map_err(|_| REFUSED)? else { return Err(REFUSED) };
    if let Ok(address) = Address::new(local, &domain) {
        return if local.is_ascii() { Ok(address) } else { Err("recipient_not_ascii") };
    }
    let atoms = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let printable = !local.is_empty() && local.len() <= 62 && local.chars().all(atoms);
    // Nothing but what an unquoted address may hold, and dots where it may not hold them.
    if printable { Ok(Address::new_dangerous(format!("\"{local}\""), domain)) } else { Err(REFUSED) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_written_as_smtp_takes_it_or_refused_with_a_code() {
        for (to, written) in [
            ("hanako@Example.JP", Ok("hanako@example.jp")),
            ("x@日本.jp", Ok("x@xn--wgv71a.jp")),
            ("a..b@docomo.ne.jp", Ok("\"a..b\"@docomo.ne.jp")),
            ("a.@ezweb.ne.jp", Ok("\"a.\"@ezweb.ne.jp")),
            (".a@au.com", Ok("\".a\"@au.com")),
            ("花子@example.jp", Err("recipient_not_ascii")),
            ("a b@example.jp", Err("recipient_refused")),
            ("a\r\n@example.jp", Err("recipient_refused")),
            ("a\"..b@example.jp", Err("recipient_refused")),
            ("<a>..b@example.jp", Err("recipient_refused")),
            ("a@[127.0.0.1]", Err("recipient_refused")),
            ("nobody", Err("recipient_refused")),
            ("@example.jp", Err("recipient_refused")),
        ] {
            assert_eq!(recipient(to).map(|address| address.to_string()), written.map(str::to_owned), "{to:?}");
        }
    }

    #[test]
    fn a_header_takes_no_second_line() {
        let head = Letterhead {
            brand: "VX7".to_owned(),
            from: Mailbox::new(Some("端場".to_owned()), "no-reply@vx7.example".parse().unwrap()),
            reply_to: None,
        };
        let (id, to) = (MessageId::new("1"), recipient("a@vx7.example").unwrap());
        let write = |subject: &str| {
            let mail = MailBody {
                to: String::new(),
                lang: "ja".to_owned(),
                subject: subject.to_owned(),
                text: "x".to_owned(),
                html: "<p>x</p>".to_owned(),
            };
            head.write((&id, "unblock"), &to, &mail, Timestamp::from_seconds(1_800_000_000))
        };
        for subject in ["a\r\nBcc: b@vx7.example", "a\nb", "a\0b", "a\u{2028}b", "a\u{2029}b"] {
            assert_eq!(write(subject), Err("header_refused"), "{subject:?}");
        }
        let mail = String::from_utf8(write("【M-Drive】アカウントロック").unwrap()).unwrap();
        assert!(mail.contains("Date: Fri, 15 Jan 2027 08:00:00 +0000\r\n"), "{mail}");
        assert!(mail.is_ascii() && !mail.contains("List-Unsubscribe"));
    }

    #[test]
    fn a_bounce_names_the_mail() {
        let head = Letterhead {
            brand: "VX7".to_owned(),
            from: Mailbox::new(None, "no-reply@vx7.example".parse().unwrap()),
            reply_to: None,
        };
        let id = MessageId::new("0190-ab");
        assert_eq!(head.envelope_from(&id, None).to_string(), "no-reply@vx7.example");
        assert_eq!(head.envelope_from(&id, Some("b.vx7.example")).to_string(), "bounce+0190-ab@b.vx7.example");
    }
}
