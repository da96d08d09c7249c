//! Tickets: the single-use secrets of mailed links (`product.md` §1; manuals, chapters 1.5, 2, 6).
//!
//! ```text
//! issued ─┬─ POST of its own page ─▶ consumed
//!         ├─ a newer one of its purpose, or the account changed ─▶ revoked
//!         └─ 14 days ─▶ expired
//! ```
//!
//! A ticket is 256 random bits of which only the hash is stored, and is good for one purpose: every other page finds
//! nothing. Looking at it (GET) changes nothing, since mail scanners open links; a button (POST) consumes it by one
//! guarded write, so that of any number of tries at once one wins. An account has one open ticket of a purpose, and one
//! pending change (of its address or its login method) altogether.
//!
//! It must not: do what the ticket is for (`lifecycle`), send a mail (`notify`).

mod model;
mod store;

pub use model::{Data, NewTicket, Purpose, Standing, Ticket};
pub use store::{
    Issued, STATEMENTS, consume_ticket, count_old_tickets, count_recent_tickets, delete_old_tickets, find_open_change,
    find_pending_change, find_ticket, issue_ticket, revoke_ticket, revoke_tickets_of_account,
};
