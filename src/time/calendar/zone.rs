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
