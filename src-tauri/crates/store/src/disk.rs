//! The few things that the vault does to the disk and the keyring, each through one door.
//!
//! Why: a purge must survive being cut off between any two of them, and a test can stand in each door and cut.

use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

/// Writes `bytes` at `offset`, over what was there.
pub(crate) fn write_at(file: &mut File, offset: u64, bytes: &[u8]) -> io::Result<()> {
    step("before write")?;
    file.seek(SeekFrom::Start(offset))?;
    file.write_all(bytes)?;
    step("after write")
}

/// Brings the file to the disk.
pub(crate) fn sync(file: &File) -> io::Result<()> {
    step("before sync")?;
    file.sync_all()?;
    step("after sync")
}

/// Brings the file at `path` to the disk.
pub(crate) fn sync_path(path: &Path) -> io::Result<()> {
    sync(&File::options().read(true).write(true).open(path)?)
}

/// Brings a directory's names to the disk. Windows has no such call; NTFS journals them.
pub(crate) fn sync_directory(path: &Path) -> io::Result<()> {
    step("before directory sync")?;
    if cfg!(unix) {
        File::open(path)?.sync_all()?;
    }
    step("after directory sync")
}

/// Renames a file, over whatever has the name.
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    step("before rename")?;
    fs::rename(from, to)?;
    step("after rename")
}

/// Removes a file; one that is not there is as good as removed.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    step("before removal")?;
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => step("after removal"),
    }
}

#[cfg(not(test))]
#[expect(clippy::unnecessary_wraps, reason = "in tests it can cut")]
pub(crate) const fn step(_name: &str) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
pub(crate) use cut::step;

#[cfg(test)]
pub(crate) mod cut {
    //! Cuts a test's thread off at its n-th step.

    use std::cell::RefCell;
    use std::io;

    thread_local! {
        static LEFT: RefCell<Option<usize>> = const { RefCell::new(None) };
        static SEEN: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    }

    /// From now on `steps` steps are let through and every later one fails, as if the program were gone.
    pub(crate) fn after(steps: usize) {
        LEFT.set(Some(steps));
        SEEN.take();
    }

    /// Lets everything through again, and answers the steps seen.
    pub(crate) fn off() -> Vec<String> {
        LEFT.set(None);
        SEEN.take()
    }

    pub(crate) fn step(name: &str) -> io::Result<()> {
        LEFT.with_borrow_mut(|left| match left {
            None => Ok(()),
            Some(0) => Err(io::Error::other("cut off")),
            Some(steps) => {
                *steps -= 1;
                SEEN.with_borrow_mut(|seen| seen.push(name.to_owned()));
                Ok(())
            }
        })
    }
}
