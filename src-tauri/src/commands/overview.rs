//! The fair at a glance, and its parts as files.

use tauri::{AppHandle, Runtime, State};
use zgoda_booth::overview::{OverviewView, Part, Pick};

use super::{Answer, now, view};
use crate::{Shell, downloads};

#[tauri::command(async)]
pub(crate) fn overview(shell: State<'_, Shell>, pick: Pick) -> Answer<OverviewView> {
    shell.booth().overview(&pick, now()).map_err(view)
}

/// Writes a part of it as a table into the person's downloads; answers the path.
#[tauri::command(async)]
pub(crate) fn overview_save<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    part: Part,
    pick: Pick,
) -> Answer<String> {
    let table = shell
        .booth()
        .overview_csv(part, &pick, now())
        .map_err(view)?;
    let stem = format!("zgoda-{}-{}", part.name(), now().date_naive());
    let path = downloads::save(&app, &stem, "csv", table.as_bytes()).map_err(view)?;
    Ok(path.display().to_string())
}
