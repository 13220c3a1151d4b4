//! The calls themselves. Each passes on to the kernel; within the watched directory it is written down, or fails.

use std::ffi::{CStr, OsStr};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use libc::{c_char, c_int, c_long, c_void, off_t, size_t, ssize_t};

use crate::fail::{self, How};
use crate::record::{self, Call};

static LISTENING: AtomicBool = AtomicBool::new(false);

/// Whether calls are looked at, or only passed on.
pub(crate) fn listen(on: bool) {
    LISTENING.store(on, Ordering::SeqCst);
}

fn listening() -> bool {
    LISTENING.load(Ordering::SeqCst)
}

fn refuse(how: How) -> c_int {
    let code = match how {
        How::Full | How::Half => libc::ENOSPC,
        How::Broken => libc::EIO,
    };
    // SAFETY: glibc's own place for this thread's errno, which is always there.
    unsafe { *libc::__errno_location() = code };
    -1
}

/// As the system's.
///
/// # Safety
/// As the system's.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn write(fd: c_int, from: *const c_void, size: size_t) -> ssize_t {
    if !listening() {
        // SAFETY: the caller's own arguments.
        return unsafe { libc::syscall(libc::SYS_write, fd, from, size) } as ssize_t;
    }
    // SAFETY: asks only where the descriptor stands; on a pipe it fails, and nothing is in the directory then.
    let at = unsafe { libc::lseek(fd, 0, libc::SEEK_CUR) };
    if let Some(how) = fail::now(fd) {
        if how == How::Half {
            // SAFETY: the caller's own arguments, and no more of them.
            unsafe { libc::syscall(libc::SYS_write, fd, from, size / 2) };
        }
        return refuse(how) as ssize_t;
    }
    // SAFETY: the caller's own arguments.
    let done = unsafe { libc::syscall(libc::SYS_write, fd, from, size) } as ssize_t;
    note(fd, at, from, done);
    done
}

/// As the system's.
///
/// # Safety
/// As the system's.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn pwrite64(
    fd: c_int,
    from: *const c_void,
    size: size_t,
    at: off_t,
) -> ssize_t {
    if listening()
        && let Some(how) = fail::now(fd)
    {
        if how == How::Half {
            // SAFETY: the caller's own arguments, and no more of them.
            unsafe { libc::syscall(libc::SYS_pwrite64, fd, from, size / 2, at) };
        }
        return refuse(how) as ssize_t;
    }
    // SAFETY: the caller's own arguments.
    let done = unsafe { libc::syscall(libc::SYS_pwrite64, fd, from, size, at) } as ssize_t;
    if listening() {
        note(fd, at, from, done);
    }
    done
}

/// As the system's.
///
/// # Safety
/// As the system's.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn pwrite(
    fd: c_int,
    from: *const c_void,
    size: size_t,
    at: off_t,
) -> ssize_t {
    // SAFETY: the caller's own arguments.
    unsafe { pwrite64(fd, from, size, at) }
}

/// Writes down the `done` bytes at `from`.
fn note(fd: c_int, at: off_t, from: *const c_void, done: ssize_t) {
    let (Ok(at), Ok(done)) = (u64::try_from(at), usize::try_from(done)) else {
        return;
    };
    // SAFETY: the kernel has just read these bytes from there for the caller.
    let bytes = unsafe { std::slice::from_raw_parts(from.cast::<u8>(), done) };
    record::about_file(fd, &Call::Write(at, bytes));
}

/// As the system's.
///
/// # Safety
/// As the system's.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn ftruncate64(fd: c_int, length: off_t) -> c_int {
    if listening()
        && let Some(how) = fail::now(fd)
    {
        return refuse(how);
    }
    // SAFETY: the caller's own arguments.
    let done = unsafe { libc::syscall(libc::SYS_ftruncate, fd, length) } as c_int;
    if let Ok(length) = u64::try_from(length)
        && done == 0
        && listening()
    {
        record::about_file(fd, &Call::Truncate(length));
    }
    done
}

/// As the system's.
///
/// # Safety
/// As the system's.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn ftruncate(fd: c_int, length: off_t) -> c_int {
    // SAFETY: the caller's own arguments.
    unsafe { ftruncate64(fd, length) }
}

/// As the system's.
///
/// # Safety
/// As the system's.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn fsync(fd: c_int) -> c_int {
    synced(fd, libc::SYS_fsync)
}

/// As the system's.
///
/// # Safety
/// As the system's.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn fdatasync(fd: c_int) -> c_int {
    synced(fd, libc::SYS_fdatasync)
}

fn synced(fd: c_int, call: c_long) -> c_int {
    if listening()
        && let Some(how) = fail::now(fd)
    {
        return refuse(how);
    }
    // SAFETY: a number; a bad one is the kernel's to refuse.
    let done = unsafe { libc::syscall(call, fd) } as c_int;
    if done == 0 && listening() {
        record::about_file(fd, &Call::Sync);
    }
    done
}

/// As the system's.
///
/// # Safety
/// As the system's.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn unlink(path: *const c_char) -> c_int {
    // SAFETY: the caller's own arguments.
    let done = unsafe { libc::syscall(libc::SYS_unlinkat, libc::AT_FDCWD, path, 0) } as c_int;
    if done == 0 && listening() {
        // SAFETY: the kernel has just taken it for a path.
        record::removed(unsafe { named(path) });
    }
    done
}

/// As the system's.
///
/// # Safety
/// As the system's.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn rename(from: *const c_char, to: *const c_char) -> c_int {
    let here = libc::AT_FDCWD;
    // SAFETY: the caller's own arguments.
    let done = unsafe { libc::syscall(libc::SYS_renameat2, here, from, here, to, 0) } as c_int;
    if done == 0 && listening() {
        // SAFETY: the kernel has just taken both for paths.
        let (from, to) = unsafe { (named(from), named(to)) };
        record::renamed(from, to);
    }
    done
}

/// # Safety
/// `path` is a C string that outlives the answer.
unsafe fn named<'a>(path: *const c_char) -> &'a Path {
    // SAFETY: as promised by the caller.
    let path = unsafe { CStr::from_ptr(path) };
    Path::new(OsStr::from_bytes(path.to_bytes()))
}
