//! The ID token (OpenID Connect Core §3.1.3.7; RFC 8725; `upstreams.md` S5, S6, S12–S16).

use std::time::Duration;

use super::claims::Claims;
use crate::clock::Timestamp;
use crate::jose::{Algorithm, JoseError, NumericDate, TypeRule, Verified, verify_compact, verify_hs256};
use crate::secret::{Secret, constant_time_eq};
use crate::upstream::connection::Connection;
use crate::upstream::jwks::PublishedKeys;
use crate::upstream::person::{Person, is_good_subject};
use crate::upstream::profile::{IssuerRule, Profile, SubjectRule, is_guid};
use crate::upstream::refusal::{Refusal, Refused};

/// An ID token at a code exchange is as young as the exchange.
const OLDEST: Duration = Duration::from_mins(10);

/// The signed bytes of a token that one of these keys must have signed.
///
/// # Errors
/// [`Refusal::KeysUnavailable`] when no key fits what the token names: the caller may look for newer ones.
pub fn verify_with_keys(token: &str, keys: &PublishedKeys, algorithm: Algorithm) -> Result<Verified, Refusal> {
    verify_compact(token, keys.keys(), &[algorithm], TypeRule::FOREIGN_ID_TOKEN).map_err(|error| match error {
        JoseError::UnknownKey => Refusal::KeysUnavailable,
        JoseError::AlgorithmNotAllowed | JoseError::UnsupportedAlgorithm => Refusal::TokenAlgorithm,
        JoseError::BadSignature | JoseError::AmbiguousKey | JoseError::MissingKeyId => Refusal::TokenSignature,
        _ => Refusal::TokenMalformed,
    })
}

/// The signed bytes of a token that the client secret must have signed.
///
/// # Errors
/// Why not.
pub fn verify_with_secret(token: &str, secret: &Secret<String>) -> Result<Vec<u8>, Refusal> {
    verify_hs256(token, secret.expose().as_bytes(), TypeRule::FOREIGN_ID_TOKEN).map_err(|error| match error {
        JoseError::AlgorithmNotAllowed => Refusal::TokenAlgorithm,
        JoseError::BadSignature => Refusal::TokenSignature,
        _ => Refusal::TokenMalformed,
    })
}

/// Checks the claims: who it is about, and until when the token must be remembered.
///
/// # Errors
/// The first rule it breaks. Nonce and audience come before anything about the person.
pub fn check(
    connection: &Connection,
    payload: &[u8],
    key_issuer: Option<&str>,
    (nonce, now): (&str, Timestamp),
) -> Result<(Person, Timestamp), Refused> {
    let claims: Claims = serde_json::from_slice(payload).map_err(|_| Refusal::TokenMalformed)?;
    let profile = &connection.profile;
    check_issuer(profile, &claims, key_issuer)?;
    check_audience(&connection.client_id, &claims)?;
    let same = claims.nonce.as_deref().is_some_and(|found| constant_time_eq(found.as_bytes(), nonce.as_bytes()));
    if !same {
        return Err(Refusal::TokenNonce.into());
    }
    let expires_at = check_times(&claims, profile.leeway, now)?;
    check_domain(profile, &claims)?;
    let person = person(connection, &claims, payload)?;
    // Within the leeway its clock may be ahead of ours; nobody authenticates later than now.
    let auth_time = person.auth_time.map(|at| at.min(now));
    Ok((Person { auth_time, ..person }, expires_at))
}

fn check_issuer(profile: &Profile, claims: &Claims, key_issuer: Option<&str>) -> Result<(), Refusal> {
    match &profile.issuer {
        IssuerRule::OneOf(issuers) if issuers.contains(&claims.iss) => Ok(()),
        IssuerRule::OneOf(_) => Err(Refusal::TokenIssuer),
        IssuerRule::PerTenant { template, tenants } => {
            let tid = claims.tid.as_deref().filter(|tid| is_guid(tid)).ok_or(Refusal::TokenIssuer)?;
            let fits = claims.ver.as_deref() == Some("2.0") && claims.iss == template.replace("{tenantid}", tid);
            // A key that names an issuer serves that issuer alone; one with the template serves every tenant.
            let key_fits = key_issuer.is_none_or(|issuer| issuer == template || issuer == claims.iss);
            if !fits || !key_fits {
                return Err(Refusal::TokenIssuer);
            }
            let allowed = match &tenants[..] {
                [] => true,
                tenants => tenants.iter().any(|tenant| tenant.eq_ignore_ascii_case(tid)),
            };
            if allowed { Ok(()) } else { Err(Refusal::TenantNotAllowed) }
        }
    }
}

