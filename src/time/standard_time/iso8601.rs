//! ISO 8601: durations (ISO 8601-1:2019 §5.5.2) and, for products, repetitions of a duration (§5.6).
//!
//! `R4/PT60M` says how long each session lasts and leaves open when it starts. Its number is read here as the count of all
//! sessions, the first included.

use super::cursor::{Cursor, Number, Ratio};
use super::error::Problem;
use super::{Amount, NotInIso8601, StandardTime, StandardTimeError, Unit, check_count, check_product};

impl StandardTime {
    /// Writes this as an ISO 8601 duration, a product as a repetition of one: `R4/PT60M` is four times 60 minutes.
    ///
    /// # Errors
    ///
    /// When ISO 8601 cannot say it: bare days, working days and ranges. Its days are days of the calendar (ISO 8601-1:2019
    /// §5.5.2).
    ///
    /// # Examples
    ///
    /// ```
    /// use sopflow::time::{NotInIso8601, StandardTime};
    ///
    /// let calendar: StandardTime = "14 hari kalender".parse()?;
    /// assert_eq!(calendar.to_iso8601().as_deref(), Ok("P14D"));
    /// let bare: StandardTime = "14 hari".parse()?;
    /// assert_eq!(bare.to_iso8601(), Err(NotInIso8601::BareDay));
    /// # Ok::<(), sopflow::time::StandardTimeError>(())
    /// ```
    pub fn to_iso8601(self) -> Result<String, NotInIso8601> {
        match self {
            Self::Immediate => Ok("PT0S".to_owned()),
            Self::Amount(amount) => amount.to_iso8601(),
            Self::Product { times, each } => Ok(format!("R{times}/{}", each.to_iso8601()?)),
            Self::Range { .. } => Err(NotInIso8601::Range),
        }
    }
}

impl Amount {
    fn to_iso8601(self) -> Result<String, NotInIso8601> {
        let count = self.count;
        match self.unit {
            Unit::Minute => Ok(format!("PT{count}M")),
            Unit::Hour => Ok(format!("PT{count}H")),
            Unit::Day => Err(NotInIso8601::BareDay),
            Unit::WorkingDay => Err(NotInIso8601::WorkingDay),
            Unit::CalendarDay => Ok(format!("P{count}D")),
            Unit::Week => Ok(format!("P{count}W")),
            Unit::Month => Ok(format!("P{count}M")),
        }
    }
}

/// Whether the text is meant as ISO 8601, right or wrong: a `P` or `R` that does not begin a word.
pub(super) fn starts(cursor: &Cursor) -> bool {
    let designator = cursor.peek().is_some_and(|c| matches!(c.to_ascii_uppercase(), 'P' | 'R'));
    designator && cursor.peek_at(1).is_none_or(|c| !c.is_alphabetic() || c.eq_ignore_ascii_case(&'T'))
}

