//! The SOP that is being read.

use std::collections::{HashMap, VecDeque};

use super::findings::{Findings, Place, quote};
use super::header::{self, DateKey, Header};
use super::line::{Span, normal};
use super::review::Review;
use super::{Cell, FindingKind, SopDraft, TableError, rows};
use crate::limits;

#[derive(Debug)]
pub(super) struct Open<'a> {
    index: usize,
    pub(super) draft: SopDraft,
    /// A header that no row has followed yet.
    pub(super) header: Option<Header<'a>>,
    table: Option<Table>,
    legend_line: Option<usize>,
    pub(super) in_legend: bool,
    pub(super) last: Last,
}

/// The table, once its first header is applied.
#[derive(Debug)]
struct Table {
    header_line: usize,
    /// The role of each performer column, by the latest header.
    columns: Vec<usize>,
    sequence: rows::Sequence,
}

/// What the last lines were, as far as gaps between rows go.
#[derive(Debug, Clone, Copy)]
pub(super) enum Last {
    Row,
    /// Blank lines after a row, from this line on.
    Gap(usize),
    Other,
}

impl<'a> Open<'a> {
    pub(super) fn new(index: usize, line: usize) -> Self {
        Self {
            index,
            draft: SopDraft {
                line,
                title: None,
                number: None,
                made: None,
                revised: None,
                effective: None,
                roles: Vec::new(),
                rows: Vec::new(),
                legend: Vec::new(),
            },
            header: None,
            table: None,
            legend_line: None,
            in_legend: false,
            last: Last::Other,
        }
    }

    pub(super) fn index(&self) -> usize {
        self.index
    }

    pub(super) fn place(&self, line: usize) -> Place {
        Place { line, sop: Some(self.index), row: None }
    }

    /// How many performer columns a row has that comes next; `None` before any header.
    pub(super) fn performers(&self) -> Option<usize> {
        let latest = self.header.as_ref().map(|header| header.roles().len());
        latest.or(self.table.as_ref().map(|table| table.columns.len()))
    }

    /// The number of the latest row, unless the table has ended.
    pub(super) fn row_above(&self) -> Option<u32> {
        let row = self.draft.rows.last().filter(|_| !self.in_legend)?;
        row.number.value
    }

    pub(super) fn awaits_title(&self) -> bool {
        self.draft.title.is_none() && self.performers().is_none()
    }

    /// Whether it is the title again, on a further page of the table.
    pub(super) fn repeats_title(&self, title: Span<'_>) -> bool {
        let own = self.draft.title.as_ref().filter(|_| !self.draft.rows.is_empty() && !self.in_legend);
        own.is_some_and(|own| normal(&own.text) == normal(title.text))
    }

    pub(super) fn blank(&mut self, line: usize) {
        if let Last::Row = self.last {
            self.last = Last::Gap(line);
        }
    }

    pub(super) fn number(&mut self, value: Span<'a>, findings: &mut Findings) {
        let place = self.place(value.line);
        if value.text != "-" {
            let number = self.draft.number.get_or_insert_with(|| value.to_cell());
            tell_if_differs(number, value, place, findings);
        }
    }

    pub(super) fn date(&mut self, key: DateKey, value: Span<'a>, findings: &mut Findings) {
        let place = self.place(value.line);
        let slot = match key {
            DateKey::Made => &mut self.draft.made,
            DateKey::Revised => &mut self.draft.revised,
            DateKey::Effective => &mut self.draft.effective,
        };
        let date = header::date(value);
        if date.value.is_none() && value.text != "-" {
            findings.add(FindingKind::UnreadableDate, place, || {
                let value = quote(value.text);
                format!("{value} is no date: write it like 19/04/2021, or - if there is none")
            });
        }
        let cell = &slot.get_or_insert(date).cell;
        tell_if_differs(cell, value, place, findings);
    }

