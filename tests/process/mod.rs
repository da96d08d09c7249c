//! The program itself, as processes that talk over sockets and die: what no test inside one process can show.

mod node;
mod races;
mod restart;
