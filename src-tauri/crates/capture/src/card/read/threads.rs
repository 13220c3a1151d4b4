//! Lines are read side by side, on as many as four of the processor's cores.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// More would be idle: a card has about ten lines, of unlike length.
const MOST_THREADS: usize = 4;

/// What `work` makes of each item and its place, in the items' order.
pub(super) fn side_by_side<T: Sync, R: Send>(
    items: &[T],
    work: impl Fn(usize, &T) -> R + Sync,
) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let take = || {
        let at = next.fetch_add(1, Ordering::Relaxed);
        items.get(at).map(|item| (at, work(at, item)))
    };
    let mut done: Vec<(usize, R)> = thread::scope(|scope| {
        let workers: Vec<_> = (1..cores.min(MOST_THREADS).min(items.len()))
            .filter_map(|_| {
                let work = || std::iter::from_fn(take).collect::<Vec<_>>();
                // Where the system gives no thread, the others do the rest.
                thread::Builder::new().spawn_scoped(scope, work).ok()
            })
            .collect();
        let mut done: Vec<(usize, R)> = std::iter::from_fn(take).collect();
        for worker in workers {
            match worker.join() {
                Ok(theirs) => done.extend(theirs),
                Err(panic) => resume_unwind(panic),
            }
        }
        done
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::atomic::AtomicBool;
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn every_item_is_worked_on_once_and_keeps_its_place() {
        for count in [0, 1, 2, 57] {
            let items: Vec<usize> = (0..count).collect();
            let done = side_by_side(&items, |at, item| {
                // The later ones are done first.
                thread::sleep(Duration::from_micros((count - at) as u64 * 20));
                (at, item * 3)
            });
            let wanted: Vec<(usize, usize)> = (0..count).map(|at| (at, at * 3)).collect();
            assert_eq!(done, wanted);
        }
    }

    #[test]
    fn a_panic_is_the_callers_own() {
        if thread::available_parallelism().map_or(1, usize::from) == 1 {
            return;
        }
        let caller = thread::current().id();
        let has_begun = AtomicBool::new(false);
        let until = Instant::now() + Duration::from_secs(20);
        let caught = catch_unwind(AssertUnwindSafe(|| {
            side_by_side(&[0, 1, 2, 3], |_, _| {
                if thread::current().id() != caller {
                    has_begun.store(true, Ordering::Relaxed);
                    panic!("on a worker");
                }
                while !has_begun.load(Ordering::Relaxed) && Instant::now() < until {
                    thread::yield_now();
                }
            });
        }));
        let panic = caught.unwrap_err();
        assert_eq!(panic.downcast_ref(), Some(&"on a worker"));
    }
}
