use askama::Template;
use http::StatusCode;

use crate::web::page::{Frame, Page};

/// A setting of the contract, for everybody in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Setting {
    /// アクセス経路設定 (manual, chapter 4.1).
    AccessPath,
    /// 2段階認証設定 (manual, chapter 5.1).
    SecondFactor,
}

impl Setting {
    const fn values(self) -> [SettingValue; 2] {
        match self {
            Self::AccessPath => [SettingValue::LineAndInternet, SettingValue::LineOnly],
            Self::SecondFactor => [SettingValue::SecondFactorEnabled, SettingValue::SecondFactorDisabled],
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::AccessPath => "access-path",
            Self::SecondFactor => "second-factor",
        }
    }
}

/// A value of a [`Setting`], one radio button. Texts: `setting-<word>`, `setting-<word>-note`, `setting-<word>-more`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SettingValue {
    /// 回線認証+インターネット
    LineAndInternet,
    /// 回線認証のみ
    LineOnly,
    /// 2段階認証を有効にする
    SecondFactorEnabled,
    /// 2段階認証を無効にする
    SecondFactorDisabled,
}

impl SettingValue {
    /// Its word in forms.
    pub const fn word(self) -> &'static str {
        match self {
            Self::LineAndInternet => "line_and_internet",
            Self::LineOnly => "line_only",
            Self::SecondFactorEnabled => "enabled",
            Self::SecondFactorDisabled => "disabled",
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::LineAndInternet => "setting-line-and-internet",
            Self::LineOnly => "setting-line-only",
            Self::SecondFactorEnabled => "setting-second-factor-enabled",
            Self::SecondFactorDisabled => "setting-second-factor-disabled",
        }
    }
}

/// What is wrong with a choice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SettingAlert {
    /// Nothing was chosen.
    Missing,
    /// What was chosen is in force already.
    Same,
    /// Somebody changed the setting meanwhile.
    Raced,
    /// The box that says that the warnings were read is not ticked.
    Unconfirmed,
}

impl SettingAlert {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Missing, Self::Same, Self::Raced, Self::Unconfirmed];

    const fn key(self) -> &'static str {
        match self {
            Self::Missing => "setting-alert-missing",
            Self::Same => "setting-alert-same",
            Self::Raced => "setting-alert-raced",
            Self::Unconfirmed => "setting-alert-unconfirmed",
        }
    }

    /// The status of a page with it.
    pub const fn status(alert: Option<Self>) -> StatusCode {
        match alert {
            None => StatusCode::OK,
            Some(Self::Raced) => StatusCode::CONFLICT,
            Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }
}

/// The choice.
#[derive(Template)]
#[template(path = "page/account/setting.html")]
pub struct SettingPage {
    /// The frame; its form token guards the form.
    pub frame: Frame,
    /// What is chosen.
    pub setting: Setting,
    /// Where the form is sent: `POST {action}` with `value`, `csrf`.
    pub action: String,
    /// What is in force.
    pub current: SettingValue,
    /// What is wrong with the last choice.
    pub alert: Option<SettingAlert>,
    /// Where 「戻る」 leads.
    pub back_href: String,
}

/// What 「回線認証のみ」 would do.
#[derive(Clone, Debug)]
pub struct AccessPathPreview {
    /// How many accounts signed in over the internet in the last 30 days.
    pub internet: i64,
    /// Name and address of the latest of them.
    pub people: Vec<(String, String)>,
    /// How many lines are registered.
    pub lines: usize,
    /// Whether one of them was ever seen.
    pub seen: bool,
}

