//! Two-step verification: what SMS may cost, and where they may go.

use phonenumber::country::Id;
use serde::{Deserialize, Serialize};

use super::check::Complaint;

/// `[second_factor]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct SecondFactorConfig {
    /// Countries whose mobile numbers get SMS, as ISO 3166-1 codes.
    pub sms_countries: Vec<String>,
    /// SMS in a day for one contract.
    pub sms_per_contract_per_day: u32,
    /// SMS in a day for one brand.
    pub sms_per_brand_per_day: u32,
    /// SMS in an hour to one block of ten thousand numbers.
    pub sms_per_block_per_hour: u32,
    /// So many of the last SMS to a block are looked at before it can be stopped; 20 at the least.
    pub sms_conversion_sample: u32,
    /// A block is stopped when less than this share of its codes is typed in, in percent; 0: never.
    pub sms_conversion_percent: u32,
}

impl Default for SecondFactorConfig {
    fn default() -> Self {
        Self {
            sms_countries: vec!["JP".to_owned()],
            sms_per_contract_per_day: 1_000,
            sms_per_brand_per_day: 10_000,
            sms_per_block_per_hour: 20,
            sms_conversion_sample: 20,
            sms_conversion_percent: 20,
        }
    }
}

/// The rules of this section.
pub(super) fn check(config: &SecondFactorConfig, out: &mut Vec<Complaint>) {
    let mut wrong = |key: &str, why: String| out.push((vec!["second_factor".to_owned(), key.to_owned()], why));
    for code in &config.sms_countries {
        // The library would also read `jp`; what is compared later is written one way.
        if code.len() != 2 || !code.bytes().all(|b| b.is_ascii_uppercase()) || code.parse::<Id>().is_err() {
            wrong("sms_countries", format!("`{code}` is no country: write ISO 3166-1 codes, as [\"JP\"]"));
        }
    }
    if config.sms_conversion_sample < 20 {
        wrong("sms_conversion_sample", "fewer than 20 SMS say nothing about a block: write 20 or more".to_owned());
    }
    if config.sms_conversion_percent > 100 {
        wrong("sms_conversion_percent", "a share is 100 percent at the most".to_owned());
    }
}
