//! Periods between two instants.

use std::fmt;
use std::ops::{Bound, RangeBounds};

use super::Timestamp;

/// From one moment up to another; the moment after the last, `until`, is not in it.
///
/// Where `until` is not after `from`, there is no moment in it.
///
/// ```
/// use sopflow::time::{Period, Timestamp};
///
/// let [monday, friday] = ["2026-11-02T00:00:00Z", "2026-11-06T00:00:00Z"].map(|text| text.parse::<Timestamp>().unwrap());
/// let week = Period::of(monday..friday);
/// assert!(week.contains(monday) && !week.contains(friday));
/// assert_eq!(week.intersect(Period::of(friday..)), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// The first moment.
    pub from: Timestamp,
    /// The moment after the last.
    pub until: Timestamp,
}

impl Period {
    /// From [`Timestamp::MIN`] up to [`Timestamp::MAX`].
    pub const ALWAYS: Self = Self { from: Timestamp::MIN, until: Timestamp::MAX };

    /// The period that a range of timestamps stands for: `from..until`, `from..`, `..` for always.
    pub fn of(range: impl RangeBounds<Timestamp>) -> Self {
        let after = |moment: &Timestamp| moment.saturating_add_millis(1);
        Self {
            from: match range.start_bound() {
                Bound::Included(from) => *from,
                Bound::Excluded(before) => after(before),
                Bound::Unbounded => Timestamp::MIN,
            },
            until: match range.end_bound() {
                Bound::Included(last) => after(last),
                Bound::Excluded(until) => *until,
                Bound::Unbounded => Timestamp::MAX,
            },
        }
    }

    /// Whether a moment is in it.
    #[inline]
    pub fn contains(self, moment: Timestamp) -> bool {
        self.from <= moment && moment < self.until
    }

    /// Whether no moment is in it.
    pub fn is_empty(self) -> bool {
        self.from >= self.until
    }

    /// The moments that are in both; `None` where there are none.
    pub fn intersect(self, other: Self) -> Option<Self> {
        let both = Self { from: self.from.max(other.from), until: self.until.min(other.until) };
        (!both.is_empty()).then_some(both)
    }

    /// The moments of this one that are not in the other: what is left before it and after it.
    pub fn minus(self, other: Self) -> impl Iterator<Item = Self> {
        let Some(both) = self.intersect(other) else {
            return [Some(self).filter(|all| !all.is_empty()), None].into_iter().flatten();
        };
        let before = Self { until: both.from, ..self };
        let after = Self { from: both.until, ..self };
        [before, after].map(|part| Some(part).filter(|part| !part.is_empty())).into_iter().flatten()
    }

    /// The moments that are in any of these, as periods in order of time that do not touch.
    pub fn union(periods: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut periods: Vec<Self> = periods.into_iter().filter(|period| !period.is_empty()).collect();
        periods.sort_unstable();
        periods.dedup_by(|next, last| {
            let touches = next.from <= last.until;
            if touches {
                last.until = last.until.max(next.until);
            }
            touches
        });
        periods
    }
}

/// Such as `from 2026-11-02T00:00:00.000Z until 2026-11-06T00:00:00.000Z`; an open end is left out.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.from == Timestamp::MIN, self.until == Timestamp::MAX) {
            (true, true) => f.write_str("always"),
            (true, false) => write!(f, "until {}", self.until),
            (false, true) => write!(f, "from {}", self.from),
            (false, false) => write!(f, "from {} until {}", self.from, self.until),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn period() -> impl Strategy<Value = Period> {
        (0..24_i64, 0..24_i64).prop_map(|(from, until)| Period {
            from: Timestamp::from_millis(from),
            until: Timestamp::from_millis(until),
        })
    }

    fn moments() -> impl Iterator<Item = Timestamp> {
        (0..24).map(Timestamp::from_millis)
    }

    proptest! {
        #[test]
        fn each_operation_does_with_moments_what_it_says(one in period(), other in period()) {
            let parts: Vec<Period> = one.minus(other).collect();
            prop_assert!(parts.iter().all(|part| !part.is_empty()));
            for moment in moments() {
                let (is_one, is_other) = (one.contains(moment), other.contains(moment));
                prop_assert_eq!(one.intersect(other).is_some_and(|both| both.contains(moment)), is_one && is_other);
                prop_assert_eq!(parts.iter().any(|part| part.contains(moment)), is_one && !is_other);
            }
            prop_assert_eq!(one.is_empty(), !moments().any(|moment| one.contains(moment)));
        }

        #[test]
        fn a_union_is_sorted_does_not_touch_and_has_the_same_moments(periods in prop::collection::vec(period(), 0..8)) {
            let union = Period::union(periods.iter().copied());
            prop_assert!(union.windows(2).all(|pair| pair[0].until < pair[1].from));
            prop_assert!(union.iter().all(|period| !period.is_empty()));
            for moment in moments() {
                let within = |periods: &[Period]| periods.iter().any(|period| period.contains(moment));
                prop_assert_eq!(within(&union), within(&periods));
            }
        }
    }

    #[test]
    fn ranges_and_words() {
        let [two, five] = [2, 5].map(Timestamp::from_millis);
        let check = |period: Period, from: i64, until: i64| {
            assert_eq!((period.from.as_millis(), period.until.as_millis()), (from, until));
        };
        check(Period::of(two..five), 2, 5);
        check(Period::of(two..=five), 2, 6);
        check(Period::of((Bound::Excluded(two), Bound::Excluded(five))), 3, 5);
        assert_eq!(Period::of(..), Period::ALWAYS);
        assert_eq!(Period::of(..).to_string(), "always");
        assert_eq!(Period::of(..two).to_string(), "until 1970-01-01T00:00:00.002Z");
        assert_eq!(Period::of(two..).to_string(), "from 1970-01-01T00:00:00.002Z");
        let both = "from 1970-01-01T00:00:00.002Z until 1970-01-01T00:00:00.005Z";
        assert_eq!(Period::of(two..five).to_string(), both);
    }
}
