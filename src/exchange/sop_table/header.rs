//! The identity block above a table, and the header that names its columns.

use chrono::NaiveDate;

use super::line::{Span, normal};
use super::{Parsed, TableError};
use crate::limits;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IdentityKey {
    Title,
    Number,
    Date(DateKey),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateKey {
    Made,
    Revised,
    Effective,
}

/// One entry of the identity block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Identity<'a> {
    pub(super) key: IdentityKey,
    pub(super) value: Span<'a>,
    /// What follows in further fields of the line: often the next entry.
    pub(super) rest: Span<'a>,
}

/// Reads an entry at the beginning of a line: a known label, then a colon or a tab, then the value.
pub(super) fn identity(line: Span<'_>) -> Option<Identity<'_>> {
    const LABEL_BYTES_MAX: usize = 64;
    let line = line.trim();
    let label_end = line.text.find([':', '\t']).filter(|&end| end <= LABEL_BYTES_MAX)?;
    let key = match normal(&line.text[..label_end]).as_str() {
        "NOMOR SOP" | "NO SOP" => IdentityKey::Number,
        "TGL PEMBUATAN" | "TANGGAL PEMBUATAN" => IdentityKey::Date(DateKey::Made),
        "TGL REVISI" | "TANGGAL REVISI" => IdentityKey::Date(DateKey::Revised),
        "TGL EFEKTIF" | "TANGGAL EFEKTIF" => IdentityKey::Date(DateKey::Effective),
        "NAMA SOP" | "JUDUL SOP" => IdentityKey::Title,
        _ => return None,
    };
    let mut value = line.skip(label_end).trim();
    if value.text.starts_with(':') {
        value = value.skip(1).trim();
    }
    let value_end = value.text.find('\t').unwrap_or(value.text.len());
    Some(Identity { key, value: value.take(value_end).trim(), rest: value.skip(value_end) })
}

/// A date of the identity block.
pub(super) fn date(value: Span<'_>) -> Parsed<NaiveDate> {
    Parsed { value: parse_date(value.text), cell: value.to_cell() }
}

/// Day, month and year, or year, month and day; the month as a number or in Indonesian.
fn parse_date(text: &str) -> Option<NaiveDate> {
    const MONTHS: [&str; 12] = [
        "januari",
        "februari",
        "maret",
        "april",
        "mei",
        "juni",
        "juli",
        "agustus",
        "september",
        "oktober",
        "november",
        "desember",
    ];
    let mut parts = text.split(['/', '-', '.', ' ', '\u{a0}']).filter(|part| !part.is_empty());
    let (first, month, last) = (parts.next()?, parts.next()?, parts.next()?);
    let (day, year) = if first.len() == 4 { (last, first) } else { (first, last) };
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    let month = match (1..).zip(MONTHS).find(|(_, name)| name.eq_ignore_ascii_case(month)) {
        Some((number, _)) => number,
        None => month.parse().ok()?,
    };
    NaiveDate::from_ymd_opt(year.parse().ok()?, month, day.parse().ok()?)
}

pub(super) fn is_heading(line: Span<'_>) -> bool {
    let mut fields = line.split('\t').map(|field| normal(field.text));
    fields.next().is_some_and(|no| matches!(no.as_str(), "NO" | "NOMOR" | "NO URUT"))
        && fields.next().is_some_and(|activity| !activity.is_empty())
        && fields.any(|field| field == "PELAKSANA")
}

pub(super) fn is_subheading(line: Span<'_>) -> bool {
    let mut fields = line.split('\t');
    fields.next().is_some_and(Span::is_blank)
        && fields.next().is_some_and(Span::is_blank)
        && fields.any(heads_inputs)
        && fields.any(|field| normal(field.text) == "WAKTU")
}

fn heads_inputs(field: Span<'_>) -> bool {
    matches!(normal(field.text).as_str(), "PERLENGKAPAN" | "KELENGKAPAN")
}

/// A header as far as it is read.
#[derive(Debug)]
pub(super) struct Header<'a> {
    /// Line on which it begins.
    pub(super) line: usize,
    /// The performer columns that the first line makes room for.
    room: Option<Vec<Span<'a>>>,
    /// The roles that the second line names.
    names: Option<Vec<Span<'a>>>,
    /// Whether the columns right of the roles stand in the usual order.
    in_order: bool,
}

impl<'a> Header<'a> {
    /// Begins with the line that holds PELAKSANA.
    pub(super) fn heading(line: Span<'a>) -> Result<Self, TableError> {
        let mut fields = line.split('\t').skip_while(|field| normal(field.text) != "PELAKSANA");
        let first = fields.next().map(|field| field.take(0));
        let room = first.into_iter().chain(fields.take_while(|field| field.is_blank()));
        Ok(Self { line: line.line, room: Some(collect_roles(line.line, room)?), names: None, in_order: true })
    }

    /// Begins with the line that names the roles, for want of the other.
    pub(super) fn subheading(line: Span<'a>) -> Result<Self, TableError> {
        let mut header = Self { line: line.line, room: None, names: None, in_order: true };
        header.complete(line)?;
        Ok(header)
    }

    /// Adds the line that names the roles.
    pub(super) fn complete(&mut self, line: Span<'a>) -> Result<(), TableError> {
        let mut fields = line.split('\t').skip(2);
        let names = fields.by_ref().take_while(|&field| !heads_inputs(field));
        self.names = Some(collect_roles(line.line, names)?);
        self.in_order = fields.take(2).map(|field| normal(field.text)).eq(["WAKTU", "OUTPUT"]);
        Ok(())
    }

