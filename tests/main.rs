//! The one integration binary: everything over HTTP, on SQLite or on the PostgreSQL of `TEGATA_TEST_DATABASE_URL`.

mod architecture;
mod support;
