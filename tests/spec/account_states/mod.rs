//! State × action: what a person can do with an account, in every state of the account and of its contract.
//!
//! [`TABLE`] is `product.md` §3, §5 and §8 in one place. Everything that a cell needs (a session, tokens, an open link, a
//! passkey, a half finished sign-in) is there before the state changes: what is asked is whether the state counts *now*.

mod life;

use life::Life;

/// What an account and its contract have come to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    Active,
    /// Ten wrong passwords were typed.
    Locked,
    Invited,
    Suspended,
    Deleted,
    /// The contract was cancelled.
    Cancelled,
    /// The trial is over; a user of the contract.
    TrialOfUser,
    /// The same; its contractor, within the 15 days that are left for the account menu.
    TrialOfContractor,
    /// The 15 days are over, too; the contractor.
    TrialLongOver,
}

/// What a person, or a client on the person's behalf, does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// Typing the right password for a client.
    Password,
    /// The same for the account menu.
    PasswordForMenu,
    /// Signing in with a passkey.
    Passkey,
    /// 「パスワードを忘れた方はこちら」.
    Forgotten,
    /// Setting a password by a link that is open.
    Reset,
    /// Taking a lock away by a link that is open.
    Unblock,
    /// Typing the recovery code in the second step of a sign-in.
    RecoveryCode,
    /// Completing a change of address by a link that is open.
    EmailChange,
    /// Opening the account menu with a session that is fresh.
    Menu,
    Refresh,
    Userinfo,
    Introspection,
}

/// What came of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Seen {
    /// It did what it is for.
    Works,
    /// The one neutral sentence: nothing is told.
    Neutral,
    /// The lock's message.
    Blocked,
    /// The page says that the account cannot be used: whoever proved to be its owner may know.
    Told,
    /// The same page as for everybody, and no mail.
    NoMail,
    /// The link is refused with its page (410).
    Gone,
    /// The login page.
    Login,
    /// What was issued is dead.
    Dead,
}

use Action::{EmailChange, Forgotten, Introspection, Menu, Passkey, Password, PasswordForMenu, RecoveryCode};
use Action::{Refresh, Reset, Unblock, Userinfo};
use Seen::{Blocked, Dead, Gone, Login, Neutral, NoMail, Told, Works};
use Standing::{Active, Cancelled, Deleted, Invited, Locked, Suspended, TrialLongOver, TrialOfContractor, TrialOfUser};

const STANDINGS: [Standing; 9] =
    [Active, Locked, Invited, Suspended, Deleted, Cancelled, TrialOfUser, TrialOfContractor, TrialLongOver];

/// A lock guards the password alone. Whoever is invited or deleted is nobody to the outside. A trial's contractor must be
/// able to come back to the menu while it is open to them, also with a password that has to be reset first.
#[rustfmt::skip]
const TABLE: [(Action, [Seen; 9]); 12] = [
    //                 active locked   invited  suspended deleted  cancelled trial:user contractor long over
    (Password,        [Works, Blocked, Neutral, Told,     Neutral, Told,     Told,      Told,      Told]),
    (PasswordForMenu, [Works, Blocked, Neutral, Told,     Neutral, Told,     Told,      Works,     Told]),
    (Passkey,         [Works, Works,   Neutral, Told,     Neutral, Told,     Told,      Told,      Told]),
    (Forgotten,       [Works, Works,   NoMail,  NoMail,   NoMail,  NoMail,   NoMail,    Works,     NoMail]),
    (Reset,           [Works, Works,   Gone,    Gone,     Gone,    Gone,     Gone,      Works,     Gone]),
    (Unblock,         [Works, Works,   Gone,    Gone,     Gone,    Gone,     Gone,      Works,     Gone]),
    (RecoveryCode,    [Works, Login,   Login,   Login,    Login,   Login,    Login,     Login,     Login]),
    (EmailChange,     [Works, Works,   Gone,    Gone,     Gone,    Gone,     Gone,      Gone,      Gone]),
    (Menu,            [Works, Works,   Login,   Login,    Login,   Login,    Login,     Works,     Login]),
    (Refresh,         [Works, Works,   Dead,    Dead,     Dead,    Dead,     Dead,      Dead,      Dead]),
    (Userinfo,        [Works, Works,   Dead,    Dead,     Dead,    Dead,     Dead,      Dead,      Dead]),
    (Introspection,   [Works, Works,   Dead,    Dead,     Dead,    Dead,     Dead,      Dead,      Dead]),
];

/// Asserts a row of the table, every cell in a world of its own.
async fn assert_row(action: Action) {
    let (_, expected) = TABLE.iter().find(|(row, _)| *row == action).expect("every action has a row");
    let mut wrong = Vec::new();
    for (standing, expected) in STANDINGS.into_iter().zip(expected) {
        let seen = Life::begin(standing, action).await.act(action).await;
        if seen != *expected {
            wrong.push(format!("{action:?}, {standing:?}: {seen:?} instead of {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
#[test]
fn the_table_has_every_action_once() {
    let mut actions: Vec<_> = TABLE.iter().map(|(action, _)| format!("{action:?}")).collect();
    actions.sort();
    actions.dedup();
    assert_eq!(actions.len(), TABLE.len());
}

#[tokio::test]
async fn the_right_password_for_a_client() {
    assert_row(Password).await;
}

#[tokio::test]
async fn the_right_password_for_the_menu() {
    assert_row(PasswordForMenu).await;
}

#[tokio::test]
async fn a_passkey() {
    assert_row(Passkey).await;
}

#[tokio::test]
async fn a_forgotten_password() {
    assert_row(Forgotten).await;
}

#[tokio::test]
async fn a_reset_by_an_open_link() {
    assert_row(Reset).await;
}

#[tokio::test]
async fn an_unblock_by_an_open_link() {
    assert_row(Unblock).await;
}

#[tokio::test]
async fn a_recovery_code_in_the_second_step() {
    assert_row(RecoveryCode).await;
}

#[tokio::test]
async fn a_change_of_address_by_an_open_link() {
    assert_row(EmailChange).await;
}

#[tokio::test]
async fn the_account_menu_with_a_fresh_session() {
    assert_row(Menu).await;
}

#[tokio::test]
async fn a_refresh_token() {
    assert_row(Refresh).await;
}

#[tokio::test]
async fn userinfo() {
    assert_row(Userinfo).await;
}

#[tokio::test]
async fn introspection() {
    assert_row(Introspection).await;
}
