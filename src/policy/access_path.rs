//! Over which network people may come: アクセス経路 (`product.md` §6; manual, chapter 4.1).
//!
//! | contract's setting | internet host | line host |
//! |---|---|---|
//! | 回線認証+インターネット | everybody | with a registered line |
//! | 回線認証のみ | the contractor, for the account menu alone | with a registered line |
//!
//! Whether a line was verified and is registered is not decided here: the line host asks for it in a step of its own.

use super::sign_in::Purpose;
use crate::text_enum::text_enum;

text_enum! {
    /// Over which network a person comes, that is: by which of a brand's two issuers.
    pub enum AccessPath {
        /// The internet host.
        Internet = "internet",
        /// The host on the carrier's closed network.
        Line = "line",
    }
}

text_enum! {
    /// What a contract permits.
    pub enum AccessPathSetting {
        /// 回線認証+インターネット: both hosts work. The default.
        LineAndInternet = "line_and_internet",
        /// 回線認証のみ: the internet host refuses everybody after the primary proof.
        LineOnly = "line_only",
    }
}

/// Whether the setting lets a person come this way for this purpose. The one exception lets the contractor repair a
/// wrong line number, which nobody could do from the line that the wrong number shuts out.
pub const fn permits(setting: AccessPathSetting, path: AccessPath, purpose: Purpose, is_contractor: bool) -> bool {
    match (setting, path) {
        (AccessPathSetting::LineAndInternet, _) | (AccessPathSetting::LineOnly, AccessPath::Line) => true,
        (AccessPathSetting::LineOnly, AccessPath::Internet) => matches!(purpose, Purpose::AccountMenu) && is_contractor,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_access_paths() {
        use AccessPath::{Internet, Line};
        use AccessPathSetting::{LineAndInternet, LineOnly};
        for (setting, path, purpose, is_contractor, expected) in [
            (LineAndInternet, Internet, Purpose::Client, false, true),
            (LineAndInternet, Internet, Purpose::AccountMenu, false, true),
            (LineAndInternet, Line, Purpose::Client, false, true),
            (LineOnly, Line, Purpose::Client, false, true),
            (LineOnly, Line, Purpose::AccountMenu, false, true),
            (LineOnly, Internet, Purpose::Client, false, false),
            (LineOnly, Internet, Purpose::Client, true, false),
            (LineOnly, Internet, Purpose::AdminConsole, true, false),
            (LineOnly, Internet, Purpose::AccountMenu, false, false),
            (LineOnly, Internet, Purpose::AccountMenu, true, true),
        ] {
            let given = permits(setting, path, purpose, is_contractor);
            assert_eq!(given, expected, "{setting:?} {path:?} {purpose:?} {is_contractor}");
        }
    }
}
