//! Working time: when an office works, when work is due, how much working time lies between two instants.

mod compile;
mod fields;
mod file;
mod hours;
#[cfg(feature = "ical")]
mod ical;
mod preset;
mod rules;
mod runs;
mod schema;
mod work_time;
mod zone;

use std::fmt;
use std::sync::Arc;

use chrono::{Months, NaiveDate};
use chrono_tz::Tz;

pub use self::hours::{DayHours, DayHoursError};
#[cfg(feature = "ical")]
pub use self::ical::IcalDay;
pub use self::preset::HoursRule;
pub use self::rules::{CalendarRules, DayOff, DayOffKind, SpecialPeriod};
pub use self::work_time::{Due, WorkTime};

use self::compile::{LAST_DAY, compile, date_of, day_number, weekly_hours};
use self::rules::Days;
use self::runs::Runs;
use self::zone::Clocks;
use super::{Amount, DayPolicy, StandardTime, Timestamp, Unit};
use crate::error::{Error, ErrorKind, Fault, did_you_mean, shown};
use crate::limits::{CALENDAR_ENTRIES_MAX, CALENDARS_CHAINED_MAX};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// When an office works: its hours by the day of the week, periods with other hours, days off, by the clocks of its zone.
///
/// One calendar serves deadlines, lead time and simulation. It is compiled when it is made, so that a question costs the
/// same whether the answer is an hour or a hundred years away. Cloning is cheap, and threads can share it.
///
/// Fixed, and the same for all calendars:
///
/// - Working time is elapsed time, also where the clocks change: a night shift over the hour that is shown twice is an hour
///   longer.
/// - Work that starts outside hours starts at the next opening. Time that ends with a window is due at its close, not at the
///   next opening.
/// - Working days are counted by the [day after](Self::add_working_days).
///
/// The page on [working time](https://docs.rs/crate/sopflow/latest/source/docs/working-time.md) has the format of calendar
/// files, all rules with their sources, and the edge cases.
///
/// # Examples
///
/// ```
/// use sopflow::time::{CalendarRules, DayPolicy, HoursRule, StandardTime, Timestamp, WorkCalendar, WorkTime};
///
/// let office = CalendarRules::new().zone("Asia/Jakarta").rule(HoursRule::Keppres68Of1995);
/// let office = WorkCalendar::new(&office)?;
///
/// // Friday 15:00: an hour and a half is left of the week, and half an hour of the two hours falls to Monday.
/// let start: Timestamp = "2021-04-16T15:00:00+07:00".parse()?;
/// let end = office.add(start, WorkTime::hours(2)).expect("within the years of timestamps");
/// assert_eq!(end, "2021-04-19T08:00:00+07:00".parse()?);
/// assert_eq!(office.between(start, end), WorkTime::hours(2));
///
/// let time: StandardTime = "1–3 hari kerja".parse()?;
/// let due = office.due(start, time, DayPolicy::Working).expect("within the years of timestamps");
/// assert_eq!(due.due, "2021-04-19T16:00:00+07:00".parse()?);
/// assert_eq!(due.latest, "2021-04-21T16:00:00+07:00".parse()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct WorkCalendar(Arc<Compiled>);

struct Compiled {
    chain: Vec<Arc<CalendarRules>>,
    zone: Tz,
    clocks: Arc<Clocks>,
    runs: Runs,
}

impl WorkCalendar {
    /// The calendar of an office that states everything itself.
    ///
    /// # Errors
    ///
    /// When the rules name no time zone or an unknown one, have no working hours, a day that lies before another it should not
    /// lie before, or more entries than [`limits`](crate::limits) allows.
    ///
    /// # Complexity
    ///
    /// Some milliseconds for the clock changes of the zone, and O(n²) for n periods, days off and open days.
    pub fn new(rules: &CalendarRules) -> Result<Self, Error> {
        Self::chain([rules])
    }

