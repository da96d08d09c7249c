//! One account, and what its person does with a second factor.

use tegata::account::Account;
use tegata::clock::Timestamp;
use tegata::id::SessionId;
use tegata::policy::second_factor::{SmsRefusal, SmsRules};
use tegata::random::Random;
use tegata::second_factor::attempt::{Attempt, begin_attempt, find_attempt};
use tegata::second_factor::enrolment::{Completion, complete};
use tegata::second_factor::guess::{Guess, Verdict, guess_code, guess_recovery_code};
use tegata::second_factor::phone::PhoneNumber;
use tegata::second_factor::sms::{Order, Sending, new_code};
use tegata::second_factor::{Tools, Who};
use tegata::secret::MasterKey;
use tegata::storage::{Database, Fault, Tx};

use super::fixture::Store;

/// Hanako's number.
pub const PHONE: &str = "090-1234-5678";
/// Limits that no test meets by accident.
pub const GENEROUS: SmsRules =
    SmsRules { per_contract: 1_000, per_brand: 1_000, per_block: 1_000, conversion_sample: 20, conversion_percent: 0 };

/// What every task of a race takes along.
#[derive(Clone)]
pub struct Hand {
    pub account: Account,
    pub master: MasterKey,
    pub random: Random,
}

/// The account and its database.
pub struct Act {
    pub store: Store,
    pub hand: Hand,
}

/// A session's id.
pub fn session(name: &str) -> SessionId {
    SessionId::new(format!("session-{name}"))
}

/// A Japanese mobile number.
pub fn phone(text: &str) -> PhoneNumber {
    PhoneNumber::parse(text, &["JP".to_owned()]).unwrap()
}

impl Hand {
    /// The tools at an instant.
    pub fn tools(&self, now: Timestamp) -> Tools<'_> {
        Tools { master: &self.master, random: &self.random, now }
    }

    /// In which sign-in.
    pub fn who<'a>(&'a self, session: &'a SessionId) -> Who<'a> {
        Who { session, account: &self.account.id }
    }

    /// Types a code on the code page.
    pub async fn guess(&self, tx: &mut Tx, session: &SessionId, code: &str, now: Timestamp) -> Result<Verdict, Fault> {
        let guess = Guess { code, enrolls_authenticator: false, remember: false };
        guess_code(tx, &self.tools(now), self.who(session), guess).await
    }
}

impl Act {
    /// An account without a factor.
    pub async fn new() -> Self {
        let store = Store::new().await;
        let account = store.account("hanako").await;
        Self { store, hand: Hand { account, master: MasterKey::new([7; 32]), random: Random::seeded(11) } }
    }

    pub fn db(&self) -> &Database {
        &self.store.db
    }

    /// Another account with the same hand.
    pub async fn other(&self, name: &str) -> Hand {
        Hand { account: self.store.account(name).await, ..self.hand.clone() }
    }

    pub async fn begin(&self, session: &SessionId, now: Timestamp) {
        begin_for(self.db(), &self.hand, session, now).await;
    }

    pub async fn attempt(&self, session: &SessionId, now: Timestamp) -> Option<Attempt> {
        find_attempt(self.db(), self.hand.who(session), now).await.unwrap()
    }

    /// Has a code sent; `enrolls`: to a number that is being enrolled.
    pub async fn send(
        &self,
        session: &SessionId,
        (to, enrolls): (&str, bool),
        now: Timestamp,
    ) -> Result<String, Option<SmsRefusal>> {
        send_for(self.db(), (&self.hand, &GENEROUS), session, (to, enrolls), now).await
    }

    /// Types a code on the code page.
    pub async fn guess(&self, session: &SessionId, code: &str, now: Timestamp) -> Verdict {
        let mut tx = self.db().begin().await.unwrap();
        let verdict = self.hand.guess(&mut tx, session, code, now).await.unwrap();
        tx.commit().await.unwrap();
        verdict
    }

