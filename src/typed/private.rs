//! What the code of a declaration names. None of it is meant to be named by hand.

pub use __procedure;
pub use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use super::check::{Fault, Faults, Flaw, LEFT_TO_VERIFY, LEFT_TO_VERIFY_IN_PARALLEL, Place, check};
pub use super::declaration::*;
pub use super::graph::{STEPS_MAX, is_sequential};
pub use super::item::Turn;
pub use super::message::Message;
pub use super::named::{deserialize, parse};
pub use super::sound::{document_ix, role_ix, step_ix};

pub use crate::id::{DocumentIx, RoleIx, StepIx};
pub use crate::model::{About, Confidence, Endorsement, Join, Procedure};
pub use crate::verify::Report;

use chrono::NaiveDate;

/// Stops the compiler where a declaration is wrong.
///
/// # Panics
///
/// When the declaration is wrong; the message tells all that is.
#[track_caller]
pub const fn require(declaration: &Declaration<'_>) {
    let faults = check(declaration);
    assert!(faults.count == 0, "{}", Message::of(declaration, &faults).as_str());
}

/// A day such as `2021-04-19`.
///
/// # Panics
///
/// When the text is no such day.
#[track_caller]
pub const fn day(text: &str) -> NaiveDate {
    let wrong = "a day is written as year, month and day, such as \"2021-04-19\"";
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else { panic!("{}", wrong) };
    let digits = [*y1, *y2, *y3, *y4, *m1, *m2, *d1, *d2];
    let mut at = 0;
    while at < digits.len() {
        assert!(digits[at].is_ascii_digit(), "{}", wrong);
        at += 1;
    }
    let year = number(*y1, *y2) * 100 + number(*y3, *y4);
    match NaiveDate::from_ymd_opt(year.cast_signed(), number(*m1, *m2), number(*d1, *d2)) {
        Some(day) => day,
        None => panic!("there is no such day in the calendar"),
    }
}

const fn number(tens: u8, ones: u8) -> u32 {
    (tens - b'0') as u32 * 10 + (ones - b'0') as u32
}

/// The kinds of duties.
pub mod duties {
    use super::DeclaredDuty;

    /// No one person does two of these steps.
    pub const fn distinct(steps: &[u16]) -> DeclaredDuty<'_> {
        DeclaredDuty { is_separation: true, steps }
    }

    /// Whoever does one of these steps does the others too.
    pub const fn same(steps: &[u16]) -> DeclaredDuty<'_> {
        DeclaredDuty { is_separation: false, steps }
    }
}

/// Standard times.
#[allow(non_upper_case_globals, reason = "they are written as in a text")]
pub mod times {
    use crate::time::{Amount, StandardTime, Unit};

    pub const segera: StandardTime = StandardTime::Immediate;
    pub const immediately: StandardTime = StandardTime::Immediate;

    pub const fn amount(count: u32, unit: Unit) -> StandardTime {
        StandardTime::Amount(Amount { count, unit })
    }

    pub const fn product(times: u32, count: u32, unit: Unit) -> StandardTime {
        StandardTime::Product { times, each: Amount { count, unit } }
    }

    pub const fn range(least: u32, most: u32, unit: Unit) -> StandardTime {
        StandardTime::Range { least, most, unit }
    }
}

/// Units of standard times, in the words that reading a text takes.
#[allow(non_upper_case_globals, reason = "they are written as in a text")]
pub mod units {
    use crate::time::Unit;

    pub const menit: Unit = Unit::Minute;
    pub const minute: Unit = Unit::Minute;
    pub const minutes: Unit = Unit::Minute;
    pub const jam: Unit = Unit::Hour;
    pub const hour: Unit = Unit::Hour;
    pub const hours: Unit = Unit::Hour;
    pub const hari: Unit = Unit::Day;
    pub const day: Unit = Unit::Day;
    pub const days: Unit = Unit::Day;
    pub const minggu: Unit = Unit::Week;
    pub const week: Unit = Unit::Week;
    pub const weeks: Unit = Unit::Week;
    pub const bulan: Unit = Unit::Month;
    pub const month: Unit = Unit::Month;
    pub const months: Unit = Unit::Month;

    /// *Hari kerja* and *hari kalender*.
    pub mod hari {
        use crate::time::Unit;

        pub const kerja: Unit = Unit::WorkingDay;
        pub const kalender: Unit = Unit::CalendarDay;
    }

    /// Working days.
    pub mod working {
        use crate::time::Unit;

        pub const day: Unit = Unit::WorkingDay;
        pub const days: Unit = Unit::WorkingDay;
    }

    /// Calendar days.
    pub mod calendar {
        use crate::time::Unit;

        pub const day: Unit = Unit::CalendarDay;
        pub const days: Unit = Unit::CalendarDay;
    }
}

/// The parts of a procedure that a declaration can name: for the compiler, to tell which one was meant.
#[allow(non_upper_case_globals, reason = "they are written as in a file")]
pub mod parts {
    pub const version: () = ();
    pub const day: () = ();
    pub const start: () = ();
    pub const supervisors: () = ();
    pub const number: () = ();
    pub const unit: () = ();
    pub const made: () = ();
    pub const revised: () = ();
    pub const effective: () = ();
    pub const approver: () = ();
    pub const legal_basis: () = ();
    pub const qualifications: () = ();
    pub const related: () = ();
    pub const equipment: () = ();
    pub const warnings: () = ();
    pub const records: () = ();
    pub const evidence: () = ();
    pub const role: () = ();
    pub const inputs: () = ();
    pub const time: () = ();
    pub const outputs: () = ();
    pub const endorsement: () = ();
    pub const join: () = ();
    pub const next: () = ();
    pub const direct: () = ();
    pub const outcomes: () = ();
    pub const returns: () = ();
    pub const note: () = ();
    pub const to: () = ();
    pub const label: () = ();
    pub const cancels: () = ();
    pub const about: () = ();
    pub const confidence: () = ();
    pub const words: () = ();
    pub const alternatives: () = ();
    pub const post: () = ();
    pub const name: () = ();
    pub const nip: () = ();
}
