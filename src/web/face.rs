//! The face of a brand: its name, colors, logo, files and words, loaded once at start.
//!
//! A brand is data. The five of the service are built in (`ui/brands/<code>/`); a further one is a folder of the same
//! layout under `[ui] brands_dir`, and needs no code. Every file of it is optional:
//!
//! | file | when absent |
//! |---|---|
//! | `theme.css` | the neutral colors |
//! | `logo.svg` | the brand's name, written |
//! | `favicon.svg` | its first letter on its primary color |
//! | `texts.ja.ftl`, `texts.en.ftl` | the common texts |
//!
//! A folder on disk wins over the built-in one, file by file.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rust_embed::RustEmbed;

use super::assets::Assets;
use super::lang::Lang;
use super::texts::{CatalogueError, Source, Texts};
use super::theme::{Theme, ThemeError};

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/ui/brands/"]
struct BuiltInBrands;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/ui/assets/"]
struct CommonAssets;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/ui/locales/"]
struct Locales;

/// What the configuration says about a brand's face.
#[derive(Clone, Debug, Default)]
pub struct FaceSpec {
    /// The brand's code: the name of its folder and of its issuer's path.
    pub code: String,
    /// Its name, as people read it.
    pub name: String,
    /// Its name in an SMS; absent: the name.
    pub sms_name: Option<String>,
    /// Colors that replace those of the theme: variable (without `--`) to `#rgb` or `#rrggbb`.
    pub colors: BTreeMap<String, String>,
}

/// Why a face could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum FaceError {
    /// The code cannot be a folder name, a path segment and part of a cookie name.
    #[error("brand code \"{0}\" must be 1 to 32 letters, digits, \"-\" or \"_\"")]
    Code(String),
    /// The colors were refused.
    #[error("brand {brand}: {source}")]
    Theme {
        /// The brand's code.
        brand: String,
        /// What is wrong with them.
        source: ThemeError,
    },
    /// A text catalogue was refused.
    #[error("brand {brand}: {source}")]
    Texts {
        /// The brand's code.
        brand: String,
        /// What is wrong with it.
        source: CatalogueError,
    },
    /// A file of the folder on disk could not be read.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
}

/// One brand's face.
pub struct Face {
    /// The brand's code; empty for the neutral face.
    pub code: String,
    /// The brand's name.
    pub name: String,
    /// Its name where there is little room.
    pub sms_name: String,
    /// Its static files.
    pub assets: Assets,
    theme: Theme,
    texts: [Texts; 2],
}

impl Face {
    /// Loads the face of one brand; `brands_dir` is the folder of further brands.
    ///
    /// # Errors
    /// [`FaceError`], in words for the person who configures the brand.
    pub fn load(spec: &FaceSpec, brands_dir: Option<&Path>) -> Result<Self, FaceError> {
        let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        if spec.code.is_empty() || spec.code.len() > 32 || !spec.code.bytes().all(fits) {
            return Err(FaceError::Code(spec.code.clone()));
        }
        Self::assemble(spec, &Folder { code: &spec.code, on_disk: brands_dir })
    }

    /// The face of pages that belong to no brand, such as the answer to an unknown path.
    ///
    /// # Errors
    /// None with the built-in files; a test holds them to it.
    pub fn neutral() -> Result<Self, FaceError> {
        let spec = FaceSpec { name: "Tegata".to_owned(), ..FaceSpec::default() };
        Self::assemble(&spec, &Folder { code: "", on_disk: None })
    }

    /// Its words in one language.
    pub const fn texts(&self, lang: Lang) -> &Texts {
        match lang {
            Lang::Ja => &self.texts[0],
            Lang::En => &self.texts[1],
        }
    }

    /// One of its colors as `#rrggbb`, for what has no style sheet, such as a mail.
    pub fn color(&self, name: &str) -> String {
        self.theme.color(name)
    }

    fn assemble(spec: &FaceSpec, folder: &Folder<'_>) -> Result<Self, FaceError> {
        let theme_failed = |source| FaceError::Theme { brand: spec.code.clone(), source };
        let own = folder.read("theme.css")?.unwrap_or_default();
        let theme = Theme::build(&[&common("theme.css"), &own], &spec.colors).map_err(theme_failed)?;
        let mut assets = Assets::default();
        for file in CommonAssets::iter().filter(|file| file != "theme.css") {
            assets.add(&file, common(&file).into_owned());
        }
        assets.add("theme.css", theme.css().to_owned());
        assets.add("logo.svg", folder.read("logo.svg")?.unwrap_or_else(|| text_logo(&spec.name, &theme)));
        assets.add("favicon.svg", folder.read("favicon.svg")?.unwrap_or_else(|| letter_icon(&spec.name, &theme)));
        let texts = [load_texts(Lang::Ja, spec, folder)?, load_texts(Lang::En, spec, folder)?];
        let sms_name = spec.sms_name.clone().unwrap_or_else(|| spec.name.clone());
        Ok(Self { code: spec.code.clone(), name: spec.name.clone(), sms_name, assets, theme, texts })
    }
}