/// The confirmation: アクセス経路変更確認, 設定確認.
#[derive(Template)]
#[template(path = "page/account/setting_confirm.html")]
pub struct SettingConfirmPage {
    /// The frame; its form token guards the form.
    pub frame: Frame,
    /// What is changed.
    pub setting: Setting,
    /// Where the form is sent: `POST {action}` with `from`, `to`, `confirmed`, `csrf`.
    pub action: String,
    /// What is in force.
    pub from: SettingValue,
    /// What will be.
    pub to: SettingValue,
    /// What it would do to people, where that is known.
    pub preview: Option<AccessPathPreview>,
    /// Whether a box must be ticked.
    pub must_confirm: bool,
    /// What is wrong.
    pub alert: Option<SettingAlert>,
    /// Where 「キャンセル」 leads.
    pub cancel_href: String,
}

impl SettingPage {
    fn words(&self, part: &str) -> String {
        self.frame.t(&format!("setting-{}-{part}", self.setting.name())).into_owned()
    }

    fn note_of(&self, value: SettingValue, part: &str) -> String {
        self.frame.t_or(&format!("{}-{part}", value.key()), "")
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |setting: Setting, alert| Self {
            frame: frame.clone(),
            setting,
            action: format!("{}/account/access-path", frame.base),
            current: setting.values()[0],
            alert,
            back_href: format!("{}/account", frame.base),
        };
        let mut pages = vec![page(Setting::AccessPath, None), page(Setting::SecondFactor, None)];
        pages.extend(SettingAlert::ALL.map(|alert| page(Setting::AccessPath, Some(alert))));
        pages
    }
}

impl SettingConfirmPage {
    fn words(&self, part: &str) -> String {
        self.frame.t(&format!("setting-{}-{part}", self.setting.name())).into_owned()
    }

    fn warnings(&self) -> Vec<String> {
        let key = |n: usize| format!("{}-warning-{n}", self.to.key());
        (1..=3).map(|n| self.frame.t_or(&key(n), "")).filter(|text| !text.is_empty()).collect()
    }

    fn internet(&self, preview: &AccessPathPreview) -> String {
        self.frame.t1("setting-preview-internet", "count", &preview.internet.to_string())
    }

    fn lines(&self, preview: &AccessPathPreview) -> String {
        self.frame.t1("setting-preview-lines", "count", &preview.lines.to_string())
    }

    /// How many people are not named.
    fn others(&self, preview: &AccessPathPreview) -> Option<String> {
        let named = i64::try_from(preview.people.len()).unwrap_or(i64::MAX);
        let others = preview.internet.saturating_sub(named);
        (others > 0).then(|| self.frame.t1("setting-preview-others", "count", &others.to_string()))
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |setting: Setting, to: SettingValue, preview: Option<AccessPathPreview>, alert| Self {
            frame: frame.clone(),
            setting,
            action: format!("{}/account/access-path/confirm", frame.base),
            from: setting.values()[0],
            to,
            must_confirm: setting == Setting::SecondFactor || preview.as_ref().is_some_and(|p| !p.seen),
            preview,
            alert,
            cancel_href: format!("{}/account/access-path", frame.base),
        };
        let preview = |internet, seen| AccessPathPreview {
            internet,
            people: vec![("<script>alert(1)</script>".to_owned(), "\"><b>@example.jp".to_owned())],
            lines: usize::from(seen),
            seen,
        };
        vec![
            page(Setting::AccessPath, SettingValue::LineOnly, Some(preview(1, true)), None),
            page(Setting::AccessPath, SettingValue::LineOnly, Some(preview(112, false)), None),
            page(
                Setting::AccessPath,
                SettingValue::LineOnly,
                Some(AccessPathPreview { internet: 0, people: Vec::new(), lines: 0, seen: false }),
                Some(SettingAlert::Unconfirmed),
            ),
            page(Setting::AccessPath, SettingValue::LineAndInternet, None, None),
            page(Setting::SecondFactor, SettingValue::SecondFactorDisabled, None, None),
            page(Setting::SecondFactor, SettingValue::SecondFactorEnabled, None, Some(SettingAlert::Unconfirmed)),
        ]
    }
}

impl Page for SettingPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}

impl Page for SettingConfirmPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