    pub(super) fn is_complete(&self) -> bool {
        self.names.is_some()
    }

    /// The performer columns; unnamed when there is no second line.
    pub(super) fn roles(&self) -> &[Span<'a>] {
        self.names.as_ref().or(self.room.as_ref()).map_or(&[], Vec::as_slice)
    }

    /// What is wrong with the header, for a message.
    pub(super) fn flaws(&self) -> Vec<String> {
        let mut flaws = Vec::new();
        let Some(names) = &self.names else {
            flaws.push("it has no second line that names the roles".to_owned());
            return flaws;
        };
        match &self.room {
            None => flaws.push("its first line, with NO and PELAKSANA, is missing".to_owned()),
            Some(room) if room.len() != names.len() => {
                flaws.push(format!("PELAKSANA spans {} columns, but {} roles are named", room.len(), names.len()));
            }
            Some(_) => {}
        }
        if names.is_empty() {
            flaws.push("it has no performer column".to_owned());
        }
        for (column, _) in (1..).zip(names).filter(|(_, name)| name.is_blank()) {
            flaws.push(format!("performer column {column} has no name"));
        }
        if !self.in_order {
            flaws.push(
                "Perlengkapan, Waktu and Output do not follow one another, but were read as if they did".to_owned(),
            );
        }
        flaws
    }
}

fn collect_roles<'a>(line: usize, roles: impl Iterator<Item = Span<'a>>) -> Result<Vec<Span<'a>>, TableError> {
    let roles: Vec<_> = roles.take(limits::ROLES_MAX + 1).map(Span::trim).collect();
    check_roles(line, roles.len())?;
    Ok(roles)
}

pub(super) fn check_roles(line: usize, roles: usize) -> Result<(), TableError> {
    let max = limits::ROLES_MAX;
    if roles > max {
        return Err(TableError::TooManyRoles { line, max });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Span<'_> {
        Span { text, line: 1, column: 1 }
    }

    #[test]
    fn identity_entries_take_a_colon_or_a_tab() {
        fn check(text: &str, key: IdentityKey, value: &str, rest: &str) {
            let entry = identity(line(text)).unwrap();
            assert_eq!((entry.key, entry.value.text, entry.rest.text), (key, value, rest), "{text:?}");
        }
        check("NOMOR SOP\t: SOP/BPM/03", IdentityKey::Number, "SOP/BPM/03", "");
        check("  nomor\u{a0}sop : 7", IdentityKey::Number, "7", "");
        check("No. SOP\t7", IdentityKey::Number, "7", "");
        check("TGL. REVISI\t:\t-", IdentityKey::Date(DateKey::Revised), "-", "");
        check("Tanggal Pembuatan:", IdentityKey::Date(DateKey::Made), "", "");
        check("TGL.EFEKTIF: 1/2/2021\tNAMA SOP: A", IdentityKey::Date(DateKey::Effective), "1/2/2021", "\tNAMA SOP: A");
        assert!(identity(line("NOMOR SOP")).is_none());
        assert!(identity(line("NOMOR\t: 1")).is_none());
    }

    #[test]
    fn dates_are_read_day_first() {
        fn check(text: &str, expected: Option<(i32, u32, u32)>) {
            let expected = expected.and_then(|(y, m, d)| NaiveDate::from_ymd_opt(y, m, d));
            assert_eq!(parse_date(text), expected, "{text:?}");
        }
        check("19/04/2021", Some((2021, 4, 19)));
        check("1-2-2021", Some((2021, 2, 1)));
        check("19 April 2021", Some((2021, 4, 19)));
        check("17 Agustus 1945", Some((1945, 8, 17)));
        check("2021-04-19", Some((2021, 4, 19)));
        for unreadable in ["-", "", "31/02/2021", "19/04/21", "19/04", "19/04/2021/1", "1 Thermidor 2021"] {
            check(unreadable, None);
        }
    }

    fn header<'a>(first: &'a str, second: &'a str) -> Header<'a> {
        let mut header = Header::heading(line(first)).unwrap();
        header.complete(line(second)).unwrap();
        header
    }

    #[test]
    fn roles_stand_between_activity_and_inputs() {
        let header =
            header("NO\tAKTIVITAS\tPELAKSANA\t\tMUTU BAKU", "\t\tStaf\t Kepala \tPerlengkapan\tWaktu\tOutput\t");
        let roles: Vec<_> = header.roles().iter().map(|role| (role.text, role.column)).collect();
        assert_eq!(roles, [("Staf", 3), ("Kepala", 9)]);
        assert!(header.flaws().is_empty());
    }

    #[test]
    fn flaws_are_told() {
        let flawed = header("NO\tAKTIVITAS\tPELAKSANA\t\tMUTU BAKU", "\t\tStaf\t\tKepala\tPerlengkapan\tOutput\tWaktu");
        assert_eq!(flawed.flaws().len(), 3);
        let first_only = Header::heading(line("NO\tAKTIVITAS\tPELAKSANA\t\tMUTU BAKU")).unwrap();
        assert_eq!((first_only.roles().len(), first_only.flaws().len()), (2, 1));
        let no_roles = header("NO\tAKTIVITAS\tPELAKSANA", "\t\tPerlengkapan\tWaktu\tOutput");
        assert_eq!(no_roles.flaws().len(), 2);
    }
}
