//! To the CRM.

use serde::Serialize;
use tauri::{AppHandle, Emitter as _, Runtime, State};
use zeroize::Zeroizing;
use zgoda_booth::crm::Secret;
use zgoda_booth::sync as booth_sync;
use zgoda_booth::view::{SyncRow, SyncView};
use zgoda_core::LeadId;
use zgoda_core::outbox::Reason;

use super::{Answer, now, view};
use crate::Shell;
use crate::windows::STAFF;

/// What a test of the connection came to.
#[derive(Serialize)]
pub(crate) struct TestView {
    ok: bool,
    reason: Option<Reason>,
}

#[tauri::command(async)]
pub(crate) fn sync<R: Runtime>(app: AppHandle<R>, shell: State<'_, Shell>) -> Answer<SyncView> {
    // A window that is gone needs no progress.
    let progress = |view: &SyncView| drop(app.emit_to(STAFF, "sync", view));
    booth_sync::run(&shell.booth, None, now, progress).map_err(view)
}

#[tauri::command(async)]
pub(crate) fn outbox(shell: State<'_, Shell>) -> Answer<Vec<SyncRow>> {
    shell.booth().outbox().map_err(view)
}

#[tauri::command(async)]
pub(crate) fn retry(shell: State<'_, Shell>, lead: LeadId) -> Answer<Vec<SyncRow>> {
    shell.booth().retry(lead).map_err(view)
}

#[tauri::command(async)]
pub(crate) fn crm_secret(shell: State<'_, Shell>, secret: String) -> Answer<()> {
    let secret = Zeroizing::new(secret);
    shell
        .booth()
        .set_crm_secret(Some(&Secret::new(&secret)))
        .map_err(view)
}

#[tauri::command(async)]
pub(crate) fn crm_test(shell: State<'_, Shell>) -> Answer<TestView> {
    let tested = booth_sync::test(&shell.booth, None).map_err(view)?;
    Ok(TestView {
        ok: tested.is_ok(),
        reason: tested.err(),
    })
}
