//! Why an authenticator's answer was refused: for the audit log; a person is told only that it did not work.

use webauthn_rs::prelude::WebauthnError;

use crate::text_enum::text_enum;

text_enum! {
    /// Why an answer was refused.
    pub enum PasskeyRefusal {
        /// It cannot be read.
        Malformed = "passkey_malformed",
        /// Its ceremony is unknown, used, expired, or belongs to another browser, account or session.
        Ceremony = "passkey_ceremony",
        /// Nobody has this passkey.
        Unknown = "passkey_unknown",
        /// It belongs to another brand, or was made for another host.
        OtherBrand = "passkey_other_brand",
        /// It belongs to another account than the one it was asked of, or than it says itself.
        OtherAccount = "passkey_other_account",
        /// It answers another challenge.
        Challenge = "passkey_challenge",
        /// It was made on another origin.
        Origin = "passkey_origin",
        /// It was made for another relying party.
        RelyingParty = "passkey_relying_party",
        /// The authenticator did not verify its user.
        NotVerified = "passkey_not_verified",
        /// The signature counter did not grow: the key may have been copied.
        Counter = "passkey_counter",
        /// Another sign-in used the same passkey at the same moment.
        Raced = "passkey_raced",
        /// The signature or anything else does not hold.
        Invalid = "passkey_invalid",
    }
}

impl From<WebauthnError> for PasskeyRefusal {
    fn from(error: WebauthnError) -> Self {
        match error {
            WebauthnError::MismatchedChallenge => Self::Challenge,
            WebauthnError::InvalidRPOrigin | WebauthnError::CredentialCrossOrigin => Self::Origin,
            WebauthnError::InvalidRPIDHash => Self::RelyingParty,
            WebauthnError::UserNotPresent | WebauthnError::UserNotVerified => Self::NotVerified,
            WebauthnError::CredentialPossibleCompromise => Self::Counter,
            WebauthnError::CredentialNotFound => Self::Unknown,
            WebauthnError::InvalidUserUniqueId => Self::OtherAccount,
            WebauthnError::ParseBase64Failure(_)
            | WebauthnError::ParseCBORFailure(_)
            | WebauthnError::ParseJSONFailure(_)
            | WebauthnError::ParseNOMFailure
            | WebauthnError::ParseInsufficientBytesAvailable => Self::Malformed,
            _ => Self::Invalid,
        }
    }
}
