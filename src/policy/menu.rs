//! 認証・契約情報変更メニュー: who sees which entry (`product.md` §9; manual, chapter 0).
//!
//! The one table of the product's account menu. An entry that is not allowed is absent from the page, and its URL
//! answers 403: both ask this table.

use super::sign_in::Plan;

/// An entry of the menu.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Entry {
    /// ログイン方法の設定
    ChangeLoginMethod,
    /// メールアドレス変更
    ChangeEmail,
    /// パスワード変更
    ChangePassword,
    /// パスキー (not in the manuals)
    Passkeys,
    /// Active Directory設定
    ActiveDirectory,
}

impl Entry {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 5] =
        [Self::ChangeLoginMethod, Self::ChangeEmail, Self::ChangePassword, Self::Passkeys, Self::ActiveDirectory];

    /// The section it stands in.
    pub const fn section(self) -> Section {
        match self {
            Self::ChangeLoginMethod | Self::ChangeEmail | Self::ChangePassword | Self::Passkeys => {
                Section::Authentication
            }
            Self::ActiveDirectory => Section::Settings,
        }
    }
}

/// A section of the menu.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Section {
    /// 認証情報の変更: the person's own sign-in.
    Authentication,
    /// 認証情報の設定: everybody's of the contract.
    Settings,
}

impl Section {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 2] = [Self::Authentication, Self::Settings];
}

/// Who looks at the menu.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// The contract's plan.
    pub plan: Plan,
    /// Whether it is the contractor.
    pub is_contractor: bool,
    /// Whether the account signs in by password.
    pub has_password: bool,
    /// Whether the brand's people may sign in with their own Active Directory.
    pub offers_active_directory: bool,
}

/// Whether an entry is there for this person.
pub const fn allows(entry: Entry, facts: Facts) -> bool {
    match entry {
        Entry::ChangeLoginMethod | Entry::ChangeEmail => facts.is_contractor && matches!(facts.plan, Plan::Basic),
        Entry::ActiveDirectory => facts.is_contractor && facts.offers_active_directory,
        Entry::ChangePassword | Entry::Passkeys => facts.has_password,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_the_manual() {
        let columns = [(Plan::Basic, true), (Plan::Basic, false), (Plan::Trial, true), (Plan::Trial, false)];
        for (entry, expected) in [
            (Entry::ChangeLoginMethod, [true, false, false, false]),
            (Entry::ChangeEmail, [true, false, false, false]),
            (Entry::ChangePassword, [true, true, true, true]),
            (Entry::Passkeys, [true, true, true, true]),
            (Entry::ActiveDirectory, [true, false, true, false]),
        ] {
            for ((plan, is_contractor), allowed) in columns.into_iter().zip(expected) {
                let facts = Facts { plan, is_contractor, has_password: true, offers_active_directory: true };
                assert_eq!(allows(entry, facts), allowed, "{entry:?} {plan:?} {is_contractor}");
                let without = Facts { has_password: false, ..facts };
                let needs_one = matches!(entry, Entry::ChangePassword | Entry::Passkeys);
                assert_eq!(allows(entry, without), allowed && !needs_one, "{entry:?} {plan:?}");
                let without = Facts { offers_active_directory: false, ..facts };
                assert_eq!(allows(entry, without), allowed && entry != Entry::ActiveDirectory, "{entry:?} {plan:?}");
            }
        }
    }
}
