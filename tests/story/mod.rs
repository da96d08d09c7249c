//! Stories: what a person does, from the first page to the last.

mod a_forgotten_password_is_reset;
mod a_locked_account_is_unblocked;
mod a_login_method_is_changed;
mod a_password_is_changed;
mod a_person_goes_elsewhere_to_sign_in;
mod a_person_takes_a_wrong_turn;
mod a_user_signs_in_and_out;
mod an_address_is_changed;
mod an_administrator_looks_after_users;
mod an_invited_person_registers;
mod many_people_sign_in_at_once;
