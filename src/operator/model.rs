//! The operator's record.

use crate::clock::Timestamp;
use crate::id::OperatorId;
use crate::policy::operator_access::{OperatorRole, Permission, allows};
use crate::secret::Secret;
use crate::text_enum::text_enum;

text_enum! {
    /// Whether an operator may sign in.
    pub enum OperatorState {
        /// They may, once they have enrolled.
        Active = "active",
        /// They may not.
        Suspended = "suspended",
    }
}

/// Somebody of the staff.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Operator {
    /// Its id.
    pub id: OperatorId,
    /// The address that signs in.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// What they may do.
    pub role: OperatorRole,
    /// Whether they may sign in.
    pub state: OperatorState,
    /// Whether they have chosen a password and a second factor.
    pub is_enrolled: bool,
    /// When they last signed in.
    pub signed_in_at: Option<Timestamp>,
    /// When they were made.
    pub created_at: Timestamp,
    /// When anything about them last changed.
    pub updated_at: Timestamp,
}

impl Operator {
    /// Whether their role allows something.
    pub const fn may(&self, permission: Permission) -> bool {
        allows(self.role, permission)
    }

    /// Whether they may sign in at all.
    pub fn is_active(&self) -> bool {
        self.state == OperatorState::Active
    }
}

/// All that a sign-in has to know about an operator.
pub struct OperatorRecord {
    /// The operator.
    pub operator: Operator,
    /// The password's hash; absent until they enrol.
    pub password_hash: Option<Secret<String>>,
    /// The authenticator's secret, sealed; absent for who enrolled with a passkey alone.
    pub sealed_totp: Option<Vec<u8>>,
}