    /// Lets the header that is held take effect.
    pub(super) fn apply_header(&mut self, findings: &mut Findings) -> Result<(), TableError> {
        let Some(header) = self.header.take() else {
            return Ok(());
        };
        let place = self.place(header.line);
        let names: Vec<String> = header.roles().iter().map(|role| normal(role.text)).collect();
        let roles = &mut self.draft.roles;
        let Some(table) = &mut self.table else {
            tell_flaws(&header, place, findings);
            roles.extend(header.roles().iter().map(|role| role.to_cell()));
            self.table = Some(Table {
                header_line: header.line,
                columns: (0..roles.len()).collect(),
                sequence: rows::Sequence::default(),
            });
            return Ok(());
        };
        let mut known = table.columns.iter().zip(&names);
        let is_same = table.columns.len() == names.len()
            && (!header.is_complete() || known.all(|(&role, name)| normal(&roles[role].text) == *name));
        if is_same {
            findings.add(FindingKind::RepeatedHeader, place, || {
                "the header is repeated, as at the top of each page".to_owned()
            });
            return Ok(());
        }
        tell_flaws(&header, place, findings);
        findings.add(FindingKind::HeaderDiffers, place, || {
            "the header names other roles than the one before; the rows below it were read by it, and roles that it \
             adds were put after the others: make the headers alike"
                .to_owned()
        });
        let mut unused: HashMap<String, VecDeque<usize>> = HashMap::new();
        for (index, role) in roles.iter().enumerate() {
            unused.entry(normal(&role.text)).or_default().push_back(index);
        }
        table.columns.clear();
        for (role, name) in header.roles().iter().zip(&names) {
            let index = unused.get_mut(name).and_then(VecDeque::pop_front).unwrap_or(roles.len());
            if index == roles.len() {
                header::check_roles(header.line, index + 1)?;
                roles.push(role.to_cell());
            }
            table.columns.push(index);
        }
        Ok(())
    }

    pub(super) fn row(&mut self, line: Span<'a>, last: Last, findings: &mut Findings) -> Result<(), TableError> {
        self.apply_header(findings)?;
        let Some(table) = &mut self.table else {
            return Ok(());
        };
        let row = rows::read(line, &table.columns, self.index, findings);
        let place = Place { line: line.line, sop: Some(self.index), row: row.number.value };
        table.sequence.add(&row.number, place, findings);
        if let Last::Gap(line) = last {
            findings.add(FindingKind::PageGap, Place { line, ..place }, || {
                "blank lines part the row from the one before, as where a page ended".to_owned()
            });
        }
        self.draft.rows.push(row);
        self.in_legend = false;
        self.last = Last::Row;
        Ok(())
    }

    pub(super) fn begin_legend(&mut self, rest: Span<'a>) -> Option<Span<'a>> {
        self.legend_line.get_or_insert(rest.line);
        self.in_legend = true;
        if rest.is_blank() { None } else { self.legend(rest) }
    }

    /// Adds what stands right of each colon; returns the line when it does not fit.
    pub(super) fn legend(&mut self, line: Span<'a>) -> Option<Span<'a>> {
        let says_something = |piece: &Span<'_>| piece.text.contains(char::is_alphanumeric);
        let mut pieces = line.split(':');
        let symbol = pieces.next().filter(|symbol| !says_something(symbol));
        let room = limits::LIST_MAX - self.draft.legend.len();
        if symbol.is_none() || line.text.matches(':').count() > room {
            return Some(line);
        }
        self.draft.legend.extend(pieces.filter(says_something).map(Span::to_cell));
        None
    }

    /// Ends the SOP, and tells what only shows once it is read as a whole.
    pub(super) fn close(mut self, findings: &mut Findings) -> Result<SopDraft, TableError> {
        self.apply_header(findings)?;
        let review = Review {
            draft: &self.draft,
            sop: self.index,
            header_line: self.table.as_ref().map(|table| table.header_line),
            legend_line: self.legend_line,
        };
        review.tell(findings);
        Ok(self.draft)
    }
}

fn tell_if_differs(earlier: &Cell, value: Span<'_>, place: Place, findings: &mut Findings) {
    if earlier.text != value.text {
        findings.add(FindingKind::IdentityDiffers, place, || {
            let (new, old, line) = (quote(value.text), quote(&earlier.text), earlier.line);
            format!("{new} was left out, since line {line} states {old}: correct one of them")
        });
    }
}

fn tell_flaws(header: &Header<'_>, place: Place, findings: &mut Findings) {
    let flaws = header.flaws();
    if !flaws.is_empty() {
        findings.add(FindingKind::IncompleteHeader, place, || {
            format!("the header is incomplete: {}; complete it", flaws.join("; "))
        });
    }
}
