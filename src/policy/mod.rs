<<<<<<< HEAD
//! The rules of the house, each a pure function over facts and each tested as a table.
//!
//! Facts are gathered by the floors above, decisions are returned as enums, effects are theirs again. Nothing here
//! reads a clock, a database or a request, and nothing here words a message for a user.
=======
//! Rules of the house as pure functions: facts in, decision out.
//!
//! Nothing here performs I/O, reads a clock or knows HTTP; each rule is a table with a table test.

pub mod key_rotation;
>>>>>>> keys
