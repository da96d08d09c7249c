//! What people's accounts look like on the wire.

use serde::Serialize;
use utoipa::ToSchema;

use crate::account::directory::{LastSignIns, ListedUser};
use crate::account::{AccountState, LoginMethod, Role, SignInRecord};

/// A person in a list.
#[derive(Serialize, ToSchema)]
pub struct ListedAccount {
    /// What client applications know the person by.
    sub: String,
    /// The address that signs in.
    email: String,
    /// The person's name.
    name: String,
    /// What the person is in the contract.
    role: Role,
    /// Whether the account may be used.
    state: AccountState,
    /// How the person signs in.
    login_method: LoginMethod,
}

impl ListedAccount {
    /// Of a row of the list.
    pub fn of(user: &ListedUser) -> Self {
        Self {
            sub: user.subject.to_string(),
            email: user.email.clone(),
            name: user.name.clone(),
            role: user.role,
            state: user.state,
            login_method: user.login_method,
        }
    }
}

/// A person's account.
#[derive(Serialize, ToSchema)]
#[schema(as = Account)]
pub struct AccountView {
    /// What client applications know the person by.
    sub: String,
    /// What the audit log knows the account by.
    account_id: String,
    /// The brand.
    brand: String,
    /// The contract.
    contract_id: String,
    /// The address that signs in.
    email: String,
    /// Whether the address was proved to be the person's own.
    email_verified: bool,
    /// The person's name.
    name: String,
    /// What the person is in the contract.
    role: Role,
    /// Whether the account may be used.
    state: AccountState,
    /// How the person signs in.
    login_method: LoginMethod,
    /// When the person last signed in over the internet.
    #[schema(format = "date-time")]
    internet_sign_in_at: Option<String>,
    /// When the person last signed in over a line.
    #[schema(format = "date-time")]
    line_sign_in_at: Option<String>,
    /// Last change.
    #[schema(format = "date-time")]
    updated_at: String,
}

impl AccountView {
    /// Of an account.
    pub fn of(record: &SignInRecord, seen: LastSignIns) -> Self {
        let account = &record.account;
        Self {
            sub: account.subject.to_string(),
            account_id: account.id.to_string(),
            brand: account.brand.to_string(),
            contract_id: account.contract_id.to_string(),
            email: account.email.clone(),
            email_verified: account.email_verified_at.is_some(),
            name: account.name.clone(),
            role: account.role,
            state: account.state,
            login_method: account.login_method,
            internet_sign_in_at: seen.internet.map(|at| at.to_rfc3339()),
            line_sign_in_at: seen.line.map(|at| at.to_rfc3339()),
            updated_at: account.updated_at.to_rfc3339(),
        }
    }
}
