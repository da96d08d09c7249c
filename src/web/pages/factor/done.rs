use askama::Template;

use crate::web::page::{Frame, Page};

/// 「2段階認証完了」.
#[derive(Template)]
#[template(path = "page/factor/done.html")]
pub struct FactorDonePage {
    /// The frame.
    pub frame: Frame,
    /// Where 「ログインする」 leads: to the dispatcher.
    pub continue_href: String,
    /// Whether a recovery code stood in for a lost device.
    pub recovered: bool,
}

impl FactorDonePage {
    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |recovered| Self {
            frame: frame.clone(),
            continue_href: format!("{}/interaction/5d1f?a=\"><b>", frame.base),
            recovered,
        };
        vec![page(false), page(true)]
    }
}

impl Page for FactorDonePage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
