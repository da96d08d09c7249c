//! What `tegata account` can be asked.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::account::Role;
use crate::web::Lang;

#[derive(Subcommand)]
pub enum Verb {
    /// Add a person to a contract. Prints the account's id and `sub`.
    Add(Add),
    /// Show the accounts of a brand.
    List {
        /// The brand's code.
        #[arg(long)]
        brand: String,
        /// One JSON object a line instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Show one account.
    Show(Named),
    /// Give an account a new password, read from stdin. Its sessions and tokens end; an invited account becomes active.
    SetPassword {
        #[command(flatten)]
        account: Named,
        /// Read the password from the first line of stdin; there is no other way to give it.
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// Stop an account. Its sessions and tokens end.
    Suspend(Named),
    /// Let a suspended account be used again.
    Resume(Named),
    /// Add a person who registers by a mailed link; somebody invited before gets the mail again, with a new link.
    Invite(Invite),
    /// Take away the lock after ten wrong passwords.
    Unlock(Named),
    /// Take back second factor, recovery code, remembered browsers and passkeys; the next sign-in enrols again.
    ResetSecondFactor(Named),
    /// Send the link of an address change to the new address.
    ChangeEmail(ChangeEmail),
    /// Send the link by which the person chooses another way to sign in.
    ChangeLoginMethod(Named),
    /// Make an upstream account the login method without asking its person, as when people come from another provider.
    /// Its sessions and tokens end; an invited account becomes active. The person of an account in use is told by mail.
    Link(Link),
}

#[derive(Args)]
pub struct Link {
    #[command(flatten)]
    pub named: Named,
    /// The connection's id: `google`, `adfs-…`.
    #[arg(long)]
    pub connection: String,
    /// What the upstream calls the person: `sub`; the value of the configured claim; for Microsoft `<tid>.<oid>`, for
    /// Facebook the id scoped to our application.
    #[arg(long)]
    pub subject: String,
}

#[derive(Args)]
pub struct Invite {
    #[command(flatten)]
    pub named: Named,
    /// The contract.
    #[arg(long)]
    pub contract: String,
    /// The person's full name.
    #[arg(long)]
    pub name: String,
    /// `contractor` (one in each contract), `administrator` or `user`.
    #[arg(long, default_value = "user")]
    pub role: Role,
    /// The address of who invites, as the mail names it.
    #[arg(long)]
    pub inviter: String,
    /// The person's language, `ja` or `en`.
    #[arg(long, default_value = "ja", value_parser = language)]
    pub lang: Lang,
}

#[derive(Args)]
pub struct ChangeEmail {
    #[command(flatten)]
    pub named: Named,
    /// The new address.
    #[arg(long)]
    pub new_email: String,
}

fn language(text: &str) -> Result<Lang, String> {
    Lang::from_tag(text).ok_or_else(|| "write ja or en".to_owned())
}

/// Which account.
#[derive(Args)]
pub struct Named {
    /// The brand's code.
    #[arg(long)]
    pub brand: String,
    /// Its address, the login ID.
    #[arg(long)]
    pub email: String,
}

#[derive(Args)]
pub struct Add {
    #[command(flatten)]
    pub named: Named,
    /// Its contract.
    #[arg(long)]
    pub contract: String,
    /// The person's full name.
    #[arg(long)]
    pub name: String,
    /// `contractor` (one in each contract), `administrator` or `user`.
    #[arg(long, default_value = "user")]
    pub role: Role,
    /// Read the password from the first line of stdin. Without it the account is `invited` until one is set.
    #[arg(long)]
    pub password_stdin: bool,
    /// Whether the address is known to be the person's own (`email_verified`).
    #[arg(long, default_value_t = true, action = clap::ArgAction::Set)]
    pub verified: bool,
    /// JSON file with further standard claims: given_name, phone_number, address and so on (OpenID Connect Core §5.1).
    #[arg(long)]
    pub claims_file: Option<PathBuf>,
}
