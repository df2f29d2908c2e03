//! From the rules of a chain of calendars to stretches of days that repeat a week.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};

use super::DAY;
use super::hours::DayHours;
use super::rules::{CalendarRules, DayOff, Days};
use super::runs::{Run, Runs, Shape, Slot, Week, weekday};
use super::zone::Clocks;

/// A Monday before all timestamps, in any time zone, counted from 1970-01-01.
const FIRST_DAY: i32 = -719_540;
/// A day after all timestamps, in any time zone.
pub(super) const LAST_DAY: i32 = 2_932_900;
const EPOCH_FROM_CE: i32 = 719_163;

pub(super) fn day_number(date: NaiveDate) -> i32 {
    date.num_days_from_ce() - EPOCH_FROM_CE
}

pub(super) fn date_of(day: i32) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(day.checked_add(EPOCH_FROM_CE)?)
}

type WeekHours = [DayHours; 7];

/// Compiles calendars, each after those that it changes.
pub(super) fn compile(chain: &[Arc<CalendarRules>], clocks: &Clocks) -> Runs {
    let mut plan = Plan::new(weekly_hours(chain));
    for rules in chain {
        for period in &rules.periods {
            let hours = std::array::from_fn(|day| period.week[day].as_ref().unwrap_or(&plan.weeks[0][day]).clone());
            plan.paint(period.days, hours);
        }
    }
    let usual = plan.by_day.clone();
    for (position, rules) in chain.iter().enumerate() {
        let is_kept = |off: &&DayOff| chain[position + 1..].iter().all(|nearer| !nearer.works_on.contains(&off.kind));
        for off in rules.days_off.iter().filter(is_kept) {
            plan.paint(off.into(), WeekHours::default());
        }
        for open in &rules.open_days {
            match &open.hours {
                Some(hours) => plan.paint(open.days, std::array::from_fn(|_| hours.clone())),
                None => plan.restore(open.days, &usual),
            }
        }
    }
    plan.runs(clocks)
}

/// The hours that each day of the week has by the nearest calendar that states any.
pub(super) fn weekly_hours(chain: &[Arc<CalendarRules>]) -> WeekHours {
    std::array::from_fn(|day| chain.iter().rev().find_map(|rules| rules.week[day].clone()).unwrap_or_default())
}

/// Which hours count from which day on.
struct Plan {
    weeks: Vec<WeekHours>,
    /// From each day on until the next, the position of the week whose hours count.
    by_day: BTreeMap<i32, usize>,
}

impl Plan {
    fn new(weekly: WeekHours) -> Self {
        Self { weeks: vec![weekly], by_day: BTreeMap::from([(i32::MIN, 0)]) }
    }

    fn week_at(by_day: &BTreeMap<i32, usize>, day: i32) -> usize {
        by_day.range(..=day).next_back().map_or(0, |(_, week)| *week)
    }

    /// Some days get these hours, whatever they had.
    fn paint(&mut self, days: Days, hours: WeekHours) {
        let week = self.weeks.iter().position(|known| *known == hours).unwrap_or_else(|| {
            self.weeks.push(hours);
            self.weeks.len() - 1
        });
        self.put(day_number(days.from), day_number(days.to) + 1, week);
    }

    /// Some days get the hours back that they had at first.
    fn restore(&mut self, days: Days, usual: &BTreeMap<i32, usize>) {
        let (mut from, end) = (day_number(days.from), day_number(days.to) + 1);
        while from < end {
            let to = usual.range(from + 1..end).next().map_or(end, |(day, _)| *day);
            self.put(from, to, Self::week_at(usual, from));
            from = to;
        }
    }

    fn put(&mut self, from: i32, end: i32, week: usize) {
        let after = Self::week_at(&self.by_day, end);
        let covered: Vec<i32> = self.by_day.range(from..end).map(|(day, _)| *day).collect();
        for day in covered {
            self.by_day.remove(&day);
        }
        self.by_day.insert(from, week);
        self.by_day.insert(end, after);
    }

    fn hours(&self, day: i32) -> &DayHours {
        &self.weeks[Self::week_at(&self.by_day, day)][weekday(day)]
    }

