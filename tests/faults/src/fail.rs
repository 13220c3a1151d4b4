//! Lets a call fail as a disk would.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How it fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// No space left.
    Full,
    /// The disk gives up.
    Broken,
    /// Half is written, then no space is left.
    Half,
}

struct Plan {
    directory: PathBuf,
    how: How,
    left: usize,
    for_good: bool,
    met: bool,
}

static PLAN: Mutex<Option<Plan>> = Mutex::new(None);

fn plan() -> MutexGuard<'static, Option<Plan>> {
    PLAN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Lets the call after the next `calls` on files of `directory` fail; all further ones too where it is `for_good`.
pub fn after(calls: usize, how: How, for_good: bool, directory: &Path) {
    *plan() = Some(Plan {
        directory: directory.to_owned(),
        how,
        left: calls,
        for_good,
        met: false,
    });
    crate::calls::listen(true);
}

/// Lets everything through again, and answers whether anything failed.
pub fn off() -> bool {
    crate::calls::listen(false);
    plan().take().is_some_and(|plan| plan.met)
}

/// How this call is to fail, if it is.
pub(crate) fn now(descriptor: i32) -> Option<How> {
    let mut plan = plan();
    let plan = plan.as_mut()?;
    if !crate::record::is_within(descriptor, &plan.directory) {
        return None;
    }
    if plan.left > 0 {
        plan.left -= 1;
        return None;
    }
    if plan.met && !plan.for_good {
        return None;
    }
    plan.met = true;
    Some(plan.how)
}
