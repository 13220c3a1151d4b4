//! The window of Zgoda.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() {
    zgoda_app::run();
}
