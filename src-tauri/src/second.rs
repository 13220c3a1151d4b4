//! A second start on Linux ends before it is a program of the desktop.
//!
//! Why: [`opened::one_instance`](crate::opened::one_instance) asks the same, but only once GTK stands; a process that ends
//! then runs the ends of GTK and of the bus beside threads of theirs, and has been seen to crash there. When: first of all,
//! from the app's own home. Two that start at once still meet in the plugin.

use std::io::ErrorKind;
use std::time::Duration;

use zbus::blocking::connection::Builder;

/// The plugin's own interface, which the first start serves.
const INTERFACE: &str = "org.SingleInstance.DBus";
/// How long the first start may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whether an app called `identifier` runs and has what this one was started with. One that does not answer in time has it
/// too: the bus keeps it until that one goes on. Without a bus there is none to ask.
pub(crate) fn handed_over(identifier: &str) -> bool {
    let name = format!("{identifier}.SingleInstance");
    let path = format!("/{}", name.replace('.', "/").replace('-', "_"));
    let lossy = |text: &std::ffi::OsStr| text.to_string_lossy().into_owned();
    let arguments: Vec<String> = std::env::args_os().map(|one| lossy(&one)).collect();
    let folder = std::env::current_dir().unwrap_or_default();
    let with = (arguments, lossy(folder.as_os_str()));
    let bus = Builder::session().and_then(|bus| bus.method_timeout(PATIENCE).build());
    let Ok(bus) = bus else { return false };
    let answer = bus.call_method(
        Some(name.as_str()),
        path.as_str(),
        Some(INTERFACE),
        "ExecuteCallback",
        &with,
    );
    match answer {
        Ok(_) => true,
        Err(zbus::Error::InputOutput(error)) => error.kind() == ErrorKind::TimedOut,
        Err(_) => false,
    }
}
