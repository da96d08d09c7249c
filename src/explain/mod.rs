//! Explain: why would this account, from this address, on this access path, be let in or refused now?
//!
//! Gathers the facts that a sign-in gathers, by the same verbs, and lets [`policy::explain`](crate::policy::explain)
//! list the checks. Nothing is counted, nothing is written, no password is needed: the proof is taken as given.
//!
//! It must not: decide anything itself, tell a line number or a password hash, count against a limit.

mod method;
mod words;

use std::net::IpAddr;

use crate::account::{EmailAddress, LoginMethod, Role, SignInRecord, find_account, find_by_email};
use crate::brand::Issuers;
use crate::client::{Client, ClientDirectory};
use crate::clock::Timestamp;
use crate::config::Config;
use crate::consent::{Consent, find_consent};
use crate::id::{AccountId, BrandCode, ClientId};
use crate::line::{LineKey, NumberRule, find_line};
use crate::lockout::{Limit, Limits, LoginKey, find_failures, is_locked};
use crate::policy::access_path::AccessPath;
use crate::policy::explain::{ClientFacts, ConsentFacts, Facts, LineFacts, SecondFactorFacts, explain as decide};
use crate::policy::sign_in::{self, PrimaryProof, Purpose};
use crate::protocol::client_metadata::GrantType;
use crate::second_factor::{find_bar, find_factor, remembered_browser};
use crate::secret::{MasterKey, TokenHash};
use crate::session::{Authentication, SecondFactorProof, asks_for_second_factor};
use crate::storage::{Database, Fault};

pub use crate::policy::explain::{Check, Explanation, Outcome, Verdict, What};
pub use words::{in_words, verdict_in_words};

/// Whose sign-in.
#[derive(Clone, Debug)]
pub enum Who {
    /// The account with this row id.
    Id(AccountId),
    /// Whoever types this address.
    Email(String),
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Question {
    /// At which brand.
    pub brand: BrandCode,
    /// Whose sign-in.
    pub who: Who,
    /// From which network address, where that matters.
    pub address: Option<IpAddr>,
    /// At which of the brand's issuers.
    pub path: AccessPath,
    /// Over which line, as typed.
    pub line: Option<String>,
    /// For which client.
    pub client: Option<ClientId>,
    /// What for, without a client.
    pub purpose: Purpose,
}

/// Where the facts are.
pub struct Ground<'a> {
    /// The database.
    pub db: &'a Database,
    /// The master key, for keyed hashes.
    pub master: &'a MasterKey,
    /// The configuration.
    pub config: &'a Config,
    /// The issuers.
    pub issuers: &'a Issuers,
    /// The clients.
    pub clients: &'a ClientDirectory,
    /// The limits of this node; `None` outside of one.
    pub limits: Option<&'a Limits>,
    /// The present instant.
    pub now: Timestamp,
}

/// Every check that this sign-in would meet now, and what they come to.
///
/// # Errors
/// When the database fails.
pub async fn explain(ground: &Ground<'_>, question: &Question) -> Result<Explanation, Fault> {
    let issuer = ground.issuers.twin(&question.brand, question.path);
    let record = find(ground, question).await?;
    let client = question.client.as_ref().map(|id| ground.clients.find(&question.brand, id));
    let typed = match (&question.who, &record) {
        (Who::Email(typed), _) => typed.as_str(),
        (Who::Id(_), Some(record)) => record.account.email.as_str(),
        (Who::Id(_), None) => "",
    };
    let failures = find_failures(ground.db, LoginKey::of(ground.master, &question.brand, typed)).await?;
    let by_password = record.as_ref().is_none_or(|record| record.account.login_method == LoginMethod::Password);
    let (proof, limit) =
        if by_password { (PrimaryProof::Match, Limit::Failures) } else { (PrimaryProof::Upstream, Limit::Upstream) };
    let purpose = if question.client.is_some() { Purpose::Client } else { question.purpose };
    let lockable = record.as_ref().is_some_and(|record| record.is_lockable(ground.now));
    let facts = Facts {
        has_issuer: issuer.is_some(),
        client: client_facts(client.as_ref().map(|client| client.as_deref()), question.path),
        method: method::facts(ground, issuer.map(AsRef::as_ref), record.as_ref()).await?,
        limited: match (ground.limits, question.address) {
            (Some(limits), Some(address)) => Ok(limits.wait(limit, address)),
            _ => Err(()),
        },
        failures,
        sign_in: sign_in::Facts {
            purpose,
            access_path: question.path,
            now: ground.now,
            too_many_failures: by_password && is_locked(failures) && !lockable,
            account: record.as_ref().map(|record| record.facts(proof)),
        },
        line: line_facts(ground, question, record.as_ref()).await?,
        second_factor: match &record {
            Some(record) => Some(second_factor_facts(ground, question.path, record).await?),
            None => None,
        },
        role_suffices: record.as_ref().is_some_and(|record| record.account.role != Role::User),
        consent: match (client.flatten(), &record) {
            (Some(client), Some(record)) => consent_facts(ground, &client, question.path, record).await?,
            _ => ConsentFacts::NoClient,
        },
    };
    Ok(decide(&facts))
}

