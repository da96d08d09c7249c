//! The simulators enforce what they say they enforce; asked by a plain HTTP client.

mod adfs;
mod adfs_keys;
mod control;
mod daccount;
mod facebook;
mod fault;
mod google;
mod microsoft;
mod mutation;
mod oidc;
mod world;
