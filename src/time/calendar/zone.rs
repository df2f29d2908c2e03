//! When the clocks of a time zone changed, and which instant a clock shows a time.

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::Tz;

use super::DAY;

/// The time zone database knows of no clock change outside these instants, and of no zone that keeps an offset for less than
/// twice [`STEP`].
const FIRST: i64 = -4_102_444_800_000; // 1840
const LAST: i64 = 4_133_980_800_000; // 2101
const STEP: i64 = 3 * DAY;

/// A stretch of time in which the clocks keep one offset from UTC, in milliseconds.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: i64,
    offset: i64,
    /// The local time that the clocks have shown at most by the end of this span.
    local_end: i64,
}

/// The clocks of one time zone.
#[derive(Debug, Clone)]
pub(super) struct Clocks {
    spans: Vec<Span>,
}

/// The clocks of a zone change by some offset.
#[derive(Debug, Clone, Copy)]
pub(super) struct Change {
    pub(super) at: i64,
    pub(super) before: i64,
    pub(super) after: i64,
}

impl Clocks {
    /// The offsets of a zone, found by looking at each day of the time zone database and halving where two days differ.
    pub(super) fn of(zone: Tz) -> Self {
        let offset = |at| offset(zone, at);
        let mut starts = vec![(i64::MIN, offset(FIRST))];
        let mut known = offset(FIRST);
        for start in (FIRST..LAST).step_by(usize::try_from(STEP).unwrap_or(usize::MAX)) {
            let next = offset(start + STEP);
            if next != known {
                starts.push((change_in(&offset, start, start + STEP), next));
                known = next;
            }
        }
        let mut shown = i64::MIN;
        let spans = starts.iter().enumerate().map(|(position, &(start, offset))| {
            let end = starts.get(position + 1).map_or(i64::MAX, |&(end, _)| end + offset);
            shown = shown.max(end);
            Span { start, offset, local_end: shown }
        });
        Self { spans: spans.collect() }
    }

    /// The first instant at which the clocks show this local time or a later one.
    ///
    /// Where the clocks skip it, that is when they do; where they show it twice, the first time.
    pub(super) fn first_at(&self, local: i64) -> i64 {
        let position = self.spans.partition_point(|span| span.local_end <= local);
        let span = self.spans[position.min(self.spans.len() - 1)];
        span.start.max(local - span.offset)
    }

    pub(super) fn changes(&self) -> impl Iterator<Item = Change> + '_ {
        self.spans.windows(2).map(|pair| Change { at: pair[1].start, before: pair[0].offset, after: pair[1].offset })
    }
}

fn offset(zone: Tz, at: i64) -> i64 {
    let utc = DateTime::from_timestamp_millis(at).unwrap_or_default().naive_utc();
    i64::from(zone.offset_from_utc_datetime(&utc).fix().local_minus_utc()) * 1_000
}

/// The first instant of the second offset, between one that has the first and one that has the second.
fn change_in(offset: &impl Fn(i64) -> i64, mut before: i64, mut after: i64) -> i64 {
    let old = offset(before);
    while after - before > 1 {
        let middle = before.midpoint(after);
        if offset(middle) == old { before = middle } else { after = middle }
    }
    after
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Looks for clock changes twelve times a day.
    #[test]
    fn no_clock_change_is_missed() {
        for zone in chrono_tz::TZ_VARIANTS
            .into_iter()
            .step_by(40)
            .chain([Tz::Africa__Casablanca, Tz::America__Argentina__San_Luis])
        {
            let clocks = Clocks::of(zone);
            let mut changes = clocks.changes().peekable();
            let mut known = offset(zone, FIRST - 400 * STEP);
            for at in (FIRST - 400 * STEP..LAST + 4_000 * STEP).step_by(2 * 3_600_000) {
                while changes.peek().is_some_and(|change| change.at <= at) {
                    let change = changes.next().expect("peeked");
                    assert_eq!((change.before, offset(zone, change.at - 1)), (known, known), "{zone} {change:?}");
                    assert_eq!(change.after, offset(zone, change.at), "{zone} {change:?}");
                    known = change.after;
                }
                assert_eq!(offset(zone, at), known, "{zone} at {at}");
            }
        }
    }

    #[test]
    fn a_time_is_found_that_is_skipped_or_comes_twice() {
        let clocks = Clocks::of(Tz::Europe__Berlin);
        let check = |local: &str, expected: &str| {
            let millis = |text: &str| text.parse::<crate::time::Timestamp>().expect("a timestamp").as_millis();
            assert_eq!(clocks.first_at(millis(local)), millis(expected), "{local}");
        };
        check("2021-03-28T01:59:59Z", "2021-03-28T01:59:59+01:00");
        check("2021-03-28T02:00:00Z", "2021-03-28T03:00:00+02:00");
        check("2021-03-28T02:30:00Z", "2021-03-28T03:00:00+02:00");
        check("2021-03-28T03:00:00Z", "2021-03-28T03:00:00+02:00");
        check("2021-10-31T02:00:00Z", "2021-10-31T02:00:00+02:00");
        check("2021-10-31T02:59:59Z", "2021-10-31T02:59:59+02:00");
        check("2021-10-31T03:00:00Z", "2021-10-31T03:00:00+01:00");
    }
}
