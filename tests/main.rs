//! The one integration binary: everything over HTTP, on SQLite or on the PostgreSQL of `TEGATA_TEST_DATABASE_URL`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    clippy::string_slice,
    reason = "in a test a panic is the verdict"
)]

mod architecture;
mod process;
mod spec;
mod store;
mod story;
mod support;
