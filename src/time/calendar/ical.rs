//! Days off out of iCalendar files (RFC 5545), as offices and calendar services publish them.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use chrono::{Datelike, Days, NaiveDate};
use icalendar::parser::{Component, Property, read_calendar_simple, unfold};

use crate::error::{Error, ErrorKind, Fault, fill_in_lines, listed, readable, shown};
use crate::limits::{CALENDAR_ENTRIES_MAX, DIAGNOSTICS_MAX, NESTING_MAX};

/// A whole day, or several in a row, out of an iCalendar file.
///
/// Such files hold more than days off, and each calendar says in its own way what is a holiday, what is joint leave, and
/// what is only a feast. So this tells what stands in the file, and the caller makes
/// [days off](super::CalendarRules::day_off) of what is one.
///
/// # Examples
///
/// ```
/// use sopflow::time::{CalendarRules, DayOffKind, IcalDay};
///
/// let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20210513\r\n\
///     DTEND;VALUE=DATE:20210515\r\nSUMMARY:Hari Raya Idul Fitri\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
/// let days = IcalDay::read(text, 2021..=2021)?;
/// assert_eq!(days[0].summary, "Hari Raya Idul Fitri");
/// assert_eq!(days[0].to.to_string(), "2021-05-14", "the end of an event is the day after its last");
///
/// let rules = days.iter().fold(CalendarRules::new(), |rules, day| {
///     let kind = if day.summary.contains("Cuti") { DayOffKind::JointLeave } else { DayOffKind::Holiday };
///     rules.day_off(kind, day.from, day.to, &*day.summary)
/// });
/// # assert_eq!(rules.days_off().len(), 1);
/// # Ok::<(), sopflow::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IcalDay {
    /// What it is called (`SUMMARY`); empty when it is not.
    pub summary: String,
    /// What is said about it (`DESCRIPTION`); empty when nothing is.
    pub description: String,
    /// The categories that it is in (`CATEGORIES`).
    pub categories: Vec<String>,
    /// The first day.
    pub from: NaiveDate,
    /// The last day, the same for one day.
    pub to: NaiveDate,
}

impl IcalDay {
    /// Reads the events of a file that have a day within some years, in the order of the file.
    ///
    /// Read are events of whole days, with their end or duration, and those that come every year (`RRULE` with
    /// `FREQ=YEARLY`, with `INTERVAL`, `COUNT` and `UNTIL`). Events that are cancelled are left out, and time zones are
    /// skipped, as whole days have none. What else tells when something takes place is an error, so nothing is lost in silence:
    /// events with hours, other repetitions, single exceptions, and components other than events.
    ///
    /// # Errors
    ///
    /// When the text is no iCalendar file, has what is not read, or is beyond a bound of [`limits`](crate::limits). Each fault
    /// tells its line.
    pub fn read(text: &str, years: RangeInclusive<i32>) -> Result<Vec<Self>, Error> {
        let text = readable(text)?;
        let unfolded = unfold(text);
        let mut reader = Reader { original: text, text: &unfolded, years, days: Vec::new(), faults: Vec::new() };
        reader.check_nesting()?;
        let roots = read_calendar_simple(&unfolded).map_err(|error| {
            let fault = reader.fault(error.input, "this is no line of an iCalendar file".to_owned());
            reader.error(ErrorKind::Format, vec![fault])
        })?;
        for root in &roots {
            reader.calendar(root);
        }
        if !reader.faults.is_empty() {
            let faults = std::mem::take(&mut reader.faults);
            return Err(reader.error(ErrorKind::Format, faults));
        }
        if reader.days.len() > CALENDAR_ENTRIES_MAX {
            let message = format!("there are more than {CALENDAR_ENTRIES_MAX} days in these years");
            return Err(Error::single(ErrorKind::Limit, message));
        }
        Ok(reader.days)
    }
}

