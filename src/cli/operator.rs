//! `tegata operator create|list|suspend|resume|reset|set-role`: staff of the service provider. The first one is made
//! here, and enrols by a link that is printed once; nobody has a default password.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::account::parse_email;
use super::{CliError, desk::Desk, input, operator_key, output};
use crate::config::Config;
use crate::operator::enrolment::path;
use crate::operator::{
    NewOperator, Operator, OperatorRole, create, find_operator_by_email, list_operators, reset, resume, set_role,
    suspend,
};
use crate::policy::operator_sign_in::ENROLMENT;
use crate::secret::Secret;

#[derive(Subcommand)]
pub enum Verb {
    /// Make an operator. Prints, this once, the link by which they choose a password and a second factor.
    Create {
        /// The address that will sign in.
        #[arg(long)]
        email: String,
        /// The person's name.
        #[arg(long)]
        name: String,
        /// `read_only`, `support` or `full`.
        #[arg(long)]
        role: OperatorRole,
    },
    /// Show the operators.
    List {
        /// One JSON object a line instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Stop an operator. Their sessions end.
    Suspend(Named),
    /// Let a stopped operator sign in again.
    Resume(Named),
    /// Take back password, authenticator and passkeys. Their sessions end; prints a new link, this once.
    Reset(Named),
    /// Give an operator another role, from their next request on.
    SetRole {
        #[command(flatten)]
        named: Named,
        /// `read_only`, `support` or `full`.
        #[arg(long)]
        to: OperatorRole,
    },
    /// Keys of the JSON API.
    #[command(subcommand)]
    Key(operator_key::Verb),
}

/// Which operator.
#[derive(Args)]
pub struct Named {
    /// Their address.
    #[arg(long)]
    pub email: String,
}

pub async fn run(config: Config, verb: Verb) -> Result<(), CliError> {
    let desk = Desk::open(config).await?;
    match verb {
        Verb::Create { email, name, role } => add(&desk, &email, name, role).await?,
        Verb::List { json } => list(&desk, json).await?,
        Verb::Suspend(named) => switch(&desk, &named, false).await?,
        Verb::Resume(named) => switch(&desk, &named, true).await?,
        Verb::Reset(named) => begin_anew(&desk, &named).await?,
        Verb::SetRole { named, to } => change_role(&desk, &named, to).await?,
        Verb::Key(verb) => operator_key::run(&desk, verb).await?,
    }
    desk.db.close().await;
    Ok(())
}

async fn add(desk: &Desk, email: &str, name: String, role: OperatorRole) -> Result<(), CliError> {
    let email = parse_email(email)?;
    input::check_name("a person's name", &name)?;
    let mut tx = desk.db.begin().await?;
    let Some((operator, secret)) = create(&mut tx, &desk.clerk(), NewOperator { email, name, role }).await? else {
        return Err(CliError::refused("there is an operator with this address already"));
    };
    tx.commit().await?;
    print_link(desk, &operator, &secret);
    Ok(())
}

async fn begin_anew(desk: &Desk, named: &Named) -> Result<(), CliError> {
    let operator = find(desk, named).await?;
    if !operator.is_active() {
        return Err(CliError::refused("the operator is suspended: `tegata operator resume` first"));
    }
    let mut tx = desk.db.begin().await?;
    let secret = reset(&mut tx, &desk.clerk(), &operator).await?.ok_or_else(changed)?;
    tx.commit().await?;
    print_link(desk, &operator, &secret);
    Ok(())
}

fn print_link(desk: &Desk, operator: &Operator, secret: &Secret<String>) {
    let link = desk.config.operator.page(&path(secret));
    let hours = ENROLMENT.as_secs() / 3600;
    output::object(&json!({ "operator_id": operator.id, "enrolment_link": link, "good_for_hours": hours }));
}

async fn list(desk: &Desk, json: bool) -> Result<(), CliError> {
    let row = |operator: &Operator| {
        json!({
            "operator_id": operator.id,
            "email": operator.email,
            "name": operator.name,
            "role": operator.role,
            "state": operator.state,
            "enrolled": operator.is_enrolled,
            "signed_in": operator.signed_in_at.map(output::time),
            "created": output::time(operator.created_at),
        })
    };
    let rows: Vec<Value> = list_operators(&desk.db).await?.iter().map(row).collect();
    output::rows(&["email", "name", "role", "state", "enrolled", "signed_in"], &rows, json);
    Ok(())
}

async fn switch(desk: &Desk, named: &Named, on: bool) -> Result<(), CliError> {
    let operator = find(desk, named).await?;
    let mut tx = desk.db.begin().await?;
    let (done, what) = match on {
        true => (resume(&mut tx, &desk.clerk(), &operator).await?, "resumed"),
        false => (suspend(&mut tx, &desk.clerk(), &operator).await?, "suspended"),
    };
    if !done {
        return Err(CliError::refused(format!("the operator is {} already", operator.state)));
    }
    tx.commit().await?;
    output::object(&json!({ "operator_id": operator.id, "done": what }));
    Ok(())
}

async fn change_role(desk: &Desk, named: &Named, to: OperatorRole) -> Result<(), CliError> {
    let operator = find(desk, named).await?;
    let mut tx = desk.db.begin().await?;
    if !set_role(&mut tx, &desk.clerk(), &operator, to).await? {
        return Err(changed());
    }
    tx.commit().await?;
    output::object(&json!({ "operator_id": operator.id, "role": to }));
    Ok(())
}

async fn find(desk: &Desk, named: &Named) -> Result<Operator, CliError> {
    let found = find_operator_by_email(&desk.db, &parse_email(&named.email)?).await?;
    let record = found.ok_or_else(|| CliError::refused("there is no operator with this address"))?;
    Ok(record.operator)
}

fn changed() -> CliError {
    CliError::refused("the operator was changed meanwhile: look again")
}
