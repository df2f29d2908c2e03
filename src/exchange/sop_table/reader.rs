//! Goes through the lines and puts each where it belongs.

use std::mem;

use super::findings::{Findings, Place, quote};
use super::header::{self, Header, IdentityKey};
use super::line::{Line, Span, classify};
use super::open::{Last, Open};
use super::{FindingKind, SopDraft, SopTables, TableError, rows};
use crate::limits;

pub(super) fn read(text: &str) -> Result<SopTables, TableError> {
    let (bytes, max) = (text.len(), limits::FILE_BYTES_MAX);
    if bytes > max {
        return Err(TableError::TooLong { bytes, max });
    }
    let mut reader = Reader::default();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (line, text) in (1..).zip(text.lines()) {
        reader.line(Span { text, line, column: 1 })?;
    }
    reader.finish()
}

#[derive(Debug, Default)]
struct Reader<'a> {
    drafts: Vec<SopDraft>,
    open: Option<Open<'a>>,
    rows: usize,
    stray: Option<Stray<'a>>,
    findings: Findings,
}

/// Lines that have no place, with nothing but blank ones between.
#[derive(Debug)]
struct Stray<'a> {
    first: Span<'a>,
    last_line: usize,
    sop: Option<usize>,
    /// The row above, within a table.
    row: Option<u32>,
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: Span<'a>) -> Result<(), TableError> {
        let kind = classify(line);
        if matches!(kind, Line::Blank) {
            if let Some(open) = &mut self.open {
                open.blank(line.line);
            }
            return Ok(());
        }
        let last = self.open.as_mut().map(|open| mem::replace(&mut open.last, Last::Other));
        let stray = match kind {
            Line::Blank => None,
            Line::Title(title) => {
                self.title(title)?;
                None
            }
            Line::Identity => self.identity(line)?,
            Line::Heading => {
                self.header(Header::heading(line)?)?;
                None
            }
            Line::Subheading => {
                self.subheading(line)?;
                None
            }
            Line::Legend(rest) => self.legend(line, rest)?,
            Line::Other => self.other(line, last.unwrap_or(Last::Other))?,
        };
        match stray {
            Some(stray) => self.stray(stray),
            None => self.tell_stray(),
        }
        Ok(())
    }

    fn finish(mut self) -> Result<SopTables, TableError> {
        self.tell_stray();
        self.close()?;
        let (findings, findings_left_out) = self.findings.finish();
        Ok(SopTables { drafts: self.drafts, findings, findings_left_out })
    }

    fn close(&mut self) -> Result<(), TableError> {
        if let Some(open) = self.open.take() {
            self.drafts.push(open.close(&mut self.findings)?);
        }
        Ok(())
    }

    fn begin(&mut self, line: usize) -> Result<&mut Open<'a>, TableError> {
        self.close()?;
        let max = limits::LIST_MAX;
        if self.drafts.len() == max {
            return Err(TableError::TooManySops { line, max });
        }
        Ok(self.open.insert(Open::new(self.drafts.len(), line)))
    }

    fn title(&mut self, title: Span<'a>) -> Result<(), TableError> {
        match &mut self.open {
            Some(open) if open.repeats_title(title) => {
                self.findings.add(FindingKind::RepeatedHeader, open.place(title.line), || {
                    "the title is repeated, as at the top of each page".to_owned()
                });
            }
            Some(open) if open.awaits_title() => open.draft.title = Some(title.to_cell()),
            _ => self.begin(title.line)?.draft.title = Some(title.to_cell()),
        }
        Ok(())
    }

    /// Returns what of the line is no entry.
    fn identity(&mut self, line: Span<'a>) -> Result<Option<Span<'a>>, TableError> {
        let mut rest = line;
        while let Some(entry) = header::identity(rest) {
            rest = entry.rest;
            if entry.value.is_blank() {
                continue;
            }
            let starts_sop = self.open.as_ref().is_none_or(|open| open.in_legend);
            if starts_sop && entry.key != IdentityKey::Title {
                self.begin(line.line)?;
            }
            match (entry.key, &mut self.open) {
                (IdentityKey::Title, _) => self.title(entry.value)?,
                (IdentityKey::Number, Some(open)) => open.number(entry.value, &mut self.findings),
                (IdentityKey::Date(key), Some(open)) => {
                    open.date(key, entry.value, &mut self.findings);
                }
                (_, None) => {}
            }
        }
        Ok((!rest.is_blank()).then_some(rest))
    }

    fn header(&mut self, header: Header<'a>) -> Result<(), TableError> {
        if let Some(open) = &mut self.open {
            open.apply_header(&mut self.findings)?;
            open.in_legend = false;
            open.header = Some(header);
        } else {
            let line = header.line;
            self.begin(line)?.header = Some(header);
        }
        Ok(())
    }

    fn subheading(&mut self, line: Span<'a>) -> Result<(), TableError> {
        match self.open.as_mut().and_then(|open| open.header.as_mut()) {
            Some(header) if !header.is_complete() => header.complete(line),
            _ => self.header(Header::subheading(line)?),
        }
    }

    /// Begins a legend; returns the line when there is no table that it could belong to.
    fn legend(&mut self, line: Span<'a>, rest: Span<'a>) -> Result<Option<Span<'a>>, TableError> {
        let Some(open) = self.open.as_mut().filter(|open| open.performers().is_some()) else {
            return Ok(Some(line));
        };
        open.apply_header(&mut self.findings)?;
        Ok(open.begin_legend(rest))
    }

    /// A row or part of a legend; returns the line when it is neither.
    fn other(&mut self, line: Span<'a>, last: Last) -> Result<Option<Span<'a>>, TableError> {
        let Some(open) = &mut self.open else {
            return Ok(Some(line));
        };
        let is_row = open.performers().is_some_and(|performers| rows::is_row(line, performers));
        let number = rows::number(line).value;
        if open.in_legend && !(is_row && number.is_some()) {
            return Ok(open.legend(line));
        }
        if !is_row {
            return Ok(Some(line));
        }
        // A header and then row 1: another table, whose title is missing.
        if number == Some(1)
            && !open.draft.rows.is_empty()
            && let Some(header) = open.header.take()
        {
            let line = header.line;
            self.begin(line)?.header = Some(header);
        }
        let max = limits::STEPS_MAX;
        if self.rows == max {
            return Err(TableError::TooManyRows { line: line.line, max });
        }
        self.rows += 1;
        if let Some(open) = &mut self.open {
            open.row(line, last, &mut self.findings)?;
        }
        Ok(None)
    }

    fn stray(&mut self, line: Span<'a>) {
        let sop = self.open.as_ref().map(Open::index);
        if let Some(stray) = self.stray.as_mut().filter(|stray| stray.sop == sop) {
            stray.last_line = line.line;
            return;
        }
        self.tell_stray();
        self.stray = Some(Stray {
            first: line.trim(),
            last_line: line.line,
            sop,
            row: self.open.as_ref().and_then(Open::row_above),
        });
    }

    fn tell_stray(&mut self) {
        let Some(Stray { first, last_line, sop, row }) = self.stray.take() else {
            return;
        };
        let place = Place { line: first.line, sop, row };
        self.findings.add(FindingKind::StrayText, place, || {
            let extent = match last_line - first.line {
                0 => String::new(),
                _ => format!(" and what follows up to line {last_line}"),
            };
            let what_to_do = match (sop, row) {
                (None, _) => "stands outside any SOP: begin the SOP with its title, or delete this",
                (_, Some(_)) => "is no row: if it is the rest of a cell of the row above, join it to that cell",
                (_, None) => {
                    "has no place in the SOP: rows need the table's header above them, other text can be deleted"
                }
            };
            format!("{}{extent} {what_to_do}", quote(first.text))
        });
    }
}

#[cfg(test)]
mod tests;
