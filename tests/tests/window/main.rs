//! The real app in a real window, driven as a person would: WebDriver through `tauri-driver` and WebKit's own driver.
//!
//! How: `tests/e2e/session` gives a display, a D-Bus and an unlocked keyring; each journey starts the app anew in a home
//! of its own. Pictures of every step stay in `target/window/`. The app is the one that `cargo build --bin zgoda-app`
//! made; without it, or outside a session, the tests fail and say so.
#![allow(clippy::unwrap_used)]

mod process;

use std::time::Duration;

use process::App;
use thirtyfour::error::WebDriverResult;
use zgoda_tests::readers;
use zgoda_tests::window::{Window, camera, root};

const PIN: &str = "2468";
/// How often the camera's journey may begin anew.
const CAMERA_STARTS: usize = 5;

fn run(name: &str, journey: impl AsyncFn(&mut Window) -> WebDriverResult<()>) {
    try_to_run(name, journey).unwrap();
}

fn try_to_run(
    name: &str,
    journey: impl AsyncFn(&mut Window) -> WebDriverResult<()>,
) -> WebDriverResult<()> {
    run_in(name, Window::open, journey)
}

fn run_in(
    name: &str,
    open: impl AsyncFn(&str) -> Window,
    journey: impl AsyncFn(&mut Window) -> WebDriverResult<()>,
) -> WebDriverResult<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut window = open(name).await;
        let result = journey(&mut window).await;
        if result.is_err() {
            window.picture("failed").await;
        }
        window.close().await;
        result
    })
}

/// Language, PIN twice, the demo's profile; the tour is skipped.
async fn first_start(window: &mut Window, language: &str) -> WebDriverResult<()> {
    window.click(&format!("first-{language}")).await?;
    for field in ["secret", "secret-again"] {
        window.type_in(field, PIN).await?;
        window.click("submit").await?;
    }
    window.click("submit").await?;
    window.click("tour-skip").await?;
    window.find("nav-scan").await?;
    Ok(())
}

/// The sample badge, asked for an offer, the newsletter ticked, and back to the staff.
async fn capture(window: &mut Window) -> WebDriverResult<()> {
    window
        .upload("photo-input", "tests/fixtures/badges/demo.jpg")
        .await?;
    window.click("asked-send_offer").await?;
    window.click("hand-over").await?;
    window.enter_attendee().await?;
    window.click("box-newsletter-email").await?;
    window.click("save").await?;
    window.click("further-skip").await?;
    window.click("done").await?;
    window.type_in("leave-secret", PIN).await?;
    window.click("leave-submit").await?;
    window.enter_staff().await
}

/// Files whose name begins with `stem` in the downloads, or in the home where there are none.
fn saved(stem: &str) -> usize {
    let home = std::path::PathBuf::from(std::env::var("HOME").unwrap());
    let of = |folder: std::path::PathBuf| {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        names.filter(|name| name.starts_with(stem)).count()
    };
    of(home.join("Downloads")) + of(home)
}

#[test]
fn window_a_person_sees_withdraws_and_is_erased() {
    run("rights", async |window| {
        first_start(window, "en").await?;
        capture(window).await?;

        window.click("nav-overview").await?;
        window.wait_for("overview", "1 lead today").await?;
        window.picture("overview").await;
        window.click("ends-save").await?;
        window.wait_for_page("Saved as").await?;
        assert_eq!(saved("zgoda-retention-"), 1);

        window.click("nav-leads").await?;
        window.click("lead-row").await?;
        window.click("receipt-save").await?;
        window.wait_for_page("zgoda-receipt-").await?;
        assert_eq!(saved("zgoda-receipt-"), 1);
        window.click("access").await?;
        window.wait_for_page("zgoda-access-").await?;
        assert_eq!(saved("zgoda-access-"), 2, "a page and its JSON");
        window.click("withdraw-newsletter").await?;
        window.wait_for_page("Taking back").await?;
        window
            .wait_for_page("What only that needed is gone")
            .await?;
        window.wait_for("lead-detail", "Consent withdrawn").await?;
        window.picture("withdrawn").await;

        window.click("erase").await?;
        window
            .wait_for_page("Nothing of this person is left")
            .await?;
        window.find("leads-empty").await?;
        window.picture("erased").await;
        let left = zgoda_tests::booth::files_with(window.home(), "handed-over", "Wiśniewska");
        assert!(left.is_empty(), "{left:?}");
        Ok(())
    });
}

