//! The language of a page: chosen once per request, from what the person said to what the browser guesses.

/// A language every text exists in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Lang {
    /// Japanese: the language of the service, used when nothing else was asked for.
    #[default]
    Ja,
    /// English.
    En,
}

/// Everything in one request that can name a language.
#[derive(Clone, Copy, Default, Debug)]
pub struct Wishes<'r> {
    /// `?lang=` of the page: a click on the language switch.
    pub query: Option<&'r str>,
    /// The cookie that remembers that click.
    pub cookie: Option<&'r str>,
    /// `ui_locales` of the authorization request (OpenID Connect Core §3.1.2.1): BCP 47 tags, best first.
    pub ui_locales: Option<&'r str>,
    /// The `Accept-Language` header (RFC 9110 §12.5.4).
    pub accept_language: Option<&'r str>,
}

impl Lang {
    /// All of them, in the order of the language switch.
    pub const ALL: [Self; 2] = [Self::Ja, Self::En];

    /// The language tag, as in `<html lang>` and the folder under `ui/locales`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }

    /// Its own name for itself.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::Ja => "日本語",
            Self::En => "English",
        }
    }

    /// The language of a BCP 47 tag by its primary subtag: `en-GB` is English, `eng` is nothing we know.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|lang| primary.eq_ignore_ascii_case(lang.tag()))
    }

    /// The best language for one request.
    pub fn choose(wishes: Wishes<'_>) -> Self {
        let listed = |list: &str| list.split_ascii_whitespace().find_map(Self::from_tag);
        (wishes.query.and_then(Self::from_tag))
            .or_else(|| wishes.cookie.and_then(Self::from_tag))
            .or_else(|| wishes.ui_locales.and_then(listed))
            .or_else(|| wishes.accept_language.and_then(Self::accepted))
            .unwrap_or_default()
    }

    fn accepted(header: &str) -> Option<Self> {
        let mut best = None;
        for entry in header.split(',').take(32) {
            let (tag, parameters) = entry.split_once(';').unwrap_or((entry, ""));
            let weight = parameters.trim().strip_prefix("q=").map_or(Some(1.0), |q| q.trim().parse::<f32>().ok());
            if let (Some(lang), Some(weight)) = (Self::from_tag(tag), weight)
                && weight > best.map_or(0.0, |(_, w)| w)
            {
                best = Some((lang, weight));
            }
        }
        best.map(|(lang, _)| lang)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_person_comes_before_the_client_and_the_client_before_the_browser() {
        let all = Wishes { query: Some("en"), cookie: Some("ja"), ui_locales: Some("ja"), accept_language: Some("ja") };
        assert_eq!(Lang::choose(all), Lang::En);
        assert_eq!(Lang::choose(Wishes { query: None, ..all }), Lang::Ja);
        assert_eq!(
            Lang::choose(Wishes { query: Some("xx"), cookie: Some("??"), ui_locales: Some("fr en-GB ja"), ..all }),
            Lang::En
        );
        assert_eq!(
            Lang::choose(Wishes { ui_locales: None, query: None, cookie: None, accept_language: Some("en") }),
            Lang::En
        );
        assert_eq!(Lang::choose(Wishes::default()), Lang::Ja);
    }

    #[test]
    fn reads_accept_language_by_weight() {
        for (header, lang) in [
            ("en-US,en;q=0.9,ja;q=0.8", Lang::En),
            ("en;q=0.5, ja;q=0.8", Lang::Ja),
            ("fr, de;q=0.9, en;q=0.1", Lang::En),
            ("en;q=0", Lang::Ja),
            ("*", Lang::Ja),
            ("", Lang::Ja),
            ("eng;q=NaN,,;;", Lang::Ja),
        ] {
            assert_eq!(Lang::choose(Wishes { accept_language: Some(header), ..Wishes::default() }), lang, "{header}");
        }
    }
}
