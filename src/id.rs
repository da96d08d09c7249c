//! Typed ids: a session id cannot be passed where an account id is meant.
//!
//! All are texts on the wire and in the database. Row ids are UUID version 7; what the outside sees (`sub`, `sid`,
//! token families) is random, since a public identifier must not tell when it was made.

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// From its text.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// Its text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<uuid::Uuid> for $name {
            fn from(id: uuid::Uuid) -> Self {
                Self(id.hyphenated().to_string())
            }
        }
    )*};
}

ids! {
    /// A brand's code, for example `VX7`: the path of its issuer.
    BrandCode,
    /// One customer company's contract inside a brand.
    ContractId,
    /// A person's record; never shown outside, where [`Subject`] stands for it.
    AccountId,
    /// The `sub` of an account (OpenID Connect Core §2): random, the same at every client of the brand.
    Subject,
    /// A registered client's `client_id` (RFC 6749 §2.2).
    ClientId,
    /// A session at the OP; random, shown to clients as `sid`.
    SessionId,
    /// A sign-in in progress; random, part of the page's URL.
    InteractionId,
    /// All tokens that came from one authorization: the unit of revocation (RFC 9700 §4.14.2). Random.
    TokenFamilyId,
    /// A signing key's `kid`.
    KeyId,
    /// A mailed link's record.
    TicketId,
    /// A row of the audit log.
    AuditEventId,
    /// A browser that an account is remembered in.
    RememberedBrowserId,
    /// A mail or SMS in the outbox: also its `Message-ID` and its idempotency key.
    MessageId,
    /// A stored passkey; random, part of the URLs of its owner's pages.
    PasskeyId,
    /// A registration or a sign-in with a passkey in progress; random.
    CeremonyId,
    /// A way to one upstream: an operator's word (`google`), or `adfs-` and 16 random characters (接続ID).
    ConnectionId,
    /// A registered line of a contract.
    LineId,
    /// A person on the way to an upstream and back; random.
    UpstreamTransactionId,
    /// Staff of the service provider; random, also how authenticators know them.
    OperatorId,
    /// A link by which an operator enrols.
    EnrolmentId,
    /// A key of the JSON API.
    ApiKeyId,
}
