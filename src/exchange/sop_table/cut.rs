//! Cells that seem to have lost words.
//!
//! What a cell has lost is not in the text, so these are rules of thumb; each rests on something that is in the text.
//! Cells are compared within one SOP only.

use std::collections::HashMap;

use super::findings::{Findings, Place, quote};
use super::{Cell, DraftRow, FindingKind};

/// Words that want another after them.
const JOINING: &[&str] =
    &["atau", "dan", "dari", "dengan", "di", "ke", "kepada", "oleh", "pada", "serta", "untuk", "yang"];

/// A cell that is looked at, and where it belongs.
#[derive(Debug, Clone, Copy)]
struct Candidate<'a> {
    cell: &'a Cell,
    column: &'static str,
    place: Place,
    /// False for an item that others follow: a comma at its end parts it from them.
    ends_cell: bool,
}

/// Tells of every cell of the rows that seems cut.
pub(super) fn check(rows: &[DraftRow], sop: usize, findings: &mut Findings) {
    let columns = [activities, inputs, outputs].map(|column| column(rows, sop));
    for column in &columns {
        let siblings = longer_siblings(column);
        for (candidate, longer) in column.iter().zip(siblings) {
            let cue = end_cue(candidate).or_else(|| longer.map(|longer| sibling_cue(candidate, &longer)));
            if let Some(cue) = cue {
                findings.add(FindingKind::CutCell, candidate.place, || {
                    format!("the {} seems cut, since {cue}: complete it", candidate.column)
                });
            }
        }
    }
    missing_commas(&columns.concat(), findings);
}

fn candidate<'a>(cell: &'a Cell, column: &'static str, row: &'a DraftRow, sop: usize) -> Candidate<'a> {
    let place = Place { line: cell.line, sop: Some(sop), row: row.number.value };
    Candidate { cell, column, place, ends_cell: true }
}

fn activities(rows: &[DraftRow], sop: usize) -> Vec<Candidate<'_>> {
    rows.iter().map(|row| candidate(&row.activity, "activity", row, sop)).collect()
}

fn inputs<'a>(rows: &'a [DraftRow], sop: usize) -> Vec<Candidate<'a>> {
    let of_row = |row: &'a DraftRow| {
        let inputs = &row.inputs;
        inputs.iter().enumerate().map(move |(index, input)| Candidate {
            ends_cell: index + 1 == inputs.len(),
            ..candidate(input, "input", row, sop)
        })
    };
    rows.iter().flat_map(of_row).collect()
}

fn outputs(rows: &[DraftRow], sop: usize) -> Vec<Candidate<'_>> {
    rows.iter().map(|row| candidate(&row.output, "output", row, sop)).collect()
}

/// What at the end of the cell shows that more should follow.
fn end_cue(candidate: &Candidate<'_>) -> Option<String> {
    let text = candidate.cell.text.as_str();
    if text.matches('(').count() > text.matches(')').count() {
        return Some("a bracket is not closed".to_owned());
    }
    if !candidate.ends_cell {
        return None;
    }
    let (before, last) = text.rsplit_once(char::is_whitespace).unwrap_or(("", text));
    let is_joining = !before.is_empty() && JOINING.iter().any(|word| word.eq_ignore_ascii_case(last));
    let is_open = text.contains(char::is_alphanumeric) && text.ends_with([',', '/', '-']);
    (is_joining || is_open).then(|| format!("it ends in {}", quote(last)))
}

/// What the cell lacks beside one that begins with it.
fn sibling_cue(candidate: &Candidate<'_>, longer: &Candidate<'_>) -> String {
    let rest = quote(&longer.cell.text[candidate.cell.text.len()..]);
    match longer.place.row {
        Some(row) => format!("that of row {row} begins alike and goes on with {rest}"),
        None => format!("that on line {} begins alike and goes on with {rest}", longer.place.line),
    }
}

/// For each cell that holds a list: a cell of the column that begins alike and goes on with further items.
fn longer_siblings<'a>(column: &[Candidate<'a>]) -> Vec<Option<Candidate<'a>>> {
    let commas: Vec<usize> = column.iter().map(|candidate| candidate.cell.text.matches(',').count()).collect();
    let mut order: Vec<usize> = (0..column.len()).collect();
    order.sort_by_key(|&index| column[index].cell.text.as_str());

    // In sorted order what begins with a text follows it at once, so the texts that the present one begins with form a
    // stack. Each entry has the cell with the most commas among those that begin with it.
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut longer = vec![None; column.len()];
    let mut close = |open: &mut Vec<(usize, usize)>| {
        let Some((index, longest)) = open.pop() else {
            return;
        };
        if commas[index] > 0 && commas[longest] > commas[index] {
            longer[index] = Some(column[longest]);
        }
        if let Some((_, outer)) = open.last_mut()
            && commas[longest] > commas[*outer]
        {
            *outer = longest;
        }
    };
    for index in order {
        let text = column[index].cell.text.as_str();
        while open.last().is_some_and(|&(begun, _)| !text.starts_with(&column[begun].cell.text)) {
            close(&mut open);
        }
        open.push((index, index));
    }
    while !open.is_empty() {
        close(&mut open);
    }
    longer
}