    fn runs(&self, clocks: &Clocks) -> Runs {
        let special = days_of_changes(clocks);
        let mut borders: BTreeSet<i32> = self.by_day.range(FIRST_DAY..).map(|(day, _)| *day).collect();
        borders.extend(special.iter().flat_map(|day| [*day, day + 1]));
        borders.insert(FIRST_DAY);
        let mut builder = Builder { clocks, runs: Vec::new(), weeks: Vec::new(), known: HashMap::new() };
        let borders: Vec<i32> = borders.into_iter().collect();
        for (position, &first) in borders.iter().enumerate() {
            let end = borders.get(position + 1).copied();
            let (hours, before) = (self.hours(first), self.hours(first - 1));
            if special.contains(&first) {
                builder.push(first, single(first, exact(clocks, first, hours, before)));
                continue;
            }
            let week = self.regular_week(first);
            let shape = regular(hours, before);
            let is_like_others = shape == week[weekday(first)];
            if !is_like_others {
                builder.push(first, single(first, shape));
            }
            let rest = if is_like_others { first } else { first + 1 };
            if end.is_none_or(|end| rest < end) {
                builder.push(rest, week);
            }
        }
        Runs { runs: builder.runs, weeks: builder.weeks }
    }

    /// The shapes of a week without clock changes whose hours are those of a day.
    fn regular_week(&self, day: i32) -> [Shape; 7] {
        let hours = &self.weeks[Self::week_at(&self.by_day, day)];
        std::array::from_fn(|day| regular(&hours[day], &hours[(day + 6) % 7]))
    }
}

/// Days whose hours, or those of the night after, may meet a change of the clocks.
fn days_of_changes(clocks: &Clocks) -> BTreeSet<i32> {
    let day = |local: i64| i32::try_from(local.div_euclid(DAY)).unwrap_or_default();
    let days = clocks.changes().flat_map(|change| {
        let (low, high) = (change.before.min(change.after), change.before.max(change.after));
        day(change.at + low) - 1..=day(change.at + high)
    });
    days.collect()
}

/// The shape of a day whose clocks do not change.
fn regular(hours: &DayHours, before: &DayHours) -> Shape {
    shape(hours, before, [0, DAY], |local| local)
}

/// The shape of a day by what the clocks show.
fn exact(clocks: &Clocks, day: i32, hours: &DayHours, before: &DayHours) -> Shape {
    let midnight = i64::from(day) * DAY;
    let start = clocks.first_at(midnight);
    let instant = |local| clocks.first_at(midnight + local) - start;
    shape(hours, before, [0, instant(DAY)], instant)
}

/// The shape of a day that begins and ends at these instants, where `instant` leads from local time since midnight to
/// milliseconds since the day begins.
fn shape(hours: &DayHours, before: &DayHours, [start, end]: [i64; 2], instant: impl Fn(i64) -> i64) -> Shape {
    // A window that begins before the night shift of the day before ends, begins then.
    let night = before.past_midnight();
    let own: Vec<Slot> = hours
        .millis()
        .map(|(open, close)| Slot { open: instant(open.max(night.unwrap_or(0))), close: instant(close) })
        .filter(|slot| slot.open < slot.close)
        .collect();
    let spilled = before.millis().map(|(open, close)| Slot { open: instant(open - DAY), close: instant(close - DAY) });
    let cut = |slot: Slot| Slot { open: slot.open.max(start), close: slot.close.min(end) };
    let slots = spilled.chain(own.iter().copied()).map(cut).filter(|slot| slot.open < slot.close).collect();
    Shape { slots, spill: night.map(&instant), close: own.last().map(|slot| slot.close) }
}

fn single(day: i32, shape: Shape) -> [Shape; 7] {
    let mut shapes: [Shape; 7] = Default::default();
    shapes[weekday(day)] = shape;
    shapes
}

/// Adds stretches and keeps the totals.
struct Builder<'a> {
    clocks: &'a Clocks,
    runs: Vec<Run>,
    weeks: Vec<Week>,
    known: HashMap<[Shape; 7], u32>,
}

impl Builder<'_> {
    fn push(&mut self, first_day: i32, shapes: [Shape; 7]) {
        let (work_before, days_before) = self.runs.last().map_or((0, 0), |last| {
            let week = &self.weeks[last.week as usize];
            let (work, days) = week.totals(weekday(last.first_day), first_day - last.first_day);
            (last.work_before + work, last.days_before + days)
        });
        let next = u32::try_from(self.weeks.len()).unwrap_or(u32::MAX);
        let week = *self.known.entry(shapes).or_insert_with_key(|shapes| {
            self.weeks.push(Week::new(shapes.clone()));
            next
        });
        let start = self.clocks.first_at(i64::from(first_day) * DAY);
        self.runs.push(Run { start, first_day, week, work_before, days_before });
    }
}
