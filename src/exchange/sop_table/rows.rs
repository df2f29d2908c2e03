//! The rows of a table.

use std::collections::HashSet;

use super::findings::{Findings, Place, quote};
use super::line::Span;
use super::{DraftRow, FindingKind, Mark, Parsed, list};

/// Columns left of the performers: NO, AKTIVITAS.
const LEFT: usize = 2;
/// Columns right of the performers: PERLENGKAPAN, WAKTU, OUTPUT, KETERANGAN.
const RIGHT: usize = 4;

/// Whether the line can be a row of a table with so many performer columns: it has a number, or nearly all fields.
pub(super) fn is_row(line: Span<'_>, performers: usize) -> bool {
    let fields = field_count(line);
    fields > 1 && (number(line).value.is_some() || fields + 1 >= LEFT + performers + RIGHT)
}

fn field_count(line: Span<'_>) -> usize {
    line.text.matches('\t').count() + 1
}

/// The row number: digits, perhaps with a full stop.
pub(super) fn number(line: Span<'_>) -> Parsed<u32> {
    let end = line.text.find('\t').unwrap_or(line.text.len());
    let cell = line.take(end).trim();
    let digits = cell.text.strip_suffix('.').unwrap_or(cell.text).trim_end();
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    Parsed { value: is_number.then(|| digits.parse().ok()).flatten(), cell: cell.to_cell() }
}

/// Reads a row; `columns` tells the role of each performer column.
pub(super) fn read(line: Span<'_>, columns: &[usize], sop: usize, findings: &mut Findings) -> DraftRow {
    let number = number(line);
    let place = Place { line: line.line, sop: Some(sop), row: number.value };
    let input = LEFT + columns.len();
    let expected = input + RIGHT;
    let mut count = field_count(line);
    let mut fields: Vec<_> = line.split('\t').take(expected + 1).map(Span::trim).collect();
    let line_end = line.skip(line.text.len());
    fields.resize(expected + 1, line_end);

    let inputs = match list::items_apart(fields[input], fields[input + 1]) {
        Some(items) if is_shifted(fields[input + 1], count, expected) => {
            findings.add(FindingKind::ShiftedColumns, place, || {
                format!(
                    "the list number before {} stood in a field of its own and shifted what follows by one column; \
                     it was taken out: check the row",
                    quote(fields[input + 1].text)
                )
            });
            fields.remove(input);
            count -= 1;
            items
        }
        _ => list::items(fields[input]),
    };
    if count < expected {
        findings.add(FindingKind::TooFewFields, place, || {
            format!(
                "the row has {count} fields, and the header {expected}; it was read from the left and the rest taken \
                 as empty: add the missing tabs"
            )
        });
    } else if count > expected {
        findings.add(FindingKind::TooManyFields, place, || {
            format!(
                "the row has {count} fields, and the header {expected}; it was read from the left, and from {} on \
                 nothing was read: take out the tabs that are too many",
                quote(fields.get(expected).unwrap_or(&line_end).text)
            )
        });
    }

    let [activity, time, output, note] = [1, input + 1, input + 2, input + 3].map(|column| fields[column]);
    let no_input = inputs.is_empty() && fields[input].text != "-";
    for (is_empty, kind, what) in [
        (activity.is_blank(), FindingKind::EmptyActivity, "activity"),
        (no_input, FindingKind::EmptyInput, "input"),
        (time.is_blank(), FindingKind::EmptyTime, "time"),
        (output.is_blank(), FindingKind::EmptyOutput, "output"),
    ] {
        if is_empty {
            findings.add(kind, place, || format!("the row has no {what}: write it, or - if there is none"));
        }
    }
    let performers = columns.iter().zip(&fields[LEFT..]).filter(|(_, mark)| !mark.is_blank());
    DraftRow {
        performers: performers.map(|(&role, mark)| Mark { role, cell: mark.to_cell() }).collect(),
        number,
        activity: activity.to_cell(),
        inputs,
        time: time.to_cell(),
        output: output.to_cell(),
        note: note.to_cell(),
    }
}

/// Whether a list number alone in the input column pushed the input out of it.
///
/// The row then has a field too many, unless an editor took the white space off its end. A time begins with a digit,
/// so that it is not taken for an input.
fn is_shifted(following: Span<'_>, count: usize, expected: usize) -> bool {
    let is_time = following.text.starts_with(|c: char| c.is_ascii_digit());
    count > expected || (count == expected && !following.is_blank() && !is_time)
}

/// The row numbers of one SOP so far.
#[derive(Debug, Default)]
pub(super) struct Sequence {
    seen: HashSet<u32>,
    highest: u32,
}

