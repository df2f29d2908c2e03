//! A slow calendar: looks at the clock of the wall step by step, and asks the rules anew for each step.
//!
//! The hand on the wall never goes back here: where clocks are put back it stands still until they have caught up. This says
//! in one line where the edges of windows lie: at the first instant at which the clock shows their time or a later one.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta, TimeZone};
use chrono_tz::Tz;
use sopflow::time::{CalendarRules, DayHours, DayOffKind, SpecialPeriod, Timestamp};

/// Windows of a day in minutes after midnight; the close may lie on the next day.
pub(super) type Hours = &'static [(i64, i64)];

/// What one office states, in a form that is easy to look things up in.
#[derive(Debug, Clone, Default)]
pub(super) struct Sheet {
    pub(super) week: [Option<Hours>; 7],
    pub(super) periods: Vec<(NaiveDate, NaiveDate, [Option<Hours>; 7])>,
    pub(super) days_off: Vec<(DayOffKind, NaiveDate, NaiveDate)>,
    pub(super) open_days: Vec<(NaiveDate, Option<Hours>)>,
    pub(super) works_on: Vec<DayOffKind>,
}

pub(super) fn text(hours: Hours) -> DayHours {
    let clock = |at: i64| if at == 1440 { "24:00".into() } else { format!("{:02}:{:02}", at % 1440 / 60, at % 60) };
    // Hours with a break after midnight are written as one window with breaks.
    let (Some(first), Some(last)) = (hours.first(), hours.last()) else { return DayHours::CLOSED };
    let whole = format!("{}-{}", clock(first.0), clock(last.1)).parse::<DayHours>().expect("hours");
    hours.windows(2).fold(whole, |whole, pair| {
        let pause = format!("{}-{}", clock(pair[0].1), clock(pair[1].0));
        if pair[0].1 == pair[1].0 { whole } else { whole.with_break(&pause).expect("a break") }
    })
}

impl Sheet {
    pub(super) fn rules(&self) -> CalendarRules {
        let week = |week: &[Option<Hours>; 7]| {
            let days = (0..7).filter_map(|day| week[day].map(|hours| (day, text(hours)))).collect::<Vec<_>>();
            days.into_iter().map(|(day, hours)| (chrono::Weekday::try_from(u8::try_from(day).unwrap()).unwrap(), hours))
        };
        let mut rules = week(&self.week).fold(CalendarRules::new(), |rules, (day, hours)| rules.hours([day], &hours));
        for (from, to, hours) in &self.periods {
            let period = SpecialPeriod::new("period", *from, *to);
            rules = rules.period(week(hours).fold(period, |period, (day, hours)| period.hours([day], &hours)));
        }
        for (kind, from, to) in &self.days_off {
            rules = rules.day_off(*kind, *from, *to, "day off");
        }
        for (day, hours) in &self.open_days {
            rules = rules.open_on(*day, hours.map(text));
        }
        self.works_on.iter().fold(rules, |rules, kind| rules.works_on(*kind))
    }
}

/// The hours of a day by a chain of offices, the farthest first.
pub(super) fn hours_of(chain: &[Sheet], day: NaiveDate) -> Hours {
    let usual = || {
        let weekday = day.weekday().num_days_from_monday() as usize;
        let in_period = chain.iter().rev().find_map(|sheet| {
            let mut periods = sheet.periods.iter().rev().filter(|(from, to, _)| (*from..=*to).contains(&day));
            // The last of several periods that cover a day counts, and what it leaves open is as usual.
            periods.next().map(|(_, _, week)| week[weekday])
        });
        let weekly = chain.iter().rev().find_map(|sheet| sheet.week[weekday]);
        in_period.flatten().or(weekly).unwrap_or(&[])
    };
    for (position, sheet) in chain.iter().enumerate().rev() {
        if let Some((_, hours)) = sheet.open_days.iter().rev().find(|(open, _)| *open == day) {
            return hours.unwrap_or_else(usual);
        }
        let is_off = sheet.days_off.iter().any(|(kind, from, to)| {
            (*from..=*to).contains(&day) && chain[position + 1..].iter().all(|nearer| !nearer.works_on.contains(kind))
        });
        if is_off {
            return &[];
        }
    }
    usual()
}

/// Some days of a calendar, step by step.
pub(super) struct Walk {
    pub(super) from: i64,
    pub(super) step: i64,
    steps: Vec<Step>,
    /// When the work of each day ends.
    closes: BTreeMap<NaiveDate, i64>,
}

#[derive(Clone, Copy)]
struct Step {
    /// The day that the calendar on the wall shows.
    shown: NaiveDate,
    /// The day that the work of this step belongs to.
    works: Option<NaiveDate>,
}

