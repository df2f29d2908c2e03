//! The words of standard times in Indonesian and English.

use super::Unit;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Indonesian,
    English,
}

pub(super) const IMMEDIATE: &[&str] = &["segera", "immediately", "seketika", "immediate"];
pub(super) const TIMES: &[&str] = &["x", "kali", "times"];
pub(super) const RANGE: &[&str] = &["sd", "s/d", "sampai", "hingga", "to"];
/// May follow the word of a range: `sampai dengan`.
pub(super) const RANGE_SECOND: &str = "dengan";

use Language::{English, Indonesian};

/// Every known unit. Of two that are equally near to a misspelling the earlier is suggested.
const UNITS: &[(&str, Unit, Language)] = &[
    ("menit", Unit::Minute, Indonesian),
    ("jam", Unit::Hour, Indonesian),
    ("hari", Unit::Day, Indonesian),
    ("hari kerja", Unit::WorkingDay, Indonesian),
    ("hari kalender", Unit::CalendarDay, Indonesian),
    ("minggu", Unit::Week, Indonesian),
    ("pekan", Unit::Week, Indonesian),
    ("bulan", Unit::Month, Indonesian),
    ("minutes", Unit::Minute, English),
    ("minute", Unit::Minute, English),
    ("hours", Unit::Hour, English),
    ("hour", Unit::Hour, English),
    ("days", Unit::Day, English),
    ("day", Unit::Day, English),
    ("working days", Unit::WorkingDay, English),
    ("working day", Unit::WorkingDay, English),
    ("business days", Unit::WorkingDay, English),
    ("business day", Unit::WorkingDay, English),
    ("workdays", Unit::WorkingDay, English),
    ("workday", Unit::WorkingDay, English),
    ("calendar days", Unit::CalendarDay, English),
    ("calendar day", Unit::CalendarDay, English),
    ("weeks", Unit::Week, English),
    ("week", Unit::Week, English),
    ("months", Unit::Month, English),
    ("month", Unit::Month, English),
    ("mnt", Unit::Minute, Indonesian),
    ("bln", Unit::Month, Indonesian),
    ("min", Unit::Minute, English),
    ("mins", Unit::Minute, English),
    ("hr", Unit::Hour, English),
    ("hrs", Unit::Hour, English),
];

/// The unit that a phrase names, in lower case with single spaces, and its language.
pub(super) fn unit(phrase: &str) -> Option<(Unit, Language)> {
    UNITS.iter().find(|(known, ..)| *known == phrase).map(|&(_, unit, language)| (unit, language))
}

/// The known unit nearest to a misspelling, if it is near.
pub(super) fn nearest_unit(phrase: &str) -> Option<&'static str> {
    nearest(phrase, UNITS.iter().map(|&(known, ..)| known))
}

/// The word for *at once* nearest to a misspelling, if it is near.
pub(super) fn nearest_immediate(word: &str) -> Option<&'static str> {
    nearest(word, IMMEDIATE.iter().copied())
}

fn nearest(word: &str, known: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let near = (word.chars().count() / 4).max(1);
    known
        .map(|candidate| (strsim::osa_distance(word, candidate), candidate))
        .min_by_key(|&(distance, _)| distance)
        .filter(|&(distance, _)| distance <= near)
        .map(|(_, candidate)| candidate)
}

/// The Indonesian name, the same for one and for many.
pub(super) fn indonesian(unit: Unit) -> &'static str {
    match unit {
        Unit::Minute => "menit",
        Unit::Hour => "jam",
        Unit::Day => "hari",
        Unit::WorkingDay => "hari kerja",
        Unit::CalendarDay => "hari kalender",
        Unit::Week => "minggu",
        Unit::Month => "bulan",
    }
}

/// The English name for one.
pub(super) fn english(unit: Unit) -> &'static str {
    match unit {
        Unit::Minute => "minute",
        Unit::Hour => "hour",
        Unit::Day => "day",
        Unit::WorkingDay => "working day",
        Unit::CalendarDay => "calendar day",
        Unit::Week => "week",
        Unit::Month => "month",
    }
}
