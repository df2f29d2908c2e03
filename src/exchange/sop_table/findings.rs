//! What the reader has to say about a text.

use std::fmt;

use serde::Serialize;

use crate::limits;
use crate::model::Severity;

macro_rules! finding_kinds {
    ($($(#[$doc:meta])+ $name:ident = $code:literal, $severity:ident;)+) => {
        /// The kinds of findings.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(rename_all = "kebab-case")]
        #[non_exhaustive]
        pub enum FindingKind {
            $($(#[$doc])+ $name,)+
        }

        impl FindingKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The stable name of the kind.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }

            /// How much findings of this kind matter.
            pub const fn severity(self) -> Severity {
                match self {
                    $(Self::$name => Severity::$severity,)+
                }
            }
        }
    };
}

finding_kinds! {
    /// Text that has no place in an SOP, or stands outside any.
    StrayText = "stray-text", Warning;
    /// The SOP has no title.
    NoTitle = "no-title", Warning;
    /// The SOP has no number.
    NoNumber = "no-number", Warning;
    /// One or more of the three dates are not stated, not even as `-`.
    MissingDates = "missing-dates", Warning;
    /// A date that cannot be read.
    UnreadableDate = "unreadable-date", Warning;
    /// The number or a date is stated again and differs.
    IdentityDiffers = "identity-differs", Warning;
    /// The SOP has no rows.
    NoRows = "no-rows", Warning;
    /// The header lacks its second line or a role's name, or its columns do not stand in the usual order.
    IncompleteHeader = "incomplete-header", Warning;
    /// The header is repeated, as at the top of each page.
    RepeatedHeader = "repeated-header", Note;
    /// A later header names other roles than the one before.
    HeaderDiffers = "header-differs", Warning;
    /// Blank lines between two rows, as where a page ended.
    PageGap = "page-gap", Note;
    /// No row of the SOP marks a performer: the flowchart symbols are lost.
    PerformersLost = "performers-lost", Warning;
    /// The row marks no performer, though others of the SOP do.
    NoPerformer = "no-performer", Warning;
    /// The list number stood in a field of its own and shifted the columns; mended.
    ShiftedColumns = "shifted-columns", Warning;
    /// The row has fewer fields than the header.
    TooFewFields = "too-few-fields", Warning;
    /// The row has more fields than the header.
    TooManyFields = "too-many-fields", Warning;
    /// The row has no number, or one that cannot be read.
    RowNumberMissing = "row-number-missing", Warning;
    /// One or more numbers are skipped before the row.
    RowNumberSkipped = "row-number-skipped", Warning;
    /// An earlier row of the SOP has the same number.
    RowNumberDoubled = "row-number-doubled", Warning;
    /// The row stands after one with a higher number.
    RowNumberOutOfSequence = "row-number-out-of-sequence", Warning;
    /// The row has no activity.
    EmptyActivity = "empty-activity", Warning;
    /// The row has no input, and does not state that by `-`.
    EmptyInput = "empty-input", Warning;
    /// The row has no time.
    EmptyTime = "empty-time", Warning;
    /// The row has no output.
    EmptyOutput = "empty-output", Warning;
    /// A cell seems to have lost its end.
    CutCell = "cut-cell", Warning;
    /// Two words follow each other that a comma parts elsewhere in the SOP.
    MissingComma = "missing-comma", Warning;
    /// The legend explains no symbol for a decision.
    NoDecisionSymbol = "no-decision-symbol", Note;
}

/// One thing that the reader found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// What kind of thing it is.
    pub kind: FindingKind,
    /// Line, counted from 1.
    pub line: usize,
    /// Index of the SOP in [`SopTables::drafts`](super::SopTables::drafts); `None` outside any.
    pub sop: Option<usize>,
    /// Number of the row, as it is written; `None` where no row or no number is concerned.
    pub row: Option<u32>,
    /// What is the matter, and what to do about it.
    pub message: String,
}

impl Finding {
    /// The stable name of the finding's kind.
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// How much the finding matters.
    pub fn severity(&self) -> Severity {
        self.kind.severity()
    }
}

/// One line: place, code and message.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(sop) = self.sop {
            write!(f, ", SOP {}", sop + 1)?;
        }
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
        }
        write!(f, ": {} [{}]", self.message, self.code())
    }
}

/// Collects findings up to [`limits::DIAGNOSTICS_MAX`].
#[derive(Debug, Default)]
pub(super) struct Findings {
    kept: Vec<Finding>,
    left_out: usize,
}

/// What a finding is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) sop: Option<usize>,
    pub(super) row: Option<u32>,
}

impl Findings {
    /// The message is only built when the finding is kept.
    pub(super) fn add(&mut self, kind: FindingKind, place: Place, message: impl FnOnce() -> String) {
        if self.kept.len() == limits::DIAGNOSTICS_MAX {
            self.left_out += 1;
            return;
        }
        let Place { line, sop, row } = place;
        self.kept.push(Finding { kind, line, sop, row, message: message() });
    }

    /// The findings by line, and how many were left out.
    pub(super) fn finish(mut self) -> (Vec<Finding>, usize) {
        self.kept.sort_by_key(|finding| (finding.line, finding.kind));
        (self.kept, self.left_out)
    }
}

/// A short quotation of `text`, for a message.
pub(super) fn quote(text: &str) -> String {
    const CHARS_MAX: usize = 60;
    match text.char_indices().nth(CHARS_MAX) {
        Some((end, _)) => format!("\"{}…\"", &text[..end]),
        None => format!("\"{text}\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_the_names_in_kebab_case() {
        for kind in FindingKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.code());
        }
    }

    #[test]
    fn findings_beyond_the_bound_are_counted() {
        let mut findings = Findings::default();
        let place = Place { line: 1, sop: None, row: None };
        for _ in 0..limits::DIAGNOSTICS_MAX + 7 {
            findings.add(FindingKind::StrayText, place, String::new);
        }
        let (kept, left_out) = findings.finish();
        assert_eq!((kept.len(), left_out), (limits::DIAGNOSTICS_MAX, 7));
    }

    #[test]
    fn quotations_are_short() {
        assert_eq!(quote("ab"), "\"ab\"");
        assert_eq!(quote(&"é".repeat(61)), format!("\"{}…\"", "é".repeat(60)));
    }
}
