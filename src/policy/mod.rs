//! The rules of the house, each a pure function over facts and each tested as a table.
//!
//! Facts are gathered by the floors above, decisions are returned as enums, effects are theirs again. Nothing here
//! reads a clock, a database or a request, and nothing here words a message for a user.

pub mod key_rotation;
