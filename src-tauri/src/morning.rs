//! On the morning of a day for which something is promised, the desktop says so; it names nobody.
//!
//! When: [`zgoda_booth::Morning`] says; it is asked every [`EVERY`]. How: by the session's notification service
//! (org.freedesktop.Notifications 1.2). Where there is none, and on other systems, the rail's counter alone tells.

use std::collections::HashMap;
use std::time::Duration;

use tauri::{AppHandle, Manager as _, Runtime};
use zbus::blocking::Connection;
use zbus::zvariant::Value;
use zgoda_booth::Morning;
use zgoda_core::Language;

use crate::Shell;
use crate::commands::now;

const EVERY: Duration = Duration::from_secs(60);
const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

/// Looks on a thread of its own, from the start of the app to its end.
pub(crate) fn watch<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    std::thread::spawn(move || {
        let mut morning = Morning::default();
        loop {
            // Locked, or in an attendee's hands: at the next look.
            if let Ok(Some((due, language))) = morning.due(&app.state::<Shell>().booth, now())
                && let Ok(bus) = Connection::session()
            {
                // A desktop without such a service says nothing.
                let _ = tell(&bus, &words(due, language));
            }
            std::thread::sleep(EVERY);
        }
    });
}

/// Put so that no language needs another form for another number.
fn words(due: u64, language: Language) -> String {
    match language {
        Language::Pl => format!("Obietnice na dziś: {due}"),
        Language::En => format!("Promises due today: {due}"),
        Language::De => format!("Zusagen für heute: {due}"),
    }
}

fn tell(bus: &Connection, text: &str) -> zbus::Result<()> {
    let no_actions: [&str; 0] = [];
    let no_hints: HashMap<&str, Value<'_>> = HashMap::new();
    let replaces_none = 0_u32;
    let as_the_desktop_likes = -1_i32;
    let said = (
        "Zgoda",
        replaces_none,
        "zgoda-app",
        "Zgoda",
        text,
        &no_actions[..],
        no_hints,
        as_the_desktop_likes,
    );
    bus.call_method(Some(NAME), PATH, Some(NAME), "Notify", &said)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};

    use zbus::blocking::connection::Builder;
    use zbus::zvariant::OwnedValue;

    use super::*;
    use crate::suspend::tests::Bus;

    /// A desktop's notification service, in its place.
    struct Desktop(Sender<(String, String)>);

    #[zbus::interface(name = "org.freedesktop.Notifications")]
    impl Desktop {
        #[expect(clippy::too_many_arguments, reason = "as the specification has it")]
        fn notify(
            &self,
            _app: String,
            _replaces: u32,
            _icon: String,
            summary: String,
            body: String,
            _actions: Vec<String>,
            _hints: HashMap<String, OwnedValue>,
            _timeout: i32,
        ) -> u32 {
            self.0.send((summary, body)).unwrap();
            1
        }
    }

    #[test]
    fn the_desktop_is_told_how_many_and_nothing_else() {
        let bus = Bus::start().expect("dbus-daemon, which make test installs");
        let ours = bus.connect();
        assert!(tell(&ours, "x").is_err(), "nobody is there to be told");
        let (told, heard) = channel();
        let desktop = Builder::address(bus.address())
            .unwrap()
            .name(NAME)
            .unwrap()
            .serve_at(PATH, Desktop(told))
            .unwrap()
            .build()
            .unwrap();
        tell(&ours, &words(3, Language::De)).unwrap();
        let (summary, body) = heard.recv_timeout(Duration::from_secs(10)).unwrap();
        assert_eq!(
            (summary.as_str(), body.as_str()),
            ("Zgoda", "Zusagen für heute: 3")
        );
        drop(desktop);
    }
}