impl Sequence {
    /// Adds a row's number, and tells what is wrong with it.
    pub(super) fn add(&mut self, number: &Parsed<u32>, place: Place, findings: &mut Findings) {
        let highest = self.highest;
        let Some(value) = number.value else {
            return findings.add(FindingKind::RowNumberMissing, place, || match number.cell.text.as_str() {
                "" => "the row has no number: number it".to_owned(),
                text => format!("{} is no row number: number the row", quote(text)),
            });
        };
        self.highest = highest.max(value);
        if !self.seen.insert(value) {
            findings.add(FindingKind::RowNumberDoubled, place, || {
                format!("an earlier row has number {value} too: number one of them anew")
            });
        } else if value < highest {
            findings.add(FindingKind::RowNumberOutOfSequence, place, || {
                format!("row {value} stands after row {highest}: put it in its place or number it anew")
            });
        } else if value - highest > 1 {
            findings.add(FindingKind::RowNumberSkipped, place, || {
                format!(
                    "the number before row {value} is {highest}: add what is missing between, or number the rows anew"
                )
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_row(text: &str) -> (DraftRow, Vec<&'static str>) {
        let mut findings = Findings::default();
        let line = Span { text, line: 1, column: 1 };
        let row = read(line, &[0, 1], 0, &mut findings);
        let codes = findings.finish().0.iter().map(super::super::Finding::code).collect();
        (row, codes)
    }

    fn check(text: &str, inputs: &[&str], time: &str, output: &str, note: &str, codes: &[&str]) {
        let (row, found) = read_row(text);
        let found_inputs: Vec<_> = row.inputs.iter().map(|input| input.text.as_str()).collect();
        assert_eq!(found_inputs, inputs, "{text:?}");
        assert_eq!((row.time.text.as_str(), row.output.text.as_str(), row.note.text.as_str()), (time, output, note));
        assert_eq!(found, codes, "{text:?}");
    }

    #[test]
    fn rows_are_read_by_column() {
        check("1\tA\t\t\t1 . I\t5 menit\tO\tN", &["I"], "5 menit", "O", "N", &[]);
        check("1\tA\t\t\t-\t5 menit\tO\t", &[], "5 menit", "O", "", &[]);
    }

    #[test]
    fn any_mark_names_a_performer() {
        let (row, _) = read_row("1\tA\t \t ■\tI\t5 menit\tO\t");
        let marks: Vec<_> = row.performers.iter().map(|mark| (mark.role, mark.cell.text.as_str())).collect();
        assert_eq!(marks, [(1, "■")]);
    }

    #[test]
    fn shifted_columns_are_mended() {
        let code: &[&str] = &["shifted-columns"];
        check("1\tA\t\t\t1\tI\t5 menit\tO\t", &["I"], "5 menit", "O", "", code);
        check("1\tA\t\t\t1 .\tI 2 . J\t5 menit\tO\tN", &["I", "J"], "5 menit", "O", "N", code);
        let trimmed: &[&str] = &["shifted-columns", "too-few-fields"];
        check("1\tA\t\t\t1\tI\t5 menit\tO", &["I"], "5 menit", "O", "", trimmed);
        check("1\tA\t\t\t1\t5 menit\tO\t", &["1"], "5 menit", "O", "", &[]);
    }

    #[test]
    fn wrong_counts_are_told_and_read_from_the_left() {
        check("1\tA\t\t\tI\t5 menit\tO", &["I"], "5 menit", "O", "", &["too-few-fields"]);
        check("1\tA\t\t\tI\t5 menit\tO\t\tX", &["I"], "5 menit", "O", "", &["too-many-fields"]);
        check("1\tA\t\t\t2\tI\t5 menit\tO\t", &["2"], "I", "5 menit", "O", &["too-many-fields"]);
    }

    #[test]
    fn empty_cells_are_told() {
        let codes = ["empty-activity", "empty-input", "empty-time", "empty-output"];
        check("1\t\t\t\t\t\t\t", &[], "", "", "", &codes);
    }

    #[test]
    fn row_numbers_count_up() {
        let mut findings = Findings::default();
        let mut sequence = Sequence::default();
        for (line, text) in (1..).zip(["1", "2.", "5", "4", "5", "", "6a", "6", "4294967295"]) {
            let number = number(Span { text, line, column: 1 });
            let place = Place { line, sop: None, row: None };
            sequence.add(&number, place, &mut findings);
        }
        let (found, _) = findings.finish();
        let found: Vec<_> = found.iter().map(|finding| (finding.line, finding.code())).collect();
        let expected = [
            (3, "row-number-skipped"),
            (4, "row-number-out-of-sequence"),
            (5, "row-number-doubled"),
            (6, "row-number-missing"),
            (7, "row-number-missing"),
            (9, "row-number-skipped"),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_line_with_a_number_or_nearly_all_fields_is_a_row() {
        let check = |text, expected| {
            let line = Span { text, line: 1, column: 1 };
            assert_eq!(is_row(line, 1), expected, "{text:?}");
        };
        check("1\tA", true);
        check("1", false);
        check("A\tB", false);
        check("\tA\t\t\t\t", true);
        check("\tA\t\t\t", false);
    }
}
