//! Scan, draft, hand over.

use tauri::ipc::{InvokeBody, Request, Response};
use tauri::{AppHandle, Runtime, State};
use zgoda_booth::demo;
use zgoda_booth::view::{DraftView, ErrorView, FieldEdit, HandOver, ScanView, Typing};

use super::{Answer, now, view, window_error};
use crate::{Shell, windows};

#[tauri::command(async)]
pub(crate) fn demo_badge() -> Response {
    Response::new(demo::BADGE.to_vec())
}

/// A camera frame: the body is its brightness values, the headers its size.
#[tauri::command(async)]
pub(crate) fn scan_frame(shell: State<'_, Shell>, request: Request<'_>) -> Answer<ScanView> {
    let size =
        |name: &str| -> Option<u32> { request.headers().get(name)?.to_str().ok()?.parse().ok() };
    let (Some(width), Some(height)) = (size("width"), size("height")) else {
        return Err(not_raw());
    };
    let luma = raw(&request)?;
    shell.booth().scan_frame(luma, width, height).map_err(view)
}

/// A photo: the body is the file.
#[tauri::command(async)]
pub(crate) fn scan_photo(shell: State<'_, Shell>, request: Request<'_>) -> Answer<ScanView> {
    let file = raw(&request)?;
    shell.booth().scan_photo(file).map_err(view)
}

#[tauri::command(async)]
pub(crate) fn scan_text(shell: State<'_, Shell>, typed: Typing) -> Answer<ScanView> {
    shell.booth().scan_text(&typed).map_err(view)
}

#[tauri::command(async)]
pub(crate) fn type_person(shell: State<'_, Shell>, edits: Vec<FieldEdit>) -> Answer<DraftView> {
    shell.booth().type_person(edits).map_err(view)
}

#[tauri::command(async)]
pub(crate) fn draft_edit(shell: State<'_, Shell>, edits: Vec<FieldEdit>) -> Answer<DraftView> {
    shell.booth().draft_edit(edits).map_err(view)
}

#[tauri::command(async)]
pub(crate) fn draft_discard(shell: State<'_, Shell>) -> Answer<()> {
    shell.booth().draft_discard().map_err(view)
}

#[tauri::command(async)]
pub(crate) fn hand_over<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    request: HandOver,
) -> Answer<()> {
    let mut booth = shell.booth();
    booth.hand_over(request, now()).map_err(view)?;
    let state = booth.app(now()).map_err(view)?;
    drop(booth);
    windows::open_attendee(&app).map_err(window_error)?;
    windows::tell_phase(&app, &state);
    Ok(())
}

fn raw<'a>(request: &'a Request<'_>) -> Answer<&'a [u8]> {
    match request.body() {
        InvokeBody::Raw(bytes) => Ok(bytes),
        InvokeBody::Json(_) => Err(not_raw()),
    }
}

/// Pixels as JSON would be copied and kept by the page's engine: refused.
fn not_raw() -> ErrorView {
    ErrorView {
        code: "not_raw".to_owned(),
        params: Default::default(),
        findings: Vec::new(),
    }
}
