//! Every word a person reads: Project Fluent catalogues, one per brand and language.
//!
//! `ui/locales/<lang>/*.ftl` is the whole catalogue; a brand's `texts.<lang>.ftl` replaces single messages of it. Each
//! message may use `{ $brand }`. Messages without further arguments are formatted once at start and only looked up later.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use super::lang::Lang;

/// One language of one brand. Shared; never changes after start.
pub struct Texts {
    brand: String,
    plain: HashMap<String, Arc<str>>,
    bundle: FluentBundle<Arc<FluentResource>>,
    missing: Mutex<BTreeSet<String>>,
}

/// A catalogue that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {reason}")]
pub struct CatalogueError {
    file: String,
    reason: String,
}

/// A catalogue file: its name for error messages, and its text.
pub type Source<'s> = (&'s str, &'s str);

impl Texts {
    /// Builds the catalogue; later sources replace messages of earlier ones.
    ///
    /// # Errors
    /// When a file has a syntax error, which names the file and the text.
    pub fn load(lang: Lang, brand: &str, sources: &[Source<'_>]) -> Result<Self, CatalogueError> {
        let id: LanguageIdentifier = lang.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // The isolation marks U+2068/U+2069 would end up in attributes, mails and copied text.
        bundle.set_use_isolating(false);
        let mut keys = BTreeSet::new();
        for (file, text) in sources {
            keys.extend(message_ids(text));
            let resource = FluentResource::try_new((*text).to_owned()).map_err(|(_, errors)| CatalogueError {
                file: (*file).to_owned(),
                reason: errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
            })?;
            bundle.add_resource_overriding(Arc::new(resource));
        }
        let mut this = Self { brand: brand.to_owned(), plain: HashMap::new(), bundle, missing: Mutex::default() };
        for key in keys {
            if let Some(text) = this.format(&key, &[]) {
                this.plain.insert(key, text.into());
            }
        }
        Ok(this)
    }

    /// The text of a message that takes no argument but the brand. A missing one appears as `[key]`, never as nothing.
    pub fn text(&self, key: &str) -> Cow<'_, str> {
        self.plain.get(key).map_or_else(|| self.report(key), |text| Cow::Borrowed(&**text))
    }

    /// Whether [`Texts::text`] knows this message.
    pub fn has(&self, key: &str) -> bool {
        self.plain.contains_key(key)
    }

    /// The text of a message with arguments.
    pub fn text_with(&self, key: &str, args: &[(&str, &str)]) -> String {
        self.format(key, args).unwrap_or_else(|| self.report(key).into_owned())
    }

    /// Every message that was asked for and is not there.
    pub fn missing(&self) -> Vec<String> {
        self.missing.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// All messages that take no argument but the brand.
    pub fn plain_keys(&self) -> impl Iterator<Item = &str> {
        self.plain.keys().map(String::as_str)
    }

    /// `None` when there is no such message or an argument of it was not given.
    fn format(&self, key: &str, args: &[(&str, &str)]) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut values = FluentArgs::with_capacity(args.len() + 1);
        values.set("brand", FluentValue::from(self.brand.as_str()));
        for (name, value) in args {
            values.set(*name, FluentValue::from(*value));
        }
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&values), &mut errors).into_owned();
        errors.is_empty().then_some(text)
    }

    fn report(&self, key: &str) -> Cow<'static, str> {
        let first = self.missing.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned());
        if first {
            tracing::warn!(key, brand = self.brand, "a text is missing");
        }
        Cow::Owned(format!("[{key}]"))
    }
}

/// The ids of the messages in a Fluent file: they stand at the beginning of a line, before ` =`.
fn message_ids(text: &str) -> impl Iterator<Item = String> {
    text.lines().filter_map(|line| {
        let (id, _) = line.split_once('=')?;
        let id = id.trim_end();
        let named = id.starts_with(|c: char| c.is_ascii_alphabetic())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        named.then(|| id.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts() -> Texts {
        let base = "# comment = x\nhello = Hello from { $brand }\nbye = Bye, { $name }\nlong =\n    two\n    lines\n";
        Texts::load(Lang::En, "BOX", &[("base", base), ("brand", "long = short\n")]).unwrap()
    }

    #[test]
    fn a_brand_replaces_single_messages() {
        assert_eq!(texts().text("hello"), "Hello from BOX");
        assert_eq!(texts().text("long"), "short");
    }

    #[test]
    fn arguments_are_inserted_without_isolation_marks() {
        assert_eq!(texts().text_with("bye", &[("name", "<Taro>")]), "Bye, <Taro>");
    }

    #[test]
    fn a_missing_text_or_argument_is_visible_and_remembered() {
        let texts = texts();
        assert_eq!(texts.text("nothing"), "[nothing]");
        assert_eq!(texts.text("bye"), "[bye]");
        assert_eq!(texts.text_with("bye", &[("other", "x")]), "[bye]");
        assert_eq!(texts.missing(), ["bye", "nothing"]);
    }

    #[test]
    fn a_broken_catalogue_is_named() {
        let error = Texts::load(Lang::Ja, "BOX", &[("brands/BOX/texts.ja.ftl", "hello = { $x\n")]).err().unwrap();
        assert!(error.to_string().starts_with("brands/BOX/texts.ja.ftl: "), "{error}");
    }
}
