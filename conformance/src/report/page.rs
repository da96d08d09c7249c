//! The page `docs/performance.md`.

use super::Options;
use super::figure::{Figure, Target};
use super::machine;
use std::fmt::Write as _;

const MARK: &str = "<!-- notes -->";

/// Writes the page; what stood below the mark stays.
pub fn write(options: &Options, figures: &[Figure]) -> anyhow::Result<()> {
    let old = std::fs::read_to_string(&options.output).unwrap_or_default();
    let notes = old.split_once(MARK).map_or("\n", |(_, notes)| notes);
    if let Some(parent) = options.output.parent() {
        std::fs::create_dir_all(parent)?;
    }
    Ok(std::fs::write(&options.output, format!("{}{MARK}{notes}", text(options, figures)?))?)
}

fn text(options: &Options, figures: &[Figure]) -> anyhow::Result<String> {
    let mut page = String::from("# Performance\n\n");
    writeln!(
        page,
        "Made by `cargo run --release -p tegata-conformance -- report`: one run on one machine ({}), load generator and \
         server sharing it. {} users, {} s per measurement, medians of {} rounds; SQLite with `synchronous=FULL`. \
         Ratios are medians over alternating runs of baseline and product.\n",
        machine::describe(),
        options.concurrency,
        options.seconds,
        options.rounds
    )?;
    if cfg!(debug_assertions) {
        page.push_str("**A debug build made this page: its figures mean nothing.**\n\n");
    }
    page.push_str("| figure | measured | beside | ratio | target | met | p50 / p99 / max ms | failed |\n");
    page.push_str("|---|---:|---:|---:|---:|---|---:|---:|\n");
    for figure in figures {
        row(&mut page, figure)?;
    }
    page.push_str(
        "\nhello: a bare axum handler. Bare signer: a bare axum handler that signs one JWT with aws-lc-rs.\n",
    );
    page.push_str(
        "argon2id: m = 19 MiB, t = 2, p = 1, one thread per core. Durable commits: one row, one connection.\n\n",
    );
    Ok(page)
}

fn row(page: &mut String, figure: &Figure) -> std::fmt::Result {
    let beside = figure.beside.as_ref().map_or(String::new(), |(name, value)| format!("{name} {}", number(*value)));
    let ratio = figure.ratio.map_or(String::new(), |ratio| format!("{ratio:.2}"));
    let target = match figure.target {
        Some(Target::AtMost(bound)) => format!("≤ {} {}", number(bound), figure.unit),
        Some(Target::RatioAtLeast(bound)) => format!("≥ {bound:.2} ×"),
        None => "reported".to_owned(),
    };
    let met = match (figure.target, figure.missed_by()) {
        (None, _) => String::new(),
        (Some(_), None) => "yes".to_owned(),
        (Some(_), Some(percent)) if percent.is_finite() => format!("missed by {percent:.0} %"),
        (Some(_), Some(_)) => "missed".to_owned(),
    };
    let times = figure.times.map_or(String::new(), |[p50, p99, max]| format!("{p50:.1} / {p99:.1} / {max:.1}"));
    let value = format!("{} {}", number(figure.value), figure.unit);
    writeln!(
        page,
        "| {} | {} | {beside} | {ratio} | {} | {met} | {times} | {} |",
        figure.name,
        value.trim(),
        target.trim(),
        figure.failed
    )
}

fn number(value: f64) -> String {
    if value >= 100.0 {
        // Groups of three, as 12 345.
        let digits = format!("{value:.0}");
        let mut text = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push('\u{a0}');
            }
            text.push(digit);
        }
        text
    } else if value >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.3}").trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn writes_numbers_for_people() {
        let shown = [12_345.6, 999.4, 23.45, 0.05, 0.0].map(number);
        assert_eq!(shown, ["12\u{a0}346", "999", "23.4", "0.05", "0"]);
    }
}