    /// Types a code on the page that enrols an authenticator app.
    pub async fn guess_authenticator(&self, session: &SessionId, code: &str, now: Timestamp) -> Verdict {
        let guess = Guess { code, enrolls_authenticator: true, remember: true };
        let mut tx = self.db().begin().await.unwrap();
        let verdict = guess_code(&mut tx, &self.hand.tools(now), self.hand.who(session), guess).await.unwrap();
        tx.commit().await.unwrap();
        verdict
    }

    /// Types a recovery code.
    pub async fn guess_recovery(&self, session: &SessionId, code: &str, now: Timestamp) -> Verdict {
        let mut tx = self.db().begin().await.unwrap();
        let verdict = guess_recovery_code(&mut tx, &self.hand.tools(now), self.hand.who(session), code).await.unwrap();
        tx.commit().await.unwrap();
        verdict
    }

    /// Ticks the box.
    pub async fn complete(&self, session: &SessionId, now: Timestamp) -> Completion {
        let mut tx = self.db().begin().await.unwrap();
        let completion = complete(&mut tx, &self.hand.tools(now), self.hand.who(session)).await.unwrap();
        tx.commit().await.unwrap();
        completion
    }

    /// The recovery code that waits to be saved.
    pub async fn recovery_code(&self, session: &SessionId, now: Timestamp) -> Option<String> {
        let code = self.attempt(session, now).await?.recovery_code(&self.hand.master).unwrap();
        code.map(|code| code.expose().clone())
    }

    /// Enrols [`PHONE`]; answers the recovery code.
    pub async fn enroll_sms(&self, now: Timestamp) -> String {
        let session = session("enrolls-sms");
        self.begin(&session, now).await;
        let code = self.send(&session, (PHONE, true), now).await.unwrap();
        assert_eq!(self.guess(&session, &code, now).await, Verdict::Proved(tegata::second_factor::Method::Sms));
        let code = self.recovery_code(&session, now).await.unwrap();
        self.complete(&session, now).await;
        code
    }

    /// Enrols an authenticator app; answers its secret.
    pub async fn enroll_authenticator(&self, now: Timestamp) -> Vec<u8> {
        let session = session("enrolls-app");
        self.begin(&session, now).await;
        let secret = self.attempt(&session, now).await.unwrap().secret(&self.hand.master).unwrap().bytes().to_vec();
        let code = totp(&secret, now);
        let proved = Verdict::Proved(tegata::second_factor::Method::Authenticator);
        assert_eq!(self.guess_authenticator(&session, &code, now).await, proved);
        self.complete(&session, now).await;
        secret
    }
}

pub async fn begin_for(db: &Database, hand: &Hand, session: &SessionId, now: Timestamp) {
    let mut tx = db.begin().await.unwrap();
    begin_attempt(&mut tx, &hand.tools(now), hand.who(session)).await.unwrap();
    tx.commit().await.unwrap();
}

/// Has a code sent; `Err(None)` when the attempt is gone.
pub async fn send_for(
    db: &Database,
    (hand, rules): (&Hand, &SmsRules),
    session: &SessionId,
    (to, enrolls): (&str, bool),
    now: Timestamp,
) -> Result<String, Option<SmsRefusal>> {
    let Some(attempt) = find_attempt(db, hand.who(session), now).await.unwrap() else { return Err(None) };
    let (to, payers) = (phone(to), (&hand.account.brand, &hand.account.contract_id));
    let order = Order { attempt: &attempt, to: &to, enrolls, payers };
    let mut tx = db.begin().await.unwrap();
    match new_code(&mut tx, &hand.tools(now), &order, rules).await.unwrap() {
        Sending::Code(code) => {
            tx.commit().await.unwrap();
            Ok(code.expose().clone())
        }
        Sending::Refused(refusal) => Err(Some(refusal)),
        Sending::Gone => Err(None),
    }
}

/// The code that an authenticator app with this secret shows.
pub fn totp(secret: &[u8], now: Timestamp) -> String {
    let app = totp_rs::Builder::new().with_secret(secret.to_vec()).build().unwrap();
    app.generate(u64::try_from(now.as_seconds()).unwrap()).to_string()
}

/// A code of six digits that is not this one.
pub fn wrong(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}
