//! 管理コンソール: who may do what to whom (`product.md` §8, §10; manual, chapter 2.2).
//!
//! ```text
//! in power ─▶ not the contractor's record ─▶ not oneself ─▶ only the contractor ─▶ state ─▶ login method ─▶ allowed
//! ```
//! The one table of the console: the page asks it which acts to offer, and the act asks it again inside its transaction,
//! about what is stored at that moment. Nobody acts on himself where it would lock him out, an administrator leaves the
//! contractor alone, and a contract has one contractor at all times.

use super::sign_in::AccountState;
use crate::text_enum::text_enum;

text_enum! {
    /// What a person is in a contract.
    pub enum Role {
        /// 契約者: exactly one per contract.
        Contractor = "contractor",
        /// 管理者権限を持つユーザ.
        Administrator = "administrator",
        /// Anybody else.
        User = "user",
    }
}

impl Role {
    /// Whether it opens the admin console.
    pub const fn administers(self) -> bool {
        matches!(self, Self::Contractor | Self::Administrator)
    }
}

text_enum! {
    /// What can be done to a user: the last segment of its page's URL, and (with dashes) part of its texts' keys.
    pub enum Act {
        /// メールアドレス変更: a mail by which the user changes the address or the login method.
        ChangeSignIn = "email",
        /// The invitation is sent again.
        InviteAgain = "invite-again",
        /// The lock after ten wrong passwords is taken away.
        Unlock = "unlock",
        /// The second factor is enrolled anew.
        ResetSecondFactor = "reset-second-factor",
        /// All sessions end.
        EndSessions = "end-sessions",
        /// A user becomes an administrator.
        MakeAdministrator = "make-administrator",
        /// An administrator becomes a user.
        MakeUser = "make-user",
        /// The contractor's role goes to somebody else.
        TransferContractor = "transfer-contractor",
        /// The user cannot sign in until resumed.
        Suspend = "suspend",
        /// The suspension is over.
        Resume = "resume",
        /// The user is gone.
        Delete = "delete",
    }
}

impl Act {
    /// Whether it asks for a sign-in of the last ten minutes: what hands over an account or a power, and what cannot be
    /// taken back (`security.md` lines 83 and 84).
    pub const fn is_sensitive(self) -> bool {
        matches!(
            self,
            Self::ChangeSignIn
                | Self::ResetSecondFactor
                | Self::MakeAdministrator
                | Self::MakeUser
                | Self::TransferContractor
                | Self::Delete
        )
    }
}

text_enum! {
    /// Why an act is not allowed.
    pub enum Refusal {
        /// Whoever acts has no power here, or no longer.
        NotInPower = "not_in_power",
        /// The contractor is left alone.
        OfContractor = "of_contractor",
        /// One does not do this to oneself.
        Oneself = "oneself",
        /// Only the contractor does this.
        OnlyContractor = "only_contractor",
        /// The user is in no state for it.
        State = "state",
        /// The user's login method does not go with it.
        LoginMethod = "login_method",
    }
}

/// Who acts.
#[derive(Clone, Copy, Debug)]
pub struct Actor {
    /// The role.
    pub role: Role,
    /// The state.
    pub state: AccountState,
}

/// Whom it concerns.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Whether it is the one who acts.
    pub is_oneself: bool,
    /// The role.
    pub role: Role,
    /// The state.
    pub state: AccountState,
    /// Whether the user signs in by password, and so has a second factor of ours.
    pub has_password: bool,
    /// Whether the user signs in by Active Directory, which a contractor never does.
    pub has_active_directory: bool,
}

/// Whether `actor` may administer anything at all.
///
/// # Errors
/// [`Refusal::NotInPower`].
pub fn check_power(actor: Actor) -> Result<(), Refusal> {
    let in_power = actor.role.administers() && actor.state == AccountState::Active;
    if in_power { Ok(()) } else { Err(Refusal::NotInPower) }
}

/// Whether `actor` may do `act` to `target`, of the same contract.
///
/// # Errors
/// The first rule that says no.
pub fn check_act(act: Act, actor: Actor, target: Target) -> Result<(), Refusal> {
    check_power(actor)?;
    let own = target.is_oneself;
    if target.role == Role::Contractor && !(own && act == Act::EndSessions) {
        // The contractor's own address, method and role are changed elsewhere: in the account menu, and by a transfer.
        return Err(if own { Refusal::Oneself } else { Refusal::OfContractor });
    }
    if own && !matches!(act, Act::ChangeSignIn | Act::EndSessions) {
        return Err(Refusal::Oneself);
    }
    if act == Act::TransferContractor && actor.role != Role::Contractor {
        return Err(Refusal::OnlyContractor);
    }
    if !fits_state(act, target) {
        return Err(Refusal::State);
    }
    match act {
        Act::ResetSecondFactor if !target.has_password => Err(Refusal::LoginMethod),
        Act::TransferContractor if target.has_active_directory => Err(Refusal::LoginMethod),
        _ => Ok(()),
    }
}

