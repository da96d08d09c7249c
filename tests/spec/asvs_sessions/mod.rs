//! OWASP ASVS 5.0, chapters V3 and V7 (and what V2, V6, V8 and V16 say of sessions): security lines 63, 77–81, 85–91.

mod brands;
mod cookies;
mod enumeration;
mod explanations;
mod lifetimes;
mod secrets;
mod standing;
mod steps;
