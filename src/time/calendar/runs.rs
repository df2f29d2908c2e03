//! The compiled form of a calendar: stretches of days that repeat a week, with running totals.
//!
//! Days with clock changes, and the first days after other hours, are stretches of their own. The first stretch begins
//! before all timestamps and the last one never ends, so every question has an exact answer without more memory.

use super::DAY;

/// Days in a row that repeat the shapes of a week.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    /// When the first day begins, in milliseconds of UTC.
    pub(super) start: i64,
    /// The first day, counted from 1970-01-01.
    pub(super) first_day: i32,
    pub(super) week: u32,
    /// Milliseconds of work before the first day begins.
    pub(super) work_before: i64,
    /// Working days before the first day.
    pub(super) days_before: i32,
}

/// What happens on one day, in milliseconds since it begins.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Shape {
    /// When there is work between the beginning and the end of the day, in order and without overlap.
    pub(super) slots: Vec<Slot>,
    /// When the work of the day before ends, if that is not before this day begins.
    pub(super) spill: Option<i64>,
    /// When the work of this day ends, which may be on the next day; `None` when it is no working day.
    pub(super) close: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Slot {
    pub(super) open: i64,
    pub(super) close: i64,
}

impl Shape {
    fn work(&self) -> i64 {
        self.slots.iter().map(|slot| slot.close - slot.open).sum()
    }
}

/// The shapes of the days of a week from Monday, with totals.
#[derive(Debug, Clone)]
pub(super) struct Week {
    pub(super) shapes: [Shape; 7],
    /// Milliseconds of work before each day of two weeks, and after them.
    work: [i64; 15],
    /// Working days before each day of two weeks, and after them.
    days: [i32; 15],
}

impl Week {
    pub(super) fn new(shapes: [Shape; 7]) -> Self {
        let (mut work, mut days) = ([0; 15], [0; 15]);
        for at in 0..14 {
            let shape = &shapes[at % 7];
            work[at + 1] = work[at] + shape.work();
            days[at + 1] = days[at] + i32::from(shape.close.is_some());
        }
        Self { shapes, work, days }
    }

    /// Work and working days of so many days from a day of the week on.
    pub(super) fn totals(&self, weekday: usize, days: i32) -> (i64, i32) {
        let (weeks, rest) = (days / 7, usize::try_from(days % 7).unwrap_or_default());
        let to = weekday + rest;
        (
            i64::from(weeks) * self.work[7] + self.work[to] - self.work[weekday],
            weeks * self.days[7] + self.days[to] - self.days[weekday],
        )
    }

    /// The day, counted from one that is this day of the week, on which so much work (above zero) is done, and how much of it
    /// is left when that day begins. `None` when there is none in the week.
    fn day_of_work(&self, weekday: usize, work: i64) -> Option<(i64, i64)> {
        let (week, before) = (self.work[7], self.work[weekday]);
        if week == 0 {
            return None;
        }
        let (weeks, rest) = ((work - 1) / week, (work - 1) % week + 1);
        let after = (1..8).find(|after| self.work[weekday + after] - before >= rest)?;
        Some((weeks * 7 + i64::try_from(after).ok()? - 1, rest - (self.work[weekday + after - 1] - before)))
    }

    /// The same for working days: the day on which that many have begun.
    fn day_of_count(&self, weekday: usize, count: i32) -> Option<i64> {
        let (week, before) = (self.days[7], self.days[weekday]);
        if week == 0 {
            return None;
        }
        let (weeks, rest) = ((count - 1) / week, (count - 1) % week + 1);
        let after = (1..8).find(|after| self.days[weekday + after] - before >= rest)?;
        Some(i64::from(weeks) * 7 + i64::try_from(after).ok()? - 1)
    }
}

/// A calendar compiled.
#[derive(Debug)]
pub(super) struct Runs {
    pub(super) runs: Vec<Run>,
    pub(super) weeks: Vec<Week>,
}

