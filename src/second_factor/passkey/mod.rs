//! Passkeys (W3C Web Authentication Level 3): a key pair in a person's device that proves possession and, by PIN or
//! biometrics, the person: two factors at once.
//!
//! The relying party is the host of a brand's issuer. Brands that share a host share that name in the eyes of a
//! browser, so every passkey also knows its brand, and one of another brand is refused. Attestation is not asked for:
//! any authenticator will do, as long as it verifies its user.
//!
//! ```text
//! ceremony:  begun (challenge, bound to the browser) ── answered once ──▶ consumed
//!                └── 5 minutes ──▶ expired
//! passkey:   registered (at most 10) ── used: counter and flags follow, guarded by its version ── removed
//! ```
//!
//! A signature counter that does not grow shows that two devices hold the key: that sign-in is refused, and so is every
//! further one until the counter is ahead again or the passkey is removed (§7.2 step 22, §6.1.1).
//!
//! It must not: decide whether an account may sign in (`policy::sign_in`), begin a session, know a page.

mod ceremony;
mod model;
mod refusal;
mod relying_party;
mod store;

pub use ceremony::{
    Ceremony, CeremonyKind, CeremonyOwner, CeremonyState, LIFETIME, STATEMENTS as CEREMONY_STATEMENTS,
    consume_ceremony, count_expired_ceremonies, delete_expired_ceremonies, insert_ceremony,
};
pub use model::{InvalidName, MOST_PASSKEYS, NewPasskey, Passkey, PasskeyName, credential_id_text};
pub use refusal::PasskeyRefusal;
pub use relying_party::{Assertion, Holder, Options, RelyingParty, Verified};
pub use store::{
    Insertion, STATEMENTS, delete_all, delete_passkey, find_by_credential_id, insert_passkey, list_passkeys, mark_used,
    rename_passkey,
};
