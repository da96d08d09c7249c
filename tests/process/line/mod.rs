//! Line authentication with everybody in it: the program with both its listeners, the gateway at the edge of the carrier's
//! network in front of one of them, and whoever tries to be on a line that is not theirs (`upstreams.md` §4.5; each row
//! of its table is a test here or names where it is).
//!
//! Not here: a person who runs a proxy at a registered line. It cannot be prevented, as docs/line_authentication.md says.

mod door;
mod evidence;
mod journeys;
mod methods;
mod replay;
mod smuggling;
mod world;