const fn fits_state(act: Act, target: Target) -> bool {
    use AccountState::{Active, Deleted, Invited, Locked, Suspended};
    match act {
        Act::InviteAgain => matches!(target.state, Invited),
        Act::Unlock => matches!(target.state, Locked),
        Act::Resume => matches!(target.state, Suspended),
        // Whoever is only invited has nothing to suspend: the invitation is taken back by deleting.
        Act::ChangeSignIn | Act::EndSessions | Act::Suspend => matches!(target.state, Active | Locked),
        Act::ResetSecondFactor => matches!(target.state, Active | Locked | Suspended),
        Act::TransferContractor => matches!(target.state, Active),
        Act::MakeAdministrator => matches!(target.role, Role::User) && !matches!(target.state, Deleted),
        Act::MakeUser => matches!(target.role, Role::Administrator) && !matches!(target.state, Deleted),
        Act::Delete => !matches!(target.state, Deleted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use AccountState::{Active, Deleted, Invited, Locked, Suspended};

    fn actor(role: Role) -> Actor {
        Actor { role, state: Active }
    }

    fn user(state: AccountState) -> Target {
        Target { is_oneself: false, role: Role::User, state, has_password: true, has_active_directory: false }
    }

    #[test]
    fn each_act_has_its_states() {
        for (act, states) in [
            (Act::ChangeSignIn, &[Active, Locked][..]),
            (Act::InviteAgain, &[Invited]),
            (Act::Unlock, &[Locked]),
            (Act::ResetSecondFactor, &[Active, Locked, Suspended]),
            (Act::EndSessions, &[Active, Locked]),
            (Act::MakeAdministrator, &[Invited, Active, Locked, Suspended]),
            (Act::TransferContractor, &[Active]),
            (Act::Suspend, &[Active, Locked]),
            (Act::Resume, &[Suspended]),
            (Act::Delete, &[Invited, Active, Locked, Suspended]),
        ] {
            for state in [Invited, Active, Locked, Suspended, Deleted] {
                let expected = if states.contains(&state) { Ok(()) } else { Err(Refusal::State) };
                assert_eq!(check_act(act, actor(Role::Contractor), user(state)), expected, "{act} {state}");
            }
        }
    }

    #[test]
    fn an_administrator_does_everything_to_users_but_hand_over_the_contract() {
        for act in Act::ALL {
            let state = match act {
                Act::InviteAgain => Invited,
                Act::Unlock => Locked,
                Act::Resume => Suspended,
                _ => Active,
            };
            let role = if *act == Act::MakeUser { Role::Administrator } else { Role::User };
            let target = Target { role, ..user(state) };
            let expected = if *act == Act::TransferContractor { Err(Refusal::OnlyContractor) } else { Ok(()) };
            assert_eq!(check_act(*act, actor(Role::Administrator), target), expected, "{act}");
            assert_eq!(check_act(*act, actor(Role::Contractor), target), Ok(()), "{act}");
        }
    }

    #[test]
    fn nobody_touches_the_contractor() {
        let contractor = Target { role: Role::Contractor, ..user(Active) };
        for act in Act::ALL {
            assert_eq!(check_act(*act, actor(Role::Administrator), contractor), Err(Refusal::OfContractor), "{act}");
            let own = Target { is_oneself: true, ..contractor };
            let expected = if *act == Act::EndSessions { Ok(()) } else { Err(Refusal::Oneself) };
            assert_eq!(check_act(*act, actor(Role::Contractor), own), expected, "{act}");
        }
    }

    #[test]
    fn nobody_locks_himself_out() {
        let own = Target { is_oneself: true, role: Role::Administrator, ..user(Active) };
        for act in Act::ALL {
            let harmless = matches!(act, Act::ChangeSignIn | Act::EndSessions);
            let expected = if harmless { Ok(()) } else { Err(Refusal::Oneself) };
            assert_eq!(check_act(*act, actor(Role::Administrator), own), expected, "{act}");
        }
    }

    #[test]
    fn who_has_no_power_does_nothing() {
        for act in Act::ALL {
            assert_eq!(check_act(*act, actor(Role::User), user(Active)), Err(Refusal::NotInPower), "{act}");
            for state in [Invited, Locked, Suspended, Deleted] {
                let fallen = Actor { role: Role::Administrator, state };
                assert_eq!(check_act(*act, fallen, user(Active)), Err(Refusal::NotInPower), "{act} {state}");
            }
        }
    }

    #[test]
    fn the_login_method_counts_where_it_matters() {
        let elsewhere = Target { has_password: false, ..user(Active) };
        let directory = Target { has_active_directory: true, ..elsewhere };
        let contractor = actor(Role::Contractor);
        assert_eq!(check_act(Act::ResetSecondFactor, contractor, elsewhere), Err(Refusal::LoginMethod));
        assert_eq!(check_act(Act::TransferContractor, contractor, elsewhere), Ok(()));
        assert_eq!(check_act(Act::TransferContractor, contractor, directory), Err(Refusal::LoginMethod));
    }
}
