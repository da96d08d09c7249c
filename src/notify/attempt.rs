//! One try: every server or provider that may be asked, in order, and what came of it.
//!
//! | what happened | mail | SMS |
//! |---|---|---|
//! | never reached | next server at once | next provider at once, same text and key |
//! | refused for now | later | next provider at once, same text and key |
//! | refused for good | given up | next provider; when all find fault with the message, given up |
//! | no answer | later, the same server first | nothing for 30 s, then the same provider, then the next |

use std::time::Duration;

use super::carrier::{BrandCarriers, Carriers};
use super::gateway::SmsOutcome;
use super::letter;
use super::message::{Body, Content, MailBody, SmsBody};
use super::retry::{NO_ANSWER, sms_order};
use super::smtp::SmtpFailure;
use super::store::Claimed;

/// What is to become of a message.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was accepted.
    Sent {
        /// By whom.
        route: String,
    },
    /// It is to be tried again.
    Again {
        /// Who was asked last.
        route: Option<String>,
        /// Why it failed, as a code.
        error: String,
        /// Not before so long.
        not_before: Duration,
    },
    /// It is to be given up.
    Dead {
        /// Who was asked last.
        route: Option<String>,
        /// Why, as a code.
        error: String,
    },
    /// Its end has come.
    Expired,
}

impl Verdict {
    /// To be tried again as soon as the rules allow.
    pub fn again(route: Option<&str>, error: impl Into<String>) -> Self {
        Self::Again { route: route.map(str::to_owned), error: error.into(), not_before: Duration::ZERO }
    }

    /// To be given up.
    pub fn dead(route: Option<&str>, error: impl Into<String>) -> Self {
        Self::Dead { route: route.map(str::to_owned), error: error.into() }
    }

    /// Route and code for the log.
    pub fn told(&self) -> (&str, &str) {
        match self {
            Self::Sent { route } => (route, ""),
            Self::Again { route, error, .. } | Self::Dead { route, error } => {
                (route.as_deref().unwrap_or_default(), error)
            }
            Self::Expired => ("", "expired"),
        }
    }
}

/// Tries to send a message.
pub async fn attempt(carriers: &Carriers, message: &Claimed, content: &Content) -> Verdict {
    let Some(brand) = carriers.brands.get(&message.brand) else { return Verdict::again(None, "no_brand") };
    match &content.body {
        Body::Mail(mail) => send_mail(carriers, brand, message, mail).await,
        Body::Sms(sms) => send_sms(carriers, brand, message, sms).await,
    }
}

async fn send_mail(carriers: &Carriers, brand: &BrandCarriers, message: &Claimed, mail: &MailBody) -> Verdict {
    let Some(head) = &brand.head else { return Verdict::again(None, "no_sender") };
    let to = match letter::recipient(&mail.to) {
        Ok(to) => to,
        Err(code) => return Verdict::dead(None, code),
    };
    let bytes = match head.write((&message.id, &message.kind), &to, mail, message.created_at) {
        Ok(bytes) => bytes,
        Err(code) => return Verdict::dead(None, code),
    };
    let mut verdict = Verdict::again(None, "no_sender");
    for sender in brand.senders.iter().filter_map(|index| carriers.senders.get(*index)) {
        let from = head.envelope_from(&message.id, sender.bounce_domain.as_deref());
        let route = Some(sender.name.as_str());
        match sender.send(&from, &to, &bytes).await {
            Ok(()) => return Verdict::Sent { route: sender.name.clone() },
            Err(SmtpFailure::Refused { code, permanent: true }) => return Verdict::dead(route, code),
            Err(SmtpFailure::Refused { code, permanent: false } | SmtpFailure::Unknown(code)) => {
                return Verdict::again(route, code);
            }
            Err(SmtpFailure::Unreached(code)) => verdict = Verdict::again(route, code),
        }
    }
    verdict
}

async fn send_sms(carriers: &Carriers, brand: &BrandCarriers, message: &Claimed, sms: &SmsBody) -> Verdict {
    let name = |index: usize| carriers.routes.get(index).map(|route| route.name.as_str());
    let silent = message.last_error.as_deref() == Some(NO_ANSWER);
    let last = brand.routes.iter().copied().find(|index| silent && name(*index) == message.route.as_deref());
    let mut refusals = Vec::new();
    for (index, second_time) in sms_order(&brand.routes, last) {
        let Some(route) = carriers.routes.get(index) else { continue };
        match route.send(&message.id, sms).await {
            SmsOutcome::Accepted => return Verdict::Sent { route: route.name.clone() },
            // Asked twice, silent twice: whoever waits for the code has waited long enough.
            SmsOutcome::Unknown if second_time => refusals.push((&route.name, NO_ANSWER.to_owned(), false)),
            SmsOutcome::Unknown => {
                let (route, error) = (Some(route.name.clone()), NO_ANSWER.to_owned());
                return Verdict::Again { route, error, not_before: carriers.unknown_wait };
            }
            SmsOutcome::Refused { code, hopeless } => refusals.push((&route.name, code, hopeless)),
        }
    }
    let silent = refusals.iter().find(|(_, code, _)| code == NO_ANSWER);
    if let Some((route, error, _)) = silent {
        // It is left alone as long as the first time.
        let (route, error) = (Some((*route).clone()), error.clone());
        return Verdict::Again { route, error, not_before: carriers.unknown_wait };
    }
    let hopeless = refusals.iter().all(|(_, _, hopeless)| *hopeless);
    match refusals.pop() {
        None => Verdict::again(None, "no_route"),
        Some((route, code, _)) if hopeless => Verdict::dead(Some(route), code),
        Some((route, code, _)) => Verdict::again(Some(route), code),
    }
}
