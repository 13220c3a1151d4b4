//! Locks before the machine sleeps: a lid that is closed over an open store must not open over one.
//!
//! How: `logind` tells of it on the system's bus (`PrepareForSleep`, org.freedesktop.login1(5)) and waits for whoever
//! holds a delay. One is held while the store may be open; it is let go of once everything is locked, and taken again
//! when the machine wakes. When: from the start of the app to its end. Without `logind` there is nothing to hear, and the
//! idle time alone locks: it is told by the clock, so that a machine that slept through it locks as it wakes.

use tauri::{AppHandle, Runtime};
use zbus::blocking::{Connection, MessageIterator};
use zbus::zvariant::OwnedFd;
use zbus::{MatchRule, message};

use crate::commands::setup::lock_all;

const NAME: &str = "org.freedesktop.login1";
const PATH: &str = "/org/freedesktop/login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";

/// Listens on a thread of its own.
pub(crate) fn watch<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    std::thread::spawn(move || {
        let heard = Connection::system().and_then(|bus| {
            listen(&bus, || {
                // Locked it is even where a window could not be told.
                let _ = lock_all(&app);
            })
        });
        // No bus, or it went away: see above.
        drop(heard);
    });
}

/// Calls `sleeps` each time before the machine sleeps, until the bus goes away.
fn listen(bus: &Connection, mut sleeps: impl FnMut()) -> zbus::Result<()> {
    let rule = MatchRule::builder()
        .msg_type(message::Type::Signal)
        .sender(NAME)?
        .path(PATH)?
        .interface(MANAGER)?
        .member("PrepareForSleep")?
        .build();
    let signals = MessageIterator::for_match_rule(rule, bus, None)?;
    let mut held = delay(bus);
    for signal in signals {
        if signal?.body().deserialize::<bool>()? {
            sleeps();
            held = None;
        } else if held.is_none() {
            held = delay(bus);
        }
    }
    drop(held);
    Ok(())
}

/// While it is held the machine waits a few seconds with sleeping. None where that is not granted.
fn delay(bus: &Connection) -> Option<OwnedFd> {
    let what = ("sleep", "Zgoda", "The leads are being locked", "delay");
    let answer = bus.call_method(Some(NAME), PATH, Some(MANAGER), "Inhibit", &what);
    answer.ok()?.body().deserialize().ok()
}

#[cfg(test)]
pub(crate) mod tests {
    use std::fs::File;
    use std::io::{BufRead as _, BufReader};
    use std::process::{Child, Command, Stdio};
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::time::Duration;

    use zbus::blocking::connection::Builder;

    use super::*;

    /// A bus of its own, gone when dropped.
    pub(crate) struct Bus(Child, String);

    impl Bus {
        pub(crate) fn start() -> Option<Self> {
            let mut daemon = Command::new("dbus-daemon")
                .args(["--session", "--nofork", "--print-address"])
                .stdout(Stdio::piped())
                .spawn()
                .ok()?;
            let mut address = String::new();
            let mut output = BufReader::new(daemon.stdout.take()?);
            output.read_line(&mut address).ok()?;
            Some(Self(daemon, address.trim().to_owned()))
        }

        pub(crate) fn connect(&self) -> Connection {
            Builder::address(self.address()).unwrap().build().unwrap()
        }

        pub(crate) fn address(&self) -> &str {
            &self.1
        }
    }

    impl Drop for Bus {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    /// What `logind` is asked, in its place.
    struct Logind(Sender<String>);

    #[zbus::interface(name = "org.freedesktop.login1.Manager")]
    impl Logind {
        #[expect(clippy::needless_pass_by_value, reason = "as it comes from the bus")]
        fn inhibit(&self, what: String, _who: String, _why: String, mode: String) -> OwnedFd {
            self.0.send(format!("{what} {mode}")).unwrap();
            let nothing = File::open("/dev/null").unwrap();
            std::os::fd::OwnedFd::from(nothing).into()
        }
    }

    fn next<T>(of: &Receiver<T>) -> T {
        of.recv_timeout(Duration::from_secs(10)).unwrap()
    }

    #[test]
    fn before_the_machine_sleeps_it_locks() {
        let bus = Bus::start().expect("dbus-daemon, which make test installs");
        let (asked, inhibited) = channel();
        let logind = Builder::address(bus.address())
            .unwrap()
            .name(NAME)
            .unwrap()
            .serve_at(PATH, Logind(asked))
            .unwrap()
            .build()
            .unwrap();
        let (slept, sleeps) = channel();
        let ours = bus.connect();
        std::thread::spawn(move || listen(&ours, || slept.send(()).unwrap()));

        assert_eq!(next(&inhibited), "sleep delay");
        let tell = |bus: &Connection, begins: bool| {
            bus.emit_signal(None::<&str>, PATH, MANAGER, "PrepareForSleep", &begins)
                .unwrap();
        };
        tell(&logind, true);
        next(&sleeps);
        tell(&logind, false);
        assert_eq!(
            next(&inhibited),
            "sleep delay",
            "taken again for the next time"
        );
        // Waking locks nothing, and a stranger's word is not logind's.
        tell(&bus.connect(), true);
        assert!(sleeps.recv_timeout(Duration::from_millis(300)).is_err());
        tell(&logind, true);
        next(&sleeps);
    }
}
