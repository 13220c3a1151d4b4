//! A Tauri window with nothing in it but a line: what `make bench-start` holds the app's own start against.

use tauri::http::Response;
use tauri::{WebviewUrl, WebviewWindowBuilder};

fn main() {
    tauri::Builder::default()
        .register_uri_scheme_protocol("empty", |_, _| {
            let page = b"<!doctype html><title>empty</title><p data-testid=empty>empty".to_vec();
            Response::builder()
                .header("content-type", "text/html")
                .body(page)
                .expect("an answer without a mistake")
        })
        .setup(|app| {
            let url = "empty://localhost/".parse().expect("an address");
            WebviewWindowBuilder::new(app, "empty", WebviewUrl::CustomProtocol(url))
                .inner_size(1366.0, 768.0)
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!())
        .expect("the window system is there");
}