    /// The calendar of the last of several offices, each below the one before it. Only the whole has to state a time zone and
    /// hours, so the first may be a list of national holidays.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), and when too many calendars are chained.
    pub fn chain<'a>(offices: impl IntoIterator<Item = &'a CalendarRules>) -> Result<Self, Error> {
        let chain = offices.into_iter().take(CALENDARS_CHAINED_MAX + 1).map(|rules| Arc::new(rules.clone())).collect();
        Self::chained(chain, None)
    }

    /// The calendar of an office below this one: what it states counts, and for the rest this calendar.
    ///
    /// Days off and open days go before the hours of periods, and these before weekly hours, whoever states them; of two
    /// equally special rules that of the office nearer to the work counts. In one calendar an open day goes before a day off.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), and when too many calendars are chained.
    pub fn with(&self, rules: &CalendarRules) -> Result<Self, Error> {
        let mut chain = self.0.chain.clone();
        chain.push(Arc::new(rules.clone()));
        Self::chained(chain, Some(self))
    }

    fn chained(chain: Vec<Arc<CalendarRules>>, parent: Option<&Self>) -> Result<Self, Error> {
        check(&chain)?;
        let name = chain.iter().rev().find_map(|rules| rules.zone.as_deref());
        let zone = name.ok_or_else(|| wrong("no time zone is stated".to_owned())).and_then(zone_named)?;
        let clocks = match parent {
            Some(parent) if parent.0.zone == zone => Arc::clone(&parent.0.clocks),
            _ => Arc::new(Clocks::of(zone)),
        };
        let runs = compile(&chain, &clocks);
        Ok(Self(Arc::new(Compiled { chain, zone, clocks, runs })))
    }

    /// The name of the time zone in the IANA database.
    pub fn zone(&self) -> &'static str {
        self.0.zone.name()
    }

    /// When so much working time from an instant on has passed.
    ///
    /// Outside hours no time passes: work that starts there starts at the next opening. What ends with a window ends at
    /// its close. No time at all ends where it starts. With negative time the result is an instant before `start`, and
    /// time that begins with a window begins at its opening.
    ///
    /// `None` when that lies outside the years of a [`Timestamp`].
    ///
    /// # Complexity
    ///
    /// O(log n) in the number of periods, days off and clock changes, however much time is added.
    pub fn add(&self, start: Timestamp, time: WorkTime) -> Option<Timestamp> {
        let millis = time.as_millis();
        if millis == 0 {
            return Some(start);
        }
        let work = self.0.runs.work_until(start.as_millis()).checked_add(millis)?;
        if millis > 0 { self.first_with(work) } else { self.last_with(work) }
    }

    /// Working time from one instant to another; negative when `to` is the earlier one.
    ///
    /// # Complexity
    ///
    /// As [`add`](Self::add).
    pub fn between(&self, from: Timestamp, to: Timestamp) -> WorkTime {
        let until = |at: Timestamp| self.0.runs.work_until(at.as_millis());
        WorkTime::millis(until(to) - until(from))
    }

    /// The first instant from this one on at which somebody works: itself within hours, the next opening outside them.
    /// `None` when that lies beyond [`Timestamp::MAX`].
    pub fn next_working(&self, at: Timestamp) -> Option<Timestamp> {
        self.last_with(self.0.runs.work_until(at.as_millis()))
    }

    /// Whether an instant lies within hours. An opening does, a close does not.
    pub fn is_working(&self, at: Timestamp) -> bool {
        self.0.runs.work_until(at.as_millis() + 1) > self.0.runs.work_until(at.as_millis())
    }

    /// The close of the working day that is so many working days after the one of `start`.
    ///
    /// This is the policy of *the day after*: the day on which something comes in is not counted, whatever the hour, and the
    /// last day counts until its close. From a day that is no working day, the first one counted is the next. Work within a
    /// night shift belongs to the day on which the shift began. No days at all end where they start.
    ///
    /// `None` when that lies beyond [`Timestamp::MAX`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use sopflow::time::{CalendarRules, HoursRule, Timestamp, WorkCalendar};
    /// # let office = CalendarRules::new().zone("Asia/Jakarta").rule(HoursRule::Keppres68Of1995);
    /// # let office = WorkCalendar::new(&office)?;
    /// let monday = Some("2021-04-19T16:00:00+07:00".parse()?);
    /// for friday_or_saturday in ["2021-04-16T07:00:00+07:00", "2021-04-16T18:00:00+07:00", "2021-04-17T10:00:00+07:00"] {
    ///     assert_eq!(office.add_working_days(friday_or_saturday.parse()?, 1), monday);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn add_working_days(&self, start: Timestamp, days: u32) -> Option<Timestamp> {
        if days == 0 {
            return Some(start);
        }
        let number = self.0.runs.days_begun(start.as_millis()).checked_add_unsigned(days)?;
        self.close_of(number)
    }

    /// How many working days come after the day of `from`, up to and with the day of `to`; negative when `to` is earlier.
    ///
    /// It counts as [`add_working_days`](Self::add_working_days) does.
    pub fn working_days_between(&self, from: Timestamp, to: Timestamp) -> i32 {
        let begun = |at: Timestamp| self.0.runs.days_begun(at.as_millis());
        begun(to) - begun(from)
    }

    /// The close of the day that is so many days of the calendar after the one of `start`; when nobody works on that day, the
    /// close of the next working day. No days at all end where they start.
    ///
    /// `None` when that lies beyond [`Timestamp::MAX`].
    pub fn add_calendar_days(&self, start: Timestamp, days: u32) -> Option<Timestamp> {
        if days == 0 {
            return Some(start);
        }
        self.close_from(self.0.runs.day_of(start.as_millis()).checked_add_unsigned(days)?)
    }

    /// The close of the day of the same number so many months later, or of the last day of that month where it is shorter;
    /// when nobody works on that day, the close of the next working day. No months at all end where they start.
    ///
    /// `None` when that lies beyond [`Timestamp::MAX`].
    pub fn add_months(&self, start: Timestamp, months: u32) -> Option<Timestamp> {
        if months == 0 {
            return Some(start);
        }
        let day = date_of(self.0.runs.day_of(start.as_millis()))?;
        self.close_from(day_number(day.checked_add_months(Months::new(months))?))
    }

    /// When work that starts at an instant is due by its standard time.
    ///
    /// | unit | due |
    /// |---|---|
    /// | minutes, hours | after that much working time: [`add`](Self::add) |
    /// | working days | [`add_working_days`](Self::add_working_days) |
    /// | a bare day | as `day` says: a working day or a day of the calendar |
    /// | days of the calendar, weeks | [`add_calendar_days`](Self::add_calendar_days), seven for a week |
    /// | months | [`add_months`](Self::add_months) |
    ///
    /// `4 x 60 menit` is the same as `240 menit`. A range is due after the shortest time and at the latest after the longest.
    /// Immediate work is due at once within hours, and at the next opening outside them.
    ///
    /// `None` when that lies beyond [`Timestamp::MAX`].
    pub fn due(&self, start: Timestamp, time: StandardTime, day: DayPolicy) -> Option<Due> {
        let after = |count: u32, unit: Unit| match (unit, day) {
            (Unit::Minute, _) => self.add(start, WorkTime::minutes(count.into())),
            (Unit::Hour, _) => self.add(start, WorkTime::hours(count.into())),
            (Unit::WorkingDay, _) | (Unit::Day, DayPolicy::Working) => self.add_working_days(start, count),
            (Unit::CalendarDay, _) | (Unit::Day, DayPolicy::Calendar) => self.add_calendar_days(start, count),
            (Unit::Week, _) => self.add_calendar_days(start, count.checked_mul(7)?),
            (Unit::Month, _) => self.add_months(start, count),
        };
        let (due, latest) = match time {
            StandardTime::Immediate => (self.next_working(start)?, self.next_working(start)?),
            StandardTime::Amount(Amount { count, unit }) => (after(count, unit)?, after(count, unit)?),
            StandardTime::Product { times, each } => {
                let due = after(times.checked_mul(each.count)?, each.unit)?;
                (due, due)
            }
            StandardTime::Range { least, most, unit } => (after(least, unit)?, after(most, unit)?),
        };
        Some(Due { due, latest })
    }

    /// The day off that falls on a day and on which this office does not work, by the nearest calendar that states one.
    pub fn day_off(&self, day: NaiveDate) -> Option<&DayOff> {
        let chain = &self.0.chain;
        let is_in = |days: Days| days.from <= day && day <= days.to;
        for (position, rules) in chain.iter().enumerate().rev() {
            if rules.open_days.iter().any(|open| is_in(open.days)) {
                return None;
            }
            let is_kept =
                |off: &&DayOff| chain[position + 1..].iter().all(|nearer| !nearer.works_on.contains(&off.kind));
            if let Some(off) = rules.days_off.iter().filter(is_kept).find(|off| is_in((*off).into())) {
                return Some(off);
            }
        }
        None
    }

    fn first_with(&self, work: i64) -> Option<Timestamp> {
        within_years(self.0.runs.instant_of_work(work)?)
    }

    /// The last instant by which no more work has been done than so much.
    fn last_with(&self, work: i64) -> Option<Timestamp> {
        within_years(self.0.runs.instant_of_work(work.checked_add(1)?)? - 1)
    }

    fn close_of(&self, number: i32) -> Option<Timestamp> {
        within_years(self.0.runs.close_of(number)?)
    }

    /// The close of the first working day from a day on.
    fn close_from(&self, day: i32) -> Option<Timestamp> {
        if day > LAST_DAY {
            return None;
        }
        self.close_of(self.0.runs.days_before(day).checked_add(1)?)
    }
}

