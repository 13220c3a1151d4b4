//! A file is there whole or as it was: written beside its place, synced, renamed, and the folder synced.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Makes the folder where it is missing, for the owner alone.
///
/// # Errors
/// The system's.
pub(super) fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Waits until no other program writes to the folder, and keeps them out until what is answered is dropped. A file system
/// without locks has none to keep.
///
/// # Errors
/// The system's.
pub(super) fn alone(folder: &Path) -> io::Result<File> {
    let file = if cfg!(unix) {
        File::open(folder)?
    } else {
        let lock = folder.join(".zgoda.lock");
        OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(lock)?
    };
    match file.lock() {
        Err(failed) if failed.kind() != io::ErrorKind::Unsupported => Err(failed),
        _ => Ok(file),
    }
}

/// Replaces `folder/name` by `bytes`; on return it is on the disk. The name beside its place is always the same, so that
/// an interrupted write leaves nothing that the next does not clear.
///
/// # Errors
/// The system's; the old file is then untouched.
pub(super) fn replace(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let beside = folder.join(format!(".{name}.part"));
    let written =
        write_synced(&beside, bytes).and_then(|()| fs::rename(&beside, folder.join(name)));
    if let Err(failed) = written {
        // What could not be put in place is no use to anyone; that it could not be removed either changes nothing.
        let _ = fs::remove_file(&beside);
        return Err(failed);
    }
    sync_folder(folder)
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Windows syncs a rename by itself and opens no folder as a file.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()
    } else {
        Ok(())
    }
}

/// The file's text; empty where there is none.
///
/// # Errors
/// The system's, and text that is not UTF-8.
pub(super) fn read(folder: &Path, name: &str) -> io::Result<String> {
    match fs::read_to_string(folder.join(name)) {
        Err(failed) if failed.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        other => other,
    }
}

/// Writes and removes a file, to see whether it can be done.
///
/// # Errors
/// The system's.
pub(super) fn try_out(folder: &Path) -> io::Result<()> {
    let path = folder.join(".zgoda-test.part");
    write_synced(&path, b"zgoda")?;
    fs::remove_file(path)
}
