//! First start, lock, language, profile.

use tauri::{AppHandle, Manager as _, Runtime, State};
use zeroize::Zeroizing;
use zgoda_booth::Booth;
use zgoda_booth::mend::MendedView;
use zgoda_booth::view::{AppView, ProfileView};
use zgoda_core::Language;
use zgoda_core::profile::Finding;

use super::sign_in::SignIns;
use super::{Answer, now, view, window_error};
use crate::{Shell, windows};

#[tauri::command(async)]
pub(crate) fn app_state(shell: State<'_, Shell>) -> Answer<AppView> {
    shell.booth().app(now()).map_err(view)
}

#[tauri::command(async)]
pub(crate) fn first_start(
    shell: State<'_, Shell>,
    language: Language,
    secret: String,
    profile: Option<String>,
) -> Answer<AppView> {
    let secret = Zeroizing::new(secret);
    let mut booth = shell.booth();
    let secret = booth.secret(&secret).map_err(view)?;
    booth
        .first_start(language, &secret, profile.as_deref(), now())
        .map_err(view)?;
    booth.app(now()).map_err(view)
}

#[tauri::command(async)]
pub(crate) fn unlock(shell: State<'_, Shell>, secret: String) -> Answer<AppView> {
    let secret = Zeroizing::new(secret);
    let mut booth = shell.booth();
    let secret = booth.secret(&secret).map_err(view)?;
    booth.unlock(&secret, now()).map_err(view)?;
    booth.app(now()).map_err(view)
}

/// A person vouches for the clock; what is due by it goes.
#[tauri::command(async)]
pub(crate) fn trust_clock(shell: State<'_, Shell>) -> Answer<AppView> {
    let mut booth = shell.booth();
    booth.trust_clock(now()).map_err(view)?;
    booth.app(now()).map_err(view)
}

#[tauri::command(async)]
pub(crate) fn lock<R: Runtime>(app: AppHandle<R>) -> Answer<AppView> {
    lock_all(&app)
}

/// Closes the store, wipes its keys, takes the attendee's window away and loads the staff's anew, so that neither Rust nor
/// a page holds anybody: by the key, when idle, and before the machine sleeps.
pub(crate) fn lock_all<R: Runtime>(app: &AppHandle<R>) -> Answer<AppView> {
    let shell = app.state::<Shell>();
    app.state::<SignIns>().stop();
    let mut booth = shell.booth();
    booth.lock();
    let state = booth.app(now());
    drop(booth);
    // Locked it is, whatever becomes of the windows.
    windows::forget(app).map_err(window_error)?;
    state.map_err(view)
}

#[tauri::command(async)]
pub(crate) fn accept_older(shell: State<'_, Shell>) -> Answer<()> {
    shell.booth().accept_older().map_err(view)
}

#[tauri::command(async)]
pub(crate) fn change_secret(shell: State<'_, Shell>, old: String, new: String) -> Answer<()> {
    let (old, new) = (Zeroizing::new(old), Zeroizing::new(new));
    let mut booth = shell.booth();
    let old = booth.secret(&old).map_err(view)?;
    let new = booth.secret(&new).map_err(view)?;
    booth.change_secret(&old, &new, now()).map_err(view)
}

#[tauri::command(async)]
pub(crate) fn set_language(shell: State<'_, Shell>, language: Language) -> Answer<AppView> {
    let mut booth = shell.booth();
    booth.set_language(language).map_err(view)?;
    booth.app(now()).map_err(view)
}

/// Sets settings that cannot be read aside and begins new ones.
#[tauri::command(async)]
pub(crate) fn settings_mend(
    shell: State<'_, Shell>,
    language: Language,
) -> Answer<Option<MendedView>> {
    shell.booth().settings_mend(language, now()).map_err(view)
}

#[tauri::command(async)]
pub(crate) fn profile_view(shell: State<'_, Shell>) -> Answer<ProfileView> {
    shell.booth().profile_view(now()).map_err(view)
}

#[tauri::command(async)]
pub(crate) fn profile_check(toml: String) -> Vec<Finding> {
    Booth::profile_check(&toml)
}

#[tauri::command(async)]
pub(crate) fn profile_import(
    shell: State<'_, Shell>,
    toml: String,
    secret: Option<String>,
    leave: bool,
) -> Answer<AppView> {
    let secret = Zeroizing::new(secret.unwrap_or_default());
    let mut booth = shell.booth();
    let secret = booth.secret(&secret).map_err(view)?;
    booth
        .profile_import(&toml, &secret, leave, now())
        .map_err(view)?;
    booth.app(now()).map_err(view)
}
