//! A brand's colors: CSS variables, read back so that unreadable ones are refused before anybody has to read them.
//!
//! The effective theme is the neutral one, then the brand's `theme.css`, then the colors of the configuration; later
//! wins. Text needs a contrast of 4.5:1, the edges of fields and the focus ring 3:1 (WCAG 2.2 §1.4.3, §1.4.11).

use std::collections::BTreeMap;

/// Why a theme was refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ThemeError {
    /// The configuration names a color that no page uses.
    #[error("unknown color \"{0}\"; known are: {known}", known = VARIABLES.join(", "))]
    UnknownVariable(String),
    /// A color that is not written as `#rgb` or `#rrggbb`.
    #[error("color \"{name}\" is \"{value}\"; write it as #rgb or #rrggbb")]
    BadColor {
        /// The variable.
        name: String,
        /// What was given.
        value: String,
    },
    /// Two colors that cannot be told apart well enough.
    #[error(
        "color \"{text}\" on \"{ground}\" has a contrast of {found}:1; at least {needed}:1 is needed to be readable"
    )]
    Contrast {
        /// The foreground variable.
        text: &'static str,
        /// The background variable.
        ground: &'static str,
        /// What it is, with one decimal.
        found: String,
        /// What it must be.
        needed: &'static str,
    },
}

/// Every color a page uses; a theme sets some of them as `--name: #rrggbb;`.
pub const VARIABLES: [&str; 14] = [
    "primary",
    "on-primary",
    "accent",
    "on-accent",
    "link",
    "text",
    "muted",
    "surface",
    "background",
    "border",
    "field",
    "error",
    "error-soft",
    "focus",
];

/// What must be readable on what.
const TEXT_PAIRS: [(&str, &str); 11] = [
    ("on-primary", "primary"),
    ("on-accent", "accent"),
    ("link", "surface"),
    ("link", "background"),
    ("text", "surface"),
    ("text", "background"),
    ("text", "error-soft"),
    ("muted", "surface"),
    ("muted", "background"),
    ("error", "surface"),
    ("error", "error-soft"),
];
const EDGE_PAIRS: [(&str, &str); 3] = [("field", "surface"), ("focus", "surface"), ("focus", "background")];

/// A checked theme.
#[derive(Clone, Debug)]
pub struct Theme {
    css: String,
    colors: BTreeMap<String, [u8; 3]>,
}

impl Theme {
    /// Puts the layers together (neutral, brand) and checks the result.
    ///
    /// # Errors
    /// [`ThemeError`], in words for the person who writes the configuration.
    pub fn build(layers: &[&str], overrides: &BTreeMap<String, String>) -> Result<Self, ThemeError> {
        let mut css = String::new();
        let mut colors = BTreeMap::new();
        for layer in layers {
            css.push_str(layer);
            let code = without_comments(layer);
            for (name, value) in declarations(&code) {
                colors.insert(name.to_owned(), parse(name, value)?);
            }
        }
        if !overrides.is_empty() {
            css.push_str("\n:root {\n");
            for (name, value) in overrides {
                if !VARIABLES.contains(&name.as_str()) {
                    return Err(ThemeError::UnknownVariable(name.clone()));
                }
                colors.insert(name.clone(), parse(name, value)?);
                css.push_str(&format!("  --{name}: {value};\n"));
            }
            css.push_str("}\n");
        }
        let this = Self { css, colors };
        this.check_contrast()?;
        Ok(this)
    }

    /// The style sheet.
    pub fn css(&self) -> &str {
        &self.css
    }

    /// One color as `#rrggbb`; black for a name that is none of [`VARIABLES`].
    pub fn color(&self, name: &str) -> String {
        let [r, g, b] = self.rgb(name);
        format!("#{r:02x}{g:02x}{b:02x}")
    }

    fn rgb(&self, name: &str) -> [u8; 3] {
        self.colors.get(name).copied().unwrap_or_default()
    }

