//! The laws of working time, over random rules around the days on which clocks change.

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use proptest::prelude::*;
use proptest::sample::select;
use sopflow::time::{DayOffKind, Timestamp, WorkCalendar, WorkTime};

use super::at;
use super::walk::{Hours, Sheet, Walk};

/// Zones with a day on which their clocks do something, and the step in seconds that divides their offsets.
const PLACES: &[(&str, &str, i64)] = &[
    ("Asia/Jakarta", "2021-05-12T00:00:00Z", 60),
    ("Asia/Jakarta", "1923-12-31T16:00:00Z", 12), // from +7:07:12 to +7:20
    ("Europe/Berlin", "2021-03-28T01:00:00Z", 60),
    ("Europe/Berlin", "2021-10-31T01:00:00Z", 60),
    ("Europe/Berlin", "2024-02-29T12:00:00Z", 60),
    ("America/New_York", "2021-03-14T07:00:00Z", 60),
    ("America/New_York", "2021-11-07T06:00:00Z", 60),
    ("Australia/Lord_Howe", "2021-04-03T15:00:00Z", 60), // half an hour back
    ("Australia/Lord_Howe", "2021-10-02T15:30:00Z", 60), // half an hour on
    ("America/Sao_Paulo", "2018-11-04T03:00:00Z", 60),   // midnight is skipped
    ("America/Sao_Paulo", "2019-02-17T02:00:00Z", 60),   // an hour before midnight comes twice
    ("Pacific/Apia", "2011-12-30T10:00:00Z", 60),        // a day is skipped
    ("Pacific/Kwajalein", "1969-10-01T00:00:00Z", 60),   // most of a day comes twice
    ("Africa/Monrovia", "1972-01-07T00:44:30Z", 30),     // from -0:44:30 to 0
    ("Africa/Casablanca", "2021-04-11T02:00:00Z", 60),   // for Ramadan
];

const HALF_HOUR: i64 = 1_800_000;

const HOURS: &[Hours] = &[
    &[],
    &[(450, 720), (780, 960)],
    &[(450, 690), (780, 990)],
    &[(480, 1_020)],
    &[(0, 1_440)],
    &[(1_320, 1_800)],
    &[(1_320, 1_500), (1_530, 1_800)],
    &[(90, 150)],
    &[(120, 135), (150, 170)],
    &[(0, 30), (1_400, 1_440)],
    &[(1_410, 2_820)],
    &[(300, 600)],
];

fn week() -> impl Strategy<Value = [Option<Hours>; 7]> {
    let usual = (prop::option::weighted(0.9, select(HOURS)), prop::option::weighted(0.4, select(HOURS)));
    let mixed = prop::array::uniform7(prop::option::weighted(0.8, select(HOURS)));
    prop_oneof![usual.prop_map(|(hours, rest)| std::array::from_fn(|day| if day < 5 { hours } else { rest })), mixed]
}

fn kind() -> impl Strategy<Value = DayOffKind> {
    select(&[DayOffKind::Holiday, DayOffKind::JointLeave][..])
}

/// A sheet with entries within some days of a day.
fn sheet(around: NaiveDate) -> impl Strategy<Value = Sheet> {
    let day = move || (0_u64..20).prop_map(move |days| around - Days::new(10) + Days::new(days));
    let period = (day(), 0_u64..12, week()).prop_map(|(from, days, week)| (from, from + Days::new(days), week));
    let day_off = (kind(), day(), 0_u64..3).prop_map(|(kind, from, days)| (kind, from, from + Days::new(days)));
    let open = (day(), prop::option::of(select(&HOURS[1..])));
    (
        week(),
        prop::collection::vec(period, 0..3),
        prop::collection::vec(day_off, 0..5),
        prop::collection::vec(open, 0..2),
        prop::collection::vec(kind(), 0..2),
    )
        .prop_map(|(week, periods, days_off, open_days, works_on)| Sheet {
            week,
            periods,
            days_off,
            open_days,
            works_on,
        })
}

