//! Files for people: into their downloads, beside what is there, readable by them alone.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use tauri::{AppHandle, Manager as _, Runtime};
use zgoda_booth::Error;

/// Writes `bytes` as `stem.ending`, numbered where that name is taken. Answers where it lies.
pub(crate) fn save<R: Runtime>(
    app: &AppHandle<R>,
    stem: &str,
    ending: &str,
    bytes: &[u8],
) -> Result<PathBuf, Error> {
    let folder = folder(app)?;
    write(&folder, stem, ending, bytes).map_err(|error| refused(&folder, error.kind()))
}

/// The person's downloads, or their home where there are none.
pub(crate) fn folder<R: Runtime>(app: &AppHandle<R>) -> Result<PathBuf, Error> {
    let paths = app.path();
    let folder = paths.download_dir().or_else(|_| paths.home_dir());
    folder.map_err(|_| refused(Path::new("~"), ErrorKind::NotFound))
}

fn refused(folder: &Path, kind: ErrorKind) -> Error {
    Error::Home {
        folder: folder.display().to_string(),
        kind,
    }
}

fn write(folder: &Path, stem: &str, ending: &str, bytes: &[u8]) -> std::io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    for number in 1_u32.. {
        let name = match number {
            1 => format!("{stem}.{ending}"),
            _ => format!("{stem}-{number}.{ending}"),
        };
        let path = folder.join(name);
        match options.open(&path) {
            Ok(mut file) => {
                file.write_all(bytes)?;
                file.sync_all()?;
                return Ok(path);
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_there_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("Downloads");
        let first = write(&folder, "report", "csv", b"one").unwrap();
        let second = write(&folder, "report", "csv", b"two").unwrap();
        assert_eq!(second.file_name().unwrap(), "report-2.csv");
        assert_eq!(std::fs::read_to_string(first).unwrap(), "one");
        assert_eq!(std::fs::read_to_string(second).unwrap(), "two");
    }

    #[test]
    fn a_folder_that_cannot_be_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a-file");
        std::fs::write(&file, "").unwrap();
        assert!(write(&file, "report", "csv", b"one").is_err());
    }
}
