//! E-mail addresses as login IDs.

use unicode_normalization::UnicodeNormalization as _;

/// An address, with the form in which it is compared.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EmailAddress {
    written: String,
    key: String,
}

/// The text is not an e-mail address.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not an e-mail address")]
pub struct InvalidEmail;

impl EmailAddress {
    /// Reads an address as people type it: full-width letters and blanks around it are forgiven.
    ///
    /// The local part is taken as it is: carriers issued `a..b@` and `a.@` until 2009 and those addresses are in use.
    ///
    /// # Errors
    /// [`InvalidEmail`] unless there is one `@` with something sensible on both sides, in 254 bytes.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let written: String = text.nfkc().collect();
        let written = written.trim();
        let (local, domain) = written.rsplit_once('@').ok_or(InvalidEmail)?;
        let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | ',' | ';' | '\\');
        if written.len() > 254 || local.is_empty() || local.len() > 64 || written.contains(odd) || local.contains('@') {
            return Err(InvalidEmail);
        }
        let labels = domain.split('.').count();
        let host = url::Host::parse(domain).map_err(|_| InvalidEmail)?;
        let url::Host::Domain(host) = host else { return Err(InvalidEmail) };
        if labels < 2 || domain.split('.').any(str::is_empty) {
            return Err(InvalidEmail);
        }
        Ok(Self { written: format!("{local}@{domain}"), key: format!("{}@{host}", local.to_lowercase()) })
    }

    /// As it was typed: what mails are sent to and pages show.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// As it is compared: lower case, the domain in its ASCII form.
    pub fn key(&self) -> &str {
        &self.key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_has_one_key_however_the_address_is_typed() {
        let key = |text| EmailAddress::parse(text).unwrap().key().to_owned();
        assert_eq!(key(" Hanako@Example.JP "), "hanako@example.jp");
        assert_eq!(key("ｈａｎａｋｏ＠example.jp"), "hanako@example.jp");
        assert_eq!(key("a..b@docomo.ne.jp"), "a..b@docomo.ne.jp");
        assert_eq!(key("x@日本.jp"), "x@xn--wgv71a.jp");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["", "a", "@example.jp", "a@", "a@b", "a b@example.jp", "a@b@example.jp", "a\r\n@example.jp", "a@.jp", "a@1.2.3.4"] {
            assert_eq!(EmailAddress::parse(text), Err(InvalidEmail), "{text:?}");
        }
    }
}
