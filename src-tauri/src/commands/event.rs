//! The events of the home, the end of one, and everything of one on its way to another device.

use tauri::ipc::{InvokeBody, Request};
use tauri::{AppHandle, Emitter as _, Manager as _, Runtime, State};
use zeroize::Zeroizing;
use zgoda_booth::closing::{self, ClosingView};
use zgoda_booth::events::EventRow;
use zgoda_booth::parcel::{MovedIn, Opener, Parcel, Sealer};
use zgoda_booth::view::{AppView, ErrorView, SyncView};
use zgoda_booth::{Booth, Error, StoreError};

use super::{Answer, now, view};
use crate::windows::STAFF;
use crate::{Shell, downloads};

#[tauri::command(async)]
pub(crate) fn event_list(shell: State<'_, Shell>) -> Answer<Vec<EventRow>> {
    shell.booth().event_list().map_err(view)
}

#[tauri::command(async)]
pub(crate) fn event_use(
    shell: State<'_, Shell>,
    event: String,
    secret: String,
    leave: bool,
) -> Answer<AppView> {
    let secret = Zeroizing::new(secret);
    let mut booth = shell.booth();
    let secret = booth.secret(&secret).map_err(view)?;
    booth
        .event_use(&event, &secret, leave, now())
        .map_err(view)?;
    booth.app(now()).map_err(view)
}

/// Removes the store of an event in which nothing is left; the terminal alone removes one with something in it.
#[tauri::command(async)]
pub(crate) fn event_remove(
    shell: State<'_, Shell>,
    event: String,
    secret: String,
) -> Answer<AppView> {
    let secret = Zeroizing::new(secret);
    let mut booth = shell.booth();
    let secret = booth.secret(&secret).map_err(view)?;
    booth
        .event_remove(&event, &secret, false, now())
        .map_err(view)?;
    booth.app(now()).map_err(view)
}

#[tauri::command(async)]
pub(crate) fn closing(shell: State<'_, Shell>) -> Answer<ClosingView> {
    shell.booth().closing().map_err(view)
}

#[tauri::command(async)]
pub(crate) fn event_close<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    anyway: bool,
) -> Answer<ClosingView> {
    let progress = |view: &SyncView| drop(app.emit_to(STAFF, "sync", view));
    closing::close(&shell.booth, None, anyway, now, progress).map_err(view)
}

#[tauri::command(async)]
pub(crate) fn event_reopen(shell: State<'_, Shell>) -> Answer<ClosingView> {
    shell.booth().reopen(now()).map_err(view)
}

/// Writes the report and, beside it, the signed status into the downloads; answers where the report lies.
#[tauri::command(async)]
pub(crate) fn closing_save<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
) -> Answer<String> {
    let mut booth = shell.booth();
    let stem = stem("closing", &mut booth)?;
    let pdf = booth.closing_pdf(now()).map_err(view)?;
    let status = booth.status(now()).map_err(view)?;
    drop(booth);
    downloads::save(&app, &stem, "txt", status.as_bytes()).map_err(view)?;
    let path = downloads::save(&app, &stem, "pdf", &pdf).map_err(view)?;
    Ok(path.display().to_string())
}

/// Seals what waits to head office into a folder of the downloads; answers which.
#[tauri::command(async)]
pub(crate) fn waiting_export<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
) -> Answer<String> {
    let mut booth = shell.booth();
    let name = stem("waiting", &mut booth)?;
    let folder = downloads::folder(&app).map_err(view)?.join(name);
    booth.export_waiting(&folder).map_err(view)?;
    Ok(folder.display().to_string())
}

/// Seals everything of the event with a passphrase into the downloads; answers where it lies.
#[tauri::command(async)]
pub(crate) fn move_out<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    passphrase: String,
) -> Answer<String> {
    let passphrase = Zeroizing::new(passphrase);
    if !Booth::is_strong_passphrase(&passphrase) {
        return Err(view(Error::WeakSecret));
    }
    seal(&app, &shell, &Sealer::Passphrase(&passphrase))
}

/// As [`move_out`], for whoever holds the identity of an `age` recipient, such as head office.
#[tauri::command(async)]
pub(crate) fn move_out_to<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    recipient: String,
) -> Answer<String> {
    seal(&app, &shell, &Sealer::Recipient(&recipient))
}

fn seal<R: Runtime>(app: &AppHandle<R>, shell: &Shell, sealer: &Sealer<'_>) -> Answer<String> {
    let mut booth = shell.booth();
    let stem = stem("device", &mut booth)?;
    let path = booth.move_out(sealer, now(), |sealed| {
        downloads::save(app, &stem, "zgoda", sealed)
    });
    Ok(path.map_err(view)?.display().to_string())
}

/// Takes in what another device sealed. The body is the passphrase, a line end, and the file.
#[tauri::command(async)]
pub(crate) fn move_in<R: Runtime>(app: AppHandle<R>, request: Request<'_>) -> Answer<MovedIn> {
    let ([passphrase], sealed) = lines(&request)?;
    let parcel = opened(&passphrase, sealed)?;
    let shell = app.state::<Shell>();
    shell.booth().move_in(&parcel, now()).map_err(view)
}

/// The first start with what another device sealed. The body is the language, this device's secret, the passphrase, each
/// with a line end, and the file.
#[tauri::command(async)]
pub(crate) fn first_take_over<R: Runtime>(
    app: AppHandle<R>,
    request: Request<'_>,
) -> Answer<AppView> {
    let ([language, secret, passphrase], sealed) = lines(&request)?;
    let language = language.parse().map_err(|_| damaged())?;
    let parcel = opened(&passphrase, sealed)?;
    let shell = app.state::<Shell>();
    let mut booth = shell.booth();
    let secret = booth.secret(&secret).map_err(view)?;
    booth
        .first_take_over(language, &secret, &parcel, now())
        .map_err(view)?;
    booth.app(now()).map_err(view)
}

fn damaged() -> ErrorView {
    view(StoreError::ParcelDamaged.into())
}

fn opened(passphrase: &Zeroizing<String>, sealed: &[u8]) -> Answer<Parcel> {
    let parcel = Parcel::open(sealed, &Opener::Passphrase(passphrase));
    parcel.map_err(|error| view(error.into()))
}

/// The first lines of a body, and the file behind them.
fn lines<'a, const MANY: usize>(
    request: &'a Request<'_>,
) -> Answer<([Zeroizing<String>; MANY], &'a [u8])> {
    let InvokeBody::Raw(body) = request.body() else {
        return Err(damaged());
    };
    let mut rest = body.as_slice();
    let mut lines: [Zeroizing<String>; MANY] = std::array::from_fn(|_| Zeroizing::default());
    for line in &mut lines {
        let end = rest.iter().position(|byte| *byte == b'\n');
        let (text, file) = rest.split_at(end.ok_or_else(damaged)?);
        let text = str::from_utf8(text).map_err(|_| damaged())?;
        line.push_str(text);
        rest = &file[1..];
    }
    Ok((lines, rest))
}

/// The name of a file about the event in use: its id and the day, nothing of a person.
fn stem(what: &str, booth: &mut Booth) -> Answer<String> {
    let event = booth.profile().map_err(view)?.event.id.clone();
    Ok(format!("zgoda-{what}-{event}-{}", now().date_naive()))
}
