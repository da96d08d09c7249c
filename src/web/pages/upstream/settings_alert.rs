use crate::text_enum::text_enum;

text_enum! {
    /// A field of the Active Directory settings; its word is the field's name in the form.
    pub enum ActiveDirectoryField {
        /// The issuer's URL.
        Issuer = "issuer",
        /// What the AD FS calls us.
        ClientId = "client_id",
        /// The secret it gave us.
        ClientSecret = "client_secret",
        /// The claim that never changes for a person.
        SubjectClaim = "subject_claim",
        /// The identifier of its Web API.
        Resource = "resource",
        /// The root certificate of a private authority.
        CaCertificate = "ca_certificate",
    }
}

/// Why the settings of an Active Directory were not saved or not tested.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ActiveDirectoryAlert {
    /// No issuer.
    IssuerMissing,
    /// No URL, not https, with a query or a fragment.
    IssuerMalformed,
    /// An address we do not connect to: an IP address, a port that is not permitted.
    IssuerRefused,
    /// No client ID.
    ClientIdMissing,
    /// Too long, or with characters that no client ID has.
    ClientIdMalformed,
    /// No secret, and none is stored.
    ClientSecretMissing,
    /// Too long, or with control characters.
    ClientSecretMalformed,
    /// No claim.
    SubjectClaimMissing,
    /// Not the name of a claim.
    SubjectClaimMalformed,
    /// Not the identifier of a Web API.
    ResourceMalformed,
    /// Not PEM, no certificate, or no certificate authority.
    CaCertificateMalformed,
    /// People have registered, and what tells them apart becomes another: the issuer, the claim, or with `sub` the client
    /// id. The box that says so is not ticked: the page shows it now, and sends `identity_change=on` when it is.
    IdentityChanged,
    /// Somebody saved other settings meanwhile; the page shows those.
    ChangedElsewhere,
    /// The test that comes before saving did not pass; the report says where.
    TestFailed,
    /// Too many tests: wait.
    TooManyRequests,
}

impl ActiveDirectoryAlert {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::IssuerMissing,
        Self::IssuerMalformed,
        Self::IssuerRefused,
        Self::ClientIdMissing,
        Self::ClientIdMalformed,
        Self::ClientSecretMissing,
        Self::ClientSecretMalformed,
        Self::SubjectClaimMissing,
        Self::SubjectClaimMalformed,
        Self::ResourceMalformed,
        Self::CaCertificateMalformed,
        Self::IdentityChanged,
        Self::ChangedElsewhere,
        Self::TestFailed,
        Self::TooManyRequests,
    ];

    /// Its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::IssuerMissing => "active-directory-alert-issuer-missing",
            Self::IssuerMalformed => "active-directory-alert-issuer-malformed",
            Self::IssuerRefused => "active-directory-alert-issuer-refused",
            Self::ClientIdMissing => "active-directory-alert-client-id-missing",
            Self::ClientIdMalformed => "active-directory-alert-client-id-malformed",
            Self::ClientSecretMissing => "active-directory-alert-client-secret-missing",
            Self::ClientSecretMalformed => "active-directory-alert-client-secret-malformed",
            Self::SubjectClaimMissing => "active-directory-alert-subject-claim-missing",
            Self::SubjectClaimMalformed => "active-directory-alert-subject-claim-malformed",
            Self::ResourceMalformed => "active-directory-alert-resource-malformed",
            Self::CaCertificateMalformed => "active-directory-alert-ca-certificate-malformed",
            Self::IdentityChanged => "active-directory-alert-identity-changed",
            Self::ChangedElsewhere => "active-directory-alert-changed-elsewhere",
            Self::TestFailed => "active-directory-alert-test-failed",
            Self::TooManyRequests => "active-directory-alert-too-many-requests",
        }
    }

    /// The field it is about; `None` for the form as a whole.
    pub const fn field(self) -> Option<ActiveDirectoryField> {
        use ActiveDirectoryField::{CaCertificate, ClientId, ClientSecret, Issuer, Resource, SubjectClaim};
        Some(match self {
            Self::IssuerMissing | Self::IssuerMalformed | Self::IssuerRefused => Issuer,
            Self::ClientIdMissing | Self::ClientIdMalformed => ClientId,
            Self::ClientSecretMissing | Self::ClientSecretMalformed => ClientSecret,
            Self::SubjectClaimMissing | Self::SubjectClaimMalformed => SubjectClaim,
            Self::ResourceMalformed => Resource,
            Self::CaCertificateMalformed => CaCertificate,
            Self::IdentityChanged | Self::ChangedElsewhere | Self::TestFailed | Self::TooManyRequests => return None,
        })
    }
}