#[derive(Debug, Clone)]
struct Office {
    zone: Tz,
    change: Timestamp,
    step: i64,
    chain: Vec<Sheet>,
    calendar: WorkCalendar,
}

fn office() -> impl Strategy<Value = Office> {
    select(PLACES).prop_flat_map(|(zone, change, step)| {
        let change = at(change);
        let chain = prop::collection::vec(sheet(change.to_datetime().date_naive()), 1..4);
        chain.prop_filter_map("somebody works in some week", move |chain| {
            let works =
                |day: usize| chain.iter().rev().find_map(|sheet| sheet.week[day]).is_some_and(|day| !day.is_empty());
            if !(0..7).any(works) {
                return None;
            }
            let mut rules: Vec<_> = chain.iter().map(Sheet::rules).collect();
            rules[0] = rules[0].clone().zone(zone);
            let calendar = WorkCalendar::chain(&rules).expect("a calendar");
            Some(Office { zone: zone.parse().unwrap(), change, step: step * 1_000, chain, calendar })
        })
    })
}

/// Any amount up to so many milliseconds, often a multiple of half an hour, as the edges of windows are.
fn amount(most: i64) -> impl Strategy<Value = i64> {
    prop_oneof![1 => Just(0), 4 => 0..most, 4 => (0..most / HALF_HOUR).prop_map(|halves| halves * HALF_HOUR)]
}

/// Where to begin; half of all begin on an edge of half an hour.
fn place() -> impl Strategy<Value = i64> {
    prop_oneof![any::<i64>(), any::<i32>().prop_map(|halves| i64::from(halves) * HALF_HOUR)]
}

/// An instant within so many days of the change of the clocks.
fn near(office: &Office, days: i64, place: i64) -> Timestamp {
    office.change.saturating_add_millis(place.rem_euclid(2 * days * 86_400_000) - days * 86_400_000)
}

