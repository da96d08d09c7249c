//! The `claims` request parameter: single claims asked for by name (OpenID Connect Core §5.5).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Error;
use super::acr::AcrRequest;

/// The longest `claims` parameter, in bytes.
pub const LENGTH_LIMIT: usize = 8 * 1024;
/// How deep its JSON may nest: parameter, member, claim, `values`, and two levels inside a value.
const DEPTH_LIMIT: usize = 6;

/// What is asked of one claim. The default is a plain voluntary request (`null` on the wire).
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct ClaimRequest {
    /// Whether the client says it cannot do without it.
    #[serde(default)]
    pub essential: bool,
    /// The value asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// The values asked for, in order of preference.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Value>,
}

impl ClaimRequest {
    /// The texts asked for, `value` first.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.value.iter().chain(&self.values).filter_map(Value::as_str)
    }
}

/// The parsed parameter. Members other than `id_token` and `userinfo` are ignored (§5.5).
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct ClaimsRequest {
    /// Claims wanted in the ID token.
    #[serde(default)]
    pub id_token: BTreeMap<String, ClaimRequest>,
    /// Claims wanted from the UserInfo endpoint.
    #[serde(default)]
    pub userinfo: BTreeMap<String, ClaimRequest>,
}

impl ClaimsRequest {
    /// Parses the parameter.
    ///
    /// # Errors
    /// `invalid_request` when it is too long, nests too deep, is not JSON or not of the shape of §5.5.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.len() > LENGTH_LIMIT {
            return Err(invalid("is too long"));
        }
        if nesting(text) > DEPTH_LIMIT {
            return Err(invalid("nests too deep"));
        }
        let Ok(Value::Object(members)) = serde_json::from_str(text) else {
            return Err(invalid("is not a JSON object"));
        };
        Ok(Self { id_token: member(&members, "id_token")?, userinfo: member(&members, "userinfo")? })
    }

    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.id_token.is_empty() && self.userinfo.is_empty()
    }

    /// The `acr` asked for (§5.5.1.1).
    pub fn acr(&self) -> Option<AcrRequest> {
        let acr = self.id_token.get("acr")?;
        Some(AcrRequest { values: acr.texts().map(str::to_owned).collect(), essential: acr.essential })
    }

    /// The `sub` that must be the one that signs in, wherever a value is asked for (§5.5.1, §3.1.2.2).
    pub fn subjects(&self) -> impl Iterator<Item = &str> {
        [&self.id_token, &self.userinfo].into_iter().filter_map(|claims| claims.get("sub")?.value.as_ref()?.as_str())
    }

    /// Whether `auth_time` is asked for as essential (§2: the ID token must then hold it).
    pub fn wants_auth_time(&self) -> bool {
        self.id_token.get("auth_time").is_some_and(|claim| claim.essential)
    }
}

fn invalid(what: &'static str) -> Error {
    Error::invalid_request(format!("the parameter claims {what}"))
}

fn member(members: &Map<String, Value>, name: &str) -> Result<BTreeMap<String, ClaimRequest>, Error> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(BTreeMap::new()),
        Some(Value::Object(claims)) => {
            claims.iter().map(|(name, request)| Ok((name.clone(), claim(request)?))).collect()
        }
        Some(_) => Err(invalid("holds a member that is not an object")),
    }
}

fn claim(request: &Value) -> Result<ClaimRequest, Error> {
    let request = match request {
        Value::Null => return Ok(ClaimRequest::default()),
        Value::Object(request) => request,
        _ => return Err(invalid("asks for a claim with neither null nor an object")),
    };
    let essential = match request.get("essential") {
        None => false,
        Some(Value::Bool(essential)) => *essential,
        Some(_) => return Err(invalid("has an essential that is not a boolean")),
    };
    let values = match request.get("values") {
        None => Vec::new(),
        Some(Value::Array(values)) => values.clone(),
        Some(_) => return Err(invalid("has values that are not an array")),
    };
    Ok(ClaimRequest { essential, value: request.get("value").filter(|value| !value.is_null()).cloned(), values })
}

/// The deepest nesting of brackets outside strings, known before any parser builds a tree.
fn nesting(text: &str) -> usize {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_example_of_the_specification() {
        let text = r#"{
            "userinfo": {"given_name": {"essential": true}, "nickname": null, "http://example.info/claims/groups": null},
            "id_token": {"auth_time": {"essential": true}, "acr": {"values": ["urn:mace:incommon:iap:silver"]}},
            "verified_claims": [1]
        }"#;
        let claims = ClaimsRequest::parse(text).unwrap();
        assert!(claims.userinfo["given_name"].essential);
        assert_eq!(claims.userinfo["nickname"], ClaimRequest::default());
        assert!(claims.wants_auth_time());
        assert_eq!(claims.acr().unwrap().values, ["urn:mace:incommon:iap:silver"]);
        let stored = serde_json::to_string(&claims).unwrap();
        assert_eq!(serde_json::from_str::<ClaimsRequest>(&stored).unwrap(), claims);
    }

    #[test]
    fn a_requested_subject_is_found() {
        let claims = ClaimsRequest::parse(r#"{"id_token":{"sub":{"value":"248289761001"}}}"#).unwrap();
        assert!(claims.subjects().eq(["248289761001"]));
        assert_eq!(ClaimsRequest::parse(r#"{"id_token":{"sub":null}}"#).unwrap().subjects().next(), None);
    }

    #[test]
    fn refuses_what_has_another_shape() {
        let deep = format!(r#"{{"userinfo":{{"a":{{"value":{}1{}}}}}}}"#, "[".repeat(5000), "]".repeat(5000));
        for bad in [
            "",
            "null",
            "[]",
            "{",
            r#"{"id_token":1}"#,
            r#"{"id_token":{"acr":"x"}}"#,
            r#"{"id_token":{"acr":{"essential":"yes"}}}"#,
            r#"{"id_token":{"acr":{"values":"x"}}}"#,
            r#"{"id_token":{"a":{"value":[[[[1]]]]}}}"#,
            &deep[..LENGTH_LIMIT],
            &deep,
        ] {
            let error = ClaimsRequest::parse(bad).unwrap_err();
            assert_eq!(error.code().as_str(), "invalid_request");
        }
    }

    #[test]
    fn brackets_in_strings_do_not_nest() {
        assert!(ClaimsRequest::parse(r#"{"userinfo":{"a":{"value":"[[[[[[[[\"[["}}}"#).is_ok());
    }
}
