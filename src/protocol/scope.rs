//! `scope`: what a client asks for, as an ordered set of words (RFC 6749 §3.3), and the claims behind OpenID Connect's
//! words (OpenID Connect Core §5.4).

use serde::{Deserialize, Serialize};

use super::Error;

/// The scope that makes a request an OpenID Connect request (OpenID Connect Core §3.1.2.1).
pub const OPENID: &str = "openid";
/// The scope that asks for a refresh token (OpenID Connect Core §11).
pub const OFFLINE_ACCESS: &str = "offline_access";
/// Tegata's own scope: which brand, contract and role the user signed in with.
pub const CONTRACT: &str = "contract";

/// The largest number of words in one scope.
const COUNT_LIMIT: usize = 64;

/// The claims each scope asks for: OpenID Connect Core §5.4, and our own `contract`.
pub const CLAIMS: &[(&str, &[&str])] = &[
    (
        "profile",
        &[
            "name",
            "family_name",
            "given_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "updated_at",
        ],
    ),
    ("email", &["email", "email_verified"]),
    ("address", &["address"]),
    ("phone", &["phone_number", "phone_number_verified"]),
    (CONTRACT, &["brand", "contract_id", "contract_name", "role", "access_path"]),
];

/// Every scope word we know, for discovery.
pub fn supported() -> impl Iterator<Item = &'static str> {
    [OPENID].into_iter().chain(CLAIMS.iter().map(|(word, _)| *word)).chain([OFFLINE_ACCESS])
}

/// A set of scope words in the order they were asked for.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Scope(Vec<String>);

impl Scope {
    /// Parses words separated by blanks; a repeated word counts once.
    ///
    /// # Errors
    /// `invalid_scope` when a word leaves the character set of RFC 6749 §3.3 or there are too many.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut scope = Self::default();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            // RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E )
            if !word.bytes().all(|b| matches!(b, b'!' | b'#'..=b'[' | b']'..=b'~')) {
                return Err(Error::invalid_scope("the scope holds a character that is not allowed"));
            }
            scope.insert(word);
        }
        if scope.0.len() > COUNT_LIMIT {
            return Err(Error::invalid_scope("the scope holds too many words"));
        }
        Ok(scope)
    }

    fn insert(&mut self, word: &str) {
        if !self.contains(word) {
            self.0.push(word.to_owned());
        }
    }

    /// Whether the word is in it.
    pub fn contains(&self, word: &str) -> bool {
        self.0.iter().any(|w| w == word)
    }

    /// Whether this is an OpenID Connect request.
    pub fn is_openid(&self) -> bool {
        self.contains(OPENID)
    }

    /// Whether nothing is asked for.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The words in their order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether every word of it is in `other` (RFC 6749 §6: a refresh must not widen the scope).
    pub fn is_subset_of(&self, other: &Self) -> bool {
        self.iter().all(|word| other.contains(word))
    }

    /// The words that are also in `other`, in this one's order.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self(self.0.iter().filter(|word| other.contains(word)).cloned().collect())
    }

    /// This scope without one word.
    #[must_use]
    pub fn without(&self, word: &str) -> Self {
        Self(self.0.iter().filter(|w| *w != word).cloned().collect())
    }

    /// The names of the claims its words ask for, in the table's order.
    pub fn claims(&self) -> impl Iterator<Item = &'static str> {
        CLAIMS.iter().filter(|(word, _)| self.contains(word)).flat_map(|(_, claims)| claims.iter().copied())
    }
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

impl TryFrom<String> for Scope {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        Self::parse(&text)
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.0.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_order_and_counts_a_repeated_word_once() {
        let scope = Scope::parse("openid  email openid profile ").unwrap();
        assert_eq!(scope.to_string(), "openid email profile");
        assert!(scope.is_openid());
    }

    #[test]
    fn refuses_characters_outside_the_rfc() {
        for bad in ["a\"b", "a\\b", "a\tb", "名前"] {
            assert_eq!(Scope::parse(bad).unwrap_err().code().as_str(), "invalid_scope", "{bad}");
        }
        let many = (0..=COUNT_LIMIT).map(|i| format!("s{i} ")).collect::<String>();
        assert!(Scope::parse(&many).is_err());
    }

    #[test]
    fn compares_as_a_set() {
        let wide = Scope::parse("openid email profile").unwrap();
        let narrow = Scope::parse("profile openid").unwrap();
        assert!(narrow.is_subset_of(&wide) && !wide.is_subset_of(&narrow));
        assert_eq!(wide.intersection(&narrow).to_string(), "openid profile");
        assert_eq!(wide.without("email").to_string(), "openid profile");
    }

    #[test]
    fn knows_the_claims_behind_its_words() {
        let claims: Vec<_> = Scope::parse("openid phone email").unwrap().claims().collect();
        assert_eq!(claims, ["email", "email_verified", "phone_number", "phone_number_verified"]);
    }

    #[test]
    fn is_one_text_when_stored() {
        let scope = Scope::parse("openid email").unwrap();
        let text = serde_json::to_string(&scope).unwrap();
        assert_eq!(text, r#""openid email""#);
        assert_eq!(serde_json::from_str::<Scope>(&text).unwrap(), scope);
    }
}
