//! A contract with people in every role, another contract beside it, and browsers in front of the console.

use http::{Method, StatusCode};
use tegata::account::{AccountState, Role};
use tegata::contract::Plan;
use tegata::id::ContractId;

use crate::support::provider::PASSWORD;
use crate::support::{Answer, Browser, Person as _, Provider, SignIn as _, TestAccount, sql};

/// Who is there.
pub struct Console {
    pub provider: Provider,
    pub contractor: TestAccount,
    pub administrator: TestAccount,
    pub user: TestAccount,
    pub other_contract: ContractId,
    /// The contractor of the other contract.
    pub stranger: TestAccount,
}

impl Console {
    pub async fn open() -> Self {
        Self::at(Provider::with_inbox().await).await
    }

    pub async fn at(provider: Provider) -> Self {
        let person = async |email: &str, role| provider.account_with(email, |account| account.role = role).await;
        let contractor = person("keiyaku@vx7.example", Role::Contractor).await;
        let administrator = person("kanri@vx7.example", Role::Administrator).await;
        let user = person("riyou@vx7.example", Role::User).await;
        let other_contract = provider.contract("よその会社", Plan::Basic).await;
        let stranger = provider
            .account_with("yoso@vx7.example", |account| {
                account.role = Role::Contractor;
                account.contract_id = other_contract.clone();
            })
            .await;
        Self { provider, contractor, administrator, user, other_contract, stranger }
    }

    /// A browser in which a person has just signed in at the console.
    pub async fn sign_in(&self, account: &TestAccount) -> Browser {
        let mut browser = self.provider.browser();
        let page = browser.open_console(account.email()).await;
        assert!(page.body.contains("<h1>管理コンソール</h1>"), "{} {}", page.status, page.body);
        browser
    }

    /// The page of a user's act, or of the user.
    pub fn path(account: &TestAccount, rest: &str) -> String {
        format!("/VX7/admin/users/{}{rest}", account.sub())
    }

    /// Does an act by its page; answers what stands at the end.
    pub async fn act(&self, browser: &mut Browser, account: &TestAccount, act: &str) -> Answer {
        let page = browser.get(&Self::path(account, &format!("/{act}"))).await;
        assert_eq!(page.status, StatusCode::OK, "{act}: {}", page.body);
        browser.fill_in(&page, &[]).await
    }

    pub async fn state(&self, account: &TestAccount) -> AccountState {
        let id = &account.account.id;
        let state = sql::texts(&self.provider, &format!("SELECT state FROM account WHERE id = '{id}'")).await;
        state[0].parse().unwrap()
    }

    pub async fn role(&self, account: &TestAccount) -> Role {
        let id = &account.account.id;
        sql::texts(&self.provider, &format!("SELECT role FROM account WHERE id = '{id}'")).await[0].parse().unwrap()
    }

    /// What the audit log says of an account, with who did it: `reason by actor`.
    pub async fn told_of(&self, account: &TestAccount) -> Vec<String> {
        self.provider.app.audit.flush().await;
        let query = format!(
            "SELECT reason || ' ' || detail FROM audit_event WHERE account_id = '{}' AND event = 'account_changed' \
             ORDER BY at, id",
            account.account.id
        );
        sql::texts(&self.provider, &query).await
    }
}

/// What people do in front of the console.
pub trait Clerk {
    /// Opens the console, signing in on the way where that is asked for.
    async fn open_console(&mut self, email: &str) -> Answer;
    /// Sends a form with a file.
    async fn upload(&mut self, page: &Answer, action: &str, parts: &[(&str, &[u8])]) -> Answer;
}

impl Clerk for Browser {
    async fn open_console(&mut self, email: &str) -> Answer {
        let first = self.get("/VX7/admin").await;
        let page = self.follow(first).await;
        if !page.body.contains("name=\"password\"") {
            return page;
        }
        let answer = self.submit(&page, email, PASSWORD).await;
        self.follow(answer).await
    }

    async fn upload(&mut self, page: &Answer, action: &str, parts: &[(&str, &[u8])]) -> Answer {
        const BOUNDARY: &str = "-----------------------------7d51";
        let csrf = page.field("csrf").unwrap_or_default();
        let mut body = Vec::new();
        for (name, content) in [("csrf", csrf.as_bytes())].iter().chain(parts) {
            let file = if *name == "file" { "; filename=\"a.csv\"" } else { "" };
            let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
        let origin = format!("https://{}", self.host);
        let headers = [("content-type", &*content_type), ("origin", &*origin), ("sec-fetch-site", "same-origin")];
        self.send_bytes(Method::POST, action, body, &headers).await
    }
}
