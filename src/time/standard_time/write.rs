//! Writing a standard time in Indonesian and English.

use std::fmt;

use super::words::{english, indonesian};
use super::{Amount, StandardTime};

impl StandardTime {
    /// Writes this in Indonesian, as [`Display`](fmt::Display) does.
    ///
    /// # Examples
    ///
    /// ```
    /// use sopflow::time::StandardTime;
    ///
    /// let time: StandardTime = "1 to 5 working days".parse()?;
    /// assert_eq!(time.to_indonesian(), "1–5 hari kerja");
    /// # Ok::<(), sopflow::time::StandardTimeError>(())
    /// ```
    pub fn to_indonesian(self) -> String {
        match self {
            Self::Immediate => "segera".to_owned(),
            Self::Amount(Amount { count, unit }) => format!("{count} {}", indonesian(unit)),
            Self::Product { times, each } => {
                format!("{times} x {} {}", each.count, indonesian(each.unit))
            }
            Self::Range { least, most, unit } => format!("{least}–{most} {}", indonesian(unit)),
        }
    }

    /// Writes this in English.
    ///
    /// # Examples
    ///
    /// ```
    /// use sopflow::time::StandardTime;
    ///
    /// let time: StandardTime = "1–5 hari kerja".parse()?;
    /// assert_eq!(time.to_english(), "1–5 working days");
    /// # Ok::<(), sopflow::time::StandardTimeError>(())
    /// ```
    pub fn to_english(self) -> String {
        match self {
            Self::Immediate => "immediately".to_owned(),
            Self::Amount(each) => english_amount(each),
            Self::Product { times, each } => format!("{times} x {}", english_amount(each)),
            Self::Range { least, most, unit } => {
                format!("{least}–{}", english_amount(Amount { count: most, unit }))
            }
        }
    }
}

fn english_amount(Amount { count, unit }: Amount) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {}{plural}", english(unit))
}

/// Writes Indonesian, the form in which a standard time is stored.
impl fmt::Display for StandardTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_indonesian())
    }
}
