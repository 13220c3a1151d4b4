//! What was promised, by its day.

use tauri::{AppHandle, Runtime, State};
use zgoda_booth::FollowUp;
use zgoda_core::LeadId;

use super::{Answer, failure, now, view};
use crate::{Shell, downloads, opener};

#[tauri::command(async)]
pub(crate) fn follow_ups(shell: State<'_, Shell>) -> Answer<Vec<FollowUp>> {
    shell.booth().follow_ups(now()).map_err(view)
}

/// Opens the mail that keeps a promise in the person's mail program.
#[tauri::command(async)]
pub(crate) fn follow_up_write(shell: State<'_, Shell>, id: LeadId, purpose: String) -> Answer<()> {
    let address = shell.booth().follow_up_mail(id, &purpose).map_err(view)?;
    opener::open(&address)
        .then_some(())
        .ok_or_else(|| failure("mail_program"))
}

/// Writes the days of the promises into the downloads, as a calendar that names nobody; answers where.
#[tauri::command(async)]
pub(crate) fn follow_ups_save<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
) -> Answer<String> {
    let calendar = {
        let mut booth = shell.booth();
        let language = booth.language();
        booth.follow_up_calendar(language, now()).map_err(view)?
    };
    let stem = format!("zgoda-followups-{}", now().date_naive());
    let path = downloads::save(&app, &stem, "ics", calendar.as_bytes()).map_err(view)?;
    Ok(path.display().to_string())
}
