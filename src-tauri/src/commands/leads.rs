//! The leads on this device.

use tauri::State;
use zgoda_booth::Query;
use zgoda_booth::view::{LeadEdit, LeadRow, LeadView};
use zgoda_core::{Act, LeadId};

use super::{Answer, now, view};
use crate::Shell;

#[tauri::command(async)]
pub(crate) fn leads(shell: State<'_, Shell>, query: Query) -> Answer<Vec<LeadRow>> {
    shell.booth().leads(&query, now()).map_err(view)
}

#[tauri::command(async)]
pub(crate) fn lead(shell: State<'_, Shell>, id: LeadId) -> Answer<LeadView> {
    shell.booth().lead(id, now()).map_err(view)
}

#[tauri::command(async)]
pub(crate) fn lead_edit(shell: State<'_, Shell>, id: LeadId, edit: LeadEdit) -> Answer<LeadView> {
    shell.booth().lead_edit(id, edit, now()).map_err(view)
}

#[tauri::command(async)]
pub(crate) fn promise_kept(
    shell: State<'_, Shell>,
    id: LeadId,
    purpose: String,
) -> Answer<LeadView> {
    shell
        .booth()
        .promise_kept(id, &purpose, now())
        .map_err(view)
}

#[tauri::command(async)]
pub(crate) fn erase(shell: State<'_, Shell>, id: LeadId) -> Answer<()> {
    shell.booth().erase(id, Act::Terminal, now()).map_err(view)
}
