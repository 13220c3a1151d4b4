//! A page whose process the system lost is loaded again: what it showed stands in the program, not in the page.
//!
//! How: WebKitGTK tells when a web process ends by itself (a camera's plugin that reads freed memory is enough). A page
//! that dies at once, again and again, is left alone after [`MOST`] times within [`SPAN`]. When: for each window, on
//! Linux; what the web views of other systems do has not been tried.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use tauri::{Runtime, WebviewWindow};
use webkit2gtk::WebViewExt as _;

const MOST: usize = 5;
const SPAN: Duration = Duration::from_secs(60);

/// Watches over this window's page.
pub(crate) fn watch<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    window.with_webview(|page| {
        let lately = RefCell::new(Lately::default());
        page.inner().connect_web_process_terminated(move |page, _| {
            // Loading again would do nothing for a page that died before it was there: its address is asked for anew.
            if lately.borrow_mut().may_begin(Instant::now())
                && let Some(address) = page.uri()
            {
                page.load_uri(&address);
            }
        });
    })
}

/// When the page was loaded again.
#[derive(Default)]
struct Lately(Vec<Instant>);

impl Lately {
    fn may_begin(&mut self, now: Instant) -> bool {
        self.0.retain(|at| now.duration_since(*at) < SPAN);
        let may = self.0.len() < MOST;
        if may {
            self.0.push(now);
        }
        may
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_cannot_live_is_left_alone_until_a_minute_has_passed() {
        let (start, mut lately) = (Instant::now(), Lately::default());
        assert!((0..MOST).all(|_| lately.may_begin(start)));
        assert!(!lately.may_begin(start + SPAN / 2));
        assert!(lately.may_begin(start + SPAN));
    }
}
