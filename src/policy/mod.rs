//! Rules of the house as pure functions: facts in, decision out.
//!
//! Nothing here performs I/O, reads a clock or knows HTTP; each rule is a table with a table test.

pub mod key_rotation;
