//! A photo named on the command line, for the commands that only print: its bytes within the limit, and why not.

use std::io;
use std::path::Path;

use zeroize::Zeroizing;
use zgoda_capture::card::CardError;
use zgoda_capture::still::{MAX_FILE, StillError};
use zgoda_capture::symbol::FrameError;

/// Why a photo was not looked at.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    /// The file.
    #[error("the file cannot be read: {0}")]
    File(#[from] io::Error),
    /// The photo.
    #[error(transparent)]
    Still(#[from] StillError),
    /// The photo as a camera's frame.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// The reader of cards.
    #[error(transparent)]
    Card(#[from] CardError),
}

impl Problem {
    /// The code in the output.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::File(_) => "file_unreadable",
            Self::Still(error) => error.code(),
            Self::Frame(error) => error.code(),
            Self::Card(error) => error.code(),
        }
    }
}

/// The file's bytes, wiped when dropped; a file that no photo has the size of is not read at all.
pub(crate) fn bytes(file: &Path) -> Result<Zeroizing<Vec<u8>>, Problem> {
    if std::fs::metadata(file)?.len() > MAX_FILE as u64 {
        return Err(StillError::TooLarge.into());
    }
    Ok(Zeroizing::new(std::fs::read(file)?))
}
