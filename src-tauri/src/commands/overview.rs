//! The fair at a glance, and its reports as files.

use tauri::{AppHandle, Runtime, State};
use zgoda_booth::overview::OverviewView;
use zgoda_booth::report::Report;

use super::{Answer, now, view};
use crate::{Shell, downloads};

#[tauri::command(async)]
pub(crate) fn overview(shell: State<'_, Shell>) -> Answer<OverviewView> {
    shell.booth().overview(now()).map_err(view)
}

/// Writes a report as a table into the person's downloads; answers the path.
#[tauri::command(async)]
pub(crate) fn report_save<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    report: Report,
) -> Answer<String> {
    let shown = shell.booth().report(report).map_err(view)?;
    let stem = format!("zgoda-{}-{}", report.name(), now().date_naive());
    let path = downloads::save(&app, &stem, "csv", shown.page.csv().as_bytes()).map_err(view)?;
    Ok(path.display().to_string())
}
