//! The attendee's commands: the only ones answered while they hold the device.

use tauri::{AppHandle, Runtime, State};
use zeroize::Zeroizing;
use zgoda_booth::view::{AppView, AttendeeAnswer, AttendeeView, ThanksView};

use super::{Answer, now, view, window_error};
use crate::{Shell, windows};

#[tauri::command(async)]
pub(crate) fn attendee_view(shell: State<'_, Shell>) -> Answer<Option<AttendeeView>> {
    shell.booth().attendee_view().map_err(view)
}

#[tauri::command(async)]
pub(crate) fn attendee_answer(
    shell: State<'_, Shell>,
    answer: AttendeeAnswer,
) -> Answer<ThanksView> {
    shell.booth().attendee_answer(answer, now()).map_err(view)
}

#[tauri::command(async)]
pub(crate) fn attendee_timeout(shell: State<'_, Shell>) {
    shell.booth().attendee_timeout();
}

#[tauri::command(async)]
pub(crate) fn attendee_leave<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    secret: String,
) -> Answer<()> {
    let secret = Zeroizing::new(secret);
    let mut booth = shell.booth();
    let secret = booth.secret(&secret).map_err(view)?;
    booth.attendee_leave(&secret, now()).map_err(view)?;
    let state: AppView = booth.app(now()).map_err(view)?;
    drop(booth);
    windows::tell_phase(&app, &state);
    windows::close_attendee(&app).map_err(window_error)
}
