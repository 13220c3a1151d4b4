//! Is the clock to be believed? What a machine counts since its start is set by nobody; a clock that has run far ahead of
//! it was set, and erases nothing until a second source agrees: the date of a CRM's answer, or a person who vouches for it.
//!
//! How: `clock.json` in the home keeps the first moment seen after a start of the machine, or the one that a person vouched
//! for, beside the machine's own count and the name of that start; nothing of a person. After another start there is nothing to compare with, and the store's own rule (no
//! leap beyond thirty days since it was last open) holds alone, as it does on systems that tell no such count.

use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use zgoda_core::Act;
use zgoda_core::ledger::{Happening, Kind};

use crate::error::Error;
use crate::{Booth, Open};

/// More than this ahead of the machine's own count is not believed.
const LEAP: TimeDelta = TimeDelta::hours(36);
/// Two clocks within this agree.
const AGREE: TimeDelta = TimeDelta::minutes(15);
const FILE: &str = "clock.json";
/// Where the store notes that the ledger tells of a clock that is held.
const HELD: &str = "clock_held";

/// The machine's own count since it was started, sleep included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Boot {
    /// The name of this start.
    pub id: String,
    /// The count.
    pub since: Duration,
}

/// What is believed.
#[derive(Serialize, Deserialize)]
struct Anchor {
    boot: Boot,
    at: DateTime<Utc>,
}

/// A moment as far as it is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Believed {
    /// The clock's, or what the machine's count makes of the last one believed.
    pub(crate) now: DateTime<Utc>,
    /// True where the clock is too far ahead.
    pub(crate) ahead: bool,
}

impl Boot {
    /// As the system tells it; `None` where it does not.
    #[cfg(target_os = "linux")]
    pub fn read() -> Option<Self> {
        use rustix::time::{ClockId, clock_gettime};
        let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        let since = Duration::try_from(clock_gettime(ClockId::Boottime)).ok()?;
        Some(Self {
            id: id.trim().to_owned(),
            since,
        })
    }

    /// As the system tells it; `None` where it does not.
    #[cfg(not(target_os = "linux"))]
    pub fn read() -> Option<Self> {
        None
    }
}

impl Booth {
    /// `now` as far as it is believed; the first moment after a start is remembered.
    pub(crate) fn believed(&self, now: DateTime<Utc>) -> Believed {
        let Some(boot) = (self.boot)() else {
            return Believed { now, ahead: false };
        };
        let last = read(&self.home).filter(|last| last.boot.id == boot.id);
        let believed = compare(last.as_ref(), &boot, now);
        // One a start: an anchor that moved with each look would follow a clock set ahead by a day at a time.
        if last.is_none() {
            remember(&self.home, Anchor { boot, at: now });
        }
        believed
    }

    /// The CRM's clock said `told` just now. Where ours was not believed and it agrees, ours counts again.
    pub(crate) fn hear(&mut self, told: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Error> {
        let doubted = self.believed(now).ahead;
        let open = self.open.as_ref().ok_or(Error::Locked)?;
        let doubted = doubted || open.store.is_ahead(now)?;
        if doubted && (told - now).abs() <= AGREE {
            self.believe(None, now)?;
        }
        Ok(())
    }

    /// From now on the clock counts again. `act` is a person's, who vouches for it.
    pub(crate) fn believe(&mut self, act: Option<Act>, now: DateTime<Utc>) -> Result<(), Error> {
        let open = self.open.as_mut().ok_or(Error::Locked)?;
        open.store.trust_clock(now)?;
        open.note_clock(act, now)?;
        self.vouch(now);
        Ok(())
    }

    /// Somebody vouches for `now`.
    pub(crate) fn vouch(&self, now: DateTime<Utc>) {
        if let Some(boot) = (self.boot)() {
            remember(&self.home, Anchor { boot, at: now });
        }
    }
}

impl Open {
    /// In the ledger, once for each time: the clock is held.
    pub(crate) fn hold_clock(&mut self, ahead: bool, now: DateTime<Utc>) -> Result<(), Error> {
        let noted = self
            .store
            .meta_get(HELD)?
            .is_some_and(|held| !held.is_empty());
        if ahead && !noted {
            self.note_clock(None, now)?;
            self.store.meta_set(HELD, "1")?;
        }
        if !ahead && noted {
            self.store.meta_set(HELD, "")?;
        }
        Ok(())
    }

    fn note_clock(&mut self, act: Option<Act>, now: DateTime<Utc>) -> Result<(), Error> {
        let happening = Happening {
            act,
            ..Happening::new(Kind::Clock, self.local(now))
        };
        self.store.decline(happening)?;
        Ok(())
    }
}

fn compare(last: Option<&Anchor>, boot: &Boot, now: DateTime<Utc>) -> Believed {
    let here = last.filter(|last| last.boot.id == boot.id);
    let passed = here.and_then(|last| {
        let since = boot.since.checked_sub(last.boot.since)?;
        last.at.checked_add_signed(TimeDelta::from_std(since).ok()?)
    });
    match passed {
        Some(expected) if now > expected + LEAP => Believed {
            now: expected,
            ahead: true,
        },
        _ => Believed { now, ahead: false },
    }
}

fn read(home: &Path) -> Option<Anchor> {
    let text = std::fs::read_to_string(home.join(FILE)).ok()?;
    serde_json::from_str(&text).ok()
}

/// Best effort: without it the store's own rule holds alone.
fn remember(home: &Path, anchor: Anchor) {
    let fresh = home.join(format!("{FILE}.new"));
    let text = serde_json::to_vec(&anchor).unwrap_or_default();
    if home.is_dir() && std::fs::write(&fresh, text).is_ok() {
        let _ = std::fs::rename(fresh, home.join(FILE));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boot(id: &str, hours: u64) -> Boot {
        let since = Duration::from_secs(3600 * hours);
        Boot {
            id: id.to_owned(),
            since,
        }
    }

    fn at(hours: i64) -> DateTime<Utc> {
        let start: DateTime<Utc> = "2026-11-24T09:00:00Z".parse().unwrap();
        start + TimeDelta::hours(hours)
    }

    #[test]
    fn attack_37_a_clock_ahead_of_the_machines_own_count_is_not_believed() {
        let last = Anchor {
            boot: boot("a", 10),
            at: at(0),
        };
        let steady = |now| Believed { now, ahead: false };
        // A night asleep counts; a jump does not.
        assert_eq!(compare(Some(&last), &boot("a", 22), at(12)), steady(at(12)));
        assert_eq!(compare(Some(&last), &boot("a", 12), at(38)), steady(at(38)));
        let ahead = Believed {
            now: at(2),
            ahead: true,
        };
        assert_eq!(compare(Some(&last), &boot("a", 12), at(39)), ahead);
        // Back is the store's to judge; after another start, or with no count, there is nothing to compare with.
        assert_eq!(
            compare(Some(&last), &boot("a", 12), at(-50)),
            steady(at(-50))
        );
        assert_eq!(
            compare(Some(&last), &boot("b", 1), at(900)),
            steady(at(900))
        );
        assert_eq!(
            compare(Some(&last), &boot("a", 1), at(900)),
            steady(at(900))
        );
        assert_eq!(compare(None, &boot("a", 12), at(900)), steady(at(900)));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_machine_counts_on() {
        let (first, second) = (Boot::read().unwrap(), Boot::read().unwrap());
        assert_eq!(first.id, second.id);
        assert!(second.since >= first.since);
    }
}
