//! What the program says when something goes wrong: nothing of anybody.
//!
//! When: first thing in every shell's `main`. Nothing else is logged anywhere: errors go to the screen or to standard
//! error, by code and without values.

use std::io::Write as _;
use std::panic;

/// From here on no core image of this process or its children is written, and a panic tells its place alone: the message
/// of a panic may quote what was being worked on.
pub fn hush() {
    #[cfg(unix)]
    no_core_images();
    panic::set_hook(Box::new(|panic| {
        let mut stderr = std::io::stderr().lock();
        // There is nobody to tell where even this fails.
        let _ = match panic.location() {
            Some(at) => writeln!(stderr, "zgoda: stopped at {}:{}", at.file(), at.line()),
            None => writeln!(stderr, "zgoda: stopped"),
        };
    }));
}

/// One byte, and not none: Linux hands core images to a program (systemd-coredump, apport) whatever the limit, except at
/// exactly one byte (`core(5)`, `RLIMIT_CORE`; `do_coredump` in the kernel).
#[cfg(unix)]
fn no_core_images() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let one_byte = Rlimit {
        current: Some(1),
        maximum: Some(1),
    };
    // Where the limit is none already, it cannot be raised to one, and need not be.
    let _ = setrlimit(Resource::Core, one_byte);
}
