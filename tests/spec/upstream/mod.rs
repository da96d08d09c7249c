//! Signing in with somebody else's account (`upstreams.md` §3, S1 to S40; `product.md` §7).

mod reach;
mod settings;
mod sign_in;
mod taken_over;
mod watch;
mod ways;
