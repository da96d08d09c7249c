//! Interactions: a sign-in in progress.
//!
//! The authorization request (or the wish for the account menu) is stored when the person has to do something for it, and found again by the id in the
//! page's URL *and* the browser's cookie: neither alone is enough. Several tabs are several interactions; an old tab
//! continues with its own request; an expired one begins anew with it (no dead ends).
//!
//! ```text
//! stored ─ bound to a browser (at once, or at the first page when the request came by a cross-site POST)
//!    └ authenticated / consented (facts for the dispatcher) ─ answered: the facts are cleared, the request may be
//!      answered again after a new dispatch (double click, back button) ─ expired ─ deleted a day later
//! ```
//!
//! It must not: decide which page comes next (`policy::prompts`), be found without its browser.

mod model;
mod store;

pub use model::{Interaction, Target, TargetKind};
pub use store::{
    STATEMENTS, bind_browser, clear_facts, count_expired_interactions, count_line_round, delete_expired_interactions,
    find_interaction, insert_interaction, mark_authenticated, mark_consent,
};
