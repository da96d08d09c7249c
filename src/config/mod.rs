//! Configuration: one TOML file and the environment, typed, checked once, then passed around as a value.
//!
//! An unknown key, a value of the wrong kind or two settings that contradict each other stop the start with file, line
//! and what to write instead. `TEGATA_SECTION__KEY` overrides `[section] key`; secrets come from files or from the
//! environment, never from a default.
//!
//! It must not: hold anything global, read the environment anywhere else, guess.

mod brand;
mod check;
mod check_line;
mod check_notify;
mod check_upstream;
mod duration;
mod line;
mod line_number;
mod load;
mod model;
mod notify;
mod operator;
mod outbound;
mod second_factor;
mod shown;
mod upstream;

pub use brand::{BrandConfig, ContractLinks, IssuerAddress, LoginMethodName};
pub use check::{Complaint, check};
pub use check_notify::SMS_NAME_UNITS;
pub use duration::Span;
pub use line::{LineArea, LineConfig, LineGatewayConfig, LineMethodName};
pub use line_number::{InvalidNumberForm, NumberForm};
pub use load::{ConfigError, load, load_from_process};
pub use model::{
    Config, DatabaseConfig, InteractionConfig, KeysConfig, LimitsConfig, LogConfig, LogFormat, PasswordConfig,
    SecretsConfig, ServerConfig, SessionConfig, TokensConfig, UiConfig,
};
pub use notify::{MailConfig, MailboxText, SmsConfig, SmsRouteConfig, SmsRouteKind, SmtpConfig, SmtpSecurity};
pub use operator::OperatorConfig;
pub use outbound::OutboundConfig;
pub use second_factor::SecondFactorConfig;
pub use upstream::{UpstreamAlgorithm, UpstreamAuthentication, UpstreamConfig, UpstreamKind};
