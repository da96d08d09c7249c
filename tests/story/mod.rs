//! Stories: what a person does, from the first page to the last.

mod a_user_signs_in_and_out;
