//! The simulators enforce what they say they enforce; asked by a plain HTTP client.

mod google;
mod world;