struct Reader<'a> {
    original: &'a str,
    /// The text with its folded lines joined, which the parser reads.
    text: &'a str,
    years: RangeInclusive<i32>,
    days: Vec<IcalDay>,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    /// Refuses what the parser would descend into without end, or search for in vain.
    fn check_nesting(&self) -> Result<(), Error> {
        let mut open: Vec<String> = Vec::new();
        for line in self.text.lines() {
            let Some((word, name)) = line.split_once(':') else { continue };
            let wrong = |kind, message: String| Err(self.error(kind, vec![self.fault(line, message)]));
            match word.to_ascii_uppercase().as_str() {
                "BEGIN" if open.len() == NESTING_MAX => {
                    let message = format!("components are nested too deeply; at most {NESTING_MAX} levels are allowed");
                    return wrong(ErrorKind::Limit, message);
                }
                "BEGIN" => open.push(name.trim().to_owned()),
                "END" => match open.pop() {
                    Some(begun) if begun == name.trim() => {}
                    Some(begun) => {
                        return wrong(
                            ErrorKind::Format,
                            format!("expected END:{}, found END:{}", shown(&begun), shown(name)),
                        );
                    }
                    None => return wrong(ErrorKind::Format, format!("END:{} has no BEGIN", shown(name))),
                },
                _ => {}
            }
        }
        match open.pop() {
            Some(name) => {
                let end = &self.text[self.text.trim_end().len()..];
                let message = format!("the file ends before END:{}", shown(&name));
                Err(self.error(ErrorKind::Format, vec![self.fault(end, message)]))
            }
            None => Ok(()),
        }
    }

    /// A fault at a part of the unfolded text.
    fn fault(&self, part: &str, message: String) -> Fault {
        let offset = part.as_ptr().addr().wrapping_sub(self.text.as_ptr().addr()).min(self.text.len());
        Fault { span: Some(offset..offset), message, ..Fault::default() }
    }

    fn note(&mut self, part: &str, message: String) {
        if self.faults.len() < DIAGNOSTICS_MAX {
            self.faults.push(self.fault(part, message));
        }
    }

    /// The error for faults in the unfolded text, each with the line of the file on which its line begins.
    fn error(&self, kind: ErrorKind, mut faults: Vec<Fault>) -> Error {
        fill_in_lines(self.text, &mut faults);
        let lines = self.original.lines().enumerate();
        let begun = lines.filter(|(number, line)| *number == 0 || !line.starts_with([' ', '\t']));
        let begun: Vec<usize> = begun.map(|(number, _)| number + 1).collect();
        for Fault { span, line, column, .. } in &mut faults {
            *line = line.and_then(|line| begun.get(line - 1).or(begun.last())).copied();
            (*span, *column) = (None, None);
        }
        Error::new(kind, faults)
    }

    fn calendar(&mut self, root: &Component<'_>) {
        if !root.name.as_str().eq_ignore_ascii_case("VCALENDAR") {
            self.note(root.name.as_str(), format!("expected VCALENDAR, found {}", shown(root.name.as_str())));
            return;
        }
        for component in &root.components {
            match component.name.as_str().to_ascii_uppercase().as_str() {
                "VEVENT" => self.event(component),
                "VTIMEZONE" => {}
                other => {
                    self.note(component.name.as_str(), format!("only VEVENT is read, and this is {}", shown(other)));
                }
            }
        }
    }

    fn event(&mut self, component: &Component<'_>) {
        let mut event = Event::default();
        for property in &component.properties {
            if let Err(message) = event.set(property) {
                self.note(property.name.as_str(), message);
                return;
            }
        }
        if let Err(message) = self.add(&event) {
            self.note(component.name.as_str(), message);
        }
    }

    /// Adds the days of an event that lie within the years asked for.
    fn add(&mut self, event: &Event) -> Result<(), String> {
        if event.is_cancelled || self.days.len() > CALENDAR_ENTRIES_MAX {
            return Ok(());
        }
        let from = event.from.ok_or("DTSTART is missing")?;
        let more = Days::new(event.length(from)? - 1);
        let firsts = match &event.yearly {
            Some(yearly) => yearly.days(from, &self.years)?,
            None => vec![from],
        };
        for from in firsts {
            let to = from.checked_add_days(more).ok_or("the last day is too far away")?;
            if from.year() <= *self.years.end() && to.year() >= *self.years.start() {
                let (summary, description) = (event.summary.clone(), event.description.clone());
                self.days.push(IcalDay { summary, description, categories: event.categories.clone(), from, to });
            }
        }
        Ok(())
    }
}

/// What the properties of an event say.
#[derive(Default)]
struct Event {
    summary: String,
    description: String,
    categories: Vec<String>,
    is_cancelled: bool,
    from: Option<NaiveDate>,
    /// The day after the last one.
    end: Option<NaiveDate>,
    /// In days.
    duration: Option<u64>,
    yearly: Option<Yearly>,
}

impl Event {
    fn set(&mut self, property: &Property<'_>) -> Result<(), String> {
        let value = property.val.as_str();
        match property.name.as_str().to_ascii_uppercase().as_str() {
            "SUMMARY" => self.summary = text_of(property),
            "DESCRIPTION" => self.description = text_of(property),
            "CATEGORIES" => self.categories.extend(text_of(property).split(',').map(|part| part.trim().to_owned())),
            "STATUS" => self.is_cancelled = value.eq_ignore_ascii_case("CANCELLED"),
            "DTSTART" => self.from = Some(whole_day(property)?),
            "DTEND" => self.end = Some(whole_day(property)?),
            "DURATION" => self.duration = Some(duration(value)?),
            "RRULE" => self.yearly = Some(Yearly::read(value)?),
            name @ ("RDATE" | "EXDATE" | "RECURRENCE-ID" | "EXRULE") => return Err(format!("{name} is not read")),
            _ => {}
        }
        Ok(())
    }