impl fmt::Debug for WorkCalendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkCalendar").field("zone", &self.zone()).field("chain", &self.0.chain).finish_non_exhaustive()
    }
}

fn within_years(millis: i64) -> Option<Timestamp> {
    let at = Timestamp::from_millis(millis);
    (at.as_millis() == millis).then_some(at)
}

fn wrong(message: String) -> Error {
    Error::single(ErrorKind::Calendar, message)
}

fn zone_named(name: &str) -> Result<Tz, Error> {
    name.parse().map_err(|_| {
        let message = format!("there is no time zone `{}`", shown(name));
        let help = did_you_mean(name, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()));
        Error::new(ErrorKind::Calendar, vec![Fault { message, help, ..Fault::default() }])
    })
}

/// What only the whole chain can have wrong, and what code can put into rules that a file cannot.
fn check(chain: &[Arc<CalendarRules>]) -> Result<(), Error> {
    let over = |message| Error::single(ErrorKind::Limit, message);
    if chain.len() > CALENDARS_CHAINED_MAX {
        return Err(over(format!(
            "{} calendars are chained; at most {CALENDARS_CHAINED_MAX} are allowed",
            chain.len()
        )));
    }
    let entries: usize = chain.iter().map(|rules| rules.entries()).sum();
    if entries > CALENDAR_ENTRIES_MAX {
        let message =
            format!("the calendar has {entries} periods and days; at most {CALENDAR_ENTRIES_MAX} are allowed");
        return Err(over(message));
    }
    let faults: Vec<Fault> = chain.iter().flat_map(|rules| rules.faults()).collect();
    if !faults.is_empty() {
        return Err(Error::new(ErrorKind::Calendar, faults));
    }
    if weekly_hours(chain).iter().all(DayHours::is_closed) {
        return Err(wrong("no day of the week has working hours".to_owned()));
    }
    Ok(())
}