pub(super) fn read(mut cursor: Cursor) -> Result<StandardTime, StandardTimeError> {
    let start = cursor.position();
    let times = if take(&mut cursor, 'R') {
        let times = whole(&mut cursor, "the number of times")?;
        expect(&mut cursor, '/', "\"/\"")?;
        Some(times)
    } else {
        None
    };
    let at = cursor.position();
    match (times, duration(&mut cursor)?) {
        (None, None) => Ok(StandardTime::Immediate),
        (None, Some(amount)) => Ok(StandardTime::Amount(amount)),
        (Some(_), None) => Err(Problem::Zero.at(at)),
        (Some(times), Some(each)) => {
            check_product(times, each).map_err(|problem| problem.at(start))?;
            Ok(StandardTime::Product { times, each })
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Designator {
    Years,
    Months,
    Weeks,
    Days,
    Hours,
    Minutes,
    Seconds,
}

use Designator::{Days, Hours, Minutes, Months, Seconds, Weeks, Years};

/// Reads a duration to the end of the text; `None` is `PT0S`.
fn duration(cursor: &mut Cursor) -> Result<Option<Amount>, StandardTimeError> {
    let start = cursor.position();
    expect(cursor, 'P', "\"P\"")?;
    let mut parts = Vec::new();
    let mut of_time = false;
    while parts.is_empty() || cursor.peek().is_some() {
        let expected = if parts.is_empty() { "a number" } else { "another number or the end" };
        of_time = of_time || take(cursor, 'T');
        parts.push(part(cursor, of_time, expected)?);
    }
    let (count, unit) = match *parts.as_slice() {
        [(0, Seconds)] => return Ok(None),
        [(years, Years)] => (years * 12, Unit::Month),
        [(years, Years), (months, Months)] => (years * 12 + months, Unit::Month),
        [(months, Months)] => (months, Unit::Month),
        [(weeks, Weeks)] => (weeks, Unit::Week),
        [(days, Days)] => (days, Unit::CalendarDay),
        [(hours, Hours)] => (hours, Unit::Hour),
        [(hours, Hours), (minutes, Minutes)] => (hours * 60 + minutes, Unit::Minute),
        [(minutes, Minutes)] => (minutes, Unit::Minute),
        _ => return Err(Problem::MixedUnits.at(start)),
    };
    check_count(count).map_err(|problem| problem.at(start))?;
    Ok(Some(Amount { count, unit }))
}

/// Reads a number and its designator. A number of seconds is zero, any other is not.
fn part(cursor: &mut Cursor, of_time: bool, expected: &'static str) -> Result<(u32, Designator), StandardTimeError> {
    let at = cursor.position();
    let number = number(cursor, expected)?;
    let designator = designator(cursor, of_time)?;
    let count = match (number, designator) {
        (Number::Whole(Err(Problem::Zero)), Seconds) => Ok(0),
        (_, Seconds) => Err(Problem::Seconds),
        (Number::Whole(count), _) => count,
        (Number::Fraction(ratio), _) => {
            let minutes = ratio.filter(|_| designator == Hours).and_then(Ratio::hours_in_minutes);
            Err(Problem::Fraction { instead: minutes.map(|minutes| format!("PT{minutes}M")) })
        }
        (Number::Grouped(digits), _) => Err(Problem::Grouped { digits }),
    };
    Ok((count.map_err(|problem| problem.at(at))?, designator))
}

fn designator(cursor: &mut Cursor, of_time: bool) -> Result<Designator, StandardTimeError> {
    let at = cursor.position();
    match (cursor.take().map(|c| c.to_ascii_uppercase()), of_time) {
        (Some('Y'), false) => Ok(Years),
        (Some('M'), false) => Ok(Months),
        (Some('W'), false) => Ok(Weeks),
        (Some('D'), false) => Ok(Days),
        (Some('H'), true) => Ok(Hours),
        (Some('M'), true) => Ok(Minutes),
        (Some('S'), true) => Ok(Seconds),
        (_, false) => Err(not_iso8601("\"Y\", \"M\", \"W\" or \"D\" (\"H\" and \"M\" for minutes follow a \"T\")", at)),
        (_, true) => Err(not_iso8601("\"H\" or \"M\"", at)),
    }
}

fn whole(cursor: &mut Cursor, expected: &'static str) -> Result<u32, StandardTimeError> {
    let at = cursor.position();
    match number(cursor, expected)? {
        Number::Whole(count) => count.map_err(|problem| problem.at(at)),
        Number::Fraction(_) | Number::Grouped(_) => Err(not_iso8601("a whole number and \"/P\"", at)),
    }
}

fn number(cursor: &mut Cursor, expected: &'static str) -> Result<Number, StandardTimeError> {
    let at = cursor.position();
    cursor.number().ok_or_else(|| match cursor.peek() {
        Some('-' | '\u{2212}') => Problem::Negative.at(at),
        _ => not_iso8601(expected, at),
    })
}

fn expect(cursor: &mut Cursor, wanted: char, expected: &'static str) -> Result<(), StandardTimeError> {
    let at = cursor.position();
    if take(cursor, wanted) { Ok(()) } else { Err(not_iso8601(expected, at)) }
}

fn take(cursor: &mut Cursor, wanted: char) -> bool {
    cursor.take_if(|c| c.eq_ignore_ascii_case(&wanted)).is_some()
}

fn not_iso8601(expected: &'static str, at: usize) -> StandardTimeError {
    Problem::NotIso8601 { expected }.at(at)
}
