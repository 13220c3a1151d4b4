//! Syncs without a button. When: [`zgoda_booth::by_itself`] says; it is asked every [`EVERY`], which costs no request.
//!
//! How: on a thread of its own, the same run as the button's, told to the staff's window as it goes. On Linux
//! NetworkManager says whether the network is paid by volume (org.freedesktop.NetworkManager, `Metered`); where nobody
//! says, it is taken for one that is not.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tauri::{AppHandle, Emitter as _, Manager as _, Runtime};
use zgoda_booth::by_itself::ByItself;
use zgoda_booth::sync;
use zgoda_booth::view::SyncView;

use crate::Shell;
use crate::commands::{Answer, now, view};
use crate::windows::STAFF;

const EVERY: Duration = Duration::from_secs(5);

/// When the next one is.
#[derive(Default)]
pub(crate) struct Next(Mutex<ByItself>);

/// Looks on a thread of its own, from the start of the app to its end.
pub(crate) fn watch<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    std::thread::spawn(move || {
        let meter = Meter::new();
        loop {
            std::thread::sleep(EVERY);
            app.state::<Shell>().booth().set_metered(meter.says_so());
            // What went wrong stands in the outbox; a store that cannot be read says so at the next thing that is done.
            let _ = look(&app);
        }
    });
}

fn look<R: Runtime>(app: &AppHandle<R>) -> Result<(), zgoda_booth::Error> {
    let shell = app.state::<Shell>();
    let due = {
        let next = app.state::<Next>();
        let mut next = next.0.lock().unwrap_or_else(PoisonError::into_inner);
        next.is_due(&shell.booth, now())?
    };
    if due {
        let progress = |view: &SyncView| drop(app.emit_to(STAFF, "sync", view));
        sync::run_by_itself(&shell.booth, None, now, progress)?;
    }
    Ok(())
}

/// The window says that the network is back.
#[tauri::command(async)]
pub(crate) fn network_is_back<R: Runtime>(app: AppHandle<R>) -> Answer<()> {
    let next = app.state::<Next>();
    let mut next = next.0.lock().unwrap_or_else(PoisonError::into_inner);
    let shell = app.state::<Shell>();
    next.network_is_back(&shell.booth, now()).map_err(view)
}

/// Whom to ask whether the network is metered; nobody where there is no bus.
#[cfg(target_os = "linux")]
struct Meter(Option<zbus::blocking::Connection>);

#[cfg(target_os = "linux")]
impl Meter {
    fn new() -> Self {
        Self(zbus::blocking::Connection::system().ok())
    }

    fn says_so(&self) -> bool {
        self.0.as_ref().is_some_and(metered::is_metered)
    }
}

#[cfg(not(target_os = "linux"))]
struct Meter;

#[cfg(not(target_os = "linux"))]
impl Meter {
    const fn new() -> Self {
        Self
    }

    const fn says_so(&self) -> bool {
        false
    }
}

#[cfg(target_os = "linux")]
mod metered {
    use zbus::blocking::Connection;
    use zbus::zvariant::OwnedValue;

    const NAME: &str = "org.freedesktop.NetworkManager";
    const PATH: &str = "/org/freedesktop/NetworkManager";
    /// `NMMetered`: yes, and a guess that says yes.
    const YES: [u32; 2] = [1, 3];

    pub(super) fn is_metered(bus: &Connection) -> bool {
        let asked = (NAME, "Metered");
        let properties = Some("org.freedesktop.DBus.Properties");
        let answer = bus.call_method(Some(NAME), PATH, properties, "Get", &asked);
        let value = answer.and_then(|answer| answer.body().deserialize::<OwnedValue>());
        let value = value.ok().and_then(|value| u32::try_from(value).ok());
        value.is_some_and(|value| YES.contains(&value))
    }

    #[cfg(test)]
    mod tests {
        use zbus::blocking::connection::Builder;

        use super::*;
        use crate::suspend::tests::Bus;

        /// NetworkManager, as far as it is asked.
        struct Manager(u32);

        #[zbus::interface(name = "org.freedesktop.NetworkManager")]
        impl Manager {
            #[zbus(property)]
            fn metered(&self) -> u32 {
                self.0
            }
        }

        #[test]
        fn a_network_is_metered_where_the_system_says_or_guesses_so() {
            let bus = Bus::start().expect("dbus-daemon, which make test installs");
            assert!(!is_metered(&bus.connect()), "nobody says");
            // NMMetered: unknown, yes, no, a guess that says yes, a guess that says no.
            for (said, metered) in [(0, false), (1, true), (2, false), (3, true), (4, false)] {
                let manager = Builder::address(bus.address())
                    .unwrap()
                    .name(NAME)
                    .unwrap()
                    .serve_at(PATH, Manager(said))
                    .unwrap()
                    .build()
                    .unwrap();
                assert_eq!(is_metered(&bus.connect()), metered, "{said}");
                drop(manager);
            }
        }
    }
}
