//! What can be wrong with a token or a key. No message repeats anything out of the token.

/// Why a token or key was refused, or why signing failed. For the log: the wire says only that it was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum JoseError {
    /// Longer than [`crate::jose::MAX_TOKEN_BYTES`].
    #[error("the token is too large")]
    TooLarge,
    /// Not three parts of canonical base64url with a JSON object in front.
    #[error("the token is malformed: {0}")]
    Malformed(&'static str),
    /// A header member that we refuse to interpret.
    #[error("the token header has the member `{0}`, which is not accepted")]
    ForbiddenMember(&'static str),
    /// An algorithm we do not know, `none` among them.
    #[error("the algorithm is not supported")]
    UnsupportedAlgorithm,
    /// An algorithm we know, but not one that may be used here.
    #[error("the algorithm is not allowed here")]
    AlgorithmNotAllowed,
    /// A token of another kind (RFC 8725 §3.11).
    #[error("the token has the wrong type")]
    WrongType,
    /// No `kid`, where one is required or several keys would fit.
    #[error("the token does not say which key signed it")]
    MissingKeyId,
    /// No key of that `kid` and algorithm.
    #[error("no known key fits the token")]
    UnknownKey,
    /// Several keys of that `kid` and algorithm.
    #[error("more than one key fits the token")]
    AmbiguousKey,
    /// The signature is not that of the key.
    #[error("the signature is wrong")]
    BadSignature,
    /// The payload is not the JSON that was asked for.
    #[error("the claims cannot be read")]
    BadClaims,
    /// A key that cannot or must not be used.
    #[error("the key is refused: {0}")]
    KeyRejected(&'static str),
    /// The cryptographic library failed to make a key or a signature, or the claims could not be serialized.
    #[error("signing failed: {0}")]
    Signing(&'static str),
}

impl From<crate::text_enum::UnknownWord> for JoseError {
    fn from(_: crate::text_enum::UnknownWord) -> Self {
        Self::UnsupportedAlgorithm
    }
}
