//! The system is asked to open an address: a `mailto:` in the person's own mail program, where nothing is sent yet, or the
//! CRM's sign-in in their browser.

use zgoda_core::Personal;

/// Opens the address with what the system has for such ones. False where there is no such program, or none can be asked:
/// phones and tablets.
pub(crate) fn open(address: &Personal) -> bool {
    #[cfg(target_os = "linux")]
    let opened = desktop::open_with("xdg-open", &[], address);
    #[cfg(target_os = "macos")]
    let opened = desktop::open_with("open", &[], address);
    #[cfg(windows)]
    let opened = desktop::open_with("rundll32", &["url.dll,FileProtocolHandler"], address);
    #[cfg(mobile)]
    let opened = {
        let _ = address;
        false
    };
    opened
}

#[cfg(desktop)]
mod desktop {
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    use zgoda_core::Personal;

    /// A program that fails does so at once; one that is still there after this has the address open, or opens it.
    const PATIENCE: Duration = Duration::from_secs(2);

    /// True unless `program` cannot be started or fails. What it prints is nobody's: a mail program may repeat the address.
    pub(super) fn open_with(program: &str, before: &[&str], address: &Personal) -> bool {
        let started = Command::new(program)
            .args(before)
            .arg(address.expose())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut child) = started else {
            return false;
        };
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            match child.try_wait() {
                Ok(Some(status)) => return status.success(),
                Ok(None) => std::thread::sleep(Duration::from_millis(20)),
                Err(_) => return false,
            }
        }
        // It goes on for as long as it likes; when it ends, nobody is left behind.
        std::thread::spawn(move || drop(child.wait()));
        true
    }

    #[cfg(test)]
    #[cfg(unix)]
    mod tests {
        use std::os::unix::fs::PermissionsExt as _;

        use super::*;

        fn program(folder: &std::path::Path, script: &str) -> String {
            let path = folder.join("opener");
            std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
            let may_run = std::fs::Permissions::from_mode(0o700);
            std::fs::set_permissions(&path, may_run).unwrap();
            path.display().to_string()
        }

        #[test]
        fn the_address_reaches_the_program_as_one_word() {
            let folder = tempfile::tempdir().unwrap();
            let told = folder.path().join("told");
            let opener = program(
                folder.path(),
                &format!("echo \"$# $1\" > '{}'", told.display()),
            );
            let address = Personal::new("mailto:ewa@lis.example?subject=a%20b&body=$(id);x");
            assert!(open_with(&opener, &[], &address));
            let told = std::fs::read_to_string(told).unwrap();
            assert_eq!(told.trim(), format!("1 {}", address.expose()));
        }

        #[test]
        fn fail_no_program_and_one_that_fails() {
            let folder = tempfile::tempdir().unwrap();
            let address = Personal::new("mailto:ewa@lis.example");
            assert!(!open_with("/nowhere/opener", &[], &address));
            assert!(!open_with(&program(folder.path(), "exit 3"), &[], &address));
        }
    }
}
