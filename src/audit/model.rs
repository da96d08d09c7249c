//! One event.

use std::collections::BTreeMap;

use crate::id::{AccountId, BrandCode, ClientId, ContractId, SessionId};
use crate::text_enum::text_enum;

text_enum! {
    /// What happened.
    pub enum EventKind {
        /// A person signed in.
        SignedIn = "signed_in",
        /// A sign-in was refused.
        SignInRefused = "sign_in_refused",
        /// A person signed out.
        SignedOut = "signed_out",
        /// A session ended for another reason.
        SessionEnded = "session_ended",
        /// A client was given an authorization code.
        Authorized = "authorized",
        /// An authorization request was refused.
        AuthorizationRefused = "authorization_refused",
        /// A person allowed a client.
        ConsentGiven = "consent_given",
        /// A person refused a client.
        ConsentRefused = "consent_refused",
        /// A consent was taken back.
        ConsentRevoked = "consent_revoked",
        /// A client was refused at the token, introspection or revocation endpoint.
        TokenRefused = "token_refused",
        /// A code or refresh token was used twice; its family was revoked.
        TokenReuse = "token_reuse",
        /// Tokens were revoked.
        TokenRevoked = "token_revoked",
        /// An account got a second factor.
        SecondFactorEnrolled = "second_factor_enrolled",
        /// A sign-in was verified with the second factor.
        SecondFactorVerified = "second_factor_verified",
        /// A code of the second factor was refused.
        SecondFactorRefused = "second_factor_refused",
        /// The registration of a second factor was taken back; the next sign-in enrols again.
        SecondFactorReset = "second_factor_reset",
        /// A code was sent by SMS.
        SmsSent = "sms_sent",
        /// A code was not sent by SMS.
        SmsRefused = "sms_refused",
        /// A recovery code was used and replaced.
        RecoveryCodeUsed = "recovery_code_used",
        /// A browser is remembered for an account.
        BrowserRemembered = "browser_remembered",
        /// A page could not do what was asked.
        PageRefused = "page_refused",
        /// An account was changed from the command line.
        AccountChanged = "account_changed",
        /// Ten wrong passwords in a row locked an account.
        AccountLocked = "account_locked",
        /// The lock of an account was taken away.
        AccountUnlocked = "account_unlocked",
        /// An account has a new password.
        PasswordChanged = "password_changed",
        /// Somebody said to have forgotten a password.
        PasswordResetRequested = "password_reset_requested",
        /// An account has another login method, or another upstream account.
        LoginMethodChanged = "login_method_changed",
        /// An upstream told us to let go of a person.
        UpstreamUnlinked = "upstream_unlinked",
        /// A customer's connection was made or changed.
        ConnectionChanged = "connection_changed",
        /// A customer's connection was tested.
        ConnectionTested = "connection_tested",
        /// An upstream's keys were changed without notice.
        UpstreamKeysChanged = "upstream_keys_changed",
        /// An account has another address.
        EmailChanged = "email_changed",
        /// A person added a passkey.
        PasskeyAdded = "passkey_added",
        /// A person renamed a passkey.
        PasskeyRenamed = "passkey_renamed",
        /// A person removed a passkey.
        PasskeyRemoved = "passkey_removed",
        /// A line was verified for a sign-in.
        LineVerified = "line_verified",
        /// A line was refused for a sign-in.
        LineRefused = "line_refused",
        /// Somebody on the internet sent a gateway's header; nobody read it.
        LineHeaderIgnored = "line_header_ignored",
        /// A client was registered or changed.
        ClientChanged = "client_changed",
        /// A contract was made or changed.
        ContractChanged = "contract_changed",
        /// Somebody carried the audit log away.
        AuditExported = "audit_exported",
        /// Signing keys were made, promoted or retired.
        KeysRotated = "keys_rotated",
        /// An operator signed in.
        OperatorSignedIn = "operator_signed_in",
        /// An operator's sign-in was refused.
        OperatorSignInRefused = "operator_sign_in_refused",
        /// An operator signed out.
        OperatorSignedOut = "operator_signed_out",
        /// An operator chose a password and a second factor.
        OperatorEnrolled = "operator_enrolled",
        /// An operator was made or changed.
        OperatorChanged = "operator_changed",
        /// A key of the JSON API was made or revoked.
        ApiKeyChanged = "api_key_changed",
        /// A request to the JSON API was refused.
        ApiRefused = "api_refused",
        /// A mail or SMS that was given up is tried again.
        MessageRetried = "message_retried",
    }
}

/// An event about to be written.
#[derive(Clone, Debug)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// Why, as a code: `password_mismatch`.
    pub reason: Option<&'static str>,
    /// The reference of the request it happened in; a person may have been shown it.
    pub reference: String,
    /// The brand.
    pub brand: Option<BrandCode>,
    /// The contract.
    pub contract: Option<ContractId>,
    /// The account.
    pub account: Option<AccountId>,
    /// The client.
    pub client: Option<ClientId>,
    /// The session.
    pub session: Option<SessionId>,
    /// The network address it came from.
    pub address: Option<String>,
    /// Anything else worth knowing; never a secret.
    pub detail: BTreeMap<&'static str, String>,
}

impl Event {
    /// An event with nothing but its kind and reference.
    pub const fn new(kind: EventKind, reference: String) -> Self {
        Self {
            kind,
            reason: None,
            reference,
            brand: None,
            contract: None,
            account: None,
            client: None,
            session: None,
            address: None,
            detail: BTreeMap::new(),
        }
    }

    /// With a reason code.
    #[must_use]
    pub const fn because(mut self, reason: &'static str) -> Self {
        self.reason = Some(reason);
        self
    }

    /// With a further fact, cut to 200 characters; never a secret.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl AsRef<str>) -> Self {
        self.detail.insert(name, value.as_ref().chars().take(200).collect());
        self
    }
}
