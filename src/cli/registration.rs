//! From the words of a command line to a checked registration.

use serde_json::Value;

use super::client_args::Add;
use super::{CliError, input};
use crate::client::registration::{configured_lifetimes, problems};
use crate::client::{ClientSettings, Registration, TokenLifetimes};
use crate::config::{Config, Span};
use crate::protocol::client_metadata::{ApplicationType, ClientMetadata, GrantType};
use crate::protocol::response_type::ResponseType;
use crate::protocol::scope::{OPENID, Scope};

/// Checks everything and says everything that is wrong.
pub fn register(config: &Config, wish: &Add) -> Result<Registration, CliError> {
    let jwks = wish.jwks_file.as_deref().map(input::json_file).transpose()?;
    let metadata = metadata(wish, jwks)?;
    let lifetimes = lifetimes(wish)?;
    let settings = ClientSettings {
        first_party: wish.first_party,
        access_token_format: wish.access_token_format,
        access_token_signed_response_alg: wish.access_token_alg,
        rotate_refresh_tokens: wish.rotate_refresh_tokens,
        resources: wish.resources.clone(),
        introspects: wish.introspection_audiences.clone(),
        response_modes: wish.response_modes.clone(),
        lifetimes,
    };
    let registration = Registration { metadata, settings };
    let wrong: Vec<_> =
        problems(&registration, &configured_lifetimes(config)).iter().map(ToString::to_string).collect();
    if !wrong.is_empty() {
        return Err(CliError::refused(format!("the client is refused:\n  {}", wrong.join("\n  "))));
    }
    Ok(registration)
}

fn metadata(wish: &Add, jwks: Option<Value>) -> Result<ClientMetadata, CliError> {
    let mut grant_types = wish.grant_types.clone();
    if grant_types.is_empty() {
        grant_types.push(GrantType::AuthorizationCode);
    }
    grant_types.sort();
    grant_types.dedup();
    let code = grant_types.contains(&GrantType::AuthorizationCode);
    let scope = match wish.scope.join(" ") {
        words if words.is_empty() && code => OPENID.to_owned(),
        words => words,
    };
    let scope = Scope::parse(&scope).map_err(|error| CliError::refused(format!("scope: {error}")))?;
    Ok(ClientMetadata {
        client_name: wish.name.clone(),
        application_type: wish.application_type.unwrap_or_else(|| ApplicationType::of(&wish.redirect_uris)),
        redirect_uris: wish.redirect_uris.clone(),
        post_logout_redirect_uris: wish.post_logout_redirect_uris.clone(),
        line_redirect_uris: wish.line_redirect_uris.clone(),
        line_post_logout_redirect_uris: wish.line_post_logout_redirect_uris.clone(),
        response_types: if code { vec![ResponseType::Code] } else { Vec::new() },
        grant_types,
        token_endpoint_auth_method: wish.auth_method,
        jwks,
        scope,
        id_token_signed_response_alg: wish.id_token_alg,
        userinfo_signed_response_alg: wish.userinfo_alg,
        ..ClientMetadata::default()
    })
}

fn lifetimes(wish: &Add) -> Result<TokenLifetimes, CliError> {
    let seconds = |span: Option<Span>| match span.map(|span| u32::try_from(span.0.as_secs())) {
        None => Ok(None),
        Some(Ok(seconds)) => Ok(Some(seconds)),
        Some(Err(_)) => Err(CliError::refused("a lifetime is longer than a century")),
    };
    Ok(TokenLifetimes {
        access_token: seconds(wish.access_token_lifetime)?,
        id_token: seconds(wish.id_token_lifetime)?,
        refresh_token_idle: seconds(wish.refresh_token_idle)?,
        refresh_token_absolute: seconds(wish.refresh_token_absolute)?,
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::client::AccessTokenFormat;
    use crate::protocol::signing_algorithm::SigningAlgorithm;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        add: Add,
    }

    fn registered(flags: &[&str]) -> Result<Registration, String> {
        let fixed = ["x", "--brand", "VX7", "--name", "Files"];
        let line = Line::try_parse_from(fixed.iter().chain(flags)).map_err(|error| error.to_string())?;
        let text = "[[brand]]\ncode = \"VX7\"\nname = \"M-Drive\"\nissuer = \"https://login.example/VX7\"\n\
                    service_url = \"https://ff.example/VX7\"\n";
        let config = crate::config::load(std::path::Path::new("tegata.toml"), text, &[]).unwrap();
        register(&config, &line.add).map_err(|error| error.to_string())
    }

    #[test]
    fn a_redirect_uri_is_enough() {
        let Registration { metadata, settings } = registered(&["--redirect-uri", "https://app.example/cb"]).unwrap();
        assert_eq!(metadata.grant_types, [GrantType::AuthorizationCode]);
        assert_eq!(metadata.scope.to_string(), "openid");
        assert_eq!(metadata.id_token_signed_response_alg, SigningAlgorithm::Rs256);
        assert_eq!(settings.access_token_format, AccessTokenFormat::Jwt);
        assert!(!settings.first_party);
    }

    #[test]
    fn a_service_needs_no_redirect_uri_and_no_scope() {
        let flags = [
            "--grant-type",
            "client_credentials",
            "--access-token-format",
            "opaque",
            "--resource",
            "https://api.example",
        ];
        let Registration { metadata, settings } = registered(&flags).unwrap();
        assert!(metadata.response_types.is_empty() && metadata.scope.is_empty());
        assert_eq!(settings.access_token_format, AccessTokenFormat::Opaque);
        assert_eq!(settings.resources, ["https://api.example"]);
    }

    #[test]
    fn lifetimes_are_read_and_held_to_the_policy() {
        let flags = ["--redirect-uri", "https://app.example/cb", "--access-token-lifetime", "5m"];
        assert_eq!(registered(&flags).unwrap().settings.lifetimes.access_token, Some(300));
        let refused = registered(&["--redirect-uri", "https://app.example/cb", "--refresh-token-idle", "400d"]);
        assert!(refused.unwrap_err().contains("refresh_token_idle must be at most refresh_token_absolute"));
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let refused = registered(&[
            "--redirect-uri",
            "https://app.example/cb#x",
            "--auth-method",
            "private_key_jwt",
            "--resource",
            "api",
            "--introspection-audience",
            "",
        ])
        .unwrap_err();
        for word in ["redirect_uris:", "jwks: must hold", "resources: api", "introspects:"] {
            assert!(refused.contains(word), "{word} in {refused}");
        }
        let unknown = registered(&["--grant-type", "password"]).unwrap_err();
        assert!(unknown.contains("authorization_code"), "{unknown}");
    }
}
