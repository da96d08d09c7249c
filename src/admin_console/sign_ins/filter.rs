//! What is looked for in the history.

use jiff::civil::Date;
use jiff::tz::Offset;

use crate::account::directory::find_user;
use crate::account::{EmailAddress, SignInRecord, find_by_email};
use crate::admin_console::desk::{Answer, Desk};
use crate::audit::EventKind;
use crate::audit::search::{Cursor, Search};
use crate::clock::Timestamp;
use crate::context::{PageContext, parameter};
use crate::id::Subject;
use crate::web::Problem;
use crate::web::pages::admin::SignInFilter;

/// The service's own time.
const JAPAN: Offset = jiff::tz::offset(9);

/// How a sign-in ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Outcome {
    /// The person is in.
    Allowed,
    /// The person is not.
    Refused,
}

impl Outcome {
    fn parse(word: &str) -> Option<Self> {
        match word {
            "allowed" => Some(Self::Allowed),
            "refused" => Some(Self::Refused),
            _ => None,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Refused => "refused",
        }
    }
}

/// Events of a sign-in that succeeded.
pub const ALLOWED: [EventKind; 1] = [EventKind::SignedIn];
/// Events of a sign-in that did not.
pub const REFUSED: [EventKind; 4] =
    [EventKind::SignInRefused, EventKind::SecondFactorRefused, EventKind::LineRefused, EventKind::AccountLocked];

/// What is looked for.
pub struct Filter {
    /// The address that was typed.
    typed: String,
    /// The person it names: `Some(None)` when it names nobody of the contract.
    person: Option<Option<Box<SignInRecord>>>,
    outcome: Option<Outcome>,
    from: Option<Date>,
    to: Option<Date>,
    /// Where the page begins.
    pub after: Option<Cursor>,
}

impl Filter {
    /// From the query. A link names a person by `sub`, a form by address.
    pub async fn read(page: &PageContext, desk: &Desk, query: Option<&str>) -> Answer<Self> {
        let word = |name| parameter(query, name);
        let (subject, typed, after) = (word("user"), word("person"), word("after"));
        let (db, contract) = (&page.app.db, &desk.contract().id);
        let person = match (subject.is_empty(), typed.trim().is_empty()) {
            (false, _) => match find_user(db, contract, &Subject::new(&subject)).await? {
                Some(user) => Some(Some(Box::new(user))),
                None => return Ok(Err(Box::new(page.refuse(&Problem::NotFound)))),
            },
            (true, false) => {
                let holder = match EmailAddress::parse(&typed) {
                    Ok(email) => find_by_email(db, &page.issuer().brand, &email).await?,
                    Err(_) => None,
                };
                Some(holder.filter(|holder| holder.contract.id == *contract).map(Box::new))
            }
            (true, true) => None,
        };
        let after = match after.as_str() {
            "" => None,
            place => match place.parse() {
                Ok(place) => Some(place),
                Err(_) => return Ok(Err(Box::new(page.refuse(&Problem::NotFound)))),
            },
        };
        let found = person.as_ref().and_then(|person| person.as_ref()).map(|user| user.account.email.clone());
        Ok(Ok(Self {
            typed: found.unwrap_or(typed),
            person,
            outcome: Outcome::parse(&word("outcome")),
            from: word("from").parse().ok(),
            to: word("to").parse().ok(),
            after,
        }))
    }

    /// The search of the audit log; `None` when the person is nobody of the contract.
    pub fn search(&self, desk: &Desk, after: Option<Cursor>, limit: u32) -> Option<Search> {
        let account = match &self.person {
            Some(None) => return None,
            Some(Some(user)) => Some(user.account.id.clone()),
            None => None,
        };
        let events = match self.outcome {
            Some(Outcome::Allowed) => ALLOWED.to_vec(),
            Some(Outcome::Refused) => REFUSED.to_vec(),
            None => [&ALLOWED[..], &REFUSED].concat(),
        };
        Some(Search {
            contract: Some(desk.contract().id.clone()),
            account,
            events,
            from: self.from.and_then(midnight),
            // The last day counts to its end.
            to: self.to.and_then(|day| day.tomorrow().ok()).and_then(midnight),
            after,
            limit,
            ..Search::default()
        })
    }

    /// The same search as a query, at a place. A person is named by `sub`: an address has no place in a link.
    pub fn query(&self, place: Option<&Cursor>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        match &self.person {
            Some(Some(user)) => drop(query.append_pair("user", user.account.subject.as_str())),
            Some(None) => drop(query.append_pair("person", &self.typed)),
            None => {}
        }
        if let Some(outcome) = self.outcome {
            query.append_pair("outcome", outcome.as_str());
        }
        for (name, day) in [("from", self.from), ("to", self.to)] {
            if let Some(day) = day {
                query.append_pair(name, &day.to_string());
            }
        }
        if let Some(place) = place {
            query.append_pair("after", &place.to_string());
        }
        query.finish()
    }

    /// As the page shows it.
    pub fn view(&self) -> SignInFilter {
        let day = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
        SignInFilter {
            person: self.typed.clone(),
            is_nobody: matches!(self.person, Some(None)),
            outcome: self.outcome.map_or("", Outcome::as_str),
            from: day(self.from),
            to: day(self.to),
        }
    }
}

fn midnight(day: Date) -> Option<Timestamp> {
    let at = JAPAN.to_timestamp(day.at(0, 0, 0, 0)).ok()?;
    Some(Timestamp::from_millis(at.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_in_japan() {
        assert_eq!(midnight(jiff::civil::date(2026, 11, 20)), Some(Timestamp::from_seconds(1_795_100_400)));
    }
}
