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
