//! What tests share: a provider in this process, browsers, programs, and the way through a sign-in.

pub mod authenticator;
pub mod browser;
pub mod database;
pub mod federation;
pub mod flow;
pub mod inbox;
pub mod life;
pub mod operators;
pub mod postgres;
pub mod program;
pub mod provider;
pub mod scene;
pub mod sql;

pub use browser::{Answer, Browser};
pub use federation::Federation;
pub use flow::{AuthorizeRequest, Callback, SignIn, TokenAnswer};
pub use inbox::Inbox;
pub use life::{NEW_PASSWORD, Person, is_signed_in};
pub use operators::Operators;
pub use program::Program;
pub use provider::{Provider, TestAccount, TestClient};
pub use scene::Scene;