    fn check_contrast(&self) -> Result<(), ThemeError> {
        let text = TEXT_PAIRS.iter().map(|pair| (pair, 4.5, "4.5"));
        let edges = EDGE_PAIRS.iter().map(|pair| (pair, 3.0, "3"));
        for ((text, ground), least, needed) in text.chain(edges) {
            let found = contrast(self.rgb(text), self.rgb(ground));
            if found < least {
                // Rounded down, so that 4.46 is not reported as 4.5.
                let found = format!("{:.1}", (found * 10.0).floor() / 10.0);
                return Err(ThemeError::Contrast { text, ground, found, needed });
            }
        }
        Ok(())
    }
}

/// The `--name: value;` declarations of a style sheet that set one of [`VARIABLES`].
fn declarations(css: &str) -> impl Iterator<Item = (&str, &str)> {
    css.split([';', '{', '}']).filter_map(|part| {
        let (name, value) = part.rsplit_once("--")?.1.split_once(':')?;
        VARIABLES.contains(&name.trim()).then(|| (name.trim(), value.trim()))
    })
}

fn without_comments(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((code, comment)) = rest.split_once("/*") {
        out.push_str(code);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    out + rest
}

fn parse(name: &str, value: &str) -> Result<[u8; 3], ThemeError> {
    let bad = || ThemeError::BadColor { name: name.to_owned(), value: value.to_owned() };
    let digits = value.strip_prefix('#').filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit())).ok_or_else(bad)?;
    let number = u32::from_str_radix(digits, 16).map_err(|_| bad())?;
    let [_, r, g, b] = number.to_be_bytes();
    match digits.len() {
        6 => Ok([r, g, b]),
        3 => Ok([g & 15, b >> 4, b & 15].map(|nibble| nibble * 17)),
        _ => Err(bad()),
    }
}

/// Contrast of two sRGB colors, 1 to 21 (WCAG 2.2, "contrast ratio" and "relative luminance").
fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(rgb: [u8; 3]) -> f64 {
    let [r, g, b] = rgb.map(|channel| {
        let c = f64::from(channel) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEUTRAL: &str = include_str!("../../ui/assets/theme.css");

    fn with(name: &str, value: &str) -> Result<Theme, ThemeError> {
        Theme::build(&[NEUTRAL], &[(name.to_owned(), value.to_owned())].into())
    }

    #[test]
    fn knows_the_contrast_of_black_and_white() {
        assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 0.001);
        assert!((contrast([119; 3], [255; 3]) - 4.478).abs() < 0.001);
    }

    #[test]
    fn the_neutral_theme_sets_every_variable() {
        let theme = Theme::build(&[NEUTRAL], &BTreeMap::new()).unwrap();
        assert!(VARIABLES.iter().all(|name| theme.colors.contains_key(*name)));
    }

    #[test]
    fn the_configuration_overrides_a_color_in_both_spellings() {
        assert_eq!(with("primary", "#036").unwrap().color("primary"), "#003366");
        assert_eq!(with("primary", "#003467").unwrap().color("primary"), "#003467");
        assert!(with("primary", "#036").unwrap().css().ends_with(":root {\n  --primary: #036;\n}\n"));
    }

    #[test]
    fn refuses_what_is_no_color() {
        for value in ["red", "#12", "#12345", "#12345g", "036", "#fff;}body{x:y", "#+12"] {
            assert!(matches!(with("primary", value), Err(ThemeError::BadColor { .. })), "{value}");
        }
        assert_eq!(with("primery", "#036").unwrap_err(), ThemeError::UnknownVariable("primery".into()));
    }

    #[test]
    fn a_color_in_a_comment_counts_for_nothing() {
        let layer = ":root { /* --primary: nonsense; */ --link: #036; /* open";
        assert_eq!(Theme::build(&[NEUTRAL, layer], &BTreeMap::new()).unwrap().color("link"), "#003366");
    }

    #[test]
    fn refuses_a_button_nobody_can_read() {
        let message = with("primary", "#ffcc00").unwrap_err().to_string();
        assert_eq!(
            message,
            "color \"on-primary\" on \"primary\" has a contrast of 1.5:1; at least 4.5:1 is needed to be readable"
        );
    }
}
