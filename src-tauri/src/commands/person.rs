//! A person's rights, one command each; no reason is asked.

use tauri::{AppHandle, Runtime, State};
use zgoda_booth::person::{self, PersonRef, PersonView};
use zgoda_booth::rights::Taken;
use zgoda_booth::view::{FieldEdit, LeadView};
use zgoda_core::{BoxRef, LeadId};

use super::{Answer, now, view};
use crate::{Shell, downloads};

#[tauri::command(async)]
pub(crate) fn person(shell: State<'_, Shell>, person: PersonRef) -> Answer<PersonView> {
    person::find(&shell.booth, &person).map_err(view)
}

#[tauri::command(async)]
pub(crate) fn withdraw(
    shell: State<'_, Shell>,
    person: PersonRef,
    what: Option<BoxRef>,
) -> Answer<Taken> {
    shell
        .booth()
        .person_withdraws(&person, what, now())
        .map_err(view)
}

#[tauri::command(async)]
pub(crate) fn object(shell: State<'_, Shell>, person: PersonRef) -> Answer<Taken> {
    shell.booth().person_objects(&person, now()).map_err(view)
}

#[tauri::command(async)]
pub(crate) fn correct(
    shell: State<'_, Shell>,
    id: LeadId,
    edits: Vec<FieldEdit>,
) -> Answer<LeadView> {
    shell.booth().lead_correct(id, edits, now()).map_err(view)
}

/// Writes page and JSON into the downloads, for the person; answers where the page lies.
#[tauri::command(async)]
pub(crate) fn access<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    person: PersonRef,
) -> Answer<String> {
    let handed = shell.booth().person_access(&person).map_err(view)?;
    // Named by the day: a name or a code would outlive the file in lists of recent ones.
    let stem = format!("zgoda-access-{}", now().date_naive());
    downloads::save(&app, &stem, "json", handed.json.as_bytes()).map_err(view)?;
    let path = downloads::save(&app, &stem, "html", handed.html.as_bytes()).map_err(view)?;
    Ok(path.display().to_string())
}

/// Writes a lead's receipt into the downloads, as a page to print; answers where it lies.
#[tauri::command(async)]
pub(crate) fn receipt_save<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    id: LeadId,
) -> Answer<String> {
    let pdf = shell.booth().receipt_pdf(id).map_err(view)?;
    let stem = format!("zgoda-receipt-{}", now().date_naive());
    let path = downloads::save(&app, &stem, "pdf", &pdf).map_err(view)?;
    Ok(path.display().to_string())
}
