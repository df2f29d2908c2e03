//! Calendars as TOML files: every mistake of a file is told, with its place and what is expected there.

use chrono::{NaiveDate, Weekday};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::WorkCalendar;
use super::fields::{Fields, Notes, day, text, texts};
use super::hours::DayHours;
use super::preset::HoursRule;
use super::rules::{CalendarRules, DayOff, DayOffKind, Days, OpenDay, SpecialPeriod, WEEK, set, week_of};
use crate::error::{Error, ErrorKind, Fault, did_you_mean, listed, located, readable, shown, toml_message};

impl WorkCalendar {
    /// Reads the calendar of an office that states everything itself from TOML.
    ///
    /// # Errors
    ///
    /// As [`CalendarRules::from_toml`] and [`new`](Self::new).
    pub fn from_toml(text: &str) -> Result<Self, Error> {
        Self::new(&CalendarRules::from_toml(text)?)
    }
}

impl CalendarRules {
    /// Reads what an office states of its working time from TOML.
    ///
    /// The [format](https://docs.rs/crate/sopflow/latest/source/docs/working-time.md) is for people to write.
    ///
    /// ```
    /// use sopflow::time::CalendarRules;
    ///
    /// let rules = CalendarRules::from_toml(
    ///     r#"
    ///     zone = "Asia/Jakarta"
    ///
    ///     [[hours]]
    ///     days = "monday-thursday"
    ///     open = "07:30-16:00"
    ///     break = "16:00-17:00"
    ///     "#,
    /// );
    /// assert_eq!(
    ///     rules.unwrap_err().in_file("office.toml").to_string(),
    ///     "office.toml:7:13: the break 16:00-17:00 does not lie within one window of the hours 07:30-16:00",
    /// );
    /// ```
    ///
    /// # Errors
    ///
    /// When the text is not TOML, does not have the form of a calendar, or is longer than
    /// [`FILE_BYTES_MAX`](crate::limits::FILE_BYTES_MAX). Each fault tells line and column.
    pub fn from_toml(text: &str) -> Result<Self, Error> {
        let text = readable(text)?;
        let root = DeTable::parse(text).map_err(|error| {
            let span = error.span().or(Some(text.len()..text.len()));
            let fault = Fault { span, message: toml_message(&error), ..Fault::default() };
            located(text, ErrorKind::Format, vec![fault]).caused_by(error)
        })?;
        let mut notes = Notes::default();
        let rules = rules(Fields::of(0..0, root.get_ref()), &mut notes);
        let faults = notes.into_faults();
        if faults.is_empty() { Ok(rules) } else { Err(located(text, ErrorKind::Format, faults)) }
    }
}

fn rules(mut fields: Fields<'_>, notes: &mut Notes) -> CalendarRules {
    let zone = fields.get("zone").and_then(|value| zone(value, notes));
    let week = week(&mut fields, notes);
    let periods = fields.tables("periods", notes).into_iter().filter_map(|entry| period(entry, notes)).collect();
    let mut days_off = Vec::new();
    for kind in [DayOffKind::Holiday, DayOffKind::JointLeave] {
        let entries = fields.tables(kind.as_str(), notes).into_iter();
        days_off.extend(entries.filter_map(|entry| day_off(kind, entry, notes)));
    }
    let open_days = fields.tables("open_days", notes).into_iter().filter_map(|entry| open_day(entry, notes)).collect();
    let works_on = fields.get("works_on").map(|value| works_on(value, notes)).unwrap_or_default();
    fields.finish(notes);
    CalendarRules { zone, week, periods, days_off, open_days, works_on }
}

fn period(mut fields: Fields<'_>, notes: &mut Notes) -> Option<SpecialPeriod> {
    let name = fields.required("name").and_then(|name| text(name, notes));
    let days = stretch(&mut fields, notes);
    let week = week(&mut fields, notes);
    fields.finish(notes);
    Some(SpecialPeriod { name: name?.to_owned(), days: days?, week })
}

fn day_off(kind: DayOffKind, mut fields: Fields<'_>, notes: &mut Notes) -> Option<DayOff> {
    let name = fields.required("name").and_then(|name| text(name, notes));
    let days = stretch(&mut fields, notes);
    fields.finish(notes);
    let Days { from, to } = days?;
    Some(DayOff { kind, name: name?.to_owned(), from, to })
}

fn open_day(mut fields: Fields<'_>, notes: &mut Notes) -> Option<OpenDay> {
    fields.get("name").and_then(|name| text(name, notes));
    let days = stretch(&mut fields, notes);
    let hours = hours(&mut fields, notes);
    fields.finish(notes);
    days.map(|days| OpenDay { days, hours })
}

fn zone(value: &Spanned<DeValue<'_>>, notes: &mut Notes) -> Option<String> {
    let name = text(value, notes)?;
    if name.parse::<chrono_tz::Tz>().is_err() {
        let help = did_you_mean(name, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()));
        let help = help.unwrap_or_else(|| "a name of the IANA database, such as `Asia/Jakarta`".to_owned());
        notes.add_with_help(value.span(), format!("there is no time zone `{}`", shown(name)), help);
    }
    Some(name.to_owned())
}

