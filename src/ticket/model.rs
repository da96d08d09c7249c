//! The ticket's record.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::id::{AccountId, BrandCode, TicketId};
use crate::policy::lifetimes;
use crate::random::Random;
use crate::secret::Secret;
use crate::text_enum::text_enum;

text_enum! {
    /// What a ticket is good for.
    pub enum Purpose {
        /// 利用者登録: an invited person chooses how to sign in.
        Invitation = "invitation",
        /// アカウントロック: the lock is taken away.
        Unblock = "unblock",
        /// パスワードリセット: a new password.
        PasswordReset = "password_reset",
        /// メールアドレス変更登録: the new address is proved.
        EmailChange = "email_change",
        /// ログイン方法の設定変更: another way to sign in.
        LoginMethodChange = "login_method_change",
    }
}

impl Purpose {
    /// Whether it changes how the person signs in: an account has one such change pending at the most.
    pub const fn is_change(self) -> bool {
        matches!(self, Self::EmailChange | Self::LoginMethodChange)
    }
}

/// What a purpose needs to know later. No secret.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Data {
    /// The new address of an e-mail change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// A ticket as it is stored.
#[derive(Clone, Debug)]
pub struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// What it is good for.
    pub purpose: Purpose,
    /// The brand.
    pub brand: BrandCode,
    /// Whose it is.
    pub account_id: AccountId,
    /// What the purpose needs.
    pub data: Data,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it is over.
    pub expires_at: Timestamp,
    /// When it was used.
    pub consumed_at: Option<Timestamp>,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
}

/// How a ticket stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It may be used.
    Open,
    /// It was used.
    Used,
    /// A newer one took its place, or the account changed.
    Replaced,
    /// Its 14 days are over.
    Expired,
}

impl Ticket {
    /// How it stands. The instant of its end is over.
    pub fn standing(&self, now: Timestamp) -> Standing {
        match (self.consumed_at, self.revoked_at) {
            (Some(_), _) => Standing::Used,
            (None, Some(_)) => Standing::Replaced,
            _ if now >= self.expires_at => Standing::Expired,
            _ => Standing::Open,
        }
    }
}

/// A ticket to be issued, with the secret for its link.
pub struct NewTicket {
    /// The ticket.
    pub ticket: Ticket,
    /// What goes into the link.
    pub secret: Secret<String>,
}

impl NewTicket {
    /// A ticket that is good for 14 days.
    pub fn new(
        random: &Random,
        purpose: Purpose,
        (brand, account_id): (&BrandCode, &AccountId),
        data: Data,
        now: Timestamp,
    ) -> Self {
        let ticket = Ticket {
            id: random.row_id(now).into(),
            purpose,
            brand: brand.clone(),
            account_id: account_id.clone(),
            data,
            created_at: now,
            expires_at: now.plus(lifetimes::TICKET),
            consumed_at: None,
            revoked_at: None,
        };
        Self { ticket, secret: Secret::new(random.token()) }
    }
}
