//! The hours of one day.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::{DAY, MINUTE};
use crate::limits::WINDOWS_PER_DAY_MAX;

const MINUTES_PER_DAY: u16 = 24 * 60;
const CLOSED: &str = "closed";

/// The hours in which an office works on one day: windows from an opening to a close, by the clock on the wall.
///
/// Read from text such as `07:30-16:00`, or `08:00-12:00, 13:00-17:00`; a dot does for the colon, and
/// `closed` stands for no hours. A window whose close
/// is not after its opening passes midnight, and belongs to the day on which it opens: `22:00-06:00`. A whole day is
/// `00:00-24:00`. Breaks are taken out with [`with_break`](Self::with_break).
///
/// # Examples
///
/// ```
/// use sopflow::time::DayHours;
///
/// let hours = "07:30-16:00".parse::<DayHours>()?.with_break("12:00-13:00")?;
/// assert_eq!(hours.to_string(), "07:30-12:00, 13:00-16:00");
/// assert_eq!(hours.minutes(), 450);
/// let night = "22:00-06:00".parse::<DayHours>()?.with_break("01:00-01:30")?;
/// assert_eq!(night.to_string(), "22:00-01:00, 01:30-06:00 of the next day");
/// # Ok::<(), sopflow::time::DayHoursError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct DayHours {
    /// Minutes after midnight, in order, none empty, none beginning before the one before ends; the last may end on the
    /// next day.
    windows: Vec<Window>,
}

/// Minutes after midnight from an opening to a close.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Window {
    open: u16,
    close: u16,
}

/// Why a text does not tell the hours of a day.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(transparent)]
pub struct DayHoursError(#[from] Problem);

#[derive(Debug, Clone, PartialEq, Eq, Error)]
enum Problem {
    #[error("expected hours such as \"07:30-16:00\", found \"{0}\"")]
    Form(String),
    #[error("expected a time from 00:00 to 24:00, found \"{0}\"")]
    Time(String),
    #[error("\"{0}\" opens and closes at the same time; a whole day is \"00:00-24:00\"")]
    Empty(String),
    #[error("\"{0}\" begins before the window before it ends; write windows in order, without overlap")]
    Overlap(String),
    #[error("the break {0} does not lie within one window of the hours {1}")]
    Outside(String, String),
    #[error("a day has more than {WINDOWS_PER_DAY_MAX} windows")]
    TooMany,
}

impl DayHours {
    /// No hours: the office is closed.
    pub const CLOSED: Self = Self { windows: Vec::new() };

    /// These hours without a break, such as `12:00-13:00`, which lies within one window. In a window that passes midnight it
    /// may stand on either day.
    ///
    /// # Errors
    ///
    /// When the text is no span of time, the break lies outside the hours, or there are too many windows.
    pub fn with_break(mut self, text: &str) -> Result<Self, DayHoursError> {
        let pause = Window::read(text)?;
        let next_day =
            Window { open: pause.open + MINUTES_PER_DAY, close: pause.close.saturating_add(MINUTES_PER_DAY) };
        let found = [pause, next_day].into_iter().find_map(|pause| {
            let holds = |window: &Window| window.open <= pause.open && pause.close <= window.close;
            Some((self.windows.iter().position(holds)?, pause))
        });
        let Some((position, pause)) = found else {
            return Err(Problem::Outside(pause.to_string(), self.to_string()).into());
        };
        let window = self.windows[position];
        let parts = [Window { close: pause.open, ..window }, Window { open: pause.close, ..window }];
        self.windows.splice(position..=position, parts.into_iter().filter(|part| part.open < part.close));
        if self.windows.len() > WINDOWS_PER_DAY_MAX { Err(Problem::TooMany.into()) } else { Ok(self) }
    }

    /// The hours of these windows, in minutes after midnight.
    pub(super) fn of(windows: &[(u16, u16)]) -> Self {
        Self { windows: windows.iter().map(|&(open, close)| Window { open, close }).collect() }
    }

    /// Minutes of work, by the clock on the wall.
    pub fn minutes(&self) -> u32 {
        self.windows.iter().map(|window| u32::from(window.close - window.open)).sum()
    }

    /// Whether there are no hours.
    pub fn is_closed(&self) -> bool {
        self.windows.is_empty()
    }

    /// The windows in milliseconds after midnight.
    pub(super) fn millis(&self) -> impl DoubleEndedIterator<Item = (i64, i64)> + '_ {
        self.windows.iter().map(|window| (i64::from(window.open) * MINUTE, i64::from(window.close) * MINUTE))
    }

    /// How far into the next day they reach, in milliseconds: zero when they end at midnight.
    pub(super) fn past_midnight(&self) -> Option<i64> {
        self.millis().next_back().map(|(_, close)| close - DAY).filter(|beyond| *beyond >= 0)
    }
}

impl Window {
    fn read(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        let form = || Problem::Form(shown(text));
        let (open, close) = text.split_once(['-', '–']).ok_or_else(form)?;
        let (open, close) = (minutes(open.trim())?, minutes(close.trim())?);
        match close {
            _ if open == MINUTES_PER_DAY => Err(form()),
            _ if open == close => Err(Problem::Empty(shown(text))),
            _ if open < close => Ok(Self { open, close }),
            _ => Ok(Self { open, close: close + MINUTES_PER_DAY }),
        }
    }
}

/// Minutes after midnight of a time such as `07:30` or `7.30`.
fn minutes(text: &str) -> Result<u16, Problem> {
    let wrong = || Problem::Time(shown(text));
    let (hours, minutes) = text.split_once([':', '.']).ok_or_else(wrong)?;
    let digits =
        |text: &str, least| (least..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hours, 1) || !digits(minutes, 2) {
        return Err(wrong());
    }
    let number = |text: &str| text.parse::<u16>().map_err(|_| wrong());
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let total = hours * 60 + minutes;
    if minutes < 60 && total <= MINUTES_PER_DAY { Ok(total) } else { Err(wrong()) }
}

fn shown(text: &str) -> String {
    crate::error::shown(text)
}

impl FromStr for DayHours {
    type Err = DayHoursError;

    fn from_str(text: &str) -> Result<Self, DayHoursError> {
        if text.trim() == CLOSED {
            return Ok(Self::CLOSED);
        }
        let mut windows: Vec<Window> = Vec::new();
        for part in text.split(',') {
            let window = Window::read(part)?;
            if windows.last().is_some_and(|last| window.open < last.close) {
                return Err(Problem::Overlap(shown(part.trim())).into());
            }
            if windows.len() == WINDOWS_PER_DAY_MAX {
                return Err(Problem::TooMany.into());
            }
            windows.push(window);
        }
        Ok(Self { windows })
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clock = |at: u16| format!("{:02}:{:02}", at / 60, at % 60);
        let past = |at: u16| if at > MINUTES_PER_DAY { at - MINUTES_PER_DAY } else { at };
        let open = if self.open >= MINUTES_PER_DAY { self.open - MINUTES_PER_DAY } else { self.open };
        write!(f, "{}-{}", clock(open), clock(past(self.close)))?;
        if self.open >= MINUTES_PER_DAY { f.write_str(" of the next day") } else { Ok(()) }
    }
}

/// Writes the windows in order, or `closed`.
impl fmt::Display for DayHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.windows.is_empty() {
            return f.write_str(CLOSED);
        }
        for (position, window) in self.windows.iter().enumerate() {
            write!(f, "{}{window}", if position > 0 { ", " } else { "" })?;
        }
        Ok(())
    }
}
