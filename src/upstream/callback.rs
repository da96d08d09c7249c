//! The authorization response (RFC 6749 §4.1.2, RFC 9207), read strictly.

use super::connection::Connection;
use super::profile::IssuerRule;
use super::refusal::{Refusal, Refused};
use crate::account::LoginMethod;
use crate::secret::Secret;

/// Parameters that must not be there twice (`upstreams.md` S7).
const SINGLE: [&str; 4] = ["code", "state", "iss", "error"];

/// A response, not judged yet.
pub struct Response {
    /// `state`.
    pub state: Secret<String>,
    /// `iss` (RFC 9207).
    pub iss: Option<String>,
    /// A code, or what the upstream refuses with.
    pub outcome: Result<Secret<String>, Refused>,
}

/// The response is none: what is wrong with it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Malformed(pub &'static str);

/// Reads a query.
///
/// # Errors
/// [`Malformed`] when a parameter is there twice, `state` is missing, or there is neither `code` nor `error`.
pub fn parse(query: &str, method: LoginMethod) -> Result<Response, Malformed> {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let value = |name: &str| {
        let mut values = pairs.iter().filter(|(n, _)| n == name).map(|(_, value)| value.clone());
        values.next().filter(|value| !value.is_empty() && !value.contains('\0'))
    };
    if SINGLE.iter().any(|name| pairs.iter().filter(|(n, _)| n == name).count() > 1) {
        return Err(Malformed("a parameter is repeated"));
    }
    let state = value("state").filter(|state| state.len() <= 128).ok_or(Malformed("no state"))?;
    let outcome = match (value("error"), value("code")) {
        (Some(error), _) => Err(refused(method, &error, &value)),
        (None, Some(code)) if code.len() <= 4096 => Ok(Secret::new(code)),
        _ => return Err(Malformed("neither code nor error")),
    };
    Ok(Response { state: Secret::new(state), iss: value("iss"), outcome })
}

/// The fixed map from an upstream's words to ours (`upstreams.md` S34).
fn refused(method: LoginMethod, error: &str, value: &dyn Fn(&str) -> Option<String>) -> Refused {
    let declined = value("error_description").is_some_and(|text| text.starts_with("AADSTS65004"));
    let why = match error {
        // Microsoft says with access_denied, too, that an administrator has to consent; the person sees it there.
        "access_denied" | "user_cancelled_login" | "user_cancelled_authorize" => Refusal::Cancelled,
        "consent_required" if declined || value("error_subcode").as_deref() == Some("cancel") => Refusal::Cancelled,
        "login_required"
        | "interaction_required"
        | "consent_required"
        | "account_selection_required"
        | "invalid_auth"
        | "timestamp_refused" => Refusal::InteractionRequired,
        "temporarily_unavailable" | "server_error" => Refusal::UpstreamDown,
        "unauthorized_client" | "invalid_client" => Refusal::ClientRefused,
        _ => Refusal::UpstreamError,
    };
    // Facebook and ADFS put their numbers elsewhere; a number or an id is all that is kept.
    let detail = match method {
        LoginMethod::Microsoft | LoginMethod::ActiveDirectory => {
            value("error_description").and_then(|text| code_in(&text)).unwrap_or_default()
        }
        LoginMethod::Facebook => value("error_code").map(|code| code_word(&code).to_owned()).unwrap_or_default(),
        _ => String::new(),
    };
    Refused::with(why, format!("{} {detail}", code_word(error)).trim())
}

/// An error code as such, or that it is none: what a person, or somebody else in their browser, wrote instead is nothing
/// for any log (`upstreams.md` S34, S39).
pub(super) fn code_word(error: &str) -> &str {
    let fits = error.len() <= 64 && error.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
    if fits { error } else { "(no error code)" }
}

/// `AADSTS50011` or `MSIS9602` at the front of a description.
pub(super) fn code_in(text: &str) -> Option<String> {
    let word: String = text.chars().take_while(char::is_ascii_alphanumeric).collect();
    (word.starts_with("AADSTS") || word.starts_with("MSIS")).then_some(word)
}

/// The `iss` of the response, where it is there, must be the connection's (RFC 9207 §2.4). No profile can rely on its
/// presence: none of these upstreams has always sent it.
pub fn check_iss(connection: &Connection, iss: Option<&str>) -> Result<(), Refusal> {
    let Some(iss) = iss else { return Ok(()) };
    let fits = match &connection.profile.issuer {
        IssuerRule::OneOf(issuers) => issuers.iter().any(|issuer| issuer == iss),
        // Microsoft sends none so far; the tenant is not known before the token.
        IssuerRule::PerTenant { template, .. } => {
            let (front, back) = template.split_once("{tenantid}").unwrap_or((template, ""));
            let tenant = iss.strip_prefix(front).and_then(|rest| rest.strip_suffix(back));
            tenant.is_some_and(|tenant| uuid::Uuid::try_parse(tenant).is_ok())
        }
    };
    if fits { Ok(()) } else { Err(Refusal::ResponseIssuer) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(query: &str) -> Refusal {
        parse(query, LoginMethod::Facebook).ok().unwrap().outcome.err().unwrap().why
    }

    #[test]
    fn a_response_has_a_state_and_a_code_or_an_error_each_once() {
        for bad in [
            "",
            "code=1",
            "state=1",
            "state=&code=1",
            "state=1&code=",
            "state=1&code=1&code=2",
            "state=1&state=1&code=1",
            "state=1&code=1&iss=a&iss=b",
            "state=1&error=a&error=a",
            "state=a%00&code=1",
        ] {
            assert!(parse(bad, LoginMethod::Google).is_err(), "{bad}");
        }
        let good = parse("code=C&state=S&scope=openid&scope=email&authuser=0#_=_", LoginMethod::Google).ok().unwrap();
        assert_eq!((good.state.expose().as_str(), good.outcome.ok().unwrap().expose().as_str()), ("S", "C"));
    }

    #[test]
    fn errors_are_told_apart_by_a_fixed_map_and_an_error_beats_a_code() {
        for (query, expected) in [
            ("error=access_denied&error_code=200&error_reason=user_denied&state=S#_=_", Refusal::Cancelled),
            ("error=access_denied&code=C&state=S", Refusal::Cancelled),
            ("error=consent_required&error_subcode=cancel&state=S", Refusal::Cancelled),
            ("error=consent_required&state=S", Refusal::InteractionRequired),
            ("error=invalid_auth&state=S", Refusal::InteractionRequired),
            ("error=timestamp_refused&state=S", Refusal::InteractionRequired),
            ("error=temporarily_unavailable&state=S", Refusal::UpstreamDown),
            ("error=unauthorized_client&state=S", Refusal::ClientRefused),
            ("error=%3Cscript%3E&state=S", Refusal::UpstreamError),
        ] {
            assert_eq!(why(query), expected, "{query}");
        }
    }

    #[test]
    fn of_a_description_only_the_code_is_kept() {
        let query = "error=invalid_resource&error_description=MSIS9602%3A+The+received+taro%40example.jp&state=S";
        let refused = parse(query, LoginMethod::ActiveDirectory).ok().unwrap().outcome.err().unwrap();
        assert_eq!(refused.hint, "invalid_resource MSIS9602");
    }
}
