//! Until when requests may begin: whoever tells a CRM of leads that are leased is to be done before the lease is over.
//!
//! How: a connector blocks the thread that it is called on, so the limit is kept with the thread, and no connector has to hand
//! it on. When: before each request. One that has begun takes as long as it takes.

use std::cell::Cell;
use std::time::{Duration, Instant, SystemTime};

thread_local! {
    static LIMIT: Cell<Option<Limit>> = const { Cell::new(None) };
}

/// A moment by two clocks: the one stands still while the machine sleeps, the other may be set.
#[derive(Clone, Copy)]
pub(crate) struct Moment(Instant, SystemTime);

impl Moment {
    pub(crate) fn now() -> Self {
        Self(Instant::now(), SystemTime::now())
    }

    /// What has passed since, by the clock that went further.
    pub(crate) fn passed(&self) -> Duration {
        let slept = self.1.elapsed().unwrap_or_default();
        self.0.elapsed().max(slept)
    }
}

#[derive(Clone, Copy)]
struct Limit {
    begun: Moment,
    most: Duration,
    /// A request was not begun for its sake.
    kept: bool,
}

/// The limit ends with what it was set for, also where that panics.
struct Unset;

impl Drop for Unset {
    fn drop(&mut self) {
        LIMIT.set(None);
    }
}

/// Does `work`, in which no request begins once `most` has passed since `begun`. Answers too whether that held one back.
pub(crate) fn within<T>(begun: Moment, most: Duration, work: impl FnOnce() -> T) -> (T, bool) {
    let _unset = Unset;
    LIMIT.set(Some(Limit {
        begun,
        most,
        kept: false,
    }));
    let done = work();
    (done, LIMIT.get().is_some_and(|limit| limit.kept))
}

/// True where no request may begin any more.
pub(super) fn is_over() -> bool {
    let limit = LIMIT
        .get()
        .filter(|limit| limit.begun.passed() >= limit.most);
    if let Some(limit) = limit {
        LIMIT.set(Some(Limit {
            kept: true,
            ..limit
        }));
    }
    limit.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_runs_on_while_the_machine_sleeps() {
        let hour = Duration::from_secs(3600);
        let before = SystemTime::now().checked_sub(hour).unwrap();
        assert!(Moment(Instant::now(), before).passed() >= hour);
        // A clock that was set back takes nothing away.
        let set_back = SystemTime::now() + hour;
        assert!(Moment(Instant::now(), set_back).passed() < hour);
    }

    #[test]
    fn a_limit_holds_within_its_work_alone() {
        let hour = Duration::from_secs(3600);
        assert_eq!(within(Moment::now(), Duration::ZERO, is_over), (true, true));
        assert_eq!(within(Moment::now(), hour, is_over), (false, false));
        assert!(!is_over());
        let broken = std::panic::catch_unwind(|| {
            within(Moment::now(), Duration::ZERO, || panic!("a connector"));
        });
        assert!(broken.is_err() && !is_over());
    }
}
