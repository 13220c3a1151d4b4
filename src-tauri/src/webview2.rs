//! Windows draws every window by a runtime of Microsoft's, WebView2: Windows 11 has it, Windows 10 may lack it. Without it
//! the app would end with no word, as a program of the desktop has no standard error that anybody sees.
//!
//! When: first of all at the start. No settings have been read by then, so that it is said in every language; the installer
//! (`mk/cross/zgoda.nsi`) says the same, in the system's.

const MISSING: &str = concat!(
    include_str!("webview2/en.txt"),
    "\n",
    include_str!("webview2/pl.txt"),
    "\n",
    include_str!("webview2/de.txt"),
);

/// Says that the runtime is missing and where it is, and ends the app; does nothing where it is there.
pub(crate) fn or_end() {
    if tauri::webview_version().is_ok() {
        return;
    }
    rfd::MessageDialog::new()
        .set_level(rfd::MessageLevel::Error)
        .set_title("Zgoda")
        .set_description(MISSING)
        .show();
    std::process::exit(1);
}
