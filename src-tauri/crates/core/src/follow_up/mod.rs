//! What was promised, by the day on which it is due: the calendar of a fair's promises, and the mail that keeps one.
//!
//! How: the calendar counts promises by day and purpose and names nobody; the mail is the profile's wording, filled, as
//! a `mailto:` address that a mail program opens. When: from the capture until a promise is marked as kept.

mod calendar;
mod mail;

use chrono::NaiveDate;
use serde::Serialize;
use ts_rs::TS;

pub use calendar::{MORNING, calendar};
pub use mail::{Filling, MAX_WORDING, MailText, Placeholder, mailto};

/// How a promise stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Its day is past.
    Overdue,
    /// Its day is today.
    Today,
    /// Its day is tomorrow.
    Tomorrow,
    /// Its day is further off.
    Later,
}

impl When {
    /// How a promise for `due` stands on `today`.
    pub fn of(due: NaiveDate, today: NaiveDate) -> Self {
        match (due - today).num_days() {
            ..0 => Self::Overdue,
            0 => Self::Today,
            1 => Self::Tomorrow,
            2.. => Self::Later,
        }
    }

    /// The name in output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Today => "today",
            Self::Tomorrow => "tomorrow",
            Self::Later => "later",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_itself_is_not_overdue() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 12, day).unwrap();
        assert_eq!(When::of(day(14), day(15)), When::Overdue);
        assert_eq!(When::of(day(15), day(15)), When::Today);
        assert_eq!(When::of(day(16), day(15)), When::Tomorrow);
        assert_eq!(When::of(day(17), day(15)), When::Later);
    }
}
