//! Contracts, accounts and clients, added by command line as an operator does.

use super::Launch;
use super::config_file::LOOPBACK;
use anyhow::Context as _;
use serde_json::Value;

/// A person to add.
pub struct NewAccount<'a> {
    /// Brand code.
    pub brand: &'a str,
    /// Contract id.
    pub contract: &'a str,
    /// E-mail address.
    pub email: &'a str,
    /// Name.
    pub name: &'a str,
    /// `contractor`, `administrator` or `user`.
    pub role: &'a str,
    /// Password; none: the account waits for a way to sign in.
    pub password: Option<&'a str>,
}

impl<'a> NewAccount<'a> {
    fn flags(&self) -> [&'a str; 10] {
        let Self { brand, contract, email, name, role, .. } = *self;
        ["--brand", brand, "--contract", contract, "--email", email, "--name", name, "--role", role]
    }
}

/// An Active Directory to connect.
pub struct NewConnection<'a> {
    /// Brand code.
    pub brand: &'a str,
    /// Contract id.
    pub contract: &'a str,
    /// Issuer.
    pub issuer: &'a str,
    /// Who the provider is to it.
    pub client_id: &'a str,
    /// Its secret.
    pub secret: &'a str,
    /// Further flags with their values, in order, e.g. `["--subject-claim", "objectguid"]`.
    pub flags: Vec<&'a str>,
}

/// A client to add; the fields are the flags of `tegata client add`.
#[derive(Default)]
pub struct NewClient<'a> {
    /// Brand code.
    pub brand: &'a str,
    /// Name.
    pub name: &'a str,
    /// Client id.
    pub id: &'a str,
    /// Secret; none: a client without one.
    pub secret: Option<&'a str>,
    /// Further flags with their values, in order, e.g. `["--scope", "openid"]`.
    pub flags: Vec<&'a str>,
}

/// Adds a contract, with or without two-step verification, and returns its id.
///
/// # Errors
/// The provider refuses, or answers otherwise than documented.
pub async fn contract(launch: &Launch, brand: &str, name: &str, second_factor: bool) -> anyhow::Result<String> {
    let setting = if second_factor { "enabled" } else { "disabled" };
    let arguments = ["contract", "add", "--brand", brand, "--name", name, "--second-factor", setting];
    let output = launch.command(&arguments, None).await?;
    member(&output, "contract_id")
}

/// Adds a contract in a trial that began `days` ago, and returns its id.
///
/// # Errors
/// As [`contract`].
pub async fn trial(launch: &Launch, brand: &str, name: &str, days: u32) -> anyhow::Result<String> {
    let began = (jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24 * i64::from(days))).to_string();
    let arguments = ["contract", "add", "--brand", brand, "--name", name, "--plan", "trial"];
    let more = ["--second-factor", "disabled", "--started-at", &began];
    let output = launch.command(&[&arguments[..], &more[..]].concat(), None).await?;
    member(&output, "contract_id")
}

/// Registers a line for a contract.
///
/// # Errors
/// As [`contract`].
pub async fn line(launch: &Launch, contract: &str, (number, label): (&str, &str)) -> anyhow::Result<()> {
    let arguments = ["line", "add", "--contract", contract, "--number", number, "--label", label];
    launch.command(&arguments, None).await.map(drop)
}

/// Makes the first operator, or begins anew with one who has not chosen a password yet; the link is for them. None when
/// they have.
///
/// # Errors
/// As [`contract`].
pub async fn operator_link(launch: &Launch, (email, name): (&str, &str)) -> anyhow::Result<Option<String>> {
    let known = launch.command(&["operator", "list", "--json"], None).await?;
    let known = known.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let found = known.into_iter().find(|operator| operator["email"] == email);
    let arguments = match &found {
        Some(operator) if operator["enrolled"] == true => return Ok(None),
        Some(_) => vec!["operator", "reset", "--email", email],
        None => vec!["operator", "create", "--email", email, "--name", name, "--role", "full"],
    };
    member(&launch.command(&arguments, None).await?, "enrolment_link").map(Some)
}

/// Makes a key of the JSON API and returns it.
///
/// # Errors
/// As [`contract`].
pub async fn api_key(launch: &Launch, name: &str, scopes: &[&str]) -> anyhow::Result<String> {
    let mut arguments = vec!["operator", "key", "create", "--name", name, "--role", "full"];
    arguments.extend(scopes.iter().flat_map(|scope| ["--scope", scope]));
    member(&launch.command(&arguments, None).await?, "api_key")
}

/// Adds an account and returns its subject.
///
/// # Errors
/// As [`contract`].
pub async fn account(launch: &Launch, account: &NewAccount<'_>) -> anyhow::Result<String> {
    let mut arguments = vec!["account", "add"];
    arguments.extend(account.flags());
    arguments.extend(account.password.map(|_| "--password-stdin"));
    let output = launch.command(&arguments, account.password).await?;
    member(&output, "sub")
}

/// Invites a person by mail, in the name of `inviter`'s address; the password of `account` is not used.
///
/// # Errors
/// As [`contract`].
pub async fn invite(launch: &Launch, account: &NewAccount<'_>, inviter: &str) -> anyhow::Result<()> {
    let mut arguments = vec!["account", "invite", "--inviter", inviter];
    arguments.extend(account.flags());
    launch.command(&arguments, None).await?;
    Ok(())
}

/// Makes an account elsewhere the login method of an account: the one that the connection knows by `subject`.
///
/// # Errors
/// As [`contract`].
pub async fn link(
    launch: &Launch,
    account: &NewAccount<'_>,
    (connection, subject): (&str, &str),
) -> anyhow::Result<()> {
    let mut arguments = vec!["account", "link", "--brand", account.brand, "--email", account.email];
    arguments.extend(["--connection", connection, "--subject", subject]);
    launch.command(&arguments, None).await?;
    Ok(())
}

/// Connects the Active Directory of a contract, on this machine, and returns the connection's id.
///
/// # Errors
/// As [`contract`].
pub async fn connection(launch: &Launch, connection: &NewConnection<'_>) -> anyhow::Result<String> {
    let NewConnection { brand, contract, issuer, client_id, .. } = *connection;
    let mut arguments = vec!["connection", "add", "--brand", brand, "--contract", contract, "--issuer", issuer];
    arguments.extend(["--client-id", client_id, "--secret-stdin", "--network", LOOPBACK]);
    arguments.extend(&connection.flags);
    let output = launch.command(&arguments, Some(connection.secret)).await?;
    member(&output, "connection_id")
}

/// Adds a client and returns its id.
///
/// # Errors
/// As [`contract`].
pub async fn client(launch: &Launch, client: &NewClient<'_>) -> anyhow::Result<String> {
    let mut arguments = vec!["client", "add", "--brand", client.brand, "--name", client.name, "--id", client.id];
    if client.secret.is_some() {
        arguments.push("--secret-stdin");
    }
    arguments.extend(&client.flags);
    let output = launch.command(&arguments, client.secret).await?;
    member(&output, "client_id")
}

fn member(output: &str, name: &str) -> anyhow::Result<String> {
    let answer: Value = serde_json::from_str(output.trim()).context("the provider's answer is not JSON")?;
    let value = answer.get(name).and_then(Value::as_str);
    value.map(str::to_owned).with_context(|| format!("the provider's answer has no {name}"))
}