impl Walk {
    /// Walks in steps of so many milliseconds, which divide the offsets of the zone and a minute.
    pub(super) fn new(zone: Tz, chain: &[Sheet], from: Timestamp, days: i64, step: i64) -> Self {
        let from = from.as_millis().div_euclid(step) * step;
        let local =
            |at: i64| zone.from_utc_datetime(&DateTime::from_timestamp_millis(at).unwrap().naive_utc()).naive_local();
        // What the clocks showed before has to be known, too.
        let before = 3 * 86_400_000 / step;
        let mut shown = NaiveDateTime::MIN;
        let (mut steps, mut closes, mut hours) = (Vec::new(), BTreeMap::new(), HashMap::new());
        let mut hours_on = |day| *hours.entry(day).or_insert_with(|| hours_of(chain, day));
        for number in -before..days * 86_400_000 / step {
            shown = shown.max(local(from + number * step));
            if number >= 0 {
                let works = works(&mut hours_on, shown);
                works.map(|day| closes.insert(day, from + (number + 1) * step));
                steps.push(Step { shown: shown.date(), works });
            }
        }
        Self { from, step, steps, closes }
    }

    pub(super) fn end(&self) -> i64 {
        self.from + i64::try_from(self.steps.len()).unwrap() * self.step
    }

    fn position(&self, at: i64) -> usize {
        usize::try_from((at - self.from) / self.step).unwrap()
    }

    pub(super) fn is_working(&self, at: i64) -> bool {
        self.steps[self.position(at)].works.is_some()
    }

    /// Milliseconds of work between two instants on steps.
    pub(super) fn between(&self, from: i64, to: i64) -> i64 {
        let steps = &self.steps[self.position(from)..self.position(to)];
        i64::try_from(steps.iter().filter(|step| step.works.is_some()).count()).unwrap() * self.step
    }

    /// When so many milliseconds of work, whole steps above zero, have passed; `None` beyond the walk.
    pub(super) fn add(&self, start: i64, millis: i64) -> Option<i64> {
        let mut left = millis / self.step;
        for position in self.position(start)..self.steps.len() {
            left -= i64::from(self.steps[position].works.is_some());
            if left == 0 {
                return Some(self.from + (i64::try_from(position).unwrap() + 1) * self.step);
            }
        }
        None
    }

    pub(super) fn next_working(&self, at: i64) -> Option<i64> {
        let at = self.position(at);
        let found = (at..self.steps.len()).find(|position| self.steps[*position].works.is_some())?;
        Some(self.from + i64::try_from(found).unwrap() * self.step)
    }

    /// The close of the day that an instant belongs to moved on by some rule; `None` beyond the walk.
    pub(super) fn close_of(&self, day: NaiveDate) -> Option<i64> {
        let close = *self.closes.get(&day)?;
        (close < self.end() - 2 * 86_400_000).then_some(close)
    }

    /// The day that an instant belongs to.
    pub(super) fn day_of(&self, at: i64) -> NaiveDate {
        let shown = self.steps[self.position(at)].shown;
        let before = shown - Days::new(1);
        let lasts = self.close_of(before).is_some_and(|close| at <= close);
        if lasts { before } else { shown }
    }

    /// The close of the first working day from a day on.
    pub(super) fn close_from(&self, day: NaiveDate) -> Option<i64> {
        (0..400).find_map(|days| self.close_of(day + Days::new(days)))
    }

    pub(super) fn add_working_days(&self, start: i64, days: u32) -> Option<i64> {
        let mut day = self.day_of(start);
        for _ in 0..days {
            day = (1..400).map(|days| day + Days::new(days)).find(|day| self.close_of(*day).is_some())?;
        }
        self.close_of(day)
    }
}

/// The day whose work is going on when the clock on the wall shows this.
fn works(hours_on: &mut impl FnMut(NaiveDate) -> Hours, shown: NaiveDateTime) -> Option<NaiveDate> {
    let (day, before) = (shown.date(), shown.date() - Days::new(1));
    let since = |day: NaiveDate| shown - day.and_time(chrono::NaiveTime::MIN);
    let mut is_in = |day, from: i64| {
        let within = |(open, close): &(i64, i64)| {
            TimeDelta::minutes(*open.max(&from)) <= since(day) && since(day) < TimeDelta::minutes(*close)
        };
        let hours = hours_on(day);
        let beyond = hours.last().map_or(0, |(_, close)| close - 1440);
        (hours.iter().any(within), beyond)
    };
    let (is_in_night, night) = is_in(before, 0);
    if is_in_night {
        return Some(before);
    }
    is_in(day, night).0.then_some(day)
}
