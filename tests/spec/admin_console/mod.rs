//! 管理コンソール (`product.md` §8, §10; manual, chapters 2.2 and 4.2): one test per rule.

mod access;
mod acts;
mod change_sign_in;
mod import;
mod invite;
mod lines;
mod list;
mod matrix;
mod races;
mod scene;
mod sign_ins;
