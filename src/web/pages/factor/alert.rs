/// Why a page of two-step verification is shown again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FactorAlert {
    /// No phone number was typed.
    PhoneMissing,
    /// What was typed is no phone number.
    PhoneInvalid,
    /// The number is not one of a mobile phone.
    PhoneNotMobile,
    /// We send no messages to this country.
    PhoneCountry,
    /// The last message is a moment ago: it may still arrive.
    SmsTooSoon,
    /// Too many messages to this number or account: wait.
    SmsLimit,
    /// The message could not be sent now.
    SmsUnavailable,
    /// No code was typed.
    CodeMissing,
    /// The code is not the one that was sent or shown.
    CodeWrong,
    /// The code was sent too long ago.
    CodeExpired,
    /// After too many wrong codes this attempt is over; another one may begin at once.
    AttemptOver,
    /// Too many wrong codes over several attempts: wait.
    TooManyWrong,
    /// No recovery code was typed.
    RecoveryMissing,
    /// It is not the account's recovery code.
    RecoveryWrong,
    /// The box 「リカバリコードを保存しました」 was not ticked.
    SavedMissing,
    /// The browser's answer did not prove the passkey, or there was none.
    PasskeyFailed,
}

impl FactorAlert {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::PhoneMissing,
        Self::PhoneInvalid,
        Self::PhoneNotMobile,
        Self::PhoneCountry,
        Self::SmsTooSoon,
        Self::SmsLimit,
        Self::SmsUnavailable,
        Self::CodeMissing,
        Self::CodeWrong,
        Self::CodeExpired,
        Self::AttemptOver,
        Self::TooManyWrong,
        Self::RecoveryMissing,
        Self::RecoveryWrong,
        Self::SavedMissing,
        Self::PasskeyFailed,
    ];

    /// Its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::PhoneMissing => "factor-alert-phone-missing",
            Self::PhoneInvalid => "factor-alert-phone-invalid",
            Self::PhoneNotMobile => "factor-alert-phone-not-mobile",
            Self::PhoneCountry => "factor-alert-phone-country",
            Self::SmsTooSoon => "factor-alert-sms-too-soon",
            Self::SmsLimit => "factor-alert-sms-limit",
            Self::SmsUnavailable => "factor-alert-sms-unavailable",
            Self::CodeMissing => "factor-alert-code-missing",
            Self::CodeWrong => "factor-alert-code-wrong",
            Self::CodeExpired => "factor-alert-code-expired",
            Self::AttemptOver => "factor-alert-attempt-over",
            Self::TooManyWrong => "factor-alert-too-many-wrong",
            Self::RecoveryMissing => "factor-alert-recovery-missing",
            Self::RecoveryWrong => "factor-alert-recovery-wrong",
            Self::SavedMissing => "factor-alert-saved-missing",
            Self::PasskeyFailed => "factor-alert-passkey-failed",
        }
    }

    /// Whether what was typed or ticked is at fault; otherwise no field is to be marked.
    pub(super) const fn blames_the_field(self) -> bool {
        matches!(
            self,
            Self::PhoneMissing
                | Self::PhoneInvalid
                | Self::PhoneNotMobile
                | Self::PhoneCountry
                | Self::CodeMissing
                | Self::CodeWrong
                | Self::CodeExpired
                | Self::RecoveryMissing
                | Self::RecoveryWrong
                | Self::SavedMissing
        )
    }
}
