//! A profile that a file manager hands over: with the start of the app, by a second start, or while it runs.
//!
//! How: the path waits here until the staff's window asks for the file, which it does once it is unlocked and nobody's data
//! are in hand; the import then shows it as one that was chosen there. Windows and Linux give a path with the start, and a
//! second start hands its own to the app that runs ([`one_instance`]) and ends; macOS, iOS and Android tell the app.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tauri::{AppHandle, Emitter as _, Manager as _, Runtime, State};
use zgoda_booth::view::ProfileOffer;

use crate::Shell;
use crate::commands::{Answer, failure, view};
use crate::windows::STAFF;

/// No profile comes near: the demo's, in three languages, has 16 kB.
const MOST_BYTES: u64 = 1024 * 1024;

/// The file that waits. A later one takes its place.
#[derive(Default)]
pub(crate) struct Opened(Mutex<Option<PathBuf>>);

impl Opened {
    /// What the app was started with.
    pub(crate) fn at_start(&self) {
        let folder = std::env::current_dir().unwrap_or_default();
        self.started_with(named(std::env::args_os().skip(1), &folder));
    }

    /// Started without a file, what the system has handed over since goes on waiting.
    fn started_with(&self, path: Option<PathBuf>) {
        if path.is_some() {
            *self.waiting() = path;
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Option<PathBuf>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The first argument that is no option, as a path from `folder` on.
fn named<A: AsRef<OsStr>>(
    arguments: impl IntoIterator<Item = A>,
    folder: &Path,
) -> Option<PathBuf> {
    let is_file = |one: &A| {
        let bytes = one.as_ref().as_encoded_bytes();
        !bytes.is_empty() && !bytes.starts_with(b"-")
    };
    let first = arguments.into_iter().find(is_file)?;
    Some(folder.join(first.as_ref()))
}

/// A second start of the same home's app hands over what it was started with, and ends. An attendee who holds the device
/// sees nothing of it.
#[cfg(desktop)]
pub(crate) fn one_instance<R: Runtime>() -> tauri::plugin::TauriPlugin<R> {
    tauri_plugin_single_instance::init(|app, arguments, folder| {
        let path = named(arguments.into_iter().skip(1), Path::new(&folder));
        if let Some(path) = path {
            offer(app, path);
        }
        crate::windows::to_the_front(app);
    })
}

/// Notes the file and tells the staff's window that there is one.
pub(crate) fn offer<R: Runtime>(app: &AppHandle<R>, path: PathBuf) {
    *app.state::<Opened>().waiting() = Some(path);
    // A window that is gone, or not there yet, asks when it begins.
    let _ = app.emit_to(STAFF, "opened", ());
}

/// The profile that waits, once; nothing where none does. While the store is locked or an attendee holds the device it goes
/// on waiting.
#[tauri::command(async)]
pub(crate) fn profile_opened(
    shell: State<'_, Shell>,
    opened: State<'_, Opened>,
) -> Answer<Option<ProfileOffer>> {
    let booth = shell.booth();
    booth.may_take_profile().map_err(view)?;
    let Some(path) = opened.waiting().take() else {
        return Ok(None);
    };
    let toml = read(&path).ok_or_else(|| failure("profile_unreadable"))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let offer = booth.profile_offer(name.into_owned(), toml);
    offer.map(Some).map_err(view)
}

/// The text of a file of a profile's size; no device and no pipe is waited for.
fn read(path: &Path) -> Option<String> {
    if !path.metadata().ok()?.is_file() {
        return None;
    }
    let mut text = String::new();
    let file = File::open(path).ok()?.take(MOST_BYTES + 1);
    let length = { file }.read_to_string(&mut text).ok()?;
    (u64::try_from(length).ok()? <= MOST_BYTES).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_argument_that_is_no_option_is_the_file() {
        let folder = Path::new("/home/anna");
        let of = |arguments: &[&str]| named(arguments, folder);
        assert_eq!(of(&[]), None);
        assert_eq!(of(&["--gapplication-service", ""]), None);
        let found = Some(PathBuf::from("/home/anna/targi.toml"));
        assert_eq!(of(&["--flag", "targi.toml", "other.toml"]), found);
        assert_eq!(of(&["/srv/a.toml"]), Some(PathBuf::from("/srv/a.toml")));
    }

    #[test]
    fn a_start_without_a_file_leaves_what_waits() {
        let opened = Opened::default();
        let waiting = || opened.waiting().clone();
        *opened.waiting() = Some(PathBuf::from("/srv/a.toml"));
        opened.started_with(None);
        assert_eq!(waiting(), Some(PathBuf::from("/srv/a.toml")));
        opened.started_with(Some(PathBuf::from("/srv/b.toml")));
        assert_eq!(waiting(), Some(PathBuf::from("/srv/b.toml")));
    }

    #[test]
    fn only_a_file_of_a_profiles_size_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        };
        let most = usize::try_from(MOST_BYTES).unwrap();
        assert_eq!(read(&at("a.toml", b"[event]")).as_deref(), Some("[event]"));
        assert!(read(&at("largest.toml", &vec![b' '; most])).is_some());
        assert_eq!(read(&at("larger.toml", &vec![b' '; most + 1])), None);
        assert_eq!(read(&at("photo.toml", &[0xff, 0xd8])), None);
        assert_eq!(read(folder.path()), None);
        assert_eq!(read(&folder.path().join("gone.toml")), None);
    }
}
