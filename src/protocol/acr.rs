//! How surely a user was authenticated: `acr` (OpenID Connect Core §2) and `amr` (RFC 8176).

words! {
    /// The authentication context classes we assert, weakest first: they say how many factors were verified *here*.
    Acr {
        /// None: an upstream provider vouches for the user.
        Federated = "urn:tegata:acr:federated",
        /// One factor, for example a password:
        OneFactor = "urn:tegata:acr:1fa",
        /// One factor, and a line registered to the user's contract:
        Line = "urn:tegata:acr:line",
        /// Two different factors:
        TwoFactor = "urn:tegata:acr:2fa",
    }
}

words! {
    /// The authentication methods we assert (RFC 8176 §2).
    Amr {
        /// Password:
        Password = "pwd",
        /// One-time password from an authenticator app:
        OneTimePassword = "otp",
        /// Confirmation by a text message:
        Sms = "sms",
        /// Proof of possession of a hardware-secured key:
        HardwareKey = "hwk",
        /// Proof of possession of a software-secured key:
        SoftwareKey = "swk",
        /// More than one factor:
        MultipleFactors = "mfa",
        /// The user's line was verified by the carrier; not of RFC 8176, which has no word for it:
        Line = "line",
        /// An assertion of an upstream provider; not of RFC 8176, which has no word for it:
        Federated = "fed",
    }
}

/// The classes a request asks for, by `acr_values` or by the `claims` parameter (OpenID Connect Core §3.1.2.1, §5.5.1.1).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AcrRequest {
    /// The values in the client's order of preference; may hold ones we do not know.
    pub values: Vec<String>,
    /// Whether the sign-in must fail when none of them is reached.
    pub essential: bool,
}

impl AcrRequest {
    /// The class to assert for what was achieved: the first requested one it covers, since a sign-in with two factors
    /// is also one with one; without such, what was achieved.
    pub fn to_assert(&self, achieved: Acr) -> Acr {
        self.known().find(|wanted| *wanted <= achieved).unwrap_or(achieved)
    }

    /// Whether nothing is asked for, or one of the requested classes is covered by what was achieved.
    pub fn is_met_by(&self, achieved: Acr) -> bool {
        self.values.is_empty() || self.known().any(|wanted| wanted <= achieved)
    }

    /// The requested classes that we can assert.
    pub fn known(&self) -> impl Iterator<Item = Acr> {
        self.values.iter().filter_map(|value| Acr::parse(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(values: &[&str]) -> AcrRequest {
        AcrRequest { values: values.iter().map(|v| (*v).to_owned()).collect(), essential: true }
    }

    #[test]
    fn two_factors_cover_a_request_for_one() {
        let one = request(&["urn:tegata:acr:1fa"]);
        assert!(one.is_met_by(Acr::TwoFactor));
        assert_eq!(one.to_assert(Acr::TwoFactor), Acr::OneFactor);
        assert!(!request(&["urn:tegata:acr:2fa"]).is_met_by(Acr::OneFactor));
    }

    #[test]
    fn an_unknown_class_is_never_met_and_never_asserted() {
        let foreign = request(&["urn:example:gold"]);
        assert!(!foreign.is_met_by(Acr::TwoFactor));
        assert_eq!(foreign.to_assert(Acr::OneFactor), Acr::OneFactor);
        assert!(request(&[]).is_met_by(Acr::OneFactor));
    }
}
