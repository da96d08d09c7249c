//! What a command answers.

#![expect(clippy::print_stdout, reason = "stdout is where a command answers")]

use serde_json::Value;

use crate::clock::Timestamp;

/// One JSON object.
pub fn object(value: &Value) {
    println!("{value}");
}

/// One sentence.
pub fn sentence(text: &str) {
    println!("{text}");
}

/// Rows of one kind: an aligned table for people, or one JSON object a line.
pub fn rows(columns: &[&str], rows: &[Value], json: bool) {
    if json {
        rows.iter().for_each(object);
    } else {
        print!("{}", table(columns, rows));
    }
}

/// A point in time as RFC 3339 has it.
pub fn time(at: Timestamp) -> String {
    at.to_rfc3339()
}

fn table(columns: &[&str], rows: &[Value]) -> String {
    let cell = |row: &Value, column: &str| match row.get(column) {
        None | Some(Value::Null) => "-".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned))
            .collect::<Vec<_>>()
            .join(" "),
        Some(other) => other.to_string(),
    };
    let head = columns.iter().map(|column| column.to_uppercase()).collect::<Vec<_>>();
    let lines: Vec<Vec<String>> =
        [head].into_iter().chain(rows.iter().map(|row| columns.iter().map(|c| cell(row, c)).collect())).collect();
    let widths: Vec<usize> =
        (0..columns.len()).map(|i| lines.iter().map(|line| width(&line[i])).max().unwrap_or(0)).collect();
    let mut text = String::new();
    for line in &lines {
        let mut written = String::new();
        for (cell, wide) in line.iter().zip(&widths) {
            written.push_str(cell);
            written.push_str(&" ".repeat(wide - width(cell) + 2));
        }
        text.push_str(written.trim_end());
        text.push('\n');
    }
    text
}

/// Columns on a terminal: East Asian letters take two.
fn width(text: &str) -> usize {
    text.chars().map(|c| if matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{ffdc}') { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_table_is_aligned_even_in_japanese() {
        let rows = [json!({"name": "株式会社", "plan": "basic"}), json!({"name": "Acme", "plan": null})];
        assert_eq!(table(&["name", "plan"], &rows), "NAME      PLAN\n株式会社  basic\nAcme      -\n");
    }

    #[test]
    fn times_are_written_as_rfc_3339() {
        assert_eq!(time(Timestamp::from_seconds(1_700_000_000)), "2023-11-14T22:13:20Z");
    }
}
