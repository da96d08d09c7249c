//! Why somebody who came back from an upstream is not let on: for the audit log, and in four classes for the page.

use crate::outbound::Failure;

/// What the page says. The person learns what to do, never what the upstream wrote.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// They turned back themselves.
    Cancelled,
    /// The upstream is down, slow or too busy: another method, or later.
    Unavailable,
    /// What came back does not hold.
    Failed,
}

/// Why.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The person pressed cancel there, or declined consent.
    Cancelled,
    /// The upstream wants the person to do something it could not ask for.
    InteractionRequired,
    /// The upstream says it is down.
    UpstreamDown,
    /// The upstream refuses us: a wrong secret, an unknown client, an address that is not on its list.
    ClientRefused,
    /// The upstream does not know the code: used, expired, or somebody else's.
    CodeRefused,
    /// Any other error of the upstream.
    UpstreamError,
    /// The response names another issuer (RFC 9207).
    ResponseIssuer,
    /// The connection leads to another issuer than when the person set out.
    ConnectionChanged,
    /// The upstream could not be reached, or not in time.
    Outbound(Failure),
    /// The answer of an endpoint is not what it should be.
    MalformedAnswer,
    /// There is no ID token in the answer.
    NoIdToken,
    /// The keys could not be had.
    KeysUnavailable,
    /// The ID token cannot be read, or has a header we must refuse.
    TokenMalformed,
    /// The ID token is signed with another algorithm than the pinned one.
    TokenAlgorithm,
    /// No key of the upstream made the signature.
    TokenSignature,
    /// `iss` is not the connection's.
    TokenIssuer,
    /// `aud` or `azp` is not us.
    TokenAudience,
    /// `nonce` is missing or another one.
    TokenNonce,
    /// It has expired, or was made too long ago.
    TokenExpired,
    /// It is of the future: the two clocks differ.
    TokenClock,
    /// The subject is missing or none we would key an account by.
    TokenSubject,
    /// It was seen before.
    TokenReplayed,
    /// The tenant or domain may not sign in here.
    TenantNotAllowed,
    /// A Facebook token that was made for another application.
    TokenOfAnotherClient,
}

impl Refusal {
    /// The audit log's reason code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cancelled => "upstream_cancelled",
            Self::InteractionRequired => "upstream_interaction_required",
            Self::UpstreamDown => "upstream_down",
            Self::ClientRefused => "upstream_client_refused",
            Self::CodeRefused => "upstream_code_refused",
            Self::UpstreamError => "upstream_error",
            Self::ResponseIssuer => "upstream_response_issuer",
            Self::ConnectionChanged => "upstream_connection_changed",
            Self::Outbound(failure) => failure.as_str(),
            Self::MalformedAnswer => "upstream_malformed_answer",
            Self::NoIdToken => "upstream_no_id_token",
            Self::KeysUnavailable => "upstream_keys_unavailable",
            Self::TokenMalformed => "upstream_token_malformed",
            Self::TokenAlgorithm => "upstream_token_algorithm",
            Self::TokenSignature => "upstream_token_signature",
            Self::TokenIssuer => "upstream_token_issuer",
            Self::TokenAudience => "upstream_token_audience",
            Self::TokenNonce => "upstream_token_nonce",
            Self::TokenExpired => "upstream_token_expired",
            Self::TokenClock => "upstream_token_clock",
            Self::TokenSubject => "upstream_token_subject",
            Self::TokenReplayed => "upstream_token_replayed",
            Self::TenantNotAllowed => "upstream_tenant_not_allowed",
            Self::TokenOfAnotherClient => "upstream_token_of_another_client",
        }
    }

    /// What the page says.
    pub const fn class(self) -> Class {
        match self {
            Self::Cancelled => Class::Cancelled,
            Self::UpstreamDown | Self::Outbound(_) | Self::KeysUnavailable => Class::Unavailable,
            _ => Class::Failed,
        }
    }
}

/// A refusal with what helps whoever reads the audit log. The hint holds no secret and nothing about a person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused {
    /// Why.
    pub why: Refusal,
    /// A short, cleaned word of the upstream, such as an error code or a correlation id; empty without one.
    pub hint: String,
}

impl From<Refusal> for Refused {
    fn from(why: Refusal) -> Self {
        Self { why, hint: String::new() }
    }
}

impl Refused {
    /// A refusal with a hint: control characters out, 200 characters at the most (`upstreams.md` S34).
    pub fn with(why: Refusal, hint: &str) -> Self {
        Self { why, hint: hint.chars().filter(|c| !c.is_control()).take(200).collect() }
    }
}
