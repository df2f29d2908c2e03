//! Working time: what a question to a calendar costs, against walking from minute to minute and from day to day.
//!
//! The calendar has the hours of an Indonesian office with the holidays, joint leave and Ramadan of 2021; `berlin` has the
//! clock changes of Europe besides, which a calendar for Jakarta has few of. The walks know the hours of a day from a table,
//! made before, and ask nothing of the time zone, so the comparison is in their favour.

use std::collections::HashMap;
use std::hint::black_box;

use chrono::{Datelike, NaiveDate, Weekday};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use sopflow::time::{CalendarRules, DayPolicy, StandardTime, Timestamp, WorkCalendar, WorkTime};

const START: &str = "2021-01-04T09:15:00+07:00";
const MINUTE: i64 = 60_000;
const OFFSET: i64 = 7 * 60 * MINUTE;
const DAY: i64 = 24 * 60 * MINUTE;
/// What is added, in working minutes.
const SPANS: [(&str, i64); 4] = [("hour", 60), ("week", 2_250), ("year", 112_000), ("10 years", 1_150_000)];

fn calendar(criterion: &mut Criterion) {
    let text = include_str!("../examples/calendar/indonesia-2021.toml");
    let office = WorkCalendar::from_toml(text).expect("a calendar");
    let berlin = office.with(&CalendarRules::new().zone("Europe/Berlin")).expect("a calendar");
    let start: Timestamp = START.parse().expect("a timestamp");
    let days = Days::of(&office);
    let mut group = criterion.benchmark_group("calendar");
    for (name, minutes) in SPANS {
        let time = WorkTime::minutes(minutes);
        let end = office.add(start, time).expect("within the years of timestamps");
        assert_eq!(days.by_minute(start, minutes), end);
        assert_eq!(days.by_day(start, minutes), end);
        group.bench_function(BenchmarkId::new("add", name), |bencher| {
            bencher.iter(|| office.add(black_box(start), black_box(time)));
        });
        group.bench_function(BenchmarkId::new("add berlin", name), |bencher| {
            bencher.iter(|| berlin.add(black_box(start), black_box(time)));
        });
        group.bench_function(BenchmarkId::new("between", name), |bencher| {
            bencher.iter(|| office.between(black_box(start), black_box(end)));
        });
        group.bench_function(BenchmarkId::new("day by day", name), |bencher| {
            bencher.iter(|| days.by_day(black_box(start), black_box(minutes)));
        });
        group.sample_size(10);
        group.bench_function(BenchmarkId::new("minute by minute", name), |bencher| {
            bencher.iter(|| days.by_minute(black_box(start), black_box(minutes)));
        });
        group.sample_size(100);
    }
    let time: StandardTime = "1–5 hari kerja".parse().expect("a standard time");
    group.bench_function("due in 1 to 5 working days", |bencher| {
        bencher.iter(|| office.due(black_box(start), black_box(time), DayPolicy::Working));
    });
    group.bench_function("next_working", |bencher| bencher.iter(|| office.next_working(black_box(start))));
    let rules = CalendarRules::from_toml(text).expect("rules");
    group.bench_function("read", |bencher| bencher.iter(|| CalendarRules::from_toml(black_box(text))));
    group.bench_function("compile", |bencher| bencher.iter(|| WorkCalendar::new(black_box(&rules))));
    let unit = CalendarRules::new().hours([Weekday::Sat], &"08:00-12:00".parse().expect("hours"));
    group.bench_function("compile a unit below", |bencher| bencher.iter(|| office.with(black_box(&unit))));
    group.finish();
}

/// The windows of each day that has other hours than its day of the week, and of the days of the week.
struct Days {
    week: [Vec<(i64, i64)>; 7],
    special: HashMap<i64, Vec<(i64, i64)>>,
}

impl Days {
    /// Asks a calendar for the windows of the days of 2021, and of a week after it.
    fn of(office: &WorkCalendar) -> Self {
        let windows = |day: i64| {
            let is_working =
                |minute: i64| office.is_working(Timestamp::from_millis(day * DAY - OFFSET + minute * MINUTE));
            let edges = (0..1_440).filter(|minute| is_working(*minute) != (*minute > 0 && is_working(minute - 1)));
            let edges: Vec<i64> = edges.collect();
            edges.chunks(2).map(|edge| (edge[0], edge[1])).collect::<Vec<_>>()
        };
        let first = i64::from(NaiveDate::from_ymd_opt(2021, 1, 1).expect("a day").num_days_from_ce()) - 719_163;
        let monday = first + 2 * 365 + 1;
        assert_eq!((monday + 3).rem_euclid(7), 0);
        let week: [Vec<(i64, i64)>; 7] =
            std::array::from_fn(|day| windows(monday + i64::try_from(day).expect("small")));
        let usual = |day: i64| &week[usize::try_from((day + 3).rem_euclid(7)).expect("small")];
        let special = (first..first + 365).map(|day| (day, windows(day))).filter(|(day, hours)| hours != usual(*day));
        Self { special: special.collect(), week: week.clone() }
    }

    fn windows(&self, day: i64) -> &[(i64, i64)] {
        let usual = || &self.week[usize::try_from((day + 3).rem_euclid(7)).expect("small")];
        self.special.get(&day).unwrap_or_else(usual)
    }

    /// Adds one minute at a time.
    fn by_minute(&self, start: Timestamp, minutes: i64) -> Timestamp {
        let (mut at, mut left) = (start.as_millis() + OFFSET, minutes);
        while left > 0 {
            let minute = at.rem_euclid(DAY) / MINUTE;
            let is_working =
                self.windows(at.div_euclid(DAY)).iter().any(|(open, close)| (*open..*close).contains(&minute));
            left -= i64::from(is_working);
            at += MINUTE;
        }
        Timestamp::from_millis(at - OFFSET)
    }

    /// Adds one day at a time.
    fn by_day(&self, start: Timestamp, minutes: i64) -> Timestamp {
        let (mut day, mut from) =
            ((start.as_millis() + OFFSET).div_euclid(DAY), (start.as_millis() + OFFSET).rem_euclid(DAY) / MINUTE);
        let mut left = minutes;
        loop {
            for (open, close) in self.windows(day) {
                let open = (*open).max(from);
                let length = (close - open).max(0);
                if left <= length && length > 0 {
                    return Timestamp::from_millis(day * DAY + (open + left) * MINUTE - OFFSET);
                }
                left -= length;
            }
            (day, from) = (day + 1, 0);
        }
    }
}

criterion_group!(benches, calendar);
criterion_main!(benches);
