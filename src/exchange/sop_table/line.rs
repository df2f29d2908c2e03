//! Lines: pieces of text with their place, and what kind of line each is.

use super::{Cell, header};

/// A piece of one line, and where it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span<'a> {
    pub(super) text: &'a str,
    pub(super) line: usize,
    pub(super) column: usize,
}

impl Span<'_> {
    /// The piece without its first `bytes`.
    pub(super) fn skip(self, bytes: usize) -> Self {
        let (head, text) = self.text.split_at(bytes);
        Self { text, column: self.column + head.chars().count(), ..self }
    }

    /// The first `bytes` of the piece.
    pub(super) fn take(self, bytes: usize) -> Self {
        Self { text: &self.text[..bytes], ..self }
    }

    /// The pieces between separators.
    pub(super) fn split(self, separator: char) -> impl Iterator<Item = Self> {
        let mut column = self.column;
        self.text.split(separator).map(move |text| {
            let piece = Self { text, column, ..self };
            column += text.chars().count() + 1;
            piece
        })
    }

    /// Without white space around it; an empty piece stays where it began.
    pub(super) fn trim(self) -> Self {
        let text = self.text.trim();
        if text.is_empty() {
            return Self { text, ..self };
        }
        let indent = self.text.len() - self.text.trim_start().len();
        Self { text, ..self.skip(indent) }
    }

    pub(super) fn is_blank(self) -> bool {
        self.text.trim().is_empty()
    }

    pub(super) fn to_cell(self) -> Cell {
        let Self { text, line, column } = self.trim();
        Cell { text: text.to_owned(), line, column }
    }
}

/// A line by what it is for.
#[derive(Debug)]
pub(super) enum Line<'a> {
    Blank,
    Title(Span<'a>),
    /// A line of the identity block, such as NOMOR SOP.
    Identity,
    /// First line of a header: NO, AKTIVITAS, PELAKSANA…
    Heading,
    /// Second line of a header: the roles, Perlengkapan, Waktu, Output.
    Subheading,
    /// Begins a legend; what stands right of `Keterangan`.
    Legend(Span<'a>),
    /// Anything else.
    Other,
}

/// Tells what kind of line it is, by its words alone.
pub(super) fn classify(line: Span<'_>) -> Line<'_> {
    if line.is_blank() {
        Line::Blank
    } else if header::identity(line).is_some() {
        Line::Identity
    } else if let Some(rest) = legend_start(line) {
        Line::Legend(rest)
    } else if header::is_heading(line) {
        Line::Heading
    } else if header::is_subheading(line) {
        Line::Subheading
    } else if let Some(title) = title(line) {
        Line::Title(title)
    } else {
        Line::Other
    }
}

fn legend_start(line: Span<'_>) -> Option<Span<'_>> {
    const LABEL: &str = "KETERANGAN";
    let line = line.trim();
    let label = line.text.get(..LABEL.len())?;
    let rest = line.skip(LABEL.len()).trim();
    (label.eq_ignore_ascii_case(LABEL) && (rest.text.is_empty() || rest.text.starts_with(':'))).then_some(rest)
}

fn title(line: Span<'_>) -> Option<Span<'_>> {
    const STARTS: [&str; 2] = ["SOP ", "STANDAR OPERASIONAL PROSEDUR "];
    let line = line.trim();
    if line.text.contains('\t') {
        return None;
    }
    let words = normal(line.text);
    let is_title = STARTS.iter().any(|start| words.starts_with(start));
    is_title.then_some(line)
}

/// A heading or label for comparison: upper case, no full stops, single spaces.
pub(super) fn normal(text: &str) -> String {
    let mut words = text.split(|c: char| c.is_whitespace() || c == '.').filter(|word| !word.is_empty());
    let mut all = words.next().unwrap_or_default().to_uppercase();
    for word in words {
        all.push(' ');
        all.push_str(&word.to_uppercase());
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let found = match classify(Span { text, line: 1, column: 1 }) {
            Line::Blank => "blank".to_owned(),
            Line::Title(title) => format!("title {}", title.text),
            Line::Identity => "identity".to_owned(),
            Line::Heading => "heading".to_owned(),
            Line::Subheading => "subheading".to_owned(),
            Line::Legend(rest) => format!("legend {}", rest.text),
            Line::Other => "other".to_owned(),
        };
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn lines_are_known_by_their_words() {
        check("", "blank");
        check(" \t\u{a0}", "blank");
        check("SOP PROMOSI", "title SOP PROMOSI");
        check("\tsop\u{a0}promosi\t\t", "title sop\u{a0}promosi");
        check("SOPAN SANTUN", "other");
        check("SOP", "other");
        check("SOP A\tB", "other");
        check("NOMOR SOP\t: 1", "identity");
        check("NO\tAKTIVITAS\tPELAKSANA\tMUTU BAKU", "heading");
        check("No.\tKegiatan\tPelaksana", "heading");
        check("NO\tAKTIVITAS", "other");
        check("\t\tStaf\tKelengkapan\tWaktu\tOutput", "subheading");
        check("\t\tStaf\tKepala", "other");
        check("1\t\tStaf\tKelengkapan\tWaktu\tOutput", "other");
        check("Keterangan :", "legend :");
        check("KETERANGAN", "legend ");
        check("Keterangan lain", "other");
        check("Keterangé", "other");
        check("1\tMengetik", "other");
    }

    #[test]
    fn columns_count_characters() {
        let line = Span { text: "é\t \u{a0}ü x ", line: 3, column: 1 };
        let fields: Vec<_> = line.split('\t').map(Span::trim).collect();
        assert_eq!((fields[0].text, fields[0].column), ("é", 1));
        assert_eq!((fields[1].text, fields[1].column), ("ü x", 5));
    }
}
