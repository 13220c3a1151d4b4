//! Scan, draft, hand over.

use tauri::ipc::{InvokeBody, Request, Response};
use tauri::{AppHandle, Runtime, State};
use zgoda_booth::capture::Photo;
use zgoda_booth::demo;
use zgoda_booth::models::{CardChoice, CardModelsView};
use zgoda_booth::view::{DraftView, ErrorView, FieldEdit, HandOver, ScanView, Typing};
use zgoda_core::Field;

use super::{Answer, now, view, window_error};
use crate::{Shell, windows};

#[tauri::command(async)]
pub(crate) fn demo_badge() -> Response {
    Response::new(demo::BADGE.to_vec())
}

/// A camera frame: the body is its brightness values, the headers its size.
#[tauri::command(async)]
pub(crate) fn scan_frame(shell: State<'_, Shell>, request: Request<'_>) -> Answer<ScanView> {
    let luma = raw(&request)?;
    let (width, height) = size(&request).ok_or_else(not_raw)?;
    shell.booth().scan_frame(luma, width, height).map_err(view)
}

/// A camera frame in which only a card is looked for.
#[tauri::command(async)]
pub(crate) fn card_frame(shell: State<'_, Shell>, request: Request<'_>) -> Answer<ScanView> {
    let luma = raw(&request)?;
    let (width, height) = size(&request).ok_or_else(not_raw)?;
    shell.booth().card_frame(luma, width, height).map_err(view)
}

/// A photo: a file, or the camera's picture.
#[tauri::command(async)]
pub(crate) fn scan_photo(shell: State<'_, Shell>, request: Request<'_>) -> Answer<ScanView> {
    let photo = photo(&request)?;
    shell.booth().scan(photo).map_err(view)
}

/// A photo of the other side of the card in hand.
#[tauri::command(async)]
pub(crate) fn card_side(shell: State<'_, Shell>, request: Request<'_>) -> Answer<DraftView> {
    let photo = photo(&request)?;
    shell.booth().card_side(photo).map_err(view)
}

#[tauri::command(async)]
pub(crate) fn card_next(shell: State<'_, Shell>) -> Answer<Option<DraftView>> {
    shell.booth().card_next().map_err(view)
}

/// A side's picture, as pixels: a file or an address of one could outlive it.
#[tauri::command(async)]
pub(crate) fn card_picture(shell: State<'_, Shell>, side: usize) -> Answer<Response> {
    let picture = shell.booth().card_picture(side).map_err(view)?;
    Ok(Response::new(picture))
}

#[tauri::command(async)]
pub(crate) fn card_line(shell: State<'_, Shell>, side: usize, line: usize) -> Answer<String> {
    shell.booth().card_line(side, line).map_err(view)
}

#[tauri::command(async)]
pub(crate) fn card_put(
    shell: State<'_, Shell>,
    side: usize,
    line: usize,
    field: Field,
) -> Answer<DraftView> {
    shell.booth().card_put(side, line, field).map_err(view)
}

#[tauri::command(async)]
pub(crate) fn card_models(shell: State<'_, Shell>) -> Answer<CardModelsView> {
    shell.booth().card_models().map_err(view)
}

#[tauri::command(async)]
pub(crate) fn set_card_models(
    shell: State<'_, Shell>,
    choice: CardChoice,
) -> Answer<CardModelsView> {
    shell.booth().set_card_models(choice).map_err(view)
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

/// The body is a file, or with a size in the headers, four bytes a pixel.
fn photo<'a>(request: &'a Request<'_>) -> Answer<Photo<'a>> {
    let body = raw(request)?;
    Ok(match size(request) {
        Some((width, height)) => Photo::Pixels {
            rgba: body,
            width,
            height,
        },
        None => Photo::File(body),
    })
}

fn size(request: &Request<'_>) -> Option<(u32, u32)> {
    let side = |name: &str| request.headers().get(name)?.to_str().ok()?.parse().ok();
    Some((side("width")?, side("height")?))
}

pub(super) fn raw<'a>(request: &'a Request<'_>) -> Answer<&'a [u8]> {
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