fn millis(time: Option<Timestamp>) -> Option<i64> {
    time.map(Timestamp::as_millis)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn it_agrees_with_a_walk_from_step_to_step(
        office in office(),
        places in prop::collection::vec((0_i64..10_000, prop_oneof![1_i64..6_000, (1_i64..200).prop_map(|halves| halves * 30)], 1_u32..7), 16),
    ) {
        let Office { zone, change, step, ref chain, ref calendar } = office;
        let (before, days) = if step < 60_000 { (2, 5) } else { (4, 17) };
        let walk = Walk::new(zone, chain, change.saturating_add_millis(-before * 86_400_000), days, step);
        for (place, minutes, count) in places {
            let length = (walk.end() - walk.from) / step;
            let on_edge = if place % 2 == 0 { HALF_HOUR / step } else { 1 };
            // A third begins on the days around the change.
            let days = if place % 3 == 0 { (before + 2).min(days) * 86_400_000 / step } else { length };
            let start = walk.from + (place * 7_919 * on_edge).rem_euclid(days) * step;
            let other = walk.from + (place * 104_729 + 13 * minutes).rem_euclid(length) * step;
            let (from, to) = (start.min(other), start.max(other));
            let stamp = Timestamp::from_millis;
            prop_assert_eq!(calendar.between(stamp(from), stamp(to)).as_millis(), walk.between(from, to));
            prop_assert_eq!(calendar.is_working(stamp(start)), walk.is_working(start), "{}", stamp(start));
            if let Some(next) = walk.next_working(start) {
                prop_assert_eq!(millis(calendar.next_working(stamp(start))), Some(next), "{}", stamp(start));
            }
            if let Some(end) = walk.add(start, minutes * 60_000) {
                prop_assert_eq!(millis(calendar.add(stamp(start), WorkTime::minutes(minutes))), Some(end));
            }
            if start < walk.from + 86_400_000 {
                continue; // The walk does not know the close of the day before.
            }
            if let Some(end) = walk.add_working_days(start, count) {
                prop_assert_eq!(millis(calendar.add_working_days(stamp(start), count)), Some(end), "{} {}", stamp(start), count);
            }
            if let Some(end) = walk.close_from(walk.day_of(start) + Days::new(count.into())) {
                prop_assert_eq!(millis(calendar.add_calendar_days(stamp(start), count)), Some(end), "{} {}", stamp(start), count);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_lies_between_is_what_was_added(office in office(), place in place(), time in amount(10_000_000_000)) {
        let (calendar, start) = (&office.calendar, near(&office, 20, place));
        for time in [WorkTime::millis(time), WorkTime::millis(-time)] {
            let end = calendar.add(start, time).expect("centuries are left");
            prop_assert_eq!(calendar.between(start, end), time);
            prop_assert_eq!(calendar.between(end, start), -time);
        }
    }

    #[test]
    fn time_ends_within_hours_or_at_a_close(office in office(), place in place(), time in amount(100_000_000)) {
        let (calendar, start) = (&office.calendar, near(&office, 20, place));
        let time = time.max(1);
        let end = calendar.add(start, WorkTime::millis(time)).expect("centuries are left");
        prop_assert!(calendar.is_working(end.saturating_add_millis(-1)), "{} + {}", start, time);
        let begin = calendar.add(start, WorkTime::millis(-time)).expect("centuries are left");
        prop_assert!(calendar.is_working(begin), "{} - {}", start, time);
        let next = calendar.next_working(start).expect("centuries are left");
        prop_assert!(calendar.is_working(next) && next >= start);
        prop_assert_eq!(calendar.between(start, next), WorkTime::ZERO);
        prop_assert_eq!(calendar.add(next, WorkTime::millis(time)), Some(end), "waiting for the opening costs nothing");
    }

    #[test]
    fn adding_is_additive(office in office(), place in place(), one in amount(5_000_000_000), other in amount(5_000_000_000)) {
        let (calendar, start) = (&office.calendar, near(&office, 20, place));
        let (one, other) = (WorkTime::millis(one), WorkTime::millis(other));
        prop_assert_eq!(calendar.add(start, WorkTime::ZERO), Some(start));
        let in_two = calendar.add(calendar.add(start, one).unwrap(), other);
        prop_assert_eq!(in_two, calendar.add(start, one + other));
        let back = calendar.add(calendar.add(start, -one).unwrap(), -other);
        prop_assert_eq!(back, calendar.add(start, -one - other));
    }

    #[test]
    fn days_are_additive_and_counted_between(office in office(), place in place(), one in 0_u32..500, other in 0_u32..500) {
        let (calendar, start) = (&office.calendar, near(&office, 20, place));
        let end = calendar.add_working_days(start, one).expect("centuries are left");
        prop_assert_eq!(calendar.working_days_between(start, end), i32::try_from(one).unwrap());
        prop_assert_eq!(calendar.add_working_days(end, other), calendar.add_working_days(start, one + other));
    }

    #[test]
    fn all_is_monotone(office in office(), places in (place(), place()), time in (amount(100_000_000), amount(100_000_000)), days in (0_u32..40, 0_u32..40)) {
        let calendar = &office.calendar;
        let (one, other) = (near(&office, 12, places.0), near(&office, 12, places.1));
        let (early, late) = (one.min(other), one.max(other));
        let (short, long) = (WorkTime::millis(time.0.min(time.1)), WorkTime::millis(time.0.max(time.1)));
        let (few, many) = (days.0.min(days.1), days.0.max(days.1));
        prop_assert!(calendar.add(early, short) <= calendar.add(late, short));
        prop_assert!(calendar.add(early, short) <= calendar.add(early, long));
        prop_assert!(calendar.add(early, -long) <= calendar.add(early, -short));
        prop_assert!(calendar.next_working(early) <= calendar.next_working(late));
        prop_assert!(calendar.between(early, late) >= WorkTime::ZERO);
        prop_assert!(calendar.between(early, late).as_millis() <= late.millis_since(early));
        prop_assert!(calendar.working_days_between(early, late) >= 0);
        for count in [few, many] {
            prop_assert!(calendar.add_working_days(early, count) <= calendar.add_working_days(late, count));
            prop_assert!(calendar.add_calendar_days(early, count) <= calendar.add_calendar_days(late, count));
            prop_assert!(calendar.add_months(early, count) <= calendar.add_months(late, count));
        }
        prop_assert!(calendar.add_working_days(early, few) <= calendar.add_working_days(early, many));
        prop_assert!(calendar.add_calendar_days(early, few) <= calendar.add_calendar_days(early, many));
        prop_assert!(calendar.add_months(early, few) <= calendar.add_months(early, many));
    }

    #[test]
    fn no_instant_and_no_amount_panics(
        office in office(),
        start in prop_oneof![any::<i64>(), Just(i64::MIN), Just(i64::MAX), -62_167_219_200_000_i64..253_402_300_800_000],
        time in prop_oneof![any::<i64>(), Just(i64::MIN), Just(i64::MAX), -1_000_000_000_000_000_i64..1_000_000_000_000_000],
        days in prop_oneof![any::<u32>(), Just(u32::MAX >> 1), Just(3_652_060)],
    ) {
        let (calendar, start) = (&office.calendar, Timestamp::from_millis(start));
        if let Some(end) = calendar.add(start, WorkTime::millis(time)) {
            prop_assert_eq!(calendar.between(start, end).as_millis(), time);
        }
        let _ = (calendar.next_working(start), calendar.is_working(start));
        for days in [days, days % 5_000_000] {
            if let Some(end) = calendar.add_working_days(start, days) {
                prop_assert_eq!(calendar.working_days_between(start, end), i32::try_from(days).unwrap());
            }
            let _ = (calendar.add_calendar_days(start, days), calendar.add_months(start, days));
        }
    }
}

/// Before the first clock change that is known, and after the last, the calendar goes on by the week.
#[test]
fn the_far_past_and_the_far_future_repeat_the_week() {
    let week = &Sheet { week: [Some(HOURS[1]); 7], ..Sheet::default() };
    let zone: Tz = "America/New_York".parse().unwrap();
    let calendar = WorkCalendar::new(&week.rules().zone(zone.name())).unwrap();
    for (from, step) in [("0000-01-03T00:00:00Z", 2), ("2300-03-01T00:00:00Z", 60), ("9999-12-25T00:00:00Z", 60)] {
        let walk = Walk::new(zone, std::slice::from_ref(week), at(from), 5, step * 1_000);
        let (from, to) = (Timestamp::from_millis(walk.from), Timestamp::from_millis(walk.end() - walk.step));
        assert_eq!(calendar.between(from, to).as_millis(), walk.between(walk.from, walk.end() - walk.step));
    }
    let years = calendar.between(Timestamp::MIN, Timestamp::MAX).as_millis();
    let days = Timestamp::MAX.to_datetime().signed_duration_since(Timestamp::MIN.to_datetime()).num_days();
    assert!((years / 27_000_000 - days).abs() <= 1, "{years} in {days} days");
    assert_eq!(
        calendar.add(Timestamp::MIN, WorkTime::millis(years)).map(|end| calendar.between(Timestamp::MIN, end)),
        Some(WorkTime::millis(years))
    );
    assert_eq!(calendar.add(Timestamp::MIN, WorkTime::millis(years + 1)), None);
    assert_eq!(
        calendar.add(Timestamp::MAX, WorkTime::millis(-years)).map(|end| calendar.between(Timestamp::MAX, end)),
        Some(WorkTime::millis(-years))
    );
    assert_eq!(calendar.add(Timestamp::MAX, WorkTime::millis(-years - 1)), None);
}
