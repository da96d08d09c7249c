//! What happens to accounts, in steps that a test can stop at.

use http::StatusCode;
use tegata::account::{Account, AccountState, EmailAddress, LoginMethod, NewAccount, Profile, Role, find_by_email};
use tegata::audit::{Event, EventKind};
use tegata::id::BrandCode;
use tegata::lifecycle::{Invitation, Registrar, invite, reset_second_factor, unlock};
use tegata::web::Lang;

use super::inbox::link;
use super::{Answer, AuthorizeRequest, Browser, Provider, SignIn as _, TestAccount, TestClient};

/// A good password that no test account begins with.
pub const NEW_PASSWORD: &str = "Another-Kite-44";

impl Provider {
    /// The registrar at VX7.
    pub fn registrar(&self) -> Registrar<'_> {
        let (app, brand) = (&self.app, BrandCode::new("VX7"));
        let mut event = Event::new(EventKind::AccountChanged, "TEST-0000".to_owned());
        event.brand = Some(brand.clone());
        Registrar {
            random: &app.random,
            master: &app.master,
            outbox: &app.outbox,
            issuer: app.issuers.of(&brand).expect("VX7 is configured"),
            issuers: &app.issuers,
            face: app.faces.of("VX7"),
            now: self.clock.now(),
            lang: Lang::Ja,
            event,
        }
    }

    /// Invites a person to the usual contract; the mail is delivered.
    pub async fn invite(&self, email: &str) -> Account {
        let now = self.clock.now();
        let account = Account {
            id: self.app.random.row_id(now).into(),
            brand: BrandCode::new("VX7"),
            contract_id: self.usual_contract().clone(),
            subject: self.app.random.uuid().into(),
            email: email.to_owned(),
            email_verified_at: None,
            name: "招待 次郎".to_owned(),
            profile: Profile::default(),
            role: Role::User,
            state: AccountState::Invited,
            login_method: LoginMethod::Password,
            updated_at: now,
        };
        let new = NewAccount {
            account: account.clone(),
            email: EmailAddress::parse(email).expect("a good address"),
            password_hash: None,
        };
        let invitation = Invitation { new, inviter: "keiyaku@vx7.example".to_owned() };
        let mut tx = self.db().begin().await.unwrap();
        invite(&mut tx, &self.registrar(), &invitation).await.unwrap();
        tx.commit().await.unwrap();
        self.deliver().await;
        account
    }

    /// Takes a lock away, as an administrator would.
    pub async fn unlock(&self, email: &str) {
        let record = self.record_of(email).await;
        let mut tx = self.db().begin().await.unwrap();
        assert!(unlock(&mut tx, &self.registrar(), &record.account).await.unwrap());
        tx.commit().await.unwrap();
    }

    /// Takes back what a person has beside the password, as an administrator would.
    pub async fn reset_second_factor(&self, email: &str) {
        let record = self.record_of(email).await;
        let mut tx = self.db().begin().await.unwrap();
        assert!(reset_second_factor(&mut tx, &self.registrar(), &record.account).await.unwrap());
        tx.commit().await.unwrap();
    }

    /// Works off what was asked for, and delivers what follows from it.
    pub async fn catch_up(&self) {
        tegata::jobs::recover::tick(&self.app).await.expect("the database works");
        self.deliver().await;
    }

    /// The link in the newest mail to an address whose subject holds a text.
    pub async fn mailed_link(&self, to: &str, subject: &str) -> String {
        self.catch_up().await;
        let mails = self.inbox().mails_to(to);
        let mail = mails.iter().rev().find(|mail| mail.subject.as_deref().unwrap_or_default().contains(subject));
        link(mail.unwrap_or_else(|| panic!("no mail «{subject}» to {to}: {:?}", subjects(&mails)))).to_owned()
    }

    /// The subjects of the mails to an address, oldest first.
    pub async fn subjects(&self, to: &str) -> Vec<String> {
        self.catch_up().await;
        subjects(&self.inbox().mails_to(to))
    }

    /// The state of the account with an address.
    pub async fn state_of(&self, email: &str) -> AccountState {
        self.record_of(email).await.account.state
    }

    /// The account with an address.
    pub async fn record_of(&self, email: &str) -> tegata::account::SignInRecord {
        let parsed = EmailAddress::parse(email).expect("a good address");
        let found = find_by_email(self.db(), &BrandCode::new("VX7"), &parsed).await.unwrap();
        found.unwrap_or_else(|| panic!("nobody has {email}"))
    }
}

fn subjects(mails: &[std::sync::Arc<tegata_conformance::sink::Message>]) -> Vec<String> {
    mails.iter().map(|mail| mail.subject.clone().unwrap_or_default()).collect()
}

/// What a person does with pages.
pub trait Person {
    /// Sends the form of a page with its hidden fields and these.
    async fn fill_in(&mut self, page: &Answer, fields: &[(&str, &str)]) -> Answer;
    /// Tries a password so many times; answers the last answer.
    async fn guess(&mut self, login: &Answer, email: &str, times: usize) -> Answer;
    /// Opens the account menu, signing in on the way.
    async fn open_menu(&mut self, account: &TestAccount, password: &str) -> Answer;
    /// From the storage application's request to the end of a sign-in with this password.
    async fn sign_in_with(&mut self, client: &TestClient, email: &str, password: &str) -> Answer;
}

impl Person for Browser {
    async fn fill_in(&mut self, page: &Answer, fields: &[(&str, &str)]) -> Answer {
        assert!(page.status.is_success() || page.status.is_client_error(), "a page was expected: {}", page.status);
        let hidden: Vec<_> = ["csrf", "ticket", "draft", "from"]
            .into_iter()
            .filter_map(|name| page.field(name).map(|value| (name, value)))
            .collect();
        let mut all: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (*name, value.as_str())).collect();
        all.extend(fields);
        let action = page.action().to_owned();
        let answer = self.post(&action, &all).await;
        self.follow(answer).await
    }

    async fn guess(&mut self, login: &Answer, email: &str, times: usize) -> Answer {
        let mut last = None;
        for n in 0..times {
            last = Some(self.submit(login, email, &format!("wrong-{n}")).await);
        }
        last.expect("at least one guess")
    }

    async fn open_menu(&mut self, account: &TestAccount, password: &str) -> Answer {
        let first = self.get("/VX7/account").await;
        let page = self.follow(first).await;
        if page.field("password").is_none() && !page.body.contains("name=\"password\"") {
            return page;
        }
        let answer = self.submit(&page, account.email(), password).await;
        self.follow(answer).await
    }

    async fn sign_in_with(&mut self, client: &TestClient, email: &str, password: &str) -> Answer {
        let login = self.open_login(&AuthorizeRequest::of(client)).await;
        let answer = self.submit(&login, email, password).await;
        self.follow(answer).await
    }
}

/// Asserts that a sign-in led back to the client.
#[track_caller]
pub fn is_signed_in(answer: &Answer, client: &TestClient) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert!(answer.header("location").starts_with(&client.redirect_uri), "{}", answer.header("location"));
    assert!(answer.header("location").contains("code="), "{}", answer.header("location"));
}
