//! Signing in with somebody else's account (`upstreams.md` §3, S1 to S40; `product.md` §7).

mod discovery;
mod facebook;
mod id_token;
mod keys;
mod matrix;
mod mix_up;
mod payloads;
mod reach;
mod redirects;
mod request;
mod sign_in;
mod state;
mod steps;
mod ways;
