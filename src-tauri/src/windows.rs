//! The two windows: staff's, and the attendee's with rights of its own.
//!
//! While the attendee's window is open the staff's is hidden; phones and tablets have one window, where the mode kept in
//! `zgoda-booth` is the wall.

use tauri::webview::NewWindowResponse;
use tauri::{
    AppHandle, Emitter as _, Manager as _, Runtime, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
};
use zgoda_booth::view::{AppView, Phase};

use crate::Shell;

/// Label of the staff's window.
pub(crate) const STAFF: &str = "staff";
/// Label of the attendee's window.
#[cfg(desktop)]
pub(crate) const ATTENDEE: &str = "attendee";
/// WebView2 (Windows) would keep names and addresses that were typed, in a folder of its own, whatever the page says.
const REMEMBER: bool = false;

/// Opens the staff's window.
pub(crate) fn open_staff<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    // The page fetches the screens of a first start while it still asks where the program stands.
    let page = match app.state::<Shell>().booth().phase() {
        Ok(Phase::FirstStart) => "index.html#first",
        _ => "index.html",
    };
    let page = WebviewUrl::App(page.into());
    // The page takes dropped photos itself; nothing is ever dropped on the attendee's.
    let window = WebviewWindowBuilder::new(app, STAFF, page)
        .general_autofill_enabled(REMEMBER)
        .on_navigation(is_ours)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .disable_drag_drop_handler();
    #[cfg(desktop)]
    let window = window
        .title("Zgoda")
        .inner_size(1366.0, 768.0)
        .min_inner_size(360.0, 560.0);
    built(&window.build()?)
}

/// What every window has from its first moment on.
fn built<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    #[cfg(target_os = "linux")]
    crate::revive::watch(window)?;
    #[cfg(not(target_os = "linux"))]
    let _ = window;
    Ok(())
}

/// Opens the attendee's window over the whole screen and hides the staff's.
#[cfg(desktop)]
pub(crate) fn open_attendee<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    close_attendee(app)?;
    let page = WebviewUrl::App("attendee.html".into());
    let staff = app.get_webview_window(STAFF);
    let mut window = WebviewWindowBuilder::new(app, ATTENDEE, page)
        .title("Zgoda")
        .general_autofill_enabled(REMEMBER)
        .on_navigation(is_ours)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .devtools(false)
        .decorations(false)
        .closable(false)
        .always_on_top(true)
        .fullscreen(true);
    if let Some(size) = staff.as_ref().and_then(|staff| staff.inner_size().ok()) {
        window = window.inner_size(f64::from(size.width), f64::from(size.height));
    }
    built(&window.build()?)?;
    if let Some(staff) = staff {
        staff.hide()?;
    }
    Ok(())
}

/// Somebody started the app again: its window is the one that they want. The attendee's covers it where one is open.
#[cfg(desktop)]
pub(crate) fn to_the_front<R: Runtime>(app: &AppHandle<R>) {
    if app.get_webview_window(ATTENDEE).is_some() {
        return;
    }
    if let Some(staff) = app.get_webview_window(STAFF) {
        // A desktop that lets nobody come forward leaves it where it is.
        let _ = staff.unminimize().and_then(|()| staff.set_focus());
    }
}

/// On one-window systems the page itself changes over.
#[cfg(mobile)]
pub(crate) fn open_attendee<R: Runtime>(_app: &AppHandle<R>) -> tauri::Result<()> {
    Ok(())
}

/// Closes the attendee's window and shows the staff's again.
pub(crate) fn close_attendee<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    #[cfg(desktop)]
    {
        if let Some(staff) = app.get_webview_window(STAFF) {
            staff.show()?;
        }
        if let Some(attendee) = app.get_webview_window(ATTENDEE) {
            attendee.destroy()?;
        }
    }
    #[cfg(mobile)]
    let _ = app;
    Ok(())
}

/// Takes the attendee's window away and loads the staff's anew: whatever its page knew is gone with it.
pub(crate) fn forget<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    close_attendee(app)?;
    match app.get_webview_window(STAFF) {
        Some(staff) => staff.reload(),
        None => Ok(()),
    }
}

/// Tells the staff's window where the program stands.
pub(crate) fn tell_phase<R: Runtime>(app: &AppHandle<R>, view: &AppView) {
    // A window that is gone needs no news.
    let _ = app.emit_to(STAFF, "phase", view);
}

/// Only the app's own pages are ever shown.
fn is_ours(url: &tauri::Url) -> bool {
    match url.scheme() {
        "tauri" => true,
        "http" | "https" => url.host_str() == Some("tauri.localhost"),
        "about" => url.path() == "blank",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attack_27_no_window_navigates_away() {
        let ours = |url: &str| is_ours(&url.parse().unwrap());
        assert!(ours("tauri://localhost/index.html"));
        assert!(ours("http://tauri.localhost/attendee.html"));
        assert!(!ours("https://example.org/"));
        assert!(!ours("file:///etc/passwd"));
        assert!(!ours("javascript:alert(1)"));
    }

    /// Tauri builds its developer tools into a release only where this feature asks for them.
    #[test]
    fn attack_27_a_release_has_no_developer_tools() {
        let manifest = include_str!("../../Cargo.toml");
        assert!(manifest.contains("tauri = ") && !manifest.contains("devtools"));
    }
}
