//! The specifications as tests: one folder per document, one test per rule, named after the rule.
//!
//! The comment above a test names the line of the security requirements it shows. What is not here yet waits for a part
//! that does not exist:
//!
//! | line | rule | waits for |
//! |---|---|---|
//! | 4 | clients that registered themselves are untrusted | dynamic registration |
//! | 13 | `web_message` names its target origin | not offered: the mode is refused (`rfc6749`) |
//! | 14 | PAR for high-value clients, `authorization_details` only from it | PAR and RFC 9396 |
//! | 16 | a person takes consent back on a page of their own | an entry of the account menu (the store's verb is tested) |
//! | 82, 84 | a person sees and ends sessions | the account menu |

mod account_menu;
mod account_states;
mod admin_console;
mod asvs_authentication;
mod asvs_sessions;
mod concurrency;
mod explain;
mod form_post;
mod keys;
mod notify;
mod oidc_core;
mod oidc_discovery;
mod oidc_id_token;
mod oidc_userinfo;
mod operator;
mod operator_api;
mod operator_console;
mod outbound;
mod passkey;
mod rfc6749;
mod rfc6750;
mod rfc7009;
mod rfc7523;
mod rfc7636;
mod rfc7662;
mod rfc8414;
mod rfc9068;
mod rfc9207;
mod rfc9700;
mod rp_initiated_logout;
mod scene;
pub mod second_factor;
mod upstream;
