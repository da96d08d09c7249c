//! Signing in with somebody else's account (`upstreams.md` §3, S1 to S40; `product.md` §7).

mod disabled;
mod facebook;
mod fault_matrix;
mod fresh;
mod limits;
mod linking;
mod load;
mod reach;
mod sign_in;
mod storage;
mod takeover;
mod tenants;
mod ways;
mod words;
