//! Declares the commands, so that each is refused unless a window's capability allows it.

/// Every command of the shell; `src/lib.rs` hands the same ones to Tauri.
const COMMANDS: &[&str] = &[
    "app_state",
    "first_start",
    "first_take_over",
    "unlock",
    "lock",
    "accept_older",
    "trust_clock",
    "change_secret",
    "set_language",
    "settings_mend",
    "profile_view",
    "profile_check",
    "profile_import",
    "profile_opened",
    "editor_begin",
    "editor_look",
    "profile_save",
    "profile_sign",
    "office_key_make",
    "trust_view",
    "trust",
    "untrust",
    "event_list",
    "event_use",
    "event_remove",
    "closing",
    "event_close",
    "event_reopen",
    "closing_save",
    "waiting_export",
    "move_out",
    "move_out_to",
    "move_in",
    "demo_badge",
    "scan_frame",
    "scan_photo",
    "card_frame",
    "card_side",
    "card_next",
    "card_picture",
    "card_line",
    "card_put",
    "card_models",
    "set_card_models",
    "scan_text",
    "type_person",
    "draft_edit",
    "draft_discard",
    "hand_over",
    "leads",
    "lead",
    "lead_edit",
    "promise_kept",
    "erase",
    "follow_ups",
    "follow_up_write",
    "follow_ups_save",
    "list_open",
    "list_preview",
    "list_import",
    "list_discard",
    "lists",
    "list_undo",
    "person",
    "withdraw",
    "object",
    "correct",
    "access",
    "receipt_save",
    "overview",
    "overview_save",
    "sync",
    "network_is_back",
    "outbox",
    "retry",
    "crm_secret",
    "crm_test",
    "lookup_key",
    "lookup_test",
    "lookup_who",
    "sign_in_begin",
    "sign_in_finish",
    "sign_in_stop",
    "update_source",
    "update_check",
    "update_install",
    "attendee_view",
    "attendee_answer",
    "attendee_timeout",
    "attendee_leave",
];

/// Where Rust brings its own linker: functions that came out the same stand in the binary once, and addresses that are set
/// at the start are packed (glibc 2.36, Debian 12's). Together a tenth of its size.
fn link_small() {
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|is| is == value);
    if is("PROFILE", "release") && is("TARGET", "x86_64-unknown-linux-gnu") {
        println!("cargo:rustc-link-arg-bins=-Wl,--icf=all,-z,pack-relative-relocs");
    }
}

fn main() {
    link_small();
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    println!("cargo:rerun-if-changed=ui/dist");
    let manifest = tauri_build::AppManifest::new()
        .commands(COMMANDS)
        .permissions_path_pattern("./src-tauri/permissions/**/*");
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("./src-tauri/capabilities/**/*")
        .app_manifest(manifest);
    tauri_build::try_build(attributes).expect("the Tauri configuration is sound");
}
