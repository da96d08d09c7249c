//! The specification: each test is a rule, named as a sentence, with the line of `security.md` it comes from.

mod concurrency;
mod keys;
mod oidc_discovery;
mod oidc_id_token;
mod oidc_userinfo;
mod rfc6749;
mod rfc6750;
mod rfc7009;
mod rfc7523;
mod rfc7662;
mod rfc8414;
mod rfc9068;
mod scene;
