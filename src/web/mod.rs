//! The web kit: what every page and endpoint needs from HTTP and HTML, and nothing that knows the domain.
//!
//! ```text
//! request ─ form::Params, cookie::read, csrf::comes_from, lang::Lang::choose
//! answer  ─ page::render(status, &pages::LoginPage{frame, …})   or   problem::Problem::respond(frame, …)
//!           over everything: headers::SecurityHeaders::layer
//! start   ─ face::Faces::load: colors, logo, files and texts of every brand, from `ui/` and from a folder on disk
//! ```
//!
//! Pages are askama templates in `ui/templates`, checked by the compiler; a brand never forks one. This room must not
//! import any domain, read the database, or decide anything about a sign-in.

pub mod assets;
pub mod callback;
pub mod cookie;
pub mod csrf;
pub mod face;
pub mod foreign;
pub mod form;
pub mod headers;
pub mod lang;
pub mod lines;
pub mod machine;
pub mod page;
pub mod pages;
pub mod problem;
pub mod texts;
pub mod theme;
pub mod user_agent;

pub use cookie::Cookie;
pub use csrf::Csrf;
pub use face::{Face, FaceSpec, Faces};
pub use form::Params;
pub use headers::SecurityHeaders;
pub use lang::Lang;
pub use page::{Frame, Page, render};
pub use problem::Problem;