#[test]
fn window_a_profile_is_written_beside_the_visitors_screen() {
    run("editor", async |window| {
        first_start(window, "en").await?;
        window.click("nav-settings").await?;
        window.click("editor-open").await?;
        window.click("editor-in-use").await?;
        window.wait_for("seen", "Please call me").await?;
        window.click("part-purposes").await?;
        let wording = " By letter too.";
        window.type_in("at-purpose.1.email.en", wording).await?;
        window.wait_for("seen", wording.trim()).await?;
        window.wait_for("purpose.1-bump", "version 2026-2").await?;
        window.click("seen-de").await?;
        window.wait_for("seen", "Bitte rufen Sie mich an").await?;
        window.picture("seen").await;

        window.click("editor-finish").await?;
        window.find("editor-save").await?;
        window.picture("finish").await;
        let before = saved("profile-targi-demo-2026");
        window.click("editor-save").await?;
        window.wait_for_page("profile-targi-demo-2026").await?;
        assert_eq!(saved("profile-targi-demo-2026"), before + 1);
        window.click("profile-use").await?;
        window.click("editor-open").await?;
        window.click("editor-in-use").await?;
        window.wait_for("seen", wording.trim()).await?;
        window.picture("in-use").await;
        Ok(())
    });
}

/// A profile that is opened in the file manager while the app runs: the app is started with it once more.
#[test]
fn window_a_second_start_hands_its_profile_over() {
    let journey = async |window: &mut Window| {
        first_start(window, "en").await?;
        let demo = std::fs::read_to_string(root().join("profiles/demo.toml")).unwrap();
        let other = demo.replace("targi-demo-2026", "targi-wiosna-2027");
        let other = other.replace("Targi Techniki Rolnej 2026", "Targi Wiosna 2027");
        let file = window.home().join("wiosna.zgoda.toml");
        std::fs::write(&file, other).unwrap();
        window.start_again(&file).await;
        window
            .wait_for("profile-opened", "Targi Wiosna 2027")
            .await?;
        window.find("profile-use").await?;
        window.picture("opened").await;

        // While it is locked, the file waits.
        window.click("nav-scan").await?;
        window.click("lock").await?;
        window.find("secret").await?;
        std::fs::write(&file, demo).unwrap();
        window.start_again(&file).await;
        window.type_in("secret", PIN).await?;
        window.click("submit").await?;
        window
            .wait_for("profile-opened", "Targi Techniki Rolnej 2026")
            .await?;
        window.picture("opened-after-the-lock").await;
        Ok(())
    };
    run_in("second-start", Window::open_at_home, journey).unwrap();
}

#[test]
fn window_a_badge_goes_all_the_way() {
    run("journey", async |window| {
        window.find("first-pl").await?;
        window.picture("language").await;
        first_start(window, "pl").await?;
        window.picture("scan").await;

        window
            .upload("photo-input", "tests/fixtures/badges/demo.jpg")
            .await?;
        let kept = window.text("kept").await?;
        assert!(
            kept.contains("Zofia") && kept.contains("zofia@mlyn-cyfrowy.example"),
            "{kept}"
        );
        let dropped = window.text("dropped").await?;
        assert!(
            !dropped.is_empty() && !dropped.contains("1984"),
            "names, never values: {dropped}"
        );
        window.picture("kept-and-dropped").await;

        window.click("asked-send_offer").await?;
        window.click("hand-over").await?;
        window.enter_attendee().await?;
        window.click("lang-de").await?;
        window.wait_for("ask", "Newsletter").await?;
        window.wait_for("ask", "Einwilligung").await?;
        assert!(
            !window.is_ticked("box-newsletter-email").await?,
            "a box was ticked beforehand"
        );
        window.picture("attendee").await;
        window.click("box-newsletter-email").await?;
        window.click("save").await?;
        window.click("answer-demonstration-yes").await?;
        window.click("answer-month-spring").await?;
        window.picture("further").await;
        window.click("further-done").await?;
        window.find("thanks").await?;
        window.picture("thanks").await;
        // As a telephone that is held before it sees it, in 640 pixels.
        let receipt = window.picture_of("receipt").await?;
        let [ours, other] = readers::both(&readers::picture(&receipt));
        assert_eq!(ours, other);
        let (_, jws) = ours.split_once('#').unwrap();
        assert!(zgoda_core::receipt::verify(jws, None).is_ok());
        window.click("done").await?;
        window.type_in("leave-secret", PIN).await?;
        window.click("leave-submit").await?;

        window.enter_staff().await?;
        window.click("nav-leads").await?;
        window.type_slowly("search", "wisniewska").await?;
        window.click("lead-row").await?;
        window
            .wait_for("lead-detail", "zofia@mlyn-cyfrowy.example")
            .await?;
        window.picture("lead").await;

        window.click("nav-sync").await?;
        window.click("sync-start").await?;
        window.find("sync-done").await?;
        window.picture("synced-and-held").await;

        window.click("nav-leads").await?;
        window.click("lead-row").await?;
        window.click("kept-send_offer").await?;
        window.click("nav-sync").await?;
        window.click("sync-start").await?;
        window.find("sync-forgotten").await?;
        window.picture("synced-and-forgotten").await;
        window.click("nav-leads").await?;
        window.find("leads-empty").await?;
        window.picture("leads-empty").await;

        let left = zgoda_tests::booth::files_with(window.home(), "handed-over", "Wiśniewska");
        assert!(left.is_empty(), "{left:?}");
        Ok(())
    });
}