/// The weekly hours of the whole or of a period: those of a rule, and those that are stated by day.
fn week(fields: &mut Fields<'_>, notes: &mut Notes) -> [Option<DayHours>; 7] {
    let mut week = fields.get("rule").and_then(|value| rule(value, notes)).map(week_of).unwrap_or_default();
    let mut stated = [false; 7];
    for mut entry in fields.tables("hours", notes) {
        let days = entry.required("days").map(|value| weekdays(value, &mut stated, notes)).unwrap_or_default();
        entry.required("open");
        let hours = hours(&mut entry, notes);
        entry.finish(notes);
        if let Some(hours) = hours {
            set(&mut week, days, &hours);
        }
    }
    week
}

fn rule(value: &Spanned<DeValue<'_>>, notes: &mut Notes) -> Option<HoursRule> {
    let name = text(value, notes)?;
    let known = HoursRule::ALL.iter().map(|rule| rule.as_str());
    let found = HoursRule::ALL.iter().copied().find(|rule| rule.as_str() == name);
    if found.is_none() {
        notes.expected(value.span(), name, &known.collect::<Vec<_>>());
    }
    found
}

/// The fields `open` and `break` of a table.
fn hours(fields: &mut Fields<'_>, notes: &mut Notes) -> Option<DayHours> {
    let (open, pause) = (fields.get("open"), fields.get("break"));
    let Some(open) = open else { return pause.and_then(|_| fields.missing("open")) };
    let windows = texts(open, notes)?.iter().map(|(_, window)| *window).collect::<Vec<_>>().join(", ");
    let hours = windows.parse::<DayHours>().map_err(|error| notes.add(open.span(), error.to_string())).ok()?;
    let pauses = pause.map_or(Some(Vec::new()), |pause| texts(pause, notes))?;
    pauses.into_iter().try_fold(hours, |hours, (span, pause)| {
        hours.with_break(pause).map_err(|error| notes.add(span, error.to_string())).ok()
    })
}

/// The days of the week that a text such as `monday-thursday`, or a list, names.
fn weekdays(value: &Spanned<DeValue<'_>>, stated: &mut [bool; 7], notes: &mut Notes) -> Vec<Weekday> {
    let mut found = Vec::new();
    for (span, part) in texts(value, notes).unwrap_or_default() {
        let (first, last) = part.split_once(['-', '–']).unwrap_or((part, part));
        let ends = [first, last].map(|name| weekday(name.trim()));
        let [Some(first), Some(last)] = ends else {
            let wrong = if ends[0].is_none() { first } else { last };
            let names = DAY_NAMES.map(|names| names[0]);
            let message = format!("expected {}, found `{}`", listed(&names, "or"), shown(wrong.trim()));
            let help = did_you_mean(wrong.trim(), DAY_NAMES.iter().flat_map(|names| names.iter().copied()));
            let help = help.unwrap_or_else(|| "several days in a row are written as `monday-thursday`".to_owned());
            notes.add_with_help(span, message, help);
            continue;
        };
        let count = (last + 7 - first) % 7;
        for day in (first..=first + count).map(|day| day % 7) {
            if std::mem::replace(&mut stated[day], true) {
                notes.add(span.clone(), format!("the hours of {} are stated twice", DAY_NAMES[day][0]));
            }
            found.push(WEEK[day]);
        }
    }
    found
}

/// The names of the days of the week, from Monday: the English one first, then the Indonesian ones.
const DAY_NAMES: [&[&str]; 7] = [
    &["monday", "senin"],
    &["tuesday", "selasa"],
    &["wednesday", "rabu"],
    &["thursday", "kamis"],
    &["friday", "jumat", "jum'at"],
    &["saturday", "sabtu"],
    &["sunday", "minggu", "ahad"],
];

fn weekday(name: &str) -> Option<usize> {
    DAY_NAMES.iter().position(|names| names.contains(&name.to_lowercase().as_str()))
}

/// The fields `date`, or `from` and `to`, of a table.
fn stretch(fields: &mut Fields<'_>, notes: &mut Notes) -> Option<Days> {
    let one = fields.get("date").map(|value| (value.span(), day(value, notes)));
    let from = fields.get("from").map(|value| (value.span(), day(value, notes)));
    let to = fields.get("to").map(|value| (value.span(), day(value, notes)));
    let checked = |from: Option<NaiveDate>, to: Option<NaiveDate>, span, notes: &mut Notes| {
        let days = Days { from: from?, to: to? };
        days.fault().map_or(Some(days), |fault| {
            notes.add(span, fault);
            None
        })
    };
    match (one, from, to) {
        (Some((span, date)), None, None) => checked(date, date, span, notes),
        (None, Some((_, from)), Some((span, to))) => checked(from, to, span, notes),
        (None, None, None) => fields.missing("date"),
        (None, Some(_), None) => fields.missing("to"),
        (None, None, Some(_)) => fields.missing("from"),
        (Some((span, _)), ..) => {
            notes.add(span, "expected either `date`, or `from` and `to`".to_owned());
            None
        }
    }
}

fn works_on(value: &Spanned<DeValue<'_>>, notes: &mut Notes) -> Vec<DayOffKind> {
    let kinds = [DayOffKind::Holiday, DayOffKind::JointLeave];
    let mut found = Vec::new();
    for (span, name) in texts(value, notes).unwrap_or_default() {
        match kinds.into_iter().find(|kind| kind.as_str() == name) {
            Some(kind) => found.push(kind),
            None => notes.expected(span, name, &kinds.map(DayOffKind::as_str)),
        }
    }
    found
}
