//! 認証・契約情報変更メニュー: who sees which entry (`product.md` §9; manual, chapter 0).
//!
//! The one table of the product's account menu. An entry that is not allowed is absent from the page, and its URL
//! answers 403: both ask this table.
//!
//! After the end of a trial its contractor may still enter the menu for 15 days, to move to the basic plan and for
//! nothing else (chapter 0, note 1).

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
    /// アクセス経路設定
    AccessPath,
    /// 2段階認証設定
    SecondFactor,
    /// Active Directory設定
    ActiveDirectory,
    /// 契約情報変更: a page of the contract system
    ContractChange,
    /// プラン変更: a page of the contract system
    PlanChange,
    /// 解約: a page of the contract system
    Cancellation,
}

impl Entry {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 10] = [
        Self::ChangeLoginMethod,
        Self::ChangeEmail,
        Self::ChangePassword,
        Self::Passkeys,
        Self::AccessPath,
        Self::SecondFactor,
        Self::ActiveDirectory,
        Self::ContractChange,
        Self::PlanChange,
        Self::Cancellation,
    ];

    /// The section it stands in.
    pub const fn section(self) -> Section {
        match self {
            Self::ChangeLoginMethod | Self::ChangeEmail | Self::ChangePassword | Self::Passkeys => {
                Section::Authentication
            }
            Self::AccessPath | Self::SecondFactor | Self::ActiveDirectory => Section::Settings,
            Self::ContractChange | Self::PlanChange | Self::Cancellation => Section::Contract,
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
    /// 契約情報の変更: the contract itself, in another system.
    Contract,
}

impl Section {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 3] = [Self::Authentication, Self::Settings, Self::Contract];
}

/// What a brand has that entries need.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Offers {
    /// The customers' own Active Directory.
    pub active_directory: bool,
    /// Line authentication.
    pub line: bool,
    /// A page behind 契約情報変更.
    pub contract_change: bool,
    /// A page behind プラン変更.
    pub plan_change: bool,
    /// A page behind 解約.
    pub cancellation: bool,
}

/// Who looks at the menu.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// The contract's plan.
    pub plan: Plan,
    /// Whether it is a trial that has ended.
    pub trial_over: bool,
    /// Whether it is the contractor.
    pub is_contractor: bool,
    /// Whether the account signs in by password.
    pub has_password: bool,
    /// What the brand has.
    pub offers: Offers,
}

/// Whether an entry is there for this person.
pub const fn allows(entry: Entry, facts: Facts) -> bool {
    if facts.trial_over && !matches!(entry, Entry::PlanChange) {
        return false;
    }
    let basic_contractor = facts.is_contractor && matches!(facts.plan, Plan::Basic);
    match entry {
        Entry::ChangeLoginMethod | Entry::ChangeEmail => basic_contractor,
        Entry::ChangePassword | Entry::Passkeys => facts.has_password,
        Entry::AccessPath => facts.is_contractor && facts.offers.line,
        Entry::SecondFactor => facts.is_contractor,
        Entry::ActiveDirectory => facts.is_contractor && facts.offers.active_directory,
        Entry::ContractChange => basic_contractor && facts.offers.contract_change,
        Entry::PlanChange => facts.is_contractor && facts.offers.plan_change,
        Entry::Cancellation => basic_contractor && facts.offers.cancellation,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERYTHING: Offers =
        Offers { active_directory: true, line: true, contract_change: true, plan_change: true, cancellation: true };

    fn facts(plan: Plan, is_contractor: bool) -> Facts {
        Facts { plan, trial_over: false, is_contractor, has_password: true, offers: EVERYTHING }
    }

    #[test]
    fn the_table_of_the_manual() {
        let columns = [(Plan::Basic, true), (Plan::Basic, false), (Plan::Trial, true), (Plan::Trial, false)];
        let table = [
            (Entry::ChangeLoginMethod, [true, false, false, false]),
            (Entry::ChangeEmail, [true, false, false, false]),
            (Entry::ChangePassword, [true, true, true, true]),
            (Entry::Passkeys, [true, true, true, true]),
            (Entry::AccessPath, [true, false, true, false]),
            (Entry::SecondFactor, [true, false, true, false]),
            (Entry::ActiveDirectory, [true, false, true, false]),
            (Entry::ContractChange, [true, false, false, false]),
            (Entry::PlanChange, [true, false, true, false]),
            (Entry::Cancellation, [true, false, false, false]),
        ];
        assert_eq!(table.map(|(entry, _)| entry), Entry::ALL);
        for (entry, expected) in table {
            for ((plan, is_contractor), allowed) in columns.into_iter().zip(expected) {
                let all = facts(plan, is_contractor);
                assert_eq!(allows(entry, all), allowed, "{entry:?} {plan:?} {is_contractor}");
                let without = Facts { has_password: false, ..all };
                let needs_one = matches!(entry, Entry::ChangePassword | Entry::Passkeys);
                assert_eq!(allows(entry, without), allowed && !needs_one, "{entry:?} {plan:?}");
                let bare = Facts { offers: Offers::default(), ..all };
                let needs_brand = !matches!(
                    entry,
                    Entry::ChangeLoginMethod
                        | Entry::ChangeEmail
                        | Entry::ChangePassword
                        | Entry::Passkeys
                        | Entry::SecondFactor
                );
                assert_eq!(allows(entry, bare), allowed && !needs_brand, "{entry:?} {plan:?}");
            }
        }
    }

    #[test]
    fn after_the_end_of_a_trial_its_contractor_may_change_the_plan_and_nothing_else() {
        for entry in Entry::ALL {
            let over = Facts { trial_over: true, ..facts(Plan::Trial, true) };
            assert_eq!(allows(entry, over), entry == Entry::PlanChange, "{entry:?}");
            assert!(!allows(entry, Facts { is_contractor: false, ..over }), "{entry:?}");
        }
    }
}
