//! What was typed on the page of the lines, judged field by field.

use super::ROWS;
use crate::context::Form;
use crate::contract::AccessPathSetting;
use crate::line::{LineNumber, LineNumberError, NumberRule, Registered};
use crate::web::Problem;
use crate::web::pages::admin::{LineFault, LineRow};

/// The longest name of a line, in characters.
const LONGEST_LABEL: usize = 60;

/// The fields of the page.
pub struct Typed {
    /// The access path that the page showed.
    pub from: AccessPathSetting,
    /// The one that was chosen.
    pub to: AccessPathSetting,
    /// The fields for lines.
    pub rows: Vec<LineRow>,
    /// Whether this comes from the page that says what it will do.
    pub is_confirmation: bool,
    /// Whether the box there was ticked.
    pub confirmed: bool,
}

impl Typed {
    /// From the form.
    pub fn read(form: &Form) -> Result<Self, Problem> {
        let path = |name: &str| {
            let setting = AccessPathSetting::parse(&form.text(name)?);
            setting.ok_or_else(|| Problem::RequestMalformed { detail: "no such access path".into() })
        };
        let row = |n: usize| {
            Ok(LineRow {
                number: form.text(&format!("number-{n}"))?,
                label: form.text(&format!("label-{n}"))?.trim().to_owned(),
                fault: None,
            })
        };
        Ok(Self {
            from: path("from")?,
            to: path("access_path")?,
            rows: (1..=ROWS).map(row).collect::<Result<_, Problem>>()?,
            is_confirmation: !form.text("step")?.is_empty(),
            confirmed: form.ticked("confirmed")?,
        })
    }

    /// The lines that were typed, each with its row; the rows with what is wrong with them otherwise.
    pub fn lines(&self, rule: &NumberRule) -> Result<Vec<TypedLine>, Vec<LineRow>> {
        let mut rows = self.rows.clone();
        let mut lines: Vec<TypedLine> = Vec::new();
        for (at, row) in rows.iter_mut().enumerate() {
            match judge(row, rule) {
                Ok(Some(number)) if lines.iter().any(|line| line.number == number) => {
                    row.fault = Some(LineFault::Twice);
                }
                Ok(Some(number)) => lines.push(TypedLine { row: at, number, label: row.label.clone() }),
                Ok(None) => {}
                Err(fault) => row.fault = Some(fault),
            }
        }
        if rows.iter().any(|row| row.fault.is_some()) { Err(rows) } else { Ok(lines) }
    }

    /// The rows, one of them with what became of its line.
    pub fn with_fault(&self, at: usize, registered: Registered) -> Vec<LineRow> {
        let mut rows = self.rows.clone();
        if let Some(row) = rows.get_mut(at) {
            row.fault = Some(match registered {
                Registered::TakenHere => LineFault::TakenHere,
                Registered::Full => LineFault::Full,
                Registered::TakenElsewhere | Registered::Registered => LineFault::Unavailable,
            });
        }
        rows
    }
}

/// A line that was typed.
pub struct TypedLine {
    /// In which row.
    pub row: usize,
    /// Its number.
    pub number: LineNumber,
    /// Its name.
    pub label: String,
}

/// A name of a line, or what is wrong with it.
pub fn check_label(label: &str) -> Result<(), LineFault> {
    let fits = label.chars().count() <= LONGEST_LABEL && !label.chars().any(char::is_control);
    if fits { Ok(()) } else { Err(LineFault::Label) }
}

fn judge(row: &LineRow, rule: &NumberRule) -> Result<Option<LineNumber>, LineFault> {
    check_label(&row.label)?;
    match rule.read(&row.number) {
        Ok(number) => Ok(Some(number)),
        Err(LineNumberError::Empty) if row.label.is_empty() => Ok(None),
        Err(LineNumberError::Empty) => Err(LineFault::Missing),
        Err(LineNumberError::Form) => Err(LineFault::Form),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(rows: &[(&str, &str)]) -> Typed {
        let row = |(number, label): &(&str, &str)| LineRow {
            number: (*number).to_owned(),
            label: (*label).to_owned(),
            fault: None,
        };
        Typed {
            from: AccessPathSetting::LineAndInternet,
            to: AccessPathSetting::LineAndInternet,
            rows: rows.iter().map(row).collect(),
            is_confirmation: false,
            confirmed: false,
        }
    }

    fn faults(rows: &[(&str, &str)]) -> Vec<Option<LineFault>> {
        let judged = typed(rows).lines(&NumberRule::default()).err().unwrap_or_default();
        judged.into_iter().map(|row| row.fault).collect()
    }

    #[test]
    fn each_row_is_judged_by_itself() {
        let long = "長".repeat(LONGEST_LABEL + 1);
        assert_eq!(
            faults(&[
                ("CAF1234567890", "本社"),
                ("caf 1234-567890", ""),
                ("CAF123", ""),
                ("", "支店"),
                ("", ""),
                ("COP12345678", &long)
            ]),
            [
                None,
                Some(LineFault::Twice),
                Some(LineFault::Form),
                Some(LineFault::Missing),
                None,
                Some(LineFault::Label)
            ]
        );
    }

    #[test]
    fn rows_in_order_become_lines() {
        let lines = typed(&[("", ""), ("ＣＯＰ１２３４５６７８", "支店")]).lines(&NumberRule::default()).ok().unwrap();
        assert_eq!((lines.len(), lines[0].row, lines[0].number.as_str()), (1, 1, "COP12345678"));
    }
}
