//! How long a field may live: an anchor and an ISO 8601 duration, `promise + P14D`.
//!
//! Every retention ends in a date, whatever people forget (GDPR Art. 5(1)(e)): a promise that nobody marks as kept
//! counts as kept [`GRACE_DAYS`] after its due date, a lead that no CRM ever confirms as confirmed [`GRACE_DAYS`] after
//! the event.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Days, Months, Utc};
use serde::{Deserialize, Serialize};

/// Days after which an anchor that never came is taken as come.
pub const GRACE_DAYS: u64 = 90;

/// What a retention is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anchor {
    /// The moment of capture.
    Capture,
    /// The end of the event's last day.
    EventEnd,
    /// The moment the promise was kept.
    Promise,
    /// The moment the CRM confirmed the lead.
    Confirmed,
}

impl Anchor {
    /// The name in profiles.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Capture => "capture",
            Self::EventEnd => "event_end",
            Self::Promise => "promise",
            Self::Confirmed => "confirmed",
        }
    }
}

/// Calendar duration, as far as ISO 8601 has days and longer (`P2Y`, `P1M`, `P3W`, `P1Y6M`, `P14D`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// Years and months, in months.
    pub months: u32,
    /// Weeks and days, in days.
    pub days: u32,
}

/// A retention rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// What it is counted from.
    pub anchor: Anchor,
    /// How long after.
    pub period: Period,
}

/// When the anchors of one lead came, or are due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchors {
    /// The moment of capture.
    pub captured: DateTime<Utc>,
    /// The end of the event's last day.
    pub event_end: DateTime<Utc>,
    /// The latest due moment of the promise, where one was made.
    pub promise_due: Option<DateTime<Utc>>,
    /// The moment it was kept.
    pub promise_kept: Option<DateTime<Utc>>,
    /// The moment the CRM confirmed.
    pub confirmed: Option<DateTime<Utc>>,
}

impl Retention {
    /// The last moment at which the rule lets a field live.
    pub fn deadline(&self, anchors: &Anchors) -> DateTime<Utc> {
        let start = match self.anchor {
            Anchor::Capture => anchors.captured,
            Anchor::EventEnd => anchors.event_end.max(anchors.captured),
            Anchor::Promise => anchors.promise_kept.unwrap_or_else(|| {
                grace(
                    anchors
                        .promise_due
                        .unwrap_or(anchors.captured)
                        .max(anchors.captured),
                )
            }),
            Anchor::Confirmed => anchors
                .confirmed
                .unwrap_or_else(|| grace(anchors.event_end.max(anchors.captured))),
        };
        self.period.after(start)
    }
}

fn grace(start: DateTime<Utc>) -> DateTime<Utc> {
    start
        .checked_add_days(Days::new(GRACE_DAYS))
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}

impl Period {
    /// `start` plus the period; the end of time where that overflows.
    pub fn after(&self, start: DateTime<Utc>) -> DateTime<Utc> {
        start
            .checked_add_months(Months::new(self.months))
            .and_then(|moment| moment.checked_add_days(Days::new(u64::from(self.days))))
            .unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// Days, a month counted as 30: for comparing, never for deadlines.
    pub const fn rough_days(&self) -> u32 {
        self.months.saturating_mul(30).saturating_add(self.days)
    }
}

/// Why a retention could not be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RetentionError {
    /// There is no ` + ` between anchor and duration.
    #[error("write it as an anchor and a duration: \"capture + P2Y\"")]
    Form,
    /// The anchor is unknown.
    #[error("the anchor is one of capture, event_end, promise, confirmed")]
    Anchor,
    /// The duration is not ISO 8601.
    #[error("the duration is ISO 8601 in years, months, weeks or days: P2Y, P6M, P3W, P14D")]
    Duration,
}

impl FromStr for Retention {
    type Err = RetentionError;

