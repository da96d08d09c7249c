//! The program itself, as an operator runs it: real processes, real sockets, the command line, signals.
//!
//! What can be said about a provider inside the test's own process is said elsewhere and faster; here stands what needs
//! a process of its own. On SQLite there is one node, on PostgreSQL two on one schema.

mod audit;
mod command_line;
mod connections;
mod hostile;
mod http;
mod line;
mod log;
mod many_at_once;
mod node;
mod operation;
mod operators;
mod other_nodes;
mod outbox;
mod password_life;
mod refusals;
mod stop;
mod sudden_death;
mod tls;