#[test]
fn window_a_wrong_pin_opens_nothing() {
    run("lock", async |window| {
        first_start(window, "en").await?;
        window.click("lock").await?;
        window.type_in("secret", "1357").await?;
        window.click("submit").await?;
        window.wait_for_page("Wrong PIN").await?;
        window.picture("wrong-pin").await;
        window.type_in("secret", PIN).await?;
        window.click("submit").await?;
        window.find("nav-scan").await?;
        Ok(())
    });
}

#[test]
fn window_the_pin_is_changed_and_the_old_one_opens_nothing() {
    run("change-pin", async |window| {
        first_start(window, "de").await?;
        window.click("nav-settings").await?;
        window.click("set-lock").await?;
        window.click("change-secret").await?;
        window.type_in("old-secret", PIN).await?;
        window.click("old-submit").await?;
        for field in ["secret", "secret-again"] {
            window.type_in(field, "9753").await?;
            window.click("submit").await?;
        }
        window.find("change-secret").await?;
        window.picture("changed").await;
        window.click("lock").await?;
        window.type_in("secret", PIN).await?;
        window.click("submit").await?;
        window.wait_for_page("Falsche PIN").await?;
        window.type_in("secret", "9753").await?;
        window.click("submit").await?;
        window.find("nav-scan").await?;
        Ok(())
    });
}

/// The screen's three steps, over the real door between page and Rust; then the way back.
#[test]
fn window_a_list_is_imported_and_taken_back() {
    run("list", async |window| {
        first_start(window, "en").await?;
        window.click("nav-settings").await?;
        window.click("set-list").await?;
        window
            .upload("list-input", "tests/fixtures/lists/zoom.csv")
            .await?;
        let set = |id: &str, value: &str, event: &str| {
            format!(
                "const field = document.querySelector('[data-testid=\"{id}\"]'); field.value = '{value}'; \
                 field.dispatchEvent(new Event('{event}', {{ bubbles: true }}));"
            )
        };
        window.click("cover-newsletter-email").await?;
        window.find("cover-newsletter-email-column").await?;
        let day = set("list-collected", "2026-01-18", "input");
        let column = set("cover-newsletter-email-column", "Newsletter?", "change");
        window.run(&day).await?;
        window.run(&column).await?;
        window
            .type_in("cover-newsletter-email-version", "3")
            .await?;
        let wording = "Send me the newsletter by e-mail.";
        window
            .type_in("cover-newsletter-email-wording", wording)
            .await?;
        window.picture("evidence").await;
        window.click("list-preview").await?;
        window.find("list-counts").await?;
        window.wait_for_page("Ewa Lis").await?;
        window.picture("preview").await;
        window.click("list-import").await?;
        window.find("list-notice").await?;

        window.click("nav-leads").await?;
        window.click("lead-row").await?;
        window.wait_for("lead-detail", "ewa@lis.example").await?;
        window.click("nav-settings").await?;
        window.click("list-undo").await?;
        window.click("nav-leads").await?;
        window.find("leads-empty").await?;
        let left = zgoda_tests::booth::files_with(window.home(), "", "ewa@lis");
        assert!(left.is_empty(), "{left:?}");
        Ok(())
    });
}

/// A camera that shows a badge: nothing is clicked, and the sheet is there.
///
/// Debian 12's plugin for PipeWire (0.3.65) now and then unmaps a frame that is still being read, and takes the page's
/// process with it: about one start in seven. WebDriver gives up where the app goes on, so that the journey begins anew.
#[test]
fn window_a_badge_is_read_by_the_camera() {
    let _camera = camera::showing("tests/fixtures/badges/demo.jpg", 15);
    let journey = async |window: &mut Window| {
        first_start(window, "en").await?;
        window.wait_for("kept", "Zofia").await?;
        window.picture("read").await;
        Ok(())
    };
    let mut result = try_to_run("camera", journey);
    for _ in 0..CAMERA_STARTS {
        if result.is_ok() {
            break;
        }
        result = try_to_run("camera", journey);
    }
    result.unwrap();
}

/// The page's process is killed, as a crash would end it: the page is there again, with a process of its own. Before the
/// first page is whole there is nothing to load again, so that ever more time is given to it.
#[test]
fn window_a_page_that_died_comes_back() {
    let came_back = (1..6).any(|doubling| {
        let app = App::start();
        let first = app.page(None).expect("the app opens a page");
        std::thread::sleep(Duration::from_millis(500 << doubling));
        first.kill();
        app.page(Some(&first)).is_some()
    });
    assert!(came_back);
}
