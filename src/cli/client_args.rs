//! What `tegata client` can be asked.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::client::AccessTokenFormat;
use crate::config::Span;
use crate::protocol::client_metadata::{ApplicationType, GrantType, TokenEndpointAuthMethod};
use crate::protocol::response_mode::ResponseMode;
use crate::protocol::signing_algorithm::SigningAlgorithm;

#[derive(Subcommand)]
pub enum Verb {
    /// Register a client. Prints its id and, this once, the secret it was given.
    Add(Box<Add>),
    /// Show the clients.
    List {
        /// Of this brand alone.
        #[arg(long)]
        brand: Option<String>,
        /// One JSON object a line instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Show one client.
    Show(Named),
    /// Stop a client: no sign-in, no token.
    Disable(Named),
    /// Let a disabled client be used again.
    Enable(Named),
    /// Give a client a new secret, printed this once unless it came from stdin. The former one stays good for a while.
    RotateSecret(RotateSecret),
}

/// Which client.
#[derive(Args)]
pub struct Named {
    /// The brand's code.
    #[arg(long)]
    pub brand: String,
    /// Its `client_id`.
    #[arg(long)]
    pub id: String,
}

#[derive(Args)]
pub struct RotateSecret {
    #[command(flatten)]
    pub named: Named,
    /// Read the secret from the first line of stdin instead of making one.
    #[arg(long)]
    pub secret_stdin: bool,
    /// How long the former secret stays good; `0s` when it leaked.
    #[arg(long, default_value = "24h")]
    pub overlap: Span,
}

#[derive(Args)]
pub struct Add {
    /// The brand's code.
    #[arg(long)]
    pub brand: String,
    /// Its name, shown on the consent page.
    #[arg(long)]
    pub name: String,
    /// A `client_id` instead of a made one.
    #[arg(long)]
    pub id: Option<String>,
    /// Read the secret from the first line of stdin instead of making one.
    #[arg(long)]
    pub secret_stdin: bool,
    /// Where authorization responses may go; may be repeated.
    #[arg(long = "redirect-uri")]
    pub redirect_uris: Vec<String>,
    /// Where the browser may go after log-out; may be repeated.
    #[arg(long = "post-logout-redirect-uri")]
    pub post_logout_redirect_uris: Vec<String>,
    /// Where authorization responses of the brand's issuer on the carrier's network may go; may be repeated.
    #[arg(long = "line-redirect-uri")]
    pub line_redirect_uris: Vec<String>,
    /// Where the browser may go after log-out at that issuer; may be repeated.
    #[arg(long = "line-post-logout-redirect-uri")]
    pub line_post_logout_redirect_uris: Vec<String>,
    /// A grant it may use; may be repeated. Default: authorization_code.
    #[arg(long = "grant-type", value_parser = word(GrantType::ALL, GrantType::as_str))]
    pub grant_types: Vec<GrantType>,
    /// How it proves itself.
    #[arg(long, default_value = "client_secret_basic",
          value_parser = word(TokenEndpointAuthMethod::ALL, TokenEndpointAuthMethod::as_str))]
    pub auth_method: TokenEndpointAuthMethod,
    /// Web or native. Default: what the redirect URIs tell.
    #[arg(long, value_parser = word(ApplicationType::ALL, ApplicationType::as_str))]
    pub application_type: Option<ApplicationType>,
    /// It is ours: nobody is asked for consent.
    #[arg(long)]
    pub first_party: bool,
    /// A scope it may ask for; may be repeated. Default: openid, for a client with the authorization code grant.
    #[arg(long)]
    pub scope: Vec<String>,
    /// File with its public keys, a JWK set.
    #[arg(long)]
    pub jwks_file: Option<PathBuf>,
    /// What its ID tokens are signed with.
    #[arg(long, default_value = "RS256", value_parser = word(SigningAlgorithm::ALL, SigningAlgorithm::as_str))]
    pub id_token_alg: SigningAlgorithm,
    /// What its access tokens are signed with.
    #[arg(long, default_value = "ES256", value_parser = word(SigningAlgorithm::ALL, SigningAlgorithm::as_str))]
    pub access_token_alg: SigningAlgorithm,
    /// `jwt` (RFC 9068) or `opaque`.
    #[arg(long, default_value = "jwt")]
    pub access_token_format: AccessTokenFormat,
    /// What UserInfo is signed with; without it, UserInfo is plain JSON.
    #[arg(long, value_parser = word(SigningAlgorithm::ALL, SigningAlgorithm::as_str))]
    pub userinfo_alg: Option<SigningAlgorithm>,
    /// Replace its refresh token at each use, as a public client's always is.
    #[arg(long)]
    pub rotate_refresh_tokens: bool,
    /// A resource server it may ask tokens for (RFC 8707), an absolute URI; may be repeated.
    #[arg(long = "resource")]
    pub resources: Vec<String>,
    /// An audience whose tokens it may introspect; may be repeated.
    #[arg(long = "introspection-audience")]
    pub introspection_audiences: Vec<String>,
    /// A response mode it may use; may be repeated. Default: all.
    #[arg(long = "response-mode", value_parser = word(ResponseMode::ALL, ResponseMode::as_str))]
    pub response_modes: Vec<ResponseMode>,
    /// How long its access tokens live, instead of the configured time.
    #[arg(long)]
    pub access_token_lifetime: Option<Span>,
    /// How long its ID tokens live, instead of the configured time.
    #[arg(long)]
    pub id_token_lifetime: Option<Span>,
    /// How long its refresh tokens live unused, instead of the configured time.
    #[arg(long)]
    pub refresh_token_idle: Option<Span>,
    /// How long its refresh tokens live from the sign-in on, instead of the configured time.
    #[arg(long)]
    pub refresh_token_absolute: Option<Span>,
}

/// Takes the words of a standard, and lists them when another one is given.
fn word<T: Copy + Send + Sync + 'static>(
    all: &'static [T],
    as_str: fn(T) -> &'static str,
) -> impl clap::builder::TypedValueParser<Value = T> {
    use clap::builder::{PossibleValuesParser, TypedValueParser as _};
    let words = PossibleValuesParser::new(all.iter().map(|value| as_str(*value)));
    words.try_map(move |text| all.iter().copied().find(|value| as_str(*value) == text).ok_or("unknown word"))
}
