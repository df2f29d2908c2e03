//! What an office states of its working time.

use chrono::{Datelike, NaiveDate, Weekday};

use super::hours::DayHours;
use super::preset::HoursRule;
use crate::error::{Fault, shown};

/// What an office states of its working time: all of it, or where it differs from the offices above it.
///
/// A [`WorkCalendar`](super::WorkCalendar) is made of it. A unit states only what is its own; the rest comes from the
/// calendar that it is put [after](super::WorkCalendar::with). Read it from a file with [`from_toml`](Self::from_toml).
///
/// # Examples
///
/// ```
/// use chrono::{NaiveDate, Weekday};
/// use sopflow::time::{CalendarRules, HoursRule, WorkCalendar};
///
/// let new_year = NaiveDate::from_ymd_opt(2021, 1, 1).expect("a day");
/// let national = CalendarRules::new()
///     .zone("Asia/Jakarta")
///     .rule(HoursRule::Keppres68Of1995)
///     .holiday(new_year, "Tahun Baru 2021 Masehi");
/// let desk = CalendarRules::new().hours([Weekday::Sat], &"08:00-12:00".parse()?);
/// let desk = WorkCalendar::new(&national)?.with(&desk)?;
///
/// let saturday = "2021-01-02T09:00:00+07:00".parse()?;
/// assert!(desk.is_working(saturday));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CalendarRules {
    pub(super) zone: Option<String>,
    pub(super) week: [Option<DayHours>; 7],
    pub(super) periods: Vec<SpecialPeriod>,
    pub(super) days_off: Vec<DayOff>,
    pub(super) open_days: Vec<OpenDay>,
    pub(super) works_on: Vec<DayOffKind>,
}

/// Days on which the hours are others than usual, such as those of Ramadan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecialPeriod {
    pub(super) name: String,
    pub(super) days: Days,
    pub(super) week: [Option<DayHours>; 7],
}

/// A day, or several in a row, on which nobody works.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DayOff {
    /// Its kind.
    pub kind: DayOffKind,
    /// What it is for.
    pub name: String,
    /// The first day.
    pub from: NaiveDate,
    /// The last day, the same for one day.
    pub to: NaiveDate,
}

/// The kinds of days off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DayOffKind {
    /// A holiday: *hari libur*.
    Holiday,
    /// Leave that all take together, before or after a holiday: *cuti bersama*.
    JointLeave,
}

/// A day on which the office is open, whatever else falls on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OpenDay {
    pub(super) days: Days,
    /// The hours that day has without its day off, when not told.
    pub(super) hours: Option<DayHours>,
}

/// The first and the last of some days in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Days {
    pub(super) from: NaiveDate,
    pub(super) to: NaiveDate,
}

impl CalendarRules {
    /// Nothing stated yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The time zone, by its name in the IANA database, such as `Asia/Jakarta`.
    #[must_use]
    pub fn zone(mut self, name: impl Into<String>) -> Self {
        self.zone = Some(name.into());
        self
    }

    /// The weekly hours that a rule sets.
    #[must_use]
    pub fn rule(mut self, rule: HoursRule) -> Self {
        self.week = week_of(rule);
        self
    }

    /// The hours of some days of the week; [`DayHours::CLOSED`] on which the office is closed.
    #[must_use]
    pub fn hours(mut self, days: impl IntoIterator<Item = Weekday>, hours: &DayHours) -> Self {
        set(&mut self.week, days, hours);
        self
    }

    /// A period with other hours.
    #[must_use]
    pub fn period(mut self, period: SpecialPeriod) -> Self {
        self.periods.push(period);
        self
    }

    /// A holiday.
    #[must_use]
    pub fn holiday(self, day: NaiveDate, name: impl Into<String>) -> Self {
        self.day_off(DayOffKind::Holiday, day, day, name)
    }

    /// A day of joint leave.
    #[must_use]
    pub fn joint_leave(self, day: NaiveDate, name: impl Into<String>) -> Self {
        self.day_off(DayOffKind::JointLeave, day, day, name)
    }

    /// Days off in a row, the last one included.
    #[must_use]
    pub fn day_off(mut self, kind: DayOffKind, from: NaiveDate, to: NaiveDate, name: impl Into<String>) -> Self {
        self.days_off.push(DayOff { kind, name: name.into(), from, to });
        self
    }

    /// A day on which the office is open whatever falls on it: with these hours, or with those that the day has otherwise.
    #[must_use]
    pub fn open_on(mut self, day: NaiveDate, hours: Option<DayHours>) -> Self {
        self.open_days.push(OpenDay { days: Days { from: day, to: day }, hours });
        self
    }

    /// The office works on days off of this kind that the calendars before it state.
    #[must_use]
    pub fn works_on(mut self, kind: DayOffKind) -> Self {
        self.works_on.push(kind);
        self
    }

    /// The days off that are stated here, as they were added.
    pub fn days_off(&self) -> &[DayOff] {
        &self.days_off
    }

    /// What is wrong with the days that are stated here.
    pub(super) fn faults(&self) -> Vec<Fault> {
        let periods = self.periods.iter().map(|period| (period.name.as_str(), period.days));
        let days_off = self.days_off.iter().map(|off| (off.name.as_str(), off.into()));
        let open_days = self.open_days.iter().map(|open| ("the open day", open.days));
        let fault = |(name, days): (&str, Days)| {
            let message = format!("{}: {}", shown(name), days.fault()?);
            Some(Fault { message, ..Fault::default() })
        };
        periods.chain(days_off).chain(open_days).filter_map(fault).collect()
    }

    pub(super) fn entries(&self) -> usize {
        self.periods.len() + self.days_off.len() + self.open_days.len()
    }
}

impl SpecialPeriod {
    /// A period from its first day to its last. A day of the week for which it states no hours keeps its usual ones.
    pub fn new(name: impl Into<String>, from: NaiveDate, to: NaiveDate) -> Self {
        Self { name: name.into(), days: Days { from, to }, week: Default::default() }
    }

    /// The hours that a rule sets.
    #[must_use]
    pub fn rule(mut self, rule: HoursRule) -> Self {
        self.week = week_of(rule);
        self
    }

    /// The hours of some days of the week.
    #[must_use]
    pub fn hours(mut self, days: impl IntoIterator<Item = Weekday>, hours: &DayHours) -> Self {
        set(&mut self.week, days, hours);
        self
    }
}

impl DayOffKind {
    /// The name in a file: that of the field that lists such days.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Holiday => "holidays",
            Self::JointLeave => "joint_leave",
        }
    }
}

impl Days {
    /// What is wrong with the first and the last day of a stretch, if anything.
    pub(super) fn fault(self) -> Option<String> {
        let Self { from, to } = self;
        let outside = [from, to].into_iter().find(|day| !(0..=9999).contains(&day.year()));
        match outside {
            Some(day) => Some(format!("the day {day} lies outside the years 0000 to 9999")),
            None if to < from => Some(format!("the last day, {to}, lies before the first, {from}")),
            None => None,
        }
    }
}

impl From<&DayOff> for Days {
    fn from(off: &DayOff) -> Self {
        Self { from: off.from, to: off.to }
    }
}

pub(super) const WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

pub(super) fn week_of(rule: HoursRule) -> [Option<DayHours>; 7] {
    WEEK.map(|day| Some(rule.hours(day)))
}

pub(super) fn set(week: &mut [Option<DayHours>; 7], days: impl IntoIterator<Item = Weekday>, hours: &DayHours) {
    for day in days {
        week[day.num_days_from_monday() as usize] = Some(hours.clone());
    }
}
