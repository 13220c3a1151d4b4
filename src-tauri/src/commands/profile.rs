//! The profile editor, head office's signature, and whose profiles this device takes.

use serde::Serialize;
use tauri::{AppHandle, Runtime, State};
use zeroize::Zeroizing;
use zgoda_booth::editor::{Begun, Look, Start};
use zgoda_booth::trust::TrustView;
use zgoda_booth::{Booth, Cost, Error, Secret, office};
use zgoda_core::note::Verifier;

use super::{Answer, now, view};
use crate::{Shell, downloads};

#[tauri::command(async)]
pub(crate) fn editor_begin(shell: State<'_, Shell>, start: Start) -> Answer<Begun> {
    shell.booth().editor_begin(start).map_err(view)
}

#[tauri::command(async)]
pub(crate) fn editor_look(shell: State<'_, Shell>, begun: Begun) -> Answer<Look> {
    shell.booth().editor_look(&begun, now()).map_err(view)
}

/// Writes a profile, finished or not, into the downloads; answers where it lies.
#[tauri::command(async)]
pub(crate) fn profile_save<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    toml: String,
) -> Answer<String> {
    shell.booth().may_edit().map_err(view)?;
    let stem = zgoda_booth::editor::file_stem(&toml);
    let path = downloads::save(&app, &stem, "zgoda.toml", toml.as_bytes()).map_err(view)?;
    Ok(path.display().to_string())
}

/// A key of head office that was just made: its file, where that lies, and the half that everybody may know.
#[derive(Serialize)]
pub(crate) struct OfficeKey {
    path: String,
    office_key: String,
    public: String,
}

/// Makes head office's key and writes it, sealed, into the downloads. The device keeps nothing of it.
#[tauri::command(async)]
pub(crate) fn office_key_make<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    passphrase: String,
) -> Answer<OfficeKey> {
    shell.booth().may_edit().map_err(view)?;
    let passphrase = Zeroizing::new(passphrase);
    if !Booth::is_strong_passphrase(&passphrase) {
        return Err(view(Error::WeakSecret));
    }
    let passphrase = Secret::Passphrase(passphrase);
    let (office_key, public) = office::make_key(&passphrase, Cost::default()).map_err(view)?;
    let path = downloads::save(&app, "head-office", "key", office_key.as_bytes()).map_err(view)?;
    Ok(OfficeKey {
        path: path.display().to_string(),
        office_key,
        public: public.to_string(),
    })
}

/// The profile with head office's signature under it. `office_key` is the text of the key's file.
#[tauri::command(async)]
pub(crate) fn profile_sign(
    shell: State<'_, Shell>,
    toml: String,
    office_key: String,
    passphrase: String,
) -> Answer<String> {
    shell.booth().may_edit().map_err(view)?;
    let passphrase = Secret::Passphrase(Zeroizing::new(passphrase));
    let office = office::open_key(&office_key, &passphrase).map_err(view)?;
    office::sign_profile(&toml, &office, now()).map_err(view)
}

#[tauri::command(async)]
pub(crate) fn trust_view(shell: State<'_, Shell>) -> Answer<TrustView> {
    shell.booth().trust_view().map_err(view)
}

#[tauri::command(async)]
pub(crate) fn trust(shell: State<'_, Shell>, key: String) -> Answer<TrustView> {
    let key: Verifier = key.parse().map_err(|error| view(Error::NoKey(error)))?;
    shell.booth().trust(&key).map_err(view)
}

#[tauri::command(async)]
pub(crate) fn untrust(shell: State<'_, Shell>, secret: String) -> Answer<TrustView> {
    let secret = Zeroizing::new(secret);
    let mut booth = shell.booth();
    let secret = booth.secret(&secret).map_err(view)?;
    booth.untrust(&secret, now()).map_err(view)
}
