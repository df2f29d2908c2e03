//! SOP tables as officials write them, flattened to tab-separated text.
//!
//! The official form of an administrative SOP is a table: NO, AKTIVITAS, one PELAKSANA column a role, PERLENGKAPAN,
//! WAKTU, OUTPUT, KETERANGAN. Copied out of a word processor it becomes lines of tab-separated text, with a title and
//! an identity block above and a legend below. [`read`] turns such a text, with any number of SOPs in it, into drafts.
//!
//! ```
//! use sopflow::exchange::sop_table;
//!
//! let text = "SOP PELAYANAN SURAT\n\
//!     NOMOR SOP\t: 12/A\n\
//!     NO\tAKTIVITAS\tPELAKSANA\t\tMUTU BAKU\t\t\tKETERANGAN\n\
//!     \t\tStaf\tKepala\tPerlengkapan\tWaktu\tOutput\t\n\
//!     1\tMengetik surat\tx\t\t1 . Konsep surat\t30 menit\tSurat,\t\n";
//! let tables = sop_table::read(text)?;
//!
//! let sop = &tables.drafts[0];
//! assert_eq!(sop.roles[1].text, "Kepala");
//! assert_eq!(sop.rows[0].performers[0].role, 0);
//! assert_eq!(sop.rows[0].inputs[0].text, "Konsep surat");
//!
//! let codes: Vec<_> = tables.findings.iter().map(|finding| finding.code()).collect();
//! assert_eq!(codes, ["missing-dates", "cut-cell"]);
//! # Ok::<(), sop_table::TableError>(())
//! ```
//!
//! A draft keeps the source's wording and says where each word stands; it interprets nothing but numbers and dates.
//! Whatever looks wrong, was mended or could not be placed becomes a [`Finding`], never an error and never a silent
//! guess. Only a text beyond the bounds of [`crate::limits`] is refused.

mod cut;
mod draft;
mod findings;
mod header;
mod line;
mod list;
mod open;
mod reader;
mod review;
mod rows;

pub use draft::{Cell, DraftRow, Mark, Parsed, SopDraft, SopTables};
pub use findings::{Finding, FindingKind};

/// Why a text was refused as a whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// The text is longer than [`FILE_BYTES_MAX`](crate::limits::FILE_BYTES_MAX).
    #[error("the text has {bytes} bytes, and at most {max} are read: split it into several texts")]
    TooLong {
        /// Bytes of the text.
        bytes: usize,
        /// Bytes allowed.
        max: usize,
    },
    /// The text has more SOPs than [`LIST_MAX`](crate::limits::LIST_MAX).
    #[error("line {line} begins SOP {}, and at most {max} are read: split the text", max + 1)]
    TooManySops {
        /// Line on which the first SOP too many begins.
        line: usize,
        /// SOPs allowed.
        max: usize,
    },
    /// The tables have, all together, more rows than [`STEPS_MAX`](crate::limits::STEPS_MAX).
    #[error("line {line} holds row {} of the text, and at most {max} are read: split the text", max + 1)]
    TooManyRows {
        /// Line of the first row too many.
        line: usize,
        /// Rows allowed.
        max: usize,
    },
    /// A table has more performer columns than [`ROLES_MAX`](crate::limits::ROLES_MAX).
    #[error("the header on line {line} gives the SOP more than {max} performer columns: correct the header")]
    TooManyRoles {
        /// Line of the header.
        line: usize,
        /// Performer columns allowed.
        max: usize,
    },
}

/// Reads every SOP in `text`.
///
/// Lines end in LF or CRLF; a byte order mark at the beginning is skipped; headings are known in any letter case.
///
/// # Errors
///
/// [`TableError`] when the text goes beyond a bound of [`crate::limits`]. Everything else that is wrong with a text is
/// told by the [findings](SopTables::findings).
///
/// # Complexity
///
/// Linear in the length of the text, but for sorting the cells of each SOP.
pub fn read(text: &str) -> Result<SopTables, TableError> {
    reader::read(text)
}
