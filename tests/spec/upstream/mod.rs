//! Signing in with somebody else's account (`upstreams.md` §3, S1 to S40; `product.md` §7).

mod disabled;
mod discovery;
mod facebook;
mod fault_matrix;
mod fresh;
mod id_token;
mod keys;
mod limits;
mod linking;
mod load;
mod matrix;
mod mix_up;
mod notices;
mod payloads;
mod reach;
mod redirects;
mod request;
mod sign_in;
mod state;
mod steps;
mod storage;
mod takeover;
mod tenants;
mod ways;
mod words;
