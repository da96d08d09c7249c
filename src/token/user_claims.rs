//! The claims about a user (OpenID Connect Core §5): which were asked for, and what the account says.

use serde_json::{Map, Value};

use crate::account::SignInRecord;
use crate::policy::access_path::AccessPath;
use crate::protocol::claims::{ClaimRequest, ClaimsRequest};
use crate::protocol::scope::{CONTRACT, Scope};

/// Where the claims are going.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Destination {
    /// Into an ID token: only what the `claims` parameter asks for there, since the access token that comes along
    /// opens the UserInfo endpoint (§5.4); and the brand's own claims.
    IdToken,
    /// Out of the UserInfo endpoint.
    UserInfo,
}

/// The claims that were granted and are known.
pub fn user_claims(
    record: &SignInRecord,
    (scope, claims): (&Scope, &ClaimsRequest),
    access_path: AccessPath,
    destination: Destination,
) -> Map<String, Value> {
    let mut out = Map::new();
    let mut take = |name: &str| {
        if let Some(value) = known_claim(record, access_path, name) {
            out.insert(name.to_owned(), value);
        }
    };
    match destination {
        Destination::UserInfo => scope.claims().for_each(&mut take),
        Destination::IdToken if scope.contains(CONTRACT) => {
            ["brand", "contract_id", "role", "access_path"].into_iter().for_each(&mut take);
        }
        Destination::IdToken => {}
    }
    let requested = match destination {
        Destination::UserInfo => &claims.userinfo,
        Destination::IdToken => &claims.id_token,
    };
    for (name, request) in requested {
        // §5.5.1: a claim asked for with a value that is not the user's is not returned.
        if let Some(value) = known_claim(record, access_path, name)
            && fits(&value, request)
        {
            out.insert(name.clone(), value);
        }
    }
    out
}

fn fits(value: &Value, request: &ClaimRequest) -> bool {
    let wanted: Vec<&Value> = request.value.iter().chain(&request.values).collect();
    wanted.is_empty() || wanted.contains(&value)
}

/// One claim, if it is one of ours and the account knows it.
fn known_claim(record: &SignInRecord, access_path: AccessPath, name: &str) -> Option<Value> {
    let (account, profile) = (&record.account, &record.account.profile);
    let text = |value: &Option<String>| value.clone().map(Value::from);
    match name {
        "name" => Some(account.name.clone().into()),
        "email" => Some(account.email.clone().into()),
        "email_verified" => Some(account.email_verified_at.is_some().into()),
        "updated_at" => Some(account.updated_at.as_seconds().into()),
        "brand" => Some(account.brand.as_str().into()),
        "contract_id" => Some(record.contract.id.as_str().into()),
        "contract_name" => Some(record.contract.name.clone().into()),
        "role" => Some(account.role.as_str().into()),
        "access_path" => Some(access_path.as_str().into()),
        "given_name" => text(&profile.given_name),
        "family_name" => text(&profile.family_name),
        "middle_name" => text(&profile.middle_name),
        "nickname" => text(&profile.nickname),
        "preferred_username" => text(&profile.preferred_username),
        "profile" => text(&profile.profile),
        "picture" => text(&profile.picture),
        "website" => text(&profile.website),
        "gender" => text(&profile.gender),
        "birthdate" => text(&profile.birthdate),
        "zoneinfo" => text(&profile.zoneinfo),
        "locale" => text(&profile.locale),
        "phone_number" => text(&profile.phone_number),
        "phone_number_verified" => profile.phone_number_verified.map(Value::from),
        "address" => profile.address.as_ref().and_then(|address| serde_json::to_value(address).ok()),
        _ => None,
    }
}
