//! A second start on Linux ends before it is a program of the desktop.
//!
//! Why: [`opened::one_instance`](crate::opened::one_instance) asks the same, but only once GTK stands; a process that ends
//! then runs the ends of GTK and of the bus beside threads of theirs, and has been seen to crash there. When: first of all,
//! from the app's own home. Two that start at once still meet in the plugin.

use zbus::blocking::Connection;

/// The plugin's own interface, which the first start serves.
const INTERFACE: &str = "org.SingleInstance.DBus";

/// Whether an app called `identifier` runs and took what this one was started with. Without a bus there is none to ask.
pub(crate) fn handed_over(identifier: &str) -> bool {
    let name = format!("{identifier}.SingleInstance");
    let path = format!("/{}", name.replace('.', "/").replace('-', "_"));
    let lossy = |text: &std::ffi::OsStr| text.to_string_lossy().into_owned();
    let arguments: Vec<String> = std::env::args_os().map(|one| lossy(&one)).collect();
    let folder = std::env::current_dir().unwrap_or_default();
    let with = (arguments, lossy(folder.as_os_str()));
    let call = |bus: Connection| {
        bus.call_method(
            Some(name.as_str()),
            path.as_str(),
            Some(INTERFACE),
            "ExecuteCallback",
            &with,
        )
    };
    Connection::session().and_then(call).is_ok()
}
