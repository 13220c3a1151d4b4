//! The few things that the vault does to the disk and the keyring, each through one door.
//!
//! Why: a purge must survive being cut off between any two of them, and a test can stand in each door and cut.

use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// How long to wait for whoever has a file open.
const PATIENCE: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(20);

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

/// Brings a directory's names to the disk.
pub(crate) fn sync_directory(path: &Path) -> io::Result<()> {
    step("before directory sync")?;
    open_directory(path)?.sync_all()?;
    step("after directory sync")
}

#[cfg(not(windows))]
fn open_directory(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Windows opens a directory only by a flag of its own, and syncs only what was opened for writing.
#[cfg(windows)]
fn open_directory(path: &Path) -> io::Result<File> {
    use std::os::windows::fs::OpenOptionsExt as _;
    const FILE_FLAG_BACKUP_SEMANTICS: u32 = 0x0200_0000;
    let mut options = File::options();
    let options = options.write(true);
    options.custom_flags(FILE_FLAG_BACKUP_SEMANTICS).open(path)
}

/// Renames a file, over whatever has the name.
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    step("before rename")?;
    patiently(|| fs::rename(from, to))?;
    step("after rename")
}

/// Removes a file; one that is not there is as good as removed.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    step("before removal")?;
    match patiently(|| fs::remove_file(path)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => step("after removal"),
    }
}

/// Windows neither renames nor removes what a virus scanner or an indexer has open just now.
fn patiently(mut work: impl FnMut() -> io::Result<()>) -> io::Result<()> {
    const SHARING_VIOLATION: i32 = 32;
    let is_held = |error: &io::Error| {
        cfg!(windows)
            && (error.kind() == io::ErrorKind::PermissionDenied
                || error.raw_os_error() == Some(SHARING_VIOLATION))
    };
    let start = Instant::now();
    loop {
        match work() {
            Err(error) if is_held(&error) && start.elapsed() < PATIENCE => {
                std::thread::sleep(PAUSE);
            }
            done => return done,
        }
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
    //! Cuts a test's thread off at its n-th step, and keeps the directory as it was at that moment.

    use std::cell::RefCell;
    use std::fs;
    use std::io;
    use std::path::{Path, PathBuf};

    struct Cut {
        left: usize,
        from: PathBuf,
        to: PathBuf,
        at: Option<String>,
    }

    thread_local! {
        static CUT: RefCell<Option<Cut>> = const { RefCell::new(None) };
    }

    /// From now on `steps` steps are let through; at the next one `from` is copied to `to`, and from there on every step
    /// fails, as if the program were gone.
    pub(crate) fn after(steps: usize, from: &Path, to: &Path) {
        CUT.set(Some(Cut {
            left: steps,
            from: from.to_owned(),
            to: to.to_owned(),
            at: None,
        }));
    }

    /// Lets everything through again, and answers where it was cut, if it was.
    pub(crate) fn off() -> Option<String> {
        CUT.take().and_then(|cut| cut.at)
    }

    pub(crate) fn step(name: &str) -> io::Result<()> {
        CUT.with_borrow_mut(|cut| match cut {
            None => Ok(()),
            Some(cut) if cut.left > 0 => {
                cut.left -= 1;
                Ok(())
            }
            Some(cut) => {
                if cut.at.is_none() {
                    cut.at = Some(name.to_owned());
                    copy(&cut.from, &cut.to);
                }
                Err(io::Error::other("cut off"))
            }
        })
    }

    fn copy(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).into_iter().flatten() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

#[cfg(all(test, windows))]
mod tests {
    use std::os::windows::fs::OpenOptionsExt as _;

    use super::*;

    const SHARE_READ_AND_WRITE: u32 = 3;

    #[test]
    fn what_a_scanner_holds_for_a_moment_is_renamed_and_removed() {
        let folder = tempfile::tempdir().unwrap();
        let [from, to] = ["list.new", "list"].map(|name| folder.path().join(name));
        for work in [
            |from: &Path, to: &Path| rename(from, to),
            |_: &Path, to: &Path| remove(to),
        ] {
            fs::write(&from, "new").unwrap();
            fs::write(&to, "old").unwrap();
            let mut scanner = File::options();
            let scanner = scanner.read(true).share_mode(SHARE_READ_AND_WRITE);
            let held = scanner.open(&to).unwrap();
            let scan = std::thread::spawn(move || {
                std::thread::sleep(PAUSE * 5);
                drop(held);
            });
            work(&from, &to).unwrap();
            scan.join().unwrap();
        }
        assert!(!to.exists());
    }

    #[test]
    fn fail_what_is_held_for_good() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("list");
        fs::write(&file, "old").unwrap();
        let mut scanner = File::options();
        let scanner = scanner.read(true).share_mode(SHARE_READ_AND_WRITE);
        let _held = scanner.open(&file).unwrap();
        assert!(remove(&file).is_err());
    }

    #[test]
    fn a_directory_is_synced() {
        let folder = tempfile::tempdir().unwrap();
        sync_directory(folder.path()).unwrap();
        assert!(sync_directory(&folder.path().join("nowhere")).is_err());
    }
}