/// Tells of the first pair of words in each list that lacks a comma which the pair has elsewhere, at least as often.
fn missing_commas(cells: &[Candidate<'_>], findings: &mut Findings) {
    let all_pairs = || cells.iter().flat_map(|candidate| pairs(&candidate.cell.text));
    let mut uses: HashMap<(&str, &str), (usize, usize)> = HashMap::new();
    for (pair, _) in all_pairs().filter(|(_, has_comma)| *has_comma) {
        uses.entry(pair).or_default().0 += 1;
    }
    for (pair, _) in all_pairs().filter(|(_, has_comma)| !has_comma) {
        if let Some((_, without)) = uses.get_mut(&pair) {
            *without += 1;
        }
    }
    for Candidate { cell, column, place, .. } in cells.iter().filter(|candidate| candidate.cell.text.contains(',')) {
        let lacking = pairs(&cell.text).find(|(pair, has_comma)| {
            let uses = uses.get(pair);
            !has_comma && uses.is_some_and(|(with, without)| with >= without)
        });
        if let Some(((first, second), _)) = lacking {
            findings.add(FindingKind::MissingComma, *place, || {
                format!(
                    "the {column} has \"{first} {second}\", and another cell \"{first}, {second}\": add the comma, and \
                     look whether words are missing"
                )
            });
        }
    }
}

/// The pairs of words that follow one another, and whether a comma parts them.
fn pairs(text: &str) -> impl Iterator<Item = ((&str, &str), bool)> {
    let words = text.split_whitespace();
    words.clone().zip(words.skip(1)).map(|(first, second)| {
        let second = second.trim_end_matches(|c: char| !c.is_alphanumeric());
        match first.strip_suffix(',') {
            Some(first) => ((first, second), true),
            None => ((first, second), false),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::Parsed;
    use super::*;

    fn cell(text: &str, line: usize) -> Cell {
        let text = text.to_owned();
        Cell { text, line, column: 1 }
    }

    /// Rows that differ in their output alone.
    fn rows(outputs: &[&str]) -> Vec<DraftRow> {
        let row = |(line, output): (usize, &&str)| DraftRow {
            number: Parsed { value: u32::try_from(line).ok(), cell: cell("", line) },
            activity: cell("", line),
            performers: Vec::new(),
            inputs: Vec::new(),
            time: cell("", line),
            output: cell(output, line),
            note: cell("", line),
        };
        (1..).zip(outputs).map(row).collect()
    }

    fn check(outputs: &[&str], expected: &[(usize, &str)]) {
        let mut findings = Findings::default();
        super::check(&rows(outputs), 0, &mut findings);
        let (found, _) = findings.finish();
        let found: Vec<_> = found.iter().map(|finding| (finding.line, finding.code())).collect();
        assert_eq!(found, expected, "{outputs:?}");
    }

    #[test]
    fn an_unfinished_end_is_a_cut() {
        for cut in ["surat,", "surat undangan,", "surat dan", "surat (undangan", "surat undangan/", "nota dinas yang"] {
            check(&[cut], &[(1, "cut-cell")]);
        }
        for whole in ["surat, undangan", "dan", "-", "", "surat (undangan)", "a) surat"] {
            check(&[whole], &[]);
        }
    }

    #[test]
    fn a_list_that_stops_short_of_a_sibling_is_a_cut() {
        check(&["surat, nota, laporan, paparan", "surat, nota, laporan"], &[(2, "cut-cell")]);
        check(&["surat, nota, lapo", "surat, nota, laporan, paparan"], &[(1, "cut-cell")]);
        check(&["surat, nota", "surat, nota", "surat, nota, a"], &[(1, "cut-cell"), (2, "cut-cell")]);
        check(&["surat, nota", "surat, nota b", "surat, nota c, a"], &[(1, "cut-cell")]);
    }

    #[test]
    fn a_shorter_name_is_no_cut() {
        check(&["Konsep laporan", "Konsep laporan yang berparaf Kasi"], &[]);
        check(&["surat, bahan paparan", "surat, bahan paparan kepala"], &[]);
        check(&["Surat", "Surat, undangan"], &[]);
        check(&["surat, nota", "surat, nota"], &[]);
    }

    #[test]
    fn a_comma_lost_is_told_by_the_same_words_elsewhere() {
        check(&["a, moderator, sambutan kepala", "b, moderator sambutan"], &[(2, "missing-comma")]);
        check(&["a, moderator, sambutan kepala", "moderator sambutan"], &[]);
        check(&["a, kepala, dinas", "b, kepala dinas", "kepala dinas"], &[]);
    }

    #[test]
    fn a_comma_between_items_of_a_numbered_list_is_no_cut() {
        let mut row = rows(&["surat"]).remove(0);
        row.inputs = vec![cell("surat tugas,", 1), cell("surat undangan", 1)];
        let mut findings = Findings::default();
        super::check(std::slice::from_ref(&row), 0, &mut findings);
        assert!(findings.finish().0.is_empty());
    }
}
