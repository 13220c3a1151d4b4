//! The leads on this device.

use tauri::State;
use zgoda_booth::view::{LeadEdit, LeadView};
use zgoda_booth::{LeadPage, LeadPlace, Query};
use zgoda_core::{Act, LeadId};

use super::{Answer, now, view};
use crate::Shell;

#[tauri::command(async)]
pub(crate) fn leads(
    shell: State<'_, Shell>,
    query: Query,
    after: Option<LeadPlace>,
) -> Answer<LeadPage> {
    shell.booth().lead_page(&query, after, now()).map_err(view)
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