    /// How many days it has from its first one on.
    fn length(&self, from: NaiveDate) -> Result<u64, String> {
        let length = match (self.end, self.duration) {
            (Some(_), Some(_)) => return Err("expected DTEND or DURATION, found both".to_owned()),
            (Some(end), None) => u64::try_from((end - from).num_days()).map_err(|_| "DTEND lies before DTSTART")?,
            (None, Some(days)) => days,
            (None, None) => 1,
        };
        // Some programs write the first day as the end of a single one.
        Ok(length.max(1))
    }
}

/// A repetition every year, or every so many.
struct Yearly {
    interval: i32,
    count: Option<usize>,
    until: Option<NaiveDate>,
    month: Option<u32>,
    day: Option<u32>,
}

impl Yearly {
    fn read(text: &str) -> Result<Self, String> {
        let known = ["FREQ=YEARLY", "INTERVAL", "COUNT", "UNTIL", "BYMONTH", "BYMONTHDAY"];
        let wrong =
            |part: &str| format!("of RRULE only {} are read, and this is {}", listed(&known, "and"), shown(part));
        let mut yearly = Self { interval: 1, count: None, until: None, month: None, day: None };
        let mut is_yearly = false;
        for part in text.split(';') {
            let (key, value) = part.split_once('=').ok_or_else(|| wrong(part))?;
            let number = || value.parse::<u32>().map_err(|_| wrong(part));
            match key.to_ascii_uppercase().as_str() {
                "FREQ" if value.eq_ignore_ascii_case("YEARLY") => is_yearly = true,
                "INTERVAL" => {
                    let interval = number()?.clamp(1, 10_000);
                    yearly.interval = i32::try_from(interval).unwrap_or(i32::MAX);
                }
                "COUNT" => yearly.count = usize::try_from(number()?).ok(),
                "UNTIL" => yearly.until = Some(date(value.get(..8).unwrap_or(value)).ok_or_else(|| wrong(part))?),
                "BYMONTH" => yearly.month = Some(number()?),
                "BYMONTHDAY" => yearly.day = Some(number()?),
                // The first day of the week changes nothing for days of the year.
                "WKST" => {}
                _ => return Err(wrong(part)),
            }
        }
        if is_yearly { Ok(yearly) } else { Err(wrong(text)) }
    }

    /// The first days of the repetitions until the last of the years. A 29 February is only in leap years.
    fn days(&self, from: NaiveDate, years: &RangeInclusive<i32>) -> Result<Vec<NaiveDate>, String> {
        let is_other = |told: Option<u32>, own: u32| told.is_some_and(|told| told != own);
        if is_other(self.month, from.month()) || is_other(self.day, from.day()) {
            return Err("BYMONTH and BYMONTHDAY of an RRULE are read where they repeat the day of DTSTART".to_owned());
        }
        let last = (*years.end()).min(9_999);
        let interval = usize::try_from(self.interval).unwrap_or(usize::MAX);
        let repeated = (from.year()..=last).step_by(interval).filter_map(|year| from.with_year(year));
        let repeated = repeated.take_while(|day| self.until.is_none_or(|until| *day <= until));
        Ok(repeated.take(self.count.unwrap_or(usize::MAX)).collect())
    }
}

fn text_of(property: &Property<'_>) -> String {
    property.val.clone().unescape_text().as_str().to_owned()
}

/// The day of a property, which may have no hours.
fn whole_day(property: &Property<'_>) -> Result<NaiveDate, String> {
    let value = property.val.as_str();
    date(value).ok_or_else(|| {
        let name = property.name.as_str();
        let help: Cow<'_, str> =
            if value.contains('T') { " (events with hours are not read)".into() } else { "".into() };
        format!("expected a whole day such as {name};VALUE=DATE:20210419, found {}{help}", shown(value))
    })
}

fn date(text: &str) -> Option<NaiveDate> {
    let is_form = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<u32>().ok();
    if !is_form {
        return None;
    }
    NaiveDate::from_ymd_opt(i32::try_from(number(0..4)?).ok()?, number(4..6)?, number(6..8)?)
}

/// The days of a duration such as `P1D` or `P2W`.
fn duration(text: &str) -> Result<u64, String> {
    let days = text.strip_prefix('P').and_then(|rest| {
        let (number, unit) = rest.split_at_checked(rest.len().checked_sub(1)?)?;
        let number: u64 = number.parse::<u32>().ok()?.into();
        match unit {
            "D" => Some(number),
            "W" => Some(number * 7),
            _ => None,
        }
    });
    days.ok_or_else(|| format!("expected a duration of whole days such as P1D, found {}", shown(text)))
}
