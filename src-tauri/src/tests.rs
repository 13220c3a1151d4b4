//! The walls between the windows, with Tauri's own access control and no display.

use tauri::ipc::{CallbackFn, InvokeBody};
use tauri::test::{INVOKE_KEY, MockRuntime, mock_builder};
use tauri::webview::InvokeRequest;
use tauri::{App, Manager as _, WebviewUrl, WebviewWindow, WebviewWindowBuilder};
use zgoda_booth::view::HandOver;
use zgoda_booth::{Booth, Cost, Secret};
use zgoda_core::Language;

use crate::windows::{ATTENDEE, STAFF};
use crate::{Shell, build};

const ATTENDEES: [&str; 4] = [
    "attendee_view",
    "attendee_answer",
    "attendee_timeout",
    "attendee_leave",
];

/// Commands that would show or change other people's data.
const STAFFS: [&str; 68] = [
    "app_state",
    "first_take_over",
    "unlock",
    "accept_older",
    "trust_clock",
    "change_secret",
    "settings_mend",
    "profile_view",
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
    "scan_text",
    "card_next",
    "card_picture",
    "card_line",
    "card_put",
    "hand_over",
    "leads",
    "lead",
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
    "crm_secret",
    "lookup_key",
    "lookup_test",
    "lookup_who",
    "sign_in_begin",
    "sign_in_finish",
    "sign_in_stop",
    "update_source",
    "update_check",
    "update_install",
];

fn app(home: &std::path::Path) -> App<MockRuntime> {
    let mut booth = Booth::with_cost(home.to_owned(), Cost::TEST).unwrap();
    let secret = Secret::Passphrase("a passphrase for tests".to_owned().into());
    let now = "2026-11-24T10:00:00Z".parse().unwrap();
    booth.first_start(Language::En, &secret, None, now).unwrap();
    build(mock_builder())
        .manage(Shell::of(booth))
        .build(tauri::generate_context!(test = true))
        .unwrap()
}

fn window(app: &App<MockRuntime>, label: &str) -> WebviewWindow<MockRuntime> {
    let page = WebviewUrl::App("index.html".into());
    WebviewWindowBuilder::new(app, label, page).build().unwrap()
}

/// What `command` answers to `window`, on a page at `url`: an error text, or nothing.
fn refusal(window: &WebviewWindow<MockRuntime>, command: &str, url: &str) -> Option<String> {
    let request = InvokeRequest {
        cmd: command.to_owned(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: url.parse().unwrap(),
        body: InvokeBody::default(),
        headers: Default::default(),
        invoke_key: INVOKE_KEY.to_owned(),
    };
    tauri::test::get_ipc_response(window, request)
        .err()
        .map(|error| error.to_string())
}

fn is_denied(refusal: Option<&str>) -> bool {
    refusal.is_some_and(|text| text.contains("not allowed"))
}

const OURS: &str = "tauri://localhost";

#[test]
fn attack_28_the_attendees_window_reaches_no_staff_command() {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path());
    let attendee = window(&app, ATTENDEE);
    for command in STAFFS {
        let answer = refusal(&attendee, command, OURS);
        assert!(is_denied(answer.as_deref()), "{command}: {answer:?}");
    }
    for command in ATTENDEES {
        let answer = refusal(&attendee, command, OURS);
        assert!(!is_denied(answer.as_deref()), "{command}: {answer:?}");
    }
}

/// As before the machine sleeps, with an attendee's window open. That the window is taken away cannot be seen here: the
/// runtime of the tests destroys it, but tells nobody.
#[test]
fn locking_closes_the_store_to_both_windows() {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path());
    let (staff, attendee) = (window(&app, STAFF), window(&app, ATTENDEE));
    assert_eq!(refusal(&staff, "profile_view", OURS), None);
    let state = crate::commands::setup::lock_all(app.handle()).unwrap();
    assert_eq!(state.phase, zgoda_booth::view::Phase::Locked);
    for (window, command) in [(&staff, "profile_view"), (&attendee, "attendee_view")] {
        let refused = refusal(window, command, OURS).unwrap();
        assert!(refused.contains("locked"), "{command}: {refused}");
    }
}

