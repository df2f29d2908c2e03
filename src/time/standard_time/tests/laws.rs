//! What holds for every standard time and every text.

use proptest::prelude::*;

use super::*;

/// Any time that is in bounds.
fn times() -> impl Strategy<Value = StandardTime> {
    let unit = proptest::sample::select(UNITS.to_vec());
    let count = || prop_oneof![1..=3_u32, 1..=TIME_COUNT_MAX];
    prop_oneof![
        Just(StandardTime::Immediate),
        (count(), unit.clone()).prop_map(|(count, unit)| amount(count, unit)),
        (1..=1_000_u32, 1..=1_000_u32, unit.clone()).prop_map(|(times, count, unit)| product(times, count, unit)),
        (count(), count(), unit).prop_map(|(one, other, unit)| range(one.min(other), one.max(other), unit)),
    ]
}

/// Texts that are nearly times.
fn near_misses() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[0-9]{1,3}",
        "[a-zA-Z]{1,3}",
        proptest::sample::select(vec![
            "menit",
            "hari",
            "kerja",
            "days",
            "jam",
            "segera",
            "s.d.",
            "sampai",
            "x",
            "×",
            "–",
            "-",
            ".",
            ",",
            "/",
            "½",
            " ",
            "\u{a0}",
            "P",
            "T",
            "PT",
            "R4/",
            "M",
            "H",
            "D",
            "0S",
            "1000000",
            "4294967296",
            "İ",
            "٣",
        ])
        .prop_map(str::to_owned),
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn blanks(least: usize) -> impl Strategy<Value = String> {
    let blank = proptest::sample::select(vec![' ', '\t', '\n', '\u{a0}', '\u{202f}', '\u{200b}']);
    proptest::collection::vec(blank, least..=3).prop_map(String::from_iter)
}

/// The text with cases changed and with blanks where blanks may be.
fn loosely(text: &str) -> impl Strategy<Value = String> + use<> {
    let pieces: Vec<_> = text
        .chars()
        .map(|c| match c {
            ' ' => blanks(1).boxed(),
            '–' => (blanks(0), blanks(0)).prop_map(|(before, after)| format!("{before}–{after}")).boxed(),
            _ => any::<bool>()
                .prop_map(move |upper| if upper { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }.to_string())
                .boxed(),
        })
        .collect();
    (blanks(0), pieces, blanks(0)).prop_map(|(before, pieces, after)| format!("{before}{}{after}", pieces.concat()))
}

fn notations(time: StandardTime) -> impl Iterator<Item = String> {
    [time.to_indonesian(), time.to_english()].into_iter().chain(time.to_iso8601())
}

proptest! {
    #[test]
    fn what_is_written_reads_back(time in times()) {
        prop_assert_eq!(time.check(), Ok(time));
        for text in notations(time) {
            prop_assert_eq!(text.parse(), Ok(time), "{}", text);
        }
        let json = serde_json::to_value(time).unwrap();
        prop_assert_eq!(&json, &json!(time.to_string()));
        prop_assert_eq!(serde_json::from_value::<StandardTime>(json).unwrap(), time);
    }

    #[test]
    fn iso8601_fails_for_ranges_and_for_days_of_no_calendar(time in times()) {
        let said = match time {
            StandardTime::Immediate => true,
            StandardTime::Amount(Amount { unit, .. }) | StandardTime::Product { each: Amount { unit, .. }, .. } => {
                !matches!(unit, Unit::Day | Unit::WorkingDay)
            }
            StandardTime::Range { .. } => false,
        };
        prop_assert_eq!(time.to_iso8601().is_ok(), said);
    }

    #[test]
    fn case_and_blanks_do_not_matter(
        (time, text) in times().prop_flat_map(|time| {
            let texts: Vec<_> = notations(time).collect();
            (Just(time), proptest::sample::select(texts).prop_flat_map(|text| loosely(&text)))
        })
    ) {
        prop_assert_eq!(text.parse(), Ok(time), "{:?}", text);
    }

    #[test]
    fn any_text_is_a_sound_time_or_an_error_in_it(text in prop_oneof![any::<String>(), near_misses()]) {
        match text.parse::<StandardTime>() {
            Ok(time) => {
                prop_assert_eq!(time.check(), Ok(time));
                prop_assert_eq!(time.to_string().parse(), Ok(time));
            }
            Err(error) => {
                let position = error.position().unwrap();
                prop_assert!((1..=text.chars().count() + 1).contains(&position), "{}", error);
                prop_assert!(!error.to_string().is_empty());
            }
        }
    }

    #[test]
    fn any_value_is_written_as_it_reads_or_refused(times in any::<u32>(), count in any::<u32>()) {
        for unit in UNITS {
            for time in [amount(count, unit), product(times, count, unit), range(times, count, unit)] {
                prop_assert_eq!(time.to_string().parse().ok(), time.check().ok());
                let _ = time.minutes(DayPolicy::Working, u32::MAX);
            }
        }
    }

    #[test]
    fn the_schema_accepts_what_is_written(time in times()) {
        let schema = schemars::schema_for!(StandardTime).to_value();
        for text in notations(time) {
            prop_assert!(jsonschema::is_valid(&schema, &json!(text)), "{}", text);
        }
    }

    #[test]
    fn minutes_grow_with_the_number(time in times(), day in 1..=1_440_u32) {
        let minutes = |time: StandardTime| time.minutes(DayPolicy::Working, day);
        match time {
            StandardTime::Product { times, each } => {
                let one = minutes(StandardTime::Amount(each)).map(|one| one.most * u64::from(times));
                prop_assert_eq!(minutes(time).map(|all| all.most), one);
            }
            StandardTime::Range { least, most, unit } => {
                prop_assert_eq!(minutes(time).map(|it| it.least), minutes(amount(least, unit)).map(|it| it.least));
                prop_assert_eq!(minutes(time).map(|it| it.most), minutes(amount(most, unit)).map(|it| it.most));
            }
            _ => prop_assert!(minutes(time).is_none_or(|it| it.least == it.most)),
        }
    }
}
