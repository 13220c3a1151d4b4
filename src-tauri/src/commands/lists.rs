//! A list of people from a webinar or a form. Its bytes come from the page and are nowhere written.

use tauri::State;
use tauri::ipc::Request;
use zgoda_booth::list::{ListImport, ListPreview, ListView};
use zgoda_core::list::Statement;

use super::capture::raw;
use super::{Answer, now, view};
use crate::Shell;

#[tauri::command(async)]
pub(crate) fn list_open(shell: State<'_, Shell>, request: Request<'_>) -> Answer<ListView> {
    shell.booth().list_open(raw(&request)?).map_err(view)
}

#[tauri::command(async)]
pub(crate) fn list_preview(shell: State<'_, Shell>, statement: Statement) -> Answer<ListPreview> {
    shell.booth().list_preview(&statement, now()).map_err(view)
}

#[tauri::command(async)]
pub(crate) fn list_import(shell: State<'_, Shell>, statement: Statement) -> Answer<ListImport> {
    shell.booth().list_import(&statement, now()).map_err(view)
}

#[tauri::command(async)]
pub(crate) fn list_discard(shell: State<'_, Shell>) -> Answer<()> {
    shell.booth().list_discard().map_err(view)
}

/// The imports that can be taken back.
#[tauri::command(async)]
pub(crate) fn lists(shell: State<'_, Shell>) -> Answer<Vec<ListImport>> {
    shell.booth().lists(now()).map_err(view)
}

#[tauri::command(async)]
pub(crate) fn list_undo(shell: State<'_, Shell>, id: String) -> Answer<usize> {
    shell.booth().list_undo(&id, now()).map_err(view)
}