/// All faces of a deployment.
pub struct Faces {
    by_code: HashMap<String, Arc<Face>>,
    neutral: Arc<Face>,
}

impl Faces {
    /// Loads them all at start.
    ///
    /// # Errors
    /// The first [`FaceError`].
    pub fn load(specs: &[FaceSpec], brands_dir: Option<&Path>) -> Result<Self, FaceError> {
        let mut by_code = HashMap::new();
        for spec in specs {
            by_code.insert(spec.code.clone(), Arc::new(Face::load(spec, brands_dir)?));
        }
        Ok(Self { by_code, neutral: Arc::new(Face::neutral()?) })
    }

    /// The face of a brand, the neutral one for a code that is not configured.
    pub fn of(&self, code: &str) -> &Arc<Face> {
        self.by_code.get(code).unwrap_or(&self.neutral)
    }

    /// The face of no brand.
    pub const fn neutral(&self) -> &Arc<Face> {
        &self.neutral
    }
}

/// Where a brand's files come from.
struct Folder<'f> {
    code: &'f str,
    on_disk: Option<&'f Path>,
}

impl Folder<'_> {
    fn read(&self, file: &str) -> Result<Option<String>, FaceError> {
        if let Some(dir) = self.on_disk {
            let path = dir.join(self.code).join(file);
            match std::fs::read_to_string(&path) {
                Ok(text) => return Ok(Some(text)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(source) => return Err(FaceError::File { path, source }),
            }
        }
        Ok(BuiltInBrands::get(&format!("{}/{file}", self.code)).map(|f| text_of(&f.data)))
    }
}

fn load_texts(lang: Lang, spec: &FaceSpec, folder: &Folder<'_>) -> Result<Texts, FaceError> {
    let prefix = format!("{}/", lang.tag());
    let mut sources: Vec<(String, String)> = Locales::iter()
        .filter(|path| path.starts_with(&prefix))
        .filter_map(|path| Locales::get(&path).map(|f| (format!("locales/{path}"), text_of(&f.data))))
        .collect();
    let own = format!("texts.{}.ftl", lang.tag());
    if let Some(text) = folder.read(&own)? {
        sources.push((own, text));
    }
    let sources: Vec<Source<'_>> = sources.iter().map(|(file, text)| (file.as_str(), text.as_str())).collect();
    Texts::load(lang, &spec.name, &sources).map_err(|source| FaceError::Texts { brand: spec.code.clone(), source })
}

fn common(file: &str) -> Cow<'static, str> {
    CommonAssets::get(file).map_or(Cow::Borrowed(""), |f| Cow::Owned(text_of(&f.data)))
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A logo for a brand that has none: its name in its color. East Asian letters are about twice as wide as Latin ones.
fn text_logo(name: &str, theme: &Theme) -> String {
    let length = name.chars().map(|c| if c.is_ascii() { 14 } else { 23 }).sum::<usize>();
    let width = length + 8;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"40\" viewBox=\"0 0 {width} 40\">\
         <text x=\"4\" y=\"28\" font-family=\"system-ui, 'Hiragino Sans', 'Yu Gothic UI', 'Noto Sans CJK JP', sans-serif\" \
         font-size=\"23\" font-weight=\"700\" textLength=\"{length}\" lengthAdjust=\"spacingAndGlyphs\" fill=\"{}\">{}</text></svg>",
        theme.color("primary"),
        escape(name)
    )
}

fn letter_icon(name: &str, theme: &Theme) -> String {
    let letter: String = name.chars().take(1).collect();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\"><rect width=\"32\" height=\"32\" rx=\"7\" \
         fill=\"{}\"/><text x=\"16\" y=\"23\" text-anchor=\"middle\" font-family=\"system-ui, sans-serif\" \
         font-size=\"20\" font-weight=\"700\" fill=\"{}\">{}</text></svg>",
        theme.color("primary"),
        theme.color("on-primary"),
        escape(&letter)
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
