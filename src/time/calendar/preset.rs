//! The working hours that Indonesian rules set.

use chrono::Weekday;

use super::hours::DayHours;

/// Working hours that a rule sets for the offices of the Indonesian government.
///
/// These are rules and no data of a year: holidays, joint leave and the days of Ramadan are for a calendar file. What each
/// rule fixes and what it leaves to the agency stands in
/// [docs/working-time.md](https://docs.rs/crate/sopflow/latest/source/docs/working-time.md).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HoursRule {
    /// Keputusan Presiden 68/1995, article 1: Monday to Thursday 07:30 to 16:00 with a break from 12:00 to 13:00, Friday
    /// 07:30 to 16:30 with a break from 11:30 to 13:00; 37.5 hours a week. In force until 2023.
    Keppres68Of1995,
    /// Peraturan Presiden 21/2023, articles 3 and 4: five days, 37.5 hours a week, from 07:30, with breaks of 60 minutes,
    /// on Friday of 90. The rule leaves the details to the agency; here every day has 7.5 hours, and the breaks stand
    /// where Keppres 68/1995 had them.
    Perpres21Of2023,
    /// Peraturan Presiden 21/2023, article 4, in the month of Ramadan: 32.5 hours a week, from 08:00, with breaks of 30
    /// minutes, on Friday of 60. Every day has 6.5 hours here, and the breaks begin at 12:00, on Friday at 11:30, where the
    /// ministry's circulars for Ramadan had them.
    Perpres21Of2023Ramadan,
}

impl HoursRule {
    /// Every rule.
    pub const ALL: &[Self] = &[Self::Keppres68Of1995, Self::Perpres21Of2023, Self::Perpres21Of2023Ramadan];

    /// The name in a file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Keppres68Of1995 => "keppres-68-1995",
            Self::Perpres21Of2023 => "perpres-21-2023",
            Self::Perpres21Of2023Ramadan => "perpres-21-2023-ramadan",
        }
    }

    /// The hours of a day of the week by this rule.
    pub fn hours(self, day: Weekday) -> DayHours {
        let windows: &[(u16, u16)] = match (self, day) {
            (_, Weekday::Sat | Weekday::Sun) => &[],
            (Self::Perpres21Of2023Ramadan, Weekday::Fri) => &[(8 * 60, 11 * 60 + 30), (12 * 60 + 30, 15 * 60 + 30)],
            (Self::Perpres21Of2023Ramadan, _) => &[(8 * 60, 12 * 60), (12 * 60 + 30, 15 * 60)],
            (_, Weekday::Fri) => &[(7 * 60 + 30, 11 * 60 + 30), (13 * 60, 16 * 60 + 30)],
            (_, _) => &[(7 * 60 + 30, 12 * 60), (13 * 60, 16 * 60)],
        };
        DayHours::of(windows)
    }
}
