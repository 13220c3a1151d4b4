//! How much CPU this thread has used. Budgets count work, not waiting: a busy laptop must not make the reader give up
//! earlier.

use std::time::{Duration, Instant};

/// Counts from when it was made to when nothing new is begun.
pub(super) struct Clock {
    most: Duration,
    cpu: Option<Duration>,
    wall: Instant,
}

impl Clock {
    pub(super) fn start(most: Duration) -> Self {
        Self {
            most,
            cpu: thread_cpu(),
            wall: Instant::now(),
        }
    }

    /// CPU time since the start, or wall time where the system does not tell.
    pub(super) fn spent(&self) -> Duration {
        match (self.cpu, thread_cpu()) {
            (Some(then), Some(now)) => now.saturating_sub(then),
            _ => self.wall.elapsed(),
        }
    }

    /// True where the time is used up.
    pub(super) fn is_over(&self) -> bool {
        self.spent() > self.most
    }

    /// Wall time since the start.
    pub(super) fn ms(&self) -> f32 {
        self.wall.elapsed().as_secs_f32() * 1e3
    }
}

#[cfg(unix)]
fn thread_cpu() -> Option<Duration> {
    use rustix::time::{ClockId, clock_gettime};
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(now).ok()
}

#[cfg(not(unix))]
fn thread_cpu() -> Option<Duration> {
    None
}
