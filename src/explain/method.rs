//! Whether the account's login method can be used at its brand.

use super::Ground;
use crate::account::{LoginMethod, SignInRecord};
use crate::brand::Issuer;
use crate::config::LoginMethodName;
use crate::policy::explain::MethodFacts;
use crate::storage::Fault;
use crate::upstream::connection::find_connection_of_contract;
use crate::upstream::identity::find_identity;

/// What stands between the account and its login method.
pub(super) async fn facts(
    ground: &Ground<'_>,
    issuer: Option<&Issuer>,
    record: Option<&SignInRecord>,
) -> Result<MethodFacts, Fault> {
    let (Some(issuer), Some(record)) = (issuer, record) else { return Ok(MethodFacts::NoAccount) };
    let method = record.account.login_method;
    let offered = LoginMethodName::parse(method.as_str()).is_some_and(|name| issuer.offers(name));
    if !offered {
        return Ok(MethodFacts::NotOffered);
    }
    if method == LoginMethod::Password {
        return Ok(MethodFacts::Offered);
    }
    if method == LoginMethod::ActiveDirectory {
        let found = find_connection_of_contract(ground.db, &record.contract.id).await?;
        if found.and_then(|row| row.connection(ground.master)).is_none() {
            return Ok(MethodFacts::NoConnection);
        }
    }
    let Some(identity) = find_identity(ground.db, &record.account.id).await? else {
        return Ok(MethodFacts::NotLinked);
    };
    let configured = ground.config.upstream.iter().any(|upstream| {
        upstream.id == identity.connection && (upstream.brands.is_empty() || upstream.brands.contains(&issuer.brand))
    });
    Ok(match configured || method == LoginMethod::ActiveDirectory {
        true => MethodFacts::Offered,
        false => MethodFacts::NotOffered,
    })
}