/// `aud` is us. Where it names others too we do not know them, so `azp` does not help: no upstream of ours does that.
fn check_audience(client_id: &str, claims: &Claims) -> Result<(), Refusal> {
    let ours = matches!(claims.aud.all(), [only] if only == client_id);
    let authorized = claims.azp.as_deref().is_none_or(|azp| azp == client_id);
    if ours && authorized { Ok(()) } else { Err(Refusal::TokenAudience) }
}

fn check_times(claims: &Claims, leeway: Duration, now: Timestamp) -> Result<Timestamp, Refused> {
    let at = |date: NumericDate| date.timestamp();
    let (exp, iat) = (at(claims.exp), at(claims.iat));
    let latest = [Some(iat), claims.nbf.map(at), claims.auth_time.map(at)].into_iter().flatten().max().unwrap_or(iat);
    if latest > now.plus(leeway) {
        return Err(Refused::with(Refusal::TokenClock, &format!("clock differs by {} s", latest.since(now).as_secs())));
    }
    if exp.plus(leeway) <= now || iat.plus(OLDEST + leeway) < now {
        let age = now.since(iat).as_secs();
        return Err(Refused::with(Refusal::TokenExpired, &format!("issued {age} s ago by its own clock")));
    }
    Ok(exp.plus(leeway).min(now.plus(OLDEST * 2 + leeway)))
}

/// The request's `hd` is a hint; the claim is the fact (keycloak/keycloak#51287).
fn check_domain(profile: &Profile, claims: &Claims) -> Result<(), Refusal> {
    if profile.hosted_domains.is_empty() {
        return Ok(());
    }
    let domain = claims.hd.as_deref().unwrap_or_default();
    let allowed = profile.hosted_domains.iter().any(|allowed| allowed.eq_ignore_ascii_case(domain));
    if allowed { Ok(()) } else { Err(Refusal::TenantNotAllowed) }
}

fn person(connection: &Connection, claims: &Claims, payload: &[u8]) -> Result<Person, Refusal> {
    let sub = claims.sub.clone().filter(|sub| is_good_subject(sub)).ok_or(Refusal::TokenSubject);
    let (subject, upstream_sub) = match &connection.profile.subject {
        SubjectRule::Sub => (sub?, None),
        SubjectRule::TenantAndObject => {
            let tenant = claims.tid.as_deref().ok_or(Refusal::TokenSubject)?;
            let object = claims.oid.as_deref().filter(|oid| is_guid(oid)).ok_or(Refusal::TokenSubject)?;
            (format!("{tenant}.{object}"), Some(sub?))
        }
        SubjectRule::Claim(name) => {
            let all: serde_json::Map<String, serde_json::Value> =
                serde_json::from_slice(payload).map_err(|_| Refusal::TokenMalformed)?;
            let value = all.get(name).and_then(|value| value.as_str()).ok_or(Refusal::TokenSubject)?;
            (connection.subject_key(value).ok_or(Refusal::TokenSubject)?, Some(sub?))
        }
        SubjectRule::Graph => return Err(Refusal::TokenSubject),
    };
    let shown = [&claims.email, &claims.preferred_username, &claims.upn, &claims.unique_name];
    Ok(Person {
        subject,
        upstream_sub,
        name: Person::presentable(claims.name.clone()),
        email: shown.into_iter().flatten().next().cloned().and_then(|text| Person::presentable(Some(text))),
        auth_time: claims.auth_time.filter(|_| connection.profile.proves_freshness).map(|date| date.timestamp()),
    })
}

#[cfg(test)]
#[path = "id_token_tests.rs"]
mod tests;
