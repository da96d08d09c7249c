//! One line of the report.

use serde::Serialize;

/// A measured value, what it is held against, and whether it is good enough.
#[derive(Debug, Serialize)]
pub struct Figure {
    pub name: String,
    pub unit: &'static str,
    pub value: f64,
    /// What stands beside it, with its value: `hello`, `argon2id` …
    pub beside: Option<(String, f64)>,
    /// `value` in relation to `beside`.
    pub ratio: Option<f64>,
    pub target: Option<Target>,
    /// Failed repetitions.
    pub failed: u64,
    /// Median, 99th percentile and maximum of the answer times in milliseconds.
    pub times: Option<[f64; 3]>,
}

/// What is wanted.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    AtMost(f64),
    RatioAtLeast(f64),
}

impl Figure {
    /// A value with an upper bound.
    pub fn at_most(name: &str, unit: &'static str, value: f64, bound: f64) -> Self {
        Self {
            name: name.to_owned(),
            unit,
            value,
            beside: None,
            ratio: None,
            target: Some(Target::AtMost(bound)),
            failed: 0,
            times: None,
        }
    }

    /// How far the target is missed, in percent; `None` when it is met or there is none.
    pub fn missed_by(&self) -> Option<f64> {
        let shortfall = match self.target? {
            Target::AtMost(bound) => self.value / bound - 1.0,
            Target::RatioAtLeast(bound) => 1.0 - self.ratio? / bound,
        };
        (shortfall > 0.0).then_some(shortfall * 100.0)
    }
}

/// The middle value; of an even number the mean of the middle two.
pub fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        count if count % 2 == 1 => values[count / 2],
        count => f64::midpoint(values[count / 2 - 1], values[count / 2]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_by_how_much_a_target_is_missed() {
        let figure = Figure::at_most("a", "s", 0.6, 0.5);
        assert!(figure.missed_by().is_some_and(|percent| (percent - 20.0).abs() < 1e-9));
        assert_eq!(Figure::at_most("a", "s", 0.5, 0.5).missed_by(), None);
        assert_eq!((median(&mut [3.0, 1.0, 2.0]), median(&mut [1.0, 2.0])), (2.0, 1.5));
    }
}
