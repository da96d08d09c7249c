//! Operators at their own listener: the door, the enrolment, the sign-in (`policy::operator_sign_in`).

mod enrolment;
mod listener;
mod passkey;
mod sign_in;
