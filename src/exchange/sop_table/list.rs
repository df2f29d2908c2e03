//! Lists inside a cell: `1 . Surat 2 . Undangan`.

use super::Cell;
use super::line::Span;
use crate::limits;

/// What stands between a list number and its item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// `1 .`, `1.` or `1)`
    Marked,
    /// `1 `
    Bare,
}

/// Words that make a bare number before them a quantity: `1 lembar surat` is no list.
const COUNTED: &[&str] = &[
    "berkas",
    "bundel",
    "buah",
    "eksemplar",
    "hari",
    "jam",
    "lembar",
    "menit",
    "orang",
    "paket",
    "rangkap",
    "set",
    "unit",
];

/// The items of a cell, without their list numbers; the whole cell when it is no numbered list.
pub(super) fn items(cell: Span<'_>) -> Vec<Cell> {
    let cell = cell.trim();
    match list_number(cell.text, 1) {
        Some((style, length)) => split(cell.skip(length), style),
        None => whole(cell),
    }
}

/// The items of a cell whose first list number stands in a field of its own, when that field holds a list number.
pub(super) fn items_apart(number: Span<'_>, cell: Span<'_>) -> Option<Vec<Cell>> {
    let style = match number.text.trim().strip_prefix('1')?.trim() {
        "" => Style::Bare,
        "." | ")" => Style::Marked,
        _ => return None,
    };
    Some(split(cell.trim(), style))
}

/// Splits at the list numbers 2, 3, … of the style of the first.
fn split(first: Span<'_>, style: Style) -> Vec<Cell> {
    let mut items = Vec::new();
    let mut item = first;
    let mut number = 2;
    while let Some((at, length)) = next_number(item.text, number, style) {
        items.push(item.take(at));
        if items.len() == limits::LIST_MAX {
            return whole(first);
        }
        item = item.skip(at + length);
        number += 1;
    }
    items.push(item);
    items.into_iter().filter(|item| !item.is_blank()).map(Span::to_cell).collect()
}

fn whole(cell: Span<'_>) -> Vec<Cell> {
    if matches!(cell.text, "" | "-") { Vec::new() } else { vec![cell.to_cell()] }
}

/// Where the list number `number` stands in `text`, at its beginning or after white space, and its length.
fn next_number(text: &str, number: u32, style: Style) -> Option<(usize, usize)> {
    let mut after_space = true;
    text.char_indices().find_map(|(at, c)| {
        let begins = after_space && c.is_ascii_digit();
        after_space = c.is_whitespace();
        let (found, length) = begins.then(|| list_number(&text[at..], number))??;
        (found == style).then_some((at, length))
    })
}

/// The style and length of the list number `number` at the beginning of `text`, with the white space after it.
fn list_number(text: &str, number: u32) -> Option<(Style, usize)> {
    let rest = text.strip_prefix(&number.to_string())?;
    let item = rest.trim_start();
    let spaced = item.len() < rest.len();
    let (style, item) = match item.strip_prefix(['.', ')']) {
        Some(item) if !item.starts_with(|c: char| c.is_ascii_digit()) => (Style::Marked, item.trim_start()),
        None if spaced && begins_item(item, number) => (Style::Bare, item),
        _ => return None,
    };
    Some((style, text.len() - item.len()))
}

/// Whether what follows a bare number reads as an item and not as what is counted.
fn begins_item(item: &str, number: u32) -> bool {
    let word = item.split_whitespace().next().unwrap_or_default();
    let is_counted = COUNTED.iter().any(|counted| counted.eq_ignore_ascii_case(word));
    let is_word = word.starts_with(|c: char| c.is_uppercase() || (number == 1 && c.is_alphabetic()));
    is_word && !is_counted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, usize)]) {
        let cell = Span { text, line: 1, column: 1 };
        let found = items(cell);
        let found: Vec<_> = found.iter().map(|item| (item.text.as_str(), item.column)).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn list_numbers_are_no_part_of_an_item() {
        check("1 . Dokumen (DPA)", &[("Dokumen (DPA)", 5)]);
        check("1 Hasil koordinasi", &[("Hasil koordinasi", 3)]);
        check(" 1. Surat", &[("Surat", 5)]);
        check("1.Surat", &[("Surat", 3)]);
        check("1) Surat", &[("Surat", 4)]);
        check("1\u{a0}.\u{a0}Surat", &[("Surat", 5)]);
        check("Surat", &[("Surat", 1)]);
    }

    #[test]
    fn numbered_lists_are_split() {
        check("1 . Surat é 2 . Undangan", &[("Surat é", 5), ("Undangan", 17)]);
        check("1 Surat 2 Undangan 3 Naskah", &[("Surat", 3), ("Undangan", 11), ("Naskah", 22)]);
        check("1. Surat; 2. Undangan", &[("Surat;", 4), ("Undangan", 14)]);
        check("1 . 2 . Undangan", &[("Undangan", 9)]);
    }

    #[test]
    fn other_numbers_are_words() {
        check("Surat 2 Undangan", &[("Surat 2 Undangan", 1)]);
        check("2 . Surat", &[("2 . Surat", 1)]);
        check("1 lembar surat", &[("1 lembar surat", 1)]);
        check("1 (satu) surat", &[("1 (satu) surat", 1)]);
        check("1.5 liter", &[("1.5 liter", 1)]);
        check("10 Surat", &[("10 Surat", 1)]);
        check("1 Undangan untuk 2 orang", &[("Undangan untuk 2 orang", 3)]);
        check("1 . Surat 2 Undangan", &[("Surat 2 Undangan", 5)]);
        check("1 . Surat 3 . Undangan", &[("Surat 3 . Undangan", 5)]);
        check("1 . Pasal 2.5", &[("Pasal 2.5", 5)]);
    }

    #[test]
    fn nothing_needed_is_no_item() {
        for nothing in ["", "-", "1 .", "1.", " \u{a0}"] {
            check(nothing, &[]);
        }
    }

    #[test]
    fn a_list_beyond_the_bound_is_no_list() {
        let numbers: Vec<_> = (1..=limits::LIST_MAX + 1).map(|number| number.to_string()).collect();
        let text = format!("{} . a", numbers.join(" . a "));
        let cell = Span { text: &text, line: 1, column: 1 };
        assert_eq!(items(cell).len(), 1);
    }
}
