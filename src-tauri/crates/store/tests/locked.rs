//! What SQLite allocates is locked in memory from the first store on that a process opens.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]
#![allow(clippy::print_stderr, reason = "what is skipped is said")]

mod crowd;
mod support;

use std::fs;

use support::scratch;

/// The number, in kB or bytes, in the line of a file of this process's that begins with `name`.
fn told(file: &str, name: &str) -> Option<u64> {
    let all = fs::read_to_string(format!("/proc/self/{file}")).unwrap();
    let line = all.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

#[test]
fn the_first_store_is_locked_in_memory_like_the_second() {
    if told("limits", "Max locked memory").is_some_and(|bytes| bytes < 4 << 20) {
        eprintln!("SKIPPED: this system lets a program lock too little memory");
        return;
    }
    let homes = [scratch(), scratch()];
    let locked = || told("status", "VmLck:").unwrap();
    let before = locked();
    let _first = crowd::filled(homes[0].path(), 0);
    let first = locked() - before;
    let _second = crowd::filled(homes[1].path(), 0);
    let second = locked() - before - first;
    // The piece for small allocations alone is of 176 kB.
    assert!(first + 100 > second, "{first} kB, then {second} kB");
}