async fn find(ground: &Ground<'_>, question: &Question) -> Result<Option<SignInRecord>, Fault> {
    match &question.who {
        Who::Id(id) => {
            let found = find_account(ground.db, id).await?;
            // An account of one brand does not exist for another.
            Ok(found.filter(|record| record.account.brand == question.brand))
        }
        Who::Email(typed) => match EmailAddress::parse(typed) {
            Ok(email) => find_by_email(ground.db, &question.brand, &email).await,
            Err(_) => Ok(None),
        },
    }
}

fn client_facts(client: Option<Option<&Client>>, path: AccessPath) -> ClientFacts {
    match client {
        None => ClientFacts::None,
        Some(None) => ClientFacts::Unknown,
        Some(Some(client)) => ClientFacts::Known {
            is_active: client.is_active(),
            signs_people_in: client.metadata.allows(GrantType::AuthorizationCode),
            redirect_uris: client.redirect_uris_at(path).len(),
        },
    }
}

async fn line_facts(
    ground: &Ground<'_>,
    question: &Question,
    record: Option<&SignInRecord>,
) -> Result<LineFacts, Fault> {
    let Some(typed) = &question.line else { return Ok(LineFacts::NotTold) };
    let rule =
        ground.config.line.as_ref().map_or_else(NumberRule::default, |line| NumberRule::new(line.number_forms.clone()));
    let Ok(number) = rule.read(typed) else { return Ok(LineFacts::Unreadable) };
    let key = LineKey::of(ground.master, &question.brand, &number);
    let owner = find_line(ground.db, &question.brand, &key).await?;
    Ok(match (owner, record) {
        (None, _) => LineFacts::Unregistered,
        (Some((owner, _)), Some(record)) if owner == record.contract.id => LineFacts::Registered,
        (Some(_), _) => LineFacts::OfAnotherContract,
    })
}

async fn second_factor_facts(
    ground: &Ground<'_>,
    path: AccessPath,
    record: &SignInRecord,
) -> Result<SecondFactorFacts, Fault> {
    let account = &record.account.id;
    // As the session has it once the steps before are done: over the line network, with a verified line.
    let authentication = Authentication {
        auth_time: ground.now,
        amr: Vec::new(),
        acr: String::new(),
        access_path: path,
        line: (path == AccessPath::Line).then(|| TokenHash::of("")),
        second_factor: SecondFactorProof::None,
        upstream_auth_time: None,
    };
    let asked = match asks_for_second_factor(record, &authentication) {
        true => Ok(()),
        false if record.account.login_method != LoginMethod::Password => Err("second_factor_not_for_method"),
        false if !record.contract.asks_for_second_factor() => Err("second_factor_off"),
        false => Err("second_factor_line_instead"),
    };
    let barred = find_bar(ground.db, account, ground.now).await?;
    Ok(SecondFactorFacts {
        asked,
        is_enrolled: find_factor(ground.db, account).await?.is_some(),
        barred: barred.map(|until| until.since(ground.now)),
        remembered: remembered_browser::count(ground.db, account, ground.now).await?,
    })
}

async fn consent_facts(
    ground: &Ground<'_>,
    client: &Client,
    path: AccessPath,
    record: &SignInRecord,
) -> Result<ConsentFacts, Fault> {
    if client.settings.first_party {
        return Ok(ConsentFacts::FirstParty);
    }
    let assured =
        !client.is_public() || client.redirect_uris_at(path).iter().all(|uri| uri.as_str().starts_with("https:"));
    if !assured {
        return Ok(ConsentFacts::EachTime);
    }
    let everything = Consent { scope: client.metadata.scope.clone(), ..Consent::default() };
    let given = find_consent(ground.db, &record.account.id, &client.id).await?;
    Ok(match given {
        Some(given) if given.consent.covers(&everything) => ConsentFacts::Given,
        _ => ConsentFacts::Missing,
    })
}
