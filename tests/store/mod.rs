//! The stores against a real database: the engine that the environment names, and where only one engine has the
//! mechanism (group commit), that one.

mod audit_chain;
mod audit_retention;
mod audit_search;
mod clean_up;
mod constraints;
mod fixture;
mod group_commit;
mod group_commit_chaos;
mod group_commit_faults;
mod line;
mod migrations;
mod passkey;
mod round_trips;
mod round_trips_of_tokens;
mod schema;
mod second_factor;
mod second_factor_act;
mod second_factor_races;
mod second_factor_sms;
mod single_use;
mod upstream;
mod upstream_races;
