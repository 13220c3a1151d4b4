//! The shell: windows, camera permission and commands, thin over the use cases of `zgoda-booth`.

mod by_itself;
mod camera;
mod commands;
mod downloads;
#[cfg(target_os = "linux")]
mod morning;
mod opened;
mod opener;
#[cfg(target_os = "linux")]
mod revive;
#[cfg(target_os = "linux")]
mod second;
#[cfg(target_os = "linux")]
mod suspend;
#[cfg(test)]
mod tests;
#[cfg(desktop)]
mod updates;
#[cfg(windows)]
mod webview2;
mod windows;

use std::path::PathBuf;
use std::sync::Mutex;

use tauri::{AppHandle, Builder, Manager as _, Runtime};
use zgoda_booth::Booth;

/// What every command works on.
pub struct Shell {
    booth: Mutex<Booth>,
}

/// Opens the staff's window and runs until it is closed.
#[cfg_attr(mobile, tauri::mobile_entry_point)]
pub fn run() {
    zgoda_booth::hush::hush();
    #[cfg(windows)]
    webview2::or_end();
    let builder = tauri::Builder::default();
    #[cfg_attr(mobile, expect(unused_mut, reason = "nothing is added there"))]
    let mut context = tauri::generate_context!();
    // First of all: a second start ends before it does anything. Another home is another app.
    #[cfg(desktop)]
    let builder = if std::env::var_os("ZGODA_HOME").is_some_and(|home| !home.is_empty()) {
        builder
    } else {
        #[cfg(target_os = "linux")]
        if second::handed_over(&context.config().identifier) {
            return;
        }
        builder.plugin(opened::one_instance())
    };
    #[cfg(desktop)]
    let builder = match updates::Source::built_in() {
        Some(source) => source.turn_on(builder, context.config_mut()),
        None => builder,
    };
    build(builder)
        .setup(|app| {
            let mut booth = Booth::at(home(app.handle())?)?;
            if let Ok(bundle) = app.path().resource_dir() {
                booth.look_for_models_in(bundle.join("models"));
            }
            booth.ask_keyring_ahead();
            app.manage(Shell::of(booth));
            #[cfg(target_os = "linux")]
            suspend::watch(app.handle());
            #[cfg(target_os = "linux")]
            morning::watch(app.handle());
            by_itself::watch(app.handle());
            app.state::<opened::Opened>().at_start();
            Ok(windows::open_staff(app.handle())?)
        })
        .build(context)
        .expect("the window system and the home folder are there")
        .run(heard);
}

/// What the system tells the app while it runs.
fn heard<R: Runtime>(app: &tauri::AppHandle<R>, event: tauri::RunEvent) {
    #[cfg(any(target_os = "macos", target_os = "ios", target_os = "android"))]
    if let tauri::RunEvent::Opened { urls } = event {
        let paths = urls.iter().filter_map(|url| url.to_file_path().ok());
        paths.for_each(|path| opened::offer(app, path));
    }
    #[cfg(not(any(target_os = "macos", target_os = "ios", target_os = "android")))]
    let _ = (app, event);
}

/// Where the events lie. A phone's folders are known to its system alone, which is asked through the app.
fn home<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<PathBuf> {
    if cfg!(mobile) {
        app.path().app_local_data_dir()
    } else {
        Ok(zgoda_booth::default_home())
    }
}

/// `builder` with the commands and the permission handler; for the window and for tests without one. What the commands work
/// on, a [`Shell`], is to be managed before the first window opens.
pub fn build<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    builder
        .manage(by_itself::Next::default())
        .manage(opened::Opened::default())
        .manage(commands::sign_in::SignIns::default())
        .on_permission_request(|webview, kind| camera::answer(webview.label(), kind))
        .on_window_event(|window, event| {
            if let tauri::WindowEvent::CloseRequested { .. } = event
                && window.label() == windows::STAFF
            {
                // The store is shut in order: what is told beside it is up to date, and its keys are wiped.
                window.state::<Shell>().booth().lock();
                window.app_handle().exit(0);
            }
        })
        .invoke_handler(tauri::generate_handler![
            commands::setup::app_state,
            commands::setup::first_start,
            commands::event::first_take_over,
            commands::setup::unlock,
            commands::setup::lock,
            commands::setup::accept_older,
            commands::setup::trust_clock,
            commands::setup::change_secret,
            commands::setup::set_language,
            commands::setup::settings_mend,
            commands::setup::profile_view,
            commands::setup::profile_check,
            commands::setup::profile_import,
            opened::profile_opened,
            commands::profile::editor_begin,
            commands::profile::editor_look,
            commands::profile::profile_save,
            commands::profile::profile_sign,
            commands::profile::office_key_make,
            commands::profile::trust_view,
            commands::profile::trust,
            commands::profile::untrust,
            commands::event::event_list,
            commands::event::event_use,
            commands::event::event_remove,
            commands::event::closing,
            commands::event::event_close,
            commands::event::event_reopen,
            commands::event::closing_save,
            commands::event::waiting_export,
            commands::event::move_out,
            commands::event::move_out_to,
            commands::event::move_in,
            commands::capture::demo_badge,
            commands::capture::scan_frame,
            commands::capture::scan_photo,
            commands::capture::card_frame,
            commands::capture::card_side,
            commands::capture::card_next,
            commands::capture::card_picture,
            commands::capture::card_line,
            commands::capture::card_put,
            commands::capture::card_models,
            commands::capture::set_card_models,
            commands::capture::scan_text,
            commands::capture::type_person,
            commands::capture::draft_edit,
            commands::capture::draft_discard,
            commands::capture::hand_over,
            commands::leads::leads,
            commands::leads::lead,
            commands::leads::lead_edit,
            commands::leads::promise_kept,
            commands::leads::erase,
            commands::follow_ups::follow_ups,
            commands::follow_ups::follow_up_write,
            commands::follow_ups::follow_ups_save,
            commands::lists::list_open,
            commands::lists::list_preview,
            commands::lists::list_import,
            commands::lists::list_discard,
            commands::lists::lists,
            commands::lists::list_undo,
            commands::person::person,
            commands::person::withdraw,
            commands::person::object,
            commands::person::correct,
            commands::person::access,
            commands::person::receipt_save,
            commands::overview::overview,
            commands::overview::overview_save,
            commands::sync::sync,
            by_itself::network_is_back,
            commands::sync::outbox,
            commands::sync::retry,
            commands::sync::crm_secret,
            commands::sync::crm_test,
            commands::sync::lookup_key,
            commands::sync::lookup_test,
            commands::sync::lookup_who,
            commands::sign_in::sign_in_begin,
            commands::sign_in::sign_in_finish,
            commands::sign_in::sign_in_stop,
            #[cfg(desktop)]
            updates::update_source,
            #[cfg(desktop)]
            updates::update_check,
            #[cfg(desktop)]
            updates::update_install,
            commands::attendee::attendee_view,
            commands::attendee::attendee_answer,
            commands::attendee::attendee_timeout,
            commands::attendee::attendee_leave,
        ])
}