/// A day, found by an instant of it.
struct Found<'a> {
    day: i32,
    shape: &'a Shape,
    /// Milliseconds since the day began.
    since: i64,
    work_before: i64,
    days_before: i32,
}

pub(super) fn weekday(day: i32) -> usize {
    usize::try_from((day + 3).rem_euclid(7)).unwrap_or_default()
}

impl Runs {
    fn week(&self, run: &Run) -> &Week {
        &self.weeks[run.week as usize]
    }

    fn find(&self, at: i64) -> Found<'_> {
        let position = self.runs.partition_point(|run| run.start <= at).saturating_sub(1);
        let run = &self.runs[position];
        let last = self.runs.get(position + 1).map_or(i64::MAX, |next| i64::from(next.first_day - run.first_day) - 1);
        // The last day of a stretch may have more than 24 hours.
        let days = ((at - run.start) / DAY).min(last);
        let week = self.week(run);
        let days_since = i32::try_from(days).unwrap_or(i32::MAX);
        let (work, working_days) = week.totals(weekday(run.first_day), days_since);
        let day = run.first_day + days_since;
        Found {
            day,
            shape: &week.shapes[weekday(day)],
            since: at - run.start - days * DAY,
            work_before: run.work_before + work,
            days_before: run.days_before + working_days,
        }
    }

    /// Milliseconds of work until an instant, since before all timestamps.
    pub(super) fn work_until(&self, at: i64) -> i64 {
        let found = self.find(at);
        let done = |slot: &Slot| (found.since.min(slot.close) - slot.open).max(0);
        found.work_before + found.shape.slots.iter().map(done).sum::<i64>()
    }

    /// The first instant by which so much work (above zero) has been done.
    pub(super) fn instant_of_work(&self, work: i64) -> Option<i64> {
        let run = self.last_run(|run| run.work_before < work)?;
        let week = self.week(run);
        let (days, mut left) = week.day_of_work(weekday(run.first_day), work - run.work_before)?;
        let shape = &week.shapes[weekday(add(run.first_day, days)?)];
        for slot in &shape.slots {
            let length = slot.close - slot.open;
            if left <= length {
                return Some(run.start + days * DAY + slot.open + left);
            }
            left -= length;
        }
        None
    }

    /// How many working days have begun by an instant. A day lasts until midnight, or until its own work ends.
    pub(super) fn days_begun(&self, at: i64) -> i32 {
        let found = self.find(at);
        let is_begun = found.shape.close.is_some() && found.shape.spill.is_none_or(|spill| found.since > spill);
        found.days_before + i32::from(is_begun)
    }

    /// The day that an instant belongs to, counted from 1970-01-01: the one whose work lasts until then, or else the one that
    /// the calendar on the wall shows.
    pub(super) fn day_of(&self, at: i64) -> i32 {
        let found = self.find(at);
        found.day - i32::from(found.shape.spill.is_some_and(|spill| found.since <= spill))
    }

    /// When the work of a working day ends, by its number from 1.
    pub(super) fn close_of(&self, number: i32) -> Option<i64> {
        let run = self.last_run(|run| run.days_before < number)?;
        let week = self.week(run);
        let days = week.day_of_count(weekday(run.first_day), number - run.days_before)?;
        let close = week.shapes[weekday(add(run.first_day, days)?)].close?;
        Some(run.start + days * DAY + close)
    }

    /// How many working days there are before a day.
    pub(super) fn days_before(&self, day: i32) -> i32 {
        let Some(run) = self.last_run(|run| run.first_day <= day) else { return 0 };
        run.days_before + self.week(run).totals(weekday(run.first_day), day - run.first_day).1
    }

    fn last_run(&self, is_before: impl Fn(&Run) -> bool) -> Option<&Run> {
        self.runs.partition_point(is_before).checked_sub(1).and_then(|position| self.runs.get(position))
    }
}

fn add(day: i32, days: i64) -> Option<i32> {
    i32::try_from(i64::from(day) + days).ok()
}
