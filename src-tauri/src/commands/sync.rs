//! To the CRM, and to the organiser's service.

use tauri::{AppHandle, Emitter as _, Runtime, State};
use zeroize::Zeroizing;
use zgoda_booth::crm::Secret;
use zgoda_booth::view::{SyncRow, SyncView, TestView, ToAskView};
use zgoda_booth::{lookup as booth_lookup, sync as booth_sync};
use zgoda_core::LeadId;

use super::{Answer, now, view};
use crate::Shell;
use crate::windows::STAFF;

/// The most leads that Settings name.
const SHOWN: usize = 50;

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
pub(crate) fn crm_test(shell: State<'_, Shell>, set_up: bool) -> Answer<TestView> {
    booth_sync::test(&shell.booth, None, set_up).map_err(view)
}

#[tauri::command(async)]
pub(crate) fn lookup_key(shell: State<'_, Shell>, key: String) -> Answer<()> {
    let key = Zeroizing::new(key);
    shell
        .booth()
        .set_lookup_secret(Some(&Secret::new(&key)))
        .map_err(view)
}

/// The first of those about whom the organiser is still to be asked.
#[tauri::command(async)]
pub(crate) fn lookup_who(shell: State<'_, Shell>) -> Answer<Vec<ToAskView>> {
    let mut who = shell.booth().to_ask().map_err(view)?;
    who.truncate(SHOWN);
    Ok(who)
}

#[tauri::command(async)]
pub(crate) fn lookup_test(shell: State<'_, Shell>) -> Answer<TestView> {
    booth_lookup::test(&shell.booth, None, now()).map_err(view)
}