#[test]
fn the_staffs_window_reaches_no_attendee_command() {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path());
    let staff = window(&app, STAFF);
    assert_eq!(refusal(&staff, "app_state", OURS), None);
    for command in ATTENDEES {
        let answer = refusal(&staff, command, OURS);
        assert!(is_denied(answer.as_deref()), "{command}: {answer:?}");
    }
}

#[test]
fn attack_29_a_page_of_another_origin_reaches_nothing() {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path());
    for label in [STAFF, ATTENDEE, "other"] {
        let window = window(&app, label);
        for command in STAFFS.into_iter().chain(ATTENDEES) {
            let answer = refusal(&window, command, "https://example.org");
            assert!(
                is_denied(answer.as_deref()),
                "{label} {command}: {answer:?}"
            );
        }
    }
}

/// What `command` answers to `arguments`, as the screen sends and gets it.
fn answer(
    window: &WebviewWindow<MockRuntime>,
    command: &str,
    arguments: serde_json::Value,
) -> Result<serde_json::Value, serde_json::Value> {
    let request = InvokeRequest {
        cmd: command.to_owned(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: OURS.parse().unwrap(),
        body: InvokeBody::Json(arguments),
        headers: Default::default(),
        invoke_key: INVOKE_KEY.to_owned(),
    };
    let body = tauri::test::get_ipc_response(window, request)?;
    Ok(body.deserialize().unwrap())
}

#[test]
fn attack_28_no_profile_is_written_or_signed_while_an_attendee_holds_the_device() {
    use serde_json::json;

    let home = tempfile::tempdir().unwrap();
    let app = app(home.path());
    let staff = window(&app, STAFF);
    {
        let shell = app.state::<crate::Shell>();
        let mut booth = shell.booth();
        booth.scan_photo(zgoda_booth::demo::BADGE).unwrap();
        let now = "2026-11-24T10:00:00Z".parse().unwrap();
        let request = HandOver {
            language: Language::En,
            edits: Vec::new(),
            asked: Vec::new(),
            replies: Vec::new(),
        };
        booth.hand_over(request, now).unwrap();
    }
    let start = json!({ "from": "in_use" });
    let refused = [
        ("office_key_make", json!({ "passphrase": "x" })),
        ("editor_begin", json!({ "start": start })),
        ("profile_save", json!({ "toml": "x" })),
        ("profile_opened", json!({})),
        (
            "profile_sign",
            json!({ "toml": "x", "officeKey": "x", "passphrase": "x" }),
        ),
    ];
    for (command, arguments) in refused {
        let answer = answer(&staff, command, arguments).unwrap_err();
        assert_eq!(answer["code"], "not_now", "{command}");
    }
}

#[test]
fn a_key_that_is_made_here_signs_what_devices_that_know_it_take() {
    use serde_json::json;

    let home = tempfile::tempdir().unwrap();
    let app = app(home.path());
    let staff = window(&app, STAFF);
    let weak = json!({ "passphrase": "short" });
    let refused = answer(&staff, "office_key_make", weak).unwrap_err();
    assert_eq!(refused["code"], "weak_secret");

    let passphrase = "zielone pole rzepaku";
    let made = answer(
        &staff,
        "office_key_make",
        json!({ "passphrase": passphrase }),
    )
    .unwrap();
    let path = std::path::Path::new(made["path"].as_str().unwrap());
    let file = std::fs::read_to_string(path).unwrap();
    std::fs::remove_file(path).unwrap();
    assert_eq!(made["office_key"], json!(file));
    assert!(path.extension().is_some_and(|ending| ending == "key"));
    let toml = zgoda_booth::demo::profile("2026-11-24T10:00:00Z".parse().unwrap());
    let sign = json!({ "toml": toml, "officeKey": file, "passphrase": passphrase });
    let signed = answer(&staff, "profile_sign", sign).unwrap();

    let trusted = answer(&staff, "trust", json!({ "key": made["public"] })).unwrap();
    assert_eq!(trusted["key"], made["public"]);
    let import = |toml: &serde_json::Value| {
        let arguments = json!({ "toml": toml, "secret": null, "leave": false });
        answer(&staff, "profile_import", arguments)
    };
    assert_eq!(
        import(&json!(toml)).unwrap_err()["code"],
        "profile_unsigned"
    );
    import(&signed).unwrap();
}

#[test]
fn a_profile_from_the_file_manager_waits_until_staff_can_take_it_and_is_told_once() {
    use serde_json::json;

    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("other.zgoda.toml");
    let now = "2026-11-24T10:00:00Z".parse().unwrap();
    let demo = zgoda_booth::demo::profile(now);
    std::fs::write(&file, &demo).unwrap();
    let app = app(&home.path().join("home"));
    let staff = window(&app, STAFF);
    let ask = || answer(&staff, "profile_opened", json!({}));
    assert_eq!(ask(), Ok(json!(null)));

    crate::commands::setup::lock_all(app.handle()).unwrap();
    crate::opened::offer(app.handle(), file.clone());
    assert_eq!(ask().unwrap_err()["code"], "locked");
    let unlock = json!({ "secret": "a passphrase for tests" });
    answer(&staff, "unlock", unlock).unwrap();
    let told = ask().unwrap();
    assert_eq!(told["name"], "other.zgoda.toml");
    assert_eq!(told["toml"], json!(demo));
    assert_eq!(told["replaces"], json!(true), "the demo is in use");
    assert_eq!(ask(), Ok(json!(null)), "told once");

    let other = demo.replacen("targi-demo-2026", "targi-2027", 1);
    std::fs::write(&file, other).unwrap();
    crate::opened::offer(app.handle(), file.clone());
    let told = ask().unwrap();
    assert_eq!(told["replaces"], json!(false), "another event's");
    std::fs::write(&file, "no profile").unwrap();
    crate::opened::offer(app.handle(), file.clone());
    assert_eq!(ask().unwrap()["event"], json!(null));
    std::fs::remove_file(&file).unwrap();
    crate::opened::offer(app.handle(), file);
    assert_eq!(ask().unwrap_err()["code"], "profile_unreadable");
}

#[test]
fn a_profile_goes_to_the_editor_and_back_in_the_form_that_the_screen_knows() {
    use serde_json::json;

    let home = tempfile::tempdir().unwrap();
    let app = app(home.path());
    let staff = window(&app, STAFF);
    let firm =
        json!({ "name": "Firma", "address": "", "email": "", "privacy_page": "", "authority": "" });
    let start = json!({ "from": "preset", "preset": "trade_fair", "firm": firm });
    let mut begun = answer(&staff, "editor_begin", json!({ "start": start })).unwrap();
    assert_eq!(
        begun["draft"]["purposes"][1]["channels"],
        json!(["email", "phone", "sms"])
    );
    begun["draft"]["event"]["id"] = json!("targi-2027");
    // A key that the form has emptied is not sent at all.
    let wording = &mut begun["draft"]["purposes"][1]["wordings"][0]["texts"];
    wording.as_object_mut().unwrap().remove("de");
    let look = answer(&staff, "editor_look", json!({ "begun": begun })).unwrap();
    assert_eq!(look["usable"], json!(false));
    assert!(
        look["toml"]
            .as_str()
            .unwrap()
            .contains("id = \"targi-2027\"")
    );
    assert_eq!(
        look["attendee"]["texts"]["de"]["boxes"]
            .as_array()
            .unwrap()
            .len(),
        2
    );

    let begun = answer(
        &staff,
        "editor_begin",
        json!({ "start": { "from": "in_use" } }),
    )
    .unwrap();
    let look = answer(&staff, "editor_look", json!({ "begun": begun })).unwrap();
    assert_eq!(look["usable"], json!(true));
    let refused = answer(&staff, "trust", json!({ "key": "none" })).unwrap_err();
    assert_eq!(refused["code"], "no_key");
}
