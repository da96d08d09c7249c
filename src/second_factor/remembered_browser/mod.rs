//! Browsers in which an account is not asked for a while: 30 days since the last sign-in there (`product.md` §4).
//!
//! One secret for each browser and account. Several accounts share one cookie, which holds up to eight secrets; which of
//! them is whose only the database knows.
//!
//! ```text
//! box ticked ─▶ remembered ─ sign-in: 30 days more ─ … ─ 30 days without ─▶ expired ─▶ deleted
//!                   └── password changed, factor reset, other login method ──▶ deleted
//! ```
//! It must not: stand for a factor that was verified, in `amr` or `acr`.

mod store;

use http::HeaderMap;

pub use store::{STATEMENTS, count, count_expired_browsers, delete_expired_browsers, find, forget_all, touch};

use super::Tools;
use crate::brand::Issuer;
use crate::id::AccountId;
use crate::policy::second_factor::REMEMBERED;
use crate::secret::{Secret, TokenHash};
use crate::storage::{Fault, Tx};
use crate::web::cookie::{self, Cookie, Purpose};

/// Secrets in one cookie; of more, the oldest goes.
const MOST_SECRETS: usize = 8;
/// 256 bit in base64url.
const SECRET_LENGTH: usize = 43;

/// The hashes of the secrets that a browser sent, for [`find`].
pub fn hashes(headers: &HeaderMap, issuer: &Issuer) -> Vec<TokenHash> {
    secrets(headers, issuer).into_iter().map(TokenHash::of).collect()
}

/// Remembers a browser for an account; answers the secret for its cookie.
///
/// # Errors
/// When the database fails.
pub async fn remember(tx: &mut Tx, tools: &Tools<'_>, account: &AccountId) -> Result<Secret<String>, Fault> {
    let secret = Secret::new(tools.random.token());
    let id = tools.random.row_id(tools.now).into();
    store::insert(tx, (&id, account), TokenHash::of(secret.expose()), tools.now).await?;
    Ok(secret)
}

/// The cookie with the secrets that the browser has and a new one in front, for 30 more days; `None` when there is
/// neither.
pub fn cookie(headers: &HeaderMap, issuer: &Issuer, new: Option<&Secret<String>>) -> Option<Cookie> {
    let new = new.map(|secret| secret.expose().as_str());
    let all: Vec<&str> = new.into_iter().chain(secrets(headers, issuer)).take(MOST_SECRETS).collect();
    let cookie = Cookie::new(Purpose::Remembered, issuer.secure, issuer.cookie_tag.as_str(), all.join("."));
    (!all.is_empty()).then(|| cookie.lasting(REMEMBERED))
}

fn secrets<'h>(headers: &'h HeaderMap, issuer: &Issuer) -> Vec<&'h str> {
    let value = cookie::read(headers, &Purpose::Remembered.name(issuer.secure, issuer.cookie_tag.as_str()));
    let is_secret = |text: &&str| {
        text.len() == SECRET_LENGTH && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    value.unwrap_or_default().split('.').filter(is_secret).take(MOST_SECRETS).collect()
}
