//! What is read: SOPs as they are written, before anything is made of them.

use chrono::NaiveDate;
use serde::Serialize;

use super::Finding;

/// Everything read from one text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SopTables {
    /// The SOPs, in the order of the text.
    pub drafts: Vec<SopDraft>,
    /// What is wrong, missing, mended or worth knowing, by line.
    pub findings: Vec<Finding>,
    /// How many findings were left out, since there were more than
    /// [`DIAGNOSTICS_MAX`](crate::limits::DIAGNOSTICS_MAX).
    pub findings_left_out: usize,
}

/// A piece of the text, word for word, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Cell {
    /// The words as they stand; only white space around them is taken off. Empty when the cell is.
    pub text: String,
    /// Line, counted from 1.
    pub line: usize,
    /// Column in characters, counted from 1, a tab being one character.
    pub column: usize,
}

/// A cell, and the value that it states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Parsed<T> {
    /// The value; `None` when the cell states that there is none (`-`) or cannot be read, which is a finding.
    pub value: Option<T>,
    /// What the text says.
    #[serde(flatten)]
    pub cell: Cell,
}

/// One SOP as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SopDraft {
    /// Line on which the SOP begins.
    pub line: usize,
    /// The title, such as `SOP PROMOSI FORUM BISNIS VIRTUAL`.
    pub title: Option<Cell>,
    /// The number (NOMOR SOP); `None` also when it is stated as `-`.
    pub number: Option<Cell>,
    /// The date made (TGL. PEMBUATAN); `None` when the text has no such line.
    pub made: Option<Parsed<NaiveDate>>,
    /// The date revised (TGL. REVISI); `None` when the text has no such line.
    pub revised: Option<Parsed<NaiveDate>>,
    /// The date of effect (TGL. EFEKTIF); `None` when the text has no such line.
    pub effective: Option<Parsed<NaiveDate>>,
    /// The performer columns as headed, from left to right: lowest rank first.
    pub roles: Vec<Cell>,
    /// The rows, in the order of the text.
    pub rows: Vec<DraftRow>,
    /// What the legend says that symbols mean, such as `Proses`.
    pub legend: Vec<Cell>,
}

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DraftRow {
    /// The row number (NO).
    pub number: Parsed<u32>,
    /// What is done (AKTIVITAS).
    pub activity: Cell,
    /// The marks in the performer columns, from left to right.
    pub performers: Vec<Mark>,
    /// What the step needs (PERLENGKAPAN), one cell an item, without list numbers. None when the cell is empty or `-`.
    pub inputs: Vec<Cell>,
    /// The standard time (WAKTU).
    pub time: Cell,
    /// What the step yields (OUTPUT).
    pub output: Cell,
    /// Remarks (KETERANGAN).
    pub note: Cell,
}

/// A mark in a performer column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Mark {
    /// Index of the performer column in [`SopDraft::roles`].
    pub role: usize,
    /// The mark itself: any text counts.
    #[serde(flatten)]
    pub cell: Cell,
}