    fn from_str(text: &str) -> Result<Self, RetentionError> {
        let (anchor, duration) = text.split_once('+').ok_or(RetentionError::Form)?;
        let anchor = match anchor.trim() {
            "capture" => Anchor::Capture,
            "event_end" => Anchor::EventEnd,
            "promise" => Anchor::Promise,
            "confirmed" => Anchor::Confirmed,
            _ => return Err(RetentionError::Anchor),
        };
        Ok(Self {
            anchor,
            period: duration.trim().parse()?,
        })
    }
}

impl FromStr for Period {
    type Err = RetentionError;

    fn from_str(text: &str) -> Result<Self, RetentionError> {
        let mut rest = text.strip_prefix('P').ok_or(RetentionError::Duration)?;
        let (mut period, mut last_unit) = (Self::default(), None);
        while !rest.is_empty() {
            let end = rest
                .find(|c: char| !c.is_ascii_digit())
                .ok_or(RetentionError::Duration)?;
            let amount: u32 = rest[..end].parse().map_err(|_| RetentionError::Duration)?;
            let letter = rest[end..].chars().next().ok_or(RetentionError::Duration)?;
            let unit = "YMWD".find(letter).ok_or(RetentionError::Duration)?;
            if last_unit.is_some_and(|last| last >= unit) || amount > 36_500 {
                return Err(RetentionError::Duration);
            }
            match unit {
                0 => period.months += amount * 12,
                1 => period.months += amount,
                2 => period.days += amount * 7,
                _ => period.days += amount,
            }
            last_unit = Some(unit);
            rest = &rest[end + 1..];
        }
        last_unit.map(|_| period).ok_or(RetentionError::Duration)
    }
}

impl fmt::Display for Retention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} + {}", self.anchor.as_str(), self.period)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (years, months) = (self.months / 12, self.months % 12);
        f.write_str("P")?;
        for (amount, unit) in [(years, 'Y'), (months, 'M')] {
            if amount > 0 {
                write!(f, "{amount}{unit}")?;
            }
        }
        if self.days > 0 || self.months == 0 {
            write!(f, "{}D", self.days)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn anchors() -> Anchors {
        Anchors {
            captured: utc("2026-11-24T10:00:00Z"),
            event_end: utc("2026-11-26T23:00:00Z"),
            promise_due: None,
            promise_kept: None,
            confirmed: None,
        }
    }

    #[test]
    fn rules_read_and_write_alike() {
        for text in [
            "capture + P2Y",
            "promise + P14D",
            "event_end + P1Y6M",
            "confirmed + P0D",
        ] {
            assert_eq!(text.parse::<Retention>().unwrap().to_string(), text);
        }
        assert_eq!("capture+P3W".parse::<Retention>().unwrap().period.days, 21);
    }

    #[test]
    fn fail_nonsense_is_refused() {
        for (text, error) in [
            ("P2Y", RetentionError::Form),
            ("scan + P2Y", RetentionError::Anchor),
            ("capture + 2Y", RetentionError::Duration),
            ("capture + P", RetentionError::Duration),
            ("capture + PT5H", RetentionError::Duration),
            ("capture + P2D1Y", RetentionError::Duration),
            ("capture + P99999999999Y", RetentionError::Duration),
            ("capture + Pż", RetentionError::Duration),
            ("capture + P1ż", RetentionError::Duration),
        ] {
            assert_eq!(text.parse::<Retention>(), Err(error), "{text}");
        }
    }

    #[test]
    fn a_kept_promise_starts_its_clock_and_a_forgotten_one_ends_too() {
        let rule: Retention = "promise + P14D".parse().unwrap();
        let mut at = anchors();
        at.promise_due = Some(utc("2026-12-15T00:00:00Z"));
        assert_eq!(rule.deadline(&at), utc("2027-03-29T00:00:00Z"));
        at.promise_kept = Some(utc("2026-12-01T08:00:00Z"));
        assert_eq!(rule.deadline(&at), utc("2026-12-15T08:00:00Z"));
    }

    #[test]
    fn months_end_on_real_days() {
        let rule: Retention = "capture + P3M".parse().unwrap();
        let mut at = anchors();
        at.captured = utc("2026-11-30T10:00:00Z");
        assert_eq!(rule.deadline(&at), utc("2027-02-28T10:00:00Z"));
    }
}
