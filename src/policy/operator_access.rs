//! What operators and API keys may do (`product.md` §10): the one table of both.
//!
//! | permission | read_only | support | full |
//! |---|---|---|---|
//! | everything that ends in `:read` | ○ | ○ | ○ |
//! | `accounts:support` | × | ○ | ○ |
//! | everything else | × | × | ○ |
//!
//! An API key has scopes, which are permissions, and a role as their ceiling: it may do what both allow. Rights are
//! looked up at each request, so that a changed role acts at once (`security.md` line 89).

use crate::text_enum::text_enum;

text_enum! {
    /// What an operator is.
    pub enum OperatorRole {
        /// Looks at everything, changes nothing.
        ReadOnly = "read_only",
        /// Helps people who cannot sign in.
        Support = "support",
        /// Everything.
        Full = "full",
    }
}

text_enum! {
    /// Something that can be done; also a scope of API keys.
    pub enum Permission {
        /// See the brands.
        BrandsRead = "brands:read",
        /// See contracts.
        ContractsRead = "contracts:read",
        /// Make contracts and change their name, plan, state and settings.
        ContractsWrite = "contracts:write",
        /// See people's accounts.
        AccountsRead = "accounts:read",
        /// Suspend, resume and unlock accounts, take back their second factor.
        AccountsSupport = "accounts:support",
        /// See client applications.
        ClientsRead = "clients:read",
        /// Register, change, enable and disable client applications, replace their secrets.
        ClientsWrite = "clients:write",
        /// See customers' connections.
        ConnectionsRead = "connections:read",
        /// Enable and disable customers' connections, and say which networks they may reach.
        ConnectionsWrite = "connections:write",
        /// See the signing keys.
        KeysRead = "keys:read",
        /// Replace and retire signing keys.
        KeysRotate = "keys:rotate",
        /// Read the audit log.
        AuditRead = "audit:read",
        /// See the settings the service runs with.
        SettingsRead = "settings:read",
        /// See operators and API keys.
        OperatorsRead = "operators:read",
        /// Make, change and suspend operators, make and revoke API keys.
        OperatorsWrite = "operators:write",
    }
}

impl Permission {
    /// Whether it only looks.
    pub const fn only_reads(self) -> bool {
        match self {
            Self::BrandsRead
            | Self::ContractsRead
            | Self::AccountsRead
            | Self::ClientsRead
            | Self::ConnectionsRead
            | Self::KeysRead
            | Self::AuditRead
            | Self::SettingsRead
            | Self::OperatorsRead => true,
            Self::ContractsWrite
            | Self::AccountsSupport
            | Self::ClientsWrite
            | Self::ConnectionsWrite
            | Self::KeysRotate
            | Self::OperatorsWrite => false,
        }
    }

    /// Whether a person has to have signed in within the last minutes: what gives somebody a way in, or takes the ground
    /// from under everybody (`security.md` lines 83 and 84).
    pub const fn needs_fresh_sign_in(self) -> bool {
        matches!(self, Self::ClientsWrite | Self::ConnectionsWrite | Self::KeysRotate | Self::OperatorsWrite)
    }
}

/// Whether a role may do something.
pub const fn allows(role: OperatorRole, permission: Permission) -> bool {
    match role {
        OperatorRole::Full => true,
        OperatorRole::Support => permission.only_reads() || matches!(permission, Permission::AccountsSupport),
        OperatorRole::ReadOnly => permission.only_reads(),
    }
}

/// Whether an API key may do something: both its scopes and its role must allow it.
pub fn allows_key(role: OperatorRole, scopes: &[Permission], permission: Permission) -> bool {
    scopes.contains(&permission) && allows(role, permission)
}

#[cfg(test)]
mod tests {
    use super::*;
    use OperatorRole::{Full, ReadOnly, Support};

    #[test]
    fn the_table_of_roles() {
        for (permission, expected) in [
            (Permission::BrandsRead, [true, true, true]),
            (Permission::ContractsRead, [true, true, true]),
            (Permission::ContractsWrite, [false, false, true]),
            (Permission::AccountsRead, [true, true, true]),
            (Permission::AccountsSupport, [false, true, true]),
            (Permission::ClientsRead, [true, true, true]),
            (Permission::ClientsWrite, [false, false, true]),
            (Permission::ConnectionsRead, [true, true, true]),
            (Permission::ConnectionsWrite, [false, false, true]),
            (Permission::KeysRead, [true, true, true]),
            (Permission::KeysRotate, [false, false, true]),
            (Permission::AuditRead, [true, true, true]),
            (Permission::SettingsRead, [true, true, true]),
            (Permission::OperatorsRead, [true, true, true]),
            (Permission::OperatorsWrite, [false, false, true]),
        ] {
            for (role, allowed) in [ReadOnly, Support, Full].into_iter().zip(expected) {
                assert_eq!(allows(role, permission), allowed, "{role} {permission}");
                assert_eq!(allows_key(role, &[permission], permission), allowed, "{role} {permission}");
                assert!(!allows_key(role, &[], permission), "{role} {permission}");
            }
        }
    }

    #[test]
    fn what_only_reads_says_so_in_its_name_and_never_asks_for_a_fresh_sign_in() {
        for permission in Permission::ALL {
            assert_eq!(permission.only_reads(), permission.as_str().ends_with(":read"), "{permission}");
            assert!(!(permission.only_reads() && permission.needs_fresh_sign_in()), "{permission}");
        }
    }

    #[test]
    fn a_scope_is_no_way_around_the_role() {
        assert!(!allows_key(Support, Permission::ALL, Permission::OperatorsWrite));
        assert!(!allows_key(Full, &[Permission::KeysRead], Permission::KeysRotate));
    }
}
